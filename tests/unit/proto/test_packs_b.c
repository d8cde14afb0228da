/*
 * test_packs_b.c - six programmes as they are shipped: organ transplant,
 * stroke, emergency department, family doctor, diabetes joint clinic, hospice.
 *
 * The engine has its own tests; here stands whether the data say what they are
 * meant to. Every day and every proposal expected was reckoned by hand from the
 * rule as a person would say it, which stands beside it. Working days are those
 * of the State Council's notice for 2026 (Spring Festival 15-23 February, 14
 * and 28 February worked).
 */
#include "proto/form.h"
#include "proto/pack_check.h"
#include "proto/record.h"

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

/* ---- the files ---- */

static const struct {
	const char *pack;
	const char *forms[4];
} packs[] = {
	{"organ_transplant",       {"transplant_baseline", "transplant_adherence"}     },
	{"stroke_rehab",           {"stroke_baseline", "stroke_mdt_round"}             },
	{"emergency_services",     {"ed_triage"}                                       },
	{"family_doctor_contract",
         {"contract_assessment", "contract_recommendation"}                            },
	{"diabetes_joint_clinic",
         {"joint_clinic_visit", "adherence_check", "opinion"}                          },
	{"hospice_settings",       {"hospice_baseline", "hospice_family_meeting",
				     "bereavement_contact"}},
};

static void tell(const char *name, const struct mistakes *m)
{
	for (size_t i = 0; i < m->count; i++)
		printf("# %s: %s %s %s\n", name, m->list[i].path,
			mistake_name(m->list[i].code), m->list[i].what);
}

static void packs_and_forms_have_no_mistake(void)
{
	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		const json_t *pack = catalogue_pack(c, packs[i].pack);
		struct mistakes m;

		mistakes_init(&m, mem);
		CHECK(pack != NULL);
		programme_mistakes(c, pack, NULL, &m);
		for (size_t k = 0; k < 4 && packs[i].forms[k]; k++) {
			const json_t *form =
				catalogue_form(c, packs[i].forms[k], NULL);

			CHECK(form != NULL);
			form_mistakes(c, form, NULL, &m);
		}
		CHECK(m.count == 0);
		tell(packs[i].pack, &m);
	}
}

static bool lists(const json_t *list, const char *key, const char *value)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_str(json_array_get(list, i), key);

		if (s && strcmp(s, value) == 0)
			return true;
	}
	return false;
}

static void a_pack_names_its_forms(void)
{
	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		const json_t *forms = json_object_get(
			catalogue_pack(c, packs[i].pack), "forms");

		for (size_t k = 0; k < 4 && packs[i].forms[k]; k++)
			CHECK(lists(forms, "form", packs[i].forms[k]));
	}
}

/* Whoever opens a pack finds what a practice needs. */
static void every_pack_is_complete(void)
{
	static const char *const parts[] = {"models", "phases", "consents",
		"instruments", "forms", "schedule", "evidence", "goals",
		"plan_from", "services", "groups", "closing", "indicators"};

	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		const json_t *pack = catalogue_pack(c, packs[i].pack);

		for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
			const json_t *part = json_object_get(pack, parts[k]);

			CHECK(json_array_size(part) || json_object_size(part));
		}
	}
}

/* Names printed for patients and staff differ: one wording for two readers
 * would defeat the menu. */
static void each_line_of_a_menu_has_two_wordings(void)
{
	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		const json_t *menu = json_object_get(
			catalogue_pack(c, packs[i].pack), "services");

		for (size_t k = 0; k < json_array_size(menu); k++) {
			const json_t *x = json_array_get(menu, k);
			const json_t *a = json_object_get(x, "clinical");
			const json_t *b = json_object_get(x, "patient");

			CHECK(strcmp(label_of(a, LANG_ZH),
				      label_of(b, LANG_ZH)) != 0);
			CHECK(strcmp(label_of(a, LANG_EN),
				      label_of(b, LANG_EN)) != 0);
		}
	}
}

/* Triage matches a request to a line of the menu: the choices are the menu, in
 * its order, and "nothing fits". */
static void triage_offers_the_menu(void)
{
	const json_t *menu = json_object_get(
		catalogue_pack(c, "emergency_services"), "services");
	const json_t *item = form_question(
		catalogue_form(c, "ed_triage", NULL), NULL, "item");
	const json_t *options = json_object_get(item, "options");
	size_t n = json_array_size(menu);

	CHECK(n >= 12);
	CHECK(json_array_size(options) == n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *x = json_array_get(menu, i);
		const json_t *o = json_array_get(options, i);
		const json_t *name = json_object_get(x, "clinical");

		CHECK_STR(json_str(o, "code"), json_str(x, "code"));
		CHECK(json_int(x, "capacity_day", 0) > 0);
		CHECK_STR(label_of(o, LANG_EN), label_of(name, LANG_EN));
		CHECK_STR(label_of(o, LANG_ZH), label_of(name, LANG_ZH));
	}
	CHECK_STR(json_str(json_array_get(options, n), "code"), "none");
}

/* The demo's resources are bodies any centre would take. */
static void demo_resources_can_be_recorded(void)
{
	const struct rtype *t = catalogue_type(c, "resource");
	FILE *in = fopen("deploy/demo/resources.json", "r");
	char *text = arena_alloc(mem, 65536);
	const json_t *list;
	struct err e;
	size_t funds = 0;

	CHECK(in != NULL);
	if (!in)
		return;
	text[fread(text, 1, 65535, in)] = 0;
	fclose(in);
	list = json_object_get(parse(text), "resources");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *x = json_array_get(list, i);

		bool taken = record_check(c, t, x, false, &e);

		CHECK(taken);
		if (!taken)
			printf("# %s: %s\n", json_str(x, "name"), e.field);
		funds += strcmp(json_str(x, "kind"), "fund") == 0 &&
			 json_int(x, "fund_max", 0) > 0;
	}
	CHECK(funds >= 4);
}

/* ---- forms ---- */

static json_t *facts_of(const char *answers, const char *responded,
	const char *birth, const json_t **sheet)
{
	static struct date on;
	struct form_about about;

	on = day(responded);
	memset(&about, 0, sizeof(about));
	about.answers = *sheet = parse(answers);
	about.person = birth ? json_keep(json_pack("{s:s, s:s}", "name", "甲",
						 "birth", birth),
				       mem)
			     : NULL;
	about.responded = &on;
	about.age = -1;
	return form_facts(&about, mem);
}

/* A rule as one would say it, a sheet, and what follows. */
struct vector {
	const char *form;
	const char *responded;
	const char *answers;
	const char *want;
};

#define T_BASE                                                                 \
	"\"organ\":[\"liver\"],\"cost_effect\":\"worry\",\"mood\":\"calm\","   \
	"\"self_harm\":\"none\""
#define T_ADH "\"respondent\":\"client\",\"adherence\":"
#define S_BASE                                                                 \
	"\"onset\":\"2026-01-10\",\"side\":\"left\",\"care_phase\":\"in\","    \
	"\"self_harm\":\"none\",\"own_goal\":\"自己吃饭\""
#define S_ROUND                                                                \
	"\"professions\":[\"nurse\",\"social_worker\"],"                       \
	"\"goal_view\":\"set\",\"individual\":\"左手练习\""
#define E_BASE                                                                 \
	"\"asked_by\":\"nurse\",\"asked_at\":\"2026-02-13T09:00:00+08:00\","   \
	"\"need\":\"x\",\"item\":\"no_funds\",\"handling\":\"at_once\","       \
	"\"open_case\":true"
#define R_BASE                                                                 \
	"\"explained\":[\"voluntary\",\"term\"],"                              \
	"\"teams\":[{\"team\":\"一队\"}]"
#define H_BASE                                                                 \
	"\"illness\":\"x\",\"person_knows\":\"fully\","                        \
	"\"self_harm\":\"none\",\"setting\":\"home\""
#define M_BASE                                                                 \
	"\"person_present\":\"present\",\"family\":[{\"relation\":\"1\"}],"    \
	"\"professions\":[\"physician\"],\"topics\":[\"setting\"]"
#define B_TALKED                                                               \
	"\"reached\":\"talked\",\"way\":\"phone\",\"relation\":\"1\","         \
	"\"daily_life\":\"manages\",\"self_harm\":\"none\","                   \
	"\"follow\":\"routine\""

/* clang-format off */
static const struct vector due[] = {
	/* closely: 3 days; around the operation 7; regularly 1 month, clamped;
	 * else 3 months */
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"waiting\",\"intensity\":\"close\"}", "2026-02-03"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"perioperative\",\"intensity\":\"regular\"}", "2026-02-07"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"waiting\",\"intensity\":\"regular\"}", "2026-02-28"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"long_term\",\"operated\":\"2020-05-01\",\"intensity\":\"light\"}", "2026-04-30"},
	/* stopped 3 days, with gaps 14, regular 1 month */
	{"transplant_adherence", "2026-01-31", "{" T_ADH "\"none\",\"missed_doses\":9,\"own_change\":\"stopped\",\"reasons\":[\"cost\"]}", "2026-02-03"},
	{"transplant_adherence", "2026-01-31", "{" T_ADH "\"intermittent\",\"missed_doses\":1,\"own_change\":\"none\",\"reasons\":[\"forgot\"]}", "2026-02-14"},
	{"transplant_adherence", "2026-01-31", "{" T_ADH "\"regular\",\"missed_doses\":0,\"own_change\":\"none\"}", "2026-02-28"},
	/* closely 7, regularly 14 days, else a month */
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"support_level\":\"close\"}", "2026-02-07"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"support_level\":\"regular\"}", "2026-02-14"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"support_level\":\"light\"}", "2026-02-28"},
	/* worse: 7 days; in hospital 14; afterwards a month */
	{"stroke_mdt_round", "2026-06-01", "{" S_ROUND ",\"care_phase\":\"in\",\"course\":\"worse\"}", "2026-06-08"},
	{"stroke_mdt_round", "2026-06-01", "{" S_ROUND ",\"care_phase\":\"in\",\"course\":\"first\"}", "2026-06-15"},
	{"stroke_mdt_round", "2026-06-01", "{" S_ROUND ",\"care_phase\":\"post\",\"course\":\"better\"}", "2026-07-01"},
	/* urgent: the next day; else 3 working days. 13 February 2026 is a
	 * Friday: Saturday 14 is worked, then comes the festival until 23 */
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"urgency\":\"urgent\"}", "2026-02-14"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"urgency\":\"soon\"}", "2026-02-25"},
	{"ed_triage", "2026-11-19", "{" E_BASE ",\"risks\":[\"none\"],\"urgency\":\"routine\"}", "2026-11-24"},
	/* to be thought over 7 days; declined 6 months; else 3 */
	{"contract_recommendation", "2026-08-31", "{" R_BASE ",\"understood\":\"clear\",\"decision\":\"undecided\"}", "2026-09-07"},
	{"contract_recommendation", "2026-08-31", "{" R_BASE ",\"understood\":\"clear\",\"decision\":\"declined\",\"decision_reason\":\"x\"}", "2027-02-28"},
	{"contract_recommendation", "2026-08-31", "{" R_BASE ",\"understood\":\"clear\",\"decision\":\"recommended\"}", "2026-11-30"},
	/* HbA1c of 9 or a severe low: 14 days; else a month */
	{"joint_clinic_visit", "2026-01-31", "{\"professions\":[\"general_practitioner\"],\"hba1c\":9,\"hba1c_on\":\"2026-01-31\"}", "2026-02-14"},
	{"joint_clinic_visit", "2026-01-31", "{\"professions\":[\"general_practitioner\"],\"hypos\":2,\"severe_hypos\":1}", "2026-02-14"},
	{"joint_clinic_visit", "2026-01-31", "{\"professions\":[\"general_practitioner\"],\"hba1c\":8.9,\"hba1c_on\":\"2026-01-31\",\"severe_hypos\":0,\"fasting\":7,\"feet\":\"normal\"}", "2026-02-28"},
	/* harm: 1 working day (Friday to Monday); else 5 */
	{"opinion", "2026-11-20", "{\"heard_in\":\"vent_session\",\"said_by\":\"client\",\"named\":true,\"about\":\"side_effects\",\"words\":\"x\",\"to\":\"general_practitioner\",\"harm\":true}", "2026-11-23"},
	{"opinion", "2026-11-20", "{\"heard_in\":\"group\",\"said_by\":\"client\",\"named\":false,\"about\":\"waiting\",\"words\":\"x\",\"to\":\"manager\",\"harm\":false}", "2026-11-27"},
	/* days: tomorrow; weeks: 3 days; else a week */
	{"hospice_baseline", "2026-03-30", "{" H_BASE ",\"symptom_control\":\"good\",\"caregiver_state\":\"coping\",\"prognosis\":\"days\"}", "2026-03-31"},
	{"hospice_baseline", "2026-03-30", "{" H_BASE ",\"symptom_control\":\"good\",\"caregiver_state\":\"coping\",\"prognosis\":\"weeks\"}", "2026-04-02"},
	{"hospice_baseline", "2026-03-30", "{" H_BASE ",\"symptom_control\":\"good\",\"caregiver_state\":\"coping\",\"prognosis\":\"months\"}", "2026-04-06"},
	{"hospice_family_meeting", "2026-03-30", "{" M_BASE ",\"occasion\":\"last_days\",\"outcome\":\"agreed\"}", "2026-04-01"},
	{"hospice_family_meeting", "2026-03-30", "{" M_BASE ",\"occasion\":\"conflict\",\"outcome\":\"open\",\"open_points\":\"x\"}", "2026-04-02"},
	/* from the 1st to the 3rd month 2, to the 6th 3, to the 13th 7 */
	{"bereavement_contact", "2026-12-31", "{\"point\":\"1\"," B_TALKED "}", "2027-02-28"},
	{"bereavement_contact", "2026-11-30", "{\"point\":\"3\"," B_TALKED "}", "2027-02-28"},
	{"bereavement_contact", "2026-07-31", "{\"point\":\"6\"," B_TALKED "}", "2027-02-28"},
	{"bereavement_contact", "2026-07-31", "{\"point\":\"13\"," B_TALKED "}", "-"},
	{"bereavement_contact", "2026-07-31", "{\"point\":\"3\",\"reached\":\"not_reached\"}", "2026-08-14"},
};

/* What is proposed: "field=value", and what was missing for it. */
static const struct vector proposed[] = {
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"evaluation\"}", "intensity=regular"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"long_term\",\"operated\":\"2020-05-01\",\"donor_willing\":\"voluntary\",\"family_view\":\"agreed\"}", "intensity=light"},
	{"transplant_baseline", "2026-01-31", "{\"organ\":[\"kidney\"],\"stage\":\"long_term\",\"mood\":\"calm\",\"self_harm\":\"none\",\"cost_effect\":\"delayed\"}", "intensity=close"},
	{"transplant_adherence", "2026-01-31", "{\"respondent\":\"client\",\"missed_doses\":0,\"late_doses\":4,\"own_change\":\"none\"}", "adherence=regular"},
	{"transplant_adherence", "2026-01-31", "{\"respondent\":\"client\",\"missed_doses\":1,\"own_change\":\"none\",\"reasons\":[\"forgot\"]}", "adherence=intermittent"},
	{"transplant_adherence", "2026-01-31", "{\"respondent\":\"client\",\"missed_doses\":0,\"own_change\":\"stopped\",\"reasons\":[\"cost\"]}", "adherence=none"},
	/* mRS 4 and 5: closely; 2 and 3: regularly; 0 and 1: lightly */
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"mrs\":4,\"caregiver_state\":\"coping\"}", "support_level=close"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"mrs\":2,\"caregiver_state\":\"coping\"}", "support_level=regular"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"mrs\":1,\"caregiver_state\":\"coping\"}", "support_level=light"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\"}", "support_level=light?mrs,caregiver_state"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"child_protection\"]}", "urgency=emergency"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"domestic_violence\"],\"safe_to_leave\":\"with_help\"}", "urgency=urgent"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"safe_to_leave\":\"yes\",\"can_decide\":\"yes\",\"clinical_level\":2,\"situation\":[\"unaccompanied\"]}", "urgency=urgent"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"safe_to_leave\":\"yes\",\"can_decide\":\"yes\",\"clinical_level\":3,\"situation\":[\"unaccompanied\"]}", "urgency=soon"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"safe_to_leave\":\"yes\",\"can_decide\":\"yes\",\"clinical_level\":4,\"situation\":[]}", "urgency=routine"},
	/* the third team of the practice described: hypertension */
	{"contract_assessment", "2026-06-01", "{\"purpose\":\"first\",\"conditions\":[\"hypertension\",\"joints\"],\"groups\":[\"older\"],\"self_care\":\"independent\",\"mobility\":\"out_alone\"}", "specialty=hypertension intensity=chronic"},
	{"contract_assessment", "2026-06-01", "{\"purpose\":\"first\",\"conditions\":[\"none\"],\"groups\":[\"child\"],\"self_care\":\"dependent\"}", "specialty=child intensity=home"},
	{"contract_assessment", "2026-06-01", "{\"purpose\":\"first\",\"conditions\":[\"end_of_life\",\"hypertension\"],\"groups\":[\"older\"],\"self_care\":\"dependent\"}", "specialty=palliative intensity=home"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"general_practitioner\"],\"hba1c\":7.2,\"hba1c_on\":\"2026-06-01\",\"hba1c_target\":7.5}", "control=at_target"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"general_practitioner\"],\"hba1c\":7.5,\"hba1c_on\":\"2026-06-01\",\"hba1c_target\":7.5}", "control=above"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"general_practitioner\"],\"hba1c\":9.0,\"hba1c_on\":\"2026-06-01\",\"hba1c_target\":7.5}", "control=far_above"},
	/* 6 and 7 days as prescribed are regular */
	{"adherence_check", "2026-06-01", "{\"prescribed\":true,\"days_taken\":6,\"stopped\":\"no\",\"reasons\":[\"forgot\"]}", "adherence=regular"},
	{"adherence_check", "2026-06-01", "{\"prescribed\":true,\"days_taken\":5,\"stopped\":\"no\",\"reasons\":[\"forgot\"]}", "adherence=intermittent"},
	{"adherence_check", "2026-06-01", "{\"prescribed\":true,\"days_taken\":3,\"stopped\":\"stopped\",\"reasons\":[\"hypos\"]}", "adherence=none"},
	{"adherence_check", "2026-06-01", "{\"prescribed\":false}", "adherence=not_needed"},
	{"opinion", "2026-06-01", "{\"about\":\"side_effects\",\"harm\":false}", "to=general_practitioner"},
	{"opinion", "2026-06-01", "{\"about\":\"tcm\",\"harm\":false}", "to=tcm_physician"},
	{"opinion", "2026-06-01", "{\"about\":\"cost\",\"harm\":true}", "to=general_practitioner"},
	{"hospice_baseline", "2026-06-01", "{\"symptom_control\":\"poor\",\"caregiver_state\":\"coping\",\"home_ready\":\"ready\",\"can_travel\":true}", "setting=inpatient"},
	{"hospice_baseline", "2026-06-01", "{\"symptom_control\":\"fair\",\"caregiver_state\":\"strained\",\"home_ready\":\"ready\",\"can_travel\":true}", "setting=outpatient"},
	{"hospice_baseline", "2026-06-01", "{\"symptom_control\":\"good\",\"caregiver_state\":\"coping\",\"home_ready\":\"with_aids\",\"can_travel\":false}", "setting=home"},
	/* at 3 months sorrow all the time is no reason to refer, at 6 it is */
	{"bereavement_contact", "2026-06-01", "{\"point\":\"3\",\"reached\":\"talked\",\"longing\":\"all_the_time\",\"daily_life\":\"with_effort\",\"sleep_appetite\":\"changed\",\"support\":\"some\",\"self_harm\":\"none\"}", "follow=routine"},
	{"bereavement_contact", "2026-06-01", "{\"point\":\"6\",\"reached\":\"talked\",\"longing\":\"all_the_time\",\"daily_life\":\"with_effort\",\"sleep_appetite\":\"changed\",\"support\":\"some\",\"self_harm\":\"none\"}", "follow=refer"},
	{"bereavement_contact", "2026-06-01", "{\"point\":\"1\",\"reached\":\"talked\",\"longing\":\"most_days\",\"daily_life\":\"with_effort\",\"sleep_appetite\":\"poor\",\"support\":\"some\",\"self_harm\":\"none\"}", "follow=closer"},
};

/* Flags a sheet raises, "kind level". */
static const struct vector raised[] = {
	{"transplant_baseline", "2026-01-31", "{" T_BASE "}", ""},
	{"transplant_baseline", "2026-01-31", "{\"self_harm\":\"plan\",\"cost_effect\":\"stopped\"}", "self_harm 4, medication 3"},
	{"transplant_adherence", "2026-01-31", "{\"own_change\":\"stopped\",\"missed_doses\":9}", "medication 3"},
	{"transplant_adherence", "2026-01-31", "{\"own_change\":\"none\",\"missed_doses\":3}", "medication 2"},
	{"transplant_adherence", "2026-01-31", "{\"own_change\":\"none\",\"missed_doses\":2}", ""},
	{"stroke_baseline", "2026-01-31", "{\"self_harm\":\"cannot_ask\",\"caregiver_state\":\"exhausted\"}", "caregiver_burden 2"},
	{"ed_triage", "2026-01-31", "{\"risks\":[\"child_protection\",\"violence\"]}", "abuse 4, danger 3"},
	{"ed_triage", "2026-01-31", "{\"risks\":[\"none\"]}", ""},
	{"joint_clinic_visit", "2026-01-31", "{\"severe_hypos\":1}", "medication 3"},
	{"joint_clinic_visit", "2026-01-31", "{\"severe_hypos\":0,\"feet\":\"ulcer\"}", "other 3"},
	{"hospice_baseline", "2026-01-31", "{\"self_harm\":\"passive\",\"caregiver_state\":\"coping\"}", "self_harm 2"},
	{"bereavement_contact", "2026-01-31", "{\"self_harm\":\"plan\"}", "self_harm 4"},
};

/* Sheets that are refused: the field; those only warned of: "warns CODE";
 * those that are taken: "". */
static const struct vector judged[] = {
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"waiting\",\"intensity\":\"regular\"}", ""},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"recovery_year\",\"intensity\":\"regular\"}", "answers.operated"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"recovery_year\",\"intensity\":\"regular\",\"operated\":\"2025-03-01\",\"listed\":\"2025-04-01\"}", "answers.operated"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"recovery_year\",\"intensity\":\"regular\",\"again\":true,\"operated\":\"2025-03-01\",\"listed\":\"2025-04-01\"}", ""},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"recovery_year\",\"intensity\":\"regular\",\"operated\":\"2026-02-01\"}", "answers.operated"},
	{"transplant_baseline", "2026-01-31", "{" T_BASE ",\"stage\":\"waiting\",\"intensity\":\"regular\",\"donor_kind\":\"living\",\"donor_relation\":\"friend\",\"donor_willing\":\"voluntary\"}", "warns living_donor_relation"},
	{"transplant_adherence", "2026-01-31", "{" T_ADH "\"intermittent\",\"missed_doses\":2,\"own_change\":\"none\"}", "answers.reasons"},
	{"transplant_adherence", "2026-01-31", "{" T_ADH "\"regular\",\"missed_doses\":0,\"own_change\":\"none\",\"reasons\":[\"forgot\"]}", "answers.reasons"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"support_level\":\"light\",\"nihss\":43,\"nihss_on\":\"2026-01-11\"}", "answers.nihss"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"support_level\":\"light\",\"nihss\":8,\"nihss_on\":\"2026-01-09\"}", "answers.nihss_on"},
	{"stroke_baseline", "2026-01-31", "{" S_BASE ",\"mood\":\"calm\",\"support_level\":\"light\",\"mrs\":1,\"adl\":40,\"adl_tool\":\"BI\"}", "warns mrs_and_adl"},
	{"stroke_mdt_round", "2026-06-01", "{" S_ROUND ",\"care_phase\":\"in\",\"course\":\"first\"}", ""},
	{"stroke_mdt_round", "2026-06-01", "{\"professions\":[\"social_worker\"],\"goal_view\":\"set\",\"individual\":\"x\",\"care_phase\":\"in\",\"course\":\"first\"}", "answers.professions"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"urgency\":\"soon\"}", ""},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\",\"self_harm\"],\"urgency\":\"emergency\"}", "answers.risks"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"child_protection\"],\"urgency\":\"emergency\"}", "answers.report"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"child_protection\"],\"urgency\":\"emergency\",\"report\":\"not_yet\"}", "warns report_owed"},
	{"ed_triage", "2026-02-13", "{" E_BASE ",\"risks\":[\"none\"],\"urgency\":\"soon\",\"seen_at\":\"2026-02-13T00:30:00Z\"}", "answers.seen_at"},
	{"contract_assessment", "2026-06-01", "{\"purpose\":\"first\",\"conditions\":[\"none\"],\"self_care\":\"independent\",\"expects\":\"x\",\"specialty\":\"general\",\"intensity\":\"basic\",\"systolic\":90,\"diastolic\":90}", "answers.diastolic"},
	{"contract_assessment", "2026-06-01", "{\"purpose\":\"first\",\"conditions\":[\"none\"],\"groups\":[\"older\"],\"self_care\":\"independent\",\"expects\":\"x\",\"specialty\":\"general\",\"intensity\":\"basic\"}", "warns age_and_older"},
	{"contract_recommendation", "2026-06-01", "{" R_BASE ",\"understood\":\"again\",\"decision\":\"recommended\"}", "answers.decision"},
	{"contract_recommendation", "2026-06-01", "{\"explained\":[\"term\"],\"teams\":[{\"team\":\"一队\"}],\"understood\":\"clear\",\"decision\":\"recommended\"}", "warns voluntary_not_said"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"social_worker\"]}", "answers.professions"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"general_practitioner\"],\"hypos\":1,\"severe_hypos\":2}", "answers.severe_hypos"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"general_practitioner\"],\"fasting\":3.9}", "warns refer_urgently"},
	{"joint_clinic_visit", "2026-06-01", "{\"professions\":[\"general_practitioner\"],\"fasting\":4.0}", ""},
	{"adherence_check", "2026-06-01", "{\"prescribed\":true,\"days_taken\":7,\"stopped\":\"no\",\"adherence\":\"not_needed\"}", "answers.adherence"},
	{"adherence_check", "2026-06-01", "{\"prescribed\":false,\"days_taken\":7,\"adherence\":\"not_needed\"}", "answers.days_taken"},
	{"opinion", "2026-06-01", "{\"heard_in\":\"group\",\"said_by\":\"client\",\"named\":false,\"about\":\"cost\",\"words\":\"x\",\"to\":\"manager\",\"harm\":true}", "warns harm_to_clinician"},
	{"hospice_baseline", "2026-06-01", "{" H_BASE ",\"symptom_control\":\"good\",\"caregiver_state\":\"nobody\"}", "warns home_without_carer"},
	{"hospice_family_meeting", "2026-06-01", "{\"person_present\":\"present\",\"family\":[{\"relation\":\"1\"}],\"professions\":[\"social_worker\"],\"topics\":[\"life_support\"],\"occasion\":\"decision\",\"outcome\":\"partly\",\"open_points\":\"x\"}", "answers.professions"},
	{"bereavement_contact", "2026-06-01", "{\"point\":\"1\",\"reached\":\"declined\"}", "warns death_not_recorded"},
	{"bereavement_contact", "2026-06-01", "{\"point\":\"1\",\"reached\":\"declined\",\"self_harm\":\"none\"}", "answers.self_harm"},
};
/* clang-format on */

static void same(const struct vector *v, const char *got)
{
	if (strcmp(got, v->want) == 0)
		return;
	CHECK_STR(got, v->want);
	printf("# %s %s\n", v->form, v->answers);
}

static void the_next_date_follows_the_rule(void)
{
	const struct calendar *cal = holidays();

	for (size_t i = 0; i < ARRAY_LEN(due); i++) {
		const json_t *form = catalogue_form(c, due[i].form, NULL), *a;
		char text[DATE_TEXT] = "-";
		struct date d;
		json_t *facts =
			facts_of(due[i].answers, due[i].responded, NULL, &a);

		if (form_due(form, facts, cal, &d, NULL, NULL))
			date_format(&d, text);
		same(&due[i], text);
	}
}

/* "field=value?missing,missing field=value" */
static const char *said(const json_t *all)
{
	const char *text = "", *field;
	json_t *p;

	json_object_foreach((json_t *)(uintptr_t)all, field, p)
	{
		const json_t *lacks = json_object_get(p, "missing");

		text = arena_printf(mem, "%s%s%s=%s", text, *text ? " " : "",
			field, json_str(p, "value"));
		for (size_t i = 0; i < json_array_size(lacks); i++)
			text = arena_printf(mem, "%s%s%s", text, i ? "," : "?",
				json_string_value(json_array_get(lacks, i)));
	}
	return text;
}

/* Without what is missing, unless the vector speaks of it. */
static const char *without_missing(const char *text, const char *want)
{
	char *out = arena_printf(mem, "%s", text), *to = out;

	if (strchr(want, '?'))
		return text;
	for (const char *p = text; *p;) {
		if (*p == '?')
			p += strcspn(p, " ");
		else
			*to++ = *p++;
	}
	*to = 0;
	return out;
}

static void the_proposal_follows_the_rule(void)
{
	for (size_t i = 0; i < ARRAY_LEN(proposed); i++) {
		const struct vector *v = &proposed[i];
		const json_t *form = catalogue_form(c, v->form, NULL), *a;
		json_t *facts =
			facts_of(v->answers, v->responded, "1980-01-01", &a);

		same(v, without_missing(
				said(form_suggest(form, facts, mem)), v->want));
	}
}

static void flags_follow_the_rule(void)
{
	for (size_t i = 0; i < ARRAY_LEN(raised); i++) {
		const struct vector *v = &raised[i];
		const json_t *form = catalogue_form(c, v->form, NULL), *a;
		const json_t *list = form_flags(form,
			facts_of(v->answers, v->responded, NULL, &a), mem);
		const char *text = "";

		for (size_t k = 0; k < json_array_size(list); k++) {
			const json_t *f = json_array_get(list, k);

			text = arena_printf(mem, "%s%s%s %lld", text,
				k ? ", " : "", json_str(f, "kind"),
				(long long)json_int(f, "level", 0));
		}
		same(v, text);
	}
}

static void contradictions_are_refused_or_told(void)
{
	for (size_t i = 0; i < ARRAY_LEN(judged); i++) {
		const struct vector *v = &judged[i];
		const json_t *form = catalogue_form(c, v->form, NULL), *a;
		json_t *facts =
			facts_of(v->answers, v->responded, "1980-01-01", &a);
		json_t *warnings = json_keep(json_array(), mem);
		const char *text = "";
		struct err e;

		if (!form_check_answers(c, form, a, facts, warnings, &e))
			text = arena_printf(mem, "%s", e.field);
		else if (json_array_size(warnings))
			text = arena_printf(mem, "warns %s",
				json_str(json_array_get(warnings, 0), "code"));
		same(v, text);
	}
}

int main(void)
{
	c = catalogue_load();
	mem = arena_new();
	RUN(packs_and_forms_have_no_mistake);
	RUN(a_pack_names_its_forms);
	RUN(every_pack_is_complete);
	RUN(each_line_of_a_menu_has_two_wordings);
	RUN(triage_offers_the_menu);
	RUN(demo_resources_can_be_recorded);
	RUN(the_next_date_follows_the_rule);
	RUN(the_proposal_follows_the_rule);
	RUN(flags_follow_the_rule);
	RUN(contradictions_are_refused_or_told);
	arena_free(mem);
	catalogue_free(c);
	return tap_done();
}
