/*
 * orders.c - lost stations: who may still come, what they are told, and what
 * they answer (see device.h).
 */
#include "server/auth/device.h"

#include "proto/base/hash.h"
#include "proto/base/sign.h"
#include "proto/base/timeutil.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/ca.h"
#include "server/auth/shares.h"

#include <string.h>

#define PROGRAM_MAX 40
#define UNSENT_MAX  10000000

/* A station as it stands now. */
struct station {
	struct uuid id;
	struct uuid site;
	bool active;
	struct uuid order; /* nil: none */
	const char *kind;
	int64_t at;
	bool done;
};

static bool find_station(
	struct req *r, struct station *out, bool *found, struct err *e)
{
	unsigned char key[SHA256_LEN];
	struct db_rows *rows;
	struct db_args a;

	memset(out, 0, sizeof(*out));
	*found = false;
	if (!hex_parse(r->device_spki, key, sizeof(key)))
		return true;
	db_args_init(&a, r->mem);
	db_bytes(&a, key, sizeof(key));
	if (!db_run(r->db, Q_AUTH_STATION, &a, &rows, e))
		return false;
	*found = db_count(rows) > 0;
	if (!*found)
		return true;
	out->id = db_get_uuid(rows, 0, "id");
	out->site = db_get_uuid(rows, 0, "site");
	out->active = db_get_int(rows, 0, "active") != 0;
	out->kind = db_get_text(rows, 0, "kind");
	if (out->kind) {
		out->order = db_get_uuid(rows, 0, "order_id");
		out->at = db_get_ms(rows, 0, "at");
		out->done = db_get_int(rows, 0, "done") != 0;
	}
	return true;
}

static bool ordered(const struct station *s, struct err *e)
{
	return err_set(e,
		strcmp(s->kind, "lock") == 0 ? ERR_DEVICE_LOCKED
					     : ERR_DEVICE_WIPE,
		"an order stands");
}

/* Whether a station as it is may call a route of that need. */
static bool may_call(enum need need, const struct station *s, struct err *e)
{
	if (need == NEEDS_STATION)
		return true;
	/* What was not sent may still be handed over, until it is done. */
	if (need == NEEDS_CERTIFICATE && s->kind && !s->done)
		return true;
	if (s->kind)
		return ordered(s, e);
	return s->active || need == NEEDS_NOTHING ||
	       err_set(e, ERR_DEVICE_UNKNOWN, "no active device");
}

bool device_reader(struct req *r, struct err *e)
{
	struct station s;
	bool found;

	if (!db_begin_system(r->db, e) || !find_station(r, &s, &found, e) ||
		!db_commit(r->db, e))
		return false;
	if (!found)
		return r->route->need == NEEDS_NOTHING ||
		       err_set(e, ERR_DEVICE_UNKNOWN, "no device");
	if (!may_call(r->route->need, &s, e))
		return false;
	if (r->route->need != NEEDS_NOTHING) {
		r->reader.device = s.id;
		r->reader.site = s.site;
	}
	return true;
}

/* → {"device","order":null|{"id","kind","at"}} */
bool device_get(struct req *r, struct err *e)
{
	char id[UUID_TEXT], order[UUID_TEXT], at[TIME_TEXT];
	struct station s;
	struct db_args a;
	bool found;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.device);
	if (!db_begin_system(r->db, e) || !find_station(r, &s, &found, e) ||
		!db_run(r->db, Q_AUTH_STATION_SEEN, &a, NULL, e) ||
		!db_commit(r->db, e))
		return false;
	return req_reply_json(r, 200,
		json_pack("{s:s, s:o}", "device",
			uuid_format(&r->reader.device, id), "order",
			s.kind ? json_pack("{s:s, s:s, s:s}", "id",
					 uuid_format(&s.order, order), "kind",
					 s.kind, "at", time_format(s.at, at))
			       : json_null()));
}

/* ---- how it stands ---- */

/* A certificate for the key the station is known by: the key stays, so that
 * nothing that was signed or looked up by it moves. */
static bool renew(struct req *r, const char *csr,
	struct device_certificate *out, struct err *e)
{
	char shown[SHA256_HEX];
	struct db_args a;

	if (!ca_sign_device(r->app->ca, csr, &r->reader.device, r->mem, out, e))
		return false;
	if (strcmp(hex_format(out->spki.b, SHA256_LEN, shown),
		    r->device_spki) != 0)
		return err_field(
			e, ERR_BAD_INPUT, "csr", "the key of this connection");
	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.device);
	db_ms(&a, out->expires_ms);
	if (!db_run(r->db, Q_AUTH_DEVICE_RENEW, &a, NULL, e))
		return false;
	audit_queue(r->db, r->mem, &r->reader, "device_renew", "ok", NULL, 0);
	return true;
}

static bool read_report(struct req *r, struct db_args *a, struct err *e)
{
	const char *program = json_str(r->json, "program");
	const char *since = json_str(r->json, "unsent_since");
	int64_t unsent = json_int(r->json, "unsent", -1), ms = 0;

	if (!json_only(r->json, "program unsent unsent_since csr", e))
		return false;
	if (!program || !*program || strlen(program) > PROGRAM_MAX)
		return err_field(
			e, ERR_MISSING, "program", "1-%d bytes", PROGRAM_MAX);
	if (unsent < 0 || unsent > UNSENT_MAX)
		return err_field(
			e, ERR_OUT_OF_RANGE, "unsent", "0-%d", UNSENT_MAX);
	if (since && !time_parse(since, &ms))
		return err_field(e, ERR_BAD_DATE, "unsent_since", "RFC 3339");
	db_args_init(a, r->mem);
	db_uuid(a, &r->reader.device);
	db_text(a, program);
	db_int(a, unsent);
	if (since)
		db_ms(a, ms);
	else
		db_text(a, NULL);
	return true;
}

/* {"program","unsent","unsent_since"?,"csr"?} → {"device","expires",
 * "certificate"?} */
bool device_report(struct req *r, struct err *e)
{
	const char *csr = json_str(r->json, "csr");
	char id[UUID_TEXT], until[TIME_TEXT];
	struct device_certificate cert = {0};
	struct db_rows *rows;
	struct db_args a;

	if (!read_report(r, &a, e) || !db_begin_system(r->db, e) ||
		!db_run(r->db, Q_AUTH_DEVICE_TOLD, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_set(e, ERR_DEVICE_UNKNOWN, "no active device");
	cert.expires_ms = db_get_ms(rows, 0, "expires_at");
	if (csr && !renew(r, csr, &cert, e))
		return false;
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:s, s:s, s:s*}", "device",
			       uuid_format(&r->reader.device, id), "expires",
			       time_format(cert.expires_ms, until),
			       "certificate", cert.pem));
}

/* ---- it was carried out ---- */

/* The text a device signs; docs/wire.md. */
static bool is_signed(
	struct req *r, const struct station *s, int64_t stores, const char *sig)
{
	char device[UUID_TEXT], order[UUID_TEXT];
	const char *text = arena_printf(r->mem,
		"casebridge order 1\n%s\n%s\n%s\n%lld\n",
		uuid_format(&s->id, device), uuid_format(&s->order, order),
		s->kind, (long long)stores);
	struct str raw = {NULL, 0};

	if (sig)
		raw.p = (const char *)base64url_parse(sig, &raw.n, r->mem);
	return raw.p && r->device_key.n &&
	       sign_verify(
		       r->device_key, (struct str){text, strlen(text)}, raw);
}

/* What a program of before does not say is not known. */
static void put_count(struct db_args *a, const json_t *j, const char *name)
{
	int64_t n = json_int(j, name, -1);

	if (n >= 0 && n <= UNSENT_MAX)
		db_int(a, n);
	else
		db_text(a, NULL);
}

static bool keep_receipt(struct req *r, const struct station *s, int64_t stores,
	const char *sig, json_t *away, struct err *e)
{
	struct reader trail = r->reader;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &s->id);
	db_uuid(&a, &s->order);
	db_text(&a, sig);
	db_int(&a, stores);
	put_count(&a, r->json, "left");
	put_count(&a, r->json, "unread");
	if (!shares_take(r, away, e) ||
		!db_run(r->db, Q_AUTH_ORDER_DONE, &a, &rows, e))
		return false;
	return audit_commit(r->db, r->mem, &trail,
		strcmp(s->kind, "lock") == 0 ? "device_locked" : "device_wiped",
		s->done ? "again" : "ok", &s->order, 1, e);
}

/* {"order","kind","stores","left"?,"unread"?,"shares"?,"sig"} → {"done":true,
 * "away":[{"store","away"}]} */
bool device_receipt_post(struct req *r, struct err *e)
{
	const char *order = json_str(r->json, "order");
	const char *sig = json_str(r->json, "sig");
	int64_t stores = json_int(r->json, "stores", -1);
	json_t *away = json_keep(json_array(), r->mem);
	struct station s;
	struct uuid id;
	bool found;

	if (!order || !uuid_parse(order, &id))
		return err_field(e, ERR_BAD_KIND, "order", "UUID");
	if (stores < 0 || stores > SHARES_MAX)
		return err_field(
			e, ERR_OUT_OF_RANGE, "stores", "0-%d", SHARES_MAX);
	if (!db_begin_system(r->db, e) || !find_station(r, &s, &found, e))
		return false;
	if (!s.kind || uuid_cmp(&s.order, &id) != 0)
		return err_field(e, ERR_NOT_FOUND, "order", "-");
	if (!is_signed(r, &s, stores, sig))
		return err_field(e, ERR_FORGED, "sig", "-");
	return keep_receipt(r, &s, stores, sig, away, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:b, s:O}", "done", 1, "away", away));
}
