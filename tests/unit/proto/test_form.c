/*
 * test_form.c - what a form takes, refuses, proposes and raises.
 *
 * The form below is made up to have one of everything; the sheets that are
 * really used have their own tests (test_packs_vectors.c). Days are reckoned by
 * hand; the working days are those of the State Council's notice for 2025
 * (1 to 8 October off, 28 September and 11 October worked).
 */
#include "proto/form.h"

#include "proto/pack_check.h"
#include "tests/lib/tap.h"

#include <string.h>

#define L(text) "\"label\":{\"zh\":\"甲\",\"en\":\"" text "\"}"
#define SAY     "\"zh\":\"因\",\"en\":\"because\""

/* clang-format off */
static const char sheet[] =
"{\"form\":\"everything\",\"version\":\"1.0\"," L("Everything") ",\"source\":\"test\",\"fields\":["
" {\"name\":\"head\",\"kind\":\"heading\"," L("Title") "},"
" {\"name\":\"result\",\"kind\":\"code\",\"required\":true," L("Result") ",\"options\":["
"  {\"code\":\"met\",\"zh\":\"见\",\"en\":\"met\"},{\"code\":\"lost\",\"zh\":\"失\",\"en\":\"lost\"}]},"
" {\"name\":\"level\",\"kind\":\"int\",\"min\":0,\"max\":5,\"required\":true,"
"  \"when\":{\"field\":\"result\",\"is\":\"met\"}," L("Level") "},"
" {\"name\":\"why\",\"kind\":\"text\",\"max\":20,\"when\":{\"field\":\"result\",\"is\":\"lost\"}," L("Why") "},"
" {\"name\":\"weight\",\"kind\":\"number\",\"min\":0,\"max\":300," L("Weight") ",\"unit\":\"kg\"},"
" {\"name\":\"sure\",\"kind\":\"bool\"," L("Sure") "},"
" {\"name\":\"since\",\"kind\":\"date\",\"min\":1990,\"max\":2100," L("Since") "},"
" {\"name\":\"onset\",\"kind\":\"partial_date\"," L("Onset") "},"
" {\"name\":\"at\",\"kind\":\"time\"," L("At") "},"
" {\"name\":\"signs\",\"kind\":\"codes\",\"max\":2," L("Signs") ",\"options\":["
"  {\"code\":\"a\",\"zh\":\"一\",\"en\":\"a\"},{\"code\":\"b\",\"zh\":\"二\",\"en\":\"b\"},"
"  {\"code\":\"c\",\"zh\":\"三\",\"en\":\"c\"}]},"
" {\"name\":\"stability\",\"kind\":\"code\",\"codes\":\"stability_class\"," L("Class") "},"
" {\"name\":\"cost\",\"kind\":\"int\",\"min\":0,\"max\":1000000,\"unit\":\"fen\"," L("Cost") "},"
" {\"name\":\"phone\",\"kind\":\"text\",\"max\":32,\"check\":\"phone\"," L("Phone") "},"
" {\"name\":\"number\",\"kind\":\"text\",\"max\":18,\"check\":\"resident_id\"," L("Number") "},"
" {\"name\":\"adult\",\"kind\":\"bool\",\"required\":true,\"when\":{\"field\":\"age\",\"ge\":18}," L("Adult") "},"
" {\"name\":\"next\",\"kind\":\"date\",\"min\":1990,\"max\":2100," L("Next") "},"
" {\"name\":\"results\",\"kind\":\"rows\",\"max\":2," L("Results") ",\"fields\":["
"  {\"name\":\"item\",\"kind\":\"text\",\"max\":10,\"required\":true," L("Item") "},"
"  {\"name\":\"value\",\"kind\":\"number\",\"min\":0,\"max\":50," L("Value") "},"
"  {\"name\":\"note\",\"kind\":\"text\",\"max\":10,\"required\":true,"
"   \"when\":{\"field\":\"value\",\"gt\":10}," L("Note") "}]}],"
"\"lifts\":{\"danger\":\"level\",\"stability\":\"stability\",\"next_due\":\"next\"},"
"\"checks\":["
" {\"code\":\"ahead\",\"level\":\"refuse\",\"field\":\"since\","
"  \"if\":{\"field\":\"since\",\"gt\":{\"field\":\"responded\"}}," SAY "},"
" {\"code\":\"odd\",\"level\":\"warn\",\"field\":\"level\","
"  \"if\":{\"all\":[{\"field\":\"level\",\"ge\":3},{\"field\":\"stability\",\"is\":\"stable\"}]}," SAY "},"
" {\"code\":\"high\",\"rows\":\"results\",\"level\":\"refuse\",\"field\":\"value\","
"  \"if\":{\"all\":[{\"field\":\"value\",\"gt\":20},{\"field\":\"item\",\"is\":\"hba1c\"}]}," SAY "}],"
"\"suggest\":[{\"field\":\"stability\",\"rules\":["
"  {\"if\":{\"field\":\"level\",\"ge\":3},\"value\":\"unstable\",\"zh\":\"三级\",\"en\":\"three\"},"
"  {\"if\":{\"field\":\"signs\",\"has\":\"a\"},\"value\":\"unstable\",\"zh\":\"甲\",\"en\":\"sign\"},"
"  {\"if\":{\"field\":\"level\",\"is\":[1,2]},\"value\":\"basically_stable\",\"zh\":\"一二\",\"en\":\"low\"}],"
"  \"else\":{\"value\":\"stable\",\"zh\":\"无\",\"en\":\"none\"}}],"
"\"due\":{\"field\":\"next_due\",\"from\":\"responded\",\"rules\":["
"  {\"if\":{\"field\":\"stability\",\"is\":\"unstable\"},\"days\":14},"
"  {\"if\":{\"all\":[{\"field\":\"stability\",\"is\":\"basically_stable\"},"
"    {\"field\":\"previous.stability\",\"is\":\"basically_stable\"}]},\"months\":1},"
"  {\"if\":{\"field\":\"stability\",\"is\":\"basically_stable\"},\"weeks\":2},"
"  {\"if\":{\"field\":\"stability\",\"is\":\"stable\"},\"months\":3},"
"  {\"if\":{\"field\":\"result\",\"is\":\"lost\"},\"working_days\":5}]},"
"\"clock\":{\"from\":\"at\",\"min_hours\":24,\"max_hours\":72," SAY "},"
"\"flags\":["
" {\"if\":{\"field\":\"level\",\"ge\":3},\"kind\":\"danger\",\"level_from\":\"level\",\"zh\":\"危\",\"en\":\"danger\"},"
" {\"if\":{\"field\":\"signs\",\"has\":\"a\"},\"kind\":\"danger\",\"level\":2,\"zh\":\"小\",\"en\":\"small\"},"
" {\"if\":{\"field\":\"signs\",\"has\":\"b\"},\"kind\":\"self_harm\",\"level\":4,\"zh\":\"伤\",\"en\":\"harm\"}]}";
/* clang-format on */

struct lab {
	struct arena *mem;
	struct catalogue *c;
	json_t *form;
};

static json_t *json_of(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s (%s)", text, e.accepts);
	return j;
}

static struct lab open_lab(void)
{
	struct lab l = {arena_new(), catalogue_load(), NULL};

	l.form = json_of(sheet, l.mem);
	return l;
}

static void close_lab(struct lab *l)
{
	arena_free(l->mem);
	catalogue_free(l->c);
}

static json_t *facts_of(struct lab *l, const char *answers,
	const char *previous, const char *person, const char *day)
{
	struct form_about about = {.age = -1};
	struct date d;

	about.answers = json_of(answers, l->mem);
	about.previous = previous ? json_of(previous, l->mem) : NULL;
	about.person = person ? json_of(person, l->mem) : NULL;
	if (day && date_parse(day, &d))
		about.responded = &d;
	return form_facts(&about, l->mem);
}

static void the_form_of_this_test_is_well_made(void)
{
	struct lab l = open_lab();
	struct mistakes wrong;

	mistakes_init(&wrong, l.mem);
	form_mistakes(l.c, l.form, NULL, &wrong);
	for (size_t i = 0; i < wrong.count; i++)
		printf("# %s: %s %s\n", wrong.list[i].path,
			mistake_name(wrong.list[i].code), wrong.list[i].what);
	CHECK(wrong.count == 0);
	close_lab(&l);
}

/* ---- answers ---- */

#define MET "\"result\":\"met\",\"level\":1"

/* clang-format off */
static const struct {
	const char *answers;
	const char *want; /* "ok", or code and field */
} sheets[] = {
	{"{" MET "}", "ok"},
	{"{}", "missing answers.result"},
	{"{\"result\":null}", "missing answers.result"},
	{"{\"result\":\"met\"}", "missing answers.level"},
	{"{\"result\":\"lost\"}", "ok"},
	{"{\"result\":\"lost\",\"why\":\"搬走\"}", "ok"},
	{"{" MET ",\"why\":\"搬走\"}", "not_asked answers.why"},
	{"{\"result\":\"lost\",\"level\":1}", "not_asked answers.level"},
	{"{\"level\":1}", "not_asked answers.level"},
	{"{\"result\":\"found\",\"level\":1}", "bad_code answers.result"},
	{"{\"result\":\"met\",\"level\":6}", "out_of_range answers.level"},
	{"{\"result\":\"met\",\"level\":1.5}", "bad_kind answers.level"},
	{"{\"result\":\"met\",\"level\":\"1\"}", "bad_kind answers.level"},
	{"{" MET ",\"weigth\":70}", "unknown_field answers.weigth"},
	{"{" MET ",\"head\":\"x\"}", "unknown_field answers.head"},
	{"{" MET ",\"weight\":301}", "out_of_range answers.weight"},
	{"{" MET ",\"sure\":\"yes\"}", "bad_kind answers.sure"},
	{"{" MET ",\"since\":\"2025-02-30\"}", "bad_date answers.since"},
	{"{" MET ",\"since\":\"1989-12-31\"}", "out_of_range answers.since"},
	{"{" MET ",\"onset\":\"2020-13\"}", "bad_date answers.onset"},
	{"{" MET ",\"onset\":\"2020\"}", "ok"},
	{"{" MET ",\"at\":\"2025-01-01\"}", "bad_date answers.at"},
	{"{" MET ",\"signs\":[\"a\",\"b\"]}", "ok"},
	{"{" MET ",\"signs\":[]}", "ok"},
	{"{" MET ",\"signs\":[\"a\",\"a\"]}", "out_of_range answers.signs"},
	{"{" MET ",\"signs\":[\"a\",\"b\",\"c\"]}", "out_of_range answers.signs"},
	{"{" MET ",\"signs\":[\"d\"]}", "bad_code answers.signs"},
	{"{" MET ",\"signs\":\"a\"}", "bad_kind answers.signs"},
	{"{" MET ",\"stability\":\"calm\"}", "bad_code answers.stability"},
	{"{" MET ",\"cost\":1250}", "ok"},
	{"{" MET ",\"cost\":12.5}", "bad_kind answers.cost"},
	{"{" MET ",\"phone\":\"12\"}", "bad_input answers.phone"},
	/* domain reference 11, resident_id: a sound one, one with a wrong check digit */
	{"{" MET ",\"number\":\"11010519491231002X\"}", "ok"},
	{"{" MET ",\"number\":\"110105194912310021\"}", "bad_id_number answers.number"},
	{"{" MET ",\"results\":[]}", "ok"},
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"value\":7.1}]}", "ok"},
	{"{" MET ",\"results\":{\"item\":\"bp\"}}", "bad_kind answers.results"},
	{"{" MET ",\"results\":[{\"item\":\"a\"},{\"item\":\"b\"},{\"item\":\"c\"}]}",
		"out_of_range answers.results"},
	{"{" MET ",\"results\":[\"bp\"]}", "bad_kind answers.results[0]"},
	{"{" MET ",\"results\":[{\"item\":\"bp\"},{\"value\":3}]}", "missing answers.results[1].item"},
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"value\":51}]}", "out_of_range answers.results[0].value"},
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"unit\":\"x\"}]}", "unknown_field answers.results[0].unit"},
	/* The row's own value decides whether its note is asked. */
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"value\":11}]}", "missing answers.results[0].note"},
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"value\":11,\"note\":\"x\"}]}", "ok"},
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"value\":9,\"note\":\"x\"}]}", "not_asked answers.results[0].note"},
	/* Contradictions. */
	{"{" MET ",\"since\":\"2025-09-01\"}", "contradiction answers.since"},
	{"{" MET ",\"since\":\"2025-08-31\"}", "ok"},
	{"{" MET ",\"results\":[{\"item\":\"bp\",\"value\":21,\"note\":\"x\"},"
		"{\"item\":\"hba1c\",\"value\":21,\"note\":\"x\"}]}", "contradiction answers.results[1].value"},
	{"[]", "bad_kind answers"},
};
/* clang-format on */

static const char *verdict(struct lab *l, const char *answers,
	const char *person, json_t *warnings)
{
	json_t *a = json_of(answers, l->mem);
	json_t *facts = facts_of(l, answers, NULL, person, "2025-08-31");
	struct err e = {.code = ERR_NONE};

	if (form_check_answers(l->c, l->form, a, facts, warnings, &e))
		return "ok";
	return arena_printf(l->mem, "%s %s", err_name(e.code), e.field);
}

static void answers_are_taken_or_refused_by_their_question(void)
{
	struct lab l = open_lab();

	for (size_t i = 0; i < ARRAY_LEN(sheets); i++) {
		const char *got = verdict(&l, sheets[i].answers, NULL, NULL);

		if (strcmp(got, sheets[i].want) != 0)
			printf("# %s\n", sheets[i].answers);
		CHECK_STR(got, sheets[i].want);
	}
	close_lab(&l);
}

/* What this program only does not know is not held against the answer. */
static void a_question_that_hangs_on_an_unknown_person_may_be_answered(void)
{
	static const struct {
		const char *person;
		const char *answers;
		const char *want;
	} rows[] = {
		{NULL,			 "{" MET ",\"adult\":true}", "ok"},
		{NULL,			 "{" MET "}",                "ok"},
		{"{\"birth\":\"2007-08-31\"}", "{" MET "}",
                 "missing answers.adult"                                       },
		{"{\"birth\":\"2007-09-01\"}", "{" MET "}",                "ok"},
		{"{\"birth\":\"2007-09-01\"}", "{" MET ",\"adult\":true}",
                 "not_asked answers.adult"                                     },
 /* Born in 2006: of age whatever the day. In 2007: nobody knows.
  */
		{"{\"birth\":\"2006\"}",       "{" MET "}",                "ok"},
		{"{\"birth\":\"2007\"}",       "{" MET "}",                "ok"},
		{"{\"birth\":\"2007-07\"}",    "{" MET "}",
                 "missing answers.adult"                                       },
	};
	struct lab l = open_lab();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_STR(verdict(&l, rows[i].answers, rows[i].person, NULL),
			rows[i].want);
	close_lab(&l);
}

static void a_refusal_says_its_sentence_in_both_languages(void)
{
	struct lab l = open_lab();
	const char *answers = "{" MET ",\"since\":\"2025-09-01\"}";
	struct err e = {.code = ERR_NONE};
	struct buf zh, en;

	CHECK(!form_check_answers(l.c, l.form, json_of(answers, l.mem),
		facts_of(&l, answers, NULL, NULL, "2025-08-31"), NULL, &e));
	buf_init(&zh, 1024);
	buf_init(&en, 1024);
	err_sentence(&e, LANG_ZH, &zh);
	err_sentence(&e, LANG_EN, &en);
	CHECK(strstr(zh.p, "因") && !strstr(zh.p, "because"));
	CHECK(strstr(en.p, "because") && !strstr(en.p, "因"));
	buf_free(&zh);
	buf_free(&en);
	close_lab(&l);
}

static void a_warning_is_told_and_the_answers_are_taken(void)
{
	struct lab l = open_lab();
	json_t *warnings = json_keep(json_array(), l.mem);

	CHECK_STR(verdict(&l,
			  "{\"result\":\"met\",\"level\":3,\"stability\":"
			  "\"stable\"}",
			  NULL, warnings),
		"ok");
	CHECK(json_array_size(warnings) == 1);
	CHECK_STR(json_str(json_array_get(warnings, 0), "code"), "odd");
	CHECK_STR(json_str(json_array_get(warnings, 0), "field"),
		"answers.level");
	CHECK_STR(json_str(json_array_get(warnings, 0), "level"), "warn");
	close_lab(&l);
}

static void while_it_is_filled_in_every_contradiction_is_told(void)
{
	struct lab l = open_lab();
	json_t *facts = facts_of(&l,
		"{\"since\":\"2025-09-01\",\"level\":4,\"stability\":"
		"\"stable\",\"results\":[{\"item\":\"hba1c\",\"value\":30}]}",
		NULL, NULL, "2025-08-31");
	json_t *told = form_told(l.form, facts, l.mem);

	CHECK(json_array_size(told) == 3);
	CHECK_STR(json_str(json_array_get(told, 0), "level"), "refuse");
	CHECK_STR(json_str(json_array_get(told, 1), "field"), "answers.level");
	CHECK_STR(json_str(json_array_get(told, 2), "field"),
		"answers.results[0].value");
	close_lab(&l);
}

/* ---- proposals ---- */

static const char *proposed(struct lab *l, const char *answers)
{
	json_t *s = form_suggest(l->form,
		facts_of(l, answers, NULL, NULL, "2025-08-31"), l->mem);
	const json_t *one = json_object_get(s, "stability");
	const char *missing = json_canonical(
		json_keep(json_incref(json_object_get(one, "missing")), l->mem),
		l->mem);

	return arena_printf(l->mem, "%s (%s) %s", json_str(one, "value"),
		json_str(one, "en"), missing);
}

static void the_first_rule_that_holds_proposes_with_its_reason(void)
{
	struct lab l = open_lab();

	CHECK_STR(proposed(&l, "{\"level\":3,\"signs\":[\"a\"]}"),
		"unstable (three) []");
	CHECK_STR(proposed(&l, "{\"level\":2,\"signs\":[\"a\"]}"),
		"unstable (sign) []");
	CHECK_STR(proposed(&l, "{\"level\":2,\"signs\":[]}"),
		"basically_stable (low) []");
	CHECK_STR(
		proposed(&l, "{\"level\":0,\"signs\":[]}"), "stable (none) []");
	/* What could have made an earlier rule hold is named. */
	CHECK_STR(proposed(&l, "{\"signs\":[\"a\"]}"),
		"unstable (sign) [\"level\"]");
	CHECK_STR(proposed(&l, "{\"level\":2}"),
		"basically_stable (low) [\"signs\"]");
	CHECK_STR(proposed(&l, "{}"), "stable (none) [\"level\",\"signs\"]");
	/* The choice made is no reason. */
	CHECK_STR(proposed(&l, "{\"level\":3,\"stability\":\"stable\"}"),
		"unstable (three) []");
	close_lab(&l);
}

/* ---- dates ---- */

static const char *due(struct lab *l, const char *answers, const char *previous,
	const char *day, const struct calendar *cal)
{
	json_t *missing = json_keep(json_array(), l->mem);
	char text[DATE_TEXT];
	struct date d;

	if (!form_due(l->form, facts_of(l, answers, previous, NULL, day), cal,
		    &d, missing, NULL))
		return arena_printf(
			l->mem, "none %s", json_canonical(missing, l->mem));
	return arena_strdup(l->mem, date_format(&d, text));
}

/* domain reference 11, `interval`, and the rule it stands for (2.4). */
static void the_next_date_follows_the_first_rule_that_holds(void)
{
	static const char unstable[] = "{\"stability\":\"unstable\"}";
	static const char basic[] = "{\"stability\":\"basically_stable\"}";
	static const char stable[] = "{\"stability\":\"stable\"}";
	struct lab l = open_lab();

	CHECK_STR(due(&l, stable, NULL, "2025-08-31", NULL), "2025-11-30");
	CHECK_STR(due(&l, unstable, NULL, "2025-03-01", NULL), "2025-03-15");
	CHECK_STR(due(&l, basic, NULL, "2025-03-01", NULL), "2025-03-15");
	CHECK_STR(due(&l, basic, stable, "2025-03-01", NULL), "2025-03-15");
	CHECK_STR(due(&l, basic, basic, "2025-01-31", NULL), "2025-02-28");
	CHECK_STR(due(&l, stable, NULL, "2023-11-30", NULL), "2024-02-29");
	CHECK_STR(due(&l, "{}", NULL, "2025-03-01", NULL),
		"none [\"stability\",\"previous.stability\",\"result\"]");
	CHECK_STR(due(&l, stable, NULL, NULL, NULL), "none []");
	close_lab(&l);
}

static void working_days_follow_the_calendar(void)
{
	static const char *const days[][2] = {
		{"2025-10-01", "holiday"},
		{"2025-10-02", "holiday"},
		{"2025-10-03", "holiday"},
		{"2025-10-04", "holiday"},
		{"2025-10-05", "holiday"},
		{"2025-10-06", "holiday"},
		{"2025-10-07", "holiday"},
		{"2025-10-08", "holiday"},
		{"2025-09-28", "workday"},
		{"2025-10-11", "workday"},
	};
	struct lab l = open_lab();
	struct calendar *cal = calendar_new(l.mem);

	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		calendar_add(
			cal, json_keep(json_pack("{s:s, s:s}", "date",
					       days[i][0], "kind", days[i][1]),
				     l.mem));
	/* Tuesday 30 September: 9, 10, Saturday 11, 13, 14 October. */
	CHECK_STR(due(&l, "{\"result\":\"lost\"}", NULL, "2025-09-30", cal),
		"2025-10-14");
	/* Friday 26 September: Sunday 28, 29, 30 September, 9, 10 October. */
	CHECK_STR(due(&l, "{\"result\":\"lost\"}", NULL, "2025-09-26", cal),
		"2025-10-10");
	close_lab(&l);
}

static void something_is_owed_between_two_moments(void)
{
	struct lab l = open_lab();
	struct form_clock clock;
	int64_t want;

	CHECK(form_clock(l.form,
		facts_of(&l, "{\"at\":\"2025-03-01T08:30:00+08:00\"}", NULL,
			NULL, "2025-03-01"),
		&clock));
	CHECK(time_parse("2025-03-02T08:30:00+08:00", &want) &&
		clock.earliest == want);
	CHECK(time_parse("2025-03-04T08:30:00+08:00", &want) &&
		clock.latest == want);
	CHECK(!form_clock(
		l.form, facts_of(&l, "{}", NULL, NULL, "2025-03-01"), &clock));
	close_lab(&l);
}

/* ---- the record's own fields ---- */

static const char *lifted(struct lab *l, const char *before, const char *body)
{
	json_t *b = json_of(body, l->mem);

	form_lift(l->form, before ? json_of(before, l->mem) : NULL, b);
	json_object_del(b, "answers");
	return json_canonical(b, l->mem);
}

static void answers_are_lifted_and_win_over_what_stands(void)
{
	struct lab l = open_lab();

	CHECK_STR(lifted(&l, NULL,
			  "{\"answers\":{\"level\":4,\"stability\":\"stable\"},"
			  "\"danger\":0}"),
		"{\"danger\":4,\"stability\":\"stable\"}");
	/* What was not answered is left as it stands … */
	CHECK_STR(lifted(&l, NULL, "{\"answers\":{},\"danger\":2}"),
		"{\"danger\":2}");
	/* … but an answer taken back is taken back. */
	CHECK_STR(lifted(&l, "{\"answers\":{\"level\":2},\"danger\":2}",
			  "{\"answers\":{},\"danger\":2}"),
		"{}");
	CHECK_STR(lifted(&l, "{\"answers\":{\"level\":2},\"danger\":2}",
			  "{\"answers\":{\"level\":5},\"danger\":2}"),
		"{\"danger\":5}");
	close_lab(&l);
}

/* ---- flags ---- */

static const char *raised(struct lab *l, const char *answers)
{
	json_t *flags = form_flags(l->form,
		facts_of(l, answers, NULL, NULL, "2025-08-31"), l->mem);
	const char *text = "";

	for (size_t i = 0; i < json_array_size(flags); i++) {
		const json_t *f = json_array_get(flags, i);

		text = arena_printf(l->mem, "%s%s%s %lld %s", text,
			i ? ", " : "", json_str(f, "kind"),
			(long long)json_int(f, "level", -1), json_str(f, "en"));
	}
	return text;
}

static void of_each_kind_the_highest_flag_is_raised(void)
{
	struct lab l = open_lab();

	CHECK_STR(raised(&l, "{\"level\":2}"), "");
	CHECK_STR(raised(&l, "{\"level\":3}"), "danger 3 danger");
	CHECK_STR(raised(&l, "{\"level\":5,\"signs\":[\"a\",\"b\"]}"),
		"danger 5 danger, self_harm 4 harm");
	CHECK_STR(raised(&l, "{\"level\":0,\"signs\":[\"a\"]}"),
		"danger 2 small");
	/* Unsure raises nothing. */
	CHECK_STR(raised(&l, "{}"), "");
	close_lab(&l);
}

/* SHA-256 of "casebridge flag v1\n<response>\n<kind>\n<level>", its first ten
 * bytes behind the response's six of time, made v7; by another program. */
static void a_flags_id_follows_from_its_response(void)
{
	static const struct {
		const char *kind;
		int level;
		const char *want;
	} rows[] = {
		{"danger",    3, "0192f5a0-0000-7072-8711-0b6f472cae37"},
		{"danger",    4, "0192f5a0-0000-7f03-abf5-88870b7998a0"},
		{"self_harm", 3, "0192f5a0-0000-7b51-b1ab-772c6e3519ae"},
	};
	struct uuid response, id;
	char text[UUID_TEXT];

	CHECK(uuid_parse("0192f5a0-0000-7000-8000-000000000001", &response));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		id = form_flag_id(&response, rows[i].kind, rows[i].level);
		CHECK_STR(uuid_format(&id, text), rows[i].want);
	}
}

int main(void)
{
	RUN(the_form_of_this_test_is_well_made);
	RUN(answers_are_taken_or_refused_by_their_question);
	RUN(a_question_that_hangs_on_an_unknown_person_may_be_answered);
	RUN(a_refusal_says_its_sentence_in_both_languages);
	RUN(a_warning_is_told_and_the_answers_are_taken);
	RUN(while_it_is_filled_in_every_contradiction_is_told);
	RUN(the_first_rule_that_holds_proposes_with_its_reason);
	RUN(the_next_date_follows_the_first_rule_that_holds);
	RUN(working_days_follow_the_calendar);
	RUN(something_is_owed_between_two_moments);
	RUN(answers_are_lifted_and_win_over_what_stands);
	RUN(of_each_kind_the_highest_flag_is_raised);
	RUN(a_flags_id_follows_from_its_response);
	return tap_done();
}
