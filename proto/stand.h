/*
 * stand.h - how a letter stands for one reader: which side of it they are on,
 * whose turn it is, what they may do next, and what the clock says.
 *
 * A list of letters is worth reading only when it says who waits for whom. The
 * command line, the station's pages and the centre's all ask here, so that the
 * same letter is late in all three or in none.
 */
#ifndef PROTO_STAND_H
#define PROTO_STAND_H

#include "proto/calendar.h"
#include "proto/record.h"
#include "proto/steps.h"

/* Who asks, and when. */
struct stand_for {
	struct uuid site;
	struct uuid staff;
	const struct calendar *cal;
	int64_t now; /* ms since 1970 */
};

struct stand {
	const char *status; /* in the body; "" for none */
	int sides;          /* of the reader */
	int may;            /* the sides whose steps they may take */
	int turn;           /* whose turn it is; 0: nobody's */
	bool ended;         /* nobody has anything left to do */
	bool clock;         /* an answer is owed by due_at */
	int64_t due_at; /* ms since 1970; of a day, the end of it in China */
	bool late;
	int64_t late_by; /* working days of a referral, hours of a request */
};

/* `kase` is the body of the case it is about, where the reader sees it: its
 * home site may take the sender's steps (steps_home()). NULL: not seen, or
 * none. */
void stand_of(const char *type, const struct uuid *site, const json_t *body,
	const json_t *kase, const struct stand_for *who, struct stand *out);

/* Whether the next step is this reader's. */
bool stand_is_ours(const struct stand *s);

/* {"direction","turn","turn_of","ended","late","due_at"?,"late_by"?,"next"} of
 * docs/wire.md "Letters". A new reference. */
json_t *stand_json(const char *type, const struct stand *s) NEVER_NULL;

/* Takes out of a letter's body what a list does without: its long texts. */
void stand_shorten(json_t *body);
/* Whether such an answer is a request that waits for somebody of the reader's
 * site to take it up (proto/capacity.h proposes who). */
bool stand_wants_hands(const json_t *answer);

#endif
