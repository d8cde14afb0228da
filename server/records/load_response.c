/*
 * load_response.c - what the rules of forms look at, read for every response a
 * batch makes or changes: the case, the person, the response before it, and the
 * calendar; and the flags that responses and assessments raised earlier.
 *
 * One more trip, taken only by batches with responses, or with assessments by
 * an instrument that raises flags.
 */
#include "server/records/flags.h"
#include "server/records/response.h"

#include "proto/scale_fit.h"
#include "server/records/summaries.h"

#include <string.h>

/* What a response will say of itself once the batch is decided, as far as it
 * can be known before. */
struct asked {
	const struct uuid *id;
	const struct uuid *kase;
	const char *form;
	const char *version;
	const char *day;
	const char *subject;
};

struct list {
	struct arena *mem;
	struct asked *v;
	size_t n;
};

static const char *either(const json_t *a, const json_t *b, const char *key)
{
	const char *s = json_str(a, key);

	return s ? s : json_str(b, key);
}

static void ask(struct list *l, const struct uuid *id, const struct uuid *kase,
	const json_t *set, const json_t *body)
{
	struct asked *a = &l->v[l->n];

	a->id = id;
	a->kase = kase;
	a->form = either(set, body, "form");
	a->version = either(set, body, "version");
	a->day = either(set, body, "responded");
	a->subject = either(set, body, "subject");
	l->n += a->form != NULL;
}

static bool is_response(const struct rtype *t)
{
	return t && strcmp(t->name, "response") == 0;
}

static struct list ask_all(struct world *w)
{
	struct list l = {w->mem, NULL, 0};

	l.v = ARENA_ARRAY(w->mem, struct asked, w->entry_count + w->n + 1);
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *x = w->entries[i];

		if (x->now.ver && is_response(x->now.type))
			ask(&l, &x->id, &x->now.case_id,
				world_set_of(w, &x->id), entry_body(w, x));
	}
	for (size_t i = 0; i < w->n; i++) {
		const struct change *c = &w->changes[i];

		if (!c->refused && c->op == OP_CREATE && is_response(c->type))
			ask(&l, &c->rec, &c->case_id, c->set, NULL);
	}
	return l;
}

/* ---- the flags they may have raised ---- */

#define FLAG_ROOM 64 /* rules of one form times levels is about this */

struct flag_ids {
	struct uuid *v;
	size_t n, sheets;
};

static void flags_of(
	struct flag_ids *f, const struct uuid *sheet, const json_t *list)
{
	if (json_array_size(list))
		f->n = flags_possible(
			sheet, list, f->v, f->n, ++f->sheets * FLAG_ROOM);
}

static void flags_of_response(
	const struct world *w, struct flag_ids *f, const struct asked *a)
{
	const json_t *form = catalogue_form(w->catalogue, a->form, a->version);

	if (!form)
		form = catalogue_form(w->catalogue, a->form, NULL);
	flags_of(f, a->id, json_object_get(form, "flags"));
}

static void flags_of_assessment(const struct world *w, struct flag_ids *f,
	const struct uuid *id, const json_t *set, const json_t *body)
{
	const char *name = either(set, body, "instrument");
	const json_t *scale =
		name ? scale_of_version(catalogue_scales(w->catalogue), name,
			       either(set, body, "version"))
		     : NULL;

	flags_of(f, id, json_object_get(scale, "alerts"));
}

static bool is_assessment(const struct rtype *t)
{
	return t && strcmp(t->name, "assessment") == 0;
}

static size_t assessments(struct world *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->entry_count; i++)
		n += w->entries[i]->now.ver &&
		     is_assessment(w->entries[i]->now.type);
	for (size_t i = 0; i < w->n; i++)
		n += is_assessment(w->changes[i].type);
	return n;
}

static struct flag_ids all_flags(struct world *w, const struct list *l)
{
	size_t room = (l->n + assessments(w)) * FLAG_ROOM;
	struct flag_ids f = {NULL, 0, 0};

	f.v = ARENA_ARRAY(w->mem, struct uuid, room + 1);
	for (size_t i = 0; i < l->n; i++)
		flags_of_response(w, &f, &l->v[i]);
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *x = w->entries[i];

		if (x->now.ver && is_assessment(x->now.type))
			flags_of_assessment(w, &f, &x->id,
				world_set_of(w, &x->id), entry_body(w, x));
	}
	for (size_t i = 0; i < w->n; i++) {
		const struct change *c = &w->changes[i];

		if (!c->refused && c->op == OP_CREATE && is_assessment(c->type))
			flags_of_assessment(w, &f, &c->rec, c->set, NULL);
	}
	return f;
}

/* ---- the trip ---- */

/* The client of a case this very batch opens; nil: the database knows. */
static struct uuid client_of(const struct world *w, const struct uuid *kase)
{
	struct uuid id;

	memset(&id, 0, sizeof(id));
	for (size_t i = 0; i < w->n; i++) {
		const struct change *c = &w->changes[i];
		const char *s = json_str(c->set, "person");

		if (!c->refused && c->op == OP_CREATE && c->type->root && s &&
			uuid_cmp(&c->rec, kase) == 0)
			(void)uuid_parse(s, &id);
	}
	return id;
}

static void queue_facts(struct world *w, struct db *db, const struct list *l)
{
	struct uuid *ids = ARENA_ARRAY(w->mem, struct uuid, l->n);
	struct uuid *cases = ARENA_ARRAY(w->mem, struct uuid, l->n);
	struct uuid *people = ARENA_ARRAY(w->mem, struct uuid, l->n);
	struct uuid *held =
		ARENA_ARRAY(w->mem, struct uuid, w->entry_count + 1);
	const char **forms = ARENA_ARRAY(w->mem, const char *, l->n);
	const char **days = ARENA_ARRAY(w->mem, const char *, l->n);
	struct db_args a;

	for (size_t i = 0; i < l->n; i++) {
		const struct asked *q = &l->v[i];
		struct date d;

		ids[i] = *q->id;
		cases[i] = *q->kase;
		forms[i] = q->form;
		days[i] = q->day && date_parse(q->day, &d) ? q->day : NULL;
		if (!q->subject || !uuid_parse(q->subject, &people[i]))
			people[i] = client_of(w, q->kase);
	}
	for (size_t i = 0; i < w->entry_count; i++)
		held[i] = w->entries[i]->id;
	db_args_init(&a, w->mem);
	db_uuids(&a, ids, l->n);
	db_uuids(&a, cases, l->n);
	db_texts(&a, forms, l->n);
	db_texts(&a, days, l->n);
	db_uuids(&a, people, l->n);
	db_uuids(&a, held, w->entry_count);
	db_queue(db, Q_RESPONSE_FACTS, &a);
}

static json_t *read_text(
	struct world *w, const struct db_rows *rows, int i, const char *column)
{
	struct str text = db_get_bytes(rows, i, column);
	struct err e;

	return text.p ? json_read(text.p, text.n, &json_limits_own, w->mem, &e)
		      : NULL;
}

static void take_responses(struct world *w, const struct db_rows *rows)
{
	w->response_count = (size_t)db_count(rows);
	w->responses = ARENA_ARRAY(
		w->mem, struct response_facts, w->response_count + 1);
	for (size_t i = 0; i < w->response_count; i++) {
		struct response_facts *f = &w->responses[i];
		int row = (int)i;

		f->id = db_get_uuid(rows, row, "id");
		f->person_id = db_get_uuid(rows, row, "person_id");
		f->kase = read_text(w, rows, row, "kase");
		f->person = read_text(w, rows, row, "person");
		f->before_id = db_get_uuid(rows, row, "before_id");
		f->before_on = db_get_text(rows, row, "before_on");
		f->before = read_text(w, rows, row, "before");
	}
}

/* Added to what is taken already. */
static void take_more(struct world *w, const struct db_rows *rows)
{
	size_t n = (size_t)db_count(rows);
	struct uuid *all =
		ARENA_ARRAY(w->mem, struct uuid, w->taken_count + n + 1);

	if (w->taken_count)
		memcpy(all, w->taken, w->taken_count * sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[w->taken_count + i] =
			db_get_uuid(rows, (int)i, "record_id");
	w->taken = all;
	w->taken_count += n;
}

static void queue_flags(
	struct world *w, struct db *db, enum query q, const struct flag_ids *f)
{
	struct db_args a;

	db_args_init(&a, w->mem);
	db_uuids(&a, f->v, f->n);
	db_queue(db, q, &a);
}

bool world_load_responses(struct world *w, struct db *db, struct err *e)
{
	struct list l = ask_all(w);
	struct flag_ids f = all_flags(w, &l);
	struct db_rows *rows[4];
	struct db_args none;

	if (l.n == 0 && f.n == 0)
		return true;
	queue_flags(w, db, Q_HEADS, &f);
	queue_flags(w, db, Q_TAKEN, &f);
	if (l.n) {
		queue_facts(w, db, &l);
		db_args_init(&none, w->mem);
		db_queue(db, Q_HOLIDAYS, &none);
	}
	if (!db_flush(db, w->mem, rows, l.n ? 4 : 2, e))
		return false;
	world_take_heads(w, rows[0]);
	take_more(w, rows[1]);
	if (l.n) {
		take_responses(w, rows[2]);
		w->calendar = summaries_calendar(rows[3], w->mem);
	}
	return true;
}
