/*
 * test_schedule_life.c - what falls due around the turns of a life: a service
 * that could not wait for consent, and a death.
 */
#include "tests/unit/proto/scheduled.h"

/* A case of another phase than the usual. */
#define PHASE(pack, phase, more)                                               \
	{                                                                      \
		"case", CASE,                                                  \
			"{\"person\":\"" CHILD "\",\"programme\":\"" pack      \
			"\",\"phase\":\"" phase                                \
			"\",\"home_site\":\"" ID("04") "\"" more "}",          \
			STATE_LIVE, 0                                          \
	}

/* ---- service before consent ---- */

#define URGENT(on) ",\"override_reason\":\"r\",\"opened\":\"" on "\""
#define REVIEW(n, on)                                                          \
	{                                                                      \
		"review", ID(n), "{\"held\":\"" on "\"}", STATE_LIVE, 0        \
	}

static void service_before_consent_is_reviewed_within_three_days(void)
{
	/* clang-format off */
	static const struct {
		const char *why;
		struct item x[4];
		const char *due;
	} rows[] = {
		{"72 hours after the opening",
		 {KASE("test_five", URGENT("2026-03-30"))}, "2026-04-02"},
		{"a case whose consent came first",
		 {KASE("test_five", OPENED("2026-03-30"))}, "-"},
		{"a consent that came since does not take its place",
		 {KASE("test_five", URGENT("2026-03-30")),
			{"consent", ID("20"), "{\"purpose\":\"care\",\"from\":\"2026-03-31\"}", STATE_LIVE, 0}},
		 "2026-04-02"},
		{"reviewed on the day",
		 {KASE("test_five", URGENT("2026-03-30")), REVIEW("20", "2026-03-30")}, "-"},
		{"reviewed late",
		 {KASE("test_five", URGENT("2026-03-30")), REVIEW("20", "2026-05-01")}, "-"},
		{"a review of before the opening was about something else",
		 {KASE("test_five", URGENT("2026-03-30")), REVIEW("20", "2026-03-29")}, "2026-04-02"},
		{"nobody opened it",
		 {KASE("test_five", ",\"override_reason\":\"r\"")}, "-"},
		{"it is closed",
		 {KASE("test_five", URGENT("2026-03-30") ",\"closed\":\"2026-03-31\"")}, "-"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fold f = fold(rows[i].x, ARRAY_LEN(rows[i].x));

		CHECK_STR(due_of(&f, "override_review"), rows[i].due);
		if (tap_bad)
			printf("# %s\n", rows[i].why);
		done(&f);
	}
}

/* ---- death ---- */

#define WHO(more)                                                              \
	{                                                                      \
		"person", CHILD,                                               \
			"{\"name\":\"x\",\"birth\":\"2013-05-06\"" more "}",   \
			STATE_LIVE, 0                                          \
	}
#define DIED ",\"deceased\":\"2026-04-20\""

/* Everything that could be owed of one case at once. */
#define ALL_OF_IT(person)                                                      \
	KASE("test_visits", OPENED("2026-01-31")), person,                     \
		{"consent", ID("20"),                                          \
			"{\"purpose\":\"care\",\"from\":\"2026-01-31\"}",      \
			STATE_LIVE, 0},                                        \
		{"contract", ID("21"),                                         \
			"{\"status\":\"active\",\"from\":\"2025-06-01\","      \
			"\"to\":\"2026-05-31\"}",                              \
			STATE_LIVE, 0},                                        \
		{"plan", ID("22"), "{\"review_date\":\"2026-06-30\"}",         \
			STATE_LIVE, 0},                                        \
		{"response", ID("23"),                                         \
			"{\"form\":\"a\",\"responded\":\"2026-04-20\","        \
			"\"next_due\":\"2026-05-04\"}",                        \
			STATE_LIVE, 0},                                        \
		{"service", ID("24"),                                          \
			"{\"started_at\":\"2026-04-19T09:00:00+08:00\","       \
			"\"kind\":\"home_visit\",\"status\":\"completed\","    \
			"\"next_due\":\"2026-04-26\"}",                        \
			STATE_LIVE, 0},                                        \
		{"service", ID("25"),                                          \
			"{\"started_at\":\"2026-04-20T09:00:00+08:00\","       \
			"\"kind\":\"home_visit\",\"status\":\"not_reached\"}", \
			STATE_LIVE, 0},                                        \
		{"task", ID("26"), "{\"title\":\"t\",\"due\":\"2026-05-11\"}", \
			STATE_LIVE, 0},                                        \
		{"review", ID("27"),                                           \
			"{\"held\":\"2026-03-01\","                            \
			"\"next_review\":\"2026-05-01\"}",                     \
			STATE_LIVE, 0},                                        \
	{                                                                      \
		"referral", ID("28"),                                          \
			"{\"status\":\"requested\","                           \
			"\"requested\":\"2026-04-15\","                        \
			"\"deadline\":\"2026-04-22\"}",                        \
			STATE_LIVE, 0                                          \
	}

static void a_death_ends_what_was_owed_to_the_client(void)
{
	static const struct {
		const char *code, *alive, *died;
	} rows[] = {
  /* of the client, their consent, their contract, their plan */
		{"contact",        "2026-05-19", "-"         },
		{"consent_at_14",  "2027-05-06", "-"         },
		{"contract",       "2026-05-31", "-"         },
		{"plan",           "2026-06-30", "-"         },
		{"response",       "2026-05-04", "-"         },
		{"service",        "2026-04-26", "-"         },
		{"contact_try",    "2026-04-27", "-"         },
 /* of people who go on working together */
		{"task",           "2026-05-11", "2026-05-11"},
		{"review",         "2026-05-01", "2026-05-01"},
		{"referral",       "2026-04-22", "2026-04-22"},
		{"close_deceased", "-",          "2026-04-20"},
	};
	static const struct item alive[] = {ALL_OF_IT(WHO(""))};
	static const struct item died[] = {ALL_OF_IT(WHO(DIED))};
	struct fold a = fold(alive, ARRAY_LEN(alive));
	struct fold d = fold(died, ARRAY_LEN(died));

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_STR(due_of(&a, rows[i].code), rows[i].alive);
		CHECK_STR(due_of(&d, rows[i].code), rows[i].died);
		if (tap_bad)
			printf("# %s\n", rows[i].code);
	}
	CHECK(d.s->n == 4);
	done(&a);
	done(&d);
}

/* What the family and the worker agreed on since is theirs. */
static void what_was_agreed_on_with_the_family_stays(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_five", OPENED("2026-01-31")), WHO(DIED),
		SERVICE("20", "2026-05-20", "home_visit", "planned"),
		{"service", ID("21"), "{\"started_at\":\"2026-04-25T09:00:00+08:00\",\"kind\":\"home_visit\",\"status\":\"completed\",\"next_due\":\"2026-05-25\"}", STATE_LIVE, 0},
		{"response", ID("22"), "{\"form\":\"a\",\"responded\":\"2026-04-25\",\"next_due\":\"2026-06-25\"}", STATE_LIVE, 0},
	};
	/* clang-format on */
	struct fold f = fold(x, ARRAY_LEN(x));

	CHECK_STR(due_of(&f, "visit"), "2026-05-20");
	CHECK_STR(due_of(&f, "service"), "2026-05-25");
	CHECK_STR(due_of(&f, "response"), "2026-06-25");
	done(&f);
}

static void bereavement_falls_due_before_and_after_the_closing(void)
{
	/* clang-format off */
	static const struct item open[] = {
		KASE("test_death", OPENED("2026-01-31")), WHO(DIED)};
	static const struct item closed[] = {
		PHASE("test_death", "follow_up", OPENED("2026-01-31") ",\"closed\":\"2026-04-25\",\"close_reason\":\"deceased\""),
		WHO(DIED)};
	static const struct item closing[] = {
		PHASE("test_death", "closing", OPENED("2026-01-31")), WHO(DIED)};
	/* clang-format on */
	struct fold f = fold(open, ARRAY_LEN(open));

	CHECK_STR(due_of(&f, "bereavement"), "2026-05-20");
	CHECK_STR(due_of(&f, "close_deceased"), "2026-04-20");
	done(&f);
	f = fold(closing, ARRAY_LEN(closing));
	CHECK_STR(due_of(&f, "bereavement"), "2026-05-20");
	CHECK_STR(due_of(&f, "close_deceased"), "-");
	done(&f);
	f = fold(closed, ARRAY_LEN(closed));
	CHECK_STR(due_of(&f, "bereavement"), "2026-05-20");
	CHECK_STR(due_of(&f, "close_deceased"), "-");
	done(&f);
}

/* Monthly contacts from 28 February on, the client died on 20 April: two fell
 * due, and what would have come later is not missing. */
static void a_year_is_judged_up_to_the_death(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_visits", OPENED("2026-01-31")), WHO(DIED),
		SERVICE("20", "2026-02-25", "home_visit", "completed"),
	};
	/* clang-format on */
	struct fold f = fold(x, ARRAY_LEN(x));
	struct date on = day("2026-11-21");
	const struct kept *list;
	struct kept all;

	(void)schedule_completeness(f.run, 2026, &on, &list, &all);
	CHECK(all.due == 2);
	CHECK(all.done == 1);
	CHECK(all.missing == 1);
	done(&f);
}

int main(void)
{
	RUN(service_before_consent_is_reviewed_within_three_days);
	RUN(a_death_ends_what_was_owed_to_the_client);
	RUN(what_was_agreed_on_with_the_family_stays);
	RUN(bereavement_falls_due_before_and_after_the_closing);
	RUN(a_year_is_judged_up_to_the_death);
	return tap_done();
}
