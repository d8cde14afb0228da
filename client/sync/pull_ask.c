/*
 * pull_ask.c - how much of the feed is asked for at once.
 *
 * It follows from how fast the line was: about ten seconds' worth. The piece
 * that is on its way when a line breaks travels again, so pieces are a small
 * share of what is still to come, which keeps the cost of a cut in proportion
 * whatever the line; and at most a sixteenth of a second of it, smaller still
 * for a while after it broke, so that something gets through between two cuts.
 */
#include "client/sync/engine_in.h"

#include <string.h>

/* Bytes of pages, before they are packed. */
#define ANSWER_UNKNOWN ((int64_t)256 << 10)
#define ANSWER_LEAST   ((int64_t)64 << 10)
#define ANSWER_MOST    ((int64_t)4 << 20)
#define ANSWER_S       10
#define PIECE_CAREFUL  ((int64_t)64 << 10)
#define PIECE_UNKNOWN  ((int64_t)64 << 10)
#define PIECE_SHARE    256 /* of what is to come; ten cuts may cost a tenth */
#define PIECE_LEAST    ((int64_t)16 << 10)
#define PIECE_MOST     ((int64_t)1 << 20)
#define PIECES_A_S     16
#define CAREFUL        ((int64_t)32 << 20) /* after the line broke */
#define MEASURE_FROM   ((int64_t)16 << 10) /* fewer say nothing */
static int64_t within(int64_t n, int64_t least, int64_t most)
{
	return n < least ? least : n > most ? most : n;
}

void pull_measure(struct engine *g, const struct reply *a, bool whole)
{
	struct line *l = &g->line;

	if (g->bytes >= MEASURE_FROM && a->took_ms > 0) {
		int64_t rate = g->bytes * 1000 / a->took_ms;

		l->rate = l->rate ? (l->rate + rate) / 2 : rate;
	}
	l->careful = whole ? l->careful - g->bytes : CAREFUL;
	if (l->careful < 0)
		l->careful = 0;
	g->report->rate = l->rate;
}

static int64_t answer_bytes(const struct line *l)
{
	return l->rate ? within(l->rate * ANSWER_S, ANSWER_LEAST, ANSWER_MOST)
		       : ANSWER_UNKNOWN;
}

/* What is still to come, as far as a page has said; 0: none has. */
static int64_t left_bytes(const struct engine *g)
{
	const struct sync_report *r = g->report;

	return r && r->total_bytes
		       ? r->total_bytes - r->bytes
		       : json_int(store_get(g->s, "coming"), "bytes", 0);
}

static int64_t piece_bytes(const struct engine *g)
{
	const struct line *l = &g->line;
	int64_t n = l->rate ? l->rate / PIECES_A_S : PIECE_UNKNOWN;
	int64_t share = left_bytes(g) / PIECE_SHARE;

	n = n < share ? n : share;
	n = l->careful && n > PIECE_CAREFUL ? PIECE_CAREFUL : n;
	return within(n, PIECE_LEAST, PIECE_MOST);
}

/* A centre of an earlier release knows no pieces, and answers of this size at
 * least. */
#define PLAIN_LEAST 65536

bool pull_plainly(struct engine *g, const struct reply *a, struct err *e)
{
	if (!engine_answered(g, a, e))
		return false;
	store_set(g->s, "plain", json_true());
	return engine_settle(g, e);
}

static bool plan_pull(
	struct engine *g, int64_t max_bytes, int64_t wait_s, struct err *e)
{
	const char *since = json_str(store_get(g->s, "position"), "since");
	struct arena *mem = arena_new();
	const char *piece =
		arena_printf(mem, "&piece=%lld", (long long)piece_bytes(g));
	const char *path;
	bool ok = store_begin(g->s, e);

	if (json_is_true(store_get(g->s, "plain"))) {
		max_bytes = within(max_bytes, PLAIN_LEAST, ANSWER_MOST);
		piece = "";
	}
	path = arena_printf(mem,
		"/v1/changes?since=%s&max_bytes=%lld%s&wait=%lld",
		since ? since : "", (long long)max_bytes, piece,
		(long long)wait_s);

	if (ok) {
		store_set(g->s, "line",
			json_pack("{s:I, s:I}", "rate",
				(json_int_t)g->line.rate, "careful",
				(json_int_t)g->line.careful));
		ok = engine_pend(g, CALL_PULL, path, NULL, e);
	}
	arena_free(mem);
	return ok;
}

bool pull_plan(struct engine *g, int64_t wait_s, struct err *e)
{
	return plan_pull(g, answer_bytes(&g->line), wait_s, e);
}

bool pull_plan_some(struct engine *g, struct err *e)
{
	return plan_pull(g, ANSWER_LEAST, 0, e);
}

bool pull_plan_totals(struct engine *g, struct err *e)
{
	/* Such a centre tells them with the first page only. */
	if (json_is_true(store_get(g->s, "plain")))
		return true;
	return plan_pull(g, 0, 0, e);
}
