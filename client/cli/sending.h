/*
 * sending.h - exactly what a referral sends, to whom, on which consent.
 *
 * Shown before anything leaves (Personal Information Protection Law, article
 * 23: the recipient, the purpose and the kinds of information are told). The
 * letter itself goes in any case; what of the case opens when it is accepted
 * is what it lists and a consent covers, class by class.
 */
#ifndef CLIENT_SENDING_H
#define CLIENT_SENDING_H

#include "client/cli/desk.h"

#define SENDING_CLASSES 5

struct sending {
	struct uuid case_id;
	const json_t *body;  /* of the referral, as it will be sent */
	bool consented;      /* a consent in force covers the site … */
	struct seen consent; /* … this one covers most of it */
	int asked;           /* class bits: what the letter lists, and core */
	int covered;         /* what the consents in force cover together */
	int64_t records[SENDING_CLASSES]; /* in the case, by class */
	int64_t tasks;  /* open ones that move with a hand-over … */
	int64_t visits; /* … and arranged visits */
};

/* Of a case at hand; `body` needs to_site. */
bool sending_read(struct desk *d, const struct uuid *case_id,
	const json_t *body, struct sending *out, struct err *e) MUST_CHECK;
void sending_print(struct desk *d, const struct sending *s);
json_t *sending_json(struct desk *d, const struct sending *s) NEVER_NULL;

#endif
