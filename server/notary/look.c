/*
 * look.c - see notary.h: what was sealed is read again, some of it every turn.
 *
 * The tree does not change by itself, so what differs is a row somebody
 * changed, took away or put in behind the seal.
 */
#include "server/notary/in.h"

#include <inttypes.h>
#include <string.h>

#define N PRId64

bool leaves_read(struct notary *n, struct arena *mem, int64_t from, int64_t to,
	struct entry *x, bool *whole, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, n->mem.epoch);
	db_int(&a, from);
	db_int(&a, to);
	if (!db_run(n->db, Q_SEAL_LEAVES, &a, &rows, e))
		return false;
	*whole = db_count(rows) == to - from;
	for (int i = 0; *whole && i < db_count(rows); i++) {
		char kind = *db_get_text(rows, i, "kind");

		x[i].kind = kind == 'e' ? 0 : kind == 'c' ? 1 : 2;
		x[i].no = db_get_int(rows, i, "no");
		x[i].xid = db_get_int(rows, i, "xid");
	}
	return entries_read(
		n->db, mem, x, (size_t)(to - from), n->mem.epoch, n->mark, e);
}

static bool tell(struct notary *n, const struct entry *x, int64_t leaf,
	const struct sha256 *sealed, struct notary_turn *out, struct err *e)
{
	const char *what = x->kind == 0   ? "event"
			   : x->kind == 1 ? "commit"
					  : "statement";

	if (!x->bytes.p)
		return notary_find(n, "gone", leaf, x->no, out, e,
			"%s %" N " (leaf %" N
			") was taken away after it was sealed",
			what, x->no, leaf);
	if (!sha256_equal(&x->hash, sealed))
		return notary_find(n, "changed", leaf, x->no, out, e,
			"%s %" N " (leaf %" N
			") is not what was sealed: it was changed afterwards",
			what, x->no, leaf);
	return true;
}

/* Events with a transaction of the past that are no leaf. */
static bool look_behind(struct notary *n, struct arena *mem,
	struct notary_turn *out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, n->mem.xid);
	if (!db_run(n->db, Q_SEAL_BEHIND, &a, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows); i++) {
		int64_t id = db_get_int(rows, i, "id");

		if (!notary_find(n, "inserted", -1, id, out, e,
			    "event %" N " was put in behind the seal", id))
			return false;
	}
	return true;
}

static bool look(struct notary *n, struct arena *mem, int64_t from, int64_t to,
	struct notary_turn *out, struct err *e)
{
	size_t count = (size_t)(to - from);
	struct entry *x = ARENA_ARRAY(mem, struct entry, count);
	struct sha256 *sealed = ARENA_ARRAY(mem, struct sha256, count);
	struct tile_reader r = {n->db, mem, n->mem.epoch, NULL};
	bool whole;

	if (!leaves_read(n, mem, from, to, x, &whole, e))
		return false;
	if (!whole || !tile_leaves(&r, from, to, sealed, e))
		return notary_find(n, "tree", from, -1, out, e,
			"the tables of the tree are damaged at the leaves %" N
			" to %" N,
			from, to - 1);
	for (size_t i = 0; i < count; i++)
		if (!tell(n, &x[i], from + (int64_t)i, &sealed[i], out, e))
			return false;
	out->looked += (int64_t)count;
	return to < n->mem.edge.size || look_behind(n, mem, out, e);
}

bool notary_look(struct notary *n, int64_t from, int64_t to,
	struct notary_turn *out, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = look(n, mem, from, to, out, e);

	arena_free(mem);
	return ok;
}
