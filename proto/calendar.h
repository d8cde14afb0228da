/*
 * calendar.h - which days people work, after the State Council's calendar.
 *
 * Working days are Monday to Friday, without the holidays of the year's notice
 * (国务院办公厅关于…年部分节假日安排的通知) and with its make-up workdays
 * (调休), which lie on Saturdays and Sundays. The days are `holiday` records of
 * the directory. For a year without them Monday to Friday is all that is known,
 * and every answer says which year's calendar was missing.
 */
#ifndef PROTO_CALENDAR_H
#define PROTO_CALENDAR_H

#include "proto/base/json.h"
#include "proto/base/timeutil.h"

struct calendar;

/* No days yet; belongs to mem. Functions that only read take NULL for a
 * calendar nobody has. */
struct calendar *calendar_new(struct arena *mem) NEVER_NULL;

/* A day, from the body of a `holiday` record that stands. The order of days
 * does not matter; one that is called both is a workday, so that what falls
 * due does so early rather than late. */
void calendar_add(struct calendar *cal, const json_t *body);

/* Whether the notice of a year is here: National Day (1 October) is, which
 * every notice names. Single days may come with the notice of the next year. */
bool calendar_has_year(const struct calendar *cal, int year);

bool calendar_is_workday(const struct calendar *cal, const struct date *d);

/*
 * The n-th working day after a day, which itself does not count: one working
 * day after a Friday is Monday. n < 0 counts backwards, 0 is the day itself.
 * *missing (may be NULL) is the first year passed whose calendar is not here,
 * 0 when none was.
 */
struct date calendar_add_workdays(
	const struct calendar *cal, const struct date *d, int n, int *missing);

/* Working days after `from` up to and with `to`; negative when `to` is the
 * earlier. calendar_add_workdays(from, n) is the first day n of them away. */
int64_t calendar_workdays_between(const struct calendar *cal,
	const struct date *from, const struct date *to, int *missing);

/*
 * Days as a file has them (docs/packs.md "The calendar"), into `holiday`
 * bodies in order of date. NULL with the day and what would be taken in *e.
 */
json_t *calendar_days(
	const json_t *file, struct arena *mem, struct err *e) MUST_CHECK;

#endif
