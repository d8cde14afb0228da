/*
 * demo_script.c - see demo_script.h. Each draft keeps the body as the centre
 * will hold it, so that patches can say what their author saw and signatures
 * what they are about.
 */
#include "server/admin/demo_script.h"

#include "proto/base/hash.h"
#include "proto/base/timeutil.h"
#include "proto/merge.h"
#include "proto/record.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS     86400000
#define OFFSET_MIN 480 /* Asia/Shanghai */

void script_init(struct script *s, struct arena *mem, const struct catalogue *c,
	const struct district *d, int64_t today, uint64_t seed, uint64_t stream)
{
	memset(s, 0, sizeof(*s));
	s->mem = mem;
	s->catalogue = c;
	s->district = d;
	s->today = today;
	s->born = demo_ms(today, 0) + (int64_t)stream;
	rng_seed(&s->rng, seed, stream);
}

/* ---- changes ---- */

static void add_line(struct script *s, struct pen pen, json_t *change)
{
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 512;
		struct line *more = ARENA_ARRAY(s->mem, struct line, room);

		if (s->n)
			memcpy(more, s->lines, s->n * sizeof(*more));
		s->lines = more;
		s->room = room;
	}
	s->lines[s->n] = (struct line){pen.stage, pen.author, s->n, change};
	s->n++;
}

static json_t *change_on(
	struct script *s, struct pen pen, const struct draft *d, const char *op)
{
	struct uuid id = rng_uuid(&s->rng, s->born);
	char id_text[UUID_TEXT], case_text[UUID_TEXT];
	json_t *j = json_keep(json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "id",
				      uuid_format(&id, id_text), "rec", d->ref,
				      "type", d->type->name, "op", op,
				      "entered_at", demo_time(s->mem, pen.at),
				      "base_ver", (json_int_t)d->ver),
		s->mem);

	if (!uuid_is_nil(&d->case_id))
		json_object_set_new(j, "case",
			json_string(uuid_format(&d->case_id, case_text)));
	return j;
}

struct draft *script_create(struct script *s, struct pen pen, const char *type,
	const struct draft *of, const struct uuid *id, json_t *TAKES body)
{
	struct draft *d = ARENA_NEW(s->mem, struct draft);
	json_t *change;

	d->id = id ? *id : rng_uuid(&s->rng, s->born);
	d->type = catalogue_type(s->catalogue, type);
	if (!d->type)
		die("demo: no type '%s'", type);
	if (of)
		d->case_id = of->id;
	uuid_format(&d->id, d->ref);
	d->body = json_keep(body, s->mem);
	record_drop_nulls(d->body);
	change = change_on(s, pen, d, "create");
	json_object_del(change, "base_ver");
	json_object_set_new(change, "set", json_deep_copy(d->body));
	add_line(s, pen, change);
	d->ver = 1;
	s->records++;
	return d;
}

void script_patch(
	struct script *s, struct pen pen, struct draft *d, json_t *TAKES set)
{
	json_t *change = change_on(s, pen, d, "patch");

	json_keep(set, s->mem);
	json_object_set_new(change, "seen",
		json_incref(merge_seen(d->type, d->body, set, NULL, s->mem)));
	json_object_set_new(change, "set", json_incref(set));
	add_line(s, pen, change);
	d->body = json_keep(json_copy(d->body), s->mem);
	json_object_update(d->body, set);
	record_drop_nulls(d->body);
	d->ver++;
}

void script_sign(struct script *s, struct pen pen, struct draft *d)
{
	const char *text = json_canonical(d->body, s->mem);
	struct sha256 sha = sha256_of(text, strlen(text));
	json_t *change = change_on(s, pen, d, "sign");
	char hex[SHA256_HEX];

	json_object_set_new(
		change, "sha", json_string(hex_format(sha.b, SHA256_LEN, hex)));
	add_line(s, pen, change);
	d->ver++;
}

static int in_order(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->stage != y->stage)
		return x->stage < y->stage ? -1 : 1;
	if (x->author != y->author)
		return x->author < y->author ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void script_sort(struct script *s)
{
	if (s->n)
		qsort(s->lines, s->n, sizeof(*s->lines), in_order);
}

/* ---- words for bodies ---- */

int64_t demo_ms(int64_t day, int minutes)
{
	return day * DAY_MS + (int64_t)(minutes - OFFSET_MIN) * 60000;
}

const char *demo_time(struct arena *mem, int64_t ms)
{
	int64_t local = ms + OFFSET_MIN * 60000;
	struct date d = time_day_cn(ms);
	int minutes = (int)((local % DAY_MS + DAY_MS) % DAY_MS / 60000);

	return arena_printf(mem, "%04d-%02d-%02dT%02d:%02d:00+08:00", d.year,
		d.month, d.day, minutes / 60, minutes % 60);
}

const char *demo_day(struct arena *mem, int64_t day)
{
	struct date d = date_from_days(day);

	return date_format(&d, arena_alloc(mem, DATE_TEXT));
}

const char *staff_ref(const struct script *s, size_t i)
{
	return uuid_format(
		&s->district->staff[i].id, arena_alloc(s->mem, UUID_TEXT));
}

const char *site_ref(const struct script *s, size_t i)
{
	return uuid_format(
		&s->district->sites[i].id, arena_alloc(s->mem, UUID_TEXT));
}
