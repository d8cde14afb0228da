/*
 * scale.h - scoring questionnaires from their description; no instrument has
 * code of its own.
 *
 * An instrument is a file of proto/scales, or a pack a district adds: items
 * with their options, how each score is made, bands, alerts and variants. What
 * a person answered is kept as it was given, one number an item in the order
 * of the items (null: not answered), or, for an instrument with `goals`, one
 * [weight, level] pair a goal. Scores are always computed from that.
 *
 * What an answer counts: its number; on an item with `reverse` min + max − it,
 * over its options that apply; on an item with `right`, which is the right
 * answer's value, 1 when it is given and 0 otherwise. An option that is not
 * `applicable` takes the item out of every score.
 *
 * How a score is made (`do`), of all items or of the `items` named:
 *   sum      of what the answers count
 *   count    of the answers that apply
 *   mean     sum / count
 *   share    the answers that count `from` or more, in per cent of those that
 *            apply; of satisfaction the "top box"
 *   add      the scores named in `of`
 *   times    the score `of` × `by` ÷ `over` (1 unless given), then `rounding`:
 *            none, floor or half_up
 *   goal_t   goal attainment T (Kiresuk and Sherman 1968):
 *            50 + 10·Σ(w·x) / √((1−ρ)·Σw² + ρ·(Σw)²)
 * and is then rounded half up to `decimals` (0 unless given): the simple score
 * of WHODAS 2.0-12 in per cent is 14 × 100 ÷ 48 = 29.17 with two.
 *
 * A variant is another way to score the same answers and has a version of its
 * own, so that results made in different ways are never compared.
 */
#ifndef PROTO_SCALE_H
#define PROTO_SCALE_H

#include "proto/base/json.h"
#include "proto/mistake.h"

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
	const json_t *alerts[SCALE_ALERTS]; /* {code,flag,zh,en,…} */
	size_t alert_count;
	bool is_test; /* there are items with a right answer … */
	const json_t *missed[SCALE_ANSWERS]; /* … and these were wrong */
	size_t missed_count;
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

/*
 * Where version, scores and bands come from: the variant of that code, or with
 * NULL the instrument itself. NULL with the field `variant` when there is none.
 */
const json_t *scale_way(
	const json_t *scale, const char *variant, struct err *e) MUST_CHECK;

/*
 * The alerts of items that were answered, whatever else is missing or wrong: a
 * thought of self-harm does not wait for the rest of the sheet. Returns how
 * many.
 */
size_t scale_item_alerts(const json_t *scale, const json_t *answers,
	const json_t *alerts[SCALE_ALERTS]);

/*
 * The flags such a sheet raises: [{"kind","level","zh","en"}], of each kind the
 * highest, from the alerts that name a `flag`; their `level`, or this one. What
 * watches an item does not wait for a whole sheet.
 */
#define SCALE_FLAG_LEVEL 3
json_t *scale_flags(const json_t *scale, const char *variant,
	const json_t *answers, struct arena *mem) NEVER_NULL;

/* Whether two results may be compared: same instrument, same version. */
bool scale_pairs(const struct scale_result *a, const struct scale_result *b);

/* {"instrument","version","scores":{…},"band":code or null,"alerts":[code…]},
 * and for a test of knowledge "missed":[item…]; whole scores are integers. */
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
 * Adds every mistake of a description: keys nobody reads, kinds of score there
 * are not, items, option sets and bands that do not exist, versions that are
 * the same. What passes can be scored, whatever is answered.
 */
void scale_mistakes(
	const json_t *scale, const struct place *at, struct mistakes *out);

/* The same, for a catalogue that stops at the first; it is named in e->msg. */
bool scale_check(const json_t *scale, struct err *e) MUST_CHECK;

#endif
