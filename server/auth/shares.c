/*
 * shares.c - see shares.h; and POST /v1/shares.
 */
#include "server/auth/shares.h"

#include "proto/base/hash.h"
#include "proto/base/seal.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/device.h"

#include <string.h>

/* ---- closed ---- */

static struct seal_key closing_key(const struct app *app)
{
	struct seal_key from;
	struct seal_key key;

	memcpy(from.b, app->token_key, SEAL_KEY);
	key = seal_derive(&from, "casebridge share 1");
	seal_wipe(&from, sizeof(from));
	return key;
}

static struct str closed_about(struct req *r, const struct uuid *store)
{
	char device[UUID_TEXT], id[UUID_TEXT];
	const char *text = arena_printf(r->mem, "casebridge share 1\n%s\n%s\n",
		uuid_format(&r->reader.device, device), uuid_format(store, id));

	return (struct str){text, strlen(text)};
}

static const char *closed(
	struct req *r, const struct uuid *store, struct str share)
{
	struct seal_key key = closing_key(r->app);
	struct sealer *s = sealer_new();
	const char *out;
	struct buf b;

	buf_init(&b, 256);
	seal(s, &key, closed_about(r, store), share, &b);
	out = base64url_format(b.p, b.n, r->mem);
	sealer_free(s);
	buf_free(&b);
	seal_wipe(&key, sizeof(key));
	return out;
}

static bool reopen(struct req *r, const struct uuid *store, const char *text,
	struct str *share)
{
	struct seal_key key = closing_key(r->app);
	struct sealer *s = sealer_new();
	struct str sealed = {NULL, 0};
	bool ok;

	sealed.p = (const char *)base64url_parse(text, &sealed.n, r->mem);
	ok = sealed.p &&
	     unseal(s, &key, closed_about(r, store), sealed, r->mem, share) &&
	     share->n == SEAL_KEY;
	sealer_free(s);
	seal_wipe(&key, sizeof(key));
	return ok;
}

/* ---- kept ---- */

static bool put(struct req *r, const struct uuid *store, struct str share,
	const struct uuid *staff, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, store);
	db_uuid(&a, &r->reader.device);
	db_uuid(&a, staff);
	db_bytes(&a, share.p, share.n);
	return db_run(r->db, Q_AUTH_SHARE_PUT, &a, NULL, e);
}

static bool read_share(
	struct req *r, const json_t *j, struct str *share, struct err *e)
{
	const char *text = json_str(j, "share");
	size_t n = 0;

	share->p =
		text ? (const char *)base64url_parse(text, &n, r->mem) : NULL;
	share->n = n;
	return (share->p && n == SEAL_KEY) ||
	       err_field(e, ERR_BAD_KIND, "share", "%d bytes, base64url",
		       SEAL_KEY);
}

static bool take_one(
	struct req *r, const json_t *j, json_t *away, struct err *e)
{
	const char *store = json_str(j, "store");
	struct str share;
	struct uuid id;

	if (!store || !uuid_parse(store, &id))
		return err_field(e, ERR_BAD_KIND, "store", "UUID");
	if (!read_share(r, j, &share, e) || !put(r, &id, share, NULL, e))
		return false;
	json_array_append_new(away, json_pack("{s:s, s:s}", "store", store,
					    "away", closed(r, &id, share)));
	return true;
}

bool shares_take(struct req *r, json_t *away, struct err *e)
{
	const json_t *list = json_object_get(r->json, "shares");

	if (json_array_size(list) > SHARES_MAX)
		return err_field(
			e, ERR_BAD_REQUEST, "shares", "0-%d", SHARES_MAX);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!take_one(r, json_array_get(list, i), away, e))
			return false;
	return true;
}

/* ---- POST /v1/shares ---- */

static bool get(struct req *r, const struct uuid *store, struct str *share,
	bool *found, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, store);
	db_uuid(&a, &r->reader.device);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_AUTH_SHARE_GET, &a, &rows, e))
		return false;
	*found = db_count(rows) > 0;
	if (*found)
		*share = db_get_bytes(rows, 0, "share");
	return true;
}

/* Said now, or what the station kept closed of one that is not known here. */
static bool put_said(struct req *r, const struct uuid *store, struct err *e)
{
	const char *away = json_str(r->json, "away");
	struct str share;

	if (json_object_get(r->json, "share"))
		return read_share(r, r->json, &share, e) &&
		       put(r, store, share, &r->reader.staff, e);
	if (!away)
		return true;
	/* Whose it is only the store says, as with those of a receipt. */
	return reopen(r, store, away, &share)
		       ? put(r, store, share, NULL, e)
		       : err_field(e, ERR_FORGED, "away", "-");
}

static bool give(struct req *r, const struct uuid *store, struct str *share,
	struct err *e)
{
	bool found;

	if (!put_said(r, store, e) || !get(r, store, share, &found, e))
		return false;
	if (!found)
		return err_field(e, ERR_NOT_FOUND, "store", "-");
	return audit_end(r, "share", "ok", store, 1, e);
}

/* {"store","share"?,"away"?} → {"store","share","away"}: the one that was said
 * first */
bool share_post(struct req *r, struct err *e)
{
	const char *store = json_str(r->json, "store");
	struct uuid id;
	struct str share;

	if (!store || !uuid_parse(store, &id))
		return err_field(e, ERR_BAD_KIND, "store", "UUID");
	return db_begin_system(r->db, e) && give(r, &id, &share, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:s, s:s, s:s}", "store", store, "share",
			       base64url_format(share.p, share.n, r->mem),
			       "away", closed(r, &id, share)));
}
