/*
 * test_calendar.c - which days are worked, and how many of them a clock has.
 *
 * The days are those of the State Council's notices for 2025 and 2026, read
 * once more here; the clocks were counted by hand on a wall calendar.
 */
#include "proto/calendar.h"

#include "proto/types.h"
#include "tests/lib/tap.h"

static struct date day(const char *text)
{
	struct date d;

	if (!date_parse(text, &d))
		die("the test's own day is wrong: %s", text);
	return d;
}

/* The calendars that are shipped, as the records they become. */
static struct calendar *shipped(struct arena *mem)
{
	struct catalogue *c = catalogue_load();
	struct calendar *cal = calendar_new(mem);
	json_t *file = json_keep(
		json_pack("{s:o}", "items",
			json_deep_copy(
				catalogue_codes(c, "public_holiday")->items)),
		mem);
	struct err e;
	json_t *days = calendar_days(file, mem, &e);

	CHECK(days != NULL);
	for (size_t i = 0; i < json_array_size(days); i++)
		calendar_add(cal, json_array_get(days, i));
	catalogue_free(c);
	return cal;
}

/* The notices, by their own ranges. */
static const struct {
	const char *from, *to;
	bool worked;
} notices[] = {
	{"2025-01-01", "2025-01-01", false},
	{"2025-01-26", "2025-01-26", true },
	{"2025-01-28", "2025-02-04", false},
	{"2025-02-08", "2025-02-08", true },
	{"2025-04-04", "2025-04-06", false},
	{"2025-04-27", "2025-04-27", true },
	{"2025-05-01", "2025-05-05", false},
	{"2025-05-31", "2025-06-02", false},
	{"2025-09-28", "2025-09-28", true },
	{"2025-10-01", "2025-10-08", false},
	{"2025-10-11", "2025-10-11", true },
	{"2026-01-01", "2026-01-03", false},
	{"2026-01-04", "2026-01-04", true },
	{"2026-02-14", "2026-02-14", true },
	{"2026-02-15", "2026-02-23", false},
	{"2026-02-28", "2026-02-28", true },
	{"2026-04-04", "2026-04-06", false},
	{"2026-05-01", "2026-05-05", false},
	{"2026-05-09", "2026-05-09", true },
	{"2026-06-19", "2026-06-21", false},
	{"2026-09-20", "2026-09-20", true },
	{"2026-09-25", "2026-09-27", false},
	{"2026-10-01", "2026-10-07", false},
	{"2026-10-10", "2026-10-10", true },
};

static void every_day_of_the_notices_is_as_they_say(void)
{
	struct arena *mem = arena_new();
	struct calendar *cal = shipped(mem);
	int64_t named = 0;

	for (size_t i = 0; i < ARRAY_LEN(notices); i++) {
		struct date from = day(notices[i].from),
			    to = day(notices[i].to);

		for (int64_t d = date_to_days(&from); d <= date_to_days(&to);
			d++, named++) {
			struct date on = date_from_days(d);

			CHECK(calendar_is_workday(cal, &on) ==
				notices[i].worked);
		}
	}
	CHECK(named == 72); /* and the file names no day besides */
	arena_free(mem);
}

/*
 * The notices move days off but add none: of 365 days, 104 lie on weekends and
 * 13 are public holidays by the rules of November 2024, which leaves 248 (the
 * ministry of human resources reckons a year of work so).
 */
static void a_year_has_as_many_working_days_as_published(void)
{
	static const struct {
		const char *before, *last;
		int64_t n;
	} years[] = {
		{"2024-12-31", "2025-12-31", 248},
		{"2025-12-31", "2026-12-31", 248},
	};
	struct arena *mem = arena_new();
	struct calendar *cal = shipped(mem);

	for (size_t i = 0; i < ARRAY_LEN(years); i++) {
		struct date a = day(years[i].before), b = day(years[i].last);

		CHECK(calendar_workdays_between(cal, &a, &b, NULL) ==
			years[i].n);
		CHECK(calendar_workdays_between(cal, &b, &a, NULL) <= 0);
	}
	arena_free(mem);
}

static const struct {
	const char *why, *from;
	int n;
	const char *to;
	int missing;
} clocks[] = {
	{"an ordinary week",                            "2025-03-10", 5,  "2025-03-17", 0   },
	{"from a Friday",			       "2025-03-14", 1,  "2025-03-17", 0   },
	{"from a Saturday",			     "2025-03-15", 1,  "2025-03-17", 0   },
	{"the day itself",			      "2025-03-15", 0,  "2025-03-15", 0   },
 /* Thu 9 Oct, Fri 10, Sat 11 (make-up), Mon 13, Tue 14 */
	{"a make-up Saturday inside five working days", "2025-10-08", 5,
         "2025-10-14",								  0   },
 /* the same five days without the notice would end on the 15th */
	{"a make-up Sunday before National Day",        "2025-09-26", 1,  "2025-09-28",
         0										  },
 /* Mon 29, Tue 30, then eight days off */
	{"over National Day and Mid-Autumn 2025",       "2025-09-28", 3,  "2025-10-09",
         0										  },
 /* Sat 14 Feb works, 15 to 23 off, 24 to 27, Sat 28 works */
	{"over Spring Festival 2026",                   "2026-02-13", 6,  "2026-02-28", 0   },
	{"Labour Day 2026 and the Saturday after it",   "2026-04-30", 5,
         "2026-05-11",								  0   },
	{"backwards over Qingming 2026",                "2026-04-07", -1, "2026-04-03", 0   },
	{"backwards onto a make-up Saturday",           "2026-05-11", -1, "2026-05-09",
         0										  },
	{"into a year nobody has published",            "2026-12-31", 1,  "2027-01-01",
         2027									       },
	{"in a year nobody has published",              "2024-10-01", 1,  "2024-10-02", 2024},
};

static void clocks_count_the_days_people_work(void)
{
	struct arena *mem = arena_new();
	struct calendar *cal = shipped(mem);

	for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
		struct date from = day(clocks[i].from), to;
		char text[DATE_TEXT];
		int missing = -1;

		to = calendar_add_workdays(cal, &from, clocks[i].n, &missing);
		CHECK_STR(date_format(&to, text), clocks[i].to);
		CHECK(missing == clocks[i].missing);
		CHECK(calendar_workdays_between(cal, &from, &to, &missing) ==
			clocks[i].n);
		CHECK(missing == clocks[i].missing);
		if (tap_bad) {
			printf("# %s\n", clocks[i].why);
			break;
		}
	}
	arena_free(mem);
}

static void without_a_calendar_monday_to_friday_are_worked_and_it_says_so(void)
{
	struct date friday = day("2025-10-03"), got;
	char text[DATE_TEXT];
	int missing = 0;

	got = calendar_add_workdays(NULL, &friday, 1, &missing);
	CHECK_STR(date_format(&got, text), "2025-10-06");
	CHECK(missing == 2025);
	CHECK(calendar_is_workday(NULL, &friday));
	CHECK(!calendar_has_year(NULL, 2025));
}

/* The notice of 2027 may make 31 December 2026 a day off. */
static void a_single_day_is_not_the_calendar_of_its_year(void)
{
	struct arena *mem = arena_new();
	struct calendar *cal = calendar_new(mem);
	struct date eve = day("2030-12-31"); /* a Tuesday */

	calendar_add(cal, json_keep(json_pack("{s:s, s:s}", "date",
					    "2030-12-31", "kind", "holiday"),
				  mem));
	CHECK(!calendar_is_workday(cal, &eve));
	CHECK(!calendar_has_year(cal, 2030));
	arena_free(mem);
}

static void a_day_said_to_be_both_is_worked_in_either_order(void)
{
	static const char *const kinds[] = {"holiday", "workday", "holiday"};
	struct date sunday = day("2030-06-02");

	for (size_t first = 0; first < 2; first++) {
		struct arena *mem = arena_new();
		struct calendar *cal = calendar_new(mem);

		for (size_t i = 0; i < 2; i++)
			calendar_add(
				cal, json_keep(json_pack("{s:s, s:s}", "date",
						       "2030-06-02", "kind",
						       kinds[first + i]),
					     mem));
		CHECK(calendar_is_workday(cal, &sunday));
		arena_free(mem);
	}
}

static void a_file_with_a_mistake_is_refused_with_its_place(void)
{
	static const struct {
		const char *text, *field;
	} files[] = {
		{"{}",							   "items"     },
		{"{\"items\":[]}",					       "items"     },
		{"{\"items\":[{\"code\":\"2025-02-30\",\"kind\":\"holiday\","
		 "\"zh\":\"x\"}]}",			     "items[0]"  },
		{"{\"items\":[{\"code\":\"2025-02-03\",\"kind\":\"off\","
		 "\"zh\":\"x\"}]}",			     "items[0]"  },
		{"{\"items\":[{\"code\":\"2025-02-03\",\"kind\":\"holiday\"}]}",
                 "items[0]"								  },
		{"{\"items\":[{\"code\":\"2025-02-03\",\"kind\":\"holiday\","
		 "\"zh\":\"x\"},{\"code\":\"2025-02-03\",\"kind\":"
		 "\"workday\",\"zh\":\"y\"}]}",                 "2025-02-03"},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct arena *mem = arena_new();
		struct err e = {0};
		json_t *j = json_read(files[i].text, strlen(files[i].text),
			&json_limits_own, mem, &e);

		CHECK(j && !calendar_days(j, mem, &e));
		CHECK_STR(e.field, files[i].field);
		CHECK(e.accepts[0] != 0);
		arena_free(mem);
	}
}

int main(void)
{
	RUN(every_day_of_the_notices_is_as_they_say);
	RUN(a_year_has_as_many_working_days_as_published);
	RUN(clocks_count_the_days_people_work);
	RUN(without_a_calendar_monday_to_friday_are_worked_and_it_says_so);
	RUN(a_single_day_is_not_the_calendar_of_its_year);
	RUN(a_day_said_to_be_both_is_worked_in_either_order);
	RUN(a_file_with_a_mistake_is_refused_with_its_place);
	return tap_done();
}
