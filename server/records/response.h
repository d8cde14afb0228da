/*
 * response.h - responses to forms, inside server/records: judged by their form
 * and version, filled with what follows from them, flags raised.
 */
#ifndef SERVER_RECORDS_RESPONSE_H
#define SERVER_RECORDS_RESPONSE_H

#include "proto/form.h"
#include "server/records/world.h"

/* What stands in the database beside a response of the batch. */
struct response_facts {
	struct uuid id; /* of the response */
	struct uuid person_id;
	json_t *kase; /* bodies; NULL: not seen */
	json_t *person;
	struct uuid before_id; /* the last earlier response of the form */
	const char *before_on;
	json_t *before; /* its answers */
};

/* load_response.c: fills w->responses and w->calendar; one trip when there are
 * responses, none otherwise. */
bool world_load_responses(
	struct world *w, struct db *db, struct err *e) MUST_CHECK;

/* The version a response is made with, the fields its answers are lifted to,
 * and the next date where the person gave none. */
void response_fill(
	struct world *w, struct entry *x, const json_t *before, json_t *body);

/* Whether the answers can be taken; those that have not changed were. */
bool response_check(struct world *w, struct entry *x, const json_t *before,
	const json_t *after, struct err *e) MUST_CHECK;

/* Makes the flags that follow from a version just made, by the change that made
 * it. A flag this response raised before is not raised again. */
void response_follow(struct world *w, struct entry *x, const struct change *c);

#endif
