/*
 * scale_fit.h - whether an assessment may be what it says it is: made with a
 * version of the instrument there is, at an age the instrument is for. Its day
 * is looked at in sense.h.
 *
 * Pure, so that the station, the web app's server and the daemon's rules say
 * the same. Errors name the field of the record (`variant`, `version`).
 */
#ifndef PROTO_SCALE_FIT_H
#define PROTO_SCALE_FIT_H

#include "proto/base/timeutil.h"
#include "proto/scale.h"

/*
 * Of all the instruments (catalogue_scales()) the one of that name that makes
 * results of `version`, itself or by a variant: the newest where it does, else
 * an older one. NULL when none does; `version` NULL is the newest.
 */
const json_t *scale_of_version(
	const json_t *scales, const char *name, const char *version);

/*
 * The version of the instrument's way of scoring, or of the variant named.
 * `version` may be NULL: the record does not say, and nothing is wrong.
 */
bool scale_fit_version(const json_t *scale, const char *variant,
	const char *version, struct err *e) MUST_CHECK;

/* Whole years on a day; a birth known to the year or month gives a span. */
struct age_span {
	int least;
	int most;
};

/* False when a text is no date, or the day is before the birth. */
bool scale_age_on(const char *birth, const char *day, struct age_span *out);

/*
 * The instrument's `ages` {min?,max?,zh,en} when the age is outside them for
 * certain; NULL when it fits, may fit, or the instrument is for every age. It
 * is a warning, never a refusal: a case manager may have a reason.
 */
const json_t *scale_age_outside(
	const json_t *scale, const struct age_span *age);

/* [{"field":"age","code":"age","accepts":"15-59","text":{"zh","en"}}], empty
 * where nothing is to be warned of. `outside` may be NULL. */
json_t *scale_warnings_json(
	const json_t *outside, struct arena *mem) NEVER_NULL;

#endif
