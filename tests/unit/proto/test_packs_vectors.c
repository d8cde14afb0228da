/*
 * test_packs_vectors.c - what the first six programmes must come out with.
 *
 * The classes and dates of the follow-up form are those of the 2017 norm as
 * our domain notes §2.4 state its rule, with the four intervals of §11; the
 * official numbers are the printed forms'.
 */
#include "proto/form.h"
#include "proto/rule.h"
#include "tests/lib/tap.h"

static json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static struct date day(const char *text)
{
	struct date d;

	if (!date_parse(text, &d))
		die("the test's own day is wrong: %s", text);
	return d;
}

/* ---- the follow-up form: class and next date ---- */

#define ALL_FINE                                                               \
	"\"visit_result\":\"reached\",\"mode\":\"home_visit\","                \
	"\"sleep\":\"good\",\"diet\":\"good\",\"housework\":\"fair\","         \
	"\"learning\":\"fair\",\"social\":\"good\",\"adherence\":\"regular\""
#define NO_SYMPTOMS "\"symptoms\":[]"
#define NO_REACTION "\"adverse_reaction\":\"none\",\"severe_physical\":false"
#define AT_EASE                                                                \
	ALL_FINE "," NO_SYMPTOMS "," NO_REACTION                               \
		 ",\"self_care\":\"good\",\"work\":\"fair\""

static const struct visit {
	const char *what, *answers, *before, *on, *stability, *due, *missing;
} visits[] = {
	{"nothing wrong (interval: stable)",
         AT_EASE ",\"danger\":0,\"insight\":\"full\"",								 NULL,
         "2025-08-31",																   "stable",           "2025-11-30", ""    },
	{"danger 3 (interval: unstable)",
         AT_EASE ",\"danger\":3,\"insight\":\"full\"",								 NULL,
         "2025-03-01",																   "unstable",         "2025-03-15", ""    },
	{"insight partial, first time (interval: basic_first)",
         AT_EASE ",\"danger\":0,\"insight\":\"partial\"",                                                              NULL,
         "2025-03-01",																   "basically_stable", "2025-03-15", ""    },
	{"insight partial again (interval: basic_repeat_unresolved)",
         AT_EASE ",\"danger\":0,\"insight\":\"partial\"",
         "basically_stable",													       "2025-01-31", "basically_stable",
         "2025-02-28",																				     ""    },
	{"danger 5 over the end of a year",
         AT_EASE ",\"danger\":5,\"insight\":\"full\"",								 "stable",
         "2025-12-20",																   "unstable",         "2026-01-03", ""    },
	{"obvious symptoms",
         ALL_FINE "," NO_REACTION ",\"symptoms\":[\"hallucination\"],"
			 "\"obvious_symptoms\":true,\"self_care\":\"good\","
			 "\"work\":\"fair\","
			 "\"danger\":0,\"insight\":\"partial\"",						       "stable",           "2026-02-16", "unstable",         "2026-03-02", ""    },
	{"insight absent",					     AT_EASE ",\"danger\":0,\"insight\":\"absent\"", NULL,
         "2024-02-20",																   "unstable",         "2024-03-05", ""    },
	{"a severe adverse reaction",
         ALL_FINE
		"," NO_SYMPTOMS ",\"adverse_reaction\":\"present\","
		"\"adverse_text\":\"急性肌张力障碍\",\"adverse_severe\":true,"
		"\"severe_physical\":false,\"self_care\":\"good\",\"work\":"
		"\"fair\","
		"\"danger\":0,\"insight\":\"full\"",								   NULL,               "2026-06-30", "unstable",         "2026-07-14", ""    },
	{"a severe physical illness",
         ALL_FINE "," NO_SYMPTOMS ",\"adverse_reaction\":\"none\","
			 "\"severe_physical\":true,\"self_care\":\"good\","
			 "\"work\":\"fair\","
			 "\"danger\":0,\"insight\":\"full\"",							  NULL,               "2026-01-31", "unstable",         "2026-02-14", ""    },
	{"danger 1 and nothing else",
         AT_EASE ",\"danger\":1,\"insight\":\"full\"",								 NULL,
         "2026-05-01",																   "basically_stable", "2026-05-15", ""    },
	{"danger 2 after an unstable visit",
         AT_EASE ",\"danger\":2,\"insight\":\"full\"",								 "unstable",
         "2026-05-01",																   "basically_stable", "2026-05-15", ""    },
	{"symptoms that are not obvious",
         ALL_FINE "," NO_REACTION
			 ",\"symptoms\":[\"suspicion\",\"withdrawn\"],"
			 "\"obvious_symptoms\":false,\"self_care\":\"good\","
			 "\"work\":\"fair\",\"danger\":0,\"insight\":\"full\"",					"basically_stable", "2026-08-31", "basically_stable",
         "2026-09-30",																				     ""    },
	{"one function poor",
         ALL_FINE
		"," NO_SYMPTOMS "," NO_REACTION
		",\"self_care\":\"poor\",\"work\":\"good\",\"danger\":0,"
		"\"insight\":\"full\"",										NULL,               "2026-03-10", "basically_stable", "2026-03-24", ""    },
	{"work does not apply, a mild reaction",
         ALL_FINE
		"," NO_SYMPTOMS ",\"adverse_reaction\":\"present\","
		"\"adverse_text\":\"轻度困倦\",\"adverse_severe\":false,"
		"\"severe_physical\":false,\"self_care\":\"fair\","
		"\"work\":\"not_applicable\",\"danger\":0,\"insight\":\"full\"",				       NULL,               "2026-03-10", "stable",           "2026-06-10", ""    },
	{"stable after basically stable, into a leap year's February",
         AT_EASE ",\"danger\":0,\"insight\":\"full\"",
         "basically_stable",													       "2023-11-30", "stable",           "2024-02-29", ""    },
	{"work was not asked about",
         ALL_FINE
		"," NO_SYMPTOMS "," NO_REACTION
		",\"self_care\":\"good\",\"danger\":0,\"insight\":\"full\"",					   NULL,               "2026-03-10", "basically_stable", "2026-03-24", "work"},
	{"nobody asked about symptoms",
         ALL_FINE
		"," NO_REACTION
		",\"self_care\":\"good\",\"work\":\"good\",\"danger\":0,"
		"\"insight\":\"full\"",										NULL,               "2026-03-10", "basically_stable", "2026-03-24",
         "symptoms"																					      },
	{"symptoms, but not how obvious",
         ALL_FINE "," NO_REACTION
			 ",\"symptoms\":[\"suspicion\"],\"self_care\":\"good\","
			 "\"work\":\"good\",\"danger\":0,\"insight\":\"full\"",					NULL,               "2026-03-10", "basically_stable", "2026-03-24",
         "obvious_symptoms"																				      },
};

static json_t *facts(const json_t *answers, const char *before, const char *on,
	struct arena *mem)
{
	struct date responded = day(on);
	struct form_about about = {answers, NULL, NULL, NULL, &responded, -1};

	if (before)
		about.previous =
			json_keep(json_pack("{s:s}", "stability", before), mem);
	return form_facts(&about, mem);
}

static bool is_missing(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), name) ==
			0)
			return true;
	return false;
}

static void check_visit(const struct catalogue *c, const struct visit *v)
{
	const json_t *form = catalogue_form(c, "smd_follow_up", NULL);
	struct arena *mem = arena_new();
	json_t *answers = parse(arena_printf(mem, "{%s}", v->answers), mem);
	const json_t *got = json_object_get(
		form_suggest(form, facts(answers, v->before, v->on, mem), mem),
		"stability");
	const json_t *missing = json_object_get(got, "missing");
	char text[DATE_TEXT];
	struct date due;
	struct err e = {0};

	CHECK_STR(got ? json_str(got, "value") : "-", v->stability);
	CHECK(json_array_size(missing) == (*v->missing != '\0'));
	CHECK(!*v->missing || is_missing(missing, v->missing));
	/* The doctor takes it; then the next date follows. */
	json_object_set_new(answers, "stability", json_string(v->stability));
	CHECK(form_due(form, facts(answers, v->before, v->on, mem), NULL, &due,
		NULL, NULL));
	CHECK_STR(date_format(&due, text), v->due);
	CHECK(form_check_answers(c, form, answers,
		facts(answers, v->before, v->on, mem), NULL, &e));
	if (tap_bad)
		printf("# ^ %s\n", v->what);
	arena_free(mem);
}

static void a_visit_is_classed_and_dated_by_the_norm(void)
{
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < ARRAY_LEN(visits); i++)
		check_visit(c, &visits[i]);
	catalogue_free(c);
}

/* The doctor's choice is stored and wins: the date follows it. */
static void what_the_doctor_chose_decides_the_next_date(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	const json_t *form = catalogue_form(c, "smd_follow_up", NULL);
	json_t *answers = parse("{" AT_EASE ",\"danger\":2,\"insight\":"
				"\"full\",\"stability\":\"unstable\"}",
		mem);
	char text[DATE_TEXT];
	struct date due;

	CHECK(form_due(form, facts(answers, NULL, "2026-03-10", mem), NULL,
		&due, NULL, NULL));
	CHECK_STR(date_format(&due, text), "2026-03-24");
	CHECK_STR(form_due_field(form), "next_due");
	arena_free(mem);
	catalogue_free(c);
}

static void who_died_or_moved_away_has_no_next_visit(void)
{
	static const struct {
		const char *answers, *due;
	} cases[] = {
		{"{\"visit_result\":\"died\",\"mode\":\"phone\",\"death_date\":"
		 "\"2026-03-01\",\"death_cause\":\"accident\"}", "-"         },
		{"{\"visit_result\":\"lost\",\"mode\":\"phone\","
		 "\"lost_reason\":\"moved\"}",                   "-"         },
		{"{\"visit_result\":\"lost\",\"mode\":\"phone\","
		 "\"lost_reason\":\"missed_three\"}",            "2026-03-24"},
	};
	struct catalogue *c = catalogue_load();
	const json_t *form = catalogue_form(c, "smd_follow_up", NULL);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *mem = arena_new();
		json_t *answers = parse(cases[i].answers, mem);
		json_t *f = facts(answers, NULL, "2026-03-10", mem);
		char text[DATE_TEXT];
		struct err e = {0};
		struct date due;

		CHECK(form_check_answers(c, form, answers, f, NULL, &e));
		CHECK_STR(form_due(form, f, NULL, &due, NULL, NULL)
				  ? date_format(&due, text)
				  : "-",
			cases[i].due);
		arena_free(mem);
	}
	catalogue_free(c);
}

static void a_dangerous_visit_raises_its_flags_and_is_lifted(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	const json_t *form = catalogue_form(c, "smd_follow_up", NULL), *flags;
	json_t *body = parse("{\"answers\":{" AT_EASE
			     ",\"danger\":4,\"insight\":\"absent\","
			     "\"stability\":\"unstable\","
			     "\"danger_acts_self_harm\":1}}",
		mem);
	json_t *answers = json_object_get(body, "answers");

	flags = form_flags(form, facts(answers, NULL, "2026-03-10", mem), mem);
	CHECK(json_array_size(flags) == 2);
	CHECK_STR(json_str(json_array_get(flags, 0), "kind"), "danger");
	CHECK(json_int(json_array_get(flags, 0), "level", 0) == 4);
	CHECK_STR(json_str(json_array_get(flags, 1), "kind"), "self_harm");
	form_lift(form, NULL, body);
	CHECK(json_int(body, "danger", -1) == 4);
	CHECK_STR(json_str(body, "stability"), "unstable");
	CHECK_STR(json_str(body, "insight"), "absent");
	CHECK_STR(json_str(body, "adherence"), "regular");
	/* Level 2 raises none. */
	json_object_set_new(answers, "danger", json_integer(2));
	json_object_del(answers, "danger_acts_self_harm");
	flags = form_flags(form, facts(answers, NULL, "2026-03-10", mem), mem);
	CHECK(json_array_size(flags) == 0);
	arena_free(mem);
	catalogue_free(c);
}

/* ---- the numbers of the printed forms ---- */

static const struct {
	const char *form, *question, *numbers;
} printed[] = {
	{"smd_supplement", "household_type",   "1 2"                       },
	{"smd_supplement", "employment",       "1 2 3 4 5 6 7 8 9"         },
	{"smd_supplement", "mgmt_consent",     "1 0"                       },
	{"smd_supplement", "past_symptoms",    "1 2 3 4 5 6 7 8 9 10 11 12"},
	{"smd_supplement", "past_confinement", "1 2 3"                     },
	{"smd_supplement", "past_outpatient",  "1 2 3"                     },
	{"smd_supplement", "last_effect",      "1 2 3 4"                   },
	{"smd_supplement", "poverty",          "1 2"                       },
	{"smd_follow_up",  "mode",             "1 2 3"                     },
	{"smd_follow_up",  "interviewees",     "1 2 3"                     },
	{"smd_follow_up",  "lost_reason",      "1 2 3 4 5"                 },
	{"smd_follow_up",  "death_cause",      "1 2 3 4 5 6"               },
	{"smd_follow_up",  "death_illness",    "1 2 3 4 5 6 7 8"           },
	{"smd_follow_up",  "symptoms",         "1 2 3 4 5 6 7 8 9 10 11 12"},
	{"smd_follow_up",  "insight",          "1 2 3"                     },
	{"smd_follow_up",  "sleep",            "1 2 3"                     },
	{"smd_follow_up",  "diet",             "1 2 3"                     },
	{"smd_follow_up",  "self_care",        "1 2 3"                     },
	{"smd_follow_up",  "housework",        "1 2 3"                     },
	{"smd_follow_up",  "work",             "1 2 3 9"                   },
	{"smd_follow_up",  "learning",         "1 2 3"                     },
	{"smd_follow_up",  "social",           "1 2 3"                     },
	{"smd_follow_up",  "confinement",      "1 2 3"                     },
	{"smd_follow_up",  "admission",        "0 1 2"                     },
	{"smd_follow_up",  "lab",              "1 2"                       },
	{"smd_follow_up",  "adherence",        "1 2 3 4"                   },
	{"smd_follow_up",  "adverse_reaction", "1 2 9"                     },
	{"smd_follow_up",  "effect",           "1 2 3 4 9"                 },
	{"smd_follow_up",  "transferred",      "1 2"                       },
	{"smd_follow_up",  "rehabilitation",   "1 2 3 4 5"                 },
	{"smd_follow_up",  "stability",        "1 2 3"                     },
};

static const char *const acts[] = {"danger_acts_minor_trouble",
	"danger_acts_public_order", "danger_acts_criminal_harm",
	"danger_acts_other", "danger_acts_self_harm",
	"danger_acts_suicide_attempt", "danger_acts_none"};

static void choices_carry_the_numbers_of_the_printed_forms(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(printed); i++) {
		struct code_list own;
		struct field f = form_field(c,
			form_question(catalogue_form(c, printed[i].form, NULL),
				NULL, printed[i].question),
			&own);
		const char *got = "";

		for (size_t k = 0; k < json_array_size(f.codes->items); k++) {
			const char *n = json_str(
				json_array_get(f.codes->items, k), "official");

			got = arena_printf(
				mem, "%s%s%s", got, k ? " " : "", n ? n : "-");
		}
		CHECK_STR(got, printed[i].numbers);
	}
	arena_free(mem);
	catalogue_free(c);
}

static void acts_are_counted_and_numbered_on_both_forms(void)
{
	static const char *const forms[] = {"smd_supplement", "smd_follow_up"};
	struct catalogue *c = catalogue_load();
	char want[4];

	for (size_t i = 0; i < ARRAY_LEN(forms) * ARRAY_LEN(acts); i++) {
		size_t k = i % ARRAY_LEN(acts);
		const json_t *q = form_question(
			catalogue_form(c, forms[i / ARRAY_LEN(acts)], NULL),
			NULL, acts[k]);

		snprintf(want, sizeof(want), "%zu", k + 1);
		CHECK_STR(q ? json_str(q, "official") : "-", want);
		CHECK_STR(
			q ? json_str(q, "kind") : "-", k < 6 ? "int" : "bool");
	}
	catalogue_free(c);
}

/* ---- the crisis clock ---- */

static void a_crisis_is_followed_up_within_24_to_72_hours(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	json_t *answers =
		parse("{\"intervened_at\":\"2026-11-20T22:30:00+08:00\"}", mem);
	struct form_clock clock;
	char text[TIME_TEXT];

	CHECK(form_clock(catalogue_form(c, "crisis", NULL),
		facts(answers, NULL, "2026-11-20", mem), &clock));
	CHECK_STR(
		time_format(clock.earliest, text), "2026-11-21T14:30:00.000Z");
	CHECK_STR(time_format(clock.latest, text), "2026-11-23T14:30:00.000Z");
	arena_free(mem);
	catalogue_free(c);
}

/* Two clerks' offsets: 09:00 in Shanghai is after 00:30 in Greenwich. */
static void a_crisis_form_compares_moments_and_not_their_spelling(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	const json_t *checks =
		json_object_get(catalogue_form(c, "crisis", NULL), "checks");
	const json_t *before = NULL;

	for (size_t i = 0; i < json_array_size(checks); i++)
		if (strcmp(json_str(json_array_get(checks, i), "code"),
			    "intervened_before_event") == 0)
			before = json_object_get(
				json_array_get(checks, i), "if");
	CHECK(rule_holds(before,
		      parse("{\"happened_at\":\"2026-11-20T00:30:00Z\","
			    "\"intervened_at\":\"2026-11-20T09:00:00+08:00\"}",
			      mem)) == RULE_NO);
	CHECK(rule_holds(before,
		      parse("{\"happened_at\":\"2026-11-20T01:30:00Z\","
			    "\"intervened_at\":\"2026-11-20T09:00:00+08:00\"}",
			      mem)) == RULE_YES);
	arena_free(mem);
	catalogue_free(c);
}

/* ---- a plan from an admission sheet, a group from its template ---- */

static const char *goals_for(
	struct catalogue *c, const char *answers, struct arena *mem)
{
	const json_t *rules = json_object_get(
		json_object_get(
			catalogue_pack(c, "cleft_lip_palate"), "plan_from"),
		"rules");
	const json_t *f = parse(answers, mem);
	const char *out = "";

	for (size_t i = 0; i < json_array_size(rules); i++)
		if (rule_holds(json_object_get(json_array_get(rules, i), "if"),
			    f) == RULE_YES)
			out = arena_printf(mem, "%s %s", out,
				json_str(json_array_get(rules, i), "goal"));
	return out;
}

static void an_admission_sheet_proposes_the_goals_it_calls_for(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();

	CHECK_STR(goals_for(c,
			  "{\"self_harm_thoughts\":false,\"carer_worry\":3,"
			  "\"carer_low\":0,\"appearance_worry\":0,\"bullied\":"
			  "false,\"child_fear\":0,\"feeding\":\"not_yet\","
			  "\"wound_care\":\"independent\","
			  "\"sequence_knowledge\":\"independent\","
			  "\"cost_pressure\":1,\"knows_funds\":false,"
			  "\"care_shared\":\"alone\",\"family_attitude\":"
			  "\"supportive\",\"knows_peers\":true,\"from_afar\":"
			  "true}",
			  mem),
		" carer_calm feeding costs family_sharing travel_lodging");
	CHECK_STR(goals_for(c,
			  "{\"self_harm_thoughts\":false,\"carer_worry\":1,"
			  "\"carer_low\":1,\"appearance_worry\":1,\"bullied\":"
			  "false,\"child_fear\":1,\"feeding\":\"independent\","
			  "\"wound_care\":\"not_applicable\","
			  "\"sequence_knowledge\":\"independent\","
			  "\"cost_pressure\":1,\"knows_funds\":true,"
			  "\"care_shared\":\"shared\",\"family_attitude\":"
			  "\"supportive\",\"knows_peers\":true,\"from_afar\":"
			  "false}",
			  mem),
		"");
	arena_free(mem);
	catalogue_free(c);
}

static void the_six_sessions_stand_in_their_order(void)
{
	static const char *const titles[] = {"很高兴认识你", "和烦恼说再见",
		"常识记心间", "把爱说出来", "爱在身边", "请不要说再见"};
	struct catalogue *c = catalogue_load();
	const json_t *groups =
		json_object_get(catalogue_pack(c, "caregiver_group"), "groups");
	const json_t *first = json_array_get(groups, 0);
	const json_t *sessions = json_object_get(first, "sessions");

	CHECK(json_array_size(sessions) == ARRAY_LEN(titles));
	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		CHECK_STR(
			json_str(json_array_get(sessions, i), "zh"), titles[i]);
	CHECK_STR(json_str(first, "kind"), "closed");
	CHECK(json_int(first, "attend_min", 0) == 4);
	CHECK_STR(json_str(json_array_get(groups, 1), "kind"), "open");
	catalogue_free(c);
}

int main(void)
{
	RUN(a_visit_is_classed_and_dated_by_the_norm);
	RUN(what_the_doctor_chose_decides_the_next_date);
	RUN(who_died_or_moved_away_has_no_next_visit);
	RUN(a_dangerous_visit_raises_its_flags_and_is_lifted);
	RUN(choices_carry_the_numbers_of_the_printed_forms);
	RUN(acts_are_counted_and_numbered_on_both_forms);
	RUN(a_crisis_is_followed_up_within_24_to_72_hours);
	RUN(a_crisis_form_compares_moments_and_not_their_spelling);
	RUN(an_admission_sheet_proposes_the_goals_it_calls_for);
	RUN(the_six_sessions_stand_in_their_order);
	return tap_done();
}
