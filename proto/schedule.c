/*
 * schedule.c - see schedule.h: takes the records, asks its sources, puts what
 * they say in order.
 */
#include "proto/queue.h"
#include "proto/schedule_in.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

/* Which records count, and the field that says when they were. */
static const struct kept_type kept_types[] = {
	{"person",     OF_PERSON,     NULL         },
	{"service",    OF_SERVICE,    "started_at" },
	{"response",   OF_RESPONSE,   "responded"  },
	{"assessment", OF_ASSESSMENT, "assessed"   },
	{"task",       OF_TASK,       "due"        },
	{"plan",       OF_PLAN,       "review_date"},
	{"review",     OF_REVIEW,     "held"       },
	{"consent",    OF_CONSENT,    "from"       },
	{"contract",   OF_CONTRACT,   "from"       },
	{"closure",    OF_CLOSURE,    "closed_on"  },
	{"referral",   OF_REFERRAL,   "requested"  },
};

struct schedule_run *schedule_begin(const struct catalogue *c,
	const struct calendar *cal, const struct uuid *case_id,
	struct arena *mem)
{
	struct schedule_run *run = ARENA_NEW(mem, struct schedule_run);

	run->c = c;
	run->cal = cal;
	run->case_id = *case_id;
	run->mem = mem;
	run->kinds = catalogue_codes(c, "service_kind")->items;
	return run;
}

bool schedule_uses(const struct rtype *t)
{
	return kept_uses(kept_types, ARRAY_LEN(kept_types), t->name) ||
	       strcmp(t->name, "case") == 0;
}

void schedule_add(
	struct schedule_run *run, const struct record *r, const json_t *body)
{
	if (!r->type || r->cls == CLASS_RESTRICTED ||
		r->state == STATE_RETRACTED)
		return;
	if (uuid_cmp(&r->id, &run->case_id) == 0)
		run->kase = body;
	/* One person's own look at a case (queue.h) is no meeting: it holds no
	 * plan's review and puts off none of the group's. */
	if (queue_is_own(r->type, body))
		return;
	kept_add(kept_types, ARRAY_LEN(kept_types), run->of, run->mem, r, body);
}

/* ---- what the parts ask ---- */

bool text_is(const json_t *body, const char *field, const char *value)
{
	const char *s = json_str(body, field);

	return s && strcmp(s, value) == 0;
}

struct due_item *schedule_item(struct schedule_run *run, const char *kind,
	const char *code, const char *zh, const char *en)
{
	struct due_item *d;

	run->items = fold_grown(run->mem, run->items, run->count, &run->room,
		sizeof(*run->items));
	d = &run->items[run->count++];
	memset(d, 0, sizeof(*d));
	d->kind = kind;
	d->code = code;
	d->zh = zh ? zh : code;
	d->en = en ? en : code;
	d->unknown = json_keep(json_array(), run->mem);
	return d;
}

void item_unknown(
	struct schedule_run *run, struct due_item *d, const char *name)
{
	json_t *list =
		json_keep(json_copy((json_t *)(uintptr_t)d->unknown), run->mem);

	json_array_append_new(list, json_string(name));
	d->unknown = list;
}

bool is_direct(const struct schedule_run *run, const struct entry *service)
{
	const char *kind = json_str(service->body, "kind");

	if (!kind || !text_is(service->body, "status", "completed"))
		return false;
	for (size_t i = 0; i < json_array_size(run->kinds); i++) {
		const json_t *item = json_array_get(run->kinds, i);

		if (strcmp(json_str(item, "code"), kind) == 0)
			return json_flag(item, "direct");
	}
	return false;
}

const struct entry *first_direct(const struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_SERVICE];

	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].dated && is_direct(run, &l->list[i]))
			return &l->list[i];
	return NULL;
}

bool client_birth(const struct schedule_run *run, struct date *out)
{
	return fold_day(run->client, "birth", out);
}

bool case_day(
	const struct schedule_run *run, const char *field, struct date *out)
{
	const char *text = json_str(run->kase, field);

	return text && date_parse(text, out);
}

const json_t *form_of(
	const struct schedule_run *run, const struct entry *response)
{
	const char *name = json_str(response->body, "form");
	const json_t *form = name ? catalogue_form(run->c, name,
					    json_str(response->body, "version"))
				  : NULL;

	return name && !form ? catalogue_form(run->c, name, NULL) : form;
}

struct date birthday(const struct date *birth, int years)
{
	struct date d = {birth->year + years, birth->month, birth->day};

	if (!date_is_valid(&d)) {
		d.month = 3;
		d.day = 1;
	}
	return d;
}

/* ---- the end ---- */

/* The version a case was begun with; where it is not here, the newest. */
static const json_t *pack_of(const struct schedule_run *run)
{
	const char *name = json_str(run->kase, "programme");
	const char *version = json_str(run->kase, "programme_version");
	const json_t *pack = NULL;

	if (name && version)
		pack = catalogue_pack_version(run->c, name, version);
	return name && !pack ? catalogue_pack(run->c, name) : pack;
}

static int by_due(const void *a, const void *b)
{
	const struct due_item *x = a, *y = b;
	int order = 0;

	if (day_known(&x->due) && day_known(&y->due))
		order = date_cmp(&x->due, &y->due);
	else
		order = day_known(&y->due) - day_known(&x->due);
	if (!order)
		order = strcmp(x->kind, y->kind);
	if (!order)
		order = strcmp(x->code, y->code);
	return order ? order : uuid_cmp(&x->record, &y->record);
}

/* The day a sheet names for the next one of its kind comes no later: then what
 * the pack asks of that sheet is the same thing, and stands there already. */
static bool is_agreed(const struct schedule_run *run, const struct due_item *d)
{
	if (strcmp(d->kind, "schedule") != 0 || !d->form || !day_known(&d->due))
		return false;
	for (size_t i = 0; i < run->count; i++) {
		const struct due_item *r = &run->items[i];

		if (strcmp(r->kind, "response") == 0 && r->form &&
			strcmp(r->form, d->form) == 0 && day_known(&r->due) &&
			date_cmp(&r->due, &d->due) <= 0)
			return true;
	}
	return false;
}

static void drop_agreed(struct schedule_run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->count; i++)
		if (!is_agreed(run, &run->items[i]))
			run->items[n++] = run->items[i];
	run->count = n;
}

const struct schedule *schedule_end(struct schedule_run *run)
{
	struct schedule *s = ARENA_NEW(run->mem, struct schedule);

	for (size_t i = 0; i < SCHEDULE_LISTS; i++)
		entries_sort(&run->of[i]);
	run->client = entries_client(&run->of[OF_PERSON], run->kase);
	run->pack = pack_of(run);
	run->ended = text_is(run->kase, "phase", "ended");
	run->closed = run->ended || json_str(run->kase, "closed");
	run->died = fold_day(run->client, "deceased", &run->died_on);
	schedule_pack_items(run);
	schedule_clock_items(run);
	schedule_owed_items(run);
	drop_agreed(run);
	if (run->count > 1)
		qsort(run->items, run->count, sizeof(*run->items), by_due);
	s->items = run->items;
	s->n = run->count;
	return s;
}

const struct due_item *schedule_next(const struct schedule *s)
{
	return s->n && day_known(&s->items[0].due) ? &s->items[0] : NULL;
}

int64_t due_days_late(const struct due_item *d, const struct date *on)
{
	int64_t late = day_known(&d->due)
			       ? date_to_days(on) - date_to_days(&d->due)
			       : 0;

	return late > 0 ? late : 0;
}

/* ---- as JSON ---- */

static json_t *day_json(const struct date *d)
{
	char text[DATE_TEXT];

	return day_known(d) ? json_string(date_format(d, text)) : json_null();
}

static json_t *item_json(const struct due_item *d)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:O}",
		"kind", d->kind, "code", d->code, "zh", d->zh, "en", d->en,
		"due", day_json(&d->due), "from", day_json(&d->from),
		"last_done", day_json(&d->last_done), "times",
		(json_int_t)d->times, "unknown", d->unknown);
	char text[UUID_TEXT]; /* also takes an instant */

	if (d->due_at)
		json_object_set_new(
			j, "due_at", json_string(time_format(d->due_at, text)));
	if (d->calendar_missing)
		json_object_set_new(j, "calendar_missing",
			json_integer(d->calendar_missing));
	if (!uuid_is_nil(&d->record))
		json_object_set_new(j, "record",
			json_string(uuid_format(&d->record, text)));
	if (d->text)
		json_object_set_new(j, "text", json_string(d->text));
	if (d->form)
		json_object_set_new(j, "form", json_string(d->form));
	return j;
}

json_t *schedule_json(const struct schedule *s, struct arena *mem)
{
	json_t *out = json_keep(json_array(), mem);

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(out, item_json(&s->items[i]));
	return out;
}
