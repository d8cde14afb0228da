/*
 * test_timeutil.c - dates and instants: real days only, months that end where
 * the month ends, birthdays that no time zone moves.
 *
 * Due dates come from tests/data/vectors.json; instants are the examples of
 * RFC 3339 §5.8 with the seconds date(1) gives for them.
 */
#include "proto/base/timeutil.h"

#include "proto/base/json.h"
#include "tests/lib/tap.h"
#include "tests/lib/vectors.h"

static struct date day(const char *text)
{
	struct date d = {0, 0, 0};

	if (!date_parse(text, &d))
		printf("# '%s' is no date\n", text);
	return d;
}

static void only_days_that_exist_are_dates(void)
{
	static const char *const good[] = {"2024-02-29", "2000-02-29",
		"0001-01-01", "9999-12-31", "2023-02-28"};
	static const char *const bad[] = {"2023-02-29", "1900-02-29",
		"2025-04-31", "2025-13-01", "2025-00-10", "2025-01-00",
		"0000-01-01", "2025-1-1", "2025/01/01", "20250101",
		"2025-01-01 ", "2025-01-0a", "-025-01-01", ""};
	struct date d;
	char text[DATE_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK(date_parse(good[i], &d));
		CHECK_STR(date_format(&d, text), good[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!date_parse(bad[i], &d));
}

static void a_partial_date_says_what_is_known(void)
{
	struct date d;

	CHECK(date_parse_partial("1987", &d));
	CHECK(d.year == 1987 && d.month == 0 && d.day == 0);
	CHECK(date_parse_partial("1987-05", &d));
	CHECK(d.year == 1987 && d.month == 5 && d.day == 0);
	CHECK(date_parse_partial("1987-05-31", &d));
	CHECK(d.day == 31);
	CHECK(!date_parse_partial("1987-13", &d));
	CHECK(!date_parse_partial("1987-00", &d));
	CHECK(!date_parse_partial("198", &d));
	CHECK(!date_parse_partial("0000", &d));
	CHECK(!date_parse_partial("1987/05", &d));
	CHECK(!date_parse_partial("1987-02-30", &d));
}

/* Days since 1970 as `date -u -d DAY +%s` divided by 86400 gives them. */
static void days_are_counted_from_1970(void)
{
	static const struct {
		const char *text;
		int64_t days;
	} known[] = {
		{"1970-01-01", 0     },
		{"1969-12-31", -1    },
		{"2000-03-01", 11017 },
		{"1900-01-01", -25567},
		{"2026-11-22", 20779 },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct date d = day(known[i].text);

		CHECK(date_to_days(&d) == known[i].days);
	}
}

static void every_day_of_four_centuries_follows_the_one_before(void)
{
	struct date first = day("1800-01-01"), last = day("2200-12-31");
	struct date before = first;
	int64_t end = date_to_days(&last);
	int bad = 0;

	for (int64_t n = date_to_days(&first) + 1; n <= end; n++) {
		struct date d = date_from_days(n);

		bad += !date_is_valid(&d) || date_cmp(&before, &d) >= 0 ||
		       date_to_days(&d) != n;
		before = d;
	}
	CHECK(bad == 0);
	CHECK(date_cmp(&before, &last) == 0);
}

static struct date due_by(const char *cls, const struct date *on)
{
	if (strcmp(cls, "stable") == 0)
		return date_add_months(on, 3);
	if (strcmp(cls, "basic_repeat_unresolved") == 0)
		return date_add_months(on, 1);
	return date_add_days(on, 14);
}

static void due_dates_end_where_the_month_ends(void)
{
	struct arena *mem = arena_new();
	const json_t *list = json_object_get(vectors_read(mem), "interval");
	char text[DATE_TEXT];

	CHECK(json_array_size(list) == 4);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		struct date on = day(json_str(v, "date"));
		struct date due = due_by(json_str(v, "class"), &on);

		CHECK_STR(date_format(&due, text), json_str(v, "due"));
	}
	arena_free(mem);
}

static void months_are_added_across_years_and_leap_days(void)
{
	static const struct {
		const char *from;
		int months;
		const char *to;
	} cases[] = {
		{"2024-01-31", 1,   "2024-02-29"},
		{"2023-01-31", 1,   "2023-02-28"},
		{"2024-02-29", 12,  "2025-02-28"},
		{"2025-11-30", 3,   "2026-02-28"},
		{"2025-03-31", -1,  "2025-02-28"},
		{"2025-01-15", -1,  "2024-12-15"},
		{"2025-01-15", -13, "2023-12-15"},
		{"2025-12-01", 1,   "2026-01-01"},
		{"2025-06-30", 0,   "2025-06-30"},
	};
	char text[DATE_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct date from = day(cases[i].from);
		struct date to = date_add_months(&from, cases[i].months);

		CHECK_STR(date_format(&to, text), cases[i].to);
	}
}

static int age(const char *birth, const char *on)
{
	struct date b = day(birth), d = day(on);

	return date_age(&b, &d);
}

static void age_is_completed_years(void)
{
	CHECK(age("2011-11-22", "2025-11-21") == 13);
	CHECK(age("2011-11-22", "2025-11-22") == 14);
	CHECK(age("2008-02-29", "2025-02-28") == 16);
	CHECK(age("2008-02-29", "2025-03-01") == 17);
	CHECK(age("2008-02-29", "2024-02-29") == 16);
	CHECK(age("1880-01-01", "2026-11-22") == 146);
	CHECK(age("2026-11-23", "2026-11-22") == -1);
	/* China moved its clocks on this night of 1986; the birthday stays. */
	CHECK(age("1986-05-04", "2026-05-03") == 39);
	CHECK(age("1986-05-04", "2026-05-04") == 40);
}

static void instants_are_read_as_rfc_3339_writes_them(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} known[] = {
		{"1985-04-12T23:20:50.52Z",          482196050520  },
		{"1996-12-19T16:39:57-08:00",        851042397000  },
		{"1937-01-01T12:00:27.87+00:20",     -1041337172130},
		{"1970-01-01T00:00:00Z",             0             },
		{"1969-12-31T23:59:59.999Z",         -1            },
		{"2026-11-21T09:30:00.123456+08:00", 1795224600123 },
		{"2026-11-21t01:30:00z",             1795224600000 },
	};
	static const char *const bad[] = {"1990-12-31T23:59:60Z",
		"2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z",
		"2026-11-21T09:30:00", "2026-11-21 09:30:00Z",
		"2026-11-21T09:30Z", "2026-11-31T09:30:00Z",
		"2026-11-21T09:30:00+0800", "2026-11-21T09:30:00+24:00",
		"2026-11-21T09:30:00.Z", "2026-11-21T09:30:00Zx",
		"1899-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "now", ""};
	int64_t ms;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		CHECK(time_parse(known[i].text, &ms));
		CHECK(ms == known[i].ms);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (time_parse(bad[i], &ms))
			printf("# took '%s'\n", bad[i]);
		CHECK(!time_parse(bad[i], &ms));
	}
}

static void instants_are_written_in_utc_and_read_back(void)
{
	static const int64_t known[] = {0, -1, 1795224600123, -1041337172130,
		-2208988800000, 7289654399999};
	char text[TIME_TEXT];
	int64_t ms;

	CHECK_STR(time_format(482196050520, text), "1985-04-12T23:20:50.520Z");
	CHECK_STR(time_format(-1, text), "1969-12-31T23:59:59.999Z");
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		CHECK(time_parse(time_format(known[i], text), &ms));
		CHECK(ms == known[i]);
	}
}

static void the_day_in_china_begins_at_sixteen_hours_utc(void)
{
	static const char *const cases[][2] = {
		{"2026-11-21T15:59:59.999Z", "2026-11-21"},
		{"2026-11-21T16:00:00Z",     "2026-11-22"},
		{"1969-12-31T15:59:59.999Z", "1969-12-31"},
		{"1969-12-31T16:00:00Z",     "1970-01-01"},
		{"1969-12-30T10:00:00Z",     "1969-12-30"},
	};
	char text[DATE_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct date d;
		int64_t ms;

		CHECK(time_parse(cases[i][0], &ms));
		d = time_day_cn(ms);
		CHECK_STR(date_format(&d, text), cases[i][1]);
	}
}

int main(void)
{
	RUN(only_days_that_exist_are_dates);
	RUN(a_partial_date_says_what_is_known);
	RUN(days_are_counted_from_1970);
	RUN(every_day_of_four_centuries_follows_the_one_before);
	RUN(due_dates_end_where_the_month_ends);
	RUN(months_are_added_across_years_and_leap_days);
	RUN(age_is_completed_years);
	RUN(instants_are_read_as_rfc_3339_writes_them);
	RUN(instants_are_written_in_utc_and_read_back);
	RUN(the_day_in_china_begins_at_sixteen_hours_utc);
	return tap_done();
}
