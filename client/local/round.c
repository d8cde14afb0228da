/*
 * round.c - rounds of syncing at an open page: soon after something was saved,
 * every few minutes otherwise, later and later while the centre is away. The
 * person may pause it, and ask for one now.
 */
#include "client/local/local_in.h"

#include "client/store/report.h"
#include "client/sync/whole.h"
#include "proto/base/host.h"

#include <string.h>

#define SOON_MS    2000
#define EVERY_MS   300000
#define FIRST_MS   5000
#define LONGEST_MS 900000

void round_soon(struct local *l)
{
	int64_t soon = host_boot_ms() + SOON_MS;

	if (l->rounds.pause_ms == 0 && soon < l->rounds.next_ms)
		l->rounds.next_ms = soon;
}

static void on_progress(void *ctx, const struct sync_report *r)
{
	((struct local *)ctx)->rounds.now = *r;
}

static bool on_sign(
	void *ctx, const char *text, size_t n, struct buf *out, struct err *e)
{
	const struct local_host *h = ((struct local *)ctx)->host;

	return h->sign(h->ctx, text, n, out, e);
}

/* Somewhere between half of the pause and the whole, so that stations do not
 * come back together. */
static int64_t jitter(int64_t ms)
{
	uint32_t random;

	host_random(&random, sizeof(random));
	return ms / 2 + (int64_t)(random % (uint32_t)(ms / 2 + 1));
}

static void plan_next(struct rounds *r)
{
	if (r->last.ok)
		r->pause_ms = 0;
	else if (!r->pause_ms)
		r->pause_ms = FIRST_MS;
	else
		r->pause_ms = 2 * r->pause_ms < LONGEST_MS ? 2 * r->pause_ms
							   : LONGEST_MS;
	r->next_ms =
		host_boot_ms() + (r->last.ok ? EVERY_MS : jitter(r->pause_ms));
	r->wanted = false;
}

/* Pages wait for nothing meanwhile, and the store stays open. What stands in
 * the way of a file makes it come again sooner. */
static bool round_of(struct local *l, struct transport *line,
	struct sync_report *report, struct err *e)
{
	const struct sync_hooks records = {
		.ctx = l, .progress = on_progress, .sign = on_sign};
	const struct files_hooks files = {.ctx = NULL};
	const struct whole_hooks hooks = {.ctx = NULL};
	struct whole w = {.s = l->s,
		.t = line,
		.records = &records,
		.files = &files,
		.hooks = &hooks};
	bool ok = whole_round(&w, e);

	*report = w.r;
	if (ok && w.files_why.code)
		*e = w.files_why;
	return ok && !w.files_why.code;
}

static void run(struct local *l, bool (*meanwhile)(void *ctx), void *ctx)
{
	struct rounds *r = &l->rounds;
	struct arena *mem = arena_new();
	struct transport *line = l->host->line(l->host->ctx, mem, &r->last.why);
	struct sync_report report;

	memset(&report, 0, sizeof(report));
	r->running = true;
	memset(&r->now, 0, sizeof(r->now));
	if (line)
		line = errand_line(line, meanwhile, ctx, mem);
	r->last.ok = line && round_of(l, line, &report, &r->last.why);
	if (r->last.ok && !l->locked && l->host->told)
		l->host->told(l->host->ctx, line);
	if (!r->last.ok)
		local_heed(l, &r->last.why);
	r->last.matched = r->last.ok && report.matched;
	r->last.at = host_now_ms();
	r->running = false;
	arena_free(mem);
	plan_next(r);
}

void round_if_due(struct local *l, bool (*meanwhile)(void *ctx), void *ctx)
{
	struct rounds *r = &l->rounds;

	if (!l->locked && !r->paused && host_boot_ms() >= r->next_ms &&
		(r->wanted || !l->conf->offline))
		run(l, meanwhile, ctx);
}

/* ---- what the page is told ---- */

static json_t *last_json(const struct last_round *last, struct arena *mem)
{
	json_t *j, *why;
	struct buf b;
	struct err ignored;

	if (!last->at)
		return json_null();
	j = json_pack("{s:I, s:b, s:b}", "at", (json_int_t)last->at, "ok",
		(int)last->ok, "matched", (int)last->matched);
	if (last->ok)
		return j;
	buf_init(&b, 8192);
	buf_char(&b, '{');
	err_json(&last->why, &b);
	buf_char(&b, '}');
	why = json_read(b.p, b.n, &json_limits_own, mem, &ignored);
	buf_free(&b);
	json_object_set(j, "why", why);
	return j;
}

static json_t *round_json(const struct local *l, struct arena *mem)
{
	const struct rounds *r = &l->rounds;
	const struct sync_report *n = &r->now;

	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"state",
		r->running  ? "running"
		: r->paused ? "paused"
			    : "idle",
		"sent", (json_int_t)n->sent, "units", (json_int_t)n->units,
		"records", (json_int_t)n->records, "bytes",
		(json_int_t)n->bytes, "total_units", (json_int_t)n->total_units,
		"total_records", (json_int_t)n->total_records, "total_bytes",
		(json_int_t)n->total_bytes, "last", last_json(&r->last, mem));
}

bool local_sync_get(struct local *l, struct ask *a, struct err *e)
{
	struct report_ask ask = {
		.all = ask_query(a, "all") != NULL, .rec = NULL};
	json_t *out;

	if (!report_make(local_view(l, a), &ask, a->mem, &out, e))
		return false;
	json_object_set_new(out, "round", round_json(l, a->mem));
	json_object_set_new(out, "gone", local_kept_gone(l));
	json_object_set(out, "trail", l->host->trail(l->host->ctx, a->mem));
	return ask_json(a, 200, out);
}

/* {"do":"start"|"pause"}: a round now; none until it is started again. */
bool local_sync_post(struct local *l, struct ask *a, struct err *e)
{
	const char *what = json_str(a->json, "do");
	struct rounds *r = &l->rounds;

	if (what && strcmp(what, "start") == 0) {
		r->paused = false;
		r->wanted = true;
		r->pause_ms = 0;
		r->next_ms = 0;
	} else if (what && strcmp(what, "pause") == 0)
		r->paused = true;
	else
		return err_field(e, ERR_BAD_INPUT, "do", "start, pause");
	return ask_json(a, 202,
		json_keep(json_pack("{s:o}", "round", round_json(l, a->mem)),
			a->mem));
}
