/*
 * queue.h - the cases of one person's care groups in the order in which they
 * want reviewing: who is in danger first, and with each why it stands there,
 * what others changed since that person's last review, and how it goes with
 * the medicine.
 *
 * A review here is one person's look at one case: a record `review` of the kind
 * QUEUE_KIND, signed by its author. How much of the case was looked at is
 * written in it (`seen`, a commit number), because what arrives while somebody
 * writes was not looked at. The order is the table of queue.def. The centre
 * asks its tables, a station its store; what follows from the records is
 * reckoned here, so both say the same.
 */
#ifndef PROTO_QUEUE_H
#define PROTO_QUEUE_H

#include "proto/record.h"

/* The kind of a review that is one person's own look at a case. */
#define QUEUE_KIND "case_review"
/* True for such a review: it is no meeting, and counts as none. */
bool queue_is_own(const struct rtype *t, const json_t *body);

/* More cases than these are not folded for one person: the first that are
 * added are, and the answer says how many were left out. So many lines, those
 * in most danger first, are looked through for them. */
#define QUEUE_CASES_MAX 200
#define QUEUE_LINES_MAX 1000
/* Rows of an answer, when nothing is asked and at most. */
#define QUEUE_LIMIT 100

struct queue;

/* For this member of staff, on this day. */
struct queue *queue_begin(const struct catalogue *c, const struct uuid *staff,
	const struct date *today, struct arena *mem) NEVER_NULL;
/* Adds a case by its line (docs/wire.md "Summary"), which must outlive the
 * queue. All cases come before the first record. Ended ones are left out. */
void queue_case(
	struct queue *q, const struct uuid *case_id, const json_t *line);
/* How many cases were taken, and their ids, in order of id. Once, before the
 * first record. */
const struct uuid *queue_cases(struct queue *q, size_t *n);
/* True when the body of such a record is looked at; of others only the
 * envelope is, and they may come without. */
bool queue_reads(const struct rtype *t);
/*
 * Adds a record of the case, or a letter about it. `by_site` is the site of who
 * wrote its newest version; nil: not known. Order does not matter; `body` must
 * outlive the queue.
 */
void queue_add(struct queue *q, const struct uuid *case_id,
	const struct record *r, const json_t *body, const struct uuid *by_site);

/*
 * The answer docs/wire.md "The review queue" describes, from behind the case
 * `after` ("": from the first). `unseen`: cases whose lines were not even
 * added. Belongs to the queue's arena.
 */
json_t *queue_end(struct queue *q, const char *after, size_t limit,
	int64_t unseen) NEVER_NULL;

#endif
