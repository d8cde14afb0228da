/*
 * handover.h - one key of the seal hands over to the next, and what is trusted
 * for that.
 *
 *   casebridge/6f1e…/key          of which log
 *   3                             the newest head the first key signed: epoch,
 *   20852163                      leaves,
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *   casebridge/6f1e…+a1b2c3d4+AZ… the key that hands over
 *   casebridge/6f1e…+0d4e5f60+AY… the key that takes over
 *   2026-11-22T18:30:00.000Z
 *                                 (a blank line)
 *   — casebridge/6f1e… Az3grl…    signed by the one
 *   — casebridge/6f1e… DW9pYh…    and by the other
 *
 * Whoever pinned a key of such a chain trusts all of it, each key for the heads
 * of its time: what the first signs after the hand-over counts for nothing, so
 * it may be stolen then.
 */
#ifndef PROTO_HANDOVER_H
#define PROTO_HANDOVER_H

#include "proto/note.h"

#define HANDOVERS_MOST 40   /* of a log */
#define HANDOVER_BYTES 1024 /* of one */

struct handover {
	struct note_key from, to;
	struct note_head last; /* at_ms: of the hand-over */
};

char *handover_write(const struct handover *h,
	const unsigned char from[ED25519_KEY],
	const unsigned char to[ED25519_KEY], struct arena *mem) NEVER_NULL;
/* Reads and verifies both signatures. ERR_BAD_INPUT on `handover`. */
bool handover_read(
	struct str text, struct handover *out, struct err *e) MUST_CHECK;
/* The next of several in a text, with empty lines around them: p NULL when
 * there is none. What is no hand-over is one that handover_read() refuses. */
struct str handover_next(struct str *rest) MUST_CHECK;

/* Keys of a log, oldest first. */
struct key_chain {
	struct note_key key[HANDOVERS_MOST + 1];
	struct note_head last[HANDOVERS_MOST]; /* of all but the newest */
	size_t n;
};

void chain_begin(struct key_chain *c, const struct note_key *first);
/* False when the newest does not hand over in it, or after there were too many.
 */
bool chain_add(struct key_chain *c, const struct handover *h) MUST_CHECK;
const struct note_key *chain_newest(const struct key_chain *c) NEVER_NULL;
bool chain_has(const struct key_chain *c, const struct note_key *k) MUST_CHECK;
bool same_key(const struct note_key *a, const struct note_key *b) MUST_CHECK;
/* note_read() with the key whose time it is; another one's is an error on
 * `key`. */
bool chain_read(const struct key_chain *c, struct str note,
	struct note_head *out, struct err *e) MUST_CHECK;

#endif
