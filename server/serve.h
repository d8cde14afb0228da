/*
 * serve.h - the daemon itself.
 */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/admin/call.h"

/*
 * Serves until SIGTERM or SIGINT, then lets running requests finish for at
 * most 30 seconds; SIGHUP reads the certificates again. Refuses to start, with
 * the first reason in *e, on anything that would break a promise.
 */
bool serve(struct call *c, struct err *e);
/* Everything serve() looks at before it listens, and nothing else. */
bool serve_check(struct call *c, struct err *e);

#endif
