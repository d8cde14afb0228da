/*
 * replica.c - POST /v1/replicas: a store introduces itself.
 */
#include "server/feed/feed.h"

#include "proto/base/hash.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/lineage/claim.h"

#include <string.h>

#define STORE_NAME_MAX 100

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
			(long long)app_live(r->app, LIVE_LEASE_DAYS)));
}
