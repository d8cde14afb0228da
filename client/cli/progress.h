/*
 * progress.h - one line on the terminal while a sync runs.
 */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include "client/cli/cli.h"
#include "client/sync/engine.h"

struct progress {
	struct cli *c;
	bool shown;           /* a line stands on the terminal */
	bool announced;       /* what is to come was said */
	int64_t bytes, units; /* of earlier rounds of this sync */
	int64_t began_ms;
	int64_t drawn_ms;
	struct sync_report last;
	size_t page_bytes; /* of the page coming in */
	int64_t file_done; /* of the file on its way */
};

/* What is still to come and how long it takes, as a sentence. */
const char *progress_estimate(
	struct cli *c, const struct sync_report *r) NEVER_NULL;

/* Draws nothing when standard error is no terminal, or with --json. */
void progress_begin(struct progress *p, struct cli *c);
/* Hooks of engine and transport; ctx is the progress. */
void progress_report(void *ctx, const struct sync_report *r);
void progress_bytes(void *ctx, size_t bytes);
/* Bytes of a file that travels. */
void progress_file(struct progress *p, int64_t done, int64_t size);
/* Takes the line away. */
void progress_end(struct progress *p);

#endif
