/*
 * files.h - bytes of files on their way, after the records.
 *
 * Neither blocks the other: records are exchanged first, and while bytes travel
 * the store may be closed, so that a long recording keeps nobody from working.
 * Both ways go on where they were cut, today or next week: up, the centre says
 * how much it has; down, what is here says it.
 */
#ifndef CLIENT_SYNC_FILES_H
#define CLIENT_SYNC_FILES_H

#include "client/store/files.h"
#include "client/sync/transport.h"

struct files_hooks {
	void *ctx;
	/* Closes the store, and opens it again (NULL with *e when that fails).
	 * Both NULL: it stays open. */
	void (*let_go)(void *ctx);
	struct store *(*take)(void *ctx, struct err *e);
	/* Bytes of one file so far; NULL when nobody looks. */
	void (*progress)(void *ctx, int64_t done, int64_t size);
};

struct files_report {
	int64_t sent;
	int64_t refused; /* the centre will never take them */
	int64_t waiting; /* still */
	int64_t bytes;   /* sent now */
};

/*
 * Sends what waits, the newest first. A file the centre will never take is
 * marked, with the reason, and the next one goes; anything else that stands in
 * the way ends it: false, with what it was. Afterwards the store is open unless
 * `take` failed.
 */
bool files_send(struct store *s, struct transport *t,
	const struct files_hooks *hooks, struct files_report *report,
	struct err *e) MUST_CHECK;

/*
 * Fetches a file and keeps it; its size need not be known. True at once when it
 * is here. ERR_FILE_AWAY when the centre does not have it or no longer gives
 * it, ERR_FILE_MISMATCH when what came is not the file (nothing of it stays).
 */
bool files_fetch(struct store *s, struct transport *t,
	const struct files_hooks *hooks, const struct file_about *about,
	struct err *e) MUST_CHECK;

#endif
