/*
 * work.c - the outbox, the journal and the receipts (see store.h).
 *
 * All of it is in memory as well: these are tens of entries, thousands after a
 * list was taken in, and every local view needs them. The state of an entry
 * stands in clear beside its seal, and is part of what the seal is about.
 */
#include "client/store/store_in.h"

#include <string.h>

static struct work **works_of(const struct store *s)
{
	return (struct work **)(void *)s->work.p;
}

static struct receipt_row **receipts_of(const struct store *s)
{
	return (struct receipt_row **)(void *)s->receipts.p;
}

static size_t receipt_count(const struct store *s)
{
	return s->receipts.n / sizeof(struct receipt_row *);
}

size_t store_work_count(const struct store *s)
{
	return s->work.n / sizeof(struct work *);
}

const struct work *store_work_at(const struct store *s, size_t i)
{
	return works_of(s)[i];
}

const struct work *store_work(const struct store *s, const struct uuid *id)
{
	return idmap_get(&s->work_ids, id);
}

const json_t *work_change(const struct work *w)
{
	return json_object_get(w->doc, "change");
}

const json_t *work_result(const struct work *w)
{
	return json_object_get(w->doc, "result");
}

bool work_hidden(const struct work *w)
{
	return json_flag(w->doc, "hidden");
}

bool work_waits(const struct work *w)
{
	return w->state < WORK_APPLIED;
}

bool work_refused(const struct work *w)
{
	return w->state == WORK_UNSENT && json_str(work_result(w), "code");
}

/* ---- rows ---- */

void work_row_key(
	int64_t seq, enum work_state state, unsigned char out[SHA256_LEN])
{
	memset(out, 0, SHA256_LEN);
	out[0] = (unsigned char)state;
	for (int i = 0; i < 8; i++)
		out[1 + i] = (unsigned char)((uint64_t)seq >> (56 - 8 * i));
}

static bool get_id(const json_t *o, const char *key, struct uuid *out)
{
	const char *text = json_str(o, key);

	memset(out, 0, sizeof(*out));
	return text && uuid_parse(text, out);
}

/* What the change belongs to: where its record is held, or would be. */
static struct uuid unit_of(
	const struct store *s, const json_t *change, const struct uuid *rec)
{
	const char *type = json_str(change, "type");
	const struct rtype *t =
		type ? catalogue_type(s->catalogue, type) : NULL;
	struct uuid case_id;
	const struct unit *u;

	if (store_held(s, rec, &u))
		return u->id;
	get_id(change, "case", &case_id);
	return t ? record_unit(t, rec, &case_id) : case_id;
}

bool work_parse(
	struct str text, int64_t seq, enum work_state state, struct work *out)
{
	const json_t *change;

	out->seq = seq;
	out->state = state;
	out->doc = json_loadb(text.p, text.n, 0, NULL);
	change = json_object_get(out->doc, "change");
	if (get_id(change, "id", &out->id) && get_id(change, "rec", &out->rec))
		return true;
	json_decref(out->doc);
	out->doc = NULL;
	return false;
}

static void add_to_index(struct store *s, struct work *w)
{
	w->unit = unit_of(s, work_change(w), &w->rec);
	buf_add(&s->work, &w, sizeof(struct work *));
	idmap_put(&s->work_ids, &w->id, w);
}

static bool write_work(
	struct store *s, struct work *w, enum work_state state, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_WORK_PUT);
	unsigned char key[SHA256_LEN];
	struct arena *mem = arena_new();
	struct str text;
	bool ok;

	if (w->rev) {
		work_row_key(w->seq, w->state, key);
		store_sum(s, ROW_WORK, key, w->rev);
	}
	w->state = state;
	w->rev = store_rev(s);
	work_row_key(w->seq, w->state, key);
	store_sum(s, ROW_WORK, key, w->rev);
	text.p = json_canonical(w->doc, mem);
	text.n = strlen(text.p);
	text = store_seal(s, &s->keys.work, ROW_WORK, key, w->rev, text);
	sql_int(q, 1, w->seq);
	sql_int(q, 2, w->rev);
	sql_int(q, 3, w->state);
	sql_blob(q, 4, text.p, text.n);
	ok = sql_do(s->db, q, e) && courier_work(s, w, e);
	arena_free(mem);
	return ok || store_broke(s);
}

bool store_work_add(struct store *s, json_t *change, struct err *e)
{
	size_t n = store_work_count(s);
	struct work *w = ARENA_NEW(s->mem, struct work);

	w->seq = n ? works_of(s)[n - 1]->seq + 1 : 1;
	w->doc = json_pack("{s:o}", "change", change);
	if (!get_id(change, "id", &w->id) || !get_id(change, "rec", &w->rec) ||
		store_work(s, &w->id)) {
		json_decref(w->doc);
		return err_field(e, ERR_ID_REUSE, "id", "UUIDv7");
	}
	add_to_index(s, w);
	return write_work(s, w, WORK_UNSENT, e);
}

/* The entry itself, to be changed: callers hold it const. */
static struct work *mutable_work(struct store *s, const struct work *w)
{
	return idmap_get(&s->work_ids, &w->id);
}

bool store_work_put(struct store *s, const struct work *w,
	enum work_state state, json_t *result, struct err *e)
{
	struct work *own = mutable_work(s, w);

	if (result)
		json_object_set_new(own->doc, "result", result);
	return write_work(s, own, state, e);
}

bool store_work_hide(struct store *s, const struct work *w, struct err *e)
{
	struct work *own = mutable_work(s, w);

	json_object_set_new(own->doc, "hidden", json_true());
	return write_work(s, own, own->state, e);
}

/* Entries are in order of their numbers. */
static size_t place_of(const struct store *s, const struct work *w)
{
	size_t low = 0, high = store_work_count(s);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (works_of(s)[mid]->seq < w->seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool store_work_drop(struct store *s, const struct work *w, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_WORK_DROP);
	unsigned char key[SHA256_LEN];
	size_t n = store_work_count(s), at = place_of(s, w);

	sql_int(q, 1, w->seq);
	if (!sql_do(s->db, q, e) || !courier_work_gone(s, &w->id, e))
		return store_broke(s);
	work_row_key(w->seq, w->state, key);
	store_sum(s, ROW_WORK, key, w->rev);
	idmap_put(&s->work_ids, &w->id, NULL);
	json_decref(w->doc);
	memmove(works_of(s) + at, works_of(s) + at + 1,
		(n - at - 1) * sizeof(struct work *));
	s->work.n -= sizeof(struct work *);
	return true;
}

/* ---- loading ---- */

static bool load_work(struct store *s, struct sql_run *r, struct arena *mem)
{
	struct work *w = ARENA_NEW(s->mem, struct work);
	int64_t seq = sql_col_int(r, 0), state = sql_col_int(r, 2);
	unsigned char key[SHA256_LEN];
	struct str text;

	if (state < 0 || state >= WORK_STATES)
		return false;
	w->rev = sql_col_int(r, 1);
	work_row_key(seq, (enum work_state)state, key);
	if (!store_unseal(s, &s->keys.work, ROW_WORK, key, w->rev,
		    sql_col_blob(r, 3), mem, &text) ||
		!work_parse(text, seq, (enum work_state)state, w))
		return false;
	add_to_index(s, w);
	store_sum(s, ROW_WORK, key, w->rev);
	return true;
}

static bool load_receipt(struct store *s, struct sql_run *r, struct arena *mem)
{
	struct receipt_row *row = ARENA_NEW(s->mem, struct receipt_row);
	struct str key = sql_col_blob(r, 0), text;

	row->rev = sql_col_int(r, 1);
	if (key.n != sizeof(row->key))
		return false;
	memcpy(row->key, key.p, sizeof(row->key));
	if (!store_unseal(s, &s->keys.work, ROW_RECEIPT, row->key, row->rev,
		    sql_col_blob(r, 2), mem, &text))
		return false;
	row->doc = json_loadb(text.p, text.n, 0, NULL);
	buf_add(&s->receipts, &row, sizeof(struct receipt_row *));
	store_sum(s, ROW_RECEIPT, row->key, row->rev);
	return row->doc != NULL;
}

bool store_load(struct store *s, enum statement which,
	bool (*load)(struct store *, struct sql_run *, struct arena *),
	const char *what, struct err *e)
{
	struct sql_run *r = sql_take(s->db, which);
	bool row;

	for (;;) {
		struct arena *mem;
		bool ok;

		if (!sql_step(s->db, r, &row, e))
			return false;
		if (!row)
			break;
		mem = arena_new();
		ok = load(s, r, mem);
		arena_free(mem);
		if (!ok)
			return store_damaged(what, e);
	}
	sql_end(r);
	return true;
}

bool work_load(struct store *s, struct err *e)
{
	return store_load(s, S_WORK_ALL, load_work, "work", e) &&
	       store_load(s, S_RECEIPT_ALL, load_receipt, "receipt", e);
}

void work_free(struct store *s)
{
	for (size_t i = 0; i < store_work_count(s); i++)
		json_decref(works_of(s)[i]->doc);
	for (size_t i = 0; i < receipt_count(s); i++)
		json_decref(receipts_of(s)[i]->doc);
	buf_free(&s->work);
	buf_free(&s->receipts);
	idmap_clear(&s->work_ids);
}

/* ---- receipts ---- */

static struct receipt_row *receipt_row(
	struct store *s, const unsigned char key[SHA256_LEN], size_t *at)
{
	for (*at = 0; *at < receipt_count(s); (*at)++)
		if (memcmp(receipts_of(s)[*at]->key, key, SHA256_LEN) == 0)
			return receipts_of(s)[*at];
	return NULL;
}

static void receipt_key(const struct store *s, const json_t *receipt,
	unsigned char out[SHA256_LEN])
{
	const char *kind = json_str(receipt, "kind");
	struct uuid unit;
	unsigned char id[17];

	get_id(receipt, "unit", &unit);
	id[0] = (unsigned char)(kind ? kind[0] : 0);
	memcpy(id + 1, unit.b, sizeof(unit.b));
	store_key(s, ROW_RECEIPT, id, sizeof(id), out);
}

bool store_receipt_add(struct store *s, json_t *receipt, struct err *e)
{
	unsigned char key[SHA256_LEN];
	struct receipt_row *row;
	struct arena *mem;
	struct sql_run *q;
	struct str text;
	size_t at;
	bool ok;

	receipt_key(s, receipt, key);
	row = receipt_row(s, key, &at);
	if (row) {
		store_sum(s, ROW_RECEIPT, key, row->rev);
		json_decref(row->doc);
	} else {
		row = ARENA_NEW(s->mem, struct receipt_row);
		memcpy(row->key, key, sizeof(key));
		buf_add(&s->receipts, &row, sizeof(struct receipt_row *));
	}
	row->doc = receipt;
	row->rev = store_rev(s);
	store_sum(s, ROW_RECEIPT, key, row->rev);
	mem = arena_new();
	text.p = json_canonical(receipt, mem);
	text.n = strlen(text.p);
	text = store_seal(s, &s->keys.work, ROW_RECEIPT, key, row->rev, text);
	arena_free(mem);
	q = sql_take(s->db, S_RECEIPT_PUT);
	sql_blob(q, 1, key, sizeof(key));
	sql_int(q, 2, row->rev);
	sql_blob(q, 3, text.p, text.n);
	ok = sql_do(s->db, q, e);
	return ok || store_broke(s);
}

json_t *store_receipts(const struct store *s, struct arena *mem)
{
	json_t *out = json_keep(json_array(), mem);

	for (size_t i = 0; i < receipt_count(s); i++)
		json_array_append(out, receipts_of(s)[i]->doc);
	return out;
}

static bool drop_receipt(struct store *s, const json_t *receipt, struct err *e)
{
	struct receipt_row *row;
	unsigned char key[SHA256_LEN];
	struct sql_run *q;
	size_t at, n = receipt_count(s);

	receipt_key(s, receipt, key);
	row = receipt_row(s, key, &at);
	if (!row || !json_equal(row->doc, receipt))
		return true;
	q = sql_take(s->db, S_RECEIPT_DROP);
	sql_blob(q, 1, key, sizeof(key));
	if (!sql_do(s->db, q, e))
		return store_broke(s);
	store_sum(s, ROW_RECEIPT, key, row->rev);
	memmove(receipts_of(s) + at, receipts_of(s) + at + 1,
		(n - at - 1) * sizeof(struct receipt_row *));
	s->receipts.n -= sizeof(struct receipt_row *);
	json_decref(row->doc);
	return true;
}

bool store_receipts_drop(struct store *s, const json_t *receipts, struct err *e)
{
	for (size_t i = 0; i < json_array_size(receipts); i++)
		if (!drop_receipt(s, json_array_get(receipts, i), e))
			return false;
	return true;
}
