/*
 * carry.h - files on their way, for the verbs that move them: the desk's store
 * is closed and unlocked while bytes travel, and a line on the terminal says
 * how far they are.
 */
#ifndef CLIENT_CARRY_H
#define CLIENT_CARRY_H

#include "client/cli/desk.h"
#include "client/cli/progress.h"
#include "client/sync/files.h"

struct carry {
	struct desk *d;
	struct progress *bar;
	struct files_hooks hooks;
};

void carry_begin(struct carry *k, struct desk *d, struct progress *bar);

/* "1.2": megabytes, for people. */
const char *carry_size(struct cli *c, int64_t bytes) NEVER_NULL;

struct carry_counts {
	int64_t here;
	int64_t waiting;
	int64_t waiting_bytes;
	int64_t refused;
};
struct carry_counts carry_count(const struct store *s);

#endif
