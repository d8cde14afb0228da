/*
 * period.h - fixed periods: months, quarters, years, and what was asked of
 * them.
 *
 * A month is a number, year·12 + month-1. Pure.
 */
#ifndef SERVER_FIGURES_PERIOD_H
#define SERVER_FIGURES_PERIOD_H

#include "proto/base/err.h"
#include "proto/base/timeutil.h"

enum grain { GRAIN_MONTH, GRAIN_QUARTER, GRAIN_YEAR, GRAINS };

extern const int grain_months[GRAINS]; /* 1, 3, 12 */

#define PERIOD_TEXT  12
#define PERIOD_YEARS 30 /* in one answer */

struct period {
	int64_t first, last; /* months, both counted in */
	enum grain grain;
};

const char *grain_name(enum grain g); /* "month" */
bool grain_from_name(const char *name, enum grain *out);

/*
 * From and to as typed: 2026, 2026-Q2 or 2026-05; NULL: the year of today, or
 * as the other one says. `grain` NULL: from and to must be one month, quarter
 * or year, which it then is. ERR_BAD_REQUEST names the member and what would
 * do.
 */
bool period_read(const char *from, const char *to, const char *grain,
	const struct date *today, struct period *out, struct err *e) MUST_CHECK;

/* "2026-05", "2026-Q2", "2026" of the period a month begins. */
char *period_text(int64_t month, enum grain g, char out[PERIOD_TEXT]);

#endif
