/*
 * ops.c - health and figures, on the loopback listener.
 */
#include "server/http/http.h"
#include "server/http/lanes.h"
#include "server/lineage/lineage.h"

/* 200 while the process serves, 503 once it shuts down. */
bool healthz_get(struct req *r, struct err *e)
{
	if (http_is_draining(r->app->http))
		return err_set(e, ERR_BUSY, "shutting down");
	return req_reply_text(r, 200, "{\"status\":\"ok\"}");
}

/* 200 when a worker is free, its database answers, and work is taken: an epoch
 * nobody confirmed yet is an alarm. */
bool readyz_get(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	if (http_is_draining(r->app->http))
		return err_set(e, ERR_BUSY, "shutting down");
	db_args_init(&a, r->mem);
	if (!db_run(r->db, Q_HEAD, &a, &rows, e))
		return false;
	if (!db_get_int(rows, 0, "confirmed"))
		return err_set(e, ERR_UNCONFIRMED, "epoch not confirmed");
	return req_reply_text(r, 200, "{\"status\":\"ready\"}");
}

static void add_lanes(struct lanes *l, struct buf *b)
{
	for (int i = 0; i < LANE_COUNT; i++) {
		struct lane_figures f = lanes_figures(l, (enum lane)i);
		const char *name = lane_name((enum lane)i);

		buf_printf(b, "casebridge_lane_waiting{lane=\"%s\"} %zu\n",
			name, f.waiting);
		buf_printf(b, "casebridge_lane_running{lane=\"%s\"} %zu\n",
			name, f.running);
		buf_printf(b, "casebridge_lane_done_total{lane=\"%s\"} %llu\n",
			name, (unsigned long long)f.done);
		buf_printf(b,
			"casebridge_lane_refused_total{lane=\"%s\"} %llu\n",
			name, (unsigned long long)f.refused);
	}
	buf_printf(b, "casebridge_parked %zu\n", lanes_parked(l));
	buf_printf(
		b, "casebridge_request_memory_bytes %zu\n", lanes_charged(l));
}

static void add_lineage(struct lineage *l, struct buf *b)
{
	struct lineage_figures f = lineage_figures(l);

	buf_printf(b, "casebridge_epoch %lld\n", (long long)f.epoch);
	buf_printf(b, "casebridge_epoch_confirmed %d\n", f.confirmed);
	buf_printf(b, "casebridge_durable_csn %lld\n", (long long)f.durable);
	buf_printf(b, "casebridge_high_water_csn %lld\n", (long long)f.water);
	buf_printf(b, "casebridge_high_water_trouble %d\n", f.has_trouble);
	buf_printf(b, "casebridge_witnesses_total %llu\n",
		(unsigned long long)f.doubts);
}

static void release_buf(void *b)
{
	buf_free(b);
}

/* Prometheus text format 0.0.4. */
bool metrics_get(struct req *r, struct err *e)
{
	struct http_figures f = http_figures(r->app->http);
	struct buf *b = ARENA_NEW(r->mem, struct buf);

	(void)e;
	buf_init(b, 65536);
	arena_adopt(r->mem, b, release_buf);
	buf_printf(b, "casebridge_connections_open %zu\n", f.open);
	buf_printf(b, "casebridge_connections_total %llu\n",
		(unsigned long long)f.accepted);
	buf_printf(b, "casebridge_connections_cut_total %llu\n",
		(unsigned long long)f.cut);
	buf_printf(b, "casebridge_requests_refused_total %llu\n",
		(unsigned long long)f.refused);
	for (unsigned i = 2; i < ARRAY_LEN(f.status); i++)
		buf_printf(b,
			"casebridge_replies_total{status=\"%uxx\"} %llu\n", i,
			(unsigned long long)f.status[i]);
	add_lanes(r->app->lanes, b);
	add_lineage(r->app->lineage, b);
	buf_printf(b, "casebridge_head_csn %lld\n",
		(long long)atomic_load(&r->app->head_csn));
	return req_reply_bytes(r, 200, "text/plain; version=0.0.4", b->p, b->n);
}
