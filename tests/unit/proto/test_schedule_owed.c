/*
 * test_schedule_owed.c - clocks that run by themselves, and days that records
 * name. The days expected were reckoned by hand.
 */
#include "tests/unit/proto/scheduled.h"

/* ---- first contact ---- */

static void first_contact_is_owed_by_its_clock(void)
{
	/* clang-format off */
	static const struct {
		struct item x[3];
		const char *due;
		int missing;
	} rows[] = {
		{{KASE("test_same_day",
			OPENED("2026-03-02") ",\"admitted\":\"2026-03-01\"")},
		"2026-03-01", 0},
		{{KASE("test_same_day", OPENED("2026-03-02"))}, "?", 0},
		{{KASE("test_same_day",
			OPENED("2026-03-02") ",\"admitted\":\"2026-03-01\""),
			SERVICE("20", "2026-03-04", "ward_contact",
				"completed")},
		"-", 0},
		{{KASE("test_same_day",
			OPENED("2026-03-02") ",\"admitted\":\"2026-03-01\""),
			SERVICE("20", "2026-03-01", "coordination",
				"completed"),
			SERVICE("21", "2026-03-01", "ward_contact",
				"no_show")},
		"2026-03-01", 0},
		/* 9, 10, 11 (a make-up Saturday), 13, 14 October */
		{{KASE("test_five", OPENED("2025-10-08"))}, "2025-10-14", 0},
		{{KASE("test_five", OPENED("2026-12-29"))}, "2027-01-05", 2027},
		{{KASE("test_five", "")}, "-", 0},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fold f = fold(rows[i].x, ARRAY_LEN(rows[i].x));
		const struct due_item *d = find(&f, "first_contact");

		CHECK_STR(due_of(&f, "first_contact"), rows[i].due);
		CHECK(!d || d->calendar_missing == rows[i].missing);
		done(&f);
	}
}

/* ---- after closing ---- */

static void follow_ups_after_closing_come_at_1_3_6_and_12_months(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_same_day", OPENED("2025-01-05") ",\"closed\":"
							"\"2025-08-31\""),
		SERVICE("20", "2025-08-30", "phone_contact", "completed"),
		/* within 14 days of 30 November; and the day before that */
		SERVICE("21", "2025-11-16", "phone_contact", "completed"),
		{"response", ID("22"),
			"{\"form\":\"test_review\",\"responded\":"
			"\"2026-02-13\",\"answers\":{}}",
			STATE_LIVE, 0},
	};
	static const struct item never_opened[] = {
		KASE("test_same_day", ",\"closed\":\"2025-08-31\""),
	};
	/* clang-format on */
	struct fold f = fold(x, 2);

	CHECK(f.s->n == 4);
	CHECK_STR(due_of(&f, "after_close_1"), "2025-09-30");
	CHECK_STR(due_of(&f, "after_close_3"), "2025-11-30");
	CHECK_STR(due_of(&f, "after_close_6"), "2026-02-28");
	CHECK_STR(due_of(&f, "after_close_12"), "2026-08-31");
	CHECK_STR(schedule_next(f.s)->zh, "结案后1个月回访");
	CHECK_STR(schedule_next(f.s)->en, "Follow-up 1 month after closing");
	done(&f);
	f = fold(x, ARRAY_LEN(x));
	CHECK_STR(due_of(&f, "after_close_1"), "-");
	CHECK_STR(due_of(&f, "after_close_3"), "-");
	CHECK_STR(due_of(&f, "after_close_6"), "2026-02-28");
	done(&f);
	f = fold(never_opened, ARRAY_LEN(never_opened));
	CHECK(f.s->n == 0);
	done(&f);
}

static void the_months_agreed_at_the_closing_win_over_the_pack(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_same_day",
			OPENED("2025-01-05") ",\"closed\":\"2025-08-31\","
					"\"close_reason\":\"deceased\""),
		{"closure", ID("30"),
			"{\"reason\":\"deceased\",\"closed_on\":\"2025-08-31\","
			"\"follow_up_months\":[\"3\"]}",
			STATE_LIVE, 0},
	};
	/* clang-format on */
	struct fold f = fold(x, ARRAY_LEN(x));

	CHECK(f.s->n == 1);
	CHECK_STR(due_of(&f, "after_close_3"), "2025-11-30");
	/* The family is who is followed up. */
	CHECK_STR(schedule_next(f.s)->zh, "哀伤回访（结案后3个月）");
	done(&f);
}

/* ---- clocks of forms ---- */

#define CRISIS                                                                 \
	{                                                                      \
		"response", ID("20"),                                          \
			"{\"form\":\"test_crisis\",\"responded\":\"2026-05-"   \
			"01\","                                                \
			"\"answers\":{\"happened_at\":\"2026-05-01T22:30:00+"  \
			"08:00\"}}",                                           \
			STATE_LIVE, 0                                          \
	}

static void a_crisis_owes_a_contact_between_24_and_72_hours(void)
{
	/* clang-format off */
	static const struct item x[] = {KASE("test_five", OPENED("2026-04-01")),
		SERVICE("10", "2026-04-02", "home_visit", "completed"), CRISIS,
		/* 10½ hours later: too soon */
		SERVICE("21", "2026-05-02", "phone_contact", "completed"),
		SERVICE("22", "2026-05-03", "phone_contact", "completed")};
	/* clang-format on */
	/* clang-format off */
	static const struct item unknown[] = {
		KASE("test_five", OPENED("2026-04-01")),
		{"response", ID("20"),
			"{\"form\":\"test_crisis\",\"responded\":\"2026-05-01\","
			"\"answers\":{}}",
			STATE_LIVE, 0},
	};
	/* clang-format on */
	struct fold f = fold(x, 4);
	const struct due_item *d = find(&f, "test_crisis");
	char text[TIME_TEXT];

	CHECK_STR(due_of(&f, "test_crisis"), "2026-05-04");
	CHECK_STR(d ? date_format(&d->from, text) : "-", "2026-05-02");
	CHECK_STR(d ? time_format(d->due_at, text) : "-",
		"2026-05-04T14:30:00.000Z");
	CHECK_STR(d ? d->zh : "-", "危机跟进");
	done(&f);
	f = fold(x, 5);
	CHECK_STR(due_of(&f, "test_crisis"), "-");
	done(&f);
	f = fold(unknown, ARRAY_LEN(unknown));
	d = find(&f, "test_crisis");
	CHECK_STR(due_of(&f, "test_crisis"), "?");
	CHECK_STR(d ? json_canonical(d->unknown, f.mem) : "-",
		"[\"happened_at\"]");
	done(&f);
}

/* ---- ages ---- */

static void a_year_is_complete_at_its_last_day(void)
{
	/* clang-format off */
	static const struct {
		const char *birth;
		int years;
		const char *turns;
	} rows[] = {
		{"2012-05-06", 14, "2026-05-06"},
		{"2012-02-29", 14, "2026-03-01"},
		{"2012-02-29", 8, "2020-02-29"},
		{"2012-12-31", 14, "2026-12-31"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct date birth = day(rows[i].birth);
		struct date turns = birthday(&birth, rows[i].years);
		struct date before = date_add_days(&turns, -1);
		char text[DATE_TEXT];

		CHECK_STR(date_format(&turns, text), rows[i].turns);
		CHECK(date_age(&birth, &turns) == rows[i].years);
		CHECK(date_age(&birth, &before) == rows[i].years - 1);
	}
}

#define CONSENT(n, purpose, from, more)                                        \
	{                                                                      \
		"consent", ID(n),                                              \
			"{\"purpose\":\"" purpose "\",\"from\":\"" from        \
			"\"" more "}",                                         \
			STATE_LIVE, 0                                          \
	}
#define BY_MOTHER ",\"relation_to_client\":\"52\""

static void consents_are_asked_anew_at_14_and_at_18(void)
{
	/* clang-format off */
	static const struct {
		const char *why;
		struct item x[5];
		const char *at_14, *at_18;
	} rows[] = {
		{"given for a child of nine",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-05-06"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER)},
		 "2026-05-06", "2030-05-06"},
		{"born on a day known in part: the last it may be",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER)},
		 "2026-12-31", "2030-12-31"},
		{"in May",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-05"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER)},
		 "2026-05-31", "2030-05-31"},
		{"on 29 February",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-02-29"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER)},
		 "2026-03-01", "2030-03-01"},
		{"given anew on the birthday",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-05-06"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER),
			CONSENT("21", "care", "2026-05-06", BY_MOTHER)},
		 "-", "2030-05-06"},
		{"given anew the day before",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-05-06"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER),
			CONSENT("21", "care", "2026-05-05", BY_MOTHER)},
		 "2026-05-06", "2030-05-06"},
		{"anew for one purpose of two",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-05-06"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER),
			CONSENT("21", "sharing", "2021-01-05", BY_MOTHER),
			CONSENT("22", "care", "2026-05-07", BY_MOTHER)},
		 "2026-05-06", "2030-05-06"},
		{"withdrawn, or ended before",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2012-05-06"),
			CONSENT("20", "care", "2021-01-05",
				",\"withdrawn\":\"2022-01-01\""),
			CONSENT("21", "sharing", "2021-01-05",
				",\"to\":\"2026-05-05\"")},
		 "-", "-"},
		{"an adult whose guardian consents",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("1980-05-06"),
			CONSENT("20", "care", "2021-01-05", BY_MOTHER)},
		 "-", "-"},
		{"a client of sixteen who signed for themselves",
		 {KASE("test_five", OPENED("2021-01-05")), BORN("2005-02-06"),
			CONSENT("20", "care", "2021-06-05",
				",\"relation_to_client\":\"0\"")},
		 "-", "-"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fold f = fold(rows[i].x, ARRAY_LEN(rows[i].x));

		CHECK_STR(due_of(&f, "consent_at_14"), rows[i].at_14);
		CHECK_STR(due_of(&f, "consent_at_18"), rows[i].at_18);
		done(&f);
		if (tap_bad) {
			printf("# %s\n", rows[i].why);
			break;
		}
	}
}

static void a_child_of_eight_is_asked(void)
{
	/* clang-format off */
	static const struct {
		struct item x[4];
		const char *due;
	} rows[] = {
		{{KASE("test_t1d", OPENED("2024-03-10")), BORN("2018-06-15")}, "2026-06-15"},
		{{KASE("test_t1d", OPENED("2024-03-10")), BORN("2014-06-15")},
		"2024-03-10"},
		{{KASE("test_t1d", OPENED("2024-03-10")), BORN("2006-03-10")}, "-"},
		{{KASE("test_t1d", OPENED("2024-03-10")), BORN("2014-06-15"),
			CONSENT("20", "care", "2024-03-10",
				",\"assent\":\"unable\"")},
		"-"},
		{{KASE("test_t1d", OPENED("2024-03-10")), BORN("2018-06-15"),
			CONSENT("20", "care", "2024-03-10",
				",\"assent\":\"yes\"")},
		"2026-06-15"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fold f = fold(rows[i].x, ARRAY_LEN(rows[i].x));

		CHECK_STR(due_of(&f, "assent"), rows[i].due);
		done(&f);
	}
}

/* ---- what records name ---- */

static const struct {
	const char *why;
	struct item x[4];
	const char *code, *due;
} named[] = {
  /* clang-format off */
	{"the end of a contract in force", {KASE("test_five", ""),
	 {"contract", ID("20"), "{\"status\":\"active\",\"from\":\"2025-06-01\",\"to\":\"2026-05-31\"}", STATE_LIVE, 0}},
	 "contract", "2026-05-31"},
	{"a renewed contract", {KASE("test_five", ""),
	 {"contract", ID("20"), "{\"status\":\"active\",\"from\":\"2025-06-01\",\"to\":\"2026-05-31\"}", STATE_LIVE, 0},
	 {"contract", ID("21"), "{\"status\":\"active\",\"from\":\"2026-06-01\",\"to\":\"2027-05-31\"}", STATE_LIVE, 0}},
	 "contract", "2027-05-31"},
	{"an ended contract", {KASE("test_five", ""),
	 {"contract", ID("20"), "{\"status\":\"ended\",\"from\":\"2025-06-01\",\"to\":\"2026-05-31\"}", STATE_LIVE, 0}},
	 "contract", "-"},
	{"a plan reviewed a week before its day", {KASE("test_five", ""),
	 {"plan", ID("20"), "{\"review_date\":\"2026-05-31\"}", STATE_LIVE, 0},
	 {"review", ID("21"), "{\"held\":\"2026-05-24\"}", STATE_LIVE, 0}},
	 "plan", "-"},
	{"a plan reviewed a month before its day", {KASE("test_five", ""),
	 {"plan", ID("20"), "{\"review_date\":\"2026-05-31\"}", STATE_LIVE, 0},
	 {"review", ID("21"), "{\"held\":\"2026-04-30\"}", STATE_LIVE, 0}},
	 "plan", "2026-05-31"},
	{"the newest review names the next", {KASE("test_five", ""),
	 {"review", ID("20"), "{\"held\":\"2026-01-31\",\"next_review\":\"2026-03-01\"}", STATE_LIVE, 0},
	 {"review", ID("21"), "{\"held\":\"2026-03-03\",\"next_review\":\"2026-06-01\"}", STATE_LIVE, 0}},
	 "review", "2026-06-01"},
	{"another form does not do the first one's follow-up", {KASE("test_five", ""),
	 {"response", ID("20"), "{\"form\":\"a\",\"responded\":\"2026-01-31\",\"next_due\":\"2026-03-01\"}", STATE_LIVE, 0},
	 {"response", ID("21"), "{\"form\":\"b\",\"responded\":\"2026-03-03\",\"next_due\":\"2026-06-01\"}", STATE_LIVE, 0}},
	 "response", "2026-03-01"},
	{"a visit that is arranged", {KASE("test_five", ""),
	 SERVICE("20", "2026-05-20", "home_visit", "planned")},
	 "visit", "2026-05-20"},
	{"the answer a referral waits for", {KASE("test_five", ""),
	 {"referral", ID("20"), "{\"status\":\"requested\",\"requested\":\"2026-05-01\",\"deadline\":\"2026-05-11\"}", STATE_LIVE, 0}},
	 "referral", "2026-05-11"},
	{"a referral that was accepted", {KASE("test_five", ""),
	 {"referral", ID("20"), "{\"status\":\"accepted\",\"requested\":\"2026-05-01\",\"deadline\":\"2026-05-11\"}", STATE_LIVE, 0}},
	 "referral", "-"},
	{"a task with another status than open", {KASE("test_five", ""),
	 {"task", ID("20"), "{\"title\":\"t\",\"status\":\"cancelled\",\"due\":\"2026-05-11\"}", STATE_LIVE, 0}},
	 "task", "-"},
	{"a retracted task", {KASE("test_five", ""),
	 {"task", ID("20"), "{\"title\":\"t\",\"due\":\"2026-05-11\"}", STATE_RETRACTED, 0}},
	 "task", "-"},
	{"a restricted visit", {KASE("test_five", ""),
	 {"service", ID("20"), "{\"started_at\":\"2026-05-20T09:00:00+08:00\",\"kind\":\"home_visit\",\"status\":\"planned\"}", STATE_LIVE, CLASS_RESTRICTED}},
	 "visit", "-"},
  /* clang-format on */
};

static void records_name_their_days(void)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		struct fold f = fold(named[i].x, ARRAY_LEN(named[i].x));

		CHECK_STR(due_of(&f, named[i].code), named[i].due);
		done(&f);
		if (tap_bad) {
			printf("# %s\n", named[i].why);
			break;
		}
	}
}

static void tries_to_reach_a_client_lead_to_a_decision(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_visits", OPENED("2026-01-01")),
		SERVICE("20", "2026-01-10", "home_visit", "completed"),
		SERVICE("21", "2026-02-02", "phone_contact", "not_reached"),
		SERVICE("22", "2026-02-02", "home_visit", "not_reached"),
		SERVICE("23", "2026-02-09", "home_visit", "not_reached"),
		SERVICE("24", "2026-02-17", "phone_contact", "not_reached"),
		SERVICE("25", "2026-02-18", "phone_contact", "completed"),
	};
	/* clang-format on */
	struct fold f = fold(x, 5);

	/* Twice on one day is one try. */
	CHECK_STR(due_of(&f, "contact_try"), "2026-02-16");
	CHECK(find(&f, "contact_try") && find(&f, "contact_try")->times == 2);
	done(&f);
	f = fold(x, 6);
	CHECK_STR(due_of(&f, "contact_try"), "-");
	CHECK_STR(due_of(&f, "lost_contact"), "2026-02-24");
	done(&f);
	f = fold(x, 7);
	CHECK_STR(due_of(&f, "lost_contact"), "-");
	done(&f);
}

static void late_counts_from_the_end_of_the_day(void)
{
	struct due_item d;
	struct date on = day("2026-03-02");

	memset(&d, 0, sizeof(d));
	CHECK(due_days_late(&d, &on) == 0);
	d.due = day("2026-03-02");
	CHECK(due_days_late(&d, &on) == 0);
	d.due = day("2026-02-27");
	CHECK(due_days_late(&d, &on) == 3);
	d.due = day("2026-03-09");
	CHECK(due_days_late(&d, &on) == 0);
}

int main(void)
{
	RUN(first_contact_is_owed_by_its_clock);
	RUN(follow_ups_after_closing_come_at_1_3_6_and_12_months);
	RUN(the_months_agreed_at_the_closing_win_over_the_pack);
	RUN(a_crisis_owes_a_contact_between_24_and_72_hours);
	RUN(a_year_is_complete_at_its_last_day);
	RUN(consents_are_asked_anew_at_14_and_at_18);
	RUN(a_child_of_eight_is_asked);
	RUN(records_name_their_days);
	RUN(tries_to_reach_a_client_lead_to_a_decision);
	RUN(late_counts_from_the_end_of_the_day);
	return tap_done();
}
