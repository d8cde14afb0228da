/*
 * store.c - opening, transactions and the state row (see store.h).
 *
 * Every transaction ends by writing the state row again: its number (the
 * counter) is what the rows written in it carry as their revision, and its
 * sum covers them. One row thus vouches for all others.
 */
#include "client/store/place.h"
#include "client/store/share.h"
#include "client/store/store_in.h"

#include "proto/base/crash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool store_damaged(const char *what, struct err *e)
{
	return err_field(e, ERR_STORE_DAMAGED, what, "-");
}

bool store_broke(struct store *s)
{
	s->broken = true;
	return false;
}

int64_t store_rev(const struct store *s)
{
	return s->counter + 1;
}

const char *store_intern(struct store *s, const char *p, size_t n)
{
	const struct rtype *t;
	char name[64];

	if (n >= sizeof(name))
		n = sizeof(name) - 1;
	memcpy(name, p, n);
	name[n] = 0;
	t = catalogue_type(s->catalogue, name);
	/* Names outside the catalogue are rare: one per record is no waste. */
	return t ? t->name : arena_strdup(s->mem, name);
}

/* ---- sealing rows ---- */

void store_key(const struct store *s, enum row_kind kind, const void *id,
	size_t n, unsigned char out[SHA256_LEN])
{
	unsigned char text[1 + 64];
	struct sha256 h;

	if (n > sizeof(text) - 1)
		die("store: row id of %zu bytes", n);
	text[0] = (unsigned char)kind;
	memcpy(text + 1, id, n);
	h = hmac_of(s->keys.index.b, SEAL_KEY, text, n + 1);
	memcpy(out, h.b, SHA256_LEN);
}

struct str store_about(unsigned char room[ABOUT_MAX], enum row_kind kind,
	const unsigned char key[SHA256_LEN], int64_t rev)
{
	struct str out = {(const char *)room, ABOUT_MAX};

	room[0] = 1; /* the format of sealed rows */
	room[1] = (unsigned char)kind;
	memcpy(room + 2, key, SHA256_LEN);
	for (int i = 0; i < 8; i++)
		room[2 + SHA256_LEN + i] =
			(unsigned char)((uint64_t)rev >> (56 - 8 * i));
	return out;
}

struct str store_seal(struct store *s, const struct seal_key *key,
	enum row_kind kind, const unsigned char row[SHA256_LEN], int64_t rev,
	struct str text)
{
	unsigned char room[ABOUT_MAX];
	struct str out;

	buf_clear(&s->scratch);
	seal(s->sealer, key, store_about(room, kind, row, rev), text,
		&s->scratch);
	out.p = s->scratch.p;
	out.n = s->scratch.n;
	return out;
}

bool store_unseal(const struct store *s, const struct seal_key *key,
	enum row_kind kind, const unsigned char row[SHA256_LEN], int64_t rev,
	struct str sealed, struct arena *mem, struct str *text)
{
	unsigned char room[ABOUT_MAX];

	return unseal(s->sealer, key, store_about(room, kind, row, rev), sealed,
		mem, text);
}

/*
 * XOR of a keyed hash of each row (the "MSet-XOR-Hash" of Clarke and others,
 * ASIACRYPT 2003): adding and removing cost one hash, and without the key no
 * set of rows can be found that gives the same sum.
 */
void store_sum(struct store *s, enum row_kind kind,
	const unsigned char row[SHA256_LEN], int64_t rev)
{
	unsigned char room[ABOUT_MAX];
	struct str about = store_about(room, kind, row, rev);
	struct sha256 h = hmac_of(s->keys.sum.b, SEAL_KEY, about.p, about.n);

	for (int i = 0; i < SHA256_LEN; i++)
		s->sum.b[i] ^= h.b[i];
}

/* ---- the state row ---- */

static const unsigned char state_key[SHA256_LEN] = "state";

static bool write_state(struct store *s, struct err *e)
{
	struct arena *mem = arena_new();
	struct sql_run *r = sql_take(s->db, S_STATE_PUT);
	char sum[SHA256_HEX];
	struct str text;
	bool ok;

	json_object_set_new(s->state, "sum",
		json_string(hex_format(s->sum.b, SHA256_LEN, sum)));
	text.p = json_canonical(s->state, mem);
	text.n = strlen(text.p);
	text = store_seal(
		s, &s->keys.state, ROW_STATE, state_key, s->counter + 1, text);
	sql_blob(r, 1, s->id.b, sizeof(s->id.b));
	sql_int(r, 2, s->counter + 1);
	sql_blob(r, 3, text.p, text.n);
	ok = sql_do(s->db, r, e);
	arena_free(mem);
	return ok;
}

static bool read_state(struct store *s, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_STATE_GET);
	struct arena *mem;
	struct str text, id;
	bool row, ok;

	if (!sql_step(s->db, r, &row, e))
		return false;
	id = row ? sql_col_blob(r, 2) : (struct str){"", 0};
	if (id.n != sizeof(s->id.b))
		return store_damaged("state", e);
	memcpy(s->id.b, id.p, sizeof(s->id.b));
	s->counter = sql_col_int(r, 0);
	mem = arena_new();
	ok = store_unseal(s, &s->keys.state, ROW_STATE, state_key, s->counter,
		sql_col_blob(r, 1), mem, &text);
	if (ok)
		s->state = json_loadb(text.p, text.n, 0, NULL);
	arena_free(mem);
	if (!json_is_object(s->state))
		return store_damaged("state", e);
	return sql_do(s->db, r, e);
}

static bool check_sum(struct store *s, struct err *e)
{
	const char *sum = json_str(s->state, "sum");
	struct sha256 want;

	if (!sum || !hex_parse(sum, want.b, SHA256_LEN) ||
		!sha256_equal(&want, &s->sum))
		return store_damaged("rows", e);
	return true;
}

const char *store_path(const struct store *s)
{
	return s->path;
}

const struct uuid *store_id(const struct store *s)
{
	return &s->id;
}

const struct catalogue *store_catalogue(const struct store *s)
{
	return s->catalogue;
}

const json_t *store_get(const struct store *s, const char *key)
{
	return json_object_get(s->state, key);
}

const char *store_text(const struct store *s, const char *key)
{
	const char *text = json_str(s->state, key);

	return text ? text : "";
}

void store_set(struct store *s, const char *key, json_t *v)
{
	if (v)
		json_object_set_new(s->state, key, v);
	else
		json_object_del(s->state, key);
}

/* ---- transactions ---- */

/*
 * Pages of a destroyed unit, its key among them, must not outlive it in
 * SQLite's log. "scrub" stands in the state from the transaction that
 * destroyed it to the first one after the log was emptied; none begins before
 * that, so no receipt can say "purged" too early.
 */
static bool empty_log(struct store *s, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_TRUNCATE_WAL);
	bool row, busy;

	CRASH_POINT("scrubbing");
	if (!sql_step(s->db, r, &row, e))
		return false;
	CRASH_POINT("scrubbed");
	busy = row && sql_col_int(r, 0) != 0;
	sql_end(r);
	s->emptied = !busy;
	return !busy || err_field(e, ERR_STORE_BUSY, "store", "-");
}

bool store_begin(struct store *s, struct err *e)
{
	if (s->broken || s->open)
		return err_field(
			e, ERR_NOT_SAVED, "store", "casebridge doctor");
	if (store_get(s, "scrub") && !s->emptied && !empty_log(s, e))
		return false;
	if (!sql_simple(s->db, S_BEGIN, e))
		return false;
	store_set(s, "scrub", NULL);
	s->open = true;
	s->purged = false;
	return true;
}

void store_rollback(struct store *s)
{
	struct err ignored;

	if (s->open && !sql_simple(s->db, S_ROLLBACK, &ignored))
		s->broken = true;
	/* The index may be ahead of the file now. */
	s->broken |= s->open;
	s->open = false;
}

static bool commit(struct store *s, struct err *e)
{
	bool ok;

	CRASH_POINT("before_commit");
	ok = sql_simple(s->db, S_COMMIT, e);
	CRASH_POINT("after_commit");
	return ok;
}

bool store_commit(struct store *s, struct err *e)
{
	if (s->purged)
		store_set(s, "scrub", json_true());
	if (s->broken || !write_state(s, e) || !commit(s, e)) {
		if (s->broken)
			err_field(
				e, ERR_NOT_SAVED, "store", "casebridge doctor");
		store_rollback(s);
		return false;
	}
	s->open = false;
	s->counter++;
	s->emptied = false;
	files_committed(s);
	return !s->purged || empty_log(s, e);
}

/* ---- opening ---- */

static struct store *store_new(const char *path, const struct catalogue *c)
{
	struct arena *mem = arena_new();
	struct store *s = ARENA_NEW(mem, struct store);

	s->mem = mem;
	s->catalogue = c;
	s->sealer = sealer_new();
	buf_init(&s->scratch, STORE_ROWS_CAP);
	buf_init(&s->units, STORE_ROWS_CAP);
	buf_init(&s->work, STORE_ROWS_CAP);
	buf_init(&s->receipts, STORE_ROWS_CAP);
	s->path = arena_strdup(mem, path);
	s->files_dir = arena_printf(mem, "%s-files", path);
	buf_init(&s->files, STORE_ROWS_CAP);
	buf_init(&s->file_units, STORE_ROWS_CAP);
	buf_init(&s->unlinks, STORE_ROWS_CAP);
	buf_init(&s->papers, STORE_ROWS_CAP);
	idmap_init(&s->records);
	idmap_init(&s->work_ids);
	return s;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	units_free(s);
	work_free(s);
	files_free(s);
	papers_free(s);
	json_decref(s->state);
	keypair_free(s->author);
	sql_close(s->db);
	sealer_free(s->sealer);
	buf_free(&s->scratch);
	seal_wipe(&s->master, sizeof(s->master));
	seal_wipe(&s->keys, sizeof(s->keys));
	arena_free(s->mem);
}

static bool unlock(
	struct store *s, enum secret kind, const char *secret, struct err *e)
{
	if (!keys_unlock(
		    s->db, s->sealer, s->path, kind, secret, &s->master, e))
		return false;
	keys_derive(&s->master, &s->keys);
	if (!read_state(s, e) || !units_load(s, e) || !work_load(s, e) ||
		!papers_load(s, e) || !files_load(s, e) || !check_sum(s, e))
		return false;
	files_opened(s);
	return true;
}

struct store *store_open(const char *path, const struct catalogue *c,
	enum secret kind, const char *secret, struct err *e)
{
	struct store *s = store_new(path, c);

	s->db = sql_open(path, false, true, e);
	if (!s->db || !sql_migrate(s->db, e) || !unlock(s, kind, secret, e)) {
		store_close(s);
		return NULL;
	}
	return s;
}

static bool fill_new(struct store *s, const char *passphrase,
	const struct seal_cost *cost, const char *recovery, struct err *e)
{
	s->id = uuid_new();
	s->master = seal_key_new();
	keys_derive(&s->master, &s->keys);
	s->state = json_object();
	return sql_migrate(s->db, e) && store_begin(s, e) &&
	       keys_wrap(s->db, s->sealer, SECRET_PASSPHRASE, passphrase, cost,
		       &s->master, e) &&
	       keys_wrap(s->db, s->sealer, SECRET_RECOVERY, recovery, cost,
		       &s->master, e) &&
	       store_commit(s, e);
}

/* What somebody who was killed here before left, and was nobody's yet. */
static void remove_halves(struct store *s)
{
	static const char *const parts[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		unlink(arena_printf(s->mem, "%s%s", s->path, parts[i]));
}

/* Under its name when it is whole: closed, its log folded into the file. */
static bool give_name(struct store *s, const char *path, struct err *e)
{
	const char *log = arena_printf(s->mem, "%s-wal", s->path);

	sql_close(s->db);
	s->db = NULL;
	CRASH_POINT("store_made");
	if (access(log, F_OK) != 0 && access(path, F_OK) != 0 &&
		rename(s->path, path) == 0 && file_keep_name(path))
		return true;
	return err_field(e, ERR_NOT_SAVED, "store", "%s",
		"a store directory that can be written");
}

bool store_create(const char *path, const char *passphrase,
	const struct seal_cost *cost, char recovery[SEAL_RECOVERY],
	struct err *e)
{
	struct store *s = store_new(path, NULL);
	bool ok;

	s->path = arena_printf(s->mem, "%s.new", path);
	remove_halves(s);
	seal_recovery_new(recovery);
	s->db = sql_open(s->path, true, true, e);
	ok = s->db && fill_new(s, passphrase, cost, recovery, e) &&
	     give_name(s, path, e);
	store_close(s);
	return ok;
}

bool store_is_shared(struct store *s)
{
	struct err ignored;
	bool shared = false;

	return keys_shared(s->db, &shared, &ignored) && shared;
}

bool store_cover(struct store *s, const struct seal_key *share, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	if (!keys_cover(s->db, s->sealer, share, e)) {
		store_rollback(s);
		return false;
	}
	/* What opened without it must not stay in the log. */
	s->purged = true;
	return store_commit(s, e);
}

/* Sealed with the share, too, when the store was. */
static bool rewrap(struct store *s, const char *passphrase,
	const struct seal_cost *cost, struct err *e)
{
	struct seal_key share;
	bool shared, ok;

	if (!keys_shared(s->db, &shared, e))
		return false;
	if (shared && !share_read(s->path, &share))
		return !place_exhausted(errno, e) &&
		       err_set(e, ERR_KEY_AWAY, "no share beside the store");
	ok = keys_wrap(s->db, s->sealer, SECRET_PASSPHRASE, passphrase, cost,
		     &s->master, e) &&
	     (!shared || keys_cover(s->db, s->sealer, &share, e));
	seal_wipe(&share, sizeof(share));
	return ok;
}

bool store_rewrap(struct store *s, const char *passphrase,
	const struct seal_cost *cost, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	if (!rewrap(s, passphrase, cost, e)) {
		store_rollback(s);
		return false;
	}
	CRASH_POINT("rewrapping");
	return store_commit(s, e);
}
