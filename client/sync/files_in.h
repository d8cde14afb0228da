/*
 * files_in.h - what sending and fetching share: a store that may be closed
 * while bytes travel, and the line they travel on.
 */
#ifndef CLIENT_SYNC_FILES_IN_H
#define CLIENT_SYNC_FILES_IN_H

#include "client/sync/files.h"

#define ANSWER_BYTES ((size_t)1 << 20) /* of an answer that is no file */

struct trip {
	struct store *s; /* NULL while it is closed */
	struct transport *line;
	const struct files_hooks *hooks;
	struct files_report *report; /* NULL when fetching */
	const char *token;
};

void trip_let_go(struct trip *t);
/* True at once when it is open. */
bool trip_take(struct trip *t, struct err *e) MUST_CHECK;
void trip_progress(const struct trip *t, int64_t done, int64_t size);
/* A JSON answer; ERR_VOID_PAGE when it is none. */
json_t *trip_json(
	const struct reply *a, struct arena *mem, struct err *e) MUST_CHECK;

#endif
