/*
 * sense.h - whether the values of one body fit together, and fit the calendar.
 *
 * The catalogue says what each field may hold; here is what two fields may not
 * say at once: a term that ends before it begins, more granted than was asked
 * for, a session that was held tomorrow. Rows of tables; both programs ask.
 */
#ifndef PROTO_SENSE_H
#define PROTO_SENSE_H

#include "proto/base/timeutil.h"
#include "proto/types.h"

/*
 * Fails with the field that does not fit: ERR_BAD_ORDER (with the field it must
 * fit), ERR_FUTURE, ERR_OUT_OF_RANGE, ERR_MISSING. `now` in ms since 1970; a
 * day's grace is given to clocks that run ahead.
 */
bool sense_check(const char *type, const json_t *body, int64_t now,
	struct err *e) MUST_CHECK;

/* Against the birth date (partial or NULL) of the person a record is about:
 * nothing was found out about anybody before they were born. */
bool sense_after_birth(const char *type, const json_t *body, const char *birth,
	struct err *e) MUST_CHECK;

#endif
