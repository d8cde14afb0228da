/*
 * folder.c - the records of one case or group in the order they are printed:
 * by type, the newest first.
 */
#include "client/print/print_in.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	struct seen r;
	const char *day;
};

const char *day_of(const struct print_job *j, const struct seen *r)
{
	const char *on = NULL;
	int64_t ms;

	if (r->r.type && r->r.type->sort)
		on = json_str(r->body, r->r.type->sort);
	if (on && strlen(on) == 10)
		return on;
	/* An instant late in a UTC day is the next day here. */
	if (!on || !time_parse(on, &ms))
		ms = r->r.entered_at;
	return arena_printf(j->mem, "%.10s", clock_text(j, ms));
}

bool is_live(const struct seen *r)
{
	return r->r.state != STATE_RETRACTED && r->r.state != STATE_DRAFT;
}

static bool may_be_printed(const struct seen *r)
{
	return r->r.type && r->r.state != STATE_RETRACTED &&
	       r->r.cls != CLASS_RESTRICTED &&
	       !json_flag(r->body, "restricted");
}

static int in_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = x->r.r.type->no - y->r.r.type->no;

	if (!order)
		order = strcmp(y->day, x->day);
	return order ? order : uuid_cmp(&x->r.r.id, &y->r.r.id);
}

static bool read_entries(const struct print_job *j, const struct uuid *unit,
	struct entry **out, size_t *n, struct err *e)
{
	size_t count;
	const struct uuid *ids = view_unit(j->view, unit, j->mem, &count);
	struct entry *list = ARENA_ARRAY(j->mem, struct entry, count + 1);

	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct entry *one = &list[*n];

		if (!view_record(j->view, &ids[i], j->mem, &one->r, e))
			return false;
		if (!may_be_printed(&one->r))
			continue;
		one->day = day_of(j, &one->r);
		(*n)++;
	}
	if (*n)
		qsort(list, *n, sizeof(*list), in_order);
	*out = list;
	return true;
}

bool folder_open(const struct print_job *j, const struct uuid *unit,
	struct folder *out, struct err *e)
{
	struct entry *entries;
	struct seen *records, *person;

	memset(out, 0, sizeof(*out));
	out->j = j;
	if (!read_entries(j, unit, &entries, &out->n, e))
		return false;
	records = ARENA_ARRAY(j->mem, struct seen, out->n + 1);
	for (size_t i = 0; i < out->n; i++) {
		records[i] = entries[i].r;
		if (uuid_cmp(&records[i].r.id, unit) == 0)
			out->root = &records[i];
	}
	out->records = records;
	if (!out->root)
		return err_set(e, ERR_NOT_FOUND, "not held");
	person = ARENA_NEW(j->mem, struct seen);
	if (record_at(j, json_str(out->root->body, "person"), person))
		out->client = person;
	return true;
}

const struct seen *folder_next(
	const struct folder *f, const char *type, const struct seen *after)
{
	size_t i = after ? (size_t)(after - f->records) + 1 : 0;

	for (; i < f->n; i++)
		if (strcmp(f->records[i].type, type) == 0)
			return &f->records[i];
	return NULL;
}

static int64_t rank(const struct seen *r, const char *field)
{
	const json_t *v = json_object_get(r->body, field);

	if (json_is_boolean(v))
		return json_is_true(v) ? 0 : 1;
	return json_int(r->body, field, INT64_MAX);
}

/* A few dozen at most: equal ones keep their order. */
const struct seen **folder_sorted(
	const struct folder *f, const char *type, const char *field)
{
	const struct seen **list =
		ARENA_ARRAY(f->j->mem, const struct seen *, f->n + 1);
	size_t n = 0;

	for (const struct seen *r = NULL; (r = folder_next(f, type, r));) {
		size_t at = n++;

		while (at && rank(list[at - 1], field) > rank(r, field)) {
			list[at] = list[at - 1];
			at--;
		}
		list[at] = r;
	}
	return list;
}

const struct seen *folder_find(const struct folder *f, const char *id)
{
	struct uuid u;

	if (!id || !uuid_parse(id, &u))
		return NULL;
	for (size_t i = 0; i < f->n; i++)
		if (uuid_cmp(&f->records[i].r.id, &u) == 0)
			return &f->records[i];
	return NULL;
}

const struct seen *folder_newest_plan(const struct folder *f)
{
	const struct seen *best = NULL;

	for (const struct seen *r = NULL; (r = folder_next(f, "plan", r));)
		if (!best || json_int(r->body, "version", 0) >
				     json_int(best->body, "version", 0))
			best = r;
	return best;
}

/* ---- hidden names ---- */

static void hide(const struct print_job *j, struct doc *d, const char *name)
{
	if (name)
		doc_hide(d, name, shown_name(j, name));
}

static void hide_person(
	const struct print_job *j, struct doc *d, const char *id)
{
	struct seen r;

	if (record_at(j, id, &r))
		hide(j, d, json_str(r.body, "name"));
}

void folder_hide(const struct folder *f, struct doc *d)
{
	static const char *const names[] = {
		"name", "given_by", "client_name", "approved_by"};
	static const char *const persons[] = {"person", "subject", "about"};
	const struct print_job *j = f->j;

	if (!j->masked)
		return;
	for (size_t i = 0; i < f->n; i++) {
		const struct seen *r = &f->records[i];

		for (size_t k = 0; k < ARRAY_LEN(persons); k++)
			hide_person(j, d, json_str(r->body, persons[k]));
		if (strcmp(r->type, "group") == 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			const struct field *t =
				rtype_field(r->r.type, names[k]);

			if (t && t->kind == KIND_TEXT)
				hide(j, d, json_str(r->body, names[k]));
		}
	}
}

/* ---- scores ---- */

bool score_of(
	const struct print_job *j, const struct seen *r, struct measured *out)
{
	const char *instrument = json_str(r->body, "instrument");
	const json_t *scale;
	struct err ignored;

	memset(out, 0, sizeof(*out));
	if (!instrument)
		return false;
	scale = catalogue_scale_version(
		j->catalogue, instrument, json_str(r->body, "version"));
	out->r = r;
	out->day = day_of(j, r);
	return scale &&
	       scale_score(scale, json_str(r->body, "variant"),
		       json_object_get(r->body, "answers"), &out->score,
		       &ignored) &&
	       out->score.headline;
}
