/*
 * trail_check.h - proves a file of the trail, without a database or a network.
 *
 * The file (docs/trail.md) is lines of text: key, and per epoch a signed head,
 * the leaves as they stand now with the hashes they were sealed with, and what
 * lies beside them. It is read line by line, so that ten million leaves need no
 * more memory than ten. What does not hold is told as a *finding*; reading goes
 * on, so that one changed row does not hide another.
 *
 * A *receipt* is the same file with one leaf and its inclusion proof.
 */
#ifndef PROTO_TRAIL_CHECK_H
#define PROTO_TRAIL_CHECK_H

#include "proto/note.h"

#define TRAIL_FIRST_LINE "casebridge trail 1"
/* A line is no longer than the largest leaf, its hash and some words. */
#define TRAIL_LINE_MOST (24 * 1024 * 1024)

struct trail_check;

/* Told of each finding (`bad`), and of what is declared and as it should be: a
 * sentence in English with ids and numbers only. */
typedef void trail_finding(void *ctx, bool bad, const char *sentence);

/* `key` is the one that counts; the file's own says nothing. */
struct trail_check *trail_check_new(
	const struct note_key *key, trail_finding *tell, void *ctx) NEVER_NULL;
void trail_check_free(struct trail_check *TAKES c);

/* A head somebody kept: what the file holds must go on from it. Before the
 * first line. ERR_BAD_INPUT as note_read(); at most 4096. */
bool trail_check_pin(
	struct trail_check *c, struct str note, struct err *e) MUST_CHECK;

/* The next line, without its end. ERR_BAD_INPUT: not such a file, `field` says
 * what is wrong; nothing more is to be given then. */
bool trail_check_line(
	struct trail_check *c, struct str line, struct err *e) MUST_CHECK;

struct trail_result {
	uint64_t findings;
	int64_t epochs;
	int64_t leaves; /* recomputed */
	int64_t open;   /* events not sealed yet */
	bool whole;     /* from the first leaf to the last */
	bool receipt;
	struct note_head head; /* the newest */
};
/* After the last line. ERR_BAD_INPUT: the file is cut off. */
bool trail_check_end(struct trail_check *c, struct trail_result *out,
	struct err *e) MUST_CHECK;

#endif
