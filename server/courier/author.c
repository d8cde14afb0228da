/*
 * author.c - see author.h; and POST /v1/authors, where a store says its key.
 */
#include "server/courier/author.h"

#include "proto/base/hash.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/ca.h"
#include "server/shelf.h"

#include <string.h>

/* ---- POST /v1/authors ---- */

static bool read_author(struct req *r, struct passport *p, struct err *e)
{
	const char *replica = json_str(r->json, "replica");
	const char *key = json_str(r->json, "author");
	struct buf unused;
	bool ok;

	if (!replica || !uuid_parse(replica, &p->replica))
		return err_field(e, ERR_BAD_KIND, "replica", "UUID");
	p->author.p =
		key ? (const char *)base64url_parse(key, &p->author.n, r->mem)
		    : NULL;
	/* Whatever takes an envelope is a key of the right kind. */
	buf_init(&unused, 4096);
	ok = p->author.p && p->author.n <= 256 &&
	     envelope_seal(p->author, (struct str){"", 0}, (struct str){"", 0},
		     &unused);
	buf_free(&unused);
	return ok || err_field(e, ERR_BAD_KIND, "author",
			     "a P-256 key (DER, base64url)");
}

static bool keep_author(struct req *r, struct passport *p, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &p->replica);
	db_uuid(&a, &r->reader.device);
	db_bytes(&a, p->author.p, p->author.n);
	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!db_run(r->db, Q_COURIER_AUTHOR_PUT, &a, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	if (db_count(rows) == 0) {
		db_rollback(r->db);
		return err_field(e, ERR_UNKNOWN_REPLICA, "replica", "-");
	}
	p->site = db_get_uuid(rows, 0, "site_id");
	p->device = r->reader.device;
	return audit_end(r, "author", "ok", &p->replica, 1, e);
}

/* {"replica","author"} → 201 {"courier","passport"} */
bool authors_post(struct req *r, struct err *e)
{
	struct passport p;
	struct str courier;

	memset(&p, 0, sizeof(p));
	if (!read_author(r, &p, e) || !keep_author(r, &p, e) ||
		!ca_sign_text(r->app->ca, passport_text(&p, r->mem), r->mem,
			&p.sig, e))
		return false;
	courier = keypair_public(courier_key_now(r->app->courier), r->mem);
	return req_reply_json(r, 201,
		json_pack("{s:s, s:o}", "courier",
			base64url_format(courier.p, courier.n, r->mem),
			"passport", passport_json(&p)));
}

/* ---- whose it is ---- */

bool author_find(struct req *r, const struct uuid *replica, struct author *out,
	struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	memset(out, 0, sizeof(*out));
	db_args_init(&a, r->mem);
	db_uuid(&a, replica);
	if (!db_begin_system(r->db, e) ||
		!db_run(r->db, Q_COURIER_AUTHOR, &a, &rows, e) ||
		!db_commit(r->db, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_UNKNOWN_REPLICA, "replica", "-");
	out->reader.staff = db_get_uuid(rows, 0, "staff");
	out->reader.site = db_get_uuid(rows, 0, "site");
	out->reader.district = db_get_uuid(rows, 0, "district");
	out->reader.role = role_from_name(db_get_text(rows, 0, "role"));
	out->reader.device = db_get_uuid(rows, 0, "device");
	out->reader.replica = *replica;
	out->key = db_get_bytes(rows, 0, "author");
	out->live = db_get_int(rows, 0, "live") != 0;
	return true;
}

bool author_no_key(const struct parcel *p, struct err *e)
{
	return err_field(e, ERR_UNKNOWN_KEY, "key", "courier-%s.key", p->key);
}

bool author_open(struct req *r, const struct author *a, const struct parcel *p,
	struct str *text, struct err *e)
{
	const struct keypair *own = courier_key_named(r->app->courier, p->key);

	if (!parcel_is_from(p, a->key))
		return err_field(e, ERR_FORGED, "sig", "-");
	if (!own)
		return author_no_key(p, e);
	return parcel_open(p, own, r->mem, text) ||
	       err_field(e, ERR_FORGED, "sealed", "-");
}

const struct catalogue *author_catalogue(
	struct req *r, const struct author *a, struct err *e)
{
	int64_t stamp;

	if (!shelf_stamp(r->db, r->mem, &stamp, e))
		return NULL;
	return shelf_take(
		r->app->shelf, r->db, stamp, &a->reader.site, r->mem, e);
}
