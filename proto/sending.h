/*
 * sending.h - exactly what a referral sends, to whom, on which consent.
 *
 * Shown before anything leaves (Personal Information Protection Law, article
 * 23: the recipient, the purpose and the kinds of information are told). The
 * letter itself goes in any case; what of the case opens when it is accepted
 * is what it lists and a consent covers, class by class.
 */
#ifndef PROTO_SENDING_H
#define PROTO_SENDING_H

#include "proto/record.h"

#define SENDING_CLASSES 5

struct sending_run;

struct sending {
	const json_t *body;   /* of the referral, as it would be sent */
	bool consented;       /* a consent in force covers the site … */
	struct uuid consent;  /* … this one covers most of it */
	const json_t *basis;  /* its body */
	int asked;            /* class bits: what the letter lists, and core */
	int covered;          /* what the consents in force cover together */
	const json_t *client; /* the body of the case's person, or NULL */
	int64_t records[SENDING_CLASSES]; /* in the case, by class */
	int64_t tasks;  /* open ones that move with a hand-over … */
	int64_t visits; /* … and arranged visits */
};

/* The classes in the order of the code list record_class. */
const char *sending_class(size_t i);
int sending_bit(size_t i);

/*
 * `body` is the referral's and needs to_site (ERR_MISSING), which is not the
 * own site's (ERR_BAD_INPUT). `own` is the site it comes from, as text.
 */
struct sending_run *sending_begin(const struct uuid *case_id,
	const json_t *body, const char *own, const struct date *today,
	struct arena *mem, struct err *e) MUST_CHECK;
/* Any record of the case, its person, and staff (who may have open tasks);
 * others are passed over. `body` must outlive the run; order does not matter.
 */
void sending_add(
	struct sending_run *run, const struct record *r, const json_t *body);
/* Once, after the last record. */
void sending_end(struct sending_run *run, struct sending *out);

/*
 * Puts into `body` whom it is about and what it rests on: the client's name
 * unless `nameless`, the telephone only where the client consents to being
 * known there, the consent. What the writer set stands.
 */
void sending_name(const struct sending *s, bool nameless, json_t *body);

/* {"consent","opens":{class:n},"stays_closed":{class:n},"tasks","visits"}; a
 * new reference. */
json_t *sending_json(const struct sending *s) NEVER_NULL;

#endif
