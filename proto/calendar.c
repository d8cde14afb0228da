/*
 * calendar.c - see calendar.h. A table of days a year, so that a question
 * about a day costs a look at one byte.
 */
#include "proto/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_HOLIDAY = 1, DAY_WORKDAY = 2 };

struct year {
	struct year *next;
	int year;
	unsigned char day[366]; /* by days since 1 January */
};

struct calendar {
	struct arena *mem;
	struct year *years;
};

struct calendar *calendar_new(struct arena *mem)
{
	struct calendar *cal = ARENA_NEW(mem, struct calendar);

	cal->mem = mem;
	return cal;
}

static struct year *find(const struct calendar *cal, int year)
{
	struct year *y = cal ? cal->years : NULL;

	while (y && y->year != year)
		y = y->next;
	return y;
}

static size_t day_of_year(const struct date *d)
{
	struct date first = {d->year, 1, 1};

	return (size_t)(date_to_days(d) - date_to_days(&first));
}

static unsigned said(const struct calendar *cal, const struct date *d)
{
	const struct year *y = find(cal, d->year);

	return y ? y->day[day_of_year(d)] : 0;
}

void calendar_add(struct calendar *cal, const json_t *body)
{
	const char *on = json_str(body, "date"), *kind = json_str(body, "kind");
	struct year *y;
	struct date d;

	if (!on || !kind || !date_parse(on, &d))
		return;
	y = find(cal, d.year);
	if (!y) {
		y = ARENA_NEW(cal->mem, struct year);
		y->year = d.year;
		y->next = cal->years;
		cal->years = y;
	}
	if (strcmp(kind, "holiday") == 0)
		y->day[day_of_year(&d)] |= DAY_HOLIDAY;
	else if (strcmp(kind, "workday") == 0)
		y->day[day_of_year(&d)] |= DAY_WORKDAY;
}

bool calendar_has_year(const struct calendar *cal, int year)
{
	struct date national = {year, 10, 1};

	return (said(cal, &national) & DAY_HOLIDAY) != 0;
}

/* 1970-01-01 was a Thursday. */
static bool is_weekend(int64_t days)
{
	int64_t weekday = ((days + 3) % 7 + 7) % 7; /* 0: Monday */

	return weekday >= 5;
}

bool calendar_is_workday(const struct calendar *cal, const struct date *d)
{
	unsigned s = said(cal, d);

	if (s & DAY_WORKDAY)
		return true;
	return !(s & DAY_HOLIDAY) && !is_weekend(date_to_days(d));
}

static void note_missing(const struct calendar *cal, int from, int to, int *out)
{
	if (!out)
		return;
	*out = 0;
	for (int y = from; y <= to && !*out; y++)
		if (!calendar_has_year(cal, y))
			*out = y;
}

static void note_between(const struct calendar *cal, const struct date *a,
	const struct date *b, int *out)
{
	if (date_cmp(a, b) <= 0)
		note_missing(cal, a->year, b->year, out);
	else
		note_missing(cal, b->year, a->year, out);
}

struct date calendar_add_workdays(
	const struct calendar *cal, const struct date *d, int n, int *missing)
{
	int step = n < 0 ? -1 : 1;
	struct date at = *d;

	while (n != 0 && at.year > 1 && at.year < 9999) {
		at = date_add_days(&at, step);
		if (calendar_is_workday(cal, &at))
			n -= step;
	}
	note_between(cal, d, &at, missing);
	return at;
}

int64_t calendar_workdays_between(const struct calendar *cal,
	const struct date *from, const struct date *to, int *missing)
{
	bool back = date_cmp(from, to) > 0;
	const struct date *first = back ? to : from;
	const struct date *last = back ? from : to;
	int64_t n = 0, end = date_to_days(last);

	for (int64_t day = date_to_days(first) + 1; day <= end; day++) {
		struct date d = date_from_days(day);

		n += calendar_is_workday(cal, &d);
	}
	note_between(cal, first, last, missing);
	return back ? -n : n;
}

/* ---- days as a file has them ---- */

static bool check_day(const json_t *item, size_t i, struct err *e)
{
	const char *on = json_str(item, "code"), *kind = json_str(item, "kind");
	char field[32];
	struct date d;

	snprintf(field, sizeof(field), "items[%zu]", i);
	if (!on || !date_parse(on, &d))
		return err_field(
			e, ERR_BAD_DATE, field, "\"code\":\"YYYY-MM-DD\"");
	if (!kind ||
		(strcmp(kind, "holiday") != 0 && strcmp(kind, "workday") != 0))
		return err_field(e, ERR_BAD_CODE, field,
			"\"kind\":\"holiday\" | \"workday\"");
	if (!json_str(item, "zh"))
		return err_field(e, ERR_MISSING, field, "\"zh\"");
	return true;
}

static int by_date(const void *a, const void *b)
{
	const json_t *const *x = a, *const *y = b;

	return strcmp(json_str(*x, "code"), json_str(*y, "code"));
}

static json_t *day_body(const json_t *item, const char *source)
{
	json_t *body = json_pack("{s:s, s:s, s:s}", "date",
		json_str(item, "code"), "kind", json_str(item, "kind"), "name",
		json_str(item, "zh"));

	if (source)
		json_object_set_new(body, "source", json_string(source));
	return body;
}

json_t *calendar_days(const json_t *file, struct arena *mem, struct err *e)
{
	const json_t *items = json_object_get(file, "items");
	size_t n = json_array_size(items);
	const json_t **sorted = ARENA_ARRAY(mem, const json_t *, n + 1);
	json_t *out;

	if (n == 0) {
		err_field(e, ERR_MISSING, "items",
			"{\"source\",\"items\":[{\"code\",\"kind\",\"zh\","
			"\"en\"}]}");
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		sorted[i] = json_array_get(items, i);
		if (!check_day(sorted[i], i, e))
			return NULL;
	}
	qsort(sorted, n, sizeof(const json_t *), by_date);
	for (size_t i = 1; i < n; i++)
		if (by_date(&sorted[i - 1], &sorted[i]) == 0) {
			err_field(e, ERR_BAD_INPUT, json_str(sorted[i], "code"),
				"each day once");
			return NULL;
		}
	out = json_keep(json_array(), mem);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			out, day_body(sorted[i], json_str(file, "source")));
	return out;
}
