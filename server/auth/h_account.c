/*
 * h_account.c - what a person may see and end of their own account: sessions,
 * places they are known at, the second factor.
 */
#include "server/auth/session.h"

#include "proto/base/timeutil.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/attempt.h"
#include "server/auth/body.h"
#include "server/auth/factor.h"
#include "server/auth/password.h"
#include "server/auth/qr.h"
#include "server/auth/step.h"
#include "server/auth/stepup.h"

#include <string.h>

#define ISSUER "Casebridge"

static struct factor_room room_of(struct req *r)
{
	return (struct factor_room){
		r->db, r->app->file_keys, r->mem, r->account};
}

static bool commit_noted(struct req *r, const char *action, const char *outcome,
	const struct uuid *about, struct err *e)
{
	return audit_end(r, action, outcome, about, about ? 1 : 0, e);
}

/* ---- what there is ---- */

static void set_time(
	json_t *o, const char *name, const struct db_rows *rows, int row)
{
	char text[TIME_TEXT];

	json_object_set_new(o, name,
		db_is_null(rows, row, name)
			? json_null()
			: json_string(time_format(
				  db_get_ms(rows, row, name), text)));
}

static void set_text(
	json_t *o, const char *name, const struct db_rows *rows, int row)
{
	json_object_set_new(o, name,
		db_is_null(rows, row, name)
			? json_null()
			: json_string(db_get_text(rows, row, name)));
}

static json_t *list_of(const struct req *r, const struct db_rows *rows)
{
	json_t *list = json_array();
	bool sessions = db_has_column(rows, "created_at");

	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "id");
		char text[UUID_TEXT];
		json_t *o = json_object();

		json_object_set_new(
			o, "id", json_string(uuid_format(&id, text)));
		set_text(o, "station", rows, i);
		set_text(o, "browser", rows, i);
		set_time(o, sessions ? "last_seen" : "last_ok", rows, i);
		if (sessions) {
			set_time(o, "created_at", rows, i);
			set_time(o, "expires_at", rows, i);
			json_object_set_new(o, "this",
				json_boolean(uuid_cmp(&id,
						     &r->reader.session) == 0));
		}
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *factor_of(const struct req *r, const struct db_rows *rows)
{
	bool on = !db_is_null(rows, 0, "since");
	json_t *o = json_pack("{s:b, s:b, s:I}", "on", (int)on, "required",
		(int)step_must_have_factor(
			r->reader.role, r->app->conf.second_factor),
		"codes", (json_int_t)db_get_int(rows, 0, "codes"));

	set_time(o, "since", rows, 0);
	return o;
}

bool account_get(struct req *r, struct err *e)
{
	struct db_rows *rows[3];
	struct session_state s;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->account);
	if (!db_begin_system(r->db, e) ||
		!db_run(r->db, Q_AUTH_ACCOUNT_SHOW, &a, &rows[0], e) ||
		!db_run(r->db, Q_AUTH_SESSIONS_OF, &a, &rows[1], e) ||
		!db_run(r->db, Q_AUTH_DEVICES_OF, &a, &rows[2], e) ||
		!session_load(r, &s, e) || !db_commit(r->db, e))
		return false;
	if (db_count(rows[0]) == 0)
		return err_set(e, ERR_SIGNED_OUT, "no account any more");
	return req_reply_json(r, 200,
		json_pack("{s:s, s:o, s:o, s:o, s:o}", "login",
			db_get_text(rows[0], 0, "login"), "factor",
			factor_of(r, rows[0]), "before", session_before(&s),
			"sessions", list_of(r, rows[1]), "devices",
			list_of(r, rows[2])));
}

/* ---- ending ---- */

static bool end_one(
	struct req *r, enum query q, const char *action, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) || !db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &r->account);
	db_uuid(&a, &id);
	if (!db_run(r->db, q, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_set(e, ERR_NOT_FOUND, "not of this account");
	return commit_noted(r, action, "ok", &id, e) &&
	       req_reply_bytes(r, 204, NULL, "", 0);
}

bool account_session_delete(struct req *r, struct err *e)
{
	return end_one(r, Q_AUTH_SESSION_KILL, "session_end", e);
}

bool account_device_delete(struct req *r, struct err *e)
{
	return end_one(r, Q_AUTH_DEVICE_FORGET, "device_forget", e);
}

/* All but this one. */
bool account_sessions_delete(struct req *r, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->account);
	db_uuid(&a, &r->reader.session);
	return db_begin_system(r->db, e) &&
	       db_run(r->db, Q_AUTH_SESSIONS_KILL_OTHERS, &a, NULL, e) &&
	       commit_noted(r, "session_end", "ok", NULL, e) &&
	       req_reply_bytes(r, 204, NULL, "", 0);
}

/* ---- what administrators ask to do to it ---- */

/* The person objects: it is over. */
bool account_request_delete(struct req *r, struct err *e)
{
	return end_one(r, Q_AUTH_REQUEST_OBJECT, "request_object", e);
}

/* ---- setting up a second factor ---- */

static json_t *offer_reply(struct req *r, const char *login,
	const unsigned char secret[TOTP_SECRET])
{
	char text[TOTP_BASE32];
	const char *uri;
	json_t *rows, *reply;

	totp_text(secret, text);
	uri = totp_uri(text, ISSUER, login, r->mem);
	rows = qr_rows(uri);
	reply = json_pack("{s:s, s:s, s:o}", "secret", text, "uri", uri, "qr",
		rows ? rows : json_array());
	secret_wipe(text, sizeof(text));
	secret_wipe((void *)(uintptr_t)uri, strlen(uri));
	return reply;
}

/* → 200 {"secret","uri","qr"} */
bool factor_post(struct req *r, struct err *e)
{
	const struct factor_room f = room_of(r);
	unsigned char secret[TOTP_SECRET];
	struct session_state s;
	bool ok = db_begin_system(r->db, e) && session_load(r, &s, e) &&
		  factor_offer(&f, &r->reader.session, secret, e) &&
		  commit_noted(r, "factor_offer", "ok", NULL, e) &&
		  req_reply_secret(
			  r, 200, offer_reply(r, s.account.login, secret));

	secret_wipe(secret, sizeof(secret));
	return ok;
}

static bool reply_codes(struct req *r, char codes[RECOVERY_CODES][CODE_TEXT])
{
	json_t *list = json_array();

	for (size_t i = 0; i < RECOVERY_CODES; i++)
		json_array_append_new(list, json_string(codes[i]));
	secret_wipe(codes, RECOVERY_CODES * CODE_TEXT);
	return req_reply_secret(r, 200, json_pack("{s:o}", "codes", list));
}

/* Guesses at one's own new secret are counted like any proof. */
static bool confirm(struct req *r, const char *code, bool *right, struct err *e)
{
	const struct factor_room f = room_of(r);
	const struct refusal why = {&r->reader, "factor_on", "code"};
	struct charge charge = stepup_counter(r);
	int64_t wait_ms;

	if (!attempts_charge(r->db, r->mem, &charge, 1, &wait_ms, e))
		return false;
	if (wait_ms > 0)
		return attempts_refuse(
			r->db, r->mem, &charge, 1, wait_ms, &why, e);
	if (!factor_confirm(&f, &r->reader.session, code, right, e))
		return false;
	return !*right || attempts_pardon(r->db, r->mem, &charge, 1, e);
}

/* The others of the person prove it with the new one, or end. In a browser the
 * token is another from here on; a station's is good for nobody without its
 * key, and the programs that are out keep the one they have. */
static bool settle(
	struct req *r, char codes[RECOVERY_CODES][CODE_TEXT], struct err *e)
{
	const struct factor_room f = room_of(r);
	struct session_state s;
	const char *token;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->account);
	db_uuid(&a, &r->reader.session);
	return db_run(r->db, Q_AUTH_SESSIONS_KILL_OTHERS, &a, NULL, e) &&
	       factor_new_codes(&f, codes, e) &&
	       session_go_on(r, true, r->listener == ON_WEB ? &token : NULL,
		       "factor_on", "ok", &s, e);
}

/* {"code"} → 200 {"codes"}: shown this once */
bool factor_confirm_post(struct req *r, struct err *e)
{
	char codes[RECOVERY_CODES][CODE_TEXT];
	bool right = false;
	const char *code;

	if (!body_texts(r->json, "code", e))
		return false;
	code = json_str(r->json, "code");
	if (!code)
		return err_field(e, ERR_MISSING, "code", "6 digits");
	if (!db_begin_system(r->db, e) || !confirm(r, code, &right, e))
		return false;
	if (!right)
		return commit_noted(r, "factor_on", "bad_factor", NULL, e) &&
		       err_field(e, ERR_BAD_FACTOR, "code", "-");
	return settle(r, codes, e) && reply_codes(r, codes);
}

/* New ones; the old are good for nothing any more. */
bool codes_post(struct req *r, struct err *e)
{
	const struct factor_room f = room_of(r);
	char codes[RECOVERY_CODES][CODE_TEXT];

	if (!r->has_factor)
		return err_field(e, ERR_NO_OFFER, "factor", "-");
	return db_begin_system(r->db, e) && factor_new_codes(&f, codes, e) &&
	       commit_noted(r, "recovery_codes", "ok", NULL, e) &&
	       reply_codes(r, codes);
}

bool factor_delete(struct req *r, struct err *e)
{
	const struct factor_room f = room_of(r);
	bool had;

	if (step_must_have_factor(r->reader.role, r->app->conf.second_factor))
		return err_field(e, ERR_FORBIDDEN, "factor",
			"本岗位必须使用第二步验证" ERR_BOTH
			"your role must have a second factor");
	if (!db_begin_system(r->db, e) || !factor_remove(&f, &had, e))
		return false;
	return commit_noted(r, "factor_off", had ? "ok" : "none", NULL, e) &&
	       req_reply_bytes(r, 204, NULL, "", 0);
}
