/*
 * sync_run.h - one sync as the program does it: the round, the files after it,
 * and what is said of them. `casebridge sync` runs it once, --watch again and
 * again (watch.c).
 */
#ifndef CLIENT_SYNC_RUN_H
#define CLIENT_SYNC_RUN_H

#include "client/cli/carry.h"
#include "client/cli/pause.h"

struct sync_run {
	struct desk *d;
	struct transport *t;
	struct sync_hooks hooks;
	struct progress bar;
	struct pauses pauses;
	const char *key;
	bool may_let_go; /* the store may be closed while bytes travel */
	/* While news is awaited: the store as it was when it was closed, and
	 * whether something made the waiting end. */
	bool listening;
	struct place_stamp stamp;
	bool disturbed;
	/* of the last run */
	bool matched;
	bool moved; /* anything at all */
};

bool sync_run_begin(
	struct cli *c, struct sync_run *s, struct err *e) MUST_CHECK;
/* `quiet`: says nothing when nothing moved and the two ends agree. */
bool sync_run_once(struct cli *c, struct sync_run *s, bool quiet,
	struct err *e) MUST_CHECK;

/* Goes on until a signal comes; true then. */
bool sync_watch(struct cli *c, struct sync_run *s, struct err *e) MUST_CHECK;

#endif
