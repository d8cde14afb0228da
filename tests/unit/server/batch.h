/*
 * batch.h - a world made by hand, for the tests of server/records: what stands
 * in the database is written down, a batch of changes is decided, and what it
 * would write is looked at. No database is near.
 */
#ifndef TESTS_BATCH_H
#define TESTS_BATCH_H

#include "server/records/beside.h"
#include "server/records/decide.h"

#include "tests/lib/tap.h"

#define ID(n)    "0192f5a0-0000-7000-8000-0000000000" n
#define CHG(n)   "0192f5a0-0000-7000-8000-0000000001" n
#define TX(n)    "0192f5a0-0000-7000-8000-0000000002" n
#define ME       ID("01")
#define SITE     ID("02")
#define CASE     ID("03")
#define OTHER    ID("04") /* another case, out of reach unless said */
#define SOMEBODY ID("05")
#define PERSON   ID("06")
#define WHEN     "\"entered_at\":\"2026-11-21T09:30:00+08:00\""

/* A change as JSON text; `more` begins with the op's own members. */
#define IN(kase, n, op, type, rec, more)                                       \
	"{\"id\":\"" CHG(n) "\",\"rec\":\"" rec "\",\"type\":\"" type          \
			    "\",\"case\":\"" kase "\",\"op\":\"" op "\"," WHEN \
			    "," more "}"
#define CHANGE(n, op, type, rec, more) IN(CASE, n, op, type, rec, more)
/* The same as a member of a group. */
#define MEMBER(tx, n, op, type, rec, more)                                     \
	CHANGE(n, op, type, rec, "\"tx\":\"" TX(tx) "\"," more)

#define BATCH_ROOM 64

struct batch {
	struct world w;
	struct reader reader;
	struct catalogue *catalogue;
	struct change_result results[LIMIT_CHANGES];
	struct mask masks[BATCH_ROOM];
	struct ref_head refs[BATCH_ROOM];
	struct case_facts facts[BATCH_ROOM + LIMIT_CHANGES];
	struct known known[BATCH_ROOM];
	struct uuid taken[BATCH_ROOM];
	struct beside beside;
	struct beside_body bodies[BATCH_ROOM];
	struct beside_baseline baselines[BATCH_ROOM];
	struct beside_contract contracts[BATCH_ROOM];
};

static inline struct uuid batch_id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong: %s", text);
	return u;
}

/* What the reader sees of a unit from now on. */
static inline void batch_see(struct batch *b, const char *unit, int classes)
{
	struct uuid id = batch_id(unit);
	size_t i = 0;

	while (i < b->w.mask_count && uuid_cmp(&b->masks[i].unit, &id) != 0)
		i++;
	b->masks[i].unit = id;
	b->masks[i].classes = classes;
	if (i == b->w.mask_count)
		b->w.mask_count++;
}

/* A world with nothing in it but a case that is seen in full. */
static inline void batch_open(struct batch *b, enum role role)
{
	memset(b, 0, sizeof(*b));
	b->catalogue = catalogue_load();
	b->reader.staff = batch_id(ME);
	b->reader.site = batch_id(SITE);
	b->reader.role = role;
	b->w.mem = arena_new();
	b->w.catalogue = b->catalogue;
	b->w.reader = &b->reader;
	b->w.now = INT64_C(1795312800000);
	b->w.results = b->results;
	b->w.masks = b->masks;
	b->w.refs = b->refs;
	b->w.facts = b->facts;
	b->w.known = b->known;
	b->w.taken = b->taken;
	b->w.beside = &b->beside;
	b->beside.bodies = b->bodies;
	b->beside.baselines = b->baselines;
	b->beside.contracts = b->contracts;
	batch_see(b, CASE, CLASS_ALL_SHARED | CLASS_RESTRICTED);
}

static inline void batch_close(struct batch *b)
{
	arena_free(b->w.mem);
	catalogue_free(b->catalogue);
}

static inline json_t *batch_json(struct batch *b, const char *text)
{
	struct err e;
	json_t *j =
		json_read(text, strlen(text), &json_limits_own, b->w.mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

/* A record that stands: version 3, live, by somebody else. The caller may
 * change the entry further, `stored` along with `now`. */
static inline struct entry *batch_stand(struct batch *b, const char *kase,
	const char *type, const char *rec, const char *body)
{
	struct uuid id = batch_id(rec);
	struct entry *x = world_add(&b->w, &id);
	struct record *r = &x->now;
	json_t *j = batch_json(b, body);

	r->id = id;
	r->type = catalogue_type(b->catalogue, type);
	r->type_name = type;
	if (r->type->scope == SCOPE_CASE && kase)
		r->case_id = batch_id(kase);
	r->site = b->reader.site;
	r->ver = 3;
	r->state = STATE_LIVE;
	r->author = r->by = batch_id(SOMEBODY);
	r->cls = record_class_of(r->type, j);
	r->body.p = json_canonical(j, b->w.mem);
	r->body.n = strlen(r->body.p);
	r->sha = sha256_of(r->body.p, r->body.n);
	x->unit = record_unit(r->type, &id, &r->case_id);
	x->stored = *r;
	return x;
}

static inline void batch_set_state(struct entry *x, enum record_state s)
{
	x->now.state = x->stored.state = s;
}

static inline void batch_set_author(struct entry *x, const char *staff)
{
	x->now.author = x->stored.author = batch_id(staff);
}

/* A record that stands and may be named, though it is not part of the batch. */
static inline void batch_ref(
	struct batch *b, const char *unit, const char *type, const char *rec)
{
	struct ref_head *r;
	struct uuid id = batch_id(rec);
	size_t at = b->w.ref_count++;

	while (at > 0 && uuid_cmp(&b->refs[at - 1].id, &id) > 0) {
		b->refs[at] = b->refs[at - 1];
		at--;
	}
	r = &b->refs[at];
	r->id = id;
	r->unit = batch_id(unit);
	r->type = catalogue_type(b->catalogue, type);
	r->state = STATE_LIVE;
}

/* A record that stands beside the batch, as rules that look at it find it. */
static inline void batch_beside(
	struct batch *b, const char *rec, const char *body)
{
	struct uuid id = batch_id(rec);
	size_t at = b->beside.body_count++;

	while (at > 0 && uuid_cmp(&b->bodies[at - 1].id, &id) > 0) {
		b->bodies[at] = b->bodies[at - 1];
		at--;
	}
	b->bodies[at].id = id;
	b->bodies[at].body = batch_json(b, body);
}

/* What is on file in a case beside the records of the batch. */
static inline struct phase_facts *batch_facts(struct batch *b, const char *kase)
{
	struct case_facts *f = &b->facts[b->w.fact_count++];

	f->id = batch_id(kase);
	return &f->facts;
}

/* Decides "change,change,…". */
static inline void batch_decide(struct batch *b, const char *changes)
{
	char *text = arena_printf(b->w.mem, "{\"changes\":[%s]}", changes);
	struct err e;

	if (!change_batch_decode(b->catalogue, batch_json(b, text), b->w.mem,
		    &b->w.changes, &b->w.n, &e))
		die("the test's own batch is wrong: %s", e.msg);
	world_decide(&b->w);
}

/* The newest body of a record as this batch leaves it; "-" when there is
 * none. */
static inline const char *batch_body(struct batch *b, const char *rec)
{
	struct uuid id = batch_id(rec);
	const struct entry *x = world_find(&b->w, &id);

	return x && x->now.ver ? x->now.body.p : "-";
}

static inline int64_t batch_ver(struct batch *b, const char *rec)
{
	struct uuid id = batch_id(rec);
	const struct entry *x = world_find(&b->w, &id);

	return x ? x->now.ver : 0;
}

/* The n-th version of a type that would be written, or NULL. */
static inline const struct fresh *batch_fresh(
	const struct batch *b, const char *type, size_t n)
{
	for (size_t i = 0; i < b->w.fresh_count; i++)
		if (strcmp(b->w.fresh[i].rec.type_name, type) == 0 && n-- == 0)
			return &b->w.fresh[i];
	return NULL;
}

/* "applied", or the code of what was not: "parked not_found". */
static inline const char *batch_said(const struct batch *b, size_t i)
{
	const struct change_result *r = &b->results[i];
	const char *status = change_status_name(r->status);

	return r->status < CHANGE_PARKED
		       ? status
		       : arena_printf(b->w.mem, "%s %s", status,
				 err_name(r->why.code));
}

static inline bool batch_id_is(const struct uuid *u, const char *text)
{
	char got[UUID_TEXT];

	return strcmp(uuid_format(u, got), text) == 0;
}

/* What must hold of whatever a batch would write; every test ends with it. */
static inline void batch_check(const struct batch *b)
{
	for (size_t i = 0; i < b->w.fresh_count; i++) {
		const struct fresh *f = &b->w.fresh[i];
		size_t newer = 0, same = 0;

		CHECK(f->entry->grant != NULL);
		CHECK(f->rec.ver >= 1 && f->rec.type);
		CHECK(uuid_cmp(&f->rec.by, &b->reader.staff) == 0);
		for (size_t k = 0; k < b->w.fresh_count; k++) {
			const struct fresh *g = &b->w.fresh[k];

			if (uuid_cmp(&g->rec.id, &f->rec.id) != 0)
				continue;
			same += g->rec.ver == f->rec.ver;
			newer += g->rec.ver > f->rec.ver;
		}
		/* Dense versions, each once; all but the newest are old. */
		CHECK(same == 1);
		CHECK(f->old == (newer > 0));
		CHECK(f->rec.ver > f->entry->stored.ver);
		CHECK(f->entry->now.ver == f->rec.ver + (int64_t)newer);
		CHECK(f->entry->stored.state != STATE_SIGNED ||
			f->rec.state == STATE_RETRACTED);
	}
	for (size_t i = 0; i < b->w.n; i++) {
		const struct change_result *r = &b->results[i];

		CHECK(!b->w.changes[i].has_id ||
			uuid_cmp(&r->id, &b->w.changes[i].id) == 0);
		CHECK((r->status >= CHANGE_PARKED) ==
			(r->why.code != ERR_NONE));
		CHECK((r->status == CHANGE_CONFLICT) ==
			!uuid_is_nil(&r->conflict));
	}
}

#endif
