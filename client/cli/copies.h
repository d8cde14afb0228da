/*
 * copies.h - who holds a case, as the centre tells it, for people.
 */
#ifndef CLIENT_COPIES_H
#define CLIENT_COPIES_H

#include "client/cli/desk.h"

/* GET /v1/cases/{id}/copies: needs a network, and whoever answers for the case.
 */
json_t *copies_ask(
	struct desk *d, const struct uuid *case_id, struct err *e) MUST_CHECK;
/* A line such as "2 of 3 stations purged, 1 last seen 6 days ago", and a row a
 * station. */
void copies_print(struct desk *d, const json_t *copies);

#endif
