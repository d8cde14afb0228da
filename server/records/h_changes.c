/*
 * h_changes.c - POST /v1/changes: the one door for writes.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/lineage/lineage.h"
#include "server/records/apply.h"

static bool guard_first(void *ctx, struct db *db, struct err *e)
{
	(void)db;
	return guard_check(ctx, e);
}

void changes_committed(struct req *r, const struct commit_head *head)
{
	struct log_head now = {head->epoch, head->csn, head->chain};

	/* Before the answer leaves: what it says must not be forgotten. */
	lineage_note(r->app->lineage, &now);
	lineage_poke(r->app->lineage);
	if (head->csn > r->app->head_csn)
		r->app->head_csn = head->csn;
}

static void write_reply(struct req *r, const struct change_result *results,
	size_t n, const struct commit_head *head)
{
	struct log_head now = {head->epoch, head->csn, head->chain};
	char seen[HEAD_TEXT];
	struct buf b;

	changes_committed(r, head);
	head_text(&now, r->app->token_key, seen);
	buf_init(&b, (size_t)8 << 20);
	buf_printf(&b, "{\"head\":\"%s\",\"results\":[", seen);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&b, ',');
		change_result_json(&results[i], &b);
	}
	buf_text(&b, "]}");
	req_header(r, "Sync-Head", arena_strdup(r->mem, seen));
	req_reply_text(r, 200, arena_strndup(r->mem, b.p, b.n));
	buf_free(&b);
}

bool changes_take(struct req *r,
	bool (*before)(void *ctx, struct db *db, struct err *e), void *ctx,
	struct err *e)
{
	struct change_result *results;
	struct commit_head head;
	struct change *changes;
	struct apply a = {r->mem, r->catalogue, &r->reader, r->db,
		host_now_ms(), before, ctx, NULL,
		lineage_awaits(r->app->lineage), false};
	size_t n;

	if (!change_batch_decode(
		    r->catalogue, r->json, r->mem, &changes, &n, e))
		return false;
	results = ARENA_ARRAY(r->mem, struct change_result, n);
	if (!apply_changes(&a, changes, n, results, &head, e))
		return false;
	write_reply(r, results, n, &head);
	return true;
}

/* {"changes":[…]} → 200 {"head","results":[…]}, committed and durable. */
bool changes_post(struct req *r, struct err *e)
{
	return guard_writer(r, e) && changes_take(r, guard_first, r, e);
}
