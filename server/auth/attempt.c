/*
 * attempt.c - see attempt.h.
 */
#include "server/auth/attempt.h"

#include "proto/base/hash.h"
#include "server/audit/audit.h"

#include <string.h>
#include <strings.h>

static bool lock(struct db *db, struct arena *mem, struct charge *c,
	int64_t *now_ms, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_text(&a, lockout_scope_name(c->scope));
	db_bytes(&a, c->key.p, c->key.n);
	if (!db_run(db, Q_AUTH_ATTEMPT_LOCK, &a, &rows, e))
		return false;
	c->state.fails = db_get_int(rows, 0, "fails");
	c->state.last_ms = db_get_ms(rows, 0, "last_at");
	c->state.until_ms = db_get_ms(rows, 0, "until_at");
	c->state.told = db_get_int(rows, 0, "told") != 0;
	*now_ms = db_get_ms(rows, 0, "at");
	return true;
}

static bool store(
	struct db *db, struct arena *mem, const struct charge *c, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_text(&a, lockout_scope_name(c->scope));
	db_bytes(&a, c->key.p, c->key.n);
	db_int(&a, c->state.fails);
	db_ms(&a, c->state.last_ms);
	db_ms(&a, c->state.until_ms);
	db_bool(&a, c->state.told);
	return db_run(db, Q_AUTH_ATTEMPT_PUT, &a, NULL, e);
}

bool attempts_charge(struct db *db, struct arena *mem, struct charge *c,
	size_t n, int64_t *wait_ms, struct err *e)
{
	int64_t now_ms = 0;

	*wait_ms = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t wait;

		if (!lock(db, mem, &c[i], &now_ms, e))
			return false;
		wait = lockout_wait_ms(&c[i].state, now_ms);
		c[i].waits = wait > 0;
		if (wait > *wait_ms)
			*wait_ms = wait;
	}
	if (*wait_ms > 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		c[i].state = lockout_charge(c[i].state, c[i].scope, now_ms);
		if (!store(db, mem, &c[i], e))
			return false;
	}
	return true;
}

static bool refused(int64_t wait_ms, const char *field, struct err *e)
{
	if (wait_ms > LOCKOUT_SHUT_MS)
		return err_field(e, ERR_SHUT, field, "-");
	return err_field(e, ERR_LOCKED_OUT, field, "%lld",
		(long long)((wait_ms + 999) / 1000));
}

bool attempts_refuse(struct db *db, struct arena *mem, struct charge *c,
	size_t n, int64_t wait_ms, const struct refusal *f, struct err *e)
{
	bool first = false;

	for (size_t i = 0; i < n; i++) {
		if (c[i].state.told || !c[i].waits)
			continue;
		c[i].state.told = first = true;
		if (!store(db, mem, &c[i], e))
			return false;
	}
	if (!first) {
		db_rollback(db);
		return refused(wait_ms, f->field, e);
	}
	return audit_commit(
		       db, mem, f->who, f->action, "locked_out", NULL, 0, e) &&
	       refused(wait_ms, f->field, e);
}

bool attempts_pardon(struct db *db, struct arena *mem, struct charge *c,
	size_t n, struct err *e)
{
	int64_t now_ms;

	for (size_t i = 0; i < n; i++) {
		/* Others may have tried since: their charges stay. */
		if (!lock(db, mem, &c[i], &now_ms, e))
			return false;
		c[i].state = lockout_pardon(c[i].state, c[i].scope);
		if (!store(db, mem, &c[i], e))
			return false;
	}
	return true;
}

bool attempts_forgive(struct db *db, struct arena *mem,
	const struct uuid *account, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_bytes(&a, account->b, sizeof(account->b));
	return db_run(db, Q_AUTH_ATTEMPT_FORGIVE, &a, NULL, e);
}

struct str attempt_key(struct arena *mem, const unsigned char secret[32],
	const char *label, const char *text)
{
	char *message = arena_printf(mem, "%s\n%s", label, text);
	struct sha256 *mac = ARENA_NEW(mem, struct sha256);

	*mac = hmac_of(secret, 32, message, strlen(message));
	return (struct str){(const char *)mac->b, sizeof(mac->b)};
}
