/*
 * trail_check_in.h - inside trail_check.c, trail_epoch.c and trail_seq.c only.
 */
#ifndef PROTO_TRAIL_CHECK_IN_H
#define PROTO_TRAIL_CHECK_IN_H

#include "proto/handover.h"
#include "proto/trail.h"
#include "proto/trail_check.h"
#include "proto/trail_seq.h"
#include "proto/tree.h"

/* What is read of the epoch the lines are in. */
struct epoch {
	int64_t no; /* 0: none yet */
	bool has_head, has_range, is_receipt, in_right, closed;
	struct note_head head;
	int64_t from, to, next; /* leaves */
	struct tree_part part[2 * TREE_PROOF_MOST];
	size_t left_n, left_at; /* of what lies beside them */
	struct tree_edge edge;
	struct tree_proof path;
	struct sha256 single; /* a receipt's leaf */
	bool has_reason;
	struct sha256 reason;
	bool starts; /* its first leaf was read, and says: */
	int64_t before, seen_size, left_size;
	struct sha256 seen_root, left_root, said_reason;
	int64_t last_xid; /* of what is sealed */
};

/* A head somebody kept. */
struct pin {
	struct note_head head;
	const char *unread; /* until it is known which keys count */
	bool held; /* it was found to be right, or its loss was declared */
	bool told; /* … or wrong */
};

struct leaf_line {
	int64_t index;
	char kind; /* e, c, s; ?: nobody knows what it was */
	int64_t no;
	struct sha256 sealed;
	struct str bytes; /* p NULL: the row is gone */
};

struct trail_check {
	struct note_key key, own; /* that was given; the newest of the file */
	struct key_chain chain;
	bool handed, settled;
	trail_finding *tell;
	void *ctx;
	struct sha256_run *sha;
	struct arena *mem;
	struct arena *line; /* of one line */
	int64_t lines;
	bool ended, in_note, in_handover, signed_once;
	char note[HANDOVER_BYTES];
	size_t note_n;
	struct epoch epoch;
	int64_t before_no; /* the epoch read before this one */
	int64_t before_size;
	struct sha256 before_root;
	struct seq_table seqs;
	struct pin *pin;
	size_t pins, pin_next;
	struct trail_result result;
};

void trail_tell(struct trail_check *c, bool bad, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* The key of the file, and one that handed over before (trail_keys.c). */
bool keys_first(
	struct trail_check *c, struct str key, struct err *e) MUST_CHECK;
bool keys_handover(
	struct trail_check *c, struct str text, struct err *e) MUST_CHECK;
/* All of them are known. */
bool keys_settle(struct trail_check *c, struct err *e) MUST_CHECK;

void epoch_open(struct trail_check *c, int64_t no);
void epoch_leaf(struct trail_check *c, const struct leaf_line *l);
/* An event that is not sealed yet. */
void open_event(struct trail_check *c, struct str bytes);
/* Says what its leaves come to; a second time nothing. */
void epoch_close(struct trail_check *c);

/* By epoch and size. */
void pins_sort(struct trail_check *c);
/* The edge stands at a size: who kept a head of that one? */
void pins_pass(struct trail_check *c);
/* A consistency proof from an older size to the head. */
void pins_prove(
	struct trail_check *c, int64_t size, const struct tree_proof *p);
/* The epoch is closed: which of its heads are left? */
void pins_close(struct trail_check *c);
/* A later epoch says what was lost of an earlier one. */
void pins_declare(struct trail_check *c);
void pins_finish(struct trail_check *c);

#endif
