/*
 * net.h - the line between stations and the centre: it loses, repeats, delays,
 * reorders and garbles, and others act while a request is on its way.
 */
#ifndef TESTS_SIM_NET_H
#define TESTS_SIM_NET_H

#include "tests/sim/run.h"

/* The transport's send(); ctx is the station. */
bool net_send(void *ctx, const struct request *q, struct arena *mem,
	struct reply *out, struct err *e);
/* A request of anybody, over a good line; looks at what it did. */
bool net_centre(struct run *r, const struct caller *who,
	const struct request *q, struct arena *mem, struct reply *out);
/* Others act, perhaps, before this station goes on. */
void net_others(struct station *st);
/* Delivers what is late by now, or all of it. */
void net_late(struct run *r, bool all);

#endif
