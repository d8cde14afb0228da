/*
 * tiles.c - see in.h: leaves are appended to the tree as it lies in the
 * database.
 */
#include "server/notary/in.h"

#include <string.h>

bool tiles_open(struct tiles *t, struct db *db, struct arena *mem,
	int64_t epoch, int64_t size, struct err *e)
{
	int64_t level[TILE_LEVELS], no[TILE_LEVELS], count = size;
	struct db_rows *rows;
	size_t n = 0;

	memset(t, 0, sizeof(*t));
	t->db = db;
	t->mem = mem;
	t->epoch = epoch;
	t->size = size;
	for (int64_t i = 0; i < TILE_LEVELS; i++, count /= TILE) {
		if (count % TILE == 0)
			continue;
		level[n] = i;
		no[n++] = count / TILE;
		t->edge[i] = tile_new(mem, i, count / TILE);
	}
	if (n == 0)
		return true;
	if (!tiles_fetch(db, mem, epoch, level, no, n, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows); i++) {
		int64_t at = db_get_int(rows, i, "level");

		if (!tile_fill(t->edge[at], db_get_bytes(rows, i, "hashes")))
			return err_set(e, ERR_INTERNAL, "a tile is damaged");
	}
	count = size;
	for (int64_t i = 0; i < TILE_LEVELS; i++, count /= TILE)
		if (t->edge[i] && t->edge[i]->n != (size_t)(count % TILE))
			return err_set(e, ERR_INTERNAL, "a tile is damaged");
	return true;
}

static void note_changed(struct tiles *t, struct tile *x)
{
	if (x->changed)
		return;
	x->changed = true;
	if (t->changed_n == t->changed_room) {
		size_t room = 2 * t->changed_room + 64;
		struct tile **more = ARENA_ARRAY(t->mem, struct tile *, room);

		if (t->changed_n)
			memcpy(more, t->changed,
				t->changed_n * sizeof(struct tile *));
		t->changed = more;
		t->changed_room = room;
	}
	t->changed[t->changed_n++] = x;
}

static struct sha256 tile_root(const struct tile *x)
{
	struct tree_edge t = {.size = 0};

	for (size_t i = 0; i < x->n; i++)
		tree_edge_add(&t, &x->hash[i]);
	return tree_edge_root(&t);
}

void tiles_add(struct tiles *t, const struct sha256 *leaf)
{
	struct sha256 hash = *leaf;
	int64_t count = t->size++;

	for (int64_t level = 0; level < TILE_LEVELS; level++, count /= TILE) {
		struct tile *x = t->edge[level];

		if (!x)
			x = t->edge[level] =
				tile_new(t->mem, level, count / TILE);
		x->hash[x->n++] = hash;
		note_changed(t, x);
		if (x->n < TILE)
			return;
		hash = tile_root(x);
		t->edge[level] = NULL;
	}
}

bool tiles_write(struct tiles *t, struct err *e)
{
	size_t n = t->changed_n;
	int64_t *level = ARENA_ARRAY(t->mem, int64_t, n + 1);
	int64_t *no = ARENA_ARRAY(t->mem, int64_t, n + 1);
	struct str *hashes = ARENA_ARRAY(t->mem, struct str, n + 1);
	struct db_args a;

	for (size_t i = 0; i < n; i++) {
		level[i] = t->changed[i]->level;
		no[i] = t->changed[i]->no;
		hashes[i].p = (const char *)t->changed[i]->hash;
		hashes[i].n = t->changed[i]->n * SHA256_LEN;
	}
	db_args_init(&a, t->mem);
	db_int(&a, t->epoch);
	db_ints(&a, level, n);
	db_ints(&a, no, n);
	db_bytes_array(&a, hashes, n);
	return n == 0 || db_run(t->db, Q_SEAL_ADD_TILES, &a, NULL, e);
}
