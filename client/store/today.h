/*
 * today.h - what waits for the person whose store it is: GET /v1/today, as the
 * centre answers it.
 */
#ifndef CLIENT_TODAY_H
#define CLIENT_TODAY_H

#include "client/store/view.h"

/* It belongs to mem. */
bool today_doc(struct view *v, const struct date *today, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;

#endif
