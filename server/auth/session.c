/*
 * session.c - see session.h: a session from its second request to its last.
 */
#include "server/auth/session.h"

#include "proto/base/hash.h"
#include "proto/base/timeutil.h"
#include "server/access/access.h"
#include "server/app.h"
#include "server/audit/audit.h"

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
	if (!db_run(r->db, Q_AUTH_SESSION_FIND, &a, &rows, e) ||
		!judge_verdict(db_get_text(rows, 0, "verdict"), e))
		return false;
	r->reader.session = db_get_uuid(rows, 0, "session");
	r->reader.staff = db_get_uuid(rows, 0, "staff");
	r->reader.site = db_get_uuid(rows, 0, "site");
	r->reader.district = db_get_uuid(rows, 0, "district");
	r->reader.role = role_from_name(db_get_text(rows, 0, "role"));
	r->reader.device = db_get_uuid(rows, 0, "device");
	r->packs = db_get_int(rows, 0, "packs");
	return is_expected(r, e);
}

/* ---- the reply ---- */

static json_t *id_or_null(const struct uuid *id)
{
	char text[UUID_TEXT];

	return uuid_is_nil(id) ? json_null()
			       : json_string(uuid_format(id, text));
}

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

bool session_reply(struct req *r, unsigned status, const struct account *a,
	int64_t expires_ms, const char *token)
{
	char expires[TIME_TEXT];
	json_t *j = json_pack(
		"{s:s, s:{s:o, s:s, s:o, s:s, s:s, s:o, s:o}, s:s, s:b}",
		"mode", "central", "reader", "staff", id_or_null(&a->staff),
		"name", a->name, "site", id_or_null(&a->site), "site_name",
		a->site_name, "role", role_name(a->role), "district",
		id_or_null(&a->district), "may", access_may(a->role), "expires",
		time_format(expires_ms, expires), "must_change",
		(int)a->must_change);

	if (!j)
		die("session: a name in the database is not UTF-8");
	if (r->app->conf.data == DATA_DEMO)
		json_object_set_new(j, "demo", json_true());
	if (token)
		json_object_set_new(j, "token", json_string(token));
	if (r->listener == ON_WEB)
		json_object_set_new(j, "page_key", page_key(r, &a->staff));
	return req_reply_json(r, status, j);
}

bool session_get(struct req *r, struct err *e)
{
	struct account a = {0};
	struct db_rows *rows;
	struct db_args args;

	db_args_init(&args, r->mem);
	db_uuid(&args, &r->reader.session);
	if (!db_begin_system(r->db, e) ||
		!db_run(r->db, Q_AUTH_SESSION_SHOW, &args, &rows, e) ||
		!db_commit(r->db, e))
		return false;
	if (db_count(rows) == 0)
		return err_set(e, ERR_SIGNED_OUT, "ended in the meantime");
	a.staff = db_get_uuid(rows, 0, "staff");
	a.name = db_get_text(rows, 0, "name");
	a.site = db_get_uuid(rows, 0, "site");
	a.site_name = db_get_text(rows, 0, "site_name");
	a.district = db_get_uuid(rows, 0, "district");
	a.role = role_from_name(db_get_text(rows, 0, "role"));
	a.must_change = db_get_int(rows, 0, "must_change") != 0;
	return session_reply(
		r, 200, &a, db_get_ms(rows, 0, "expires_at"), NULL);
}

bool session_delete(struct req *r, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.session);
	if (!db_begin_system(r->db, e))
		return false;
	db_queue(r->db, Q_AUTH_SESSION_END, &a);
	audit_queue(r->db, r->mem, &r->reader, "signout", "ok", NULL, 0);
	db_queue_commit(r->db);
	if (!db_flush(r->db, r->mem, NULL, 0, e))
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
