/*
 * replica.c - POST /v1/replicas (a store introduces itself) and POST
 * /v1/digest (which of the units it holds differ from ours).
 */
#include "server/feed/feed.h"

#include "proto/base/hash.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/lineage/claim.h"

#include <stdlib.h>
#include <string.h>

#define STORE_NAME_MAX 100
#define DIGEST_MAX     100000

static bool run_register(struct req *r, const struct uuid *id,
	const char *store, struct db_rows **rows, struct err *e)
{
	struct db_args a, b, none;

	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	db_uuid(&a, &r->reader.device);
	db_uuid(&a, &r->reader.staff);
	db_uuid(&a, &r->reader.site);
	db_text(&a, store);
	db_args_init(&b, r->mem);
	db_uuid(&b, id);
	db_args_init(&none, r->mem);
	db_queue(r->db, Q_REPLICA_PUT, &a);
	db_queue(r->db, Q_REPLICA_GET, &b);
	db_queue(r->db, Q_HEAD, &none);
	audit_queue(r->db, r->mem, &r->reader, "replica", "ok", id, 1);
	return db_flush(r->db, r->mem, rows, 3, e);
}

/* {"replica","store"} → 201 {"replica","epoch","head","lease_days"} */
bool replicas_post(struct req *r, struct err *e)
{
	const char *text = json_str(r->json, "replica");
	const char *store = json_str(r->json, "store");
	struct db_rows *rows[3];
	struct uuid id, device;
	struct str chain;
	struct log_head h = {0};
	char head[HEAD_TEXT], out[UUID_TEXT];

	if (!text || !uuid_parse(text, &id) || uuid_is_nil(&id))
		return err_field(e, ERR_BAD_REQUEST, "replica", "UUIDv7");
	if (!store || strlen(store) > STORE_NAME_MAX)
		return err_field(e, ERR_BAD_REQUEST, "store", "1-%d bytes",
			STORE_NAME_MAX);
	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!run_register(r, &id, store, rows, e) || !db_commit(r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	if (db_count(rows[1]) == 0)
		return err_field(e, ERR_FORKED, "replica", "-");
	device = db_get_uuid(rows[1], 0, "device");
	if (uuid_cmp(&device, &r->reader.device) != 0)
		return err_field(e, ERR_FORKED, "replica", "-");
	chain = db_get_bytes(rows[2], 0, "chain");
	if (chain.n == SHA256_LEN)
		memcpy(h.chain.b, chain.p, SHA256_LEN);
	h.epoch = db_get_int(rows[2], 0, "epoch");
	h.csn = db_get_int(rows[2], 0, "csn");
	head_text(&h, r->app->token_key, head);
	return req_reply_text(r, 201,
		arena_printf(r->mem,
			"{\"replica\":\"%s\",\"epoch\":%lld,\"head\":\"%s\","
			"\"lease_days\":%lld}",
			uuid_format(&id, out), (long long)h.epoch, head,
			(long long)r->app->conf.lease_days));
}

/* ---- digest ---- */

struct held {
	struct uuid unit;
	struct sha256 digest;
	bool seen;
};

static int by_unit(const void *a, const void *b)
{
	return uuid_cmp(&((const struct held *)a)->unit,
		&((const struct held *)b)->unit);
}

static bool read_held(
	struct req *r, struct held **out, size_t *n, struct err *e)
{
	const json_t *list = json_object_get(r->json, "units");

	*n = json_array_size(list);
	if (!json_is_array(list) || *n > DIGEST_MAX)
		return err_field(
			e, ERR_BAD_REQUEST, "units", "[[unit, hex], …]");
	*out = ARENA_ARRAY(r->mem, struct held, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *unit = json_string_value(json_array_get(pair, 0));
		const char *hex = json_string_value(json_array_get(pair, 1));

		if (!unit || !hex || !uuid_parse(unit, &(*out)[i].unit) ||
			!hex_parse(hex, (*out)[i].digest.b, SHA256_LEN))
			return err_field(e, ERR_BAD_REQUEST, "units",
				"[[unit, hex], …]");
	}
	if (*n)
		qsort(*out, *n, sizeof(**out), by_unit);
	return true;
}

static void add_id(json_t *list, const struct uuid *id)
{
	char text[UUID_TEXT];

	json_array_append_new(list, json_string(uuid_format(id, text)));
}

static json_t *compare(const struct db_rows *rows, struct held *held, size_t n)
{
	json_t *differ = json_array(), *missing = json_array();
	json_t *extra = json_array();

	for (int i = 0; i < db_count(rows); i++) {
		struct held key = {.unit = db_get_uuid(rows, i, "unit_id")};
		struct str d = db_get_bytes(rows, i, "digest");
		struct held *h =
			n ? bsearch(&key, held, n, sizeof(*held), by_unit)
			  : NULL;

		if (h)
			h->seen = true;
		if (!h)
			add_id(missing, &key.unit);
		else if (d.n != SHA256_LEN ||
			 memcmp(h->digest.b, d.p, SHA256_LEN) != 0)
			add_id(differ, &key.unit);
	}
	for (size_t i = 0; i < n; i++)
		if (!held[i].seen)
			add_id(extra, &held[i].unit);
	return json_pack("{s:o, s:o, s:o}", "differ", differ, "missing",
		missing, "extra", extra);
}

/* {"units":[[unit,hex],…]} → {"differ":[],"missing":[],"extra":[]} */
bool digest_post(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;
	struct held *held = NULL;
	size_t n;

	if (!guard_reader(r, e) || !read_held(r, &held, &n, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&none, r->mem);
	if (!guard_check(r, e) ||
		!db_run(r->db, Q_FEED_UNIT_DIGESTS, &none, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	return req_reply_json(r, 200, compare(rows, held, n)) &&
	       db_commit(r->db, e);
}
