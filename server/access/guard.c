/*
 * guard.c - see guard.h. The rule itself is log.guard() in the database, under
 * a lock of the replica's row: one request of a replica at a time.
 *
 * A gap in the numbers is let pass: counters of reads are written without
 * waiting for the disk, so a crash of the database may forget the last one. A
 * clone is caught all the same, because the second holder comes with a number
 * already used.
 */
#include "server/access/guard.h"

#include "server/app.h"
#include "server/lineage/lineage.h"

#include <stdlib.h>
#include <string.h>

/* Digits and nothing else, at most eighteen. */
static bool is_number(const char *text, int64_t *out)
{
	size_t n = strspn(text, "0123456789");

	*out = strtoll(text, NULL, 10);
	return n && n <= 18 && !text[n];
}

/* Of a header that need not be there; `absent` when it is not. */
static bool small_number(const char *text, const char *name, int64_t absent,
	int64_t *out, struct err *e)
{
	*out = absent;
	return !text || is_number(text, out) ||
	       err_field(e, ERR_BAD_REQUEST, name, "0, 1, 2 …");
}

/* There is one protocol so far, and programs before the header spoke it. */
static bool speaks_ours(const struct req *r, struct err *e)
{
	int64_t n;

	if (!small_number(r->sync_protocol, "Sync-Protocol",
		    CASEBRIDGE_PROTOCOL, &n, e))
		return false;
	if (n < CASEBRIDGE_PROTOCOL)
		return err_field(e, ERR_UPGRADE, "Sync-Protocol", "%d",
			CASEBRIDGE_PROTOCOL);
	return n == CASEBRIDGE_PROTOCOL ||
	       err_field(e, ERR_CENTRE_OLD, "Sync-Protocol", "%d",
		       CASEBRIDGE_PROTOCOL);
}

bool guard_writer(struct req *r, struct err *e)
{
	int64_t n;

	if (!guard_reader(r, e) ||
		!small_number(r->sync_schema, "Sync-Schema", 0, &n, e))
		return false;
	/* What browsers run comes from this very server. */
	return !r->sync_replica || n >= r->app->conf.min_push_schema ||
	       err_field(e, ERR_UPGRADE, "Sync-Schema", "%lld",
		       (long long)r->app->conf.min_push_schema);
}

bool guard_reader(struct req *r, struct err *e)
{
	if (!r->sync_replica)
		return true;
	if (!speaks_ours(r, e))
		return false;
	if (!uuid_parse(r->sync_replica, &r->reader.replica))
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "UUIDv7");
	if (uuid_is_nil(&r->reader.device))
		return err_field(e, ERR_DEVICE_UNKNOWN, "Sync-Replica", "-");
	return true;
}

/* What the number stands for: the same number again must be the same request.
 */
static struct sha256 request_hash(const struct req *r)
{
	struct sha256_run *run = sha256_begin();

	sha256_add(run, r->route->path, strlen(r->route->path));
	for (size_t i = 0; i < r->query_count; i++) {
		sha256_add(run, r->query[i].name, strlen(r->query[i].name) + 1);
		sha256_add(
			run, r->query[i].value, strlen(r->query[i].value) + 1);
	}
	sha256_add(run, r->body.p ? r->body.p : "", r->body.n);
	return sha256_end(run);
}

static bool read_number(const char *text, int64_t *out, struct err *e)
{
	if (!text || !is_number(text, out) || *out < 1)
		return err_field(e, ERR_BAD_REQUEST, "Sync-Req", "1, 2, 3 …");
	return true;
}

static bool guard_args(struct req *r, struct db_args *a, struct err *e)
{
	struct sha256 *hash = ARENA_NEW(r->mem, struct sha256);
	struct head_claim *seen = ARENA_NEW(r->mem, struct head_claim);
	int64_t number = 0;

	if (!read_number(r->sync_req, &number, e) ||
		!head_claim_read(r->sync_seen, r->app->token_key, seen, e))
		return false;
	*hash = request_hash(r);
	db_args_init(a, r->mem);
	db_uuid(a, &r->reader.replica);
	db_uuid(a, &r->reader.device);
	db_int(a, number);
	db_bytes(a, hash->b, SHA256_LEN);
	if (seen->given)
		db_int(a, seen->epoch);
	else
		db_bytes(a, NULL, 0);
	db_int(a, seen->csn);
	db_text(a, seen->chain);
	db_bool(a, seen->ours);
	return true;
}

bool guard_queue(struct req *r, struct err *e)
{
	struct db_args a;

	if (!guard_args(r, &a, e))
		return false;
	db_queue(r->db, Q_GUARD, &a);
	return true;
}

bool guard_judge(struct req *r, const struct db_rows *rows, struct err *e)
{
	const char *verdict = db_get_text(rows, 0, "verdict");
	struct head_claim claim;

	if (strcmp(verdict, "ok") == 0)
		return true;
	if (strcmp(verdict, "witness") == 0 &&
		head_claim_read(r->sync_seen, r->app->token_key, &claim, e)) {
		lineage_doubt(r->app->lineage, &claim);
		verdict = "epoch";
	}
	return err_set(
		e, err_from_name(verdict), "replica refused: %s", verdict);
}

bool guard_check(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	if (uuid_is_nil(&r->reader.replica))
		return true;
	return guard_args(r, &a, e) && db_run(r->db, Q_GUARD, &a, &rows, e) &&
	       guard_judge(r, rows, e);
}
