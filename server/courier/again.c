/*
 * again.c - parcels of wiped stations, tried once more (courier.h).
 *
 * They go the way they went when they came, in batches of one station, a group
 * never cut. One may wait for another, so it goes round as long as something is
 * taken.
 */
#include "server/courier/deliver.h"

#include "proto/base/crash.h"

#include <string.h>

struct kept {
	struct parcel_again what;
	struct uuid device;
	struct parcel p;
	bool sound;
};

struct again {
	struct req *r;
	struct kept *kept;
	size_t n;
};

static bool read_kept(struct again *g, const struct uuid *only, struct err *e)
{
	struct arena *mem = g->r->mem;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, only);
	if (!db_begin_system(g->r->db, e) ||
		!db_run(g->r->db, Q_PARCEL_WAITING, &a, &rows, e) ||
		!db_commit(g->r->db, e))
		return false;
	g->n = (size_t)db_count(rows);
	g->kept = ARENA_ARRAY(mem, struct kept, g->n + 1);
	for (size_t i = 0; i < g->n; i++) {
		struct kept *k = &g->kept[i];
		const char *text = db_get_text(rows, (int)i, "parcel");
		json_t *j = json_read(text, strlen(text), &json_limits_sealed,
			mem, &k->what.why);

		k->what.id = db_get_uuid(rows, (int)i, "id");
		k->device = db_get_uuid(rows, (int)i, "device");
		k->sound = j && parcel_read(j, mem, &k->p, &k->what.why);
		if (k->sound)
			k->what.why.code = ERR_PREDECESSOR; /* not tried yet */
	}
	return true;
}

static bool waits(const struct kept *k)
{
	return k->sound && k->what.why.code != ERR_NONE;
}

static bool same_group(const struct kept *a, const struct kept *b)
{
	return !uuid_is_nil(&a->p.tx) && uuid_cmp(&a->p.tx, &b->p.tx) == 0;
}

/* Those of one device from `from` on that still wait, as many as one request
 * holds and to the end of a group; `of` says which. */
static size_t gather(const struct again *g, size_t *from, size_t *of)
{
	size_t i = *from, n = 0;

	while (i < g->n && !waits(&g->kept[i]))
		i++;
	for (; i < g->n; i++) {
		const struct kept *k = &g->kept[i];

		if (n && uuid_cmp(&k->device, &g->kept[of[0]].device) != 0)
			break;
		if (n >= PARCELS_MAX && !same_group(k, &g->kept[of[n - 1]]))
			break;
		if (waits(k))
			of[n++] = i;
	}
	*from = i;
	return n;
}

static bool note_fates(
	struct again *g, const size_t *of, size_t n, struct err *e)
{
	struct req *r = g->r;

	if (!db_begin_system(r->db, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct parcel_again *w = &g->kept[of[i]].what;
		struct db_args *a = ARENA_NEW(r->mem, struct db_args);

		db_args_init(a, r->mem);
		db_uuid(a, &w->id);
		if (w->why.code != ERR_NONE)
			db_text(a, err_name(w->why.code));
		db_queue(r->db,
			w->why.code == ERR_NONE ? Q_PARCEL_TAKEN
						: Q_PARCEL_TRIED,
			a);
	}
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

static bool try_some(struct again *g, const size_t *of, size_t n, size_t *taken,
	struct err *e)
{
	struct arena *mem = g->r->mem;
	struct delivery d = {.r = g->r, .n = n};

	d.p = ARENA_ARRAY(mem, struct parcel, n + 1);
	d.why = ARENA_ARRAY(mem, struct err, n + 1);
	d.rec = ARENA_ARRAY(mem, struct uuid, n + 1);
	for (size_t i = 0; i < n; i++)
		d.p[i] = g->kept[of[i]].p;
	g->r->reader.device = g->kept[of[0]].device;
	if (!deliver_all(&d, e) || !deliver_note(&d, e))
		return false;
	for (size_t i = 0; i < n; i++)
		g->kept[of[i]].what.why = d.why[i];
	*taken += d.taken;
	CRASH_POINT("retried");
	return note_fates(g, of, n, e);
}

static bool try_all(struct again *g, size_t *taken, struct err *e)
{
	size_t *of = ARENA_ARRAY(g->r->mem, size_t, g->n + 1);
	size_t from = 0, n;

	*taken = 0;
	while ((n = gather(g, &from, of)) > 0)
		if (!try_some(g, of, n, taken, e))
			return false;
	return true;
}

bool courier_again(struct app *app, struct db *db, struct arena *mem,
	const struct uuid *only, struct parcel_again **out, size_t *n,
	struct err *e)
{
	struct req *r = ARENA_NEW(mem, struct req);
	struct again g = {.r = r};
	size_t taken = 1;

	r->mem = mem;
	r->app = app;
	r->db = db;
	if (!read_kept(&g, only, e))
		return false;
	while (taken)
		if (!try_all(&g, &taken, e))
			return false;
	*n = g.n;
	*out = ARENA_ARRAY(mem, struct parcel_again, g.n + 1);
	for (size_t i = 0; i < g.n; i++)
		(*out)[i] = g.kept[i].what;
	return true;
}
