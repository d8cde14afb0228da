/*
 * apply.c - see apply.h.
 */
#include "server/records/apply.h"

#include "proto/base/crash.h"
#include "server/records/follow.h"
#include "server/records/withdrawn.h"

#include <string.h>

/* The batch, and what follows from it, in one transaction. */
static bool store_all(
	struct world *w, struct db *db, struct commit_head *head, struct err *e)
{
	struct world *more = ARENA_NEW(w->mem, struct world);

	if (!follow_needed(w))
		return world_store(w, db, false, head, e);
	if (!withdrawn_door(w, db, e)) {
		db_rollback(db);
		return false;
	}
	if (!world_store(w, db, true, head, e))
		return false;
	CRASH_POINT("stored");
	if (!follow_world(w, db, more, e)) {
		db_rollback(db);
		return false;
	}
	return world_store(more, db, false, head, e);
}

static bool all_stand(const struct world *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct change_result *r = &w->results[i];

		if (r->status == CHANGE_CONFLICT)
			return err_field(e, ERR_MOVED_ON, "rec", "-");
		*e = r->why;
		if (r->status != CHANGE_APPLIED && r->status != CHANGE_NOTED)
			return false;
	}
	return true;
}

static bool run_batch(const struct apply *a, struct change *changes, size_t n,
	struct change_result *results, struct commit_head *head, struct err *e)
{
	struct world w;

	memset(&w, 0, sizeof(w));
	w.mem = a->mem;
	w.catalogue = a->catalogue;
	w.reader = a->reader;
	w.trail = a->trail ? a->trail : a->reader;
	w.now = a->now;
	w.restored = a->restored;
	w.changes = changes;
	w.results = results;
	w.n = n;
	if (!db_begin(a->db, a->reader, false, e))
		return false;
	if ((a->before && !a->before(a->ctx, a->db, e)) ||
		!world_load(&w, a->db, e)) {
		db_rollback(a->db);
		return false;
	}
	CRASH_POINT("begun");
	world_decide(&w);
	CRASH_POINT("decided");
	if (a->whole && !all_stand(&w, e)) {
		db_rollback(a->db);
		return false;
	}
	return store_all(&w, a->db, head, e);
}

/* A value our checks let pass and a column did not: a fault of ours, but the
 * author's work is kept like any other that cannot be taken. */
static bool park_one(const struct apply *a, struct change *c,
	struct change_result *result, struct commit_head *head, struct err *e)
{
	c->refused = true;
	if (e->code == ERR_MISSING || e->code == ERR_BAD_STEP)
		c->why = *e;
	else
		err_field(&c->why, ERR_BAD_INPUT, c->type_name, "-");
	return run_batch(a, c, 1, result, head, e);
}

/* Where a batch may be cut: not inside a group. */
static size_t middle(const struct change *c, size_t n)
{
	size_t at = n / 2;

	while (at > 0 && !uuid_is_nil(&c[at].tx) &&
		uuid_cmp(&c[at].tx, &c[at - 1].tx) == 0)
		at--;
	if (at == 0)
		for (at = n / 2 + 1; at < n && !uuid_is_nil(&c[at].tx) &&
				     uuid_cmp(&c[at].tx, &c[at - 1].tx) == 0;
			at++)
			;
	return at;
}

static bool park_all(const struct apply *a, struct change *changes, size_t n,
	struct change_result *results, struct commit_head *head, struct err *e)
{
	const struct err why = *e;

	for (size_t i = 0; i < n; i++) {
		*e = why;
		if (!park_one(a, &changes[i], &results[i], head, e))
			return false;
	}
	return true;
}

bool apply_changes(const struct apply *a, struct change *changes, size_t n,
	struct change_result *results, struct commit_head *head, struct err *e)
{
	size_t at;

	if (run_batch(a, changes, n, results, head, e))
		return true;
	if (a->whole)
		return false;
	/* Missing: what would follow from a change lacks a consent; a step: it
	 * is not the sender's to take. */
	if (e->code != ERR_BAD_INPUT && e->code != ERR_FORBIDDEN &&
		e->code != ERR_MISSING && e->code != ERR_BAD_STEP)
		return false;
	at = middle(changes, n);
	if (at == 0 || at >= n)
		return park_all(a, changes, n, results, head, e);
	return apply_changes(a, changes, at, results, head, e) &&
	       apply_changes(a, changes + at, n - at, results + at, head, e);
}
