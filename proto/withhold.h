/*
 * withhold.h - a restricted record among others.
 *
 * Who may read one is told with its case that it is there, of which kind and
 * day it is and whose; what was written in it is handed out to a request for
 * that record alone, with a proof of who asks that is some minutes old at most,
 * and that is a reading of its own on the trail. Both programs
 * answer so: the centre to the web app, a station to its pages.
 */
#ifndef PROTO_WITHHOLD_H
#define PROTO_WITHHOLD_H

#include "proto/record.h"

/* Whether a body of this class is told on its own request only. */
bool withholds(int cls);

/* What is told of such a body with others; in mem. */
json_t *withheld_body(const struct rtype *t, const json_t *body,
	struct arena *mem) NEVER_NULL;

/* Puts that in the place of the body and its hash, in mem, and marks the
 * record; one that is not restricted stays as it is. */
void record_withhold(struct record *r, struct arena *mem);

#endif
