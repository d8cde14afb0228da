/*
 * receipts.c - POST /v1/receipts: what a station stored, purged or found
 * damaged. A receipt counts only for the incarnation (gen) it names; anything
 * else is ignored, so late and doubled ones do no harm. A purge receipt is
 * signed with the device's key and is a commit of the log.
 */
#include "server/feed/feed.h"

#include "proto/base/hash.h"
#include "proto/base/sign.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/audit/audit.h"

#include <string.h>

struct receipt {
	struct uuid unit;
	struct uuid purge;
	int64_t gen;
	const char *sig;
};

enum kind { STORED, PURGED, DAMAGED, UNLISTED, KINDS };

static const char *const kind_names[KINDS] = {
	"stored", "purged", "damaged", "unlisted"};

struct batch {
	struct req *r;
	struct receipt *of[KINDS];
	size_t n[KINDS];
	int64_t accepted;
	int64_t sent;
};

static bool read_receipt(struct batch *b, const json_t *j, enum kind *kind,
	struct receipt *out, struct err *e)
{
	const char *name = json_str(j, "kind"), *unit = json_str(j, "unit");
	const char *purge = json_str(j, "purge");

	(void)b;
	memset(out, 0, sizeof(*out));
	*kind = KINDS;
	for (int i = 0; name && i < KINDS; i++)
		if (strcmp(name, kind_names[i]) == 0)
			*kind = (enum kind)i;
	if (*kind == KINDS)
		return err_field(e, ERR_BAD_CODE, "kind",
			"stored purged damaged unlisted");
	out->gen = json_int(j, "gen", 0);
	out->sig = json_str(j, "sig");
	if (!unit || !uuid_parse(unit, &out->unit))
		return err_field(e, ERR_BAD_KIND, "unit", "UUID");
	if (*kind == PURGED &&
		(!purge || !uuid_parse(purge, &out->purge) || !out->sig))
		return err_field(e, ERR_MISSING, "purge", "purge, sig");
	return true;
}

/* The text a device signs; docs/wire.md. */
static bool is_signed(struct batch *b, const struct receipt *x)
{
	char replica[UUID_TEXT], unit[UUID_TEXT], purge[UUID_TEXT];
	struct str sig;
	char *text = arena_printf(b->r->mem,
		"casebridge purge v1\n%s\n%s\n%lld\n%s\n",
		uuid_format(&b->r->reader.replica, replica),
		uuid_format(&x->unit, unit), (long long)x->gen,
		uuid_format(&x->purge, purge));

	sig.p = (const char *)base64url_parse(x->sig, &sig.n, b->r->mem);
	return sig.p && b->r->device_key.n &&
	       sign_verify(
		       b->r->device_key, (struct str){text, strlen(text)}, sig);
}

static bool read_batch(struct batch *b, struct err *e)
{
	const json_t *list = json_object_get(b->r->json, "receipts");
	size_t n = json_array_size(list);

	if (!json_is_array(list) || n > LIMIT_RECEIPTS)
		return err_field(
			e, ERR_BAD_REQUEST, "receipts", "0-%d", LIMIT_RECEIPTS);
	for (int k = 0; k < KINDS; k++)
		b->of[k] = ARENA_ARRAY(b->r->mem, struct receipt, n + 1);
	b->sent = (int64_t)n;
	for (size_t i = 0; i < n; i++) {
		struct receipt x;
		enum kind k;

		if (!read_receipt(b, json_array_get(list, i), &k, &x, e))
			return false;
		if (k != PURGED || is_signed(b, &x))
			b->of[k][b->n[k]++] = x;
	}
	return true;
}

static struct uuid *units_of(const struct batch *b, enum kind k, bool purge)
{
	struct uuid *v = ARENA_ARRAY(b->r->mem, struct uuid, b->n[k] + 1);

	for (size_t i = 0; i < b->n[k]; i++)
		v[i] = purge ? b->of[k][i].purge : b->of[k][i].unit;
	return v;
}

static int64_t *gens_of(const struct batch *b, enum kind k)
{
	int64_t *v = ARENA_ARRAY(b->r->mem, int64_t, b->n[k] + 1);

	for (size_t i = 0; i < b->n[k]; i++)
		v[i] = b->of[k][i].gen;
	return v;
}

static const enum query kind_queries[KINDS] = {
	[STORED] = Q_RECEIPT_STORED,
	[PURGED] = Q_RECEIPT_PURGED,
	[DAMAGED] = Q_RECEIPT_DAMAGED,
	[UNLISTED] = Q_RECEIPT_UNLISTED,
};

static void queue_kind(struct batch *b, enum kind k)
{
	struct db_args a;

	db_args_init(&a, b->r->mem);
	db_uuid(&a, &b->r->reader.replica);
	db_units(&a, units_of(b, k, false), b->n[k]);
	if (k == STORED || k == PURGED)
		db_ints(&a, gens_of(b, k), b->n[k]);
	if (k == PURGED) {
		const char **sig =
			ARENA_ARRAY(b->r->mem, const char *, b->n[k]);

		for (size_t i = 0; i < b->n[k]; i++)
			sig[i] = b->of[k][i].sig;
		db_uuids(&a, units_of(b, k, true), b->n[k]);
		db_texts(&a, sig, b->n[k]);
	}
	db_queue(b->r->db, kind_queries[k], &a);
}

/* A purge is evidence, so it becomes a commit of the log. */
static void queue_seal(struct batch *b)
{
	struct sha256_run *run = sha256_begin();
	struct sha256 *leaf = ARENA_NEW(b->r->mem, struct sha256);
	struct reader *who = &b->r->reader;
	struct db_args a;

	for (size_t i = 0; i < b->n[PURGED]; i++)
		sha256_add(run, b->of[PURGED][i].sig,
			strlen(b->of[PURGED][i].sig));
	*leaf = sha256_end(run);
	audit_queue(b->r->db, b->r->mem, who, "purge_receipt", "ok",
		units_of(b, PURGED, false), b->n[PURGED]);
	db_args_init(&a, b->r->mem);
	db_uuid(&a, &who->staff);
	db_uuid(&a, &who->device);
	db_uuid(&a, &who->replica);
	db_text(&a, "r");
	db_int(&a, (int64_t)b->n[PURGED]);
	db_bytes(&a, leaf->b, SHA256_LEN);
	db_queue(b->r->db, Q_SEAL, &a);
}

/* A lost receipt for what was stored only means that it is offered again, so
 * nobody waits for the disk. What the station found wrong makes the next page
 * compare everything anew. */
static void queue_mode(struct batch *b)
{
	struct db_args a;

	db_args_init(&a, b->r->mem);
	if (b->n[STORED] == (size_t)b->sent) {
		db_queue(b->r->db, Q_FEED_LIGHT, &a);
		return;
	}
	db_uuid(&a, &b->r->reader.replica);
	db_queue(b->r->db, Q_FEED_AGAIN, &a);
}

/* Everything is asked at once: what the guard refuses is rolled back. */
static bool store_receipts(struct batch *b, struct err *e)
{
	struct db_rows *rows[2 + KINDS] = {NULL};
	size_t n = 2;
	int64_t purged = 0;

	if (!guard_queue(b->r, e))
		return false;
	queue_mode(b);
	for (int k = 0; k < KINDS; k++)
		if (b->n[k]) {
			queue_kind(b, (enum kind)k);
			n++;
		}
	if (!db_flush(b->r->db, b->r->mem, rows, n, e) ||
		!guard_judge(b->r, rows[0], e))
		return false;
	for (size_t k = 0, at = 2; k < KINDS; k++) {
		int64_t count = b->n[k] ? db_count(rows[at++]) : 0;

		b->accepted += count;
		purged += k == PURGED ? count : 0;
	}
	if (purged)
		queue_seal(b);
	db_queue_commit(b->r->db);
	return db_flush(b->r->db, b->r->mem, NULL, 0, e);
}

/* {"receipts":[…]} → {"accepted":n,"ignored":n} */
bool receipts_post(struct req *r, struct err *e)
{
	struct batch b = {.r = r};

	if (!guard_reader(r, e) || !read_batch(&b, e))
		return false;
	if (uuid_is_nil(&r->reader.replica))
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "UUIDv7");
	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!store_receipts(&b, e)) {
		db_rollback(r->db);
		return false;
	}
	return req_reply_text(r, 200,
		arena_printf(r->mem, "{\"accepted\":%lld,\"ignored\":%lld}",
			(long long)b.accepted,
			(long long)(b.sent - b.accepted)));
}
