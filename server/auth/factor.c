/*
 * factor.c - see factor.h.
 */
#include "server/auth/factor.h"

#include "proto/base/host.h"
#include "server/auth/attempt.h"
#include "server/auth/password.h"
#include "server/files/seal.h"

#include <string.h>

#define WHAT "second factor"

static struct db_args start(const struct factor_room *f)
{
	struct db_args a;

	db_args_init(&a, f->mem);
	db_uuid(&a, &f->account);
	return a;
}

static void add_sealed(const struct factor_room *f, struct db_args *a,
	const unsigned char secret[TOTP_SECRET])
{
	unsigned char *sealed = arena_alloc(f->mem, FACTOR_SEALED);

	secret_seal(f->keys, WHAT, &f->account,
		(struct str){(const char *)secret, TOTP_SECRET}, sealed);
	db_bytes(a, f->keys->key[0].id, FILE_KEY_ID);
	db_bytes(a, sealed, FACTOR_SEALED);
}

static bool open_row(const struct factor_room *f, const struct db_rows *rows,
	unsigned char secret[TOTP_SECRET], struct err *e)
{
	return secret_open(f->keys, WHAT, &f->account,
		db_get_bytes(rows, 0, "key"), db_get_bytes(rows, 0, "sealed"),
		TOTP_SECRET, secret, e);
}

bool factor_rewrap(const struct factor_room *f, struct str key_id,
	struct str sealed, unsigned char *out, struct err *e)
{
	unsigned char secret[TOTP_SECRET];
	bool ok = secret_open(f->keys, WHAT, &f->account, key_id, sealed,
		TOTP_SECRET, secret, e);

	if (ok)
		secret_seal(f->keys, WHAT, &f->account,
			(struct str){(const char *)secret, TOTP_SECRET}, out);
	secret_wipe(secret, sizeof(secret));
	return ok;
}

bool factor_offer(const struct factor_room *f, const struct uuid *session,
	unsigned char secret[TOTP_SECRET], struct err *e)
{
	struct db_args a = start(f);

	host_random(secret, TOTP_SECRET);
	db_uuid(&a, session);
	add_sealed(f, &a, secret);
	return db_run(f->db, Q_AUTH_FACTOR_OFFER, &a, NULL, e);
}

bool factor_put(const struct factor_room *f,
	const unsigned char secret[TOTP_SECRET], int64_t last_step,
	struct err *e)
{
	struct db_args a = start(f);

	add_sealed(f, &a, secret);
	db_int(&a, last_step);
	return db_run(f->db, Q_AUTH_FACTOR_PUT, &a, NULL, e);
}

static bool confirm_with(const struct factor_room *f,
	const struct db_rows *rows, const char *code, bool *right,
	struct err *e)
{
	unsigned char secret[TOTP_SECRET];
	int64_t step;
	bool ok = open_row(f, rows, secret, e);

	if (!ok)
		return false;
	step = totp_match(secret, code, host_now_ms(), 0);
	*right = step >= 0;
	if (*right) {
		struct db_args a = start(f);

		ok = factor_put(f, secret, step, e) &&
		     db_run(f->db, Q_AUTH_FACTOR_OFFER_END, &a, NULL, e);
	}
	secret_wipe(secret, sizeof(secret));
	return ok;
}

bool factor_confirm(const struct factor_room *f, const struct uuid *session,
	const char *code, bool *right, struct err *e)
{
	struct db_args a = start(f);
	struct db_rows *rows;

	db_uuid(&a, session);
	if (!db_run(f->db, Q_AUTH_FACTOR_OFFERED, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NO_OFFER, "code", "-");
	return confirm_with(f, rows, code, right, e);
}

bool factor_check(const struct factor_room *f, const char *code, bool *right,
	struct err *e)
{
	struct db_args a = start(f);
	unsigned char secret[TOTP_SECRET];
	struct db_rows *rows;
	int64_t step;

	*right = false;
	if (!db_run(f->db, Q_AUTH_FACTOR_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return true;
	if (!open_row(f, rows, secret, e))
		return false;
	step = totp_match(
		secret, code, host_now_ms(), db_get_int(rows, 0, "last_step"));
	secret_wipe(secret, sizeof(secret));
	if (step < 0)
		return true;
	db_int(&a, step);
	/* Once a person, also of two requests at the same moment. */
	if (!db_run(f->db, Q_AUTH_FACTOR_USE, &a, &rows, e))
		return false;
	*right = db_count(rows) == 1;
	return true;
}

bool factor_recover(const struct factor_room *f, const char *code, bool *right,
	struct err *e)
{
	struct db_args a = start(f);
	char plain[CODE_LENGTH + 1];
	struct db_rows *rows;
	struct sha256 hash;

	*right = false;
	if (!code_normalise(code, plain))
		return true;
	hash = sha256_of(plain, CODE_LENGTH);
	db_bytes(&a, hash.b, sizeof(hash.b));
	if (!db_run(f->db, Q_AUTH_RECOVERY_USE, &a, &rows, e))
		return false;
	*right = db_count(rows) == 1;
	return true;
}

bool factor_new_codes(const struct factor_room *f,
	char out[RECOVERY_CODES][CODE_TEXT], struct err *e)
{
	struct sha256 hash[RECOVERY_CODES];
	struct str list[RECOVERY_CODES];
	struct db_args a = start(f);

	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		char plain[CODE_LENGTH + 1];

		code_make(out[i]);
		if (!code_normalise(out[i], plain))
			die("factor: a code that is none");
		hash[i] = sha256_of(plain, CODE_LENGTH);
		list[i].p = (const char *)hash[i].b;
		list[i].n = SHA256_LEN;
	}
	if (!db_run(f->db, Q_AUTH_RECOVERY_CLEAR, &a, NULL, e))
		return false;
	db_bytes_array(&a, list, RECOVERY_CODES);
	return db_run(f->db, Q_AUTH_RECOVERY_ADD, &a, NULL, e);
}

bool factor_remove(const struct factor_room *f, bool *had, struct err *e)
{
	struct db_args a = start(f);
	struct db_rows *rows;

	if (!db_run(f->db, Q_AUTH_RECOVERY_CLEAR, &a, NULL, e) ||
		!db_run(f->db, Q_AUTH_FACTOR_OFFER_END, &a, NULL, e) ||
		!db_run(f->db, Q_AUTH_FACTOR_REMOVE, &a, &rows, e))
		return false;
	*had = db_count(rows) == 1;
	return true;
}

bool factor_reset(const struct factor_room *f, struct err *e)
{
	struct db_args a = start(f);
	bool had;

	return factor_remove(f, &had, e) &&
	       db_run(f->db, Q_AUTH_FACTOR_DEMAND, &a, NULL, e) &&
	       attempts_forgive(f->db, f->mem, &f->account, e) &&
	       db_run(f->db, Q_AUTH_SESSIONS_END, &a, NULL, e);
}
