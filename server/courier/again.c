/*
 * again.c - parcels of wiped stations, tried once more (courier.h).
 *
 * They go the way they went when they came: changes in batches of one station,
 * a group never cut; one may wait for another, so it goes round as long as
 * something is taken. Then files, each by itself.
 */
#include "server/courier/deliver.h"

#include "proto/base/crash.h"
#include "server/courier/file.h"

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
	return k->sound && k->p.kind == PARCEL_CHANGE &&
	       k->what.why.code != ERR_NONE;
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
		if (n >= LIMIT_PARCELS && !same_group(k, &g->kept[of[n - 1]]))
			break;
		if (waits(k))
			of[n++] = i;
	}
	*from = i;
	return n;
}

static struct db_args *of_one(struct req *r, const struct parcel_again *w)
{
	struct db_args *a = ARENA_NEW(r->mem, struct db_args);

	db_args_init(a, r->mem);
	db_uuid(a, &w->id);
	return a;
}

static bool note_fates(struct req *r, struct again *g, const size_t *of,
	size_t n, struct err *e)
{
	CRASH_POINT("retried");
	if (!db_begin_system(r->db, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct parcel_again *w = &g->kept[of[i]].what;
		struct db_args *a = of_one(r, w);

		if (w->why.code != ERR_NONE)
			db_text(a, err_name(w->why.code));
		db_queue(r->db,
			w->why.code == ERR_NONE ? Q_PARCEL_TAKEN
						: Q_PARCEL_TRIED,
			a);
		if (w->why.code == ERR_NONE)
			db_queue(r->db, Q_PARCEL_PIECES_DROP, of_one(r, w));
	}
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

static bool deliver_some(struct req *r, struct again *g, const size_t *of,
	size_t n, size_t *taken, struct err *e)
{
	struct delivery d = {.r = r, .n = n};

	d.p = ARENA_ARRAY(r->mem, struct parcel, n + 1);
	d.why = ARENA_ARRAY(r->mem, struct err, n + 1);
	d.rec = ARENA_ARRAY(r->mem, struct uuid, n + 1);
	for (size_t i = 0; i < n; i++)
		d.p[i] = g->kept[of[i]].p;
	r->reader.device = g->kept[of[0]].device;
	if (!deliver_all(&d, e) || !deliver_note(&d, e))
		return false;
	for (size_t i = 0; i < n; i++)
		g->kept[of[i]].what.why = d.why[i];
	*taken += d.taken;
	return note_fates(r, g, of, n, e);
}

/* In an arena of its own: rounds are many, and what a batch was opened into is
 * of no use to the next. */
static bool try_some(struct again *g, const size_t *of, size_t n, size_t *taken,
	struct err *e)
{
	struct req one = *g->r;
	bool ok;

	one.mem = arena_new();
	ok = deliver_some(&one, g, of, n, taken, e);
	arena_free(one.mem);
	return ok;
}

static bool try_all(struct again *g, size_t *of, size_t *taken, struct err *e)
{
	size_t from = 0, n;

	*taken = 0;
	while ((n = gather(g, &from, of)) > 0)
		if (!try_some(g, of, n, taken, e))
			return false;
	return true;
}

/* ---- files ---- */

static bool note_file(struct req *r, struct again *g, size_t i, struct piece *x,
	struct err *e)
{
	const char *rec = json_str(x->about, "rec");
	struct delivery d = {.r = r, .n = 1};
	struct uuid id;

	d.rec = &id;
	d.taken = g->kept[i].what.why.code == ERR_NONE && rec &&
		  uuid_parse(rec, &id);
	return deliver_note(&d, e) && note_fates(r, g, &i, 1, e);
}

static bool try_file(struct again *g, size_t i, struct err *e)
{
	struct kept *k = &g->kept[i];
	struct req one = *g->r;
	struct piece x = {.r = &one, .p = k->p, .kept = k->what.id};
	bool ok = true;

	one.mem = arena_new();
	one.reader.device = k->device;
	if (piece_retry(&x, e))
		k->what.why.code = ERR_NONE;
	else if (err_http(e->code) < 500)
		k->what.why = *e;
	else
		ok = false; /* nobody can be asked just now */
	ok = ok && note_file(&one, g, i, &x, e);
	arena_free(one.mem);
	return ok;
}

static bool try_files(struct again *g, struct err *e)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->kept[i].sound && g->kept[i].p.kind == PARCEL_FILE &&
			!try_file(g, i, e))
			return false;
	return true;
}

bool courier_again(struct app *app, struct db *db, struct arena *mem,
	const struct uuid *only, struct parcel_again **out, size_t *n,
	struct err *e)
{
	struct req *r = ARENA_NEW(mem, struct req);
	struct again g = {.r = r};
	size_t taken = 1, *of;

	r->mem = mem;
	r->app = app;
	r->db = db;
	if (!read_kept(&g, only, e))
		return false;
	of = ARENA_ARRAY(mem, size_t, g.n + 1);
	while (taken)
		if (!try_all(&g, of, &taken, e))
			return false;
	if (!try_files(&g, e))
		return false;
	*n = g.n;
	*out = ARENA_ARRAY(mem, struct parcel_again, g.n + 1);
	for (size_t i = 0; i < g.n; i++)
		(*out)[i] = g.kept[i].what;
	return true;
}
