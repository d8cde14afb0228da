/*
 * scratch.h - a PostgreSQL cluster for one purpose, gone afterwards.
 *
 * Below a directory of mode 0700; it listens on a socket in there only, so that
 * nobody but this program's user (and PostgreSQL's, under root) reaches it. It
 * does not wait for the disk: nothing of it is kept.
 */
#ifndef SERVER_ADMIN_SCRATCH_H
#define SERVER_ADMIN_SCRATCH_H

#include "server/config.h"

struct scratch {
	const struct config *conf;
	struct arena *mem;
	const char *dir;
	const char *log;
	bool runs;
};

/* Makes and starts one below `place`. After a failure, too, scratch_end(). */
bool scratch_start(struct scratch *s, const struct config *c, const char *place,
	struct arena *mem, struct err *e) MUST_CHECK;
/* Roles and database of a checked backup directory. */
bool scratch_restore(
	struct scratch *s, const char *backup, struct err *e) MUST_CHECK;
/* How to connect to it as a role. */
const char *scratch_conninfo(
	const struct scratch *s, const char *role) NEVER_NULL;
/* Stops it and removes everything. */
void scratch_end(struct scratch *s);

#endif
