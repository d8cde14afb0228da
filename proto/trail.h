/*
 * trail.h - what is sealed: the canonical bytes of one thing on the trail.
 *
 *   u8 version (1) | u8 kind | u8 fields | per field: u32 length, bytes
 *
 * Lengths are big-endian; 0xffffffff is a field that is absent. Numbers and
 * times (microseconds since 1970) are 8 bytes, big-endian; ids 16 bytes, lists
 * of ids one after the other; hashes 32 bytes; the rest is UTF-8. docs/trail.md
 * has the fields of each kind in their order. A kind never changes: another
 * shape is another version.
 */
#ifndef PROTO_TRAIL_H
#define PROTO_TRAIL_H

#include "proto/base/err.h"
#include "proto/base/hash.h"
#include "proto/base/uuid.h"

enum trail_kind {
	TRAIL_EVENT = 1,  /* a row of audit.event */
	TRAIL_COMMIT = 2, /* a row of log.commit */
	TRAIL_EPOCH = 3,  /* why a trail begins anew: the first leaf of one */
	TRAIL_KINDS = 4
};

/* Fields by their place. */
enum {
	EVENT_ID,
	EVENT_AT,
	EVENT_XID,
	EVENT_ACTOR,
	EVENT_ROLE,
	EVENT_SITE,
	EVENT_SESSION,
	EVENT_DEVICE,
	EVENT_ACTION,
	EVENT_OUTCOME,
	EVENT_RECORDS,
	EVENT_WORKER,
	EVENT_SEQ,
	EVENT_MAC,
	EVENT_FIELDS
};
enum {
	COMMIT_CSN,
	COMMIT_AT,
	COMMIT_XID,
	COMMIT_ACTOR,
	COMMIT_DEVICE,
	COMMIT_REPLICA,
	COMMIT_KIND,
	COMMIT_N,
	COMMIT_LEAF,
	COMMIT_CHAIN,
	COMMIT_MOVED,
	COMMIT_FIELDS
};
enum {
	EPOCH_NO,
	EPOCH_AT,
	EPOCH_WHY,       /* a word of log.epoch.why */
	EPOCH_REASON,    /* SHA-256 of the operator's words */
	EPOCH_BASE_CSN,  /* the newest commit that still was there */
	EPOCH_WAS_CSN,   /* the newest that is known to have been */
	EPOCH_BEFORE,    /* the epoch that ended, 0: none */
	EPOCH_SEEN_SIZE, /* the last head of it that was signed … */
	EPOCH_SEEN_ROOT,
	EPOCH_LEFT_SIZE, /* … and what the restored database had of it */
	EPOCH_LEFT_ROOT,
	EPOCH_FIELDS
};
#define TRAIL_FIELDS EVENT_FIELDS /* the most */

struct trail_leaf {
	enum trail_kind kind;
	/* p NULL: absent */
	struct str field[TRAIL_FIELDS];
};

/* Leaves are bigger only when somebody means harm: 2^20 records. */
#define TRAIL_LEAF_MOST (16 * 1024 * 1024 + 4096)

/* The fields of a kind. */
size_t trail_fields(enum trail_kind kind);
/* Appends the bytes. */
void trail_leaf_write(const struct trail_leaf *l, struct buf *out);
/* Reads them; fields point into `bytes`. ERR_BAD_INPUT: not canonical, or of a
 * version or kind this program does not know. */
bool trail_leaf_read(
	struct str bytes, struct trail_leaf *out, struct err *e) MUST_CHECK;

/* A number as a field: eight bytes at `room`. */
struct str trail_int(int64_t v, unsigned char room[8]);
/* Of a field that trail_leaf_read() gave; 0 when absent. */
int64_t trail_int_of(struct str field);

#endif
