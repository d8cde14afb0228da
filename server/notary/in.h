/*
 * in.h - inside server/notary only: what it remembers, its tiles, and the parts
 * of a turn.
 */
#ifndef SERVER_NOTARY_IN_H
#define SERVER_NOTARY_IN_H

#include "proto/handover.h"
#include "proto/trail.h"
#include "proto/trail_seq.h"
#include "proto/tree.h"
#include "server/audit/audit.h"
#include "server/audit/tiles.h"
#include "server/db/db.h"
#include "server/notary/notary.h"

#define BATCH     8192
#define SCRUB     256
#define PAST_MOST INT64_C(1000000000) /* connections */
#define SEQS_MOST 300 /* of each generation: seal.state stays below 64 KiB */

/* ---- what is remembered beside the key ---- */

struct memory {
	int64_t epoch; /* 0: nothing was sealed yet */
	int64_t began_us;
	struct tree_edge edge;
	/* The place of the last leaf: transaction, event (0) or commit (1), its
	 * number. */
	int64_t xid, kind, no;
	int64_t scrub; /* the next leaf to look at again */
	/* Connections, newer and older; those of neither are in seal.past,
	 * which has that many rows. */
	struct seq_table seqs, seqs_before;
	int64_t past;
	/* The marks of so many leaves were looked at: fewer than the tree has
	 * when the process ended between the two. */
	int64_t marked;
};

bool memory_read(const char *dir, struct memory *out, bool *found,
	struct err *e) MUST_CHECK;
bool memory_write(
	const char *dir, const struct memory *m, struct err *e) MUST_CHECK;
void memory_free(struct memory *m);

/* The key that signs, and those before it. */
struct keys {
	struct note_key key;
	unsigned char secret[ED25519_KEY];
	struct key_chain chain;
	char handovers[HANDOVERS_MOST * HANDOVER_BYTES + 1];
};
bool key_read(const char *dir, struct keys *out, struct err *e) MUST_CHECK;
/* Makes another key, which takes over behind that head. */
bool key_hand_over(const struct config *c, const struct keys *k,
	const struct note_head *last, struct arena *mem, const char **line,
	struct err *e) MUST_CHECK;

/* ---- tiles ---- */

/* Appends leaves: what was there of the right edge, and the tiles that change.
 */
struct tiles {
	struct db *db;
	struct arena *mem;
	int64_t epoch, size;
	struct tile *edge[TILE_LEVELS]; /* NULL: nothing at that level */
	struct tile **changed;
	size_t changed_n, changed_room;
};
bool tiles_open(struct tiles *t, struct db *db, struct arena *mem,
	int64_t epoch, int64_t size, struct err *e) MUST_CHECK;
/* At most 65536 before they are written. */
void tiles_add(struct tiles *t, const struct sha256 *leaf);
bool tiles_write(struct tiles *t, struct err *e) MUST_CHECK;

/* ---- rows ---- */

struct entry {
	int64_t kind; /* 0 event, 1 commit, 2 statement */
	int64_t no, xid;
	struct str bytes; /* p NULL: there is no such row */
	struct sha256 hash;
	struct uuid worker; /* of an event */
	int64_t seq, at_us;
	bool has_worker, is_own, mark_ok;
	bool imported; /* of another count of transactions: in no order */
};
/* Reads what the entries are about and fills the rest of each. */
bool entries_read(struct db *db, struct arena *mem, struct entry *x, size_t n,
	int64_t epoch, const unsigned char mark[32], struct err *e) MUST_CHECK;

struct notary {
	const struct config *conf;
	struct db *db;
	struct keys keys;
	unsigned char mark[32];
	struct memory mem;
	bool caught_up, refused;
	bool is_new; /* its memory is: what it finds sealed is the beginning */
};

/* A finding, into the database and the log. In a transaction of its own. */
bool notary_find(struct notary *n, const char *kind, int64_t leaf, int64_t no,
	struct notary_turn *out, struct err *e, const char *fmt, ...)
	PRINTF_LIKE(7, 8);

/* The leaves [from, to) and what they are about; *whole: they are all there. */
bool leaves_read(struct notary *n, struct arena *mem, int64_t from, int64_t to,
	struct entry *x, bool *whole, struct err *e) MUST_CHECK;
/* Looks at the leaves [from, to) again. */
bool notary_look(struct notary *n, int64_t from, int64_t to,
	struct notary_turn *out, struct err *e) MUST_CHECK;

/* Takes the lock of which there is one. */
bool notary_alone(struct db *db, struct err *e) MUST_CHECK;

/* ---- the marks of events (marks.c) ---- */

/* The next leaves that were sealed. False when a finding could not be kept, and
 * then they are looked at again; what was found of a batch is told after it is
 * sealed, because telling ends the transaction. */
bool marks_check(struct notary *n, const struct entry *x, size_t count,
	struct notary_turn *out, struct err *e) MUST_CHECK;
/* Those that were sealed when the process ended. */
bool marks_behind(
	struct notary *n, struct notary_turn *out, struct err *e) MUST_CHECK;
/* An epoch ends: its connections are of the past. */
bool marks_forget(const char *dir, struct memory *m, struct err *e) MUST_CHECK;

/* ---- connections that did not write for long (past.c) ---- */

struct past {
	int64_t epoch, last; /* 0: never heard of */
};
bool past_add(const char *dir, struct memory *m, const struct seq_table *t,
	struct err *e) MUST_CHECK;
bool past_find(const char *dir, const struct memory *m,
	const struct uuid *worker, struct past *out, struct err *e) MUST_CHECK;

/* ---- one batch (batch.c) ---- */

struct batch {
	struct arena *mem;
	struct entry *x;
	size_t n;
	int64_t epoch, began_us;
	bool imported; /* rows whose transactions are of another count */
	struct tree_edge edge; /* of the tree with these leaves */
	const char *reason;    /* of a statement */
};

/* Seals what comes next; nothing when there is nothing. */
bool batch_seal(struct notary *n, struct batch *b, struct notary_turn *out,
	struct err *e) MUST_CHECK;
/* Its two halves: leaves, tiles and head, read again and committed; and what
 * was sealed, which is remembered before anything else is. */
bool batch_store(struct notary *n, struct batch *b, struct err *e) MUST_CHECK;
bool batch_remember(
	struct notary *n, const struct batch *b, struct err *e) MUST_CHECK;

/* ---- what the database says (compare.c) ---- */

struct view {
	int64_t epoch; /* the log's */
	const char *why, *reason;
	int64_t base_csn, was_csn;
	bool confirmed, has_head, signed_by_us;
	struct note_head head; /* the newest of the epoch that is remembered */
	int64_t beyond;        /* leaves behind it */
};

bool notary_view(struct notary *n, struct arena *mem, struct view *out,
	struct err *e) MUST_CHECK;
/* Which epoch the database's newest head is of, for a memory that is new. */
bool notary_find_epoch(
	struct notary *n, struct arena *mem, struct err *e) MUST_CHECK;
/* Whether it is the tree we knew. *good: it may be sealed on. */
bool notary_compare(struct notary *n, const struct view *v,
	struct notary_turn *out, bool *good, struct err *e) MUST_CHECK;

/* Signs nothing any more, and finds `kind` the first time. */
bool notary_refuse(struct notary *n, const char *kind, struct notary_turn *out,
	struct err *e, const char *text) MUST_CHECK;

/* ---- a new epoch (epoch.c) ---- */

/* Begins it, or takes up one that was begun and not remembered. */
bool notary_begin_epoch(struct notary *n, const struct view *v, struct batch *b,
	struct notary_turn *out, struct err *e) MUST_CHECK;

#endif
