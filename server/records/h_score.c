/*
 * h_score.c - POST /v1/score and POST /v1/suggest (proto/ask.h). Nobody is
 * named, so there is nothing for the trail.
 */
#include "server/records/records.h"

#include "proto/ask.h"
#include "proto/base/host.h"
#include "server/records/summaries.h"

bool score_post(struct req *r, struct err *e)
{
	json_t *out = score_answer(r->catalogue, r->json, r->mem, e);

	return out && req_reply_json(r, 200, json_incref(out));
}

bool suggest_post(struct req *r, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	struct db_rows *rows;
	struct db_args a;
	json_t *out;

	db_args_init(&a, r->mem);
	if (!db_run(r->db, Q_HOLIDAYS, &a, &rows, e))
		return false;
	out = suggest_answer(r->catalogue, summaries_calendar(rows, r->mem),
		&today, r->json, r->mem, e);
	return out && req_reply_json(r, 200, json_incref(out));
}
