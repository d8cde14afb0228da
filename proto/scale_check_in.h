/*
 * scale_check_in.h - what the files that check an instrument and its wording
 * share, and nobody else sees.
 *
 * A description is first held against the tables of its grammar; only what
 * follows that is looked at further, so that the rest may rely on it.
 */
#ifndef PROTO_SCALE_CHECK_IN_H
#define PROTO_SCALE_CHECK_IN_H

#include "proto/grammar.h"
#include "proto/scale_in.h"

#define SCALE_VALUE 9999 /* no answer or score is further from nought */
#define SCALE_TEXT  2000 /* characters of the longest text */
#define SCALE_LABEL 400  /* … of the words of an item or option */

struct scale_checking {
	const json_t *scale;
	const struct place *at; /* of the document being checked */
	struct mistakes *out;
};

/* The grammar of `scores`, and of the bands over them. */
extern const struct grammar scale_score_grammar;
extern const struct grammar scale_bands_grammar;
extern const struct grammar scale_alert_grammar;

/* At `at`, or at its `key` unless that is NULL. */
void scale_wrong(struct scale_checking *c, const struct place *at,
	const char *key, enum mistake_code code, const char *what,
	const char *accepts);
/* There is no option set `named`; which there are is told. */
void scale_no_options(struct scale_checking *c, const struct place *at,
	const char *key, const char *named);
/* How many of the first n members have `key` equal to `want`. */
size_t scale_occurs(
	const json_t *list, size_t n, const char *key, const char *want);
bool scale_has_item(const json_t *scale, const char *no);
/* `min` is not above `max`. */
void scale_order(
	struct scale_checking *c, const json_t *o, const struct place *at);

/* The scores and bands of the instrument or of one of its variants. */
void scale_check_scores(
	struct scale_checking *c, const json_t *way, const struct place *at);
void scale_check_alerts(struct scale_checking *c);

#endif
