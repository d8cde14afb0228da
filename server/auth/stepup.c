/*
 * stepup.c - see stepup.h. As in signin.c the try is charged in a transaction
 * of its own, so that guesses side by side cannot slip past the counter; the
 * counter is the session's, which nobody outside can fill.
 */
#include "server/auth/stepup.h"

#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/attempt.h"
#include "server/auth/factor.h"
#include "server/auth/password.h"
#include "server/auth/session.h"

#include <string.h>

struct proof {
	const char *password; /* one of them */
	const char *code;
	struct session_state state;
	struct charge charge;
};

bool stepup_fresh(const struct req *r, struct err *e)
{
	if (r->proof_age_s <= r->app->conf.step_up_minutes * 60)
		return true;
	return err_field(e, ERR_STEP_UP, "session", "%s",
		r->has_factor ? "password, code" : "password");
}

void stepup_wipe(struct req *r, const char *member)
{
	json_t *j = json_object_get(r->json, member);

	if (json_is_string(j))
		secret_wipe((void *)(uintptr_t)json_string_value(j),
			json_string_length(j));
	secret_wipe((void *)(uintptr_t)r->body.p, r->body.n);
}

static bool read_proof(struct req *r, struct proof *p, struct err *e)
{
	p->password = json_str(r->json, "password");
	p->code = json_str(r->json, "code");
	if (p->code && !p->password)
		return true;
	return (p->password && *p->password &&
		       strlen(p->password) <= PASSWORD_MOST) ||
	       err_field(e, ERR_STEP_UP, "password", "-");
}

static bool charge(struct req *r, struct proof *p, struct err *e)
{
	unsigned char *key = arena_alloc(r->mem, 32);
	int64_t wait_ms;

	memcpy(key, r->account.b, 16);
	memcpy(key + 16, r->reader.session.b, 16);
	p->charge.scope = p->code ? LOCK_FACTOR : LOCK_PROOF;
	p->charge.key = (struct str){(const char *)key, p->code ? 16 : 32};
	if (!db_begin_system(r->db, e) || !session_load(r, &p->state, e) ||
		!attempts_charge(r->db, r->mem, &p->charge, 1, &wait_ms, e) ||
		!db_commit(r->db, e))
		return false;
	return wait_ms == 0 ||
	       attempts_refuse(wait_ms, p->code ? "code" : "password", e);
}

/* The code is used up in the transaction that notes it. */
static bool is_right(struct req *r, struct proof *p, bool *right, struct err *e)
{
	const struct factor_room f = {
		r->db, r->app->file_keys, r->mem, r->account};

	if (p->code)
		return db_begin_system(r->db, e) &&
		       factor_check(&f, p->code, right, e);
	*right = password_verify(p->state.account.hash, p->password,
			 (enum password_cost)r->app->conf.password_cost) !=
		 PASSWORD_WRONG;
	return db_begin_system(r->db, e);
}

static bool note(struct req *r, struct proof *p, bool right, struct err *e)
{
	struct db_args *a = ARENA_NEW(r->mem, struct db_args);

	if (right && !attempts_pardon(r->db, r->mem, &p->charge, 1, e))
		return false;
	if (right) {
		db_args_init(a, r->mem);
		db_uuid(a, &r->reader.session);
		db_bytes(a, NULL, 0);
		db_bool(a, p->code != NULL);
		db_queue(r->db, Q_AUTH_SESSION_RENEW, a);
	}
	audit_queue(r->db, r->mem, &r->reader, "step_up",
		right     ? "ok"
		: p->code ? "bad_factor"
			  : "bad_login",
		NULL, 0);
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

static bool check(struct req *r, struct err *e)
{
	struct proof p = {0};
	bool right = false;

	if (!read_proof(r, &p, e) || !charge(r, &p, e) ||
		!is_right(r, &p, &right, e) || !note(r, &p, right, e))
		return false;
	return right ||
	       err_field(e, ERR_STEP_UP, p.code ? "code" : "password", "-");
}

bool stepup_check(struct req *r, struct err *e)
{
	bool ok;

	if (!json_object_get(r->json, "password") &&
		!json_object_get(r->json, "code"))
		return stepup_fresh(r, e);
	ok = check(r, e);
	if (!ok)
		db_rollback(r->db);
	stepup_wipe(r, "password");
	return ok;
}
