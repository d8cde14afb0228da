/*
 * session.c - see session.h: a session from its second request to its last.
 */
#include "server/auth/session.h"

#include "proto/base/hash.h"
#include "proto/base/timeutil.h"
#include "server/access/access.h"
#include "server/access/fresh.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/step.h"
#include "server/db/columns.h"

#include <string.h>

/* ---- who is asking ---------------------------------------------------------
 */

static bool token_hash(const char *token, struct arena *mem, struct sha256 *out)
{
	size_t n;
	unsigned char *raw = base64url_parse(token, &n, mem);

	if (!raw || n != SESSION_TOKEN)
		return false;
	*out = sha256_of(raw, n);
	return true;
}

static bool spki_bytes(const struct req *r, struct sha256 *out)
{
	return r->device_spki && hex_parse(r->device_spki, out->b, SHA256_LEN);
}

static bool judge_verdict(const char *verdict, struct err *e)
{
	if (strcmp(verdict, "ok") == 0)
		return true;
	if (strcmp(verdict, "device_locked") == 0)
		return err_set(e, ERR_DEVICE_LOCKED, "an order stands");
	if (strcmp(verdict, "device_wipe") == 0)
		return err_set(e, ERR_DEVICE_WIPE, "an order stands");
	if (strcmp(verdict, "device_unknown") == 0)
		return err_set(e, ERR_DEVICE_UNKNOWN,
			"the certificate is not the session's, or revoked");
	return err_set(e, ERR_SIGNED_OUT, "no live session");
}

/*
 * The tabs of a browser share one cookie. What a page of one person still
 * sends after another has signed in beside it is neither theirs to write nor
 * its own to read.
 */
static bool is_expected(const struct req *r, struct err *e)
{
	struct uuid expected;

	return !r->staff ||
	       (uuid_parse(r->staff, &expected) &&
		       uuid_cmp(&expected, &r->reader.staff) == 0) ||
	       err_set(e, ERR_OTHER_READER, "a page of somebody else");
}

static enum step step_of(const struct req *r, const struct db_rows *rows)
{
	struct step_facts f = {.role = r->reader.role};

	f.locked = db_get_int(rows, 0, "locked") != 0;
	f.has_factor = db_get_int(rows, 0, "has_factor") != 0;
	f.factored = db_get_int(rows, 0, "factored") != 0;
	f.must_change = db_get_int(rows, 0, "must_change") != 0;
	f.must_enrol = db_get_int(rows, 0, "must_enrol") != 0;
	return step_next(&f, r->app->conf.second_factor);
}

/* Whose session it is, also when it is refused: the trail asks. */
static void fill_who(struct req *r, const struct db_rows *rows)
{
	if (db_is_null(rows, 0, "session"))
		return;
	r->reader.session = db_get_uuid(rows, 0, "session");
	r->reader.staff = db_get_uuid(rows, 0, "staff");
	r->reader.site = db_get_uuid(rows, 0, "site");
	r->reader.district = db_get_uuid(rows, 0, "district");
	r->reader.role = role_from_name(db_get_text(rows, 0, "role"));
	r->reader.device = db_get_uuid(rows, 0, "device");
}

/* A browser's session is good where browsers are, and nowhere else: the
 * listener of stations asks nobody who administers for a proof. */
static bool is_at_home(const struct req *r, struct err *e)
{
	return (r->listener == ON_SYNC) != uuid_is_nil(&r->reader.device) ||
	       err_set(e, ERR_DEVICE_UNKNOWN, "a session of another listener");
}

static bool fill_reader(
	struct req *r, const struct db_rows *rows, struct err *e)
{
	r->packs = db_get_int(rows, 0, "packs");
	r->account = db_get_uuid(rows, 0, "account");
	r->has_factor = db_get_int(rows, 0, "has_factor") != 0;
	r->proof_age_s = db_get_int(rows, 0, "proof_age");
	r->step = step_of(r, rows);
	return r->step == STEP_WHOLE || r->step == STEP_LOCKED ||
	       db_get_int(rows, 0, "age") <= STEP_SECONDS ||
	       err_set(e, ERR_SIGNED_OUT, "a sign-in nobody finished");
}

bool session_reader(struct req *r, const char *token, struct err *e)
{
	struct sha256 hash, spki;
	struct db_rows *rows;
	struct db_args a;

	if (!token_hash(token, r->mem, &hash))
		return err_set(e, ERR_SIGNED_OUT, "not a token");
	db_args_init(&a, r->mem);
	db_bytes(&a, hash.b, sizeof(hash.b));
	db_bytes(&a, spki_bytes(r, &spki) ? spki.b : NULL, sizeof(spki.b));
	db_int(&a, app_live(r->app, LIVE_SESSION_IDLE));
	if (!db_run(r->db, Q_AUTH_SESSION_FIND, &a, &rows, e))
		return false;
	fill_who(r, rows);
	return judge_verdict(db_get_text(rows, 0, "verdict"), e) &&
	       is_at_home(r, e) && fill_reader(r, rows, e) && is_expected(r, e);
}

bool session_admits(const struct req *r, struct err *e)
{
	if (!step_admits(r->route->need, r->step))
		return err_field(e,
			r->step == STEP_LOCKED ? ERR_LOCKED : ERR_STEP,
			"session", "%s", step_name(r->step));
	/* A sign-in that is not whole is minutes old. */
	if (r->step == STEP_WHOLE &&
		step_wants_proof(r->route, r->listener, r->reader.role))
		return fresh_proof(r, e);
	return true;
}

/* ---- the reply ---- */

/*
 * The key a browser seals what was typed and not saved with. It follows from
 * the person alone, so that the next sign-in at the same computer reads what
 * the last one left, whoever was there between; and only the server can make
 * it, so that the computer's disk says nothing without an account. It is for
 * browsers: a station keeps such things in its store.
 */
static json_t *page_key(const struct req *r, const struct uuid *staff)
{
	char id[UUID_TEXT];
	const char *about = arena_printf(
		r->mem, "casebridge page key 1\n%s\n", uuid_format(staff, id));
	struct sha256 key = hmac_of(r->app->token_key,
		sizeof(r->app->token_key), about, strlen(about));

	return json_string(base64url_format(key.b, sizeof(key.b), r->mem));
}

/* Of a session with a step to go: that, and nothing about anybody. */
static json_t *half_reply(const struct session_state *s, const char *expires)
{
	return json_pack("{s:s, s:s, s:s}", "mode", "central", "step",
		step_name(s->step), "expires", expires);
}

/* What another asks to do to the account: its person may object. */
static const struct column notices[] = {
	{NULL, "id",   COLUMN_ID,   NULL},
	{NULL, "kind", COLUMN_TEXT, NULL},
	{NULL, "at",   COLUMN_TIME, NULL},
	{NULL, "due",  COLUMN_TIME, NULL},
	{NULL, "by",   COLUMN_TEXT, NULL},
};

static json_t *whole_reply(
	const struct req *r, const struct session_state *s, const char *expires)
{
	const struct account *a = &s->account;
	json_t *j = json_pack(
		"{s:s, s:{s:o, s:s, s:o, s:s, s:s, s:o, s:o}, s:s, s:b, "
		"s:b, s:I}",
		"mode", "central", "reader", "staff", json_id(&a->staff),
		"name", a->name, "site", json_id(&a->site), "site_name",
		a->site_name, "role", role_name(a->role), "district",
		json_id(&a->district), "may", access_may(a->role), "expires",
		expires, "must_change", (int)a->must_change, "factor",
		(int)a->has_factor, "idle_minutes",
		(json_int_t)step_idle_minutes(
			a->role, app_live(r->app, LIVE_SESSION_IDLE)));

	if (!j)
		die("session: a name in the database is not UTF-8");
	json_object_set_new(j, "before", session_before(s));
	json_object_set_new(j, "notices",
		columns_json(r->mem, s->notices, notices, ARRAY_LEN(notices)));
	if (r->listener == ON_WEB)
		json_object_set_new(j, "page_key", page_key(r, &a->staff));
	return j;
}

json_t *session_before(const struct session_state *s)
{
	char at[TIME_TEXT];

	if (!s->before_ms)
		return json_null();
	return json_pack("{s:s, s:s?, s:I}", "at",
		time_format(s->before_ms, at), "place", s->before_place,
		"missed", (json_int_t)s->before_missed);
}

bool session_reply(struct req *r, unsigned status,
	const struct session_state *s, const char *token)
{
	char expires[TIME_TEXT];
	json_t *j;

	time_format(s->expires_ms, expires);
	j = s->step == STEP_WHOLE ? whole_reply(r, s, expires)
				  : half_reply(s, expires);
	if (r->app->conf.data == DATA_DEMO)
		json_object_set_new(j, "demo", json_true());
	if (token && r->listener != ON_WEB)
		json_object_set_new(j, "token", json_string(token));
	return req_reply_json(r, status, j);
}

bool session_load(struct req *r, struct session_state *s, struct err *e)
{
	struct account *a = &s->account;
	struct step_facts f = {0};
	struct db_rows *rows, *more;
	struct db_args args;

	memset(s, 0, sizeof(*s));
	db_args_init(&args, r->mem);
	db_uuid(&args, &r->reader.session);
	if (!db_run(r->db, Q_AUTH_SESSION_SHOW, &args, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_set(e, ERR_SIGNED_OUT, "ended in the meantime");
	a->id = db_get_uuid(rows, 0, "id");
	a->login = db_get_text(rows, 0, "login");
	a->hash = db_get_text(rows, 0, "hash");
	a->staff = db_get_uuid(rows, 0, "staff");
	a->name = db_get_text(rows, 0, "name");
	a->site = db_get_uuid(rows, 0, "site");
	a->site_name = db_get_text(rows, 0, "site_name");
	a->district = db_get_uuid(rows, 0, "district");
	a->role = role_from_name(db_get_text(rows, 0, "role"));
	a->must_change = db_get_int(rows, 0, "must_change") != 0;
	a->must_enrol = db_get_int(rows, 0, "must_enrol") != 0;
	a->has_factor = db_get_int(rows, 0, "has_factor") != 0;
	s->expires_ms = db_get_ms(rows, 0, "expires_at");
	s->was_whole = db_get_int(rows, 0, "whole") != 0;
	if (!db_is_null(rows, 0, "before_at")) {
		s->before_ms = db_get_ms(rows, 0, "before_at");
		s->before_place = db_get_text(rows, 0, "before_place");
		s->before_missed = db_get_int(rows, 0, "before_missed");
	}
	db_args_init(&args, r->mem);
	db_uuid(&args, &a->id);
	if (!db_run(r->db, Q_AUTH_NOTICES, &args, &more, e))
		return false;
	s->notices = more;
	f.role = a->role;
	f.has_factor = a->has_factor;
	f.factored = db_get_int(rows, 0, "factored") != 0;
	f.must_change = a->must_change;
	f.must_enrol = a->must_enrol;
	s->step = step_next(&f, r->app->conf.second_factor);
	return true;
}

bool session_get(struct req *r, struct err *e)
{
	struct session_state s;

	if (!db_begin_system(r->db, e) || !session_load(r, &s, e) ||
		!db_commit(r->db, e))
		return false;
	if (r->step == STEP_LOCKED)
		s.step = STEP_LOCKED;
	return session_reply(r, 200, &s, NULL);
}

bool session_delete(struct req *r, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.session);
	if (!db_begin_system(r->db, e))
		return false;
	db_queue(r->db, Q_AUTH_SESSION_END, &a);
	if (!audit_end(r, "signout", "ok", NULL, 0, e))
		return false;
	if (r->listener == ON_WEB) {
		req_header(r, "Set-Cookie",
			"__Host-session=; Max-Age=0; " SESSION_COOKIE);
		/* Not "storage": there lies, sealed, what this person and
		 * others typed on that computer and have not saved. */
		req_header(r, "Clear-Site-Data", "\"cache\"");
	}
	return req_reply_bytes(r, 204, NULL, "", 0);
}
