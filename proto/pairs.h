/*
 * pairs.h - scores before and after, of the same person only.
 *
 * Among the scores of one person by the same ruler (instrument, version,
 * respondent) the first that is called baseline, else the first, and the last
 * that is not, on a later day, make a pair.
 */
#ifndef PROTO_PAIRS_H
#define PROTO_PAIRS_H

#include "proto/fold.h"
#include "proto/types.h"

/* One scored assessment. */
struct scored {
	const char *who; /* the person, or the participant */
	const char *respondent;
	const char *instrument;
	const char *version; /* of the way it was scored */
	const json_t *scale;
	double value;
	double top; /* the score `top_box`, or NAN */
	struct date day;
	bool baseline; /* said to be */
	struct uuid id;
};

/* A first and a last of the same person, instrument, version, respondent. */
struct pair {
	const struct scored *first, *last;
	int64_t n; /* how many there are between them, both included */
};

/* Whether two may be compared: same instrument, person, version, respondent. */
bool scored_alike(const struct scored *a, const struct scored *b);

/* Scores of entries that can be scored, sorted: those that may be
 * compared stand together, by their day. `who` is the field of the person,
 * `otherwise` who is meant when it is empty. */
size_t scores_of(const struct catalogue *c, const struct entries *l,
	const char *who, const char *otherwise, struct arena *mem,
	struct scored **out);
/* The pairs among them, in order of instrument, person and version. */
size_t pairs_of(const struct scored *list, size_t n, struct arena *mem,
	struct pair **out);
/* +1 for the better, -1 for the worse, 0 unchanged. */
int pair_way(const struct pair *p);

#endif
