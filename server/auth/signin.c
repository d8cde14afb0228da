/*
 * signin.c - POST /v1/session.
 *
 * Two short transactions around the password check, which takes a tenth of a
 * second and must not hold a row. The first charges the try, the second takes
 * the charge back and opens the session.
 */
#include "server/auth/session.h"

#include "proto/base/hash.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/attempt.h"
#include "server/auth/body.h"
#include "server/auth/browser.h"
#include "server/auth/device.h"
#include "server/auth/step.h"

#include <string.h>

#define IDLE_LONGEST   1440 /* minutes: the most the setting may say */
#define HALF_SESSIONS  2    /* most nobody has finished, an account and place */
#define KNOWN_BROWSERS 20   /* most an account is known at */

/* What one sign-in has found out so far. */
struct attempt {
	const char *login;
	const char *password;
	struct device device; /* id nil on the web listener */
	struct account account;
	bool has_account;
	struct charge charge[2];
	size_t charges;
	struct reader reader; /* for the trail */
};

static bool read_login(struct req *r, struct attempt *t, struct err *e)
{
	if (!body_texts(r->json, "login password", e))
		return false;
	t->login = json_str(r->json, "login");
	t->password = json_str(r->json, "password");
	if (!t->login || !*t->login)
		return err_field(e, ERR_MISSING, "login", "a text");
	if (!t->password || !*t->password)
		return err_field(e, ERR_MISSING, "password", "a text");
	if (strlen(t->password) > LIMIT_PASSWORD_BYTES)
		return err_field(e, ERR_OUT_OF_RANGE, "password", "<= %d bytes",
			LIMIT_PASSWORD_BYTES);
	return true;
}

static bool find_device(struct req *r, struct attempt *t, struct err *e)
{
	bool found;

	if (r->listener != ON_SYNC)
		return true;
	if (!device_find(r->db, r->device_spki, r->mem, &t->device, &found, e))
		return false;
	return found || err_set(e, ERR_DEVICE_UNKNOWN, "no active device");
}

static bool find_account(struct req *r, struct attempt *t, struct err *e)
{
	char login[LIMIT_LOGIN_BYTES + 1];

	t->has_account = login_normalise(t->login, login);
	if (!t->has_account)
		return true;
	t->login = arena_strdup(r->mem, login);
	if (!account_find(
		    r->db, t->login, r->mem, &t->account, &t->has_account, e))
		return false;
	if (t->has_account) {
		t->reader.staff = t->account.staff;
		t->reader.site = t->account.site;
		t->reader.role = t->account.role;
	}
	t->reader.device = t->device.id;
	return true;
}

static bool device_is_known(
	struct req *r, const struct attempt *t, bool *known, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	*known = false;
	if (!t->has_account)
		return true;
	if (uuid_is_nil(&t->device.id))
		return browser_is_known(r, &t->account.id, known, e);
	db_args_init(&a, r->mem);
	db_uuid(&a, &t->account.id);
	db_uuid(&a, &t->device.id);
	if (!db_run(r->db, Q_AUTH_DEVICE_KNOWS, &a, &rows, e))
		return false;
	*known = db_count(rows) > 0;
	return true;
}

/* Whether more than a password of its owner's own choice is behind the login.
 * Of logins nobody has one half is, always the same: from how the counter goes
 * on nobody tells which there are. */
static bool is_guarded(const struct attempt *t)
{
	return t->has_account ? t->account.has_factor || t->account.must_change
			      : (t->charge[0].key.p[0] & 1) != 0;
}

/* A pair of account and station, or browser, that has worked before answers for
 * itself alone; everybody else for the account and for the address. */
static bool choose_counters(struct req *r, struct attempt *t, struct err *e)
{
	const unsigned char *secret = r->app->token_key;
	unsigned char *pair = arena_alloc(r->mem, 32);
	const struct sha256 *browser = browser_hash(r);
	bool known;

	if (!device_is_known(r, t, &known, e))
		return false;
	memcpy(pair, t->account.id.b, 16);
	memcpy(pair + 16, browser ? browser->b : t->device.id.b, 16);
	if (known) {
		t->charge[0].scope = LOCK_DEVICE;
		t->charge[0].key = (struct str){(const char *)pair, 32};
		t->charges = 1;
		return true;
	}
	t->charge[0].key =
		t->has_account ? (struct str){(const char *)pair, 16}
			       : attempt_key(r->mem, secret, "login", t->login);
	t->charge[0].scope = is_guarded(t) ? LOCK_GUARDED : LOCK_ACCOUNT;
	t->charge[1].scope = LOCK_SOURCE;
	t->charge[1].key = attempt_key(r->mem, secret, "source", r->source);
	t->charges = 2;
	return true;
}

static bool note(struct req *r, const struct attempt *t, const char *outcome,
	struct err *e)
{
	return audit_commit(
		r->db, r->mem, &t->reader, "signin", outcome, NULL, 0, e);
}

/* The first transaction: who it may be, and what the try costs. */
static bool charge_try(struct req *r, struct attempt *t, struct err *e)
{
	const struct refusal why = {&t->reader, "signin", "login"};
	int64_t wait_ms;

	if (!db_begin_system(r->db, e) || !find_device(r, t, e) ||
		!find_account(r, t, e) || !choose_counters(r, t, e) ||
		!attempts_charge(
			r->db, r->mem, t->charge, t->charges, &wait_ms, e))
		return false;
	if (wait_ms == 0)
		return db_commit(r->db, e);
	return attempts_refuse(
		r->db, r->mem, t->charge, t->charges, wait_ms, &why, e);
}

static bool refuse_login(struct req *r, const struct attempt *t, struct err *e)
{
	struct db_args a;

	if (!db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &t->account.id);
	/* Of nobody, too: it takes as long, and finds no row. */
	db_queue(r->db, Q_AUTH_ACCOUNT_MISSED, &a);
	if (!note(r, t, "bad_login", e))
		return false;
	return err_set(e, ERR_BAD_LOGIN, "wrong login or password");
}

static bool rehash(struct req *r, const struct attempt *t, struct err *e)
{
	char hash[PASSWORD_HASH_MAX];
	struct db_args a;

	if (!password_hash(t->password,
		    (enum password_cost)r->app->conf.password_cost, hash, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &t->account.id);
	db_text(&a, hash);
	return db_run(r->db, Q_AUTH_ACCOUNT_REHASH, &a, NULL, e);
}

static bool add_session(struct req *r, struct attempt *t,
	const struct sha256 *token, struct err *e)
{
	bool is_station = !uuid_is_nil(&t->device.id);
	const struct sha256 *browser = browser_hash(r);
	struct uuid id = uuid_new();
	char label[BROWSER_LABEL + 1];
	struct db_args a;

	browser_label(r->user_agent, label);
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	db_bytes(&a, token->b, sizeof(token->b));
	db_uuid(&a, &t->account.id);
	db_uuid(&a, is_station ? &t->device.id : NULL);
	db_int(&a, step_hours(t->account.role,
			   app_live(r->app, is_station ? LIVE_STATION_HOURS
						       : LIVE_SESSION_HOURS)));
	db_text(&a, is_station ? NULL : label);
	db_int(&a, step_idle_minutes(t->account.role, IDLE_LONGEST));
	db_bytes(&a, browser ? browser->b : NULL,
		browser ? sizeof(browser->b) : 0);
	if (!db_run(r->db, Q_AUTH_SESSION_ADD, &a, NULL, e))
		return false;
	t->reader.session = id;
	r->reader = t->reader;
	return true;
}

/* What keeps the tables small. */
static bool keep_house(struct req *r, const struct attempt *t, struct err *e)
{
	struct db_args a, b, none;

	db_args_init(&a, r->mem);
	db_uuid(&a, &t->account.id);
	db_uuid(&a, &t->reader.session);
	db_int(&a, HALF_SESSIONS);
	db_args_init(&b, r->mem);
	db_uuid(&b, &t->account.id);
	db_int(&b, KNOWN_BROWSERS);
	db_args_init(&none, r->mem);
	return db_run(r->db, Q_AUTH_SESSION_PRUNE, &a, NULL, e) &&
	       db_run(r->db, Q_AUTH_BROWSER_PRUNE, &b, NULL, e) &&
	       db_run(r->db, Q_AUTH_ATTEMPT_PRUNE, &none, NULL, e);
}

/* Looking at a password takes its time, and meanwhile it may have been set anew
 * or the account shut: what was right before opens nothing then. */
static bool is_still_so(struct req *r, const struct attempt *t, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &t->account.id);
	db_text(&a, t->account.hash);
	if (!db_run(r->db, Q_AUTH_ACCOUNT_STILL, &a, &rows, e))
		return false;
	return db_count(rows) == 1 || err_set(e, ERR_BAD_LOGIN, "account");
}

/* The second transaction. */
static bool open_session(
	struct req *r, struct attempt *t, bool is_old, struct err *e)
{
	struct session_state s;
	struct sha256 hash;
	const char *token;

	token = session_token(r->mem, &hash);
	if (!db_begin_system(r->db, e) || !is_still_so(r, t, e) ||
		(is_old && !rehash(r, t, e)) ||
		!attempts_pardon(r->db, r->mem, t->charge, t->charges, e) ||
		!add_session(r, t, &hash, e) || !keep_house(r, t, e) ||
		!session_load(r, &s, e))
		return false;
	session_give_cookie(r, token);
	if (!session_go_on(r, false, NULL, "signin",
		    s.step == STEP_WHOLE ? "ok" : step_name(s.step), &s, e))
		return false;
	return session_reply(r, 201, &s, token);
}

static void wipe(struct req *r, struct attempt *t)
{
	json_t *j = json_object_get(r->json, "password");

	if (json_is_string(j))
		secret_wipe((void *)(uintptr_t)json_string_value(j),
			json_string_length(j));
	secret_wipe((void *)(uintptr_t)r->body.p, r->body.n);
	t->password = NULL;
}

static bool sign_in(struct req *r, struct attempt *t, struct err *e)
{
	const char *hash;
	enum password_verdict verdict;

	if (!read_login(r, t, e) || !charge_try(r, t, e))
		return false;
	hash = t->has_account ? t->account.hash : NULL;
	verdict = password_verify(hash, t->password,
		(enum password_cost)r->app->conf.password_cost);
	if (verdict == PASSWORD_WRONG || t->account.is_disabled ||
		t->account.too_late)
		return refuse_login(r, t, e);
	return open_session(r, t, verdict == PASSWORD_RIGHT_BUT_OLD, e);
}

bool session_post(struct req *r, struct err *e)
{
	struct attempt t = {0};
	bool ok = sign_in(r, &t, e);

	wipe(r, &t);
	return ok;
}
