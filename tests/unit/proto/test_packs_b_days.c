/*
 * test_packs_b_days.c - what falls due, and which goals follow, in the six
 * programmes of test_packs_b.c. Every day was reckoned by hand from the rule
 * that stands above it.
 */
#include "proto/measure.h"
#include "proto/rule.h"
#include "proto/schedule.h"

#include "tests/lib/tap.h"

#include <stdio.h>
#include <string.h>

#define ID(n)  "0192f5a0-0000-7000-8000-0000000000" n
#define CASE   ID("01")
#define CLIENT ID("02")

static struct catalogue *c;
static struct arena *mem;

static json_t *parse(const char *text)
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

static const struct calendar *holidays(void)
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

/* ---- schedules ---- */

struct item {
	const char *type;
	const char *body;
};

/* A case of a programme, its records, and what is due: "code=day", in the order
 * of the list; '-': not due, '?': not known yet. */
struct story {
	const char *pack;
	const char *kase;
	const char *client;
	struct item items[6];
	const char *want;
};

#define ASSESSED(name, at, on)                                                 \
	{                                                                      \
		"assessment",                                                  \
			"{\"instrument\":\"" name "\",\"timepoint\":\"" at     \
			"\",\"assessed\":\"" on "\",\"answers\":[]}"           \
	}
#define SHEET(form, on, answers)                                               \
	{                                                                      \
		"response", "{\"form\":\"" form "\",\"responded\":\"" on       \
			    "\",\"answers\":{" answers "}}"                    \
	}
#define SERVED(on)                                                             \
	{                                                                      \
		"service",                                                     \
			"{\"started_at\":\"" on "T09:00:00+08:00\",\"kind\":"  \
			"\"interview\",\"status\":\"completed\"}"              \
	}
#define CONTRACT(from, to, status)                                             \
	{                                                                      \
		"contract", "{\"from\":\"" from "\",\"to\":\"" to              \
			    "\",\"status\":\"" status "\"}"                    \
	}
#define ALIVE "\"name\":\"甲\""

/* clang-format off */
static const struct story stories[] = {
	/* 7 days for the screen; a month after 31 December is 31 January */
	{"organ_transplant", "\"opened\":\"2026-01-05\"", ALIVE,
	 {SHEET("transplant_baseline", "2026-01-07", "\"stage\":\"recovery_year\",\"operated\":\"2025-12-31\"")},
	 "financial_screen=2026-01-12 waiting_contact=- adherence=2026-01-31 financial_again=2026-03-31 year_review=2027-01-05"},
	/* the screen before opening counts; adherence goes on from the day done */
	{"organ_transplant", "\"opened\":\"2026-01-05\"", ALIVE,
	 {SHEET("transplant_baseline", "2026-01-07", "\"stage\":\"recovery_year\",\"operated\":\"2025-12-31\""),
	  ASSESSED("financial", "baseline", "2026-01-04"),
	  SHEET("transplant_adherence", "2026-02-03", "\"missed_doses\":0")},
	 "financial_screen=- adherence=2026-03-03 financial_again=2026-03-31"},
	/* waiting: monthly, any completed visit does it; nothing of the operation */
	{"organ_transplant", "\"opened\":\"2026-02-01\"", ALIVE,
	 {SHEET("transplant_baseline", "2026-02-02", "\"stage\":\"waiting\",\"listed\":\"2026-01-31\"")},
	 "waiting_contact=2026-02-28 adherence=-"},
	{"organ_transplant", "\"opened\":\"2026-02-01\"", ALIVE,
	 {SHEET("transplant_baseline", "2026-02-02", "\"stage\":\"waiting\",\"listed\":\"2026-01-31\""), SERVED("2026-02-20")},
	 "waiting_contact=2026-03-20"},
	/* 90 days after 20 February: 8 left of February, 31, 30, 21 */
	{"stroke_rehab", "\"opened\":\"2026-03-02\"", ALIVE,
	 {SHEET("stroke_baseline", "2026-03-02", "\"onset\":\"2026-02-20\"")},
	 "first_round=2026-03-09 rounds=- after_discharge=? day_90=2026-05-21"},
	/* a round does the first, not the later ones, nor the 90th day; a visit
	 * before the discharge is none after it */
	{"stroke_rehab", "\"opened\":\"2026-03-02\"", ALIVE,
	 {SHEET("stroke_baseline", "2026-03-02", "\"onset\":\"2026-02-20\""),
	  SHEET("stroke_mdt_round", "2026-03-10", "\"care_phase\":\"in\",\"mrs\":3,\"recorded\":\"2026-03-10\",\"discharge_on\":\"2026-03-30\""),
	  SERVED("2026-03-12")},
	 "first_round=- rounds=2026-03-23 after_discharge=2026-04-06 day_90=2026-05-21"},
	/* at home no more rounds; the value of day 88 does for the 90th */
	{"stroke_rehab", "\"opened\":\"2026-03-02\"", ALIVE,
	 {SHEET("stroke_baseline", "2026-03-02", "\"onset\":\"2026-02-20\""),
	  SHEET("stroke_mdt_round", "2026-03-10", "\"care_phase\":\"in\",\"discharge_on\":\"2026-03-30\""),
	  SERVED("2026-04-02"),
	  SHEET("stroke_mdt_round", "2026-05-20", "\"care_phase\":\"post\",\"mrs\":2,\"recorded\":\"2026-05-19\"")},
	 "rounds=- after_discharge=- day_90=-"},
	/* the first contact is not the second */
	{"emergency_services", "\"opened\":\"2026-05-04\"", ALIVE, {SERVED("2026-05-04")}, "second_contact=2026-05-07"},
	{"emergency_services", "\"opened\":\"2026-05-04\"", ALIVE, {SERVED("2026-05-04"), SERVED("2026-05-06")}, "second_contact=-"},
	{"emergency_services", "\"opened\":\"2026-05-04\"", ALIVE, {{NULL, NULL}}, "first_contact=2026-05-04 second_contact=2026-05-07"},
	/* 10 working days after Monday 1 December 2025; no contract, no renewal */
	{"family_doctor_contract", "\"opened\":\"2025-12-01\"", ALIVE, {{NULL, NULL}},
	 "first_assessment=2025-12-15 renewal=- yearly_review=2026-12-01"},
	/* 30 days before 14 December; the assessment of the first contract is none
	 * for its renewal. Every quarter where there is a chronic disease */
	{"family_doctor_contract", "\"opened\":\"2025-12-01\"", ALIVE,
	 {SHEET("contract_assessment", "2025-12-10", "\"purpose\":\"first\",\"intensity\":\"chronic\""),
	  CONTRACT("2025-12-15", "2026-12-14", "active")},
	 "first_assessment=- renewal=2026-11-14 yearly_review=2026-12-01 quarterly_contact=2026-03-01"},
	{"family_doctor_contract", "\"opened\":\"2025-12-01\"", ALIVE,
	 {SHEET("contract_assessment", "2025-12-10", "\"purpose\":\"first\",\"intensity\":\"basic\""),
	  CONTRACT("2025-12-15", "2026-12-14", "active"),
	  SHEET("contract_assessment", "2026-11-10", "\"purpose\":\"renewal\",\"intensity\":\"basic\"")},
	 "renewal=- yearly_review=2027-11-10 quarterly_contact=-"},
	/* a new contract asks for its own renewal */
	{"family_doctor_contract", "\"opened\":\"2025-12-01\"", ALIVE,
	 {CONTRACT("2025-12-15", "2026-12-14", "ended"),
	  SHEET("contract_assessment", "2026-11-10", "\"purpose\":\"renewal\",\"intensity\":\"basic\""),
	  CONTRACT("2026-12-15", "2027-12-14", "active")},
	 "renewal=2027-11-14"},
	/* HbA1c from the day it was measured, feet yearly from the day they were
	 * looked at, eyes still owed */
	{"diabetes_joint_clinic", "\"opened\":\"2026-01-17\"", ALIVE, {{NULL, NULL}},
	 "clinic_visit=2026-01-31 hba1c=2026-01-31 feet=2026-02-17 eyes=2026-04-17 adherence=2026-01-31"},
	{"diabetes_joint_clinic", "\"opened\":\"2026-01-17\"", ALIVE,
	 {SHEET("joint_clinic_visit", "2026-01-31", "\"hba1c\":8.2,\"hba1c_on\":\"2026-01-29\",\"feet\":\"normal\",\"eyes\":\"not_today\"")},
	 "clinic_visit=2026-02-28 hba1c=2026-04-29 feet=2027-01-31 eyes=2026-04-17 adherence=2026-01-31"},
	{"diabetes_joint_clinic", "\"opened\":\"2026-01-17\"", ALIVE,
	 {SHEET("joint_clinic_visit", "2026-02-20", "\"fasting\":7.1"), SHEET("adherence_check", "2026-02-20", "\"prescribed\":false")},
	 "clinic_visit=2026-03-20 hba1c=2026-01-31 adherence=2026-04-20"},
	/* weekly from the last one done */
	{"hospice_settings", "\"opened\":\"2026-02-02\"", ALIVE, {{NULL, NULL}},
	 "ipos_baseline=2026-02-05 ipos_weekly=2026-02-12 family_meeting=2026-02-09 weekly_contact=2026-02-09 bereavement_1=-"},
	{"hospice_settings", "\"opened\":\"2026-02-02\"", ALIVE,
	 {ASSESSED("ipos", "baseline", "2026-02-04"), ASSESSED("ipos", "mid", "2026-02-13"), SHEET("hospice_family_meeting", "2026-02-05", "\"outcome\":\"agreed\"")},
	 "ipos_baseline=- ipos_weekly=2026-02-20 family_meeting=-"},
	/* after the death only the family's contacts are left: 1, 3, 6 and 13
	 * months, clamped, though the case is closed */
	{"hospice_settings", "\"opened\":\"2026-02-02\",\"closed\":\"2026-04-10\",\"phase\":\"follow_up\",\"close_reason\":\"deceased\"", "\"name\":\"甲\",\"deceased\":\"2026-03-31\"",
	 {ASSESSED("ipos", "baseline", "2026-02-04")},
	 "ipos_weekly=- weekly_contact=- bereavement_1=2026-04-30 bereavement_3=2026-06-30 bereavement_6=2026-09-30 bereavement_13=2027-04-30"},
	{"hospice_settings", "\"opened\":\"2026-02-02\",\"closed\":\"2026-04-10\",\"phase\":\"follow_up\",\"close_reason\":\"deceased\"", "\"name\":\"甲\",\"deceased\":\"2026-03-31\"",
	 {SHEET("bereavement_contact", "2026-04-28", "\"point\":\"1\"")},
	 "bereavement_1=- bereavement_3=2026-06-30"},
};
/* clang-format on */

static struct record record_of(const char *type, unsigned n, const char *id)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	r.type = catalogue_type(c, type);
	if (!r.type)
		die("the test's own type is wrong: %s", type);
	r.type_name = type;
	r.state = STATE_LIVE;
	r.cls = (int)r.type->cls;
	if (!id)
		id = arena_printf(
			mem, "0192f5a0-0000-7000-8000-0000000001%02u", n);
	if (!uuid_parse(id, &r.id))
		die("the test's own id is wrong");
	return r;
}

static void add(struct schedule_run *run, const char *type, unsigned n,
	const char *id, const char *body)
{
	struct record r = record_of(type, n, id);

	schedule_add(run, &r, parse(body));
}

static const struct schedule *told(const struct story *s)
{
	const char *phase = strstr(s->kase, "\"phase\"")
				    ? ""
				    : ",\"phase\":\"intervention\"";
	struct schedule_run *run;
	struct uuid kase;

	if (!uuid_parse(CASE, &kase))
		die("the test's own id is wrong");
	run = schedule_begin(c, holidays(), &kase, mem);
	add(run, "case", 0, CASE,
		arena_printf(mem,
			"{\"person\":\"" CLIENT "\",\"programme\":\"%s\","
			"\"home_site\":\"" ID("04") "\",%s%s}",
			s->pack, s->kase, phase));
	add(run, "person", 0, CLIENT, arena_printf(mem, "{%s}", s->client));
	for (unsigned i = 0; i < ARRAY_LEN(s->items) && s->items[i].type; i++)
		add(run, s->items[i].type, i, NULL, s->items[i].body);
	return schedule_end(run);
}

static const char *day_of(const struct schedule *s, const char *code)
{
	char *text = arena_alloc(mem, DATE_TEXT);

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->items[i].code, code) == 0)
			return s->items[i].due.year
				       ? date_format(&s->items[i].due, text)
				       : "?";
	return "-";
}

static void what_falls_due_follows_the_pack(void)
{
	for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
		const struct schedule *s = told(&stories[i]);

		for (const char *p = stories[i].want; *p;) {
			size_t n = strcspn(p, "="), all = strcspn(p, " ");
			char *code = arena_printf(mem, "%.*s", (int)n, p);
			char *want = arena_printf(
				mem, "%.*s", (int)(all - n - 1), p + n + 1);
			const char *got = day_of(s, code);

			if (strcmp(got, want) != 0) {
				CHECK_STR(got, want);
				printf("# story %zu (%s) %s\n", i,
					stories[i].pack, code);
			}
			p += all;
			p += *p == ' ';
		}
	}
}

/* ---- what good work shows ---- */

#define MEMBER(role)                                                           \
	{                                                                      \
		"member", "{\"role\":\"" role "\",\"from\":\"2026-03-02\"}"    \
	}
#define CARED(phase, on)                                                       \
	{                                                                      \
		"service",                                                     \
			"{\"started_at\":\"" on "T09:00:00+08:00\",\"kind\":"  \
			"\"interview\",\"status\":\"completed\",\"phase_of_"   \
			"care\":\"" phase "\"}"                                \
	}
#define GOAL                                                                   \
	{                                                                      \
		"goal", "{\"title\":\"x\"}"                                    \
	}
#define TASK(kind, status, more)                                               \
	{                                                                      \
		"task", "{\"title\":\"x\",\"kind\":\"" kind                    \
			"\",\"status\":\"" status "\"" more "}"                \
	}
#define CELL(dimension, group)                                                 \
	{                                                                      \
		"service", "{\"started_at\":\"2026-03-05T09:00:00+08:00\","    \
			   "\"kind\":"                                         \
			   "\"interview\",\"status\":\"completed\","           \
			   "\"dimension\":\"" dimension                        \
			   "\",\"recipient_group\":\"" group "\"}"             \
	}

/* A case, and the gaps it has, in the order of the pack. A `?` after one: it
 * cannot be judged yet. */
/* clang-format off */
static const struct {
	const char *pack;
	struct item items[8];
	const char *want;
} shown[] = {
	/* two phases and one profession are none of the three ones of 1+1+1 */
	{"stroke_rehab", {CARED("pre", "2026-03-03"), CARED("in", "2026-03-05"), MEMBER("social_worker")},
	 " full_cycle multidisciplinary round_held personal"},
	/* the third phase, a second profession at the round, a goal */
	{"stroke_rehab", {CARED("pre", "2026-03-03"), CARED("in", "2026-03-05"), CARED("post", "2026-04-05"), MEMBER("social_worker"), GOAL,
	  SHEET("stroke_mdt_round", "2026-03-10", "\"care_phase\":\"in\",\"professions\":[\"nurse\",\"social_worker\"]")}, ""},
	/* the family is no profession */
	{"stroke_rehab", {CARED("pre", "2026-03-03"), CARED("in", "2026-03-05"), CARED("post", "2026-04-05"), MEMBER("social_worker"), MEMBER("family_member"), GOAL},
	 " multidisciplinary round_held"},
	/* three of the twelve cells; a second service in a cell is no new one */
	{"organ_transplant", {CELL("treatment", "recipients_families"), CELL("treatment", "recipients_families"), CELL("rehabilitation", "public"),
	  SHEET("transplant_baseline", "2026-03-05", "\"stage\":\"waiting\""), ASSESSED("financial", "baseline", "2026-03-05"), MEMBER("nurse"), MEMBER("social_worker"), GOAL},
	 " four_dimensions"},
	{"organ_transplant", {CELL("treatment", "recipients_families"), CELL("pre_disease", "medical_team"), CELL("rehabilitation", "public"),
	  SHEET("transplant_baseline", "2026-03-05", "\"stage\":\"waiting\""), ASSESSED("financial", "baseline", "2026-03-05"), MEMBER("nurse"), MEMBER("social_worker"), GOAL}, ""},
	/* seen the next day is not the same day */
	{"emergency_services", {SHEET("ed_triage", "2026-03-02", "\"risks\":[\"none\"]"), SERVED("2026-03-03")}, " same_day"},
	{"emergency_services", {SHEET("ed_triage", "2026-03-02", "\"risks\":[\"none\"]"), SERVED("2026-03-02")}, ""},
	/* nobody has chosen, nothing is in force */
	{"family_doctor_contract", {SHEET("contract_assessment", "2026-03-05", "\"purpose\":\"first\""), SHEET("contract_recommendation", "2026-03-05", "\"decision\":\"undecided\"")}, " own_choice in_force?"},
	{"family_doctor_contract", {SHEET("contract_assessment", "2026-03-05", "\"purpose\":\"first\""), SHEET("contract_recommendation", "2026-03-05", "\"decision\":\"declined\""),
	  {"contract", "{\"choice\":\"declined\",\"status\":\"declined\"}"}}, ""},
	{"family_doctor_contract", {SHEET("contract_assessment", "2026-03-05", "\"purpose\":\"first\""), SHEET("contract_recommendation", "2026-03-05", "\"decision\":\"recommended\""),
	  {"contract", "{\"choice\":\"recommended\",\"status\":\"active\",\"from\":\"2026-03-10\",\"to\":\"2027-03-09\"}"}}, ""},
	/* three of four loops closed are 75 %; an opinion without an answer */
	{"diabetes_joint_clinic", {SHEET("joint_clinic_visit", "2026-03-10", "\"professions\":[\"general_practitioner\",\"tcm_physician\"]"), GOAL,
	  TASK("issue", "closed", ""), TASK("issue", "closed", ""), TASK("issue", "closed", ""), TASK("issue", "open", ""), TASK("client_opinion", "open", "")},
	 " loops_closed opinions_answered"},
	{"diabetes_joint_clinic", {SHEET("joint_clinic_visit", "2026-03-10", "\"professions\":[\"general_practitioner\",\"tcm_physician\"]"), GOAL,
	  TASK("issue", "closed", ""), TASK("issue", "cancelled", ""), TASK("client_opinion", "done", ",\"response\":\"已改为早饭后服\",\"responded\":\"2026-03-12\"")}, ""},
	{"hospice_settings", {SHEET("hospice_baseline", "2026-03-03", "\"illness\":\"x\""), SERVED("2026-03-03"), MEMBER("nurse"), MEMBER("social_worker")},
	 " settings_dated symptoms family_met"},
	{"hospice_settings", {SHEET("hospice_baseline", "2026-03-03", "\"illness\":\"x\""), MEMBER("nurse"), MEMBER("social_worker"), ASSESSED("ipos", "baseline", "2026-03-03"),
	  {"segment", "{\"setting\":\"home\",\"from\":\"2026-03-02\"}"}, SHEET("hospice_family_meeting", "2026-03-06", "\"outcome\":\"agreed\"")}, ""},
};
/* clang-format on */

static void measure(struct measure_run *run, const char *type, unsigned n,
	const char *id, const char *body)
{
	struct record r = record_of(type, n, id);

	measure_add(run, &r, parse(body));
}

static const char *gaps(size_t i)
{
	struct date on = day("2026-06-01");
	struct measure_run *run;
	const json_t *list;
	struct uuid kase;
	const char *got = "";

	if (!uuid_parse(CASE, &kase))
		die("the test's own id is wrong");
	run = measure_begin(c, holidays(), &kase, &on, mem);
	measure(run, "case", 0, CASE,
		arena_printf(mem,
			"{\"person\":\"" CLIENT "\",\"programme\":\"%s\","
			"\"home_site\":\"" ID("04") "\",\"opened\":"
						    "\"2026-03-02\",\"phase\":"
						    "\"intervention\"}",
			shown[i].pack));
	for (unsigned k = 0; k < ARRAY_LEN(shown[i].items); k++)
		if (shown[i].items[k].type)
			measure(run, shown[i].items[k].type, k, NULL,
				shown[i].items[k].body);
	list = json_object_get(measure_end(run), "gaps");
	for (size_t k = 0; k < json_array_size(list); k++) {
		const json_t *gap = json_array_get(list, k);

		got = arena_printf(mem, "%s %s%s", got, json_str(gap, "code"),
			json_array_size(json_object_get(gap, "unknown")) ? "?"
									 : "");
	}
	return got;
}

static void a_case_shows_what_it_lacks(void)
{
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		if (strcmp(gaps(i), shown[i].want) != 0) {
			CHECK_STR(gaps(i), shown[i].want);
			printf("# case %zu (%s)\n", i, shown[i].pack);
		}
}

/* ---- plans ---- */

/* A sheet, and the goals its pack proposes for it in their order. */
/* clang-format off */
static const struct {
	const char *pack, *answers, *want;
} plans[] = {
	{"organ_transplant", "{\"cost_effect\":\"delayed\",\"special_outpatient\":\"enjoyed\",\"worries\":[\"future\"],\"understanding\":\"clear\",\"stage\":\"waiting\",\"caregiver_backup\":\"yes\",\"mood\":\"calm\",\"schooling\":\"attending\"}", " fund_gap"},
	{"organ_transplant", "{\"cost_effect\":\"none\",\"special_outpatient\":\"enjoyed\",\"worries\":[\"work_school\"],\"understanding\":\"little\",\"stage\":\"recovery_year\",\"caregiver_backup\":\"no\",\"mood\":\"calm\"}", " understanding medication caregiver_calm back_to_life"},
	{"stroke_rehab", "{\"own_goal\":\"自己吃饭\",\"mood\":\"calm\",\"caregiver_state\":\"coping\",\"home_barriers\":[\"none\"],\"discharge_to\":\"rehab\"}", " own_activity"},
	{"stroke_rehab", "{\"own_goal\":\"自己吃饭\",\"mood\":\"low\",\"caregiver_state\":\"strained\",\"home_barriers\":[\"stairs\"],\"discharge_to\":\"home\"}", " own_activity mood caregiver_skill home_ready community"},
	{"emergency_services", "{\"safe_to_leave\":\"yes\",\"situation\":[\"no_funds\"],\"risks\":[\"none\"],\"open_case\":true}", " cost_settled linked"},
	{"emergency_services", "{\"safe_to_leave\":\"no\",\"situation\":[],\"risks\":[\"sudden_death\"],\"open_case\":false}", " safe_tonight calm"},
	{"family_doctor_contract", "{\"purpose\":\"first\",\"conditions\":[\"hypertension\"],\"risk_factors\":[\"salt\"],\"support\":\"enough\",\"groups\":[\"older\",\"living_alone\"]}", " one_doctor pressure self_management support"},
	{"family_doctor_contract", "{\"purpose\":\"yearly\",\"conditions\":[\"none\"],\"risk_factors\":[],\"support\":\"enough\",\"groups\":[\"general\"]}", ""},
	{"diabetes_joint_clinic", "{\"control\":\"far_above\",\"barriers\":[\"fear\",\"family\"],\"mood\":\"weary\"}", " hba1c medication weariness family_table"},
	{"diabetes_joint_clinic", "{\"control\":\"at_target\",\"barriers\":[\"knowledge\"],\"mood\":\"calm\"}", " measuring"},
	{"hospice_settings", "{\"symptom_control\":\"good\",\"symptoms\":[],\"wishes\":\"看一次海\",\"place_wish\":\"home\",\"wants_to_talk\":\"no\",\"family_on_telling\":\"agrees\",\"caregiver_state\":\"exhausted\",\"money\":\"enough\"}", " wish preferred_place carer_rest"},
	{"hospice_settings", "{\"symptom_control\":\"poor\",\"symptoms\":[\"pain\"],\"wants_to_talk\":\"yes\",\"caregiver_state\":\"coping\",\"money\":\"cannot\"}", " comfort family_talk money"},
};
/* clang-format on */

static void a_sheet_proposes_the_goals_it_calls_for(void)
{
	for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
		const json_t *rules = json_object_get(
			json_object_get(
				catalogue_pack(c, plans[i].pack), "plan_from"),
			"rules");
		const json_t *facts = parse(plans[i].answers);
		const char *got = "";

		for (size_t k = 0; k < json_array_size(rules); k++) {
			const json_t *rule = json_array_get(rules, k);

			if (rule_holds(json_object_get(rule, "if"), facts) ==
				RULE_YES)
				got = arena_printf(mem, "%s %s", got,
					json_str(rule, "goal"));
		}
		CHECK_STR(got, plans[i].want);
	}
}

int main(void)
{
	c = catalogue_load();
	mem = arena_new();
	RUN(what_falls_due_follows_the_pack);
	RUN(a_case_shows_what_it_lacks);
	RUN(a_sheet_proposes_the_goals_it_calls_for);
	arena_free(mem);
	catalogue_free(c);
	return tap_done();
}
