/*
 * whole.h - one whole round, the same for every way it is asked for: the store
 * made known, records, files, what was put off for them, what nobody here can
 * mend any more handed in, and what is left of withdrawn cases removed.
 */
#ifndef CLIENT_WHOLE_H
#define CLIENT_WHOLE_H

#include "client/sync/engine.h"
#include "client/sync/files.h"

struct whole_hooks {
	void *ctx;
	/* The store as it is now, or NULL while it is closed. NULL hook: it is
	 * the one the round began with. */
	struct store *(*now)(void *ctx);
	/* Records begin to move, or have ended to: in between the store may be
	 * closed while bytes travel. May be NULL. */
	void (*moving)(void *ctx, bool begun);
	/* A round of records broke off, the n-th in a row that brought nothing:
	 * whether to go on, after a pause. NULL: no. */
	bool (*again)(void *ctx, int n, const struct sync_report *r,
		const struct err *e);
	/* Somebody ended it. May be NULL. */
	bool (*stopped)(void *ctx);
};

struct whole {
	struct store *s;
	struct transport *t;
	const struct sync_hooks *records;
	const struct files_hooks *files;
	const struct whole_hooks *hooks;
	/* what became of it */
	struct sync_report r;
	struct files_report f;
	struct err files_why; /* code NONE: nothing stood in the way */
};

/*
 * As sync_round(); what stands in the way of a file does not make it fail.
 * Files go, and what is stuck is handed in, also when the centre would not take
 * some of the changes at all.
 */
bool whole_round(struct whole *w, struct err *e) MUST_CHECK;

/*
 * Makes a store that is registered known beyond that: others may carry its
 * work, and half of what opens it lies with the centre. What fails is done by
 * the next round.
 */
void whole_introduce(struct store *s, struct transport *t);

#endif
