/*
 * dates.h - the ways people write a day.
 */
#ifndef CLIENT_IMPORT_DATES_H
#define CLIENT_IMPORT_DATES_H

#include "proto/base/timeutil.h"

enum day_fault {
	DAY_OK,
	DAY_NONE,       /* not written like a date */
	DAY_LUNAR,      /* by the lunar calendar */
	DAY_NO_CENTURY, /* 80-3-5 */
	DAY_ORDER,      /* 3/5/1980: day or month first */
	DAY_IMPOSSIBLE  /* no such day */
};

struct day_read {
	char text[DATE_TEXT]; /* YYYY-MM-DD, YYYY-MM or YYYY */
	bool serial;          /* it was a spreadsheet's number of a day */
	bool unsure;          /* 1980.1: a 1980.10 that lost its last digit? */
};

/*
 * 1980-3-5, 1980/03/05, 1980.3.5, 1980年3月5日, 19800305, 一九八〇年三月五日,
 * with or without a time of day behind; without day, or month and day; five
 * digits are a spreadsheet's day number. The text is narrow already. *out
 * means nothing unless DAY_OK.
 */
enum day_fault day_read(
	const char *typed, bool from_1904, struct day_read *out);

#endif
