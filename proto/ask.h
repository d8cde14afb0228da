/*
 * ask.h - questions that are reckoned from what is asked alone: POST /v1/score,
 * POST /v1/suggest and POST /v1/groups/plan (docs/wire.md), at the centre and
 * at a station. Nothing is stored and no record is read.
 *
 * `asked` is the request's object. The answer belongs to mem; NULL with *e.
 */
#ifndef PROTO_ASK_H
#define PROTO_ASK_H

#include "proto/calendar.h"
#include "proto/types.h"

json_t *score_answer(const struct catalogue *c, const json_t *asked,
	struct arena *mem, struct err *e) MUST_CHECK;

/* `calendar` may be NULL: Monday to Friday. */
json_t *suggest_answer(const struct catalogue *c,
	const struct calendar *calendar, const struct date *today,
	const json_t *asked, struct arena *mem, struct err *e) MUST_CHECK;

/* A group and its sessions as a template has them. */
json_t *group_plan_answer(const struct catalogue *c, const struct date *today,
	const json_t *asked, struct arena *mem, struct err *e) MUST_CHECK;

#endif
