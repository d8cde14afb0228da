/*
 * stepup.c - see stepup.h. As in signin.c the try is charged in a transaction
 * of its own, so that guesses side by side cannot slip past the counter.
 */
#include "server/auth/stepup.h"

#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/attempt.h"
#include "server/auth/password.h"

#include <string.h>

struct proof {
	const char *password;
	const char *hash; /* NULL: no account that may sign in */
	struct charge charge;
};

static bool read_proof(struct req *r, struct proof *p, struct err *e)
{
	p->password = json_str(r->json, "password");
	return (p->password && *p->password &&
		       strlen(p->password) <= PASSWORD_MOST) ||
	       err_field(e, ERR_STEP_UP, "password", "-");
}

static bool charge(struct req *r, struct proof *p, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	unsigned char *key = arena_alloc(r->mem, 16);
	struct uuid account = r->reader.staff;
	int64_t wait_ms;

	if (!db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_AUTH_ACCOUNT_OF, &a, &rows, e))
		return false;
	if (db_count(rows)) {
		account = db_get_uuid(rows, 0, "id");
		p->hash = db_get_text(rows, 0, "hash");
	}
	memcpy(key, account.b, 16);
	p->charge.scope = LOCK_ACCOUNT;
	p->charge.key = (struct str){(const char *)key, 16};
	if (!attempts_charge(r->db, r->mem, &p->charge, 1, &wait_ms, e) ||
		!db_commit(r->db, e))
		return false;
	return wait_ms == 0 || err_field(e, ERR_LOCKED_OUT, "password", "%lld",
				       (long long)((wait_ms + 999) / 1000));
}

static bool note(struct req *r, struct proof *p, bool right, struct err *e)
{
	if (!db_begin_system(r->db, e) ||
		(right && !attempts_pardon(r->db, r->mem, &p->charge, 1, e)))
		return false;
	audit_queue(r->db, r->mem, &r->reader, "step_up",
		right ? "ok" : "bad_login", NULL, 0);
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

static void wipe(struct req *r)
{
	json_t *j = json_object_get(r->json, "password");

	if (json_is_string(j))
		secret_wipe((void *)(uintptr_t)json_string_value(j),
			json_string_length(j));
	secret_wipe((void *)(uintptr_t)r->body.p, r->body.n);
}

static bool check(struct req *r, struct proof *p, struct err *e)
{
	bool right;

	if (!read_proof(r, p, e) || !charge(r, p, e))
		return false;
	right = password_verify(p->hash, p->password,
			(enum password_cost)r->app->conf.password_cost) !=
		PASSWORD_WRONG;
	if (!note(r, p, right, e))
		return false;
	return right || err_field(e, ERR_STEP_UP, "password", "-");
}

bool stepup_check(struct req *r, struct err *e)
{
	struct proof p = {0};
	bool ok = check(r, &p, e);

	if (!ok)
		db_rollback(r->db);
	wipe(r);
	return ok;
}
