/*
 * others.h - other people's work on this machine, for the verbs that carry it
 * or tell of it. It is sealed: all that is known is how much there is.
 */
#ifndef CLIENT_OTHERS_H
#define CLIENT_OTHERS_H

#include "client/cli/desk.h"
#include "client/sync/courier.h"

/* Brings it, all but the work of the store that is open at the desk. */
bool others_carry(struct desk *d, struct transport *t,
	struct courier_report *out, struct err *e) MUST_CHECK;
/* Only counts it. */
bool others_wait(
	struct desk *d, struct courier_report *out, struct err *e) MUST_CHECK;

json_t *others_json(const struct courier_report *r) NEVER_NULL;
/* What was brought; `always`: also that there was nothing. */
void others_print(struct cli *c, const struct courier_report *r, bool always);

#endif
