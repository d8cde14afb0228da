/*
 * keys.c - from a secret a person knows to the keys of the rows.
 *
 *   passphrase or recovery key ─scrypt→ key ─opens→ master ─HKDF→ row keys
 *
 * What that key opens may itself be sealed with a share (share.h), which is
 * opened first.
 *
 * The master key is random and never changes; another passphrase only seals
 * it again.
 */
#include "client/store/place.h"
#include "client/store/share.h"
#include "client/store/store_in.h"

#include "proto/base/host.h"

#include <errno.h>
#include <string.h>

static const char *const kinds[] = {"passphrase", "recovery"};

void keys_derive(const struct seal_key *master, struct store_keys *out)
{
	out->index = seal_derive(master, "casebridge store 1 index");
	out->unit = seal_derive(master, "casebridge store 1 unit");
	out->state = seal_derive(master, "casebridge store 1 state");
	out->work = seal_derive(master, "casebridge store 1 work");
	out->paper = seal_derive(master, "casebridge store 1 paper");
	out->sum = seal_derive(master, "casebridge store 1 sum");
}

/* A wrap's "row key" is its kind, so one cannot stand in for the other. */
static void wrap_row(enum secret kind, unsigned char out[SHA256_LEN])
{
	memset(out, 0, SHA256_LEN);
	memcpy(out, kinds[kind], strlen(kinds[kind]));
}

static bool normal_secret(enum secret kind, const char *secret,
	char recovery[SEAL_RECOVERY], const char **out)
{
	*out = secret;
	if (kind == SECRET_PASSPHRASE)
		return true;
	*out = recovery;
	return seal_recovery_normal(secret, recovery);
}

/* A share's seal is about what it covers, and is no wrap itself. */
static void share_row(enum secret kind, unsigned char out[SHA256_LEN])
{
	wrap_row(kind, out);
	memcpy(out + SHA256_LEN - 5, "share", 5);
}

static bool open_share(struct sealer *sealer, enum secret kind,
	const char *path, struct str *sealed, struct arena *mem, struct err *e)
{
	unsigned char row[SHA256_LEN], room[ABOUT_MAX];
	struct seal_key share;
	struct str inner;
	bool ok;

	if (!share_read(path, &share))
		return !place_exhausted(errno, e) &&
		       err_set(e, ERR_KEY_AWAY, "no share beside the store");
	share_row(kind, row);
	ok = unseal(sealer, &share, store_about(room, ROW_WRAP, row, 0),
		*sealed, mem, &inner);
	seal_wipe(&share, sizeof(share));
	if (!ok)
		return err_set(e, ERR_KEY_AWAY, "the share is another");
	*sealed = inner;
	return true;
}

static bool read_wrap(struct sql *db, enum secret kind, struct seal_cost *cost,
	unsigned char salt[SEAL_SALT], struct str *sealed, bool *shared,
	struct arena *mem, struct err *e)
{
	struct sql_run *r = sql_take(db, S_KEYWRAP_GET);
	struct str text;
	bool row;

	sql_text(r, 1, kinds[kind]);
	if (!sql_step(db, r, &row, e))
		return false;
	text = row ? sql_col_blob(r, 3) : (struct str){"", 0};
	if (text.n != SEAL_SALT)
		return store_damaged("keys", e);
	cost->n = sql_col_int(r, 0);
	cost->r = sql_col_int(r, 1);
	cost->p = sql_col_int(r, 2);
	memcpy(salt, text.p, SEAL_SALT);
	text = sql_col_blob(r, 4);
	sealed->p = arena_strndup(mem, text.p, text.n);
	sealed->n = text.n;
	*shared = sql_col_int(r, 5) != 0;
	return sql_do(db, r, e);
}

static bool unwrap(struct sql *db, struct sealer *sealer, const char *path,
	enum secret kind, const char *secret, struct seal_key *master,
	struct arena *mem, struct err *e)
{
	unsigned char salt[SEAL_SALT], row[SHA256_LEN], room[ABOUT_MAX];
	struct seal_cost cost;
	struct seal_key key;
	struct str sealed = {"", 0}, text = {"", 0};
	bool ok, shared = false;

	if (!read_wrap(db, kind, &cost, salt, &sealed, &shared, mem, e) ||
		(shared && !open_share(sealer, kind, path, &sealed, mem, e)) ||
		!seal_from_passphrase(secret, salt, &cost, &key, e))
		return false;
	wrap_row(kind, row);
	ok = unseal(sealer, &key, store_about(room, ROW_WRAP, row, 0), sealed,
		mem, &text);
	seal_wipe(&key, sizeof(key));
	if (!ok || text.n != SEAL_KEY)
		return err_field(e, ERR_BAD_PASSPHRASE, kinds[kind], "-");
	memcpy(master->b, text.p, SEAL_KEY);
	seal_wipe((void *)(uintptr_t)text.p, text.n);
	return true;
}

bool keys_unlock(struct sql *db, struct sealer *sealer, const char *path,
	enum secret kind, const char *secret, struct seal_key *master,
	struct err *e)
{
	char recovery[SEAL_RECOVERY];
	struct arena *mem;
	const char *used;
	bool ok;

	if (!normal_secret(kind, secret, recovery, &used))
		return err_field(e, ERR_BAD_PASSPHRASE, kinds[kind], "-");
	mem = arena_new();
	ok = unwrap(db, sealer, path, kind, used, master, mem, e);
	arena_free(mem);
	seal_wipe(recovery, sizeof(recovery));
	return ok;
}

bool keys_wrap(struct sql *db, struct sealer *sealer, enum secret kind,
	const char *secret, const struct seal_cost *cost,
	const struct seal_key *master, struct err *e)
{
	unsigned char salt[SEAL_SALT], row[SHA256_LEN], room[ABOUT_MAX];
	struct str text = {(const char *)master->b, SEAL_KEY};
	struct sql_run *r = sql_take(db, S_KEYWRAP_PUT);
	struct seal_key key;
	struct buf sealed;
	bool ok;

	host_random(salt, sizeof(salt));
	if (!seal_from_passphrase(secret, salt, cost, &key, e))
		return false;
	wrap_row(kind, row);
	buf_init(&sealed, 1024);
	seal(sealer, &key, store_about(room, ROW_WRAP, row, 0), text, &sealed);
	seal_wipe(&key, sizeof(key));
	sql_text(r, 1, kinds[kind]);
	sql_int(r, 2, cost->n);
	sql_int(r, 3, cost->r);
	sql_int(r, 4, cost->p);
	sql_blob(r, 5, salt, sizeof(salt));
	sql_blob(r, 6, sealed.p, sealed.n);
	ok = sql_do(db, r, e);
	buf_free(&sealed);
	return ok;
}

bool keys_shared(struct sql *db, bool *shared, struct err *e)
{
	struct sql_run *r = sql_take(db, S_KEYWRAP_SHARED);
	bool row;

	if (!sql_step(db, r, &row, e))
		return false;
	*shared = row && sql_col_int(r, 0) != 0;
	sql_end(r);
	return true;
}

static bool cover(struct sql *db, struct sealer *sealer, enum secret kind,
	const struct seal_key *share, struct arena *mem, struct err *e)
{
	unsigned char salt[SEAL_SALT], row[SHA256_LEN], room[ABOUT_MAX];
	struct sql_run *r;
	struct str inner = {"", 0};
	struct seal_cost cost;
	struct buf sealed;
	bool ok, shared = false;

	if (!read_wrap(db, kind, &cost, salt, &inner, &shared, mem, e))
		return false;
	if (shared)
		return true;
	share_row(kind, row);
	buf_init(&sealed, 4096);
	seal(sealer, share, store_about(room, ROW_WRAP, row, 0), inner,
		&sealed);
	r = sql_take(db, S_KEYWRAP_SHARE);
	sql_text(r, 1, kinds[kind]);
	sql_blob(r, 2, sealed.p, sealed.n);
	sql_int(r, 3, 1);
	ok = sql_do(db, r, e);
	buf_free(&sealed);
	return ok;
}

bool keys_cover(struct sql *db, struct sealer *sealer,
	const struct seal_key *share, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = cover(db, sealer, SECRET_PASSPHRASE, share, mem, e) &&
		  cover(db, sealer, SECRET_RECOVERY, share, mem, e);

	arena_free(mem);
	return ok;
}
