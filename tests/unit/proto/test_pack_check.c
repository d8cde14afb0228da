/*
 * test_pack_check.c - every mistake in a pack, a form, a scale or a code list
 * is told, with its line.
 *
 * Two sound files stand below, line by line; each row of the tables spoils one
 * in one place and says what must be told, and on which line.
 */
#include "proto/pack_check.h"

#include "proto/lines.h"
#include "tests/lib/tap.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const char form_text[] =
"{\"form\":\"my_sheet\",\"version\":\"1.0\",\n"                                    /* 1 */
" \"label\":{\"zh\":\"表\",\"en\":\"Sheet\"},\n"                                   /* 2 */
" \"source\":\"ours\",\n"                                                          /* 3 */
" \"fields\":[\n"                                                                  /* 4 */
"  {\"name\":\"h\",\"kind\":\"heading\",\"label\":{\"zh\":\"题\",\"en\":\"T\"}},\n" /* 5 */
"  {\"name\":\"mood\",\"kind\":\"code\",\"label\":{\"zh\":\"甲\",\"en\":\"A\"},\n" /* 6 */
"   \"options\":[\n"                                                               /* 7 */
"    {\"code\":\"sad\",\"zh\":\"忧\",\"en\":\"sad\"},\n"                           /* 8 */
"    {\"code\":\"glad\",\"zh\":\"喜\",\"en\":\"glad\"}]},\n"                       /* 9 */
"  {\"name\":\"level\",\"kind\":\"int\",\"min\":0,\"max\":5,\n"                    /* 10 */
"   \"required\":true,\n"                                                          /* 11 */
"   \"when\":{\"field\":\"mood\",\"is\":\"sad\"},\n"                               /* 12 */
"   \"label\":{\"zh\":\"乙\",\"en\":\"B\"}},\n"                                    /* 13 */
"  {\"name\":\"class\",\"kind\":\"code\",\"codes\":\"stability_class\",\n"         /* 14 */
"   \"label\":{\"zh\":\"丙\",\"en\":\"C\"}},\n"                                    /* 15 */
"  {\"name\":\"at\",\"kind\":\"time\",\"label\":{\"zh\":\"丁\",\"en\":\"D\"}},\n"  /* 16 */
"  {\"name\":\"rows\",\"kind\":\"rows\",\"max\":9,\"label\":{\"zh\":\"戊\",\"en\":\"E\"},\n" /* 17 */
"   \"fields\":[\n"                                                                /* 18 */
"    {\"name\":\"what\",\"kind\":\"text\",\"max\":9,\"label\":{\"zh\":\"己\",\"en\":\"F\"}},\n" /* 19 */
"    {\"name\":\"done\",\"kind\":\"date\",\"max\":2100,\"label\":{\"zh\":\"庚\",\"en\":\"G\"}}]},\n" /* 20 */
"  {\"name\":\"cost\",\"kind\":\"int\",\"unit\":\"fen\",\"max\":99,\"label\":{\"zh\":\"辛\",\"en\":\"H\"}}],\n" /* 21 */
" \"lifts\":{\"danger\":\"level\",\n"                                              /* 22 */
"  \"stability\":\"class\"},\n"                                                    /* 23 */
" \"checks\":[\n"                                                                  /* 24 */
"  {\"code\":\"odd\",\"level\":\"warn\",\"field\":\"level\",\n"                    /* 25 */
"   \"if\":{\"all\":[{\"field\":\"level\",\"ge\":3},\n"                            /* 26 */
"    {\"field\":\"person.birth\",\"gt\":\"2020-01-01\"}]},\"zh\":\"因\",\"en\":\"why\"}],\n" /* 27 */
" \"suggest\":[{\"field\":\"class\",\"rules\":[\n"                                 /* 28 */
"   {\"if\":{\"field\":\"level\",\"ge\":3},\"value\":\"unstable\",\"zh\":\"因\",\"en\":\"why\"}],\n" /* 29 */
"  \"else\":{\"value\":\"stable\",\"zh\":\"因\",\"en\":\"why\"}}],\n"              /* 30 */
" \"due\":{\"field\":\"next_due\",\"from\":\"responded\",\n"                       /* 31 */
"  \"rules\":[{\"if\":{\"field\":\"class\",\"is\":\"unstable\"},\"days\":14},\n"   /* 32 */
"   {\"months\":3}]},\n"                                                           /* 33 */
" \"clock\":{\"from\":\"at\",\"min_hours\":24,\"max_hours\":72,\n"                 /* 34 */
"  \"zh\":\"因\",\"en\":\"why\"},\n"                                               /* 35 */
" \"flags\":[{\"if\":{\"field\":\"level\",\"ge\":3},\"kind\":\"danger\",\n"        /* 36 */
"  \"level_from\":\"level\",\"zh\":\"因\",\"en\":\"why\"}]}\n";                    /* 37 */

static const char pack_text[] =
"{\"pack\":\"my_pack\",\"version\":\"1.0\",\n"                                     /* 1 */
" \"label\":{\"zh\":\"包\",\"en\":\"Pack\"},\"target\":{\"zh\":\"人\",\"en\":\"people\"},\n" /* 2 */
" \"about\":{\"zh\":\"事\",\"en\":\"things\"},\n"                                  /* 3 */
" \"unit\":\"client\",\"models\":[\"case_management\"],\n"                         /* 4 */
" \"phases\":[\"screening\",\"intake\",\"assessment\"],\n"                         /* 5 */
" \"waive\":[\"risk_rated\"],\n"                                                   /* 6 */
" \"screening\":{\"criteria\":[\n"                                                 /* 7 */
"  {\"code\":\"one\",\"kind\":\"include\",\"zh\":\"甲\",\"en\":\"a\"}]},\n"        /* 8 */
" \"expected_services\":{\"n\":15,\"per\":\"year\"},\n"                            /* 9 */
" \"first_contact\":{\"of\":\"opened\",\"working_days\":2},\n"                     /* 10 */
" \"consents\":[\"care\"],\"assent_from\":8,\n"                                    /* 11 */
" \"instruments\":[{\"instrument\":\"ssrs\",\"who\":\"client\",\n"                 /* 12 */
"  \"timepoints\":[\"baseline\",\"end\"]}],\n"                                     /* 13 */
" \"forms\":[{\"form\":\"my_sheet\",\"phase\":\"intake\",\"required\":true}],\n"   /* 14 */
" \"events\":{\"seen\":{\"form\":\"my_sheet\",\"field\":\"at\"}},\n"               /* 15 */
" \"schedule\":[{\"code\":\"look\",\"zh\":\"看\",\"en\":\"look\",\n"               /* 16 */
"  \"start\":{\"latest\":[{\"of\":\"seen\",\n"                                     /* 17 */
"   \"add\":{\"months\":1}},{\"of\":\"opened\"}]},\n"                              /* 18 */
"  \"every\":{\"months\":3},\"window\":{\"days\":14},\n"                           /* 19 */
"  \"if\":{\"field\":\"last.my_sheet.level\",\"ge\":1},\n"                         /* 20 */
"  \"done_by\":{\"form\":\"my_sheet\",\"rows\":\"rows\",\n"                        /* 21 */
"   \"where\":{\"field\":\"what\",\"is\":\"eye\"},\"date\":\"done\"}}],\n"         /* 22 */
" \"after_close\":{\"months\":[1,3]},\n"                                           /* 23 */
" \"evidence\":[{\"code\":\"e\",\"zh\":\"据\",\"en\":\"e\",\n"                     /* 24 */
"  \"if\":{\"field\":\"measures.services_completed\",\"ge\":1}}],\n"               /* 25 */
" \"coverage\":{\"rows\":\"service_dimension\",\"columns\":\"recipient_group\"},\n" /* 26 */
" \"goals\":[{\"code\":\"g\",\"domain\":\"medical\",\"zh\":\"标\",\"en\":\"g\",\n" /* 27 */
"  \"indicator\":{\"zh\":\"指\",\"en\":\"i\"},\"levels\":{\n"                      /* 28 */
"  \"-2\":{\"zh\":\"一\",\"en\":\"1\"},\"-1\":{\"zh\":\"二\",\"en\":\"2\"},\n"     /* 29 */
"  \"0\":{\"zh\":\"三\",\"en\":\"3\"},\"1\":{\"zh\":\"四\",\"en\":\"4\"},\n"       /* 30 */
"  \"2\":{\"zh\":\"五\",\"en\":\"5\"}}}],\n"                                       /* 31 */
" \"plan_from\":{\"form\":\"my_sheet\",\"rules\":[\n"                              /* 32 */
"  {\"if\":{\"field\":\"mood\",\"is\":\"sad\"},\"goal\":\"g\"}]},\n"               /* 33 */
" \"groups\":[{\"code\":\"gr\",\"zh\":\"组\",\"en\":\"g\",\"kind\":\"open\",\n"    /* 34 */
"  \"theory\":{\"zh\":\"论\",\"en\":\"t\"},\"aims\":{\"zh\":\"的\",\"en\":\"a\"},\n" /* 35 */
"  \"size_min\":3,\"size_max\":9,\"instruments\":[\"ssrs\"],\n"                    /* 36 */
"  \"sessions\":[{\"zh\":\"节\",\"en\":\"s\",\"aim\":{\"zh\":\"的\",\"en\":\"a\"},\"minutes\":60}]}],\n" /* 37 */
" \"indicators\":[\"services_per_case_year\"]}\n";                                 /* 38 */

/* What is put in place of what, and what is then told: "line code path". */
static const struct spoilt {
	const char *from, *to;
	const char *told;
} forms[] = {
	{"\"form\":\"my_sheet\"", "\"form\":\"My Sheet\"", "1 bad_name form"},
	{"\"version\":\"1.0\",", "", "1 missing_key "},
	{"\"version\":\"1.0\"", "\"version\":\"1 0\"", "1 bad_value version"},
	{"\"version\":\"1.0\"", "\"version\":1", "1 bad_kind version"},
	{",\"en\":\"Sheet\"", "", "2 no_label label"},
	{"\"en\":\"Sheet\"", "\"en\":\"Sheet\",\"fr\":\"F\"", "2 unknown_key label.fr"},
	{"\"source\"", "\"sauce\"", "1 missing_key , 3 unknown_key sauce"},
	{"\"kind\":\"heading\"", "\"kind\":\"heading\",\"max\":3", "5 unknown_key fields[0].max"},
	{"\"kind\":\"code\",\"label\"", "\"kind\":\"coed\",\"label\"", "6 bad_value fields[1].kind"},
	{"\"name\":\"mood\",", "", "6 missing_key fields[1], 12 unknown_field fields[2].when.field"},
	{"\"name\":\"mood\"", "\"name\":\"age\"",
		"6 bad_name fields[1].name, 12 unknown_field fields[2].when.field"},
	{"\"code\":\"glad\"", "\"code\":\"sad\"", "9 twice fields[1].options[1].code"},
	{"\"zh\":\"喜\",", "", "9 no_label fields[1].options[1]"},
	{"\"name\":\"cost\",\"kind\"", "\"name\":\"mood\",\"kind\"", "21 twice fields[6].name"},
	{"\"min\":0,\"max\":5", "\"min\":0", "10 missing_key fields[2]"},
	{"\"min\":0,\"max\":5", "\"min\":6,\"max\":5", "10 min_above_max fields[2].min"},
	{"\"required\":true", "\"required\":1", "11 bad_kind fields[2].required"},
	{"\"is\":\"sad\"},\n   \"label\"", "\"is\":\"bad\"},\n   \"label\"", "12 unknown_code fields[2].when.is"},
	{"\"field\":\"mood\",\"is\":\"sad\"}", "\"field\":\"level\",\"is\":1}", "12 cycle fields[2].when"},
	{"\"field\":\"mood\",\"is\":\"sad\"}", "\"field\":\"mood\"}", "12 no_test fields[2].when"},
	{"\"codes\":\"stability_class\"", "\"codes\":\"no_such\"", "14 unknown_codes fields[3].codes"},
	{"\"codes\":\"stability_class\",", "", "14 missing_key fields[3]"},
	{"\"kind\":\"rows\",\"max\":9", "\"kind\":\"rows\",\"max\":900", "17 bad_number fields[5].max"},
	{"\"kind\":\"text\",\"max\":9", "\"kind\":\"rows\",\"max\":9",
		"19 bad_value fields[5].fields[0].kind, 19 missing_key fields[5].fields[0]"},
	{"\"kind\":\"int\",\"unit\"", "\"kind\":\"number\",\"unit\"", "21 bad_value fields[6].kind"},
	{"\"danger\":\"level\"", "\"dangr\":\"level\"", "22 unknown_field lifts.dangr"},
	{"\"danger\":\"level\"", "\"danger\":\"levle\"", "22 unknown_field lifts.danger"},
	{"\"danger\":\"level\"", "\"danger\":\"cost\"", "22 bad_value lifts.danger"},
	{"\"stability\":\"class\"", "\"stability\":\"mood\"", "23 bad_value lifts.stability"},
	{"\"level\":\"warn\"", "\"level\":\"shout\"", "25 bad_value checks[0].level"},
	{"\"field\":\"level\",\"ge\":3},\n    {", "\"field\":\"level\",\"gee\":3},\n    {",
		"26 unknown_key checks[0].if.all[0].gee"},
	{"person.birth", "person.birthday", "27 unknown_field checks[0].if.all[1].field"},
	{"\"suggest\":[{\"field\":\"class\"", "\"suggest\":[{\"field\":\"level\"",
		"28 bad_value suggest[0].field, 29 cycle suggest[0].rules[0].if"},
	{"\"value\":\"unstable\"", "\"value\":\"unstabel\"", "29 unknown_code suggest[0].rules[0].value"},
	{"\"else\":{\"value\":\"stable\",", "\"else\":{", "30 missing_key suggest[0].else"},
	{"\"field\":\"next_due\"", "\"field\":\"danger\"", "31 bad_value due.field"},
	{"\"from\":\"responded\"", "\"from\":\"level\"", "31 bad_value due.from"},
	{"\"days\":14}", "\"days\":14,\"weeks\":1}", "32 too_many due.rules[0]"},
	{"\"days\":14}", "\"dayz\":14}", "32 unknown_key due.rules[0].dayz"},
	{"\"if\":{\"field\":\"class\",\"is\":\"unstable\"},\"days\":14", "\"days\":14", "33 unreached due.rules[1]"},
	{"\"from\":\"at\"", "\"from\":\"level\"", "34 bad_value clock.from"},
	{"\"min_hours\":24", "\"min_hours\":240", "34 min_above_max clock.min_hours"},
	{"\"kind\":\"danger\"", "\"kind\":\"dangre\"", "36 unknown_code flags[0].kind"},
	{"\"level_from\":\"level\"", "\"level_from\":\"cost\"", "37 bad_value flags[0].level_from"},
	{"\"level_from\":\"level\"", "\"level\":3,\"level_from\":\"level\"", "37 unknown_key flags[0].level_from"},
	{"\"level_from\":\"level\"", "\"level\":7", "37 bad_number flags[0].level"},
	/* Not JSON any more. */
	{"\"source\":\"ours\",\n", "\"source\":\"ours\",,\n", "3 not_json "},
	{"\"source\":\"ours\",\n", "\"source\":\"ours\",\"source\":\"x\",\n", "3 not_json "},
	{"\"form\":\"my_sheet\"", "\"from\":\"my_sheet\"", "1 not_known_kind "},
}, packs[] = {
	{"\"unit\":\"client\"", "\"unit\":\"clients\"", "4 bad_value unit"},
	{"\"case_management\"", "\"case_managment\"", "4 unknown_code models[0]"},
	{"\"intake\",\"assessment\"", "\"intak\",\"assessment\"", "5 unknown_phase phases[1]"},
	{"\"screening\",\"intake\"", "\"intake\",\"screening\"", "5 bad_value phases[1]"},
	{"\"intake\",\"assessment\"", "\"intake\",\"intake\"", "5 twice phases[2]"},
	{"\"risk_rated\"", "\"risks\"", "6 bad_value waive[0]"},
	{"\"kind\":\"include\"", "\"kind\":\"maybe\"", "8 bad_value screening.criteria[0].kind"},
	{"\"n\":15", "\"n\":0", "9 bad_number expected_services.n"},
	{"\"working_days\":2", "\"working_days\":2,\"same_day\":true", "10 unknown_key first_contact.same_day"},
	{"\"consents\":[\"care\"]", "\"consents\":[\"caring\"]", "11 unknown_code consents[0]"},
	{"\"consents\":[\"care\"],", "", "1 missing_key "},
	{"\"assent_from\":8", "\"assent_from\":80", "11 bad_number assent_from"},
	{"\"instrument\":\"ssrs\"", "\"instrument\":\"ssrz\"", "12 unknown_instrument instruments[0].instrument"},
	{"\"who\":\"client\"", "\"who\":\"dog\"", "12 bad_value instruments[0].who"},
	{"\"baseline\"", "\"basline\"", "13 unknown_code instruments[0].timepoints[0]"},
	{"\"forms\":[{\"form\":\"my_sheet\"", "\"forms\":[{\"form\":\"no_sheet\"", "14 unknown_form forms[0].form"},
	{"\"events\":{\"seen\"", "\"events\":{\"birth\"", "15 bad_name events.birth, "
		"17 unknown_event schedule[0].start.latest[0].of"},
	{"\"field\":\"at\"}}", "\"field\":\"level\"}}", "15 bad_value events.seen.field"},
	{"\"field\":\"at\"}}", "\"field\":\"that\"}}", "15 unknown_field events.seen.field"},
	{"\"of\":\"seen\"", "\"of\":\"scene\"", "17 unknown_event schedule[0].start.latest[0].of"},
	{"\"add\":{\"months\":1}", "\"add\":{\"moons\":1}", "18 unknown_key schedule[0].start.latest[0].add.moons"},
	{"{\"of\":\"opened\"}]", "{}]", "18 missing_key schedule[0].start.latest[1]"},
	{"\"every\":{\"months\":3}", "\"every\":{\"months\":0}", "19 bad_number schedule[0].every.months"},
	{"\"window\":{\"days\":14}", "\"window\":{}", "19 empty schedule[0].window"},
	{"last.my_sheet.level", "last.my_sheet.lvl", "20 unknown_field schedule[0].if.field"},
	{"\"rows\":\"rows\"", "\"rows\":\"mood\"", "21 unknown_field schedule[0].done_by.rows, "
		"22 unknown_field schedule[0].done_by.date, 22 unknown_field schedule[0].done_by.where.field"},
	{"\"done_by\":{\"form\":\"my_sheet\",", "\"done_by\":{",
		"21 missing_key schedule[0].done_by, 21 unknown_key schedule[0].done_by.rows, "
		"22 unknown_key schedule[0].done_by.where, 22 unknown_key schedule[0].done_by.date"},
	{"\"date\":\"done\"", "\"date\":\"what\"", "22 bad_value schedule[0].done_by.date"},
	{"\"months\":[1,3]", "\"months\":[3,1]", "23 bad_number after_close.months[1]"},
	{"services_completed", "services_done", "25 unknown_field evidence[0].if.field"},
	{"\"rows\":\"service_dimension\"", "\"rows\":\"sex\"", "26 bad_value coverage.rows"},
	{"\"domain\":\"medical\"", "\"domain\":\"magical\"", "27 unknown_code goals[0].domain"},
	{"\"2\":{\"zh\":\"五\",\"en\":\"5\"}", "\"3\":{\"zh\":\"五\",\"en\":\"5\"}",
		"28 missing_key goals[0].levels, 31 unknown_key goals[0].levels.3"},
	{"\"goal\":\"g\"", "\"goal\":\"h\"", "33 unknown_code plan_from.rules[0].goal"},
	{"\"size_min\":3", "\"size_min\":30", "36 min_above_max groups[0].size_min"},
	{"\"instruments\":[\"ssrs\"],\n  \"sessions\"", "\"instruments\":[\"ssrz\"],\n  \"sessions\"",
		"36 unknown_instrument groups[0].instruments[0]"},
	{"\"minutes\":60", "\"minutes\":0", "37 bad_number groups[0].sessions[0].minutes"},
	{"services_per_case_year", "services_a_year", "38 unknown_measure indicators[0]"},
};
/* clang-format on */

struct lab {
	struct arena *mem;
	struct catalogue *c;
};

static struct lab open_lab(void)
{
	struct lab l = {arena_new(), catalogue_load()};

	return l;
}

static void close_lab(struct lab *l)
{
	arena_free(l->mem);
	catalogue_free(l->c);
}

static struct str text_of(const char *text)
{
	struct str s = {text, strlen(text)};

	return s;
}

static const char *told(struct lab *l, const struct pack_file *f)
{
	const char *text = "";

	for (size_t i = 0; i < f->wrong.count; i++)
		text = arena_printf(l->mem, "%s%s%zu %s %s", text,
			i ? ", " : "", f->line[i],
			mistake_name(f->wrong.list[i].code),
			f->wrong.list[i].path);
	return text;
}

/* Checks a text beside the sound form, which it may name. */
static const char *check(struct lab *l, const char *text, bool fresh)
{
	struct pack_file files[2] = {
		{.text = text_of(text)}, {.text = text_of(form_text)}};

	pack_check(l->c, files, 2, fresh, l->mem);
	CHECK_STR(told(l, &files[1]), "");
	return told(l, &files[0]);
}

static const char *spoil(
	struct lab *l, const char *sound, const char *from, const char *to)
{
	const char *at = strstr(sound, from);

	if (!at)
		die("not in the file: %s", from);
	return arena_printf(l->mem, "%.*s%s%s", (int)(at - sound), sound, to,
		at + strlen(from));
}

static void sound_files_have_no_mistakes(void)
{
	struct lab l = open_lab();

	CHECK_STR(check(&l, pack_text, true), "");
	CHECK_STR(check(&l, form_text, true), "");
	close_lab(&l);
}

static void check_rows(
	const char *sound, const struct spoilt *rows, size_t n, bool alone)
{
	struct lab l = open_lab();

	for (size_t i = 0; i < n; i++) {
		const char *text = spoil(&l, sound, rows[i].from, rows[i].to);
		struct pack_file one = {.text = text_of(text)};
		const char *got;

		if (alone)
			pack_check(l.c, &one, 1, false, l.mem);
		got = alone ? told(&l, &one) : check(&l, text, false);
		if (strcmp(got, rows[i].told) != 0)
			printf("# %s -> %s\n", rows[i].from, rows[i].to);
		CHECK_STR(got, rows[i].told);
	}
	close_lab(&l);
}

static void every_mistake_in_a_form_is_told_with_its_line(void)
{
	check_rows(form_text, forms, ARRAY_LEN(forms), true);
}

static void every_mistake_in_a_pack_is_told_with_its_line(void)
{
	check_rows(pack_text, packs, ARRAY_LEN(packs), false);
}

static void mistakes_do_not_hide_each_other(void)
{
	struct lab l = open_lab();
	const char *text = spoil(&l, form_text, "\"kind\":\"code\",\"label\"",
		"\"kind\":\"coed\",\"label\"");
	struct pack_file one = {
		.text = text_of(spoil(&l,
			spoil(&l, text, "\"days\":14", "\"days\":-1"),
			"\"danger\":\"level\"", "\"dangr\":\"level\""))};

	pack_check(l.c, &one, 1, false, l.mem);
	CHECK_STR(told(&l, &one),
		"6 bad_value fields[1].kind, 22 unknown_field lifts.dangr, "
		"32 bad_number due.rules[0].days");
	close_lab(&l);
}

static void a_mistake_reads_well_in_both_languages(void)
{
	struct lab l = open_lab();
	const char *text = spoil(&l, pack_text, "\"instrument\":\"ssrs\"",
		"\"instrument\":\"x\"");
	struct pack_file f = {.text = text_of(text)};
	struct buf b;
	json_t *j;

	pack_check(l.c, &f, 1, false, l.mem);
	buf_init(&b, 1024);
	pack_mistake_text(&f, 0, LANG_EN, &b);
	CHECK_STR(b.p,
		"12: instruments[0].instrument: there is no instrument 'x'");
	buf_clear(&b);
	pack_mistake_text(&f, 0, LANG_ZH, &b);
	CHECK_STR(b.p, "12: instruments[0].instrument: 没有量表“x”");
	buf_free(&b);
	j = json_keep(pack_mistake_json(&f, 0), l.mem);
	CHECK(json_int(j, "line", 0) == 12);
	CHECK_STR(json_str(j, "code"), "unknown_instrument");
	close_lab(&l);
}

/* ---- code lists, scales, versions ---- */

#define LIST                                                                    \
	"{\"codes\":\"sex\",\"version\":\"2\",\"label\":{\"zh\":\"性\",\"en\"" \
	":\"Sex\"},\n \"items\":[\n%s]}\n"

static const char *list_of(struct lab *l, bool all, const char *more)
{
	const json_t *items = catalogue_codes(l->c, "sex")->items;
	const char *text = more;

	for (size_t i = all ? 0 : 1; i < json_array_size(items); i++)
		text = arena_printf(l->mem,
			"%s%s{\"code\":\"%s\",\"zh\":\"性\",\"en\":\"x\"}\n",
			text, *text ? "," : "",
			json_str(json_array_get(items, i), "code"));
	return arena_printf(l->mem, LIST, text);
}

static void a_code_list_only_grows(void)
{
	static const char one[] =
		"{\"code\":\"7\",\"zh\":\"新\",\"en\":\"new\"}\n";
	struct lab l = open_lab();

	CHECK_STR(check(&l, list_of(&l, true, one), true), "");
	CHECK_STR(
		check(&l, list_of(&l, false, one), true), "2 code_gone items");
	CHECK_STR(check(&l,
			  list_of(&l, true,
				  "{\"code\":\"7\",\"zh\":\"新\"},\n"
				  "{\"code\":\"7\",\"zh\":\"新\",\"en\":\"n\"}"
				  "\n"),
			  true),
		"3 no_label items[0], 4 twice items[1].code");
	CHECK_STR(check(&l,
			  "{\"codes\":\"form\",\"version\":\"1\",\"label\":"
			  "{\"zh\":\"表\",\"en\":\"Form\"},\"items\":[{\"code"
			  "\":\"x\",\"zh\":\"表\",\"en\":\"x\"}]}",
			  false),
		"1 bad_name codes, 1 code_gone items");
	close_lab(&l);
}

static void a_version_keeps_what_it_says(void)
{
	struct lab l = open_lab();
	const json_t *form = catalogue_form(l.c, "smd_follow_up", NULL);
	char *same = json_dumps(form, JSON_INDENT(1));
	json_t *other = json_deep_copy((json_t *)(uintptr_t)form);
	char *changed, *newer;

	json_object_set_new(other, "source", json_string("somewhere"));
	changed = json_dumps(other, JSON_INDENT(1));
	json_object_set_new(other, "version", json_string("2099.1"));
	newer = json_dumps(other, JSON_INDENT(1));
	CHECK_STR(check(&l, same, true), "");
	CHECK_STR(check(&l, changed, true), "3 version_taken version");
	/* A draft of the file itself is only looked at. */
	CHECK_STR(check(&l, changed, false), "");
	CHECK_STR(check(&l, newer, true), "");
	free(same);
	free(changed);
	free(newer);
	json_decref(other);
	close_lab(&l);
}

static void a_scale_is_checked_too(void)
{
	struct lab l = open_lab();
	char *text = json_dumps(catalogue_scale(l.c, "gad7"), JSON_INDENT(1));
	const char *bad =
		spoil(&l, text, "\"good\": \"low\"", "\"good\": \"x\"");

	CHECK_STR(check(&l, text, true), "");
	CHECK(strstr(check(&l, bad, false), "bad_value good"));
	free(text);
	close_lab(&l);
}

static void a_file_that_is_too_long_is_not_read(void)
{
	struct lab l = open_lab();
	char *text = arena_alloc(l.mem, PACK_BYTES + 2);

	memset(text, ' ', PACK_BYTES + 1);
	CHECK_STR(check(&l, text, false), "1 too_many ");
	close_lab(&l);
}

static void what_is_built_in_has_no_mistakes(void)
{
	struct lab l = open_lab();
	struct mistakes wrong;

	mistakes_init(&wrong, l.mem);
	catalogue_mistakes(l.c, &wrong);
	for (size_t i = 0; i < wrong.count; i++)
		printf("# %s: %s %s\n", wrong.list[i].path,
			mistake_name(wrong.list[i].code), wrong.list[i].what);
	CHECK(wrong.count == 0);
	close_lab(&l);
}

/* ---- lines ---- */

static void a_path_leads_to_its_line(void)
{
	static const char text[] = "\n{\n \"a\\\"b\":1,\n \"c\":[\n  {\"d\":\n"
				   "   [1,\n2]},\n  \"x,]}\",\n {\"e\":3}],\n"
				   " \"f\":{}}";
	static const struct {
		const char *path;
		size_t line;
	} rows[] = {
		{"",          2 },
		{"c",         4 },
		{"c[0]",      5 },
		{"c[0].d",    5 },
		{"c[0].d[1]", 7 },
		{"c[1]",      8 },
		{"c[2].e",    9 },
		{"f",         10},
 /* As far as it leads. */
		{"c[0].zz",   5 },
		{"c[7]",      4 },
		{"zz",        2 },
		{"f.g.h",     10},
		{"c.d",       4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t got = line_of(text_of(text), rows[i].path);

		if (got != rows[i].line)
			printf("# %s: %zu\n", rows[i].path, got);
		CHECK(got == rows[i].line);
	}
}

static void a_text_cut_off_anywhere_has_a_line(void)
{
	size_t lines = 1;

	for (size_t n = 0; n < sizeof(pack_text) - 1; n++) {
		struct str cut = {pack_text, n};
		size_t got = line_of(cut, "goals[0].levels.2.zh");

		lines += n && pack_text[n - 1] == '\n';
		CHECK(got >= 1 && got <= lines);
	}
}

int main(void)
{
	RUN(sound_files_have_no_mistakes);
	RUN(every_mistake_in_a_form_is_told_with_its_line);
	RUN(every_mistake_in_a_pack_is_told_with_its_line);
	RUN(mistakes_do_not_hide_each_other);
	RUN(a_mistake_reads_well_in_both_languages);
	RUN(a_code_list_only_grows);
	RUN(a_version_keeps_what_it_says);
	RUN(a_scale_is_checked_too);
	RUN(a_file_that_is_too_long_is_not_read);
	RUN(what_is_built_in_has_no_mistakes);
	RUN(a_path_leads_to_its_line);
	RUN(a_text_cut_off_anywhere_has_a_line);
	return tap_done();
}
