/*
 * batch.c - see in.h: rows become leaves, the leaves a tree, the tree a head.
 * It is all read again before it is signed.
 */
#include "server/notary/in.h"

#include "proto/base/host.h"

#include <inttypes.h>
#include <string.h>

#define N PRId64
#define EVENT_WORD(x)                                                          \
	((x)->kind == 0 ? "event" : (x)->kind == 1 ? "commit" : "statement")

static bool is_fresh(const struct memory *m)
{
	return m->xid == 0 && m->no == 0;
}

static bool ask_keys(
	struct notary *n, struct batch *b, struct db_rows **rows, struct err *e)
{
	const struct memory *m = &n->mem;
	struct db_args a;

	db_args_init(&a, b->mem);
	db_int(&a, BATCH);
	if (is_fresh(m)) {
		if (!db_run(n->db, Q_SEAL_IMPORTED, &a, rows, e))
			return false;
		b->imported = db_count(*rows) > 0;
		if (b->imported)
			return true;
	}
	db_args_init(&a, b->mem);
	db_int(&a, m->xid);
	db_int(&a, m->kind);
	db_int(&a, m->no);
	db_int(&a, BATCH);
	return db_run(n->db, Q_SEAL_NEXT, &a, rows, e);
}

static bool read_keys(struct notary *n, struct batch *b, struct err *e)
{
	struct db_rows *rows;

	b->x = ARENA_ARRAY(b->mem, struct entry, BATCH);
	if (!ask_keys(n, b, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows); i++) {
		struct entry *x = &b->x[b->n++];

		x->kind = db_get_int(rows, i, "kind");
		x->no = db_get_int(rows, i, "no");
		x->xid = db_get_int(rows, i, "xid");
		x->imported = b->imported;
	}
	return true;
}

static bool add_leaves(
	struct notary *n, const struct batch *b, int64_t first, struct err *e)
{
	int64_t *col[4];
	struct db_args a;

	for (size_t k = 0; k < ARRAY_LEN(col); k++)
		col[k] = ARENA_ARRAY(b->mem, int64_t, b->n);
	for (size_t i = 0; i < b->n; i++) {
		col[0][i] = first + (int64_t)i;
		col[1][i] = b->x[i].kind;
		col[2][i] = b->x[i].no;
		col[3][i] = b->x[i].xid;
	}
	db_args_init(&a, b->mem);
	db_int(&a, b->epoch);
	for (size_t k = 0; k < ARRAY_LEN(col); k++)
		db_ints(&a, col[k], b->n);
	return db_run(n->db, Q_SEAL_ADD_LEAVES, &a, NULL, e);
}

/* Rows and tiles once more, as they now lie there. */
static bool read_again(
	struct notary *n, const struct batch *b, int64_t first, struct err *e)
{
	struct arena *mem = arena_new();
	struct entry *x = ARENA_ARRAY(mem, struct entry, b->n);
	struct sha256 *stored = ARENA_ARRAY(mem, struct sha256, b->n);
	struct tile_reader r = {n->db, mem, b->epoch, NULL};
	struct tree_edge edge;
	struct sha256 want = tree_edge_root(&b->edge), root;
	bool ok;

	for (size_t i = 0; i < b->n; i++) {
		x[i].kind = b->x[i].kind;
		x[i].no = b->x[i].no;
		x[i].xid = b->x[i].xid;
	}
	ok = entries_read(n->db, mem, x, b->n, b->epoch, n->mark, e) &&
	     tile_leaves(&r, first, first + (int64_t)b->n, stored, e) &&
	     tree_edge_read(b->edge.size, tile_read, &r, &edge, e);
	for (size_t i = 0; ok && i < b->n; i++)
		if (!x[i].bytes.p || !sha256_equal(&x[i].hash, &stored[i]) ||
			!sha256_equal(&x[i].hash, &b->x[i].hash))
			ok = err_set(e, ERR_INTERNAL,
				"read again, %s %" N " is another: not signed",
				EVENT_WORD(&x[i]), x[i].no);
	root = ok ? tree_edge_root(&edge) : want;
	if (ok && !sha256_equal(&root, &want))
		ok = err_set(e, ERR_INTERNAL,
			"read again, the tree is another: not signed");
	arena_free(mem);
	return ok;
}

static bool add_head(struct notary *n, const struct batch *b, struct err *e)
{
	struct note_head h = {.epoch = b->epoch,
		.size = b->edge.size,
		.root = tree_edge_root(&b->edge),
		.at_ms = host_now_ms()};
	struct db_args a;

	db_args_init(&a, b->mem);
	db_int(&a, h.epoch);
	db_int(&a, h.size);
	db_ms(&a, h.at_ms);
	db_text(&a, note_write(&h, &n->keys.key, n->keys.secret, b->mem));
	return db_run(n->db, Q_SEAL_ADD_HEAD, &a, NULL, e);
}

static bool add_statement(
	struct notary *n, const struct batch *b, struct err *e)
{
	struct db_args a;

	if (b->n == 0 || b->x[0].kind != 2)
		return true;
	db_args_init(&a, b->mem);
	db_int(&a, b->epoch);
	db_bytes(&a, b->x[0].bytes.p, b->x[0].bytes.n);
	db_text(&a, b->reason);
	return db_run(n->db, Q_SEAL_ADD_STATEMENT, &a, NULL, e);
}

bool batch_store(struct notary *n, struct batch *b, struct err *e)
{
	int64_t first = b->edge.size;
	struct tiles t;

	if (!tiles_open(&t, n->db, b->mem, b->epoch, first, e))
		return false;
	for (size_t i = 0; i < b->n; i++) {
		tiles_add(&t, &b->x[i].hash);
		tree_edge_add(&b->edge, &b->x[i].hash);
	}
	if (!add_statement(n, b, e) || !add_leaves(n, b, first, e) ||
		!tiles_write(&t, e) || !read_again(n, b, first, e) ||
		!add_head(n, b, e))
		return false;
	/* An answer that is lost leaves open whether it is there. */
	n->caught_up = db_commit(n->db, e);
	return n->caught_up;
}

bool batch_remember(struct notary *n, const struct batch *b, struct err *e)
{
	const struct entry *last = &b->x[b->n - 1];

	if (b->epoch != n->mem.epoch) {
		if (!marks_forget(n->conf->seal_dir, &n->mem, e))
			return false;
		n->mem.scrub = n->mem.marked = 0;
		n->mem.xid = n->mem.kind = n->mem.no = 0;
	}
	n->mem.epoch = b->epoch;
	n->mem.began_us = b->began_us;
	n->mem.edge = b->edge;
	if (last->kind != 2 && !b->imported) {
		n->mem.xid = last->xid;
		n->mem.kind = last->kind;
		n->mem.no = last->no;
	}
	return memory_write(n->conf->seal_dir, &n->mem, e);
}

bool batch_seal(struct notary *n, struct batch *b, struct notary_turn *out,
	struct err *e)
{
	if (!read_keys(n, b, e))
		return false;
	if (b->n == 0) {
		db_rollback(n->db);
		return true;
	}
	if (!entries_read(n->db, b->mem, b->x, b->n, b->epoch, n->mark, e))
		return false;
	for (size_t i = 0; i < b->n; i++)
		if (!b->x[i].bytes.p)
			return err_set(e, ERR_INTERNAL,
				"a row vanished while it was sealed");
	if (!batch_store(n, b, e) || !batch_remember(n, b, e))
		return false;
	out->sealed = (int64_t)b->n;
	out->more = b->n >= BATCH;
	return marks_check(n, b->x, b->n, out, e);
}
