/*
 * columns.c - see columns.h.
 */
#include "client/import/columns.h"

#include "client/import/dates.h"
#include "proto/base/host.h"
#include "proto/base/utf8.h"
#include "proto/person.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOSTLY 80 /* per cent of a column's cells that must look alike */
#define RECENT 10 /* years: a day before that is a birth, not an opening */

/* ---- said by the person ---- */

static size_t by_name(const struct header *h, const char *name)
{
	size_t number;
	char *end;

	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->head[i], name) == 0)
			return i;
	for (size_t i = 0; i < h->n; i++)
		if (h->head[i][0] && head_same(h->head[i], name))
			return i;
	number = strtoul(name, &end, 10);
	if (end == name || *end)
		number = column_lettered(name);
	return number > 0 && number <= h->n ? number - 1 : h->n;
}

static const char *target_list(const struct reading *r, const struct targets *t)
{
	const char *out = "";

	for (size_t i = 0; i < target_count(t); i++)
		out = arena_printf(r->mem, "%s%s%s", out, i ? " " : "",
			target_at(t, i)->name);
	return out;
}

static bool say_one(const struct reading *r, const struct targets *t,
	const struct header *h, const char *pair, struct columns *out,
	struct err *e)
{
	const char *eq = strrchr(pair, '=');
	const char *name =
		eq ? arena_strndup(r->mem, pair, (size_t)(eq - pair)) : pair;
	const struct target *target = eq ? target_named(t, eq + 1) : NULL;
	size_t at = by_name(h, name);

	if (!target)
		return err_field(
			e, ERR_USAGE, "--map", "%s", target_list(r, t));
	if (at == h->n)
		return err_field(e, ERR_USAGE, "--map", "%s",
			say(r->mem, r->lang, SAY_NO_SUCH_COLUMN, NULL));
	out->column[at].target = target;
	out->column[at].how = HOW_SAID;
	return true;
}

static bool take_said(const struct reading *r, const struct targets *t,
	const struct header *h, const char *maps, struct columns *out,
	struct err *e)
{
	while (maps && *maps) {
		size_t n = strcspn(maps, "\n");

		if (n && !say_one(r, t, h, arena_strndup(r->mem, maps, n), out,
				 e))
			return false;
		maps += n + (maps[n] != 0);
	}
	return true;
}

/* ---- said last time ---- */

static void take_remembered(const struct targets *t, const struct header *h,
	const json_t *remembered, struct columns *out)
{
	for (size_t i = 0; i < h->n; i++) {
		const char *name =
			json_string_value(json_array_get(remembered, i));
		const struct target *target =
			name ? target_named(t, name) : NULL;

		if (!target || out->column[i].how != HOW_NOT)
			continue;
		out->column[i].target = target;
		out->column[i].how = HOW_REMEMBERED;
	}
}

/* ---- said by the heads ---- */

static bool is_taken(const struct columns *c, const struct target *target)
{
	return columns_find(c, target->name) < c->n;
}

static void note_context(
	const struct target *target, struct head_context *context)
{
	if (target->of == OF_RELATION)
		context->last = (int)target->who;
	if (strcmp(target->name, "phone") == 0)
		context->person_phone = true;
}

static void take_heads(
	const struct targets *t, const struct header *h, struct columns *out)
{
	struct head_context context = {false, -1};

	for (size_t i = 0; i < h->n; i++) {
		struct column *c = &out->column[i];

		if (c->how == HOW_NOT && !h->none) {
			c->target = target_of_head(t, h->head[i], &context);
			c->how = c->target ? HOW_HEAD : HOW_NOT;
		}
		if (c->target)
			note_context(c->target, &context);
	}
}

/* ---- said by the cells ---- */

struct looks {
	const struct columns *c;
	size_t id_column; /* where identity numbers stand, or n */
	int this_year;
};

static bool looks_like_id(
	const struct looks *q, const struct row *r, size_t column)
{
	struct resident_id id;
	struct err ignored;

	(void)q;
	return person_resident_id(row_text(r, column), "id", &id, &ignored);
}

static bool looks_like_phone(
	const struct looks *q, const struct row *r, size_t column)
{
	char phone[PHONE_TEXT];

	(void)q;
	return person_phone(row_text(r, column), phone) &&
	       strlen(row_text(r, column)) >= 7;
}

static bool looks_like_sex(
	const struct looks *q, const struct row *r, size_t column)
{
	static const char *const words[] = {
		"男", "女", "男性", "女性", "M", "F", "male", "female"};

	(void)q;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(row_text(r, column), words[i]) == 0)
			return true;
	return false;
}

static bool day_of(const struct row *r, size_t column, struct date *out)
{
	struct day_read day;

	return day_read(row_text(r, column), false, &day) == DAY_OK &&
	       date_parse(day.text, out);
}

/* The one in the identity number, or, without that, one long ago. */
static bool looks_like_birth(
	const struct looks *q, const struct row *r, size_t column)
{
	struct resident_id id;
	struct err ignored;
	struct date day;

	if (!day_of(r, column, &day))
		return false;
	if (q->id_column < q->c->n &&
		person_resident_id(
			row_text(r, q->id_column), "id", &id, &ignored))
		return date_cmp(&id.birth, &day) == 0;
	return day.year < q->this_year - RECENT;
}

static bool looks_like_opened(
	const struct looks *q, const struct row *r, size_t column)
{
	struct date day;

	return day_of(r, column, &day) && day.year >= q->this_year - RECENT &&
	       day.year <= q->this_year;
}

/* Two to four Han characters, or a name with a middle dot. */
static bool looks_like_name(
	const struct looks *q, const struct row *r, size_t column)
{
	const char *p = row_text(r, column);
	size_t han = 0, dots = 0, n = 0;
	uint32_t c;

	(void)q;
	for (; (c = utf8_next(&p)); n++) {
		han += c >= 0x4e00 && c <= 0x9fff;
		dots += c == 0xb7 || c == 0x2022 || c == 0x30fb;
	}
	return han + dots == n && han >= 2 && (han <= 4 || dots) && n <= 20;
}

typedef bool (*look)(const struct looks *, const struct row *, size_t);

/* clang-format off */
static const struct {
	const char *target;
	look looks;
	bool distinct; /* hardly any value twice: names, not diagnoses */
} guesses[] = {
	{"id_number", looks_like_id,     false},
	{"phone",     looks_like_phone,  false},
	{"sex",       looks_like_sex,    false},
	{"birth",     looks_like_birth,  false},
	{"opened",    looks_like_opened, false},
	{"name",      looks_like_name,   true},
};
/* clang-format on */

static bool mostly(const struct looks *q, const struct row *sample, size_t n,
	size_t column, look fits)
{
	size_t all = 0, good = 0;

	for (size_t i = 0; i < n; i++) {
		if (!row_has(&sample[i], column))
			continue;
		all++;
		good += fits(q, &sample[i], column);
	}
	return good > 0 && good * 100 >= all * MOSTLY;
}

static bool is_distinct(const struct row *sample, size_t n, size_t column)
{
	size_t all = 0, twice = 0;

	for (size_t i = 0; i < n; i++) {
		if (!row_has(&sample[i], column))
			continue;
		all++;
		for (size_t k = 0; k < i; k++)
			if (strcmp(row_text(&sample[i], column),
				    row_text(&sample[k], column)) == 0) {
				twice++;
				break;
			}
	}
	return twice * 5 <= all;
}

static void guess_column(struct looks *q, const struct targets *t,
	const struct row *sample, size_t n, size_t column, struct columns *out)
{
	for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
		const struct target *target =
			target_named(t, guesses[i].target);

		if (is_taken(out, target) ||
			!mostly(q, sample, n, column, guesses[i].looks) ||
			(guesses[i].distinct &&
				!is_distinct(sample, n, column)))
			continue;
		out->column[column].target = target;
		out->column[column].how = HOW_CELLS;
		if (strcmp(target->name, "id_number") == 0)
			q->id_column = column;
		return;
	}
}

/* Twice, because days are told apart by identity numbers that may stand
 * further right. */
static void take_cells(const struct targets *t, const struct header *h,
	const struct row *sample, size_t n, struct columns *out)
{
	struct looks q;

	q.c = out;
	q.id_column = columns_find(out, "id_number");
	q.this_year = time_day_cn(host_now_ms()).year;
	for (size_t i = 0; i < h->n && q.id_column == out->n; i++)
		if (out->column[i].how == HOW_NOT &&
			(h->none || head_is_empty(h->head[i])) &&
			mostly(&q, sample, n, i, looks_like_id))
			guess_column(&q, t, sample, n, i, out);
	for (size_t i = 0; i < h->n; i++)
		if (out->column[i].how == HOW_NOT &&
			(h->none || head_is_empty(h->head[i])))
			guess_column(&q, t, sample, n, i, out);
}

/* ---- what has no head ---- */

static size_t last_head(const struct header *h)
{
	size_t n = h->n;

	while (n && !h->head[n - 1][0])
		n--;
	return n;
}

static void find_strays(const struct header *h, const struct row *sample,
	size_t n, struct columns *out)
{
	for (size_t i = last_head(h); i < h->n; i++) {
		size_t filled = 0;

		for (size_t k = 0; k < n; k++)
			filled += row_has(&sample[k], i);
		out->column[i].stray =
			!out->column[i].target && filled * 2 <= n;
	}
}

/* ---- all of it ---- */

void columns_signature(const struct header *h, char out[SHA256_HEX])
{
	struct sha256_run *run = sha256_begin();
	struct sha256 sum;

	for (size_t i = 0; i < h->n; i++)
		sha256_add(run, h->head[i], strlen(h->head[i]) + 1);
	sum = sha256_end(run);
	hex_format(sum.b, SHA256_LEN, out);
}

size_t columns_find(const struct columns *c, const char *target)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->column[i].target &&
			strcmp(c->column[i].target->name, target) == 0)
			return i;
	return c->n;
}

json_t *columns_memory(const struct columns *c)
{
	json_t *out = json_array();

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(
			out, c->column[i].target
				     ? json_string(c->column[i].target->name)
				     : json_null());
	return out;
}

bool columns_read(const struct reading *r, const struct targets *t,
	const struct header *h, const struct row *sample, size_t n,
	const char *maps, const json_t *remembered, struct columns *out,
	struct err *e)
{
	memset(out, 0, sizeof(*out));
	out->n = h->n;
	out->column = ARENA_ARRAY(r->mem, struct column, h->n + 1);
	columns_signature(h, out->signature);
	for (size_t i = 0; i < h->n; i++)
		out->column[i].head = h->head[i];
	if (!take_said(r, t, h, maps, out, e))
		return false;
	take_remembered(t, h, remembered, out);
	take_heads(t, h, out);
	take_cells(t, h, sample, n, out);
	find_strays(h, sample, n, out);
	return columns_find(out, "name") < out->n ||
	       refuse_file(r, e, SAY_NO_NAME, NULL);
}
