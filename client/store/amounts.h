/*
 * amounts.h - what the cases and groups of the store amount to: what falls due,
 * and what is measured, reckoned from what the person sees (view.h) by the code
 * the centre has.
 */
#ifndef CLIENT_AMOUNTS_H
#define CLIENT_AMOUNTS_H

#include "client/store/view.h"
#include "proto/measure.h"

/* A case's line and what falls due in it, in one reading. */
bool amounts_due(struct view *v, const struct uuid *case_id, struct arena *mem,
	json_t **line, const struct schedule **due, struct err *e) MUST_CHECK;

/* A case or a group, measured on a day. */
struct amounts {
	json_t *result;           /* {"measures","gaps","coverage"} */
	const json_t *body;       /* of the case or group */
	struct measure_run *run;  /* of a case, ended; else NULL */
	struct measure_group *of; /* of a group, ended; else NULL */
};

/* ERR_NOT_FOUND when the id is of neither. */
bool amounts_take(struct view *v, const struct uuid *id, const struct date *on,
	struct arena *mem, struct amounts *out, struct err *e) MUST_CHECK;

#endif
