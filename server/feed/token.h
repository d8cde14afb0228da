/*
 * token.h - a replica's place in the log, as the opaque text it keeps.
 *
 * Closed: everything up to `from` is held. Open: inside a round of deltas up
 * to `upto`, of which the units up to `after` have been sent. The text is no
 * authority: what may be seen is recomputed for every page.
 */
#ifndef SERVER_FEED_TOKEN_H
#define SERVER_FEED_TOKEN_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/uuid.h"

struct token {
	int64_t epoch;
	int64_t from;
	int64_t upto; /* 0: closed */
	struct uuid after;
};

char *token_write(const struct token *t, const unsigned char key[32],
	struct arena *mem) NEVER_NULL;
/* "" is the beginning. ERR_BAD_TOKEN for anything we did not write. */
bool token_read(const char *text, const unsigned char key[32],
	struct arena *mem, struct token *out, struct err *e) MUST_CHECK;

#endif
