/*
 * scale.h - scoring questionnaires from their description; no instrument has
 * code of its own.
 *
 * An instrument is a file of proto/scales: items with their options, which of
 * them are reversed, how each score is made, bands, alerts and variants. What a
 * person answered is kept as it was given, one number an item in the order of
 * the items (null: not answered), or, for an instrument with `goals`, one
 * [weight, level] pair a goal. Scores are always computed from that.
 *
 * How a score is made (`do`):
 *   sum      of the item values (all, or the `items` named); a reversed item
 *            counts min + max − answer of its options; an answer whose option
 *            is not `applicable` counts nothing
 *   count    how many answers are applicable
 *   add      the scores named in `of`
 *   times    the score `of` × `by`, then `rounding`: none, floor or half_up
 *   goal_t   goal attainment T (Kiresuk and Sherman 1968):
 *            50 + 10·Σ(w·x) / √((1−ρ)·Σw² + ρ·(Σw)²), to two decimals
 */
#ifndef PROTO_SCALE_H
#define PROTO_SCALE_H

#include "proto/base/json.h"

/* The most an instrument may have; scale_check() holds it to that. */
#define SCALE_ANSWERS 64
#define SCALE_SCORES  8
#define SCALE_ALERTS  8

struct scale_score {
	const char *name; /* total raw standard percentage objective … */
	double value;
	const json_t *json; /* zh, en, min, max */
};

/* Everything points into the instrument's description. */
struct scale_result {
	const char *instrument;
	const char *version; /* of the instrument, or of the variant used */
	struct scale_score scores[SCALE_SCORES];
	size_t score_count;
	const struct scale_score *headline; /* the one for trends */
	const json_t *band;                 /* {code,zh,en}, or NULL */
	const json_t *alerts[SCALE_ALERTS]; /* {item,code,flag,zh,en} */
	size_t alert_count;
};

/*
 * Scores a full set of answers. `variant` is a code of the instrument's
 * `variants`, or NULL for its own way. A missing answer, one outside its
 * options and a wrong number of answers fail with the item as the field, e.g.
 * answers[5A], and what it takes.
 */
bool scale_score(const json_t *scale, const char *variant,
	const json_t *answers, struct scale_result *out,
	struct err *e) MUST_CHECK;

/* {"instrument","version","scores":{…},"band":code or null,"alerts":[code…]};
 * whole scores are integers. */
json_t *scale_result_json(
	const struct scale_result *r, struct arena *mem) NEVER_NULL;

/*
 * Answers written as "2,2,3,…" (an empty place is a missing answer), or, for
 * an instrument with goals, as weight:level pairs "3:-1,1:0". Only the form is
 * checked here; NULL with the place in *e when it is wrong.
 */
json_t *scale_parse_cli(const json_t *scale, const char *text,
	struct arena *mem, struct err *e) MUST_CHECK;

/*
 * Whether a description holds together: known kinds of score, items, option
 * sets and bands that exist. Fails with the place named in e->msg.
 */
bool scale_check(const json_t *scale, struct err *e) MUST_CHECK;

#endif
