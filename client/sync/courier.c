/*
 * courier.c - see courier.h.
 *
 * A store is opened for as long as a batch is read or its results are noted,
 * not while bytes travel. What was brought and not noted, because the power
 * went, is brought again: the centre knows it by its id.
 */
#include "client/sync/courier_in.h"

#include "client/store/outside.h"
#include "proto/base/crash.h"

#include <string.h>

#define NOTE_WAIT 5000 /* ms for a store that is in use just now */

/* ---- a store, from outside ---- */

struct visit {
	const struct courier_job *job;
	struct courier_report *out;
	const char *name;
	int lock;
	struct outside *o;
	struct outside_parcel last; /* the newest that was looked at */
	bool begun;
};

static bool enter(struct visit *v, int64_t wait_ms, struct err *e)
{
	const struct station_dir *p = v->job->place;

	if (!place_lock(p, v->name, wait_ms, &v->lock, e))
		return false;
	v->o = outside_open(place_file(p, v->name), e);
	if (v->o)
		return true;
	place_unlock(v->lock);
	v->lock = -1;
	return false;
}

static void leave(struct visit *v)
{
	outside_close(v->o);
	v->o = NULL;
	place_unlock(v->lock);
	v->lock = -1;
}

/* A row that is no parcel will never be one. */
static bool set_aside(struct visit *v, const struct uuid *id, struct err *e)
{
	v->out->refused++;
	return outside_mark(v->o, id, false, e);
}

static bool look(struct visit *v, struct arena *mem, struct outside_parcel *one,
	bool *found, struct err *e)
{
	return outside_next(
		v->o, v->begun ? &v->last : NULL, mem, one, found, e);
}

static void pass(struct visit *v, const struct outside_parcel *one)
{
	v->last = *one;
	v->begun = true;
}

/* From the row on where the next batch begins. */
static bool take(struct visit *v, struct load *l, struct arena *mem,
	const struct outside_parcel *one, bool *full, struct err *e)
{
	struct parcel p;
	struct err why;
	json_t *j = json_read(
		one->entry, strlen(one->entry), &json_limits_sealed, mem, &why);

	*full = false;
	if (!j || !parcel_read(j, mem, &p, &why)) {
		pass(v, one);
		return set_aside(v, &one->id, e);
	}
	if (load_has_room(l, one->entry, &p.tx)) {
		load_add(l, &p, one->entry, one->place);
		pass(v, one);
		return true;
	}
	*full = true;
	l->n = load_whole_groups(l, &p.tx);
	v->last.place = l->item[l->n - 1].place;
	v->last.id = l->item[l->n - 1].id;
	return true;
}

static bool fill(
	struct visit *v, struct load *l, struct arena *mem, struct err *e)
{
	struct outside_parcel one;
	bool found = true, full = false;

	while (found && !full) {
		if (!look(v, mem, &one, &found, e))
			return false;
		if (found && one.is_file)
			break;
		if (found && !take(v, l, mem, &one, &full, e))
			return false;
	}
	return true;
}

static bool note(struct visit *v, const struct load *l, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < l->n; i++) {
		const struct item *x = &l->item[i];

		load_count(v->out, x->fate, &v->out->changes);
		if (x->fate != LEFT)
			ok = outside_mark(v->o, &x->id, x->fate == TAKEN, e);
	}
	return ok;
}

static bool carry_batch(struct visit *v, bool *any, struct err *e)
{
	struct arena *mem = arena_new();
	struct load *l = ARENA_NEW(mem, struct load);
	bool ok = enter(v, 0, e);

	*any = false;
	if (ok) {
		ok = fill(v, l, mem, e);
		leave(v);
	}
	*any = ok && l->n;
	if (*any) {
		ok = load_send(l, v->job, mem, e);
		CRASH_POINT("carried");
		ok = ok && enter(v, NOTE_WAIT, e);
		if (ok) {
			ok = note(v, l, e);
			leave(v);
		}
	}
	arena_free(mem);
	return ok;
}

static bool next_file(struct visit *v, struct arena *mem,
	struct outside_parcel *one, bool *found, struct err *e)
{
	bool ok;

	if (!enter(v, NOTE_WAIT, e))
		return false;
	do {
		ok = look(v, mem, one, found, e);
		if (ok && *found)
			pass(v, one);
	} while (ok && *found && !one->is_file);
	leave(v);
	return ok;
}

static bool carry_file(struct visit *v, bool *any, struct err *e)
{
	struct arena *mem = arena_new();
	struct outside_parcel one;
	enum fate fate = LEFT;
	bool ok = next_file(v, mem, &one, any, e);

	if (ok && *any) {
		ok = load_send_file(v->job, one.entry, load_from_blob,
			     (void *)(uintptr_t)one.blob, &fate, e) ||
		     load_file_may_wait(v->job, e, &fate);
		if (ok)
			load_count(v->out, fate, &v->out->files);
		if (ok && fate != LEFT) {
			ok = enter(v, NOTE_WAIT, e);
			if (ok) {
				ok = outside_mark(
					v->o, &one.id, fate == TAKEN, e);
				leave(v);
			}
		}
	}
	arena_free(mem);
	return ok;
}

/* In use, damaged, or of an older program: the others are carried. */
static bool is_its_own(const struct err *e)
{
	return e->code == ERR_STORE_BUSY || e->code == ERR_NOT_FOUND ||
	       e->code == ERR_STORE_DAMAGED;
}

static bool carry_store(const struct courier_job *job, const char *name,
	struct courier_report *out, struct err *e)
{
	struct visit v = {.job = job, .out = out, .name = name, .lock = -1};
	bool any = true, ok = true;

	while (ok && any)
		ok = carry_batch(&v, &any, e);
	for (any = ok; ok && any;)
		ok = carry_file(&v, &any, e);
	if (ok)
		return true;
	out->busy += e->code == ERR_STORE_BUSY;
	return is_its_own(e);
}

/* ---- both ---- */

static bool carry_stores(const struct courier_job *job,
	struct courier_report *out, struct err *e)
{
	size_t n;
	const char **names = place_stores(job->place, &n);

	for (size_t i = 0; i < n; i++)
		if ((!job->but || strcmp(names[i], job->but) != 0) &&
			!carry_store(job, names[i], out, e))
			return false;
	return true;
}

bool courier_carry(const struct courier_job *job, struct courier_report *out,
	struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (carry_stores(job, out, e) && bundles_carry(job, out, e))
		return true;
	/* An older centre has no such address. */
	return e->code == ERR_NOT_FOUND || e->code == ERR_BAD_METHOD;
}

static bool count_store(const struct courier_job *job, const char *name,
	struct courier_report *out)
{
	struct visit v = {.job = job, .out = out, .name = name, .lock = -1};
	struct outside_counts n;
	struct err ignored;

	if (!enter(&v, 0, &ignored)) {
		out->busy += ignored.code == ERR_STORE_BUSY;
		return true;
	}
	if (outside_count(v.o, &n, &ignored)) {
		out->changes += n.to_carry;
		out->files += n.files;
		out->left += n.waiting - n.closed;
	}
	leave(&v);
	return true;
}

bool courier_waits(const struct courier_job *job, struct courier_report *out,
	struct err *e)
{
	size_t n;
	const char **names = place_stores(job->place, &n);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		if (!job->but || strcmp(names[i], job->but) != 0)
			count_store(job, names[i], out);
	return bundles_count(job, out, e);
}

static bool lost_in(const struct courier_job *job, const char *name,
	struct courier_lost *out, struct err *e)
{
	struct visit v = {.job = job, .name = name, .lock = -1};
	struct outside_counts n;
	bool ok = enter(&v, NOTE_WAIT, e) && outside_count(v.o, &n, e);

	leave(&v);
	if (ok)
		out->entries +=
			n.waiting - n.closed + n.to_carry + n.files + n.refused;
	else
		out->stores++;
	return ok || e->code == ERR_NOT_FOUND || e->code == ERR_STORE_DAMAGED;
}

bool courier_lost_here(
	const struct station_dir *p, struct courier_lost *out, struct err *e)
{
	const struct courier_job job = {.place = p};
	struct courier_report r = {0, 0, 0, 0, 0};
	size_t n;
	const char **names = place_stores(p, &n);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		if (!lost_in(&job, names[i], out, e))
			return false;
	if (!bundles_count(&job, &r, e))
		return false;
	out->entries += r.changes + r.files + r.left + r.refused;
	return true;
}

/* ---- the store's own key ---- */

bool courier_introduce(struct store *s, struct transport *t, struct err *e)
{
	struct arena *mem = arena_new();
	const char *key;
	json_t *j = NULL;
	bool ok;

	ok = (store_has_passport(s) &&
		     store_seals_to(s,
			     json_str(store_get(s, "position"), "courier"))) ||
	     !json_is_true(store_get(s, "registered"));
	if (!ok && store_author(s, mem, &key, e)) {
		const char *body = arena_printf(mem,
			"{\"replica\":\"%s\",\"author\":\"%s\"}",
			store_text(s, "replica"), key);
		const char *token = arena_strdup(mem, store_text(s, "token"));

		j = courier_ask(t, "/v1/authors", token, body, mem, e);
		ok = j && json_str(j, "courier") &&
		     store_closed_for(s, json_str(j, "courier"),
			     json_object_get(j, "passport"), e);
	}
	arena_free(mem);
	return ok;
}
