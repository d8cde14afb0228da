/*
 * units.c - units and their records (see store.h).
 *
 * A unit's row holds, sealed, the list of its records: row key, id, version,
 * revision, class, state, hash of the body. Opening a store reads these lists
 * and no body; the digest of a unit is computed from its list; and a record's
 * row opens only at the revision the list names.
 *
 * A unit that comes in parts is such a row, too, with a key of its own and in a
 * format of its own, beside the list of units until its last part is here.
 */
#include "client/store/pack.h"
#include "client/store/store_in.h"
#include "proto/base/crash.h"
#include "proto/digest.h"

#include <stdlib.h>
#include <string.h>

#define LIST_FORMAT 1
#define PART_FORMAT 2 /* the number of parts follows the format */
#define LIST_CAP    ((size_t)32 << 20)

static struct unit_row **rows_of(const struct store *s)
{
	return (struct unit_row **)(void *)s->units.p;
}

size_t store_unit_count(const struct store *s)
{
	return s->units.n / sizeof(struct unit_row *);
}

const struct unit *store_unit_at(const struct store *s, size_t i)
{
	return &rows_of(s)[i]->u;
}

/* Where the unit is, or would go. */
static size_t place_of(const struct store *s, const struct uuid *id)
{
	size_t low = 0, high = store_unit_count(s);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (uuid_cmp(&rows_of(s)[mid]->u.id, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct unit_row *row_of(const struct store *s, const struct uuid *id)
{
	size_t at = place_of(s, id);

	if (at < store_unit_count(s) &&
		uuid_cmp(&rows_of(s)[at]->u.id, id) == 0)
		return rows_of(s)[at];
	return NULL;
}

const struct unit *store_unit(const struct store *s, const struct uuid *id)
{
	const struct unit_row *row = row_of(s, id);

	return row ? &row->u : NULL;
}

static int by_id(const void *a, const void *b)
{
	return uuid_cmp(
		&((const struct held *)a)->id, &((const struct held *)b)->id);
}

static const struct held *held_in(
	const struct unit_row *row, const struct uuid *id)
{
	struct held key;

	key.id = *id;
	return row->u.n ? bsearch(&key, row->u.records, row->u.n,
				  sizeof(struct held), by_id)
			: NULL;
}

const struct held *store_held(
	const struct store *s, const struct uuid *id, const struct unit **unit)
{
	const struct unit_row *row = idmap_get(&s->records, id);

	if (!row)
		return NULL;
	if (unit)
		*unit = &row->u;
	return held_in(row, id);
}

struct sha256 store_digest(const struct store *s)
{
	struct digest_holding *h = digest_holding_begin();

	for (size_t i = 0; i < store_unit_count(s); i++)
		digest_holding_add(
			h, &rows_of(s)[i]->u.id, &rows_of(s)[i]->u.digest);
	return digest_holding_end(h);
}

/* ---- the list of a unit ---- */

static void count_list(struct unit_row *row)
{
	row->u.records = (const struct held *)(void *)row->list.p;
	row->u.n = row->list.n / sizeof(struct held);
}

static void compute_digest(struct unit_row *row)
{
	struct buf leaves;

	buf_init(&leaves, STORE_ROWS_CAP);
	for (size_t i = 0; i < row->u.n; i++) {
		const struct held *h = &row->u.records[i];
		struct leaf l;

		memset(&l, 0, sizeof(l));
		l.id = h->id;
		l.ver = h->ver;
		l.sha = h->sha;
		l.cls = h->cls;
		buf_add(&leaves, &l, sizeof(l));
	}
	row->u.digest = digest_unit((struct leaf *)(void *)leaves.p, row->u.n);
	buf_free(&leaves);
}

static void pack_list(const struct unit_row *row, struct buf *out)
{
	buf_char(out, row->part ? PART_FORMAT : LIST_FORMAT);
	if (row->part)
		pack_int(out, row->part);
	pack_bytes(out, row->u.id.b, sizeof(row->u.id.b));
	pack_text(out, row->u.kind);
	pack_int(out, row->u.gen);
	pack_int(out, (int64_t)row->u.n);
	for (size_t i = 0; i < row->u.n; i++) {
		const struct held *h = &row->u.records[i];

		pack_bytes(out, h->key, sizeof(h->key));
		pack_bytes(out, h->id.b, sizeof(h->id.b));
		pack_text(out, h->type);
		pack_int(out, h->ver);
		pack_int(out, h->rev);
		buf_char(out, (char)h->cls);
		buf_char(out, (char)h->state);
		pack_bytes(out, h->sha.b, sizeof(h->sha.b));
	}
}

static void unpack_held(struct store *s, struct unpack *u, struct held *h)
{
	unsigned char cls = 0, state = 0;
	struct str type;

	memset(h, 0, sizeof(*h));
	unpack_bytes(u, h->key, sizeof(h->key));
	unpack_bytes(u, h->id.b, sizeof(h->id.b));
	type = unpack_text(u);
	h->type = store_intern(s, type.p, type.n);
	h->ver = unpack_int(u);
	h->rev = unpack_int(u);
	unpack_bytes(u, &cls, 1);
	unpack_bytes(u, &state, 1);
	h->cls = cls;
	h->state = (enum record_state)state;
	unpack_bytes(u, h->sha.b, sizeof(h->sha.b));
}

static bool unpack_list(struct store *s, struct str text, struct unit_row *row)
{
	struct unpack u = unpack_begin(text);
	char format = 0;
	struct str kind;
	int64_t n;

	unpack_bytes(&u, &format, 1);
	if (format == PART_FORMAT)
		row->part = unpack_int(&u);
	unpack_bytes(&u, row->u.id.b, sizeof(row->u.id.b));
	kind = unpack_text(&u);
	row->u.kind = arena_strndup(s->mem, kind.p, kind.n);
	row->u.gen = unpack_int(&u);
	n = unpack_int(&u);
	for (int64_t i = 0; i < n && !u.bad; i++) {
		struct held h;

		unpack_held(s, &u, &h);
		buf_add(&row->list, &h, sizeof(h));
	}
	count_list(row);
	return format == (row->part > 0 ? PART_FORMAT : LIST_FORMAT) &&
	       !u.bad && u.left == 0;
}

/* ---- loading ---- */

static void index_records(struct store *s, struct unit_row *row)
{
	for (size_t i = 0; i < row->u.n; i++)
		idmap_put(&s->records, &row->u.records[i].id, row);
}

static void insert_row(struct store *s, struct unit_row *row)
{
	size_t at = place_of(s, &row->u.id), n = store_unit_count(s);

	buf_add(&s->units, &row, sizeof(struct unit_row *));
	memmove(rows_of(s) + at + 1, rows_of(s) + at,
		(n - at) * sizeof(struct unit_row *));
	rows_of(s)[at] = row;
}

static struct unit_row *new_row(struct store *s)
{
	struct unit_row *row = ARENA_NEW(s->mem, struct unit_row);

	buf_init(&row->list, STORE_ROWS_CAP);
	row->u.kind = "";
	return row;
}

static bool load_row(struct store *s, struct sql_run *r, struct arena *mem,
	struct unit_row *row)
{
	struct str key = sql_col_blob(r, 0), text;

	row->rev = sql_col_int(r, 1);
	if (key.n != sizeof(row->key))
		return false;
	memcpy(row->key, key.p, sizeof(row->key));
	if (!store_unseal(s, &s->keys.unit, ROW_KEY, row->key, 0,
		    sql_col_blob(r, 2), mem, &text) ||
		text.n != SEAL_KEY)
		return false;
	memcpy(row->data_key.b, text.p, SEAL_KEY);
	return store_unseal(s, &row->data_key, ROW_UNIT, row->key, row->rev,
		       sql_col_blob(r, 3), mem, &text) &&
	       unpack_list(s, text, row);
}

static bool load_one(struct store *s, struct sql_run *r, struct err *e)
{
	struct unit_row *row = new_row(s);
	struct arena *mem = arena_new();
	bool ok = load_row(s, r, mem, row);

	arena_free(mem);
	if (!ok ||
		(row->part ? s->part != NULL : row_of(s, &row->u.id) != NULL)) {
		buf_free(&row->list);
		return store_damaged("unit", e);
	}
	store_sum(s, ROW_UNIT, row->key, row->rev);
	if (row->part) {
		s->part = row;
		return true;
	}
	compute_digest(row);
	insert_row(s, row);
	index_records(s, row);
	return true;
}

struct row_mark {
	unsigned char key[SHA256_LEN];
	int64_t rev;
};

static int by_key(const void *a, const void *b)
{
	return memcmp(((const struct row_mark *)a)->key,
		((const struct row_mark *)b)->key, SHA256_LEN);
}

/* Every record row must be one a unit lists, at its revision, and none may be
 * missing. */
static bool check_rows(
	struct store *s, const struct row_mark *marks, size_t n, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_RECORD_REVISIONS);
	size_t at = 0;
	bool row;

	for (;;) {
		struct str key;

		if (!sql_step(s->db, r, &row, e))
			return false;
		if (!row)
			break;
		key = sql_col_blob(r, 0);
		if (at == n || key.n != SHA256_LEN ||
			memcmp(key.p, marks[at].key, SHA256_LEN) != 0 ||
			sql_col_int(r, 1) != marks[at].rev)
			return store_damaged("record", e);
		at++;
	}
	sql_end(r);
	return at == n || store_damaged("record", e);
}

static void add_marks(struct buf *marks, const struct unit_row *row)
{
	for (size_t k = 0; k < row->u.n; k++) {
		const struct held *h = &row->u.records[k];
		struct row_mark m;

		memset(&m, 0, sizeof(m));
		memcpy(m.key, h->key, sizeof(m.key));
		m.rev = h->rev;
		buf_add(marks, &m, sizeof(m));
	}
}

static bool check_records(struct store *s, struct err *e)
{
	struct row_mark *list;
	struct buf marks;
	size_t n;
	bool ok;

	buf_init(&marks, STORE_ROWS_CAP);
	for (size_t i = 0; i < store_unit_count(s); i++)
		add_marks(&marks, rows_of(s)[i]);
	if (s->part)
		add_marks(&marks, s->part);
	n = marks.n / sizeof(struct row_mark);
	list = (struct row_mark *)(void *)marks.p;
	if (n)
		qsort(list, n, sizeof(*list), by_key);
	ok = check_rows(s, list, n, e);
	buf_free(&marks);
	return ok;
}

bool units_load(struct store *s, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_UNIT_ALL);
	bool row = true;

	for (;;) {
		if (!sql_step(s->db, r, &row, e))
			return false;
		if (!row)
			break;
		if (!load_one(s, r, e))
			return false;
	}
	sql_end(r);
	return check_records(s, e);
}

static void free_row(struct unit_row *row)
{
	seal_wipe(&row->data_key, SEAL_KEY);
	buf_free(&row->list);
}

void units_free(struct store *s)
{
	for (size_t i = 0; i < store_unit_count(s); i++)
		free_row(rows_of(s)[i]);
	if (s->part)
		free_row(s->part);
	s->part = NULL;
	buf_free(&s->units);
	idmap_clear(&s->records);
}

/* ---- reading ---- */

static bool open_row(struct store *s, const struct unit_row *row,
	const struct held *h, struct arena *mem, struct str *text,
	struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_RECORD_GET);
	bool found, ok;

	sql_blob(r, 1, h->key, sizeof(h->key));
	if (!sql_step(s->db, r, &found, e))
		return false;
	ok = found && store_unseal(s, &row->data_key, ROW_RECORD, h->key,
			      h->rev, sql_col_blob(r, 1), mem, text);
	sql_end(r);
	return ok || store_damaged("record", e);
}

bool store_read(struct store *s, const struct unit *u, const struct held *h,
	struct arena *mem, struct record *out, struct err *e)
{
	const struct unit_row *row = row_of(s, &u->id);
	struct str text = {"", 0};

	if (!row)
		return store_damaged("unit", e);
	if (!open_row(s, row, h, mem, &text, e))
		return false;
	if (!record_parse_line(s->catalogue, text, out, mem, e) ||
		uuid_cmp(&out->id, &h->id) != 0 || out->ver != h->ver ||
		!sha256_equal(&out->sha, &h->sha))
		return store_damaged("record", e);
	return true;
}

static bool unit_opens(struct store *s, const struct unit *u, struct err *e)
{
	bool ok = true;

	for (size_t k = 0; ok && k < u->n; k++) {
		struct arena *mem = arena_new();
		struct record r;

		ok = store_read(s, u, &u->records[k], mem, &r, e);
		arena_free(mem);
	}
	return ok;
}

bool store_verify(struct store *s, struct err *e)
{
	for (size_t i = 0; i < store_unit_count(s); i++)
		if (!unit_opens(s, &rows_of(s)[i]->u, e))
			return false;
	return papers_verify(s, e) && files_verify(s, e);
}

size_t store_doubt(struct store *s)
{
	size_t n = 0;

	for (size_t i = 0; i < store_unit_count(s); i++) {
		struct unit *u = &rows_of(s)[i]->u;
		struct err ignored;

		if (unit_opens(s, u, &ignored))
			continue;
		memset(&u->digest, 0, sizeof(u->digest));
		n++;
	}
	return n;
}

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
	pack_list(row, &list);
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
	struct unit_row *row = row_of(s, &d->unit);

	if (!row) {
		row = new_row(s);
		row->u.id = d->unit;
		row->data_key = seal_key_new();
		store_key(s, ROW_UNIT, d->unit.b, sizeof(d->unit.b), row->key);
		insert_row(s, row);
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
	count_list(row);
	if (!row->part) {
		index_records(s, row);
		compute_digest(row);
	}
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
	free_row(row);
	return true;
}

/* A row under a key nobody else will have. */
static bool begin_part(struct store *s, const struct delivery *d, struct err *e)
{
	struct uuid name = uuid_new();
	struct unit_row *row;

	if (!drop_part(s, e))
		return false;
	row = new_row(s);
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
	struct unit_row *made = s->part, *row = row_of(s, &made->u.id);
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
	free_row(row);
	row->list = made->list;
	row->data_key = made->data_key;
	buf_init(&made->list, 0);
	s->part = NULL;
	free_row(made);
	count_list(row);
	index_records(s, row);
	compute_digest(row);
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
	struct unit_row *row = row_of(s, unit);
	size_t at;

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
	free_row(row);
	at = place_of(s, unit);
	s->units.n -= sizeof(struct unit_row *);
	memmove(rows_of(s) + at, rows_of(s) + at + 1,
		(store_unit_count(s) - at) * sizeof(struct unit_row *));
	return papers_drop_unit(s, unit, e) || store_broke(s);
}
