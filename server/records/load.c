/*
 * load.c - everything a batch needs to know, in three round trips: which units
 * to lock (and which changes are old friends), then what stands in them, then
 * what follows from what stands.
 */
#include "server/records/beside.h"
#include "server/records/origin.h"
#include "server/records/response.h"

#include "proto/deadline.h"
#include "server/records/ids.h"
#include "server/records/summaries.h"

#include <string.h>

struct wanted {
	struct ids changes; /* whose results may be known: own ids and afters */
	struct ids recs;
	struct ids cases;
	struct ids refs;
	struct ids links; /* refs from where circles could close */
	struct ids created;
	struct ids moving;  /* cases whose phase moves */
	struct ids items;   /* service items of requests that are made */
	struct ids closing; /* records, or conflicts about them, that become
			       restricted */
	bool sends;         /* a referral, whose clock runs in working days */
};

static bool note_ref(void *ctx, const struct field *f, const struct uuid *id)
{
	(void)f;
	ids_push(ctx, id);
	return true;
}

static void want_links(struct wanted *q, const struct change *c)
{
	for (size_t i = 0; i < c->type->field_count; i++) {
		const struct field *f = &c->type->fields[i];
		const char *s = json_str(c->set, f->name);
		struct uuid id;

		if (s && world_is_link(c->type, f) && uuid_parse(s, &id))
			ids_push(&q->links, &id);
	}
}

static void want_id(struct wanted *q, const json_t *v)
{
	const char *s = json_string_value(v);
	struct uuid id;

	if (!s || !uuid_parse(s, &id))
		return;
	ids_push(&q->refs, &id);
	ids_push(&q->links, &id);
}

/* A value a conflict is settled with may name records, too; of which type it
 * is, is known only when the conflict has been read. */
static void want_value(struct wanted *q, const struct change *c)
{
	json_t *value = json_object_get(c->set, "value"), *v;
	const char *key;

	json_object_foreach(value, key, v)
	{
		want_id(q, v);
		for (size_t i = 0; i < json_array_size(v); i++)
			want_id(q, json_array_get(v, i));
	}
	if (json_object_get(value, "phase"))
		ids_push(&q->moving, &c->case_id);
}

/* What the clock of a letter is reckoned by (proto/deadline.h). */
static void want_clock(struct wanted *q, const struct change *c)
{
	const char *status = json_str(c->set, "status");
	const char *item = json_str(c->set, "item");
	bool unset = json_array_size(c->unset) > 0;
	struct uuid id;

	if (strcmp(c->type->name, "referral") == 0)
		q->sends |=
			unset || (status && strcmp(status, "requested") == 0);
	else if (strcmp(c->type->name, "request") == 0 && item &&
		 uuid_parse(item, &id))
		ids_push(&q->items, &id);
}

static bool restricts(const struct change *c)
{
	return json_flag(c->set, "restricted") ||
	       json_flag(json_object_get(c->set, "value"), "restricted");
}

static void want_change(struct wanted *q, const struct change *c)
{
	ids_push(&q->changes, &c->id);
	ids_push(&q->changes, &c->after);
	if (c->refused)
		return;
	ids_push(&q->recs, &c->rec);
	ids_push(&q->cases, &c->case_id);
	if (c->op == OP_CREATE)
		ids_push(&q->created, &c->rec);
	if (!uuid_is_nil(&c->keeps))
		ids_push(&q->created, &c->keeps);
	if (c->op == OP_CREATE && c->type && c->type->scope == SCOPE_LETTER)
		ids_push(&q->refs, &c->case_id);
	if (c->op == OP_RESOLVE)
		want_value(q, c);
	else if (c->type && c->set) {
		record_each_ref(c->type, c->set, note_ref, &q->refs);
		want_links(q, c);
	}
	if (c->op == OP_PATCH && json_object_get(c->set, "phase"))
		ids_push(&q->moving, &c->rec);
	if (c->op != OP_CREATE && restricts(c))
		ids_push(&q->closing, &c->rec);
	if (c->type && (c->op == OP_CREATE || c->op == OP_PATCH))
		want_clock(q, c);
}

static struct wanted want(struct world *w)
{
	struct wanted q;

	memset(&q, 0, sizeof(q));
	q.changes.mem = q.recs.mem = q.cases.mem = w->mem;
	q.refs.mem = q.links.mem = w->mem;
	q.created.mem = q.moving.mem = q.items.mem = w->mem;
	q.closing.mem = w->mem;
	for (size_t i = 0; i < w->n; i++) {
		want_change(&q, &w->changes[i]);
		/* Whether they are there at all, for decide.c. */
		if (w->restored && !w->changes[i].refused) {
			ids_push(&q.created, &w->changes[i].rec);
			ids_push(&q.created, &w->changes[i].case_id);
		}
	}
	ids_unique(&q.changes);
	ids_unique(&q.recs);
	ids_unique(&q.cases);
	ids_unique(&q.refs);
	ids_unique(&q.links);
	ids_unique(&q.created);
	ids_unique(&q.moving);
	ids_unique(&q.items);
	return q;
}

static void queue_ids(struct db *db, enum query q, const struct ids *l)
{
	struct db_args a;

	db_args_init(&a, l->mem);
	db_uuids(&a, l->v, l->n);
	db_queue(db, q, &a);
}

static bool first_trip(
	struct world *w, struct db *db, const struct wanted *q, struct err *e)
{
	struct db_rows *rows[2];
	struct db_args a;

	queue_ids(db, Q_CHANGE_KNOWN, &q->changes);
	db_args_init(&a, w->mem);
	db_uuids(&a, q->recs.v, q->recs.n);
	db_uuids(&a, q->cases.v, q->cases.n);
	db_queue(db, Q_LOCK_UNITS, &a);
	if (!db_flush(db, w->mem, rows, 2, e))
		return false;
	w->known_count = (size_t)db_count(rows[0]);
	w->known = ARENA_ARRAY(w->mem, struct known, w->known_count + 1);
	for (size_t i = 0; i < w->known_count; i++) {
		struct str sha = db_get_bytes(rows[0], (int)i, "payload_sha");

		w->known[i].id = db_get_uuid(rows[0], (int)i, "change_id");
		if (sha.n == SHA256_LEN)
			memcpy(w->known[i].payload.b, sha.p, SHA256_LEN);
		w->known[i].csn = db_get_int(rows[0], (int)i, "csn");
		w->known[i].result = db_get_text(rows[0], (int)i, "result");
	}
	return true;
}

void row_record(const struct catalogue *c, const struct db_rows *rows, int i,
	struct record *out, struct uuid *unit)
{
	struct str sha = db_get_bytes(rows, i, "sha");

	memset(out, 0, sizeof(*out));
	out->id = db_get_uuid(rows, i, "record_id");
	*unit = db_get_uuid(rows, i, "unit_id");
	out->type = catalogue_type_no(c, (int)db_get_int(rows, i, "type"));
	out->type_name = out->type ? out->type->name : "unknown";
	out->case_id = db_get_uuid(rows, i, "case_id");
	out->site = db_get_uuid(rows, i, "site_id");
	out->ver = db_get_int(rows, i, "version");
	out->state = (enum record_state)db_get_int(rows, i, "state");
	out->cls = (int)db_get_int(rows, i, "class");
	out->author = db_get_uuid(rows, i, "author");
	out->by = db_get_uuid(rows, i, "by");
	out->device = db_get_uuid(rows, i, "device");
	out->at = db_get_ms(rows, i, "at");
	out->entered_at = db_get_ms(rows, i, "entered_at");
	out->csn = db_get_int(rows, i, "csn");
	out->reason = db_get_text(rows, i, "reason");
	out->body = db_get_bytes(rows, i, "body");
	if (sha.n == SHA256_LEN)
		memcpy(out->sha.b, sha.p, SHA256_LEN);
}

void world_take_heads(struct world *w, const struct db_rows *rows)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct record r;
		struct uuid unit;
		struct entry *x;

		row_record(w->catalogue, rows, i, &r, &unit);
		if (world_find(w, &r.id))
			continue;
		x = world_add(w, &r.id);
		x->now = x->stored = r;
		x->unit = unit;
		x->readers = db_get_uuids(rows, i, "readers", &x->reader_count);
	}
}

static int by_ref_id(const void *a, const void *b)
{
	return uuid_cmp(&((const struct ref_head *)a)->id,
		&((const struct ref_head *)b)->id);
}

static void take_refs(struct world *w, const struct db_rows *rows)
{
	w->ref_count = (size_t)db_count(rows);
	w->refs = ARENA_ARRAY(w->mem, struct ref_head, w->ref_count + 1);
	for (size_t i = 0; i < w->ref_count; i++) {
		w->refs[i].id = db_get_uuid(rows, (int)i, "record_id");
		w->refs[i].unit = db_get_uuid(rows, (int)i, "unit_id");
		w->refs[i].type = catalogue_type_no(
			w->catalogue, (int)db_get_int(rows, (int)i, "type"));
		w->refs[i].state =
			(enum record_state)db_get_int(rows, (int)i, "state");
	}
	if (w->ref_count)
		qsort(w->refs, w->ref_count, sizeof(*w->refs), by_ref_id);
}

static void take_links(struct world *w, const struct db_rows *rows)
{
	w->link_count = (size_t)db_count(rows);
	w->links = ARENA_ARRAY(w->mem, struct link, w->link_count + 1);
	for (size_t i = 0; i < w->link_count; i++) {
		w->links[i].id = db_get_uuid(rows, (int)i, "id");
		w->links[i].next = db_get_uuid(rows, (int)i, "next");
	}
}

static void take_taken(struct world *w, const struct db_rows *rows)
{
	w->taken_count = (size_t)db_count(rows);
	w->taken = ARENA_ARRAY(w->mem, struct uuid, w->taken_count + 1);
	for (size_t i = 0; i < w->taken_count; i++)
		w->taken[i] = db_get_uuid(rows, (int)i, "record_id");
}

static struct case_facts *facts_of(struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->fact_count; i++)
		if (uuid_cmp(&w->facts[i].id, id) == 0)
			return &w->facts[i];
	w->facts[w->fact_count].id = *id;
	return &w->facts[w->fact_count++];
}

static void take_facts(
	struct world *w, const struct db_rows *rows, size_t cases)
{
	w->facts = ARENA_ARRAY(w->mem, struct case_facts, cases + 1);
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "case_id");
		const char *text = db_get_text(rows, i, "body");
		struct err e;
		json_t *body = json_read(
			text, strlen(text), &json_limits_own, w->mem, &e);

		if (!body)
			die("a row is no JSON");
		record_drop_nulls(body);
		phase_facts_add(&facts_of(w, &id)->facts,
			db_get_text(rows, i, "type"), body);
	}
}

static void take_masks(struct world *w, const struct db_rows *rows)
{
	w->mask_count = (size_t)db_count(rows);
	w->masks = ARENA_ARRAY(w->mem, struct mask, w->mask_count + 1);
	for (size_t i = 0; i < w->mask_count; i++) {
		w->masks[i].unit = db_get_uuid(rows, (int)i, "unit_id");
		w->masks[i].classes = (int)db_get_int(rows, (int)i, "classes");
	}
}

static void take_items(struct world *w, const struct db_rows *rows)
{
	w->item_count = (size_t)db_count(rows);
	w->items = ARENA_ARRAY(w->mem, struct item_hours, w->item_count + 1);
	for (size_t i = 0; i < w->item_count; i++) {
		w->items[i].id = db_get_uuid(rows, (int)i, "id");
		w->items[i].hours = db_get_int(rows, (int)i, "hours");
	}
}

static void queue_moving(
	struct db *db, const struct wanted *q, const struct ids *held)
{
	struct db_args a;

	db_args_init(&a, held->mem);
	db_uuids(&a, q->moving.v, q->moving.n);
	db_uuids(&a, held->v, held->n);
	db_queue(db, Q_PHASE_RECORDS, &a);
}

/* Masks are needed for the units that stand and the cases that are named,
 * facts of the cases that move, beside what the batch holds itself, and what
 * the clocks of letters are reckoned by. */
static bool third_trip(
	struct world *w, struct db *db, struct wanted *q, struct err *e)
{
	struct ids held = {w->mem, NULL, 0, 0};
	struct db_rows *rows[4 + BESIDE_QUERIES];
	struct db_args a;
	size_t n = 1, at = 1;

	for (size_t i = 0; i < w->entry_count; i++) {
		ids_push(&q->cases, &w->entries[i]->unit);
		ids_push(&held, &w->entries[i]->id);
	}
	ids_unique(&q->cases);
	db_args_init(&a, w->mem);
	db_units(&a, q->cases.v, q->cases.n);
	db_queue(db, Q_UNIT_MASKS, &a);
	if (q->moving.n)
		queue_moving(db, q, &held), n++;
	if (q->items.n)
		queue_ids(db, Q_ITEM_HOURS, &q->items), n++;
	if (q->sends) {
		db_args_init(&a, w->mem);
		db_queue(db, Q_HOLIDAYS, &a), n++;
	}
	n += beside_queue(w, db);
	if (!db_flush(db, w->mem, rows, n, e))
		return false;
	take_masks(w, rows[0]);
	if (q->moving.n)
		take_facts(w, rows[at++], q->moving.n);
	if (q->items.n)
		take_items(w, rows[at++]);
	if (q->sends)
		w->calendar = summaries_calendar(rows[at++], w->mem);
	beside_take(w, rows + at);
	return true;
}

static bool second_trip(
	struct world *w, struct db *db, const struct wanted *q, struct err *e)
{
	struct db_rows *rows[5];
	size_t n = 3;

	queue_ids(db, Q_HEADS, &q->recs);
	queue_ids(db, Q_REF_HEADS, &q->refs);
	queue_ids(db, Q_TAKEN, &q->created);
	if (q->links.n)
		queue_ids(db, Q_LINKS, &q->links), n++;
	if (q->closing.n)
		queue_ids(db, Q_CONFLICTS_ABOUT, &q->closing), n++;
	if (!db_flush(db, w->mem, rows, n, e))
		return false;
	world_take_heads(w, rows[0]);
	take_refs(w, rows[1]);
	take_taken(w, rows[2]);
	if (q->links.n)
		take_links(w, rows[3]);
	if (q->closing.n)
		world_take_heads(w, rows[n - 1]);
	return true;
}

bool world_load(struct world *w, struct db *db, struct err *e)
{
	struct wanted q = want(w);

	return first_trip(w, db, &q, e) && second_trip(w, db, &q, e) &&
	       third_trip(w, db, &q, e) && world_load_responses(w, db, e) &&
	       origin_load(w, db, e);
}
