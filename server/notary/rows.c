/*
 * rows.c - see in.h: what entries are about, read from the database and made
 * canonical. The same goes for sealing and for looking at it again.
 */
#include "server/notary/in.h"

#include <stdlib.h>
#include <string.h>

static void take_marks(struct entry *x, const struct trail_leaf *l,
	const unsigned char key[32])
{
	struct str worker = l->field[EVENT_WORKER], mac = l->field[EVENT_MAC];
	struct sha256 want;

	x->has_worker = worker.p && worker.n == sizeof(x->worker.b);
	x->is_own = x->xid == 0; /* of before there were marks */
	if (!x->has_worker)
		return;
	memcpy(x->worker.b, worker.p, sizeof(x->worker.b));
	x->seq = trail_int_of(l->field[EVENT_SEQ]);
	want = audit_mac(l, key);
	x->mark_ok = mac.p && mac.n == SHA256_LEN &&
		     memcmp(mac.p, want.b, SHA256_LEN) == 0;
}

static struct str leaf_bytes(const struct trail_leaf *l, struct arena *mem)
{
	struct str out;
	struct buf b;

	buf_init(&b, TRAIL_LEAF_MOST);
	trail_leaf_write(l, &b);
	if (b.full)
		die("a leaf of more than %d bytes", TRAIL_LEAF_MOST);
	out.p = arena_strndup(mem, b.p, b.n);
	out.n = b.n;
	buf_free(&b);
	return out;
}

/* Entries of a kind, by their number. */
struct place {
	int64_t no;
	struct entry *entry;
};

static int by_no(const void *a, const void *b)
{
	int64_t x = ((const struct place *)a)->no,
		y = ((const struct place *)b)->no;

	return (x > y) - (x < y);
}

static bool read_kind(struct db *db, struct arena *mem, struct entry *x,
	size_t n, int64_t kind, const unsigned char mark[32], struct err *e)
{
	struct place *places = ARENA_ARRAY(mem, struct place, n + 1);
	int64_t *no = ARENA_ARRAY(mem, int64_t, n + 1);
	struct audit_columns columns;
	struct db_rows *rows;
	struct db_args a;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (x[i].kind == kind) {
			no[count] = places[count].no = x[i].no;
			places[count++].entry = &x[i];
		}
	if (count == 0)
		return true;
	qsort(places, count, sizeof(*places), by_no);
	db_args_init(&a, mem);
	db_ints(&a, no, count);
	if (!db_run(db, kind ? Q_SEAL_COMMITS : Q_SEAL_EVENTS, &a, &rows, e))
		return false;
	columns = audit_columns_of(rows, kind ? TRAIL_COMMIT : TRAIL_EVENT);
	for (int i = 0; i < db_count(rows); i++) {
		struct place key = {.no = db_int_at(rows, i, columns.at[0])};
		struct place *p =
			bsearch(&key, places, count, sizeof(key), by_no);
		struct trail_leaf l;

		if (!p)
			continue;
		audit_leaf(rows, i, &columns, mem, &l);
		p->entry->at_us = trail_int_of(l.field[EVENT_AT]);
		if (kind == 0)
			take_marks(p->entry, &l, mark);
		p->entry->bytes = leaf_bytes(&l, mem);
	}
	return true;
}

static bool read_statement(struct db *db, struct arena *mem, struct entry *x,
	size_t n, int64_t epoch, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	for (size_t i = 0; i < n; i++) {
		if (x[i].kind != 2 || x[i].bytes.p)
			continue;
		db_args_init(&a, mem);
		db_int(&a, epoch);
		if (!db_run(db, Q_SEAL_STATEMENT, &a, &rows, e))
			return false;
		if (db_count(rows) == 1)
			x[i].bytes = db_get_bytes(rows, 0, "leaf");
	}
	return true;
}

bool entries_read(struct db *db, struct arena *mem, struct entry *x, size_t n,
	int64_t epoch, const unsigned char mark[32], struct err *e)
{
	if (!read_kind(db, mem, x, n, 0, mark, e) ||
		!read_kind(db, mem, x, n, 1, mark, e) ||
		!read_statement(db, mem, x, n, epoch, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (x[i].bytes.p)
			x[i].hash = tree_leaf(x[i].bytes.p, x[i].bytes.n);
	return true;
}
