/*
 * notary.h - seals the trail: a process of its own, `casebridged seal`.
 *
 * Once a second it takes the events and commits that lie below the oldest
 * transaction still running, makes them leaves of a hash tree (proto/tree.h,
 * proto/trail.h), reads rows and hashes again, and signs the new head when it
 * goes on from the last. Its role in the database may read the trail and write
 * the tree; its key and what it remembers of its last head lie in seal-dir,
 * which neither the daemon nor the database can read.
 *
 * So the database is believed nothing: a head that is gone, a tree that is
 * another, a row that is not what was sealed are findings, kept in the database
 * and told in the log, and after the first two nothing is signed any more. Only
 * a new epoch of the log that an operator confirmed begins a tree anew, with a
 * leaf that says what the last one came to.
 */
#ifndef SERVER_NOTARY_H
#define SERVER_NOTARY_H

#include "server/config.h"

#include <stdio.h>

/* Makes seal-dir, key and name of the log when they are missing. *line is the
 * key as it is pinned, *made whether it is new. */
bool notary_init(const struct config *c, struct arena *mem, const char **line,
	bool *made, struct err *e) MUST_CHECK;

struct notary;
/* Reads key and memory, connects as the role of the sealer, and takes the lock
 * of which there is one. ERR_USAGE or ERR_BUSY say why not. */
struct notary *notary_open(const struct config *c, struct err *e) MUST_CHECK;
void notary_free(struct notary *TAKES n);

struct notary_turn {
	int64_t epoch;
	int64_t size;     /* leaves in the tree after it */
	int64_t sealed;   /* of them in this turn */
	int64_t looked;   /* sealed rows read again */
	int64_t findings; /* new ones */
	bool refused;     /* nothing is signed: the log says why */
	bool waits;       /* the log's epoch is not confirmed */
	bool more;        /* there is more to seal at once */
};
/* One turn. False: the database is away or did not do what it was told; nothing
 * was sealed. */
bool notary_turn(
	struct notary *n, struct notary_turn *out, struct err *e) MUST_CHECK;
/* Reads every leaf of the tree again and compares. */
bool notary_recheck(
	struct notary *n, struct notary_turn *out, struct err *e) MUST_CHECK;

/* Another key takes over from the one that signed so far, behind what was
 * sealed in the last turn; then the notary is at its end. *line is the new key
 * as it is pinned. */
bool notary_rotate(struct notary *n, struct arena *mem, const char **line,
	struct err *e) MUST_CHECK;

/* What of the trail is written into a file (proto/trail_check.h). */
struct notary_export {
	int64_t from_ms, to_ms; /* both 0: all of it */
	int64_t older;          /* also the proof from that size; 0: none */
	const char *key_line;   /* the key as it is pinned */
	const char *handovers;  /* of the keys before */
	int64_t leaves, open;   /* what was written */
};
bool notary_export(const struct config *c, struct notary_export *x, FILE *out,
	struct err *e) MUST_CHECK;

#endif
