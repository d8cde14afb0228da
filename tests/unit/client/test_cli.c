/*
 * test_cli.c - casebridge offline, as somebody at the keyboard meets it: what
 * is typed, what is printed, with which exit code. No centre is running.
 */
#include "tests/unit/client/station.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- reading ---- */

static void the_caseload_lists_and_finds(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "cases", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK_STR(json_str(json_array_get(s.json, 0), "name"), "刘建国");
	CHECK(run(&s, &e, "cases", "SMD-0001", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK(run(&s, &e, "cases", "刘建", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK(run(&s, &e, "cases", "nobody", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 0);
	CHECK(run(&s, &e, "cases", NULL) == 0);
	CHECK(strstr(s.out, "刘建国") != NULL);
	close_station(&s);
}

static void a_record_is_found_by_id_beginning_and_number(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "show", id_text(&s.f, 3), "--json", NULL) == 0);
	CHECK(json_int(at(s.json, "body"), "minutes", 0) == 30);
	CHECK(run(&s, &e, "show", "SMD-0001", "--json", NULL) == 0);
	CHECK_STR(json_str(at(s.json, "summary"), "number"), "SMD-0001");
	/* Every id here begins alike. */
	CHECK(run(&s, &e, "show", "01990000", NULL) == 1);
	CHECK(e.code == ERR_AMBIGUOUS);
	CHECK(strstr(e.accepts, "01990000-0000-7000-8000-") != NULL);
	CHECK(run(&s, &e, "show", "ffffffff", NULL) == 1);
	CHECK(e.code == ERR_NOT_FOUND);
	CHECK(run(&s, &e, "show", "0199", NULL) == 1);
	CHECK(e.code == ERR_NOT_FOUND);
	close_station(&s);
}

/* ---- writing ---- */

static void values_are_taken_as_people_write_them(void)
{
	static const struct {
		const char *typed;
		const char *field;
		const char *want; /* in the body, as JSON */
	} cases[] = {
		{"kind=电访",                 "kind",       "\"phone_contact\""},
		{"kind=Home visit",             "kind",       "\"home_visit\""   },
		{"kind=home_visit",             "kind",       "\"home_visit\""   },
		{"minutes=45",                  "minutes",    "45"               },
		{"student=是",                 "student",    "true"             },
		{"student=no",                  "student",    "false"            },
		{"next_due=2026-12-01",         "next_due",   "\"2026-12-01\""   },
		{"started_at=2026-11-20 14:30", "started_at",
                 "\"2026-11-20T14:30:00+08:00\""                                 },
		{"readers=陈静，王强",     "readers",
                 "[\"01990000-0000-7000-8000-000000000384\","
			"\"01990000-0000-7000-8000-000000000386\"]"              },
		{"aim=a=b",                     "aim",        "\"a=b\""          },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct station s;
		struct err e;
		json_t *want = json_loads(cases[i].want, JSON_DECODE_ANY, NULL);
		json_t *got;

		open_station(&s);
		if (run(&s, &e, "edit", id_text(&s.f, 3), cases[i].typed,
			    "--json", NULL) != 0)
			printf("# %s: %s\n", cases[i].typed, e.msg);
		run(&s, &e, "show", id_text(&s.f, 3), "--json", NULL);
		got = json_object_get(at(s.json, "body"), cases[i].field);
		if (!json_equal(got, want))
			printf("# %s\n", s.out);
		CHECK(json_equal(got, want));
		json_decref(want);
		close_station(&s);
	}
}

static void wrong_values_name_the_field_and_what_is_taken(void)
{
	static const struct {
		const char *typed;
		enum err_code code;
		const char *field;
		const char *accepts; /* part of it */
	} cases[] = {
		{"kind=flying",         ERR_BAD_CODE,      "kind",       "home_visit"},
		{"minutes=long",        ERR_BAD_KIND,      "minutes",    "1440"      },
		{"minutes=1441",        ERR_OUT_OF_RANGE,  "minutes",    "1440"      },
		{"student=perhaps",     ERR_BAD_KIND,      "student",    "yes"       },
		{"next_due=2026-02-30", ERR_BAD_DATE,      "next_due",   "YYYY"      },
		{"started_at=soon",     ERR_BAD_DATE,      "started_at", "HH:MM"     },
		{"goal=陈静",         ERR_BAD_INPUT,     "goal",       "goal"      },
		{"colour=red",          ERR_UNKNOWN_FIELD, "colour",     ""          },
		{"minutes",             ERR_USAGE,         "minutes",    "field"     },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct station s;
		struct err e;

		open_station(&s);
		CHECK(run(&s, &e, "edit", id_text(&s.f, 3), cases[i].typed,
			      NULL) != 0);
		if (e.code != cases[i].code)
			printf("# %s: %s\n", cases[i].typed, e.msg);
		CHECK(e.code == cases[i].code);
		CHECK_STR(e.field, cases[i].field);
		CHECK(strstr(e.accepts, cases[i].accepts) != NULL);
		CHECK(run(&s, &e, "status", "--json", NULL) == 0);
		CHECK(json_int(s.json, "unsent", -1) == 0);
		close_station(&s);
	}
}

static void what_was_saved_waits_to_be_sent(void)
{
	struct station s;
	struct err e;
	const char *rec;

	open_station(&s);
	CHECK(run(&s, &e, "add", "task", "--case", "SMD-0001", "title=复诊提醒",
		      "due=2026-12-01", "--json", NULL) == 0);
	CHECK(json_flag(s.json, "saved"));
	CHECK(json_int(s.json, "waiting", 0) == 1);
	rec = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK(run(&s, &e, "edit", rec, "due=", "--json", NULL) == 0);
	CHECK(run(&s, &e, "show", rec, "--json", NULL) == 0);
	CHECK(!json_object_get(at(s.json, "body"), "due"));
	CHECK(json_int(s.json, "waiting", 0) == 2);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", 0) == 2);
	CHECK(run(&s, &e, "cases", "--json", NULL) == 0);
	CHECK(json_int(json_array_get(s.json, 0), "waiting", 0) == 2);
	close_station(&s);
}

static void a_new_case_gets_what_a_station_knows(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "add", "person", "name=张三", "--json", NULL) == 0);
	CHECK(run(&s, &e, "add", "case", "person=张三",
		      "programme=严重精神障碍亲情关怀", "number=X-1", "--json",
		      NULL) == 0);
	CHECK(run(&s, &e, "show", "X-1", "--json", NULL) == 0);
	CHECK_STR(json_str(at(s.json, "summary"), "phase"), "referral_in");
	CHECK_STR(json_str(at(s.json, "summary"), "home_site"),
		id_text(&s.f, 901));
	CHECK_STR(json_str(at(s.json, "summary"), "name"), "张三");
	/* A record of a case that only exists here. */
	CHECK(run(&s, &e, "add", "task", "--case", "X-1", "title=x", NULL) ==
		0);
	close_station(&s);
}

static void signing_and_retracting(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "sign", id_text(&s.f, 2), NULL) == 1);
	CHECK(e.code == ERR_NOT_SIGNABLE);
	CHECK(run(&s, &e, "sign", id_text(&s.f, 3), NULL) == 0);
	CHECK(run(&s, &e, "edit", id_text(&s.f, 3), "minutes=1", NULL) == 1);
	CHECK(e.code == ERR_SIGNED);
	CHECK(run(&s, &e, "retract", id_text(&s.f, 3), NULL) == 2);
	CHECK(run(&s, &e, "retract", id_text(&s.f, 3), "--reason", "twice",
		      NULL) == 0);
	CHECK(run(&s, &e, "show", id_text(&s.f, 3), "--json", NULL) == 0);
	CHECK_STR(json_str(s.json, "state"), "retracted");
	close_station(&s);
}

/* ---- without a centre ---- */

static void offline_keeps_the_work_and_says_so(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	put_file(&s, "device.key", "x");
	put_file(&s, "device.crt", "x");
	put_file(&s, "ca.crt", "x");
	CHECK(run(&s, &e, "edit", id_text(&s.f, 3), "minutes=45", NULL) == 0);
	CHECK(run(&s, &e, "sync", NULL) == 3);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", 0) == 1);
	close_station(&s);
}

static void a_station_too_long_out_of_touch_stays_shut(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "add", "task", "--case", "SMD-0001", "title=x",
		      NULL) == 0);
	s.f.path = in_dir(&s, "0123456789abcdef.store");
	open_again(&s.f);
	CHECK(store_begin(s.f.s, &e));
	store_set(s.f.s, "lease_days", json_integer(7));
	store_set(s.f.s, "contact",
		json_integer(host_now_ms() - INT64_C(8) * 86400000));
	CHECK(store_commit(s.f.s, &e));
	store_close(s.f.s);
	s.f.s = NULL;
	CHECK(run(&s, &e, "cases", NULL) == 4);
	CHECK(e.code == ERR_LEASE_OVER);
	CHECK(run(&s, &e, "show", "SMD-0001", NULL) == 4);
	/* Counts and the way out stay open. */
	CHECK(run(&s, &e, "status", NULL) == 0);
	CHECK(run(&s, &e, "export", "--unsent", in_dir(&s, "way.out"), NULL) ==
		0);
	close_station(&s);
}

static void another_users_eyes_are_kept_off(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(chmod(s.f.dir, 0755) == 0);
	CHECK(run(&s, &e, "status", NULL) == 1);
	CHECK(e.code == ERR_STORE_UNSAFE);
	CHECK_STR(e.accepts, "chmod 700");
	CHECK(chmod(s.f.dir, 0700) == 0);
	CHECK(chmod(in_dir(&s, "current"), 0644) == 0);
	CHECK(run(&s, &e, "status", NULL) == 1);
	CHECK(e.code == ERR_STORE_UNSAFE);
	close_station(&s);
}

static void two_commands_take_turns(void)
{
	struct station s;
	struct err e;
	pid_t child;
	int pipes[2], fd;
	char one = 0;

	open_station(&s);
	CHECK(pipe(pipes) == 0);
	child = fork();
	if (child == 0) {
		if (!place_lock(&s.place, "0123456789abcdef.store", 0, &fd, &e))
			_exit(1);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	CHECK(read(pipes[0], &one, 1) == 1);
	CHECK(!place_lock(&s.place, "0123456789abcdef.store", 100, &fd, &e));
	CHECK(e.code == ERR_STORE_BUSY);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	/* A lock ends with its process, however that ends. */
	CHECK(run(&s, &e, "status", NULL) == 0);
	close(pipes[0]);
	close(pipes[1]);
	close_station(&s);
}

static void nobody_signed_in_and_nothing_enrolled(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(unlink(in_dir(&s, "current")) == 0);
	CHECK(run(&s, &e, "cases", NULL) == 4);
	CHECK(e.code == ERR_SIGNED_OUT);
	CHECK(unlink(in_dir(&s, "station.json")) == 0);
	CHECK(run(&s, &e, "cases", NULL) == 4);
	CHECK(e.code == ERR_NOT_ENROLLED);
	close_station(&s);
}

static void a_wrong_passphrase_is_refused(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	put_file(&s, "secret", "battery staple\n");
	CHECK(run(&s, &e, "cases", NULL) == 1);
	CHECK(e.code == ERR_BAD_PASSPHRASE);
	close_station(&s);
}

/* ---- the table of verbs ---- */

static void every_verb_helps_in_both_languages(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	for (size_t i = 0; i < verb_count; i++) {
		CHECK(run(&s, &e, verbs[i].name, "--help", NULL) == 0);
		CHECK(strstr(s.out, verbs[i].name) != NULL);
		CHECK(strstr(s.out, "exit codes") != NULL);
		/* Every option a verb takes is named in its help. */
		if (strcmp(verbs[i].name, "sync") == 0)
			CHECK(strstr(s.out, "--watch") != NULL);
	}
	close_station(&s);
}

static void wrong_usage_is_named(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "fly", NULL) == 2);
	CHECK_STR(e.field, "fly");
	CHECK(run(&s, &e, "show", NULL) == 2);
	CHECK(run(&s, &e, "show", "a", "b", NULL) == 2);
	CHECK(run(&s, &e, "cases", "--watch", NULL) == 2);
	CHECK_STR(e.field, "--watch");
	CHECK(run(&s, &e, "cases", "--nonsense", NULL) == 2);
	CHECK(run(&s, &e, "cases", "--lang", "fr", NULL) == 2);
	CHECK(run(&s, &e, "add", "task", "title=x", NULL) == 2);
	CHECK_STR(e.field, "--case");
	CHECK(run(&s, &e, "add", "hologram", "a=b", NULL) == 1);
	CHECK(e.code == ERR_UNKNOWN_TYPE);
	CHECK(strstr(e.accepts, "service") != NULL);
	CHECK(run(&s, &e, "fly", "--json", NULL) == 2);
	CHECK_STR(json_str(at(s.json, "error"), "code"), "usage");
	close_station(&s);
}

static void columns_line_up_for_chinese(void)
{
	struct cli c;

	memset(&c, 0, sizeof(c));
	c.mem = arena_new();
	CHECK(out_width("abc") == 3);
	CHECK(out_width("王芳") == 4);
	CHECK(out_width("𠮷野") == 4);
	CHECK(out_width("ＡＢ") == 4);
	CHECK_STR(out_plain(&c,
			  "a\033[31mb\nc\xe2\x80\xae"
			  "d",
			  0),
		"a [31mb c d");
	CHECK_STR(out_plain(&c, "王芳王芳王芳", 8), "王芳王..");
	CHECK_STR(out_plain(&c, "abcdefgh", 8), "abcdefgh");
	arena_free(c.mem);
}

/* The vector is reference work of the instrument's authors: 11 is moderate. */
static void scoring_needs_neither_store_nor_sign_in(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(unlink(in_dir(&s, "station.json")) == 0);
	CHECK(run(&s, &e, "score", "phq9", "2,2,3,1,1,1,0,0,1", "--json",
		      NULL) == 0);
	CHECK_STR(json_str(s.json, "band"), "moderate");
	CHECK(json_int(at(s.json, "scores"), "total", 0) == 11);
	CHECK(run(&s, &e, "score", "phq9", "2,2", NULL) == 1);
	CHECK(run(&s, &e, "score", "phq10", "2,2", NULL) == 2);
	close_station(&s);
}

/* PHQ-9 15 and 8: RCI (8 − 15) ÷ 3.111 = −2.25; 6 points are published. */
static void a_score_is_compared_with_an_earlier_one(void)
{
	struct station s;
	struct err e;
	const json_t *change;

	open_station(&s);
	CHECK(run(&s, &e, "score", "phq9", "1,1,1,1,1,1,1,1,0", "--before",
		      "2,2,2,2,2,2,2,1,0", "--json", NULL) == 0);
	change = at(s.json, "change");
	CHECK(json_int(change, "change", 0) == -7);
	CHECK_STR(json_str(change, "by"), "rule");
	CHECK(json_is_true(json_object_get(change, "reliable")));
	CHECK(json_number_value(json_object_get(at(change, "rci"), "value")) ==
		-2.25);
	CHECK(run(&s, &e, "score", "phq9", "1,1,1,1,1,1,1,1,0", "--before",
		      "2,2", NULL) == 1);
	CHECK_STR(e.field, "--before answers[3]");
	close_station(&s);
}

static void a_score_takes_a_variant_and_an_age(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "score", "ssrs", "2,4,2,1,1,3,1,2,1,2,2,2,2,1",
		      "--variant", "4D", "--age", "13", "--json", NULL) == 0);
	CHECK_STR(json_str(s.json, "version"), "10-4D");
	CHECK(json_int(at(s.json, "scores"), "total", 0) == 25);
	CHECK_STR(
		json_str(json_array_get(at(s.json, "warnings"), 0), "accepts"),
		"≥ 14");
	CHECK(run(&s, &e, "score", "ssrs", "2,4,2,1,1,3,1,2,1,2,2,2,2,1",
		      "--age", "14", "--json", NULL) == 0);
	CHECK(json_array_size(at(s.json, "warnings")) == 0);
	CHECK(run(&s, &e, "score", "ssrs", "2,4,2,1,1,3,1,2,1,2,2,2,2,1",
		      "--age", "old", NULL) == 1);
	CHECK_STR(e.field, "--age");
	CHECK(run(&s, &e, "score", "ssrs", "2,4,2,1,1,3,1,2,1,2,2,2,2,1",
		      "--variant", "3D", NULL) == 1);
	CHECK_STR(e.field, "variant");
	close_station(&s);
}

/* Item 9 says so, whatever is missing elsewhere. */
static void an_alarming_answer_is_told_on_an_unfinished_sheet(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "score", "phq9", "1,,,,,,,,1", "--lang", "en",
		      NULL) == 1);
	CHECK(strstr(s.out, "thoughts of self-harm") != NULL);
	CHECK(run(&s, &e, "score", "phq9", "1,,,,,,,,0", "--lang", "en",
		      NULL) == 1);
	CHECK(strstr(s.out, "thoughts of self-harm") == NULL);
	close_station(&s);
}

/* Seventeen items, numbered 2a … 2j and 3 … 9, and whatever comes after them.
 */
static void put_wording(struct station *s, const char *more)
{
	const char *items = "";

	for (int i = 0; i < 17; i++)
		items = arena_printf(s->f.mem,
			"%s%s{\"no\":\"%s%c\",\"en\":\"words of item %d\"}",
			items, i ? "," : "", i < 10 ? "2" : "",
			i < 10 ? 'a' + i : '3' + i - 10, i + 1);
	put_file(s, "wording.json",
		arena_printf(s->f.mem,
			"{\"scale\":\"ipos\",\"version\":\"1\",\"licence\":"
			"\"Hospice, 17\",\"items\":[%s]%s}",
			items, more));
}

static void a_licensed_wording_takes_the_place_of_the_tags(void)
{
	struct station s;
	struct err e;
	const char *path;

	open_station(&s);
	path = arena_strdup(s.f.mem, in_dir(&s, "wording.json"));
	CHECK(run(&s, &e, "score", "ipos", "--lang", "en", NULL) == 0);
	CHECK(strstr(s.out, "must be loaded by a site that holds a licence") !=
		NULL);
	put_wording(&s, "");
	CHECK(run(&s, &e, "score", "ipos", "--wording", path, "--lang", "en",
		      NULL) == 0);
	CHECK(strstr(s.out, "words of item 17") != NULL);
	CHECK(strstr(s.out, "Hospice, 17") != NULL);
	CHECK(strstr(s.out, "must be loaded") == NULL);
	put_wording(&s, ",\"bands\":{}");
	CHECK(run(&s, &e, "score", "ipos", "--wording", path, NULL) == 1);
	CHECK(e.code == ERR_BAD_FILE && strstr(e.accepts, "bands") != NULL);
	close_station(&s);
}

int main(void)
{
	RUN(the_caseload_lists_and_finds);
	RUN(a_record_is_found_by_id_beginning_and_number);
	RUN(values_are_taken_as_people_write_them);
	RUN(wrong_values_name_the_field_and_what_is_taken);
	RUN(what_was_saved_waits_to_be_sent);
	RUN(a_new_case_gets_what_a_station_knows);
	RUN(signing_and_retracting);
	RUN(offline_keeps_the_work_and_says_so);
	RUN(a_station_too_long_out_of_touch_stays_shut);
	RUN(another_users_eyes_are_kept_off);
	RUN(two_commands_take_turns);
	RUN(nobody_signed_in_and_nothing_enrolled);
	RUN(a_wrong_passphrase_is_refused);
	RUN(every_verb_helps_in_both_languages);
	RUN(wrong_usage_is_named);
	RUN(columns_line_up_for_chinese);
	RUN(scoring_needs_neither_store_nor_sign_in);
	RUN(a_score_is_compared_with_an_earlier_one);
	RUN(a_score_takes_a_variant_and_an_age);
	RUN(an_alarming_answer_is_told_on_an_unfinished_sheet);
	RUN(a_licensed_wording_takes_the_place_of_the_tags);
	return tap_done();
}
