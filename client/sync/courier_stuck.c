/*
 * courier_stuck.c - what the centre refused outright, of a unit that was taken
 * away.
 *
 * Nobody here can mend it any more, and the station that holds it may be gone
 * tomorrow. It is handed in as it is, closed for the centre, as of a station
 * that is wiped: the centre tries it once more as its author's, and keeps what
 * it cannot take for somebody to look at. So are files that never got there.
 */
#include "client/sync/courier_in.h"

#include <string.h>

static const char kept[] = "kept";

bool courier_has(const struct work *w)
{
	const char *status = json_str(work_result(w), "status");

	return status && strcmp(status, kept) == 0;
}

/* A program that is too old to be heard waits for its update: then its work is
 * pushed as any other. */
static bool is_stuck(struct store *s, const struct work *w)
{
	const char *code = json_str(work_result(w), "code");

	return work_waits(w) && work_hidden(w) && !store_unit(s, &w->unit) &&
	       (w->state == WORK_DEFERRED ||
		       (work_refused(w) &&
			       strcmp(code, err_name(ERR_UPGRADE)) != 0));
}

static bool gather(
	struct store *s, struct load *l, struct arena *mem, struct err *e)
{
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);
		const char *entry = NULL;
		struct parcel p;
		json_t *j;

		if (!is_stuck(s, w))
			continue;
		if (!store_parcel(s, &w->id, mem, &entry, e))
			return false;
		if (!entry) /* of a centre that knows nothing of parcels */
			continue;
		j = json_read(
			entry, strlen(entry), &json_limits_sealed, mem, e);
		if (!j || !parcel_read(j, mem, &p, e))
			return false;
		if (!load_has_room(l, entry, &p.tx))
			return true;
		load_add(l, &p, entry, 0);
	}
	return true;
}

static bool note(struct store *s, const struct load *l, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct work *w = store_work(s, &l->item[i].id);
		json_t *result;

		if (l->item[i].fate != TAKEN || !w)
			continue;
		result = json_deep_copy(work_result(w));
		if (!result)
			result = json_object();
		json_object_set_new(result, "status", json_string(kept));
		json_object_del(result, "before"); /* of another log */
		if (!store_work_put(s, w, WORK_PARKED, result, e)) {
			store_rollback(s);
			return false;
		}
	}
	return store_commit(s, e);
}

static bool hand_in_changes(
	struct store *s, const struct courier_job *job, struct err *e)
{
	struct arena *mem = arena_new();
	struct load *l = ARENA_NEW(mem, struct load);
	bool ok = gather(s, l, mem, e) &&
		  (!l->n || (load_send(l, job, mem, e) && note(s, l, e)));

	arena_free(mem);
	return ok;
}

/* One that may be taken later ends it for now: the next round begins with it
 * again. */
static bool hand_in_file(struct store *s, const struct courier_job *job,
	bool *any, struct err *e)
{
	struct arena *mem = arena_new();
	struct parcel_left p;
	enum fate fate = TAKEN;
	bool ok = store_parcel_left(s, mem, &p, any, e);

	if (ok && *any && !p.carried)
		ok = load_send_file(job, p.entry, load_from_blob,
			     (void *)(uintptr_t)p.path, &fate, e) ||
		     load_file_may_wait(job, e, &fate);
	if (!ok && e->code == ERR_FILE_DAMAGED) {
		fate = REFUSED; /* there is nothing to bring */
		ok = true;
	}
	if (ok && *any && fate != LEFT)
		ok = store_parcel_end(s, &p, fate == TAKEN, e);
	*any &= fate != LEFT;
	arena_free(mem);
	return ok;
}

bool courier_hand_in(struct store *s, struct transport *t, struct err *e)
{
	const struct courier_job job = {NULL, t, NULL, true};
	bool any = true, ok = hand_in_changes(s, &job, e);

	while (ok && any)
		ok = hand_in_file(s, &job, &any, e);
	return ok;
}
