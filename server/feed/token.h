/*
 * token.h - a replica's place in the log, as the opaque text it keeps.
 *
 * Closed: everything up to `from` is held. Open: inside a round of deltas up
 * to `upto`, of which the units up to `after` have been sent. In parts: of the
 * unit `after`, in one incarnation, everything up to a place in the log. The
 * text is no authority: what may be seen is recomputed for every page.
 */
#ifndef SERVER_FEED_TOKEN_H
#define SERVER_FEED_TOKEN_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/uuid.h"

/* How far a unit is that is larger than a page. */
struct token_part {
	int64_t no;       /* parts sent; 0: none is under way */
	int64_t gen;      /* the incarnation they are of */
	int64_t csn, ord; /* of the last version sent */
	int64_t bytes;    /* of what was sent, for the totals */
};

struct token {
	int64_t epoch;
	int64_t from;
	int64_t upto; /* 0: closed */
	struct uuid after;
	struct token_part part;
};

char *token_write(const struct token *t, const struct uuid *replica,
	const unsigned char key[32], struct arena *mem) NEVER_NULL;
/* "" is the beginning. ERR_BAD_TOKEN for anything we did not write for this
 * replica. */
bool token_read(const char *text, const struct uuid *replica,
	const unsigned char key[32], struct arena *mem, struct token *out,
	struct err *e) MUST_CHECK;

#endif
