/*
 * h_steps.c - what comes between a right password and a whole session, and
 * between a whole session and what is dangerous: the second factor, the first
 * password, the proof, the locked screen.
 */
#include "server/auth/session.h"

#include "proto/base/host.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/attempt.h"
#include "server/auth/body.h"
#include "server/auth/browser.h"
#include "server/auth/factor.h"
#include "server/auth/step.h"
#include "server/auth/stepup.h"

#include <string.h>

/* ---- a step was taken ---- */

const char *session_token(struct arena *mem, struct sha256 *hash)
{
	unsigned char raw[SESSION_TOKEN];
	const char *text;

	host_random(raw, sizeof(raw));
	*hash = sha256_of(raw, sizeof(raw));
	text = base64url_format(raw, sizeof(raw), mem);
	secret_wipe(raw, sizeof(raw));
	return text;
}

void session_give_cookie(struct req *r, const char *token)
{
	if (r->listener == ON_WEB)
		req_header(r, "Set-Cookie",
			arena_printf(r->mem,
				"__Host-session=%s; " SESSION_COOKIE, token));
}

static bool renew(
	struct req *r, bool factored, const char **token, struct err *e)
{
	struct sha256 hash;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.session);
	if (token)
		*token = session_token(r->mem, &hash);
	db_bytes(&a, token ? hash.b : NULL, token ? sizeof(hash.b) : 0);
	db_bool(&a, factored);
	return db_run(r->db, Q_AUTH_SESSION_RENEW, &a, NULL, e);
}

/* Where somebody was let in whole, they are known from now on. */
static void learn(struct req *r, const struct account *a)
{
	struct db_args *args = ARENA_NEW(r->mem, struct db_args);

	if (r->listener == ON_WEB) {
		browser_learn(r, &a->id);
		return;
	}
	db_args_init(args, r->mem);
	db_uuid(args, &a->id);
	db_uuid(args, &r->reader.device);
	db_queue(r->db, Q_AUTH_DEVICE_LEARN, args);
}

static bool run_on_session(
	struct req *r, enum query q, const int64_t *n, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.session);
	if (n)
		db_int(&a, *n);
	return db_run(r->db, q, &a, NULL, e);
}

/* From now on it counts among those that push others out. */
static bool become_whole(struct req *r, struct session_state *s, struct err *e)
{
	static const int64_t most = LIMIT_SESSIONS;

	return run_on_session(r, Q_AUTH_SESSION_WHOLE, NULL, e) &&
	       run_on_session(r, Q_AUTH_SESSION_PRUNE_WHOLE, &most, e) &&
	       session_load(r, s, e);
}

bool session_go_on(struct req *r, bool factored, const char **token,
	const char *action, const char *outcome, struct session_state *s,
	struct err *e)
{
	bool renewed = token || factored;

	if ((renewed && !renew(r, factored, token, e)) ||
		!session_load(r, s, e))
		return false;
	if (token)
		session_give_cookie(r, *token);
	if (s->step == STEP_WHOLE && !s->was_whole && !become_whole(r, s, e))
		return false;
	if (s->step == STEP_WHOLE)
		learn(r, &s->account);
	return audit_end(r, action, outcome, NULL, 0, e);
}

/* ---- the second factor ---- */

static bool refuse(struct req *r, const char *outcome, struct err *e)
{
	return audit_end(r, "signin_factor", outcome, NULL, 0, e);
}

/*
 * What a wrong code is counted by. Where the account is known it is counted for
 * that place alone, so that who has the password and guesses elsewhere shuts
 * nobody's own desk; and a recovery code, which nobody guesses, for this
 * sign-in alone.
 */
static bool count_by(
	struct req *r, bool is_recovery, struct str *key, struct err *e)
{
	unsigned char *k = arena_alloc(r->mem, 32);
	const struct sha256 *browser = browser_hash(r);
	bool known = !uuid_is_nil(&r->reader.device);

	memcpy(k, r->account.b, 16);
	*key = (struct str){(const char *)k, 32};
	if (is_recovery) {
		memcpy(k + 16, r->reader.session.b, 16);
		return true;
	}
	if (!known && !browser_is_known(r, &r->account, &known, e))
		return false;
	if (!known)
		key->n = 16;
	else
		memcpy(k + 16, browser ? browser->b : r->reader.device.b, 16);
	return true;
}

/* One transaction: the counter is locked while the code is looked at, so no
 * two guesses share a charge. */
static bool try_code(struct req *r, const char *code, bool is_recovery,
	bool *right, struct err *e)
{
	const struct factor_room f = {
		r->db, r->app->file_keys, r->mem, r->account};
	const struct refusal why = {&r->reader, "signin_factor", "code"};
	struct charge charge = {
		.scope = is_recovery ? LOCK_RECOVERY : LOCK_FACTOR};
	int64_t wait_ms;

	if (!count_by(r, is_recovery, &charge.key, e) ||
		!attempts_charge(r->db, r->mem, &charge, 1, &wait_ms, e))
		return false;
	if (wait_ms > 0)
		return attempts_refuse(
			r->db, r->mem, &charge, 1, wait_ms, &why, e);
	if (!(is_recovery ? factor_recover(&f, code, right, e)
			  : factor_check(&f, code, right, e)))
		return false;
	return !*right || attempts_pardon(r->db, r->mem, &charge, 1, e);
}

/* {"code"} or {"recovery"} → 200 the session, or its next step */
bool session_factor_post(struct req *r, struct err *e)
{
	const char *code, *recovery, *token;
	struct session_state s;
	bool right = false, is_recovery, tried;

	if (!body_texts(r->json, "code recovery", e))
		return false;
	code = json_str(r->json, "code");
	recovery = json_str(r->json, "recovery");
	if ((code != NULL) == (recovery != NULL))
		return err_field(e, ERR_MISSING, "code", "code, recovery");
	is_recovery = recovery != NULL;
	tried = db_begin_system(r->db, e) &&
		try_code(r, is_recovery ? recovery : code, is_recovery, &right,
			e);
	stepup_wipe(r, is_recovery ? "recovery" : "code");
	if (!tried)
		return false;
	if (!right)
		return refuse(r, "bad_factor", e) &&
		       err_field(e, ERR_BAD_FACTOR,
			       is_recovery ? "recovery" : "code", "-");
	return session_go_on(r, true, &token, "signin_factor",
		       is_recovery ? "recovery" : "ok", &s, e) &&
	       session_reply(r, 200, &s, token);
}

/* ---- the password ---- */

static bool set_password(struct req *r, const struct session_state *s,
	const char *password, struct err *e)
{
	char hash[PASSWORD_HASH_MAX];
	struct db_args a;

	if (!password_hash(password,
		    (enum password_cost)r->app->conf.password_cost, hash, e) ||
		!db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &s->account.id);
	db_text(&a, hash);
	db_bool(&a, false);
	if (!db_run(r->db, Q_AUTH_ACCOUNT_HASH, &a, NULL, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &s->account.id);
	db_uuid(&a, &r->reader.session);
	return db_run(r->db, Q_AUTH_SESSIONS_KILL_OTHERS, &a, NULL, e);
}

static bool may_be_new(struct req *r, const struct session_state *s,
	const char *password, struct err *e)
{
	const struct account *a = &s->account;
	struct password_owner owner = {
		.login = a->login, .name = a->name, .site_name = a->site_name};

	owner.has_factor =
		step_must_have_factor(a->role, r->app->conf.second_factor);
	return password_acceptable(password, &owner, "new", e);
}

/* Asked only of whoever has just proved who they are: to others the answer
 * would say, uncounted, whether they guessed the password there is. */
static bool is_another(struct req *r, const struct session_state *s,
	const char *password, struct err *e)
{
	return password_verify(s->account.hash, password,
		       (enum password_cost)r->app->conf.password_cost) ==
		       PASSWORD_WRONG ||
	       err_field(e, ERR_BAD_INPUT, "new",
		       "与现在不同的密码" ERR_BOTH "another than the one now");
}

/* The old one is asked for, but in a sign-in that began with it minutes ago. */
static bool change_password(struct req *r, struct err *e)
{
	const char *password, *old, *token;
	struct session_state s;

	if (!body_texts(r->json, "password new", e))
		return false;
	old = json_str(r->json, "password");
	password = json_str(r->json, "new");
	if (!password || !*password)
		return err_field(e, ERR_MISSING, "new", "a text");
	if (r->step == STEP_WHOLE && (!old || !*old))
		return err_field(e, ERR_MISSING, "password", "a text");
	if (!db_begin_system(r->db, e) || !session_load(r, &s, e) ||
		!db_commit(r->db, e) || !may_be_new(r, &s, password, e))
		return false;
	if ((r->step == STEP_WHOLE && !stepup_check(r, e)) ||
		!is_another(r, &s, password, e))
		return false;
	return set_password(r, &s, password, e) &&
	       session_go_on(
		       r, false, &token, "password_change", "ok", &s, e) &&
	       session_reply(r, 200, &s, token);
}

/* {"password"?,"new"} → 200 the session, or its next step */
bool password_post(struct req *r, struct err *e)
{
	bool ok = change_password(r, e);

	stepup_wipe(r, "password");
	stepup_wipe(r, "new");
	return ok;
}

/* ---- the proof, and the screen ---- */

/* {"password"} or {"code"} → 204; opens a locked screen, too */
bool session_proof_post(struct req *r, struct err *e)
{
	if (!body_texts(r->json, "password code", e))
		return false;
	if (!json_object_size(r->json))
		return err_field(e, ERR_MISSING, "password", "password, code");
	return stepup_check(r, e) && req_reply_bytes(r, 204, NULL, "", 0);
}

bool session_lock_post(struct req *r, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.session);
	if (!db_begin_system(r->db, e))
		return false;
	db_queue(r->db, Q_AUTH_SESSION_LOCK, &a);
	return audit_end(r, "screen_lock", "ok", NULL, 0, e) &&
	       req_reply_bytes(r, 204, NULL, "", 0);
}
