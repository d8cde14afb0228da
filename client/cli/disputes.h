/*
 * disputes.h - the conflicts that wait for a person, as the person meets them:
 * both values, who wrote them, when and where, what each had seen, and what
 * stands by now.
 */
#ifndef CLIENT_DISPUTES_H
#define CLIENT_DISPUTES_H

#include "client/cli/desk.h"

struct dispute {
	struct seen r;             /* the conflict itself */
	const struct rtype *about; /* NULL: a type this program does not know */
	struct seen target;        /* the record it is about, when `here` */
	bool here;
	json_t *now; /* what stands in its fields now, null where nothing */
	bool moved;  /* no longer what stood when the conflict arose */
};

typedef void disputes_fn(struct desk *d, const struct dispute *x, void *ctx);

/* Open conflicts this person may come to settle: those of the directory are
 * its administrators'. Also what waits to be sent counts as settled. */
bool disputes_each(
	struct desk *d, disputes_fn *fn, void *ctx, struct err *e) MUST_CHECK;

/* Which record: "QQ-2025-001 王建明 · Need · 2026-11-20". */
const char *dispute_record(struct desk *d, const struct dispute *x) NEVER_NULL;
/* Three lines: which field of which record, mine, theirs; and what a person
 * must know besides. */
void dispute_print(struct desk *d, const struct dispute *x);
/* The record's body, with what stands now. New reference. */
json_t *dispute_json(const struct dispute *x) NEVER_NULL;

/* What was kept beside a signed record, one line each; as JSON an array of
 * conflict bodies, new reference. */
void addenda_print(struct desk *d, const struct seen *r);
json_t *addenda_json(struct desk *d, const struct seen *r) NEVER_NULL;

/* The values of these fields, for people; of what this program does not know
 * as they stand. */
const char *dispute_values(struct desk *d, const struct rtype *t,
	const json_t *fields, const json_t *from) NEVER_NULL;
/* Whoever a body names there: "徐雅倩", or a short id. */
const char *dispute_who(
	struct desk *d, const json_t *body, const char *key) NEVER_NULL;
/* When, as a Chinese clock shows it; "" when it says nothing. */
const char *dispute_when(
	struct desk *d, const json_t *body, const char *key) NEVER_NULL;

#endif
