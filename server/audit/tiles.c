/*
 * tiles.c - see tiles.h.
 */
#include "server/audit/tiles.h"

#include <string.h>

struct tile *tile_new(struct arena *mem, int64_t level, int64_t no)
{
	struct tile *t = ARENA_NEW(mem, struct tile);

	t->level = level;
	t->no = no;
	return t;
}

bool tile_fill(struct tile *t, struct str hashes)
{
	if (!hashes.p || hashes.n % SHA256_LEN != 0 ||
		hashes.n > sizeof(t->hash))
		return false;
	t->n = hashes.n / SHA256_LEN;
	memcpy(t->hash, hashes.p, hashes.n);
	return true;
}

bool tiles_fetch(struct db *db, struct arena *mem, int64_t epoch,
	const int64_t *level, const int64_t *no, size_t n,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, epoch);
	db_ints(&a, level, n);
	db_ints(&a, no, n);
	return db_run(db, Q_SEAL_TILES, &a, rows, e);
}

static bool need(
	struct tile_reader *r, int64_t level, int64_t no, struct err *e)
{
	struct db_rows *rows;

	if (r->last && r->last->level == level && r->last->no == no)
		return true;
	if (!tiles_fetch(r->db, r->mem, r->epoch, &level, &no, 1, &rows, e))
		return false;
	r->last = tile_new(r->mem, level, no);
	return (db_count(rows) == 1 &&
		       tile_fill(r->last, db_get_bytes(rows, 0, "hashes"))) ||
	       err_set(e, ERR_NOT_FOUND, "a tile of the tree is missing");
}

bool tile_read(void *ctx, unsigned level, int64_t index, struct sha256 *out,
	struct err *e)
{
	struct tile_reader *r = ctx;
	int64_t high = level / 8, width = INT64_C(1) << (level % 8);
	int64_t first = index * width;
	struct tree_edge t = {.size = 0};

	if (!need(r, high, first / TILE, e))
		return false;
	if ((size_t)(first % TILE + width) > r->last->n)
		return err_set(e, ERR_NOT_FOUND, "the tree is not that large");
	for (int64_t i = 0; i < width; i++)
		tree_edge_add(&t, &r->last->hash[first % TILE + i]);
	*out = tree_edge_root(&t);
	return true;
}

bool tile_leaves(struct tile_reader *r, int64_t from, int64_t to,
	struct sha256 *out, struct err *e)
{
	for (int64_t i = from; i < to; i++)
		if (!tile_read(r, 0, i, &out[i - from], e))
			return false;
	return true;
}
