/*
 * load_beside.c - see beside.h: what is asked, and where the answers go.
 */
#include "server/records/beside.h"

#include "proto/about.h"
#include "server/records/ids.h"

#include <string.h>

enum { ASK_BODIES = 1, ASK_BASELINES = 2, ASK_CONTRACTS = 4 };

/* As about_names() calls it. */
static void push(void *ctx, const struct uuid *id)
{
	ids_push(ctx, id);
}

/* What is to be asked. */
struct plan {
	struct world *w;
	struct ids bodies;
	struct ids units, whos; /* of baselines, in step; a nil who is kept */
	const char **instruments;
	size_t baseline_count;
	struct ids cases, persons, teams; /* of contracts */
	bool contracts;
};

static bool is(const struct rtype *t, const char *name)
{
	return t && strcmp(t->name, name) == 0;
}

static const char *either(const json_t *a, const json_t *b, const char *key)
{
	const char *s = json_str(a, key);

	return s ? s : json_str(b, key);
}

/* ---- baselines ---- */

static void want_baseline(struct plan *p, const struct rtype *t,
	const struct uuid *unit, const json_t *set, const json_t *body)
{
	const char *who = is(t, "group_assessment")
				  ? either(set, body, "participant")
				  : either(set, body, "subject");
	const char *instrument = either(set, body, "instrument");
	struct uuid id;

	if (!instrument || !(about_has_baseline(t->name, set) ||
				   about_has_baseline(t->name, body)))
		return;
	if (!who || !uuid_parse(who, &id))
		memset(&id, 0, sizeof(id));
	ids_push(&p->units, unit);
	p->whos.v[p->baseline_count] = id;
	p->instruments[p->baseline_count] = instrument;
	p->baseline_count = p->units.n;
}

/* ---- bodies and contracts ---- */

static void want_record(struct plan *p, const struct rtype *t,
	const struct uuid *unit, const json_t *set, const json_t *body)
{
	bool contract = is(t, "contract");

	if (!about_concerns(t->name) && !contract && t->scope != SCOPE_LETTER)
		return;
	ids_push(&p->bodies, unit);
	about_names(t->name, set, push, &p->bodies);
	about_names(t->name, body, push, &p->bodies);
	want_baseline(p, t, unit, set, body);
	if (!contract)
		return;
	p->contracts = true;
	ids_push(&p->cases, unit);
	about_names(t->name, set, push, &p->teams);
	about_names(t->name, body, push, &p->teams);
}

/* A value a conflict is settled with may name any of them. */
static void want_value(struct plan *p, const json_t *set)
{
	json_t *value = json_object_get(set, "value"), *v;
	const char *key;
	struct uuid id;

	json_object_foreach(value, key, v)
	{
		if (json_is_string(v) && uuid_parse(json_string_value(v), &id))
			ids_push(&p->bodies, &id);
	}
}

/* What the batch makes that others hang on: a case opened in it leads to a
 * person who is on file already. */
static void want_made(struct plan *p, const struct change *c)
{
	static const char *const roots[] = {"case", "participant", "person"};

	for (size_t i = 0; i < ARRAY_LEN(roots); i++)
		if (is(c->type, roots[i]))
			about_names(c->type->name, c->set, push, &p->bodies);
	if (is(c->type, "case"))
		about_names("case", c->set, push, &p->persons);
}

static void want_all(struct plan *p)
{
	struct world *w = p->w;

	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *x = w->entries[i];

		if (x->now.ver && x->now.type)
			want_record(p, x->now.type, &x->now.case_id,
				world_set_of(w, &x->id), entry_body(w, x));
	}
	for (size_t i = 0; i < w->n; i++) {
		const struct change *c = &w->changes[i];

		if (c->refused || !c->type)
			continue;
		if (c->op == OP_CREATE)
			want_record(p, c->type, &c->case_id, c->set, NULL);
	}
	if (!p->bodies.n)
		return;
	for (size_t i = 0; i < w->n; i++) {
		if (w->changes[i].refused || !w->changes[i].type)
			continue;
		if (w->changes[i].op == OP_CREATE)
			want_made(p, &w->changes[i]);
		if (w->changes[i].op == OP_RESOLVE)
			want_value(p, w->changes[i].set);
	}
}

/* The client of a case that is about to be closed. */
static void want_closing(struct plan *p)
{
	struct world *w = p->w;

	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *x = w->entries[i];
		const json_t *set;

		if (!x->now.ver || !is(x->now.type, "case"))
			continue;
		set = world_set_of(w, &x->id);
		if (set && json_object_get(set, "phase"))
			about_names("case", entry_body(w, x), push, &p->bodies);
	}
}

static void plan_init(struct plan *p, struct world *w)
{
	size_t room = w->entry_count + w->n + 1;

	memset(p, 0, sizeof(*p));
	p->w = w;
	p->bodies.mem = p->units.mem = p->whos.mem = w->mem;
	p->cases.mem = p->persons.mem = p->teams.mem = w->mem;
	p->whos.v = ARENA_ARRAY(w->mem, struct uuid, room);
	p->instruments = ARENA_ARRAY(w->mem, const char *, room);
}

static struct ids held_by(struct world *w)
{
	struct ids held = {w->mem, NULL, 0, 0};

	for (size_t i = 0; i < w->entry_count; i++)
		ids_push(&held, &w->entries[i]->id);
	return held;
}

static void queue_bodies(struct plan *p, struct db *db)
{
	struct db_args a;

	ids_unique(&p->bodies);
	db_args_init(&a, p->w->mem);
	db_uuids(&a, p->bodies.v, p->bodies.n);
	db_queue(db, Q_BESIDE, &a);
}

static void queue_baselines(struct plan *p, struct db *db, struct ids *held)
{
	struct db_args a;

	db_args_init(&a, p->w->mem);
	db_uuids(&a, p->units.v, p->baseline_count);
	db_texts(&a, p->instruments, p->baseline_count);
	db_uuids(&a, p->whos.v, p->baseline_count);
	db_uuids(&a, held->v, held->n);
	db_queue(db, Q_BASELINES, &a);
}

static void queue_contracts(struct plan *p, struct db *db, struct ids *held)
{
	struct db_args a;

	ids_unique(&p->cases);
	ids_unique(&p->persons);
	ids_unique(&p->teams);
	db_args_init(&a, p->w->mem);
	db_uuids(&a, p->cases.v, p->cases.n);
	db_uuids(&a, p->persons.v, p->persons.n);
	db_uuids(&a, p->teams.v, p->teams.n);
	db_uuids(&a, held->v, held->n);
	db_queue(db, Q_CONTRACTS, &a);
}

size_t beside_queue(struct world *w, struct db *db)
{
	struct ids held = held_by(w);
	struct plan p;
	size_t n = 0;

	w->beside = ARENA_NEW(w->mem, struct beside);
	plan_init(&p, w);
	want_all(&p);
	want_closing(&p);
	if (p.bodies.n) {
		queue_bodies(&p, db);
		w->beside->asked |= ASK_BODIES;
		n++;
	}
	if (p.baseline_count) {
		queue_baselines(&p, db, &held);
		w->beside->asked |= ASK_BASELINES;
		n++;
	}
	if (p.contracts) {
		queue_contracts(&p, db, &held);
		w->beside->asked |= ASK_CONTRACTS;
		n++;
	}
	return n;
}

/* ---- the answers ---- */

static void take_bodies(struct world *w, const struct db_rows *rows)
{
	struct beside *b = w->beside;

	b->body_count = (size_t)db_count(rows);
	b->bodies = ARENA_ARRAY(w->mem, struct beside_body, b->body_count + 1);
	for (size_t i = 0; i < b->body_count; i++) {
		struct str text = db_get_bytes(rows, (int)i, "body");
		struct err e;

		b->bodies[i].id = db_get_uuid(rows, (int)i, "record_id");
		b->bodies[i].body =
			json_read(text.p, text.n, &json_limits_own, w->mem, &e);
	}
}

static void take_baselines(struct world *w, const struct db_rows *rows)
{
	struct beside *b = w->beside;

	b->baseline_count = (size_t)db_count(rows);
	b->baselines = ARENA_ARRAY(
		w->mem, struct beside_baseline, b->baseline_count + 1);
	for (size_t i = 0; i < b->baseline_count; i++) {
		b->baselines[i].unit = db_get_uuid(rows, (int)i, "unit");
		b->baselines[i].who = db_get_uuid(rows, (int)i, "who");
		b->baselines[i].instrument =
			db_get_text(rows, (int)i, "instrument");
		b->baselines[i].day = db_get_text(rows, (int)i, "day");
	}
}

static void take_contracts(struct world *w, const struct db_rows *rows)
{
	struct beside *b = w->beside;

	b->contract_count = (size_t)db_count(rows);
	b->contracts = ARENA_ARRAY(
		w->mem, struct beside_contract, b->contract_count + 1);
	for (size_t i = 0; i < b->contract_count; i++) {
		b->contracts[i].asked = db_get_uuid(rows, (int)i, "asked");
		b->contracts[i].team = db_get_uuid(rows, (int)i, "team");
		b->contracts[i].from = db_get_text(rows, (int)i, "from_on");
		b->contracts[i].to = db_get_text(rows, (int)i, "to_on");
		b->contracts[i].n = db_get_int(rows, (int)i, "n");
	}
}

void beside_take(struct world *w, struct db_rows *const *rows)
{
	static const struct {
		int what;
		void (*take)(struct world *w, const struct db_rows *rows);
	} answers[] = {
		{ASK_BODIES,    take_bodies   },
		{ASK_BASELINES, take_baselines},
		{ASK_CONTRACTS, take_contracts},
	};

	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (w->beside->asked & answers[i].what)
			answers[i].take(w, *rows++);
}

static int body_by_id(const void *key, const void *item)
{
	return uuid_cmp(key, &((const struct beside_body *)item)->id);
}

const json_t *world_body(struct world *w, const struct uuid *id)
{
	const struct beside *b = w->beside;
	struct entry *x = world_find(w, id);
	const struct beside_body *row;

	if (x && x->now.ver)
		return x->now.state == STATE_RETRACTED ? NULL
						       : entry_body(w, x);
	if (!b || !b->body_count)
		return NULL;
	row = bsearch(
		id, b->bodies, b->body_count, sizeof(*b->bodies), body_by_id);
	return row ? row->body : NULL;
}
