/*
 * units_write.c - what is delivered and dropped: rows of units and of their
 * records, in one transaction of the store (see units.c for what they hold).
 */
#include "client/store/units_in.h"
#include "proto/base/crash.h"

#include <stdlib.h>
#include <string.h>

#define LIST_CAP ((size_t)32 << 20)

/* ---- writing ---- */

/* Of unit and record: a record may be offered under two units. Of what is not
 * yet whole the row's own key stands for the unit. */
static void record_key(const struct store *s, const struct unit_row *row,
	const struct uuid *rec, unsigned char out[SHA256_LEN])
{
	unsigned char id[32];

	memcpy(id, row->part ? row->key : row->u.id.b, 16);
	memcpy(id + 16, rec->b, 16);
	store_key(s, ROW_RECORD, id, sizeof(id), out);
}

/* `old` is the record as it is held, or NULL: its row is written over. */
static bool put_record(struct store *s, struct unit_row *row,
	const struct held *old, const struct incoming *in, struct buf *list,
	struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_RECORD_PUT);
	struct str sealed;
	struct held h;

	memset(&h, 0, sizeof(h));
	h.id = in->r.id;
	h.type = store_intern(s, in->r.type_name, strlen(in->r.type_name));
	h.ver = in->r.ver;
	h.rev = store_rev(s);
	h.cls = in->r.cls;
	h.state = in->r.state;
	h.sha = in->r.sha;
	if (old)
		memcpy(h.key, old->key, sizeof(h.key));
	else
		record_key(s, row, &h.id, h.key);
	sealed = store_seal(
		s, &row->data_key, ROW_RECORD, h.key, h.rev, in->line);
	sql_blob(q, 1, h.key, sizeof(h.key));
	sql_int(q, 2, h.rev);
	sql_blob(q, 3, sealed.p, sealed.n);
	buf_add(list, &h, sizeof(h));
	return sql_do(s->db, q, e);
}

static bool drop_record(struct store *s, const struct held *h, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_RECORD_DROP);

	sql_blob(q, 1, h->key, sizeof(h->key));
	return sql_do(s->db, q, e);
}

/* What is held stays when it is newer, or when nothing would change. */
static bool stays(
	const struct delivery *d, const struct held *h, const struct record *r)
{
	if (h->ver != r->ver)
		return h->ver > r->ver && !(d->full && d->anew);
	return !d->full && sha256_equal(&h->sha, &r->sha) &&
	       h->state == r->state && h->cls == r->cls;
}

static int by_id_and_version(const void *a, const void *b)
{
	const struct incoming *x = *(const struct incoming *const *)a;
	const struct incoming *y = *(const struct incoming *const *)b;
	int order = uuid_cmp(&x->r.id, &y->r.id);

	return order ? order : (x->r.ver < y->r.ver) - (x->r.ver > y->r.ver);
}

/* The delivery by id; of two versions of a record, only the newer. */
static const struct incoming **in_order(
	const struct delivery *d, struct arena *mem, size_t *n)
{
	const struct incoming **list =
		ARENA_ARRAY(mem, const struct incoming *, d->n + 1);
	size_t kept = 0;

	for (size_t i = 0; i < d->n; i++)
		list[i] = &d->records[i];
	qsort(list, d->n, sizeof(struct incoming *), by_id_and_version);
	for (size_t i = 0; i < d->n; i++)
		if (!kept ||
			uuid_cmp(&list[kept - 1]->r.id, &list[i]->r.id) != 0)
			list[kept++] = list[i];
	*n = kept;
	return list;
}

/* Merges what is held with what came, both by id, into `list`. */
static bool merge_lists(struct store *s, struct unit_row *row,
	const struct delivery *d, struct arena *mem, struct buf *list,
	struct err *e)
{
	size_t n, at = 0;
	const struct incoming **in = in_order(d, mem, &n);

	for (size_t i = 0; i < row->u.n; i++) {
		const struct held *h = &row->u.records[i];
		bool same = false, keep = !d->full;

		while (at < n && uuid_cmp(&in[at]->r.id, &h->id) < 0)
			if (!put_record(s, row, NULL, in[at++], list, e))
				return false;
		if (at < n && uuid_cmp(&in[at]->r.id, &h->id) == 0) {
			same = true;
			keep = stays(d, h, &in[at]->r);
		}
		if (keep)
			buf_add(list, h, sizeof(*h));
		else if (same ? !put_record(s, row, h, in[at], list, e)
			      : !drop_record(s, h, e))
			return false;
		at += same;
	}
	while (at < n)
		if (!put_record(s, row, NULL, in[at++], list, e))
			return false;
	return true;
}

static bool write_unit(struct store *s, struct unit_row *row, struct err *e)
{
	struct str key = {(const char *)row->data_key.b, SEAL_KEY}, sealed;
	struct sql_run *q = sql_take(s->db, S_UNIT_PUT);
	struct buf list;

	sealed = store_seal(s, &s->keys.unit, ROW_KEY, row->key, 0, key);
	sql_blob(q, 1, row->key, sizeof(row->key));
	sql_int(q, 2, store_rev(s));
	sql_blob(q, 3, sealed.p, sealed.n);
	buf_init(&list, LIST_CAP);
	unit_row_pack(row, &list);
	key.p = list.p;
	key.n = list.n;
	sealed = store_seal(
		s, &row->data_key, ROW_UNIT, row->key, store_rev(s), key);
	sql_blob(q, 4, sealed.p, sealed.n);
	if (list.full)
		die("store: a unit of %zu records", row->u.n);
	buf_free(&list);
	if (row->rev)
		store_sum(s, ROW_UNIT, row->key, row->rev);
	row->rev = store_rev(s);
	store_sum(s, ROW_UNIT, row->key, row->rev);
	return sql_do(s->db, q, e);
}

static struct unit_row *row_for(struct store *s, const struct delivery *d)
{
	struct unit_row *row = unit_row_of(s, &d->unit);

	if (!row) {
		row = unit_row_new(s);
		row->u.id = d->unit;
		row->data_key = seal_key_new();
		store_key(s, ROW_UNIT, d->unit.b, sizeof(d->unit.b), row->key);
		unit_row_insert(s, row);
	}
	if (strcmp(row->u.kind, d->kind) != 0)
		row->u.kind = arena_strdup(s->mem, d->kind);
	row->u.gen = d->gen;
	return row;
}

static void forget_records(struct store *s, const struct unit_row *row)
{
	for (size_t i = 0; i < row->u.n; i++)
		if (idmap_get(&s->records, &row->u.records[i].id) == row)
			idmap_put(&s->records, &row->u.records[i].id, NULL);
}

/* Merges a delivery into a row, and writes the row. */
static bool add_to_row(struct store *s, struct unit_row *row,
	const struct delivery *d, struct err *e)
{
	struct arena *mem = arena_new();
	struct buf list;
	bool ok;

	buf_init(&list, STORE_ROWS_CAP);
	ok = merge_lists(s, row, d, mem, &list, e);
	arena_free(mem);
	if (!row->part)
		forget_records(s, row);
	buf_free(&row->list);
	row->list = list;
	unit_row_listed(s, row);
	return ok && write_unit(s, row, e);
}

/* Takes a row and its records off the disk; *row itself stays. */
static bool erase_row(struct store *s, struct unit_row *row, struct err *e)
{
	struct sql_run *q;

	for (size_t i = 0; i < row->u.n; i++)
		if (!drop_record(s, &row->u.records[i], e))
			return false;
	CRASH_POINT("purging");
	q = sql_take(s->db, S_UNIT_DROP);
	sql_blob(q, 1, row->key, sizeof(row->key));
	if (!sql_do(s->db, q, e))
		return false;
	store_sum(s, ROW_UNIT, row->key, row->rev);
	return true;
}

/* ---- a unit in parts ---- */

static bool drop_part(struct store *s, struct err *e)
{
	struct unit_row *row = s->part;

	if (!row)
		return true;
	s->part = NULL;
	if (!erase_row(s, row, e))
		return false;
	unit_row_free(row);
	return true;
}

/* A row under a key nobody else will have. */
static bool begin_part(struct store *s, const struct delivery *d, struct err *e)
{
	struct uuid name = uuid_new();
	struct unit_row *row;

	if (!drop_part(s, e))
		return false;
	row = unit_row_new(s);
	row->u.id = d->unit;
	row->u.gen = d->gen;
	row->u.kind = arena_strdup(s->mem, d->kind);
	row->data_key = seal_key_new();
	store_key(s, ROW_UNIT, name.b, sizeof(name.b), row->key);
	s->part = row;
	return true;
}

/* Records, list and data key become the unit's; what it held before goes. The
 * record rows stay as they are, whatever there is of them. */
static bool finish_part(struct store *s, struct err *e)
{
	struct unit_row *made = s->part, *row = unit_row_of(s, &made->u.id);
	struct delivery as = {made->u.id, made->u.kind, made->u.gen, true, NULL,
		0, 0, false, false};
	struct sql_run *q = sql_take(s->db, S_UNIT_DROP);

	sql_blob(q, 1, made->key, sizeof(made->key));
	if (!sql_do(s->db, q, e))
		return false;
	store_sum(s, ROW_UNIT, made->key, made->rev);
	for (size_t i = 0; row && i < row->u.n; i++)
		if (!drop_record(s, &row->u.records[i], e))
			return false;
	if (row)
		forget_records(s, row);
	row = row_for(s, &as);
	unit_row_free(row);
	row->list = made->list;
	row->data_key = made->data_key;
	buf_init(&made->list, 0);
	s->part = NULL;
	unit_row_free(made);
	unit_row_listed(s, row);
	return write_unit(s, row, e);
}

static bool deliver_part(
	struct store *s, const struct delivery *d, struct err *e)
{
	struct delivery one = *d;

	if (d->part == 1 && !begin_part(s, d, e))
		return false;
	s->part->part = d->part;
	one.full = false;
	return add_to_row(s, s->part, &one, e) &&
	       (d->more || finish_part(s, e));
}

static bool follows(const struct store *s, const struct delivery *d)
{
	const struct unit_row *p = s->part;

	return d->part == 1 ||
	       (p && p->part == d->part - 1 && p->u.gen == d->gen &&
		       uuid_cmp(&p->u.id, &d->unit) == 0);
}

/* Parts of a unit of which something else became. */
static bool forget_part(struct store *s, const struct uuid *unit, struct err *e)
{
	return !s->part || uuid_cmp(&s->part->u.id, unit) != 0 ||
	       drop_part(s, e);
}

bool store_deliver(struct store *s, const struct delivery *d, struct err *e)
{
	if (d->part && !follows(s, d))
		return err_set(e, ERR_VOID_PAGE, "a part is missing");
	if (d->part ? !deliver_part(s, d, e)
		    : !forget_part(s, &d->unit, e) ||
				!add_to_row(s, row_for(s, d), d, e))
		return store_broke(s);
	/* Whole, it may be less than it was: a consent was narrowed. */
	return !d->full || d->more || papers_drop_unit(s, &d->unit, e) ||
	       store_broke(s);
}

bool store_drop_unit(struct store *s, const struct uuid *unit, struct err *e)
{
	struct unit_row *row = unit_row_of(s, unit);

	s->purged = true;
	if (!files_drop_unit(s, unit, e))
		return false;
	if (!forget_part(s, unit, e))
		return store_broke(s);
	if (!row)
		return papers_drop_unit(s, unit, e) || store_broke(s);
	if (!erase_row(s, row, e))
		return store_broke(s);
	forget_records(s, row);
	CRASH_POINT("purged");
	unit_row_free(row);
	unit_row_remove(s, row);
	return papers_drop_unit(s, unit, e) || store_broke(s);
}
