/*
 * letters.h - the letters of a station: whose turn it is, what the clock says,
 * what waits here for an answer.
 *
 * A referral or a request is read with the side of whoever is signed in
 * (proto/stand.h): what a person may do next, and whether anybody waits for
 * them, follows from it.
 */
#ifndef CLIENT_LETTERS_H
#define CLIENT_LETTERS_H

#include "client/cli/desk.h"
#include "proto/stand.h"

struct letter {
	struct seen s;
	struct stand at;
};

/* One that is at hand. */
void letter_read(struct desk *d, const struct seen *s, struct letter *out);
/* Every letter of a type, what is owed first in front, the rest newest first.
 * Belongs to the cli's memory. */
bool letters_read(struct desk *d, const char *type, struct letter **out,
	size_t *n, struct err *e) MUST_CHECK;

/* Whether the next step is this side's. */
bool letter_is_ours(const struct letter *l);
/* "2026-11-27", "2026-11-20  2 working days late", "" */
const char *letter_clock(struct desk *d, const struct letter *l);
/* What stands beside the body in --json: id, site, case, direction, turn … */
json_t *letter_json(struct desk *d, const struct letter *l) NEVER_NULL;
/* A letter of that type, by id or its beginning. */
bool letter_pick(struct desk *d, const char *typed, const char *type,
	struct letter *out, struct err *e) MUST_CHECK;

/* ---- what waits here ---- */

struct letters_waiting {
	int64_t referrals; /* to be answered by us … */
	int64_t referrals_late;
	const char *referral_due; /* … the first of them by this day, or NULL */
	int64_t acknowledgements; /* returned, failed, declined: to be seen */
	int64_t requests;         /* to be taken up … */
	int64_t requests_late;
	int64_t request_due; /* … the first of them by this moment, or 0 */
};

bool letters_waiting(
	struct desk *d, struct letters_waiting *out, struct err *e) MUST_CHECK;
json_t *letters_waiting_json(const struct letters_waiting *w) NEVER_NULL;
/* A line each for what there is; nothing when nothing waits. */
void letters_waiting_print(struct desk *d, const struct letters_waiting *w);

/* ---- steps that were not taken ---- */

/* The parked changes there are now; what comes after them is news. */
json_t *letters_parked(struct desk *d) NEVER_NULL;
/* Tells of every step on a letter that was parked since because somebody else
 * had decided: printed, or as an array for --json. */
json_t *letters_told(struct desk *d, const json_t *before) NEVER_NULL;

#endif
