/*
 * test_packs_due.c - what falls due in cases of the first six programmes.
 *
 * The reviews of two invented children, the clocks of community rehabilitation
 * and the steps to a dignity document were reckoned by hand on a calendar, from
 * the tables of our domain notes (§1.2, §2.4, §2.7) and the State Council's
 * notice for 2026.
 */
#include "proto/schedule.h"
#include "tests/lib/tap.h"

#define ID(n) "0192f5a0-0000-7000-8000-0000000000" n
#define CASE  ID("01")
#define CHILD ID("02")
#define SITE  ID("03")

static json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

/* ---- a case and what falls due in it ---- */

struct item {
	const char *type, *id, *body;
};

struct fold {
	struct catalogue *c;
	struct arena *mem;
	const struct schedule *s;
};

static struct calendar *holidays(const struct catalogue *c, struct arena *mem)
{
	const json_t *items = catalogue_codes(c, "public_holiday")->items;
	struct calendar *cal = calendar_new(mem);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *x = json_array_get(items, i);

		calendar_add(cal, json_keep(json_pack("{s:s, s:s}", "date",
						    json_str(x, "code"), "kind",
						    json_str(x, "kind")),
					  mem));
	}
	return cal;
}

static struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

static struct fold fold(const struct item *x, size_t n)
{
	struct uuid kase = id(CASE);
	struct schedule_run *run;
	struct fold f;

	f.mem = arena_new();
	f.c = catalogue_load();
	run = schedule_begin(f.c, holidays(f.c, f.mem), &kase, f.mem);
	for (size_t i = 0; i < n; i++) {
		struct record r;

		memset(&r, 0, sizeof(r));
		r.type = catalogue_type(f.c, x[i].type);
		r.type_name = x[i].type;
		r.id = id(x[i].id);
		r.state = STATE_LIVE;
		r.cls = (int)r.type->cls;
		schedule_add(run, &r, parse(x[i].body, f.mem));
	}
	f.s = schedule_end(run);
	return f;
}

static void fold_free(struct fold *f)
{
	catalogue_free(f->c);
	arena_free(f->mem);
}

/* The day as text; "?" when it is not known, "-" when nothing is due. */
static const char *due_of(const struct fold *f, const char *code)
{
	for (size_t i = 0; i < f->s->n; i++) {
		const struct due_item *d = &f->s->items[i];

		if (strcmp(d->code, code) == 0)
			return d->due.year
				       ? date_format(&d->due,
						 arena_alloc(f->mem, DATE_TEXT))
				       : "?";
	}
	return "-";
}

#define KASE(pack, more)                                                       \
	{                                                                      \
		"case", CASE,                                                  \
			"{\"person\":\"" CHILD "\",\"programme\":\"" pack      \
			"\",\"phase\":\"intervention\",\"home_site\":\"" SITE  \
			"\"" more "}"                                          \
	}
#define PERSON(more)                                                           \
	{                                                                      \
		"person", CHILD, "{\"name\":\"小雨\"" more "}"                 \
	}
#define RESPONSE(n, form, on, answers)                                         \
	{                                                                      \
		"response", ID(n),                                             \
			"{\"form\":\"" form "\",\"responded\":\"" on           \
			"\",\"answers\":{" answers "}}"                        \
	}
#define RESULT(item, on) "{\"item\":\"" item "\",\"done\":\"" on "\"}"

struct want {
	const char *code, *due;
};

static void check_due(const struct fold *f, const struct want *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(due_of(f, w[i].code), w[i].due) != 0)
			printf("# %s\n", w[i].code);
		CHECK_STR(due_of(f, w[i].code), w[i].due);
	}
}

/* ---- type 1 diabetes: two children ---- */

/* Born 2013-05-20, found at 2 years, in puberty at 9: nothing was ever noted.
 */
static void a_child_with_ten_years_of_diabetes_is_reviewed_by_the_table(void)
{
	static const struct item x[] = {
		KASE("t1d_families", ",\"opened\":\"2026-01-05\""),
		PERSON(",\"birth\":\"2013-05-20\""),
		RESPONSE("10", "t1d_baseline", "2026-01-06",
			"\"diagnosed\":\"2016-03-10\",\"puberty\":"
			"\"2023-02-01\",\"insulin_regimen\":\"pump\""),
	};
	static const struct want want[] = {
		{"hba1c",              "2016-03-10"},
		{"blood_pressure",     "2016-03-10"},
		{"thyroid",            "2016-06-10"},
		{"coeliac",            "2016-06-10"},
		{"coeliac_2y",         "2018-03-10"},
		{"coeliac_5y",         "2021-03-10"},
		{"lipids",             "2016-06-10"},
		{"lipids_repeat",      "2024-05-20"}, /* 11 years old */
		{"albumin",
                 "2023-02-01"                      }, /* puberty before 10; 5 years in 2021 */
		{"retina",             "2023-02-01"},
		{"foot",               "2023-02-01"},
		{"liver",              "2016-03-10"},
		{"psychosocial",       "2016-03-10"},
		{"home_checklist",     "2026-01-19"},
		{"thyroid_antibodies", "-"         },
		{"lipids_high",        "-"         },
	};
	struct fold f = fold(x, ARRAY_LEN(x));

	check_due(&f, want, ARRAY_LEN(want));
	fold_free(&f);
}

/* Born 29 February 2016, found at 9 years on the last day of November, in no
 * puberty yet. The 11th birthday of a leap-day child is 1 March 2027. */
static void a_newly_diagnosed_child_is_reviewed_by_the_table(void)
{
	static const struct item x[] = {
		KASE("t1d_families", ",\"opened\":\"2025-12-01\""),
		PERSON(",\"birth\":\"2016-02-29\""),
		RESPONSE("10", "t1d_baseline", "2025-12-02",
			"\"diagnosed\":\"2025-11-30\",\"insulin_regimen\":"
			"\"pump\""),
	};
	static const struct want want[] = {
		{"hba1c",          "2025-11-30"},
		{"thyroid",        "2026-02-28"}, /* November and 3 months */
		{"coeliac",        "2026-02-28"},
		{"coeliac_2y",     "2027-11-30"},
		{"coeliac_5y",     "2030-11-30"},
		{"lipids",         "2026-02-28"},
		{"lipids_repeat",
                 "2027-11-30"                  }, /* 11 in March, but 2 years on */
		{"albumin",        "2030-11-30"}, /* 10 in 2026, 5 years in 2030 */
		{"foot",           "2030-11-30"},
		{"retina",         "2028-11-30"}, /* 11 in 2027, 3 years in 2028 */
		{"liver",          "2025-11-30"},
		{"home_checklist", "2025-12-15"},
	};
	struct fold f = fold(x, ARRAY_LEN(x));

	check_due(&f, want, ARRAY_LEN(want));
	fold_free(&f);
}

/* The same child, three months later. */
static void what_was_reviewed_moves_the_next_review(void)
{
	static const struct item x[] = {
		KASE("t1d_families", ",\"opened\":\"2025-12-01\""),
		PERSON(",\"birth\":\"2016-02-29\""),
		RESPONSE("10", "t1d_baseline", "2025-12-02",
			"\"diagnosed\":\"2025-11-30\",\"insulin_regimen\":"
			"\"pump\",\"thyroid_antibodies\":\"negative\""),
		RESPONSE("11", "t1d_review", "2026-02-20",
			"\"results\":[" RESULT(
				"hba1c", "2025-12-05") "," RESULT("thyroid",
				"2026-02-10") "," RESULT("lipids",
				"2026-02-20") "," RESULT("coeliac",
				"2025-12-05") "," RESULT("liver",
				"2026-02-20") "]"),
		RESPONSE("12", "t1d_home_checklist", "2026-01-31",
			"\"insulin_dose\":\"with_help\""),
	};
	static const struct want want[] = {
		{"hba1c",          "2026-03-05"},
                {"thyroid",        "2028-02-10"},
		{"lipids",         "-"         }, /* once */
		{"lipids_repeat",  "2029-02-20"}, /* at 9: the repeat as well */
		{"coeliac",        "-"         },
                {"coeliac_2y",     "2027-11-30"},
		{"liver",          "2027-02-20"},
		{"home_checklist", "2026-04-30"}, /* 31 January and 3 months */
	};
	static const struct want positive[] = {
		{"thyroid",            "-"         },
		{"thyroid_antibodies", "2027-02-10"},
		{"lipids_repeat",      "-"         },
		{"lipids_high",        "2027-02-20"},
	};
	struct item y[ARRAY_LEN(x)];
	static const struct item found = RESPONSE("10", "t1d_baseline",
		"2026-03-01",
		"\"diagnosed\":\"2025-11-30\",\"insulin_regimen\":\"pump\","
		"\"thyroid_antibodies\":\"positive\",\"ldl_high\":true");
	struct fold f = fold(x, ARRAY_LEN(x));

	check_due(&f, want, ARRAY_LEN(want));
	fold_free(&f);
	memcpy(y, x, sizeof(x));
	y[2] = found;
	f = fold(y, ARRAY_LEN(y));
	check_due(&f, positive, ARRAY_LEN(positive));
	fold_free(&f);
}

/* At 9 to 11: a test some days before the ninth birthday does not do, one some
 * days after it does, and then every three years. */
static void lipids_are_repeated_between_nine_and_eleven(void)
{
	static const char *const done[][2] = {
		{"2022-05-01", "2024-05-20"},
		{"2022-06-01", "2025-06-01"},
	};

	for (size_t i = 0; i < ARRAY_LEN(done); i++) {
		char body[300];
		struct item x[] = {
			KASE("t1d_families", ",\"opened\":\"2026-01-05\""),
			PERSON(",\"birth\":\"2013-05-20\""),
			RESPONSE("10", "t1d_baseline", "2026-01-06",
				"\"diagnosed\":\"2016-03-10\""),
			{"response", ID("11"), body},
		};
		struct fold f;

		snprintf(body, sizeof(body),
			"{\"form\":\"t1d_review\",\"responded\":\"2026-01-06\","
			"\"answers\":{\"results\":[{\"item\":\"lipids\","
			"\"done\":\"%s\"}]}}",
			done[i][0]);
		f = fold(x, ARRAY_LEN(x));
		CHECK_STR(due_of(&f, "lipids_repeat"), done[i][1]);
		fold_free(&f);
	}
}

/* ---- severe mental disorder: floor of four a year, two clocks of five ---- */

static void a_visit_is_owed_at_least_every_three_months(void)
{
	static const struct item x[] = {
		KASE("smd_kinship_care", ",\"opened\":\"2026-01-05\""),
		PERSON(""),
		RESPONSE("10", "smd_follow_up", "2026-01-15",
			"\"visit_result\":\"reached\""),
		RESPONSE("11", "smd_follow_up", "2026-04-10",
			"\"visit_result\":\"lost\""),
	};
	struct fold f = fold(x, 2);

	CHECK_STR(due_of(&f, "follow_up"), "2026-01-19");
	CHECK_STR(due_of(&f, "health_check"), "2026-07-05");
	/* Nobody applied for rehabilitation: nothing is owed. */
	CHECK_STR(due_of(&f, "rehab_check"), "-");
	CHECK_STR(due_of(&f, "rehab_referral"), "-");
	fold_free(&f);
	f = fold(x, ARRAY_LEN(x)); /* a visit that met nobody is none */
	CHECK_STR(due_of(&f, "follow_up"), "2026-04-15");
	fold_free(&f);
}

/*
 * Spring Festival 2026: holidays 15 to 23 February, Saturdays 14 and 28 worked.
 * From Thursday 12: 13, 14, 24, 25, 26. From Wednesday 25: 26, 27, 28, then
 * Monday 2 and Tuesday 3 March.
 */
static void rehabilitation_has_two_clocks_of_five_working_days(void)
{
	static const struct item x[] = {
		KASE("smd_kinship_care", ",\"opened\":\"2026-01-05\""),
		PERSON(""),
		RESPONSE("10", "smd_rehab_application", "2026-02-13",
			"\"received\":\"2026-02-12\""),
		RESPONSE("11", "smd_rehab_check", "2026-02-25",
			"\"decision\":\"accepted\",\"registered\":"
			"\"2026-02-25\""),
		RESPONSE("12", "smd_rehab_referral", "2026-03-02",
			"\"referred\":\"2026-03-02\""),
	};
	struct fold f = fold(x, 3);

	CHECK_STR(due_of(&f, "rehab_check"), "2026-02-26");
	CHECK_STR(due_of(&f, "rehab_referral"), "-");
	fold_free(&f);
	f = fold(x, 4);
	CHECK_STR(due_of(&f, "rehab_check"), "-");
	CHECK_STR(due_of(&f, "rehab_referral"), "2026-03-03");
	fold_free(&f);
	f = fold(x, 5);
	CHECK_STR(due_of(&f, "rehab_referral"), "-");
	fold_free(&f);
}

/* A second application a year later starts the clock again. */
static void a_new_application_has_a_clock_of_its_own(void)
{
	static const struct item x[] = {
		KASE("smd_kinship_care", ",\"opened\":\"2025-01-06\""),
		PERSON(""),
		RESPONSE("10", "smd_rehab_application", "2025-03-03",
			"\"received\":\"2025-03-03\""),
		RESPONSE("11", "smd_rehab_check", "2025-03-05",
			"\"decision\":\"rejected\""),
		RESPONSE("12", "smd_rehab_application", "2026-03-02",
			"\"received\":\"2026-03-02\""),
	};
	struct fold f = fold(x, ARRAY_LEN(x));

	CHECK_STR(due_of(&f, "rehab_check"), "2026-03-09");
	CHECK_STR(due_of(&f, "rehab_referral"), "-"); /* it was refused */
	fold_free(&f);
}

/* ---- dignity therapy ---- */

static void a_dignity_document_is_owed_step_by_step(void)
{
	static const struct item x[] = {
		KASE("dignity_therapy", ",\"opened\":\"2026-04-01\""),
		PERSON(""),
		RESPONSE("10", "dignity_consent", "2026-04-02",
			"\"signed_on\":\"2026-04-02\",\"after_death\":"
			"\"deliver_draft\""),
		RESPONSE("11", "dignity_approval", "2026-04-10",
			"\"approved\":true,\"approved_on\":\"2026-04-10\""),
		RESPONSE("12", "dignity_delivery", "2026-04-12",
			"\"deliveries\":[{\"recipient\":\"女儿\",\"delivered\":"
			"\"2026-04-12\"}]"),
	};
	static const struct item died = PERSON(",\"deceased\":\"2026-04-20\"");
	struct item y[ARRAY_LEN(x)];
	struct fold f = fold(x, 3);

	CHECK_STR(due_of(&f, "interview"), "2026-04-05");
	CHECK_STR(due_of(&f, "approval"), "2026-04-12");
	CHECK_STR(due_of(&f, "delivery"), "-");
	fold_free(&f);
	f = fold(x, 4);
	CHECK_STR(due_of(&f, "approval"), "-");
	CHECK_STR(due_of(&f, "delivery"), "2026-04-17");
	fold_free(&f);
	f = fold(x, 5);
	CHECK_STR(due_of(&f, "delivery"), "-");
	fold_free(&f);
	/* Death before the document was approved: the draft goes out. */
	memcpy(y, x, sizeof(x));
	y[1] = died;
	f = fold(y, 3);
	CHECK_STR(due_of(&f, "approval"), "-");
	CHECK_STR(due_of(&f, "delivery_after_death"), "2026-05-20");
	CHECK_STR(due_of(&f, "bereavement"), "2026-05-04");
	fold_free(&f);
}

int main(void)
{
	RUN(a_child_with_ten_years_of_diabetes_is_reviewed_by_the_table);
	RUN(a_newly_diagnosed_child_is_reviewed_by_the_table);
	RUN(what_was_reviewed_moves_the_next_review);
	RUN(lipids_are_repeated_between_nine_and_eleven);
	RUN(a_visit_is_owed_at_least_every_three_months);
	RUN(rehabilitation_has_two_clocks_of_five_working_days);
	RUN(a_new_application_has_a_clock_of_its_own);
	RUN(a_dignity_document_is_owed_step_by_step);
	return tap_done();
}
