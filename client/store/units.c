/*
 * units.c - units and their records (see store.h), as they are read; written
 * they are in units_write.c.
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
#include "client/store/units_in.h"
#include "proto/digest.h"

#include <stdlib.h>
#include <string.h>

#define LIST_FORMAT 1
#define PART_FORMAT 2 /* the number of parts follows the format */

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

struct unit_row *unit_row_of(const struct store *s, const struct uuid *id)
{
	size_t at = place_of(s, id);

	if (at < store_unit_count(s) &&
		uuid_cmp(&rows_of(s)[at]->u.id, id) == 0)
		return rows_of(s)[at];
	return NULL;
}

const struct unit *store_unit(const struct store *s, const struct uuid *id)
{
	const struct unit_row *row = unit_row_of(s, id);

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

void unit_row_pack(const struct unit_row *row, struct buf *out)
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

void unit_row_insert(struct store *s, struct unit_row *row)
{
	size_t at = place_of(s, &row->u.id), n = store_unit_count(s);

	buf_add(&s->units, &row, sizeof(struct unit_row *));
	memmove(rows_of(s) + at + 1, rows_of(s) + at,
		(n - at) * sizeof(struct unit_row *));
	rows_of(s)[at] = row;
}

struct unit_row *unit_row_new(struct store *s)
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
	struct unit_row *row = unit_row_new(s);
	struct arena *mem = arena_new();
	bool ok = load_row(s, r, mem, row);

	arena_free(mem);
	if (!ok || (row->part ? s->part != NULL
			      : unit_row_of(s, &row->u.id) != NULL)) {
		buf_free(&row->list);
		return store_damaged("unit", e);
	}
	store_sum(s, ROW_UNIT, row->key, row->rev);
	if (row->part) {
		s->part = row;
		return true;
	}
	compute_digest(row);
	unit_row_insert(s, row);
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

void unit_row_free(struct unit_row *row)
{
	seal_wipe(&row->data_key, SEAL_KEY);
	buf_free(&row->list);
}

void units_free(struct store *s)
{
	for (size_t i = 0; i < store_unit_count(s); i++)
		unit_row_free(rows_of(s)[i]);
	if (s->part)
		unit_row_free(s->part);
	s->part = NULL;
	buf_free(&s->units);
	idmap_clear(&s->records);
}

/* ---- rows that change ---- */

void unit_row_listed(struct store *s, struct unit_row *row)
{
	count_list(row);
	if (row->part)
		return;
	index_records(s, row);
	compute_digest(row);
}

void unit_row_remove(struct store *s, struct unit_row *row)
{
	size_t at = place_of(s, &row->u.id);

	s->units.n -= sizeof(struct unit_row *);
	memmove(rows_of(s) + at, rows_of(s) + at + 1,
		(store_unit_count(s) - at) * sizeof(struct unit_row *));
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
	const struct unit_row *row = unit_row_of(s, &u->id);
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
