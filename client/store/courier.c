/*
 * courier.c - a parcel beside everything that waits (see store.h, and the
 * migration that made the table).
 *
 * A parcel is closed in the transaction that writes the entry, because
 * whatever is written later can be missing when it is needed. Sealing and
 * signing cost a third of a millisecond an entry; the disk costs more.
 */
#include "client/store/store_in.h"

#include "proto/courier.h"

#include <string.h>

#define FILES_FIRST (INT64_C(1) << 40) /* places of files: behind all work */

static struct str decoded(const char *text, struct arena *mem)
{
	struct str out = {"", 0};
	unsigned char *raw = text ? base64url_parse(text, &out.n, mem) : NULL;

	if (raw)
		out.p = (const char *)raw;
	return out;
}

/* ---- keys ---- */

static struct keypair *author_of(struct store *s)
{
	struct arena *mem;
	struct str der;

	if (s->author || !store_text(s, "author_key")[0])
		return s->author;
	mem = arena_new();
	der = decoded(store_text(s, "author_key"), mem);
	s->author = keypair_read(der);
	seal_wipe((void *)(uintptr_t)der.p, der.n);
	arena_free(mem);
	return s->author;
}

static bool make_author(struct store *s, struct err *e)
{
	struct arena *mem = arena_new();
	struct keypair *k = keypair_new();
	struct str der = keypair_private(k, mem);
	bool ok = store_begin(s, e);

	if (ok) {
		store_set(s, "author_key",
			json_string(base64url_format(der.p, der.n, mem)));
		ok = store_commit(s, e);
	}
	seal_wipe((void *)(uintptr_t)der.p, der.n);
	keypair_free(k);
	arena_free(mem);
	return ok;
}

bool store_author(
	struct store *s, struct arena *mem, const char **key, struct err *e)
{
	struct str der;

	if (!author_of(s) && !make_author(s, e))
		return false;
	if (!author_of(s))
		return store_damaged("author_key", e);
	der = keypair_public(s->author, mem);
	*key = base64url_format(der.p, der.n, mem);
	return true;
}

/* ---- rows ---- */

static bool has_row(
	struct store *s, const struct uuid *id, int64_t *state, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_STATE);
	bool row;

	sql_blob(q, 1, id->b, sizeof(id->b));
	*state = -1;
	if (!sql_step(s->db, q, &row, e))
		return false;
	if (row)
		*state = sql_col_int(q, 0);
	sql_end(q);
	return true;
}

/* Where it stands, and the text inside. */
struct closing {
	struct parcel p;
	int64_t place;
	const unsigned char *blob; /* of a file, or NULL */
	const char *text;
};

static bool put_row(struct store *s, struct closing *c, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_PUT);
	const char *replica = json_str(store_get(s, "passport"), "replica");
	struct arena *mem = arena_new();
	struct str courier = decoded(store_text(s, "courier"), mem);
	const char *text;
	json_t *j = NULL;
	bool ok;

	if (author_of(s) && replica && uuid_parse(replica, &c->p.replica))
		j = json_keep(parcel_make(&c->p, courier, s->author,
				      (struct str){c->text, strlen(c->text)}),
			mem);
	if (!j) {
		arena_free(mem);
		return store_damaged("courier", e);
	}
	text = json_canonical(j, mem);
	sql_blob(q, 1, c->p.id.b, sizeof(c->p.id.b));
	sql_int(q, 2, c->place);
	if (c->blob)
		sql_blob(q, 3, c->blob, SHA256_LEN);
	sql_blob(q, 4, text, strlen(text));
	ok = sql_do(s->db, q, e);
	arena_free(mem);
	return ok;
}

bool courier_work_gone(struct store *s, const struct uuid *id, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_DROP);

	sql_blob(q, 1, id->b, sizeof(id->b));
	return sql_do(s->db, q, e);
}

static bool close_work(struct store *s, const struct work *w, struct err *e)
{
	const char *tx = json_str(work_change(w), "tx");
	struct arena *mem = arena_new();
	struct closing c;
	bool ok;

	memset(&c, 0, sizeof(c));
	c.p.kind = PARCEL_CHANGE;
	c.p.id = w->id;
	if (tx && !uuid_parse(tx, &c.p.tx))
		memset(&c.p.tx, 0, sizeof(c.p.tx));
	c.place = w->seq;
	c.text = json_canonical(work_change(w), mem);
	ok = put_row(s, &c, e);
	arena_free(mem);
	return ok;
}

bool courier_work(struct store *s, const struct work *w, struct err *e)
{
	int64_t state;

	if (!store_get(s, "passport"))
		return true;
	if (!work_waits(w))
		return courier_work_gone(s, &w->id, e);
	return has_row(s, &w->id, &state, e) &&
	       (state >= 0 || close_work(s, w, e));
}

/* ---- files ---- */

/* A number for the parcel, from the row's key: the file has none. */
static struct uuid file_id(const unsigned char row[SHA256_LEN])
{
	struct uuid id;

	memcpy(id.b, row, sizeof(id.b));
	return id;
}

bool courier_file(struct store *s, const unsigned char row[SHA256_LEN],
	const json_t *doc, const struct seal_key *key, struct err *e)
{
	static const char *const said[] = {"rec", "sha256", "size", "media"};
	struct uuid id = file_id(row);
	struct closing c;
	struct arena *mem;
	json_t *j;
	bool ok;

	if (!store_get(s, "passport"))
		return true;
	if (!key)
		return courier_work_gone(s, &id, e);
	mem = arena_new();
	j = json_keep(json_pack("{s:s, s:s}", "key",
			      base64url_format(key->b, SEAL_KEY, mem), "row",
			      base64url_format(row, SHA256_LEN, mem)),
		mem);
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		json_object_set(j, said[i], json_object_get(doc, said[i]));
	memset(&c, 0, sizeof(c));
	c.p.kind = PARCEL_FILE;
	c.p.id = id;
	c.place = FILES_FIRST + json_int(doc, "added", 0) % FILES_FIRST;
	c.blob = row;
	c.text = json_canonical(j, mem);
	ok = put_row(s, &c, e);
	arena_free(mem);
	return ok;
}

bool courier_keeps(struct store *s, const unsigned char row[SHA256_LEN])
{
	struct uuid id = file_id(row);
	struct err ignored;
	int64_t state;

	/* What cannot be asked is not thrown away. */
	return !has_row(s, &id, &state, &ignored) || state >= 0;
}

/* ---- what is left of withdrawn cases ---- */

bool store_parcel_left(struct store *s, struct arena *mem,
	struct parcel_left *out, bool *found, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_LEFT);
	struct str id, row, entry;
	char hex[SHA256_HEX];

	if (!sql_step(s->db, q, found, e))
		return false;
	if (!*found)
		return true;
	id = sql_col_blob(q, 0);
	row = sql_col_blob(q, 1);
	entry = sql_col_blob(q, 3);
	if (id.n != sizeof(out->id.b) || row.n != SHA256_LEN) {
		sql_end(q);
		return store_damaged("courier", e);
	}
	memcpy(out->id.b, id.p, sizeof(out->id.b));
	memcpy(out->row, row.p, SHA256_LEN);
	out->carried = sql_col_int(q, 2) == 1;
	out->entry = arena_strndup(mem, entry.p, entry.n);
	out->path = arena_printf(mem, "%s/%s", s->files_dir,
		hex_format(out->row, SHA256_LEN, hex));
	sql_end(q);
	return true;
}

static bool mark_refused(struct store *s, const struct uuid *id, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_MARK);

	sql_blob(q, 1, id->b, sizeof(id->b));
	sql_int(q, 2, 2);
	return sql_do(s->db, q, e);
}

bool store_parcel_end(
	struct store *s, const struct parcel_left *p, bool taken, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	if (taken)
		buf_add(&s->unlinks, p->row, SHA256_LEN);
	if (taken ? !courier_work_gone(s, &p->id, e)
		  : !mark_refused(s, &p->id, e)) {
		store_rollback(s);
		return false;
	}
	return store_commit(s, e);
}

bool store_parcels_left(
	struct store *s, int64_t *waiting, int64_t *refused, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_LEFT_COUNT);
	bool row;

	*waiting = *refused = 0;
	if (!sql_step(s->db, q, &row, e))
		return false;
	if (row) {
		*waiting = sql_col_int(q, 0);
		*refused = sql_col_int(q, 1);
	}
	sql_end(q);
	return true;
}

static bool drop_dead(struct store *s, bool *found, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_DEAD);
	unsigned char key[SHA256_LEN];
	struct str blob;

	*found = false;
	if (!sql_step(s->db, q, found, e))
		return false;
	if (!*found)
		return true;
	blob = sql_col_blob(q, 0);
	*found = blob.n == SHA256_LEN;
	if (*found)
		memcpy(key, blob.p, SHA256_LEN);
	sql_end(q);
	if (!*found)
		return store_damaged("courier", e);
	buf_add(&s->unlinks, key, SHA256_LEN);
	q = sql_take(s->db, S_COURIER_DEAD_DROP);
	sql_blob(q, 1, key, SHA256_LEN);
	return sql_do(s->db, q, e);
}

bool store_parcels_drop(struct store *s, struct err *e)
{
	bool ok = store_begin(s, e), more = ok;

	if (!ok)
		return false;
	while (ok && more)
		ok = drop_dead(s, &more, e);
	if (ok)
		return store_commit(s, e);
	store_rollback(s);
	return false;
}

bool store_parcel(struct store *s, const struct uuid *id, struct arena *mem,
	const char **out, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_COURIER_ENTRY);
	struct str text;
	bool row;

	sql_blob(q, 1, id->b, sizeof(id->b));
	*out = NULL;
	if (!sql_step(s->db, q, &row, e))
		return false;
	if (row) {
		text = sql_col_blob(q, 0);
		*out = arena_strndup(mem, text.p, text.n);
	}
	sql_end(q);
	return true;
}

/* ---- the centre's key ---- */

static bool close_all(struct store *s, struct err *e)
{
	for (size_t i = 0; i < store_work_count(s); i++)
		if (work_waits(store_work_at(s, i)) &&
			!close_work(s, store_work_at(s, i), e))
			return false;
	return files_close_again(s, e);
}

static bool put_passport(struct store *s, const json_t *passport, struct err *e)
{
	struct arena *mem = arena_new();
	const char *text = json_canonical(passport, mem);
	struct sql_run *q = sql_take(s->db, S_PASSPORT_PUT);
	bool ok;

	sql_blob(q, 1, text, strlen(text));
	ok = sql_do(s->db, q, e);
	arena_free(mem);
	return ok;
}

bool store_closed_for(struct store *s, const char *courier,
	const json_t *passport, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	store_set(s, "courier", json_string(courier));
	store_set(s, "passport", json_deep_copy((json_t *)(uintptr_t)passport));
	if (!put_passport(s, passport, e) || !close_all(s, e)) {
		store_rollback(s);
		return false;
	}
	return store_commit(s, e);
}

bool store_has_passport(const struct store *s)
{
	const char *of = json_str(store_get(s, "passport"), "replica");

	return of && strcmp(of, store_text(s, "replica")) == 0;
}

bool store_seals_to(const struct store *s, const char *key)
{
	struct arena *mem = arena_new();
	struct str courier = decoded(store_text(s, "courier"), mem);
	char own[KEY_NAME];
	bool same = !key || strcmp(key_name(courier, own), key) == 0;

	arena_free(mem);
	return same;
}

bool store_carried(struct store *s, const struct uuid *id)
{
	struct err ignored;
	int64_t state;

	return has_row(s, id, &state, &ignored) && state == 1;
}
