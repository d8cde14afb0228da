/*
 * stepup.c - see stepup.h. As in signin.c the try is charged in a transaction
 * of its own, so that guesses side by side cannot slip past the counter; the
 * counter is the session's, of passwords and codes, which nobody outside can
 * fill.
 */
#include "server/auth/stepup.h"

#include "server/access/fresh.h"
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
		       strlen(p->password) <= LIMIT_PASSWORD_BYTES) ||
	       err_field(e, ERR_STEP_UP, "password", "-");
}

struct charge stepup_counter(struct req *r)
{
	unsigned char *key = arena_alloc(r->mem, 32);

	memcpy(key, r->account.b, 16);
	memcpy(key + 16, r->reader.session.b, 16);
	return (struct charge){
		.scope = LOCK_PROOF, .key = {(const char *)key, 32}
        };
}

static bool charge(struct req *r, struct proof *p, struct err *e)
{
	const struct refusal why = {
		&r->reader, "step_up", p->code ? "code" : "password"};
	int64_t wait_ms;

	p->charge = stepup_counter(r);
	if (!db_begin_system(r->db, e) || !session_load(r, &p->state, e) ||
		!attempts_charge(r->db, r->mem, &p->charge, 1, &wait_ms, e))
		return false;
	return wait_ms == 0 ? db_commit(r->db, e)
			    : attempts_refuse(r->db, r->mem, &p->charge, 1,
				      wait_ms, &why, e);
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
	return audit_end(r, "step_up",
		right     ? "ok"
		: p->code ? "bad_factor"
			  : "bad_login",
		NULL, 0, e);
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
		return fresh_proof(r, e);
	ok = check(r, e);
	if (!ok)
		db_rollback(r->db);
	stepup_wipe(r, "password");
	stepup_wipe(r, "code");
	return ok;
}
