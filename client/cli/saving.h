/*
 * saving.h - a file that is there whole or not at all.
 *
 * It is written beside its place, readable by its owner alone, and then given
 * its name. It never takes the place of another one unless --yes says so.
 */
#ifndef CLIENT_SAVING_H
#define CLIENT_SAVING_H

#include "client/cli/cli.h"

struct saving {
	struct cli *c;
	const char *path; /* as typed */
	const char *made; /* where it is written */
	int fd;           /* -1: not begun, or ended */
};

/* ERR_NOT_SAVED with the system's words, or that there is one already. */
bool saving_begin(struct saving *s, struct cli *c, const char *path,
	struct err *e) MUST_CHECK;
bool saving_write(
	struct saving *s, const void *p, size_t n, struct err *e) MUST_CHECK;
/* Gives it its name. */
bool saving_end(struct saving *s, struct err *e) MUST_CHECK;
/* After a failure elsewhere: nothing is left of it. */
void saving_drop(struct saving *s);

#endif
