/*
 * compare.c - see in.h: what the database says, held against what is
 * remembered.
 */
#include "server/notary/in.h"

#include "server/log.h"

#include <inttypes.h>
#include <string.h>

static bool read_head(struct notary *n, const struct db_rows *rows,
	struct note_head *out, bool *by_us)
{
	const char *note = db_get_text(rows, 0, "note");
	struct str s = {note, note ? strlen(note) : 0};
	struct err ignored;

	*by_us = note && chain_read(&n->keys.chain, s, out, &ignored) &&
		 out->size == db_get_int(rows, 0, "size");
	return note != NULL;
}

bool notary_view(
	struct notary *n, struct arena *mem, struct view *out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	memset(out, 0, sizeof(*out));
	db_args_init(&a, mem);
	db_int(&a, n->mem.epoch);
	if (!db_run(n->db, Q_SEAL_VIEW, &a, &rows, e))
		return false;
	out->epoch = db_get_int(rows, 0, "epoch");
	out->why = db_get_text(rows, 0, "why");
	out->reason = db_get_text(rows, 0, "reason");
	out->base_csn = db_get_int(rows, 0, "base_csn");
	out->was_csn = db_get_int(rows, 0, "was_csn");
	out->confirmed = db_get_int(rows, 0, "confirmed");
	out->beyond = db_get_int(rows, 0, "beyond");
	out->has_head = read_head(n, rows, &out->head, &out->signed_by_us);
	return true;
}

bool notary_refuse(struct notary *n, const char *kind, struct notary_turn *out,
	struct err *e, const char *text)
{
	out->refused = true;
	if (n->refused) {
		db_rollback(n->db);
		return true;
	}
	n->refused = true;
	return notary_find(n, kind, -1, -1, out, e,
		"%s; nothing is signed any more until casebridged epoch change "
		"and confirm",
		text);
}

/* Leaves that are in the database and not in memory: the process ended between
 * the two, or its memory is new. Everything is reckoned again from the rows. */
static bool catch_up(
	struct notary *n, const struct view *v, bool *same, struct err *e)
{
	struct tree_edge edge = n->mem.edge;
	struct sha256 root;

	*same = true;
	while (*same && edge.size < v->head.size) {
		struct arena *mem = arena_new();
		int64_t to = edge.size + BATCH < v->head.size
				     ? edge.size + BATCH
				     : v->head.size;
		size_t count = (size_t)(to - edge.size);
		struct entry *x = ARENA_ARRAY(mem, struct entry, count);
		bool ok = leaves_read(n, mem, edge.size, to, x, same, e);

		for (size_t i = 0; ok && *same && i < count; i++) {
			*same = x[i].bytes.p != NULL;
			if (*same)
				tree_edge_add(&edge, &x[i].hash);
			if (x[i].kind != 2 && x[i].at_us >= n->mem.began_us) {
				n->mem.xid = x[i].xid;
				n->mem.kind = x[i].kind;
				n->mem.no = x[i].no;
			}
		}
		arena_free(mem);
		if (!ok)
			return false;
	}
	root = tree_edge_root(&edge);
	*same = *same && sha256_equal(&root, &v->head.root);
	if (*same)
		n->mem.edge = edge;
	return true;
}

bool notary_find_epoch(struct notary *n, struct arena *mem, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, mem);
	if (!db_run(n->db, Q_SEAL_NEWEST, &none, &rows, e))
		return false;
	if (db_count(rows) == 1) {
		n->mem.epoch = db_get_int(rows, 0, "epoch");
		n->is_new = true;
		log_write(n->conf, LOG_WARN,
			"seal-dir remembers nothing and the database holds a "
			"tree: all of it is reckoned again; what was there "
			"before cannot be told");
	}
	return true;
}

bool notary_compare(struct notary *n, const struct view *v,
	struct notary_turn *out, bool *good, struct err *e)
{
	struct sha256 root = tree_edge_root(&n->mem.edge);
	int64_t size = v->has_head ? v->head.size : 0;

	*good = false;
	if (v->has_head && !v->signed_by_us)
		return notary_refuse(n, "rewritten", out, e,
			"the newest head in the database is not signed by the "
			"key of this log");
	if (size < n->mem.edge.size)
		return notary_refuse(n, "back", out, e,
			"the tree in the database is smaller than it was: it "
			"was set back");
	if (v->beyond > 0)
		return notary_refuse(n, "tree", out, e,
			"there are leaves behind the last head: somebody else "
			"wrote into the tree");
	if (size > n->mem.edge.size) {
		if (n->caught_up)
			return notary_refuse(n, "tree", out, e,
				"somebody else signed heads");
		if (!catch_up(n, v, good, e))
			return false;
		return *good || notary_refuse(n, "rewritten", out, e,
					"the rows do not give the root that "
					"was signed");
	}
	*good = size == 0 || sha256_equal(&root, &v->head.root);
	return *good || notary_refuse(n, "rewritten", out, e,
				"the tree in the database is another than the "
				"one that was signed last");
}
