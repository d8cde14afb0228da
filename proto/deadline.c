/*
 * deadline.c - see deadline.h.
 */
#include "proto/deadline.h"

#include <string.h>

#define HOUR_MS INT64_C(3600000)

/*
 * Five working days are what the measure on referral to community
 * rehabilitation gives each of its first two steps (精神障碍社区康复服务资源
 * 共享与转介管理办法, 2023-12-19). What is more urgent is ours, and so are the
 * hours of a request that names no item, or one without hours of its own.
 */
static const struct {
	const char *urgency;
	int working_days;
	int64_t hours;
} clocks[] = {
	{"routine",   5, 24},
        {"soon",      3, 8 },
        {"urgent",    1, 2 },
	{"emergency", 0, 1 }, /* the same day, whatever day it is */
};

/* Which field is the clock of which type, and while what it runs. */
static const struct {
	const char *type;
	const char *field;
	const char *status;
} kept[] = {
	{"referral", "deadline",   "requested"},
	{"request",  "respond_by", "open"     },
};

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static size_t row_of(const char *type)
{
	size_t i = 0;

	while (i < ARRAY_LEN(kept) && strcmp(kept[i].type, type) != 0)
		i++;
	return i;
}

bool deadline_wanted(
	const char *type, const json_t *before, const json_t *after)
{
	size_t i = row_of(type);

	if (i == ARRAY_LEN(kept) || json_object_get(after, kept[i].field) ||
		!is(json_str(after, "status"), kept[i].status))
		return false;
	return !is(json_str(before, "status"), kept[i].status) ||
	       json_object_get(before, kept[i].field);
}

static size_t clock_of(const json_t *body)
{
	const char *urgency = json_str(body, "urgency");

	for (size_t i = 0; i < ARRAY_LEN(clocks); i++)
		if (is(urgency, clocks[i].urgency))
			return i;
	return 0;
}

static void fill_day(json_t *body, const struct calendar *cal)
{
	const char *sent = json_str(body, "requested");
	char text[DATE_TEXT];
	struct date day;

	if (!sent || !date_parse(sent, &day))
		return;
	day = calendar_add_workdays(
		cal, &day, clocks[clock_of(body)].working_days, NULL);
	json_object_set_new(
		body, "deadline", json_string(date_format(&day, text)));
}

static void fill_instant(json_t *body, int64_t hours)
{
	const char *made = json_str(body, "requested");
	char text[TIME_TEXT];
	int64_t at;

	if (!made || !time_parse(made, &at))
		return;
	at += (hours < 0 ? clocks[clock_of(body)].hours : hours) * HOUR_MS;
	json_object_set_new(
		body, "respond_by", json_string(time_format(at, text)));
}

void deadline_fill(const char *type, const json_t *before, json_t *after,
	const struct calendar *cal, int64_t hours)
{
	if (!deadline_wanted(type, before, after))
		return;
	if (is(type, "referral"))
		fill_day(after, cal);
	else
		fill_instant(after, hours);
}

int64_t deadline_days_late(const struct date *deadline, const struct date *on,
	const struct calendar *cal)
{
	int64_t n = calendar_workdays_between(cal, deadline, on, NULL);

	return n > 0 ? n : 0;
}
