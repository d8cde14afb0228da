/*
 * deadline.h - by when the answer to a letter is owed.
 *
 * A referral has a day, reckoned in working days from the one it was sent on
 * (calendar.h); a request from the menu has an instant, reckoned in hours from
 * when it was made. Both ends fill them in by the same tables, so the clock a
 * person sees offline is the one the centre keeps. A clock the writer set
 * stands.
 */
#ifndef PROTO_DEADLINE_H
#define PROTO_DEADLINE_H

#include "proto/calendar.h"

/* What a request knows of its item when that says nothing. */
#define DEADLINE_NO_HOURS (-1)

/* Whether `after`, to follow on `before` (NULL: a new record), is a letter
 * whose clock deadline_fill() would set. A clock that was taken away counts as
 * one that is missing: nobody is let off that way. */
bool deadline_wanted(
	const char *type, const json_t *before, const json_t *after);
/*
 * Sets `deadline` of a referral, `respond_by` of a request, where wanted.
 * `hours` is the respond_hours of the item the request names. Changes `after`
 * only.
 */
void deadline_fill(const char *type, const json_t *before, json_t *after,
	const struct calendar *cal, int64_t hours);

/* Working days `on` lies after a referral's deadline; 0: not late. */
int64_t deadline_days_late(const struct date *deadline, const struct date *on,
	const struct calendar *cal);

#endif
