/*
 * test_measure.c - what the records of a case amount to.
 *
 * Figures come from our domain notes (§1.1, §4.12, §10.7) or were reckoned by
 * hand, as said beside them.
 */
#include "proto/measure.h"

#include "tests/lib/gen.h"
#include "tests/unit/proto/scheduled.h"

struct taken {
	struct catalogue *c;
	struct arena *mem;
	json_t *result;
	const json_t *measures;
};

static void add_to_run(struct measure_run *run, const struct catalogue *c,
	const struct item *x, struct arena *mem)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	r.type = catalogue_type(c, x->type);
	if (!r.type)
		die("the test's own type is wrong: %s", x->type);
	r.type_name = x->type;
	r.id = id(x->id);
	r.state = x->state;
	r.cls = x->cls ? x->cls : (int)r.type->cls;
	measure_add(run, &r, parse(x->body, mem));
}

static struct taken take_in(
	const char *on, const struct item *x, size_t n, const size_t *order)
{
	struct taken t;
	struct uuid kase = id(CASE);
	struct date today = day(on);
	struct measure_run *run;

	memset(&t, 0, sizeof(t));
	t.mem = arena_new();
	t.c = catalogue_of_test();
	run = measure_begin(t.c, holidays(t.c, t.mem), &kase, &today, t.mem);
	for (size_t i = 0; i < n; i++)
		if (x[order ? order[i] : i].type)
			add_to_run(run, t.c, &x[order ? order[i] : i], t.mem);
	t.result = measure_end(run);
	t.measures = json_object_get(t.result, "measures");
	return t;
}

static struct taken take(const char *on, const struct item *x, size_t n)
{
	return take_in(on, x, n, NULL);
}

static void drop(struct taken *t)
{
	catalogue_free(t->c);
	arena_free(t->mem);
}

/* A measure as text; "-" when it was not reckoned. */
static const char *of(const struct taken *t, const char *path)
{
	const json_t *v = t->measures;
	const char *part = path;

	while (v && part) {
		size_t n = strcspn(part, ".");

		v = json_object_getn(v, part, n);
		part = part[n] ? part + n + 1 : NULL;
	}
	return v ? json_canonical(v, t->mem) : "-";
}

static const char *gaps(const struct taken *t)
{
	const json_t *list = json_object_get(t->result, "gaps");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++)
		out = arena_printf(t->mem, "%s%s%s", out, i ? " " : "",
			json_str(json_array_get(list, i), "code"));
	return out;
}

#define MORE_SERVICE(n, at, kind, status, more)                                \
	{                                                                      \
		"service", ID(n),                                              \
			"{\"started_at\":\"" at                                \
			"T09:00:00+08:00\",\"kind\":\"" kind                   \
			"\",\"status\":\"" status "\"" more "}",               \
			STATE_LIVE, 0                                          \
	}

/* ---- services ---- */

/*
 * §1.1: a case open for 300 days with 13 contacts has 15.8 a year. What did not
 * take place, was not direct, came before the opening or after the day asked
 * for, or was taken back, is none of them.
 */
static void thirteen_contacts_in_300_days_are_15_8_a_year(void)
{
	static const char *const not_counted[] = {
		"\"2025-02-02T09:00:00+08:00\",\"kind\":\"home_visit\","
		"\"status\":\"cancelled\"",
		"\"2025-02-02T09:00:00+08:00\",\"kind\":\"home_visit\","
		"\"status\":\"no_show\"",
		"\"2025-02-02T09:00:00+08:00\",\"kind\":\"home_visit\","
		"\"status\":\"planned\"",
		"\"2025-02-02T09:00:00+08:00\",\"kind\":\"administration\","
		"\"status\":\"completed\"",
		"\"2025-02-02T09:00:00+08:00\",\"kind\":\"coordination\","
		"\"status\":\"completed\"",
		"\"2024-12-30T09:00:00+08:00\",\"kind\":\"home_visit\","
		"\"status\":\"completed\"",
		"\"2025-10-30T09:00:00+08:00\",\"kind\":\"home_visit\","
		"\"status\":\"completed\"",
	};
	struct item x[32] = {KASE("test_measured", OPENED("2025-01-01"))};
	struct arena *mem = arena_new();
	size_t n = 1;
	struct taken t;

	for (unsigned i = 0; i < 13; i++, n++)
		x[n] = (struct item){"service",
			arena_printf(mem, ID("%02x"), i + 16),
			arena_printf(mem,
				"{\"started_at\":\"2025-%02u-15T09:00:00+08:"
				"00\","
				"\"kind\":\"home_visit\",\"status\":"
				"\"completed\","
				"\"minutes\":45}",
				i % 10 + 1),
			STATE_LIVE, 0};
	for (size_t i = 0; i < ARRAY_LEN(not_counted); i++, n++)
		x[n] = (struct item){"service",
			arena_printf(mem, ID("%02x"), (unsigned)i + 64),
			arena_printf(
				mem, "{\"started_at\":%s}", not_counted[i]),
			STATE_LIVE, 0};
	x[n] = x[1];
	x[n].id = ID("70");
	x[n++].state = STATE_RETRACTED;
	t = take("2025-10-28", x, n);
	CHECK_STR(of(&t, "days_open"), "300");
	CHECK_STR(of(&t, "services_per_case_year"), "15.83");
	/* two more took place, before the opening and after today */
	CHECK_STR(of(&t, "services_completed"), "15");
	CHECK_STR(of(&t, "service_minutes"), "585");
	CHECK_STR(of(&t, "services_by_kind"), "{\"home_visit\":15}");
	/* 15 × 300 ÷ 365.25 = 12.32; 13 ÷ 12.3203 = 105.52 % */
	CHECK_STR(of(&t, "services_expected"), "12.32");
	CHECK_STR(of(&t, "services_of_expected"), "105.52");
	drop(&t);
	arena_free(mem);
}

static void what_is_expected_may_be_the_cases_own_or_of_the_case_as_a_whole(
	void)
{
	/* clang-format off */
	static const struct {
		struct item x[3];
		const char *expected, *share;
	} rows[] = {
		{{KASE("test_per_case", OPENED("2025-01-01")),
		  SERVICE("20", "2025-02-01", "home_visit", "completed")}, "9", "11.11"},
		/* 30 a year, open for half of one: 182 ÷ 365.25 × 30 */
		{{KASE("test_per_case", OPENED("2025-01-01") ",\"expected_services\":30"),
		  SERVICE("20", "2025-02-01", "home_visit", "completed")}, "14.95", "6.69"},
		{{KASE("test_five", OPENED("2025-01-01"))}, "-", "-"},
		{{KASE("test_per_case", "")}, "-", "-"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct taken t = take("2025-07-02", rows[i].x, 3);

		CHECK_STR(of(&t, "services_expected"), rows[i].expected);
		CHECK_STR(of(&t, "services_of_expected"), rows[i].share);
		drop(&t);
	}
}

/* A closed case stands still on its closing day. */
static void a_closed_case_is_measured_on_its_last_day(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_measured", OPENED("2025-01-01") ",\"closed\":\"2025-10-28\""),
		SERVICE("20", "2025-10-28", "home_visit", "completed"),
		SERVICE("21", "2025-11-28", "phone_contact", "completed"),
	};
	/* clang-format on */
	struct taken t = take("2026-11-22", x, ARRAY_LEN(x));

	CHECK_STR(of(&t, "days_open"), "300");
	CHECK_STR(of(&t, "services_completed"), "2");
	/* the follow-up after closing is no service of those days: 1 × 1.2175
	 */
	CHECK_STR(of(&t, "services_per_case_year"), "1.22");
	drop(&t);
}

/* 1 March and a week: late from 9 March on. */
static void a_note_that_nobody_signs_is_late_after_a_week(void)
{
	static const struct {
		enum record_state state;
		const char *status, *on, *late;
	} rows[] = {
		{STATE_LIVE,      "completed", "2026-03-08", "0"},
		{STATE_LIVE,      "completed", "2026-03-09", "1"},
		{STATE_DRAFT,     "completed", "2026-03-09", "1"},
		{STATE_SIGNED,    "completed", "2026-03-09", "0"},
		{STATE_RETRACTED, "completed", "2026-03-09", "0"},
		{STATE_LIVE,      "cancelled", "2026-03-09", "0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *mem = arena_new();
		const struct item x[] = {
			KASE("test_five", OPENED("2026-01-31")),
			{"service", ID("20"),
							     arena_printf(mem,
							     "{\"started_at\":\"2026-03-01T09:00:00"
					"+08:00\",\"kind\":\"administration\","
					"\"status\":\"%s\"}", rows[i].status),
							     rows[i].state, 0}
                };
		struct taken t = take(rows[i].on, x, ARRAY_LEN(x));

		CHECK_STR(of(&t, "notes_unsigned"), rows[i].late);
		drop(&t);
		arena_free(mem);
	}
}

/* ---- first contact ---- */

static void first_contact_is_measured_in_days_people_work(void)
{
	/* clang-format off */
	static const struct {
		struct item x[3];
		const char *on, *days, *work, *in_time;
	} rows[] = {
		/* Thu 9 Oct 2025; Fri 10, Sat 11 (make-up), Mon 13 */
		{{KASE("test_measured", OPENED("2025-10-09")), SERVICE("20", "2025-10-13", "home_visit", "completed")},
		 "2025-11-01", "4", "3", "false"},
		{{KASE("test_measured", OPENED("2025-10-09")), SERVICE("20", "2025-10-11", "home_visit", "completed")},
		 "2025-11-01", "2", "2", "true"},
		{{KASE("test_measured", OPENED("2025-10-09")), SERVICE("20", "2025-10-09", "home_visit", "completed")},
		 "2025-11-01", "0", "0", "true"},
		{{KASE("test_measured", OPENED("2025-10-09"))}, "2025-10-11", "-", "-", "-"},
		{{KASE("test_measured", OPENED("2025-10-09"))}, "2025-10-12", "-", "-", "false"},
		{{KASE("test_per_case", OPENED("2025-10-09")), SERVICE("20", "2025-10-13", "home_visit", "completed")},
		 "2025-11-01", "4", "3", "-"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct taken t = take(rows[i].on, rows[i].x, 3);

		CHECK_STR(of(&t, "first_contact_days"), rows[i].days);
		CHECK_STR(of(&t, "first_contact_working_days"), rows[i].work);
		CHECK_STR(of(&t, "first_contact_in_time"), rows[i].in_time);
		drop(&t);
	}
}

/* ---- settings ---- */

static void visits_count_by_the_setting_of_the_day(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_measured", OPENED("2026-01-01")),
		{"segment", ID("10"), "{\"setting\":\"outpatient\",\"from\":\"2026-01-01\",\"to\":\"2026-01-11\"}", STATE_LIVE, 0},
		{"segment", ID("11"), "{\"setting\":\"home\",\"from\":\"2026-01-11\",\"to\":\"2026-02-10\"}", STATE_LIVE, 0},
		{"segment", ID("12"), "{\"setting\":\"inpatient\",\"from\":\"2026-02-10\"}", STATE_LIVE, 0},
		SERVICE("20", "2026-01-05", "home_visit", "completed"),
		/* on the day of the change: the new setting */
		SERVICE("21", "2026-01-11", "home_visit", "completed"),
		SERVICE("22", "2026-02-01", "phone_contact", "completed"),
		SERVICE("23", "2026-02-02", "phone_contact", "no_show"),
		SERVICE("24", "2026-02-20", "ward_contact", "completed"),
		/* before any segment: by where it took place; remote is nowhere */
		MORE_SERVICE("25", "2025-12-20", "home_visit", "completed", ",\"setting\":\"school\""),
		MORE_SERVICE("26", "2025-12-21", "video_contact", "completed", ",\"setting\":\"remote\""),
	};
	/* clang-format on */
	struct taken t = take("2026-03-01", x, ARRAY_LEN(x));

	CHECK_STR(of(&t, "by_setting.outpatient"),
		"{\"days\":10,\"persons\":1,\"segments\":1,\"visits\":1}");
	CHECK_STR(of(&t, "by_setting.home"),
		"{\"days\":30,\"persons\":1,\"segments\":1,\"visits\":2}");
	CHECK_STR(of(&t, "by_setting.inpatient"),
		"{\"days\":19,\"persons\":1,\"segments\":1,\"visits\":1}");
	CHECK_STR(of(&t, "by_setting.community"),
		"{\"days\":0,\"persons\":1,\"segments\":0,\"visits\":1}");
	CHECK_STR(of(&t, "setting_transfers"), "2");
	CHECK_STR(of(&t, "segments"), "3");
	drop(&t);
	t = take("2026-03-01", x, 1);
	CHECK_STR(of(&t, "by_setting"), "-");
	drop(&t);
}

/* ---- people and phases ---- */

static void professions_and_phases_come_from_members_reviews_and_services(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_measured", OPENED("2026-01-01")),
		{"member", ID("10"), "{\"role\":\"social_worker\",\"from\":\"2026-01-01\"}", STATE_LIVE, 0},
		{"member", ID("11"), "{\"role\":\"guardian\",\"from\":\"2026-01-01\"}", STATE_LIVE, 0},
		{"member", ID("12"), "{\"role\":\"social_worker\",\"from\":\"2026-02-01\"}", STATE_LIVE, 0},
		{"review", ID("13"), "{\"held\":\"2026-02-02\",\"attendance\":[{\"role\":\"nurse\",\"present\":false},"
			"{\"role\":\"police\",\"present\":true},{\"name\":\"x\",\"present\":true}]}", STATE_LIVE, 0},
		MORE_SERVICE("20", "2026-01-05", "home_visit", "completed", ",\"phase_of_care\":\"post\""),
		MORE_SERVICE("21", "2026-01-06", "home_visit", "completed", ",\"phase_of_care\":\"pre\""),
		MORE_SERVICE("22", "2026-01-07", "home_visit", "cancelled", ",\"phase_of_care\":\"in\""),
		{"review", ID("14"), "{\"held\":\"2026-03-02\",\"attendance\":[{\"role\":\"psychiatrist\",\"present\":true}]}", STATE_LIVE, 0},
	};
	/* clang-format on */
	struct taken t = take("2026-06-01", x, 8);

	CHECK_STR(of(&t, "professions"), "[\"social_worker\"]");
	CHECK_STR(of(&t, "phases_of_care"), "[\"pre\",\"post\"]");
	CHECK_STR(of(&t, "reviews"), "1");
	CHECK_STR(gaps(&t), "team full_cycle goals eased");
	drop(&t);
	t = take("2026-06-01", x, 9);
	CHECK_STR(
		of(&t, "professions"), "[\"psychiatrist\",\"social_worker\"]");
	CHECK_STR(gaps(&t), "full_cycle goals eased");
	drop(&t);
}

/* ---- goals ---- */

#define GOAL(n, weight, first, last)                                           \
	{                                                                      \
		"goal", ID(n),                                                 \
			"{\"title\":\"g\",\"weight\":" weight ",\"reached\":[" \
			"{\"on\":\"2026-06-01\",\"level\":" last "},"          \
			"{\"on\":\"2026-01-05\",\"level\":" first "}]}",       \
			STATE_LIVE, 0                                          \
	}

/* The vectors of §4.12: T before and after, and their difference. By hand: for
 * w = (3,2,1) the change is 10 × 9 ÷ √20.6 = 19.83; for w = (2,3), all one
 * below, T is 50 − 10 × 5 ÷ √16.6 = 37.73. */
static void goal_attainment_is_kiresuk_and_shermans(void)
{
	/* clang-format off */
	static const struct {
		struct item x[4];
		const char *first, *last, *change, *attained, *word;
	} rows[] = {
		{{KASE("test_five", ""), GOAL("20", "1", "-1", "1"), GOAL("21", "1", "-1", "0"), GOAL("22", "1", "-1", "0")},
		 "36.31", "54.56", "18.26", "3", "\"all\""},
		{{KASE("test_five", ""), GOAL("20", "3", "-1", "1"), GOAL("21", "2", "-1", "0"), GOAL("22", "1", "-2", "-1")},
		 "34.58", "54.41", "19.83", "2", "\"mostly\""},
		{{KASE("test_five", ""), GOAL("20", "2", "-1", "-1"), GOAL("21", "3", "-1", "-1")},
		 "37.73", "37.73", "0", "0", "\"not_achieved\""},
		{{KASE("test_five", ""), {"goal", ID("20"), "{\"title\":\"g\",\"reached\":[{\"on\":\"2026-01-05\",\"level\":-1}]}", STATE_LIVE, 0}},
		 "40", "40", "-", "0", "-"},
		{{KASE("test_five", ""), {"goal", ID("20"), "{\"title\":\"g\",\"status\":\"achieved\"}", STATE_LIVE, 0},
		  {"goal", ID("21"), "{\"title\":\"g\",\"status\":\"in_progress\"}", STATE_LIVE, 0}},
		 "-", "-", "-", "1", "\"partly\""},
		/* thresholds of the pack: half is mostly */
		{{KASE("test_per_case", ""), {"goal", ID("20"), "{\"title\":\"g\",\"status\":\"achieved\"}", STATE_LIVE, 0},
		  {"goal", ID("21"), "{\"title\":\"g\",\"status\":\"in_progress\"}", STATE_LIVE, 0}},
		 "-", "-", "-", "1", "\"mostly\""},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct taken t = take("2026-06-02", rows[i].x, 4);

		CHECK_STR(of(&t, "gas_first"), rows[i].first);
		CHECK_STR(of(&t, "gas_last"), rows[i].last);
		CHECK_STR(of(&t, "gas_change"), rows[i].change);
		CHECK_STR(of(&t, "goals_attained"), rows[i].attained);
		CHECK_STR(of(&t, "goals_summary"), rows[i].word);
		drop(&t);
	}
}

/* ---- coverage ---- */

static void services_fill_cells_of_four_dimensions_and_three_groups(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_measured", OPENED("2026-01-01")),
		MORE_SERVICE("20", "2026-01-05", "home_visit", "completed", ",\"dimension\":\"treatment\",\"recipient_group\":\"recipients_families\""),
		MORE_SERVICE("21", "2026-01-06", "home_visit", "completed", ",\"dimension\":\"treatment\",\"recipient_group\":\"recipients_families\""),
		/* teaching the ward is no direct service, but it is one of the twelve */
		MORE_SERVICE("22", "2026-01-07", "coordination", "completed", ",\"dimension\":\"humanistic_care\",\"recipient_group\":\"medical_team\""),
		MORE_SERVICE("23", "2026-01-08", "home_visit", "no_show", ",\"dimension\":\"rehabilitation\",\"recipient_group\":\"public\""),
		MORE_SERVICE("24", "2026-01-09", "home_visit", "completed", ",\"dimension\":\"rehabilitation\""),
	};
	/* clang-format on */
	struct taken t = take("2026-06-02", x, ARRAY_LEN(x));
	const json_t *map = json_object_get(t.result, "coverage");

	CHECK_STR(json_canonical(json_object_get(map, "cells"), t.mem),
		"[[0,0,0],[2,0,0],[0,0,0],[0,1,0]]");
	CHECK(json_int(map, "empty", -1) == 10);
	CHECK_STR(json_str(json_object_get(map, "rows"), "codes"),
		"service_dimension");
	CHECK_STR(of(&t, "coverage_cells"), "12");
	CHECK_STR(of(&t, "coverage_filled"), "2");
	CHECK_STR(of(&t, "coverage_share"), "16.67");
	drop(&t);
}

/* ---- needs ---- */

static void needs_are_the_worst_of_the_first_and_of_the_last_day(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_measured", OPENED("2026-01-01")),
		{"need", ID("20"), "{\"domain\":\"economic\",\"severity\":2,\"identified\":\"2026-01-05\"}", STATE_LIVE, 0},
		{"need", ID("21"), "{\"domain\":\"economic\",\"severity\":4,\"identified\":\"2026-01-05\"}", STATE_LIVE, 0},
		{"need", ID("22"), "{\"domain\":\"medical\",\"severity\":1,\"identified\":\"2026-01-05\"}", STATE_LIVE, 0},
		{"response", ID("23"), "{\"form\":\"four_aspects\",\"responded\":\"2026-05-01\",\"answers\":"
			"{\"economic_severity\":1,\"medical_severity\":3,\"social_support_severity\":2}}", STATE_LIVE, 0},
	};
	/* clang-format on */
	struct taken t = take("2026-06-02", x, ARRAY_LEN(x));

	CHECK_STR(of(&t, "needs"),
		"{\"economic\":{\"first\":4,\"last\":1},"
		"\"medical\":{\"first\":1,\"last\":3},"
		"\"social_support\":{\"first\":2,\"last\":2}}");
	CHECK_STR(of(&t, "needs_improved"), "1");
	CHECK_STR(gaps(&t), "team full_cycle goals in_time");
	drop(&t);
}

/* ---- before and after ---- */

#define PHQ(n, on, more, answers)                                              \
	{                                                                      \
		"assessment", ID(n),                                           \
			"{\"instrument\":\"phq9\",\"version\":\"2001\","       \
			"\"assessed\":\"" on "\",\"answers\":[" answers        \
			"]" more "}",                                          \
			STATE_LIVE, 0                                          \
	}
#define SDS(n, on, more)                                                       \
	{                                                                      \
		"assessment", ID(n),                                           \
			"{\"instrument\":\"sds\",\"assessed\":\"" on "\","     \
			"\"answers\":[2,3,2,1,3,3,1,3,2,3,3,2,2,2,2,3,3,2,1,"  \
			"3]" more "}",                                         \
			STATE_LIVE, 0                                          \
	}
#define FOURTEEN "2,2,3,2,1,1,2,0,1" /* §4.4 */
#define FOUR     "1,1,0,1,0,0,0,0,1" /* §10.7 */

static void only_the_same_person_by_the_same_ruler_makes_a_pair(void)
{
	/* clang-format off */
	static const struct {
		const char *why;
		struct item x[4];
		const char *pairs, *improved;
	} rows[] = {
		{"before and after", {KASE("test_five", ""), PHQ("20", "2026-01-05", "", FOURTEEN), PHQ("21", "2026-06-05", "", FOUR)}, "1", "1"},
		{"for the worse", {KASE("test_five", ""), PHQ("20", "2026-01-05", "", FOUR), PHQ("21", "2026-06-05", "", FOURTEEN)}, "1", "0"},
		{"the client by name and by silence", {KASE("test_five", ""), PHQ("20", "2026-01-05", "", FOURTEEN),
		  PHQ("21", "2026-06-05", ",\"subject\":\"" CHILD "\"", FOUR)}, "1", "1"},
		{"another person", {KASE("test_five", ""), PHQ("20", "2026-01-05", "", FOURTEEN),
		  PHQ("21", "2026-06-05", ",\"subject\":\"" ID("09") "\"", FOUR)}, "0", "0"},
		{"another respondent", {KASE("test_five", ""), PHQ("20", "2026-01-05", ",\"respondent\":\"self\"", FOURTEEN),
		  PHQ("21", "2026-06-05", ",\"respondent\":\"proxy\"", FOUR)}, "0", "0"},
		{"another version", {KASE("test_five", ""), SDS("20", "2026-01-05", ""), SDS("21", "2026-06-05", ",\"variant\":\"round\"")}, "0", "0"},
		{"the same version", {KASE("test_five", ""), SDS("20", "2026-01-05", ",\"variant\":\"round\""),
		  SDS("21", "2026-06-05", ",\"variant\":\"round\"")}, "1", "0"},
		{"the same day", {KASE("test_five", ""), PHQ("20", "2026-01-05", "", FOURTEEN), PHQ("21", "2026-01-05", "", FOUR)}, "0", "0"},
		{"a baseline dated after the end", {KASE("test_five", ""), PHQ("20", "2026-06-05", ",\"timepoint\":\"baseline\"", FOURTEEN),
		  PHQ("21", "2026-01-05", ",\"timepoint\":\"end\"", FOUR)}, "0", "0"},
		{"an answer is missing", {KASE("test_five", ""), PHQ("20", "2026-01-05", "", "2,2,3,2,1,1,2,0,null"),
		  PHQ("21", "2026-06-05", "", FOUR)}, "0", "0"},
		{"baseline, not the screening before it", {KASE("test_five", ""), PHQ("20", "2025-12-05", "", FOUR),
		  PHQ("21", "2026-01-05", ",\"timepoint\":\"baseline\"", FOURTEEN), PHQ("22", "2026-06-05", ",\"timepoint\":\"end\"", FOUR)}, "1", "1"},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct taken t = take("2026-06-06", rows[i].x, 4);

		CHECK_STR(of(&t, "pairs"), rows[i].pairs);
		CHECK_STR(of(&t, "pairs_improved"), rows[i].improved);
		drop(&t);
		if (tap_bad) {
			printf("# %s\n", rows[i].why);
			break;
		}
	}
}

static void a_pair_tells_both_scores_and_their_days(void)
{
	/* clang-format off */
	static const struct item x[] = {KASE("test_five", ""),
		PHQ("20", "2026-01-05", ",\"respondent\":\"self\"", FOURTEEN),
		PHQ("21", "2026-03-05", ",\"respondent\":\"self\"", FOURTEEN),
		PHQ("22", "2026-06-05", ",\"respondent\":\"self\"", FOUR)};
	/* clang-format on */
	struct taken t = take("2026-06-06", x, ARRAY_LEN(x));

	CHECK_STR(of(&t, "scores"),
		"[{\"change\":-10,\"first\":14,\"first_on\":\"2026-01-05\","
		"\"instrument\":\"phq9\",\"last\":4,\"last_on\":\"2026-06-05\","
		"\"respondent\":\"self\",\"subject\":\"" CHILD
		"\",\"version\":\"2001\",\"way\":\"better\"}]");
	CHECK_STR(of(&t, "paired"), "[\"phq9\"]");
	drop(&t);
}

/* ---- the work around ---- */

static void loops_money_and_papers_are_counted(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_five", OPENED("2026-01-01")),
		{"task", ID("20"), "{\"title\":\"t\",\"kind\":\"issue\",\"status\":\"closed\"}", STATE_LIVE, 0},
		{"task", ID("21"), "{\"title\":\"t\",\"kind\":\"issue\",\"status\":\"done\"}", STATE_LIVE, 0},
		{"task", ID("22"), "{\"title\":\"t\",\"kind\":\"issue\",\"status\":\"cancelled\"}", STATE_LIVE, 0},
		{"task", ID("23"), "{\"title\":\"t\",\"kind\":\"client_opinion\",\"status\":\"open\"}", STATE_LIVE, 0},
		{"task", ID("24"), "{\"title\":\"t\",\"kind\":\"client_opinion\",\"status\":\"open\",\"responded\":\"2026-02-02\"}", STATE_LIVE, 0},
		{"task", ID("25"), "{\"title\":\"t\",\"kind\":\"action\",\"status\":\"closed\"}", STATE_LIVE, 0},
		{"application", ID("30"), "{\"status\":\"paid\",\"asked\":1000000,\"approved\":800000,\"payments\":"
			"[{\"date\":\"2026-02-01\",\"amount\":500000},{\"date\":\"2026-03-01\",\"amount\":300000}]}", STATE_LIVE, 0},
		{"application", ID("31"), "{\"status\":\"draft\",\"asked\":99}", STATE_LIVE, 0},
		{"referral", ID("32"), "{\"status\":\"acknowledged\",\"requested\":\"2026-02-01\"}", STATE_LIVE, 0},
		{"referral", ID("33"), "{\"status\":\"draft\"}", STATE_LIVE, 0},
		{"referral", ID("34"), "{\"status\":\"declined\",\"requested\":\"2026-03-01\"}", STATE_LIVE, 0},
		{"document", ID("35"), "{\"title\":\"d\",\"kind\":\"dignity_document\",\"status\":\"delivered\",\"delivered\":\"2026-03-01\"}", STATE_LIVE, 0},
		{"document", ID("36"), "{\"title\":\"d\",\"kind\":\"letter\",\"status\":\"draft\"}", STATE_LIVE, 0},
		{"contract", ID("37"), "{\"status\":\"active\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\",\"choice\":\"other_team\"}", STATE_LIVE, 0},
		{"supervision", ID("38"), "{\"requested\":\"2026-02-01\",\"status\":\"held\",\"held\":\"2026-02-05\"}", STATE_LIVE, 0},
		{"plan", ID("39"), "{\"agreed\":\"2026-02-01\",\"approved\":\"2026-02-02\"}", STATE_LIVE, 0},
	};
	static const struct {
		const char *path, *value;
	} want[] = {
		{"issues", "2"}, {"issues_closed", "1"}, {"issues_closed_share", "50"},
		{"opinions", "2"}, {"opinions_answered", "1"},
		{"applications", "1"}, {"amount_asked", "1000000"}, {"amount_approved", "800000"}, {"amount_paid", "800000"},
		{"referrals", "2"}, {"referrals_closed", "1"},
		{"documents", "[\"dignity_document\"]"}, {"documents_delivered", "1"},
		{"contract_in_force", "true"}, {"contract_choice", "\"other_team\""},
		{"supervisions", "1"}, {"plan_approved", "true"},
	};
	/* clang-format on */
	struct taken t = take("2026-12-31", x, ARRAY_LEN(x));

	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		CHECK_STR(of(&t, want[i].path), want[i].value);
	drop(&t);
	t = take("2027-01-01", x, ARRAY_LEN(x));
	CHECK_STR(of(&t, "contract_in_force"), "false");
	drop(&t);
}

static void lateness_and_completeness_come_from_the_schedule(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_t1d", OPENED("2025-01-01")),
		BORN("2020-06-15"),
		BASELINE("\"diagnosed\":\"2025-01-10\",\"antibodies\":false"),
		{"task", ID("20"), "{\"title\":\"t\",\"due\":\"2025-03-01\"}", STATE_LIVE, 0},
	};
	/* clang-format on */
	struct taken t = take("2025-03-11", x, ARRAY_LEN(x));

	/* All items that start at the diagnosis, and the task. */
	CHECK_STR(of(&t, "overdue_items"), "7");
	CHECK_STR(of(&t, "overdue_days"), "60");
	CHECK_STR(of(&t, "schedule_due"), "6");
	CHECK_STR(of(&t, "schedule_missing"), "6");
	CHECK_STR(of(&t, "schedule_completeness"), "0");
	drop(&t);
}

/* Its readers see restricted records; a schedule all read does not. */
static void what_only_some_may_read_is_measured_for_them(void)
{
	/* clang-format off */
	static const struct item x[] = {
		KASE("test_measured", OPENED("2026-01-01")),
		{"service", ID("20"), "{\"started_at\":\"2026-01-02T09:00:00+08:00\",\"kind\":\"interview\","
			"\"status\":\"completed\",\"restricted\":true}", STATE_LIVE, CLASS_RESTRICTED},
	};
	/* clang-format on */
	struct taken t = take("2026-01-10", x, ARRAY_LEN(x));

	CHECK_STR(of(&t, "services_completed"), "1");
	CHECK_STR(of(&t, "first_contact_in_time"), "true");
	CHECK_STR(of(&t, "overdue_items"), "1"); /* the first contact */
	drop(&t);
}

/* ---- the table ---- */

static void every_measure_of_a_case_is_in_the_table_and_found_by_its_path(void)
{
	/* clang-format off */
	static const struct item x[] = {KASE("test_measured", OPENED("2026-01-01"))};
	/* clang-format on */
	struct taken t = take("2026-06-06", x, 1);
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)t.measures, name, v)
	{
		const struct measure *m = measure_find(name);

		CHECK(m && m->of == MEASURE_CASE);
	}
	CHECK(measure_find("needs.economic.last") != NULL);
	CHECK(measure_find("goals.first") == NULL);
	CHECK(measure_find("goal") == NULL);
	CHECK(measure_find("") == NULL);
	for (size_t i = 0; i < measure_count; i++) {
		CHECK(measures[i].zh[0] && measures[i].en[0] &&
			measures[i].formula[0]);
		CHECK(!measures[i].codes ||
			catalogue_codes(t.c, measures[i].codes));
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(measures[i].name, measures[k].name) != 0);
	}
	drop(&t);
}

/* ---- order ---- */

static const char *const random_types[] = {"service", "response", "assessment",
	"segment", "member", "review", "supervision", "plan", "goal", "need",
	"task", "referral", "application", "document", "contract", "consent"};

static size_t random_case(struct gen *g, struct item *x, size_t n)
{
	/* clang-format off */
	static const struct item first[] = {
		KASE("test_measured", OPENED("2026-01-01")),
		BORN("2012-06-15"),
		PHQ("20", "2026-01-05", "", FOURTEEN), PHQ("21", "2026-06-05", "", FOUR),
		GOAL("22", "3", "-1", "1"), GOAL("23", "2", "-1", "0"),
	};
	/* clang-format on */
	struct catalogue *c = catalogue_load();

	memcpy(x, first, sizeof(first));
	for (size_t i = ARRAY_LEN(first); i < n; i++) {
		const char *type = random_types[gen_below(
			g, (unsigned)ARRAY_LEN(random_types))];
		json_t *body = gen_body(g, catalogue_type(c, type), 80);

		x[i].type = type;
		x[i].id = arena_printf(g->mem, ID("%02x"), (unsigned)i + 64);
		x[i].body = json_canonical(body, g->mem);
		x[i].state = (enum record_state)gen_below(g, 4);
		x[i].cls = gen_chance(g, 10) ? CLASS_RESTRICTED : 0;
	}
	catalogue_free(c);
	return n;
}

static void the_order_of_records_does_not_matter(void)
{
	for (unsigned seed = 0; seed < 60 && !tap_bad; seed++) {
		struct gen g = {.state = seed, .mem = arena_new()};
		struct item x[40];
		size_t order[ARRAY_LEN(x)], n;
		struct taken t, other;

		n = random_case(&g, x, ARRAY_LEN(x));
		t = take("2026-11-22", x, n);
		for (size_t i = 0; i < n; i++)
			order[i] = n - 1 - i;
		for (size_t i = n; i > 1; i--) {
			size_t k = gen_below(&g, (unsigned)i), was = order[k];

			order[k] = order[i - 1];
			order[i - 1] = was;
		}
		other = take_in("2026-11-22", x, n, order);
		CHECK_STR(json_canonical(other.result, other.mem),
			json_canonical(t.result, t.mem));
		if (tap_bad)
			printf("# seed %u\n", seed);
		drop(&other);
		drop(&t);
		arena_free(g.mem);
	}
}

int main(void)
{
	RUN(thirteen_contacts_in_300_days_are_15_8_a_year);
	RUN(a_note_that_nobody_signs_is_late_after_a_week);
	RUN(what_is_expected_may_be_the_cases_own_or_of_the_case_as_a_whole);
	RUN(a_closed_case_is_measured_on_its_last_day);
	RUN(first_contact_is_measured_in_days_people_work);
	RUN(visits_count_by_the_setting_of_the_day);
	RUN(professions_and_phases_come_from_members_reviews_and_services);
	RUN(goal_attainment_is_kiresuk_and_shermans);
	RUN(services_fill_cells_of_four_dimensions_and_three_groups);
	RUN(needs_are_the_worst_of_the_first_and_of_the_last_day);
	RUN(only_the_same_person_by_the_same_ruler_makes_a_pair);
	RUN(a_pair_tells_both_scores_and_their_days);
	RUN(loops_money_and_papers_are_counted);
	RUN(lateness_and_completeness_come_from_the_schedule);
	RUN(what_only_some_may_read_is_measured_for_them);
	RUN(every_measure_of_a_case_is_in_the_table_and_found_by_its_path);
	RUN(the_order_of_records_does_not_matter);
	return tap_done();
}
