/*
 * saving.h - a file that is there whole or not at all.
 *
 * It is written beside its place, readable by its owner alone, and then given
 * its name. It takes the place of another one only where `over` says so, as
 * --yes does of most verbs.
 */
#ifndef CLIENT_SAVING_H
#define CLIENT_SAVING_H

#include "client/cli/cli.h"

struct saving {
	struct cli *c;
	const char *path; /* as typed */
	const char *made; /* where it is written */
	bool over;        /* what is there may go */
	int fd;           /* -1: not begun, or ended */
};

/* ERR_NOT_SAVED with the system's words, or that there is one already. */
bool saving_begin(struct saving *s, struct cli *c, const char *path, bool over,
	struct err *e) MUST_CHECK;
bool saving_write(
	struct saving *s, const void *p, size_t n, struct err *e) MUST_CHECK;
/* Gives it its name. */
bool saving_end(struct saving *s, struct err *e) MUST_CHECK;
/* After a failure elsewhere: nothing is left of it. */
void saving_drop(struct saving *s);
/* All three for what is at hand as a whole. */
bool saving_whole(struct cli *c, const char *path, bool over, struct str bytes,
	struct err *e) MUST_CHECK;

#endif
