/*
 * timeutil.h - dates and instants as texts people and PostgreSQL read.
 *
 * A date is a day on the calendar and has no time zone (a birthday never
 * shifts). An instant is milliseconds since 1970 UTC, written RFC 3339.
 */
#ifndef PROTO_TIMEUTIL_H
#define PROTO_TIMEUTIL_H

#include "proto/base/base.h"

#define DATE_TEXT 11 /* YYYY-MM-DD and a 0 */
#define TIME_TEXT 30 /* 2026-11-21T09:30:00.123+08:00 and a 0 */

struct date {
	int year; /* 1 … 9999 */
	int month;
	int day;
};

/* Exactly YYYY-MM-DD and a day that exists (proleptic Gregorian). */
bool date_parse(const char *text, struct date *out);
/* YYYY, YYYY-MM or YYYY-MM-DD; missing parts are 0. */
bool date_parse_partial(const char *text, struct date *out);
char *date_format(const struct date *d, char out[DATE_TEXT]);
bool date_is_valid(const struct date *d);
int date_cmp(const struct date *a, const struct date *b);

/* Days since 1970-01-01 and back. */
int64_t date_to_days(const struct date *d);
struct date date_from_days(int64_t days);
struct date date_add_days(const struct date *d, int64_t days);
/* Calendar months with end-of-month clamp: 31 Aug + 3 months = 30 Nov. */
struct date date_add_months(const struct date *d, int months);
/* Completed years (周岁) from birth to on; negative before birth. */
int date_age(const struct date *birth, const struct date *on);

/* RFC 3339 with Z or an offset, optional fraction; years 1900 … 2200. */
bool time_parse(const char *text, int64_t *unix_ms);
/* As UTC: 2026-11-21T01:30:00.000Z */
char *time_format(int64_t unix_ms, char out[TIME_TEXT]);
/* The calendar day of an instant in Asia/Shanghai (UTC+8, no DST now). */
struct date time_day_cn(int64_t unix_ms);

#endif
