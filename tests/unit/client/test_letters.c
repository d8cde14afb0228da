/*
 * test_letters.c - referrals worked offline: what is shown before one leaves,
 * whose turn it is, what waits here, which step takes what.
 */
#include "tests/unit/client/letters.h"

/* ---- referring ---- */

static void two_plans_and_an_assessment(struct station *s, struct fixture *f)
{
	(void)s;
	put_of_case(f, "plan", 40, "{\"version\":1,\"status\":\"proposed\"}");
	put_of_case(f, "plan", 41, "{\"version\":2,\"status\":\"proposed\"}");
	put_of_case(f, "assessment", 42,
		"{\"instrument\":\"phq9\",\"assessed\":\"2026-01-01\"}");
	put_of_case(f, "task", 43, "{\"title\":\"a\",\"status\":\"open\"}");
	put_of_case(f, "task", 44, "{\"title\":\"b\",\"status\":\"done\"}");
	put_of_case(f, "task", 45,
		arena_printf(f->mem,
			"{\"title\":\"c\",\"status\":\"open\",\"site\":\"%s\"}",
			id_text(f, THERE)));
	put_of_case(f, "service", 46,
		"{\"started_at\":\"2099-01-01T09:00:00+08:00\",\"kind\":"
		"\"home_visit\",\"status\":\"planned\"}");
}

static void a_consent(struct station *s, struct fixture *f)
{
	two_plans_and_an_assessment(s, f);
	put_of_case(f, "consent", 50,
		arena_printf(f->mem,
			"{\"purpose\":\"referral\",\"classes\":[\"identity\","
			"\"plan\"],\"sites\":[\"%s\"],\"from\":\"2020-01-01\"}",
			id_text(f, THERE)));
	/* Of another site, and of a term that is over. */
	put_of_case(f, "consent", 51,
		arena_printf(f->mem,
			"{\"purpose\":\"sharing\",\"classes\":[\"note\"],"
			"\"sites\":[\"%s\"],\"from\":\"2020-01-01\"}",
			id_text(f, HERE)));
	put_of_case(f, "consent", 52,
		arena_printf(f->mem,
			"{\"purpose\":\"referral\",\"classes\":[\"assessment\"]"
			",\"sites\":[\"%s\"],\"from\":\"2020-01-01\",\"to\":"
			"\"2020-02-01\"}",
			id_text(f, THERE)));
	put_of_case(f, "service", 3, SERVICE_BODY);
}

static void begin(struct station *s)
{
	open_station(s);
	put_file(s, "letter", "Dear colleague,\r\nplease help.\n\n");
}

static void without_a_consent_the_letter_goes_and_the_case_stays_closed(void)
{
	struct station s;
	struct err e;
	const json_t *sends;

	begin(&s);
	with_store(&s, two_plans_and_an_assessment);
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "needs care", "--letter",
		      in_dir(&s, "letter"), "--sends", "assessment,plan",
		      "--hand-over", "--json", "--yes", NULL) == 0);
	sends = at(s.json, "sends");
	CHECK(json_is_null(at(sends, "consent")));
	CHECK(json_object_size(at(sends, "opens")) == 0);
	CHECK(json_int(at(sends, "stays_closed"), "plan", 0) == 2);
	CHECK(json_int(at(sends, "stays_closed"), "assessment", 0) == 1);
	CHECK(!at(at(sends, "stays_closed"), "note"));
	/* Of the open tasks one waits for the other site. */
	CHECK(json_int(sends, "tasks", -1) == 1);
	CHECK(json_int(sends, "visits", -1) == 1);
	CHECK_STR(json_str(at(sends, "letter"), "letter"),
		"Dear colleague,\nplease help.");
	CHECK_STR(json_str(at(sends, "letter"), "client_name"), "刘建国");
	CHECK(!at(at(sends, "letter"), "client_phone"));
	CHECK(!at(at(sends, "letter"), "consent"));
	CHECK(at(at(sends, "letter"), "deadline") != NULL);
	close_station(&s);
}

static void a_consent_opens_what_it_covers_and_is_named(void)
{
	struct station s;
	struct err e;
	const json_t *sends;

	begin(&s);
	with_store(&s, a_consent);
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--letter", in_dir(&s, "letter"),
		      "--sends", "assessment,plan", "--json", "--yes",
		      NULL) == 0);
	sends = at(s.json, "sends");
	CHECK_STR(first(json_str(sends, "consent")), id_text(&s.f, 50));
	CHECK_STR(first(json_str(at(sends, "letter"), "consent")),
		id_text(&s.f, 50));
	CHECK(json_int(at(sends, "opens"), "plan", 0) == 2);
	CHECK(json_int(at(sends, "opens"), "core", 0) > 0);
	CHECK(!at(at(sends, "opens"), "identity")); /* not asked for */
	CHECK(json_int(at(sends, "stays_closed"), "assessment", 0) == 1);
	close_station(&s);
}

static void nothing_leaves_unseen(void)
{
	struct station s;
	struct err e;

	begin(&s);
	/* A program has to say so, … */
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--letter", in_dir(&s, "letter"),
		      "--json", NULL) == 2);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", -1) == 0);
	/* … and what it says must be there. */
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--yes", NULL) == 2);
	CHECK_STR(e.field, "--letter");
	put_file(&s, "letter", " \n");
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--letter", in_dir(&s, "letter"),
		      "--yes", NULL) == 1);
	CHECK(e.code == ERR_MISSING);
	CHECK_STR(e.field, "letter");
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "康复站", "--reason",
		      "r", "--draft", NULL) == 1);
	CHECK_STR(e.field, "to_site");
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--draft", "--sends", "everything",
		      NULL) == 1);
	CHECK(e.code == ERR_BAD_CODE);
	put_file(&s, "letter", "\xff\xfe");
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--letter", in_dir(&s, "letter"),
		      "--yes", NULL) == 1);
	CHECK(e.code == ERR_BAD_FILE);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", -1) == 0);
	close_station(&s);
}

static void a_draft_is_completed_and_sent(void)
{
	struct station s;
	struct err e;
	const char *rec;

	begin(&s);
	CHECK(run(&s, &e, "refer", "SMD-0001", "--to", "精神卫生中心",
		      "--reason", "r", "--draft", "--nameless", "--urgency",
		      "emergency", "--json", NULL) == 0);
	rec = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK_STR(first(json_str(body(&s, rec), "status")), "draft");
	CHECK(!at(body(&s, rec), "client_name"));
	CHECK(!at(body(&s, rec), "deadline"));
	CHECK(run(&s, &e, "referral", rec, "send", "--yes", "--json", NULL) ==
		1);
	CHECK(e.code == ERR_MISSING);
	CHECK(run(&s, &e, "edit", rec, "letter=Dear colleague", "--json",
		      NULL) == 0);
	CHECK(run(&s, &e, "referral", rec, "send", "--json", NULL) == 2);
	CHECK(run(&s, &e, "referral", rec, "send", "--yes", "--json", NULL) ==
		0);
	CHECK_STR(first(json_str(body(&s, rec), "status")), "requested");
	/* In an emergency the answer is due on the day it is sent. */
	CHECK_STR(text_of_body(&s, rec, "deadline"),
		text_of_body(&s, rec, "requested"));
	CHECK(run(&s, &e, "referral", rec, "withdraw", "--json", NULL) == 0);
	CHECK(at(body(&s, rec), "withdrawn") != NULL);
	CHECK(run(&s, &e, "referral", rec, "accept", NULL) == 1);
	CHECK(e.code == ERR_BAD_STEP);
	CHECK_STR(e.accepts, "-");
	close_station(&s);
}

/* ---- what is under way ---- */

static void lists_show_whose_turn_it_is_and_what_is_late_first(void)
{
	static const struct {
		const char *options[3];
		const char *ids;
	} rows[] = {
		{{NULL},                 "066 064 065 067 06a "        },
		{{"--in", NULL},         "064 065 06a "                },
		{{"--out", NULL},        "066 067 "                    },
		{{"--overdue", NULL},    "066 064 "                    },
		{{"--overdue", "--in"},  "064 "                        },
		{{"--all", NULL},        "069 066 064 065 067 068 06a "},
		{{"--all", "--overdue"}, "069 066 064 "                },
	};
	struct station s;
	struct err e;

	open_station(&s);
	with_store(&s, seven_letters);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK(run(&s, &e, "referrals", "--json",
			      rows[i].options[0] ? rows[i].options[0] : "--yes",
			      rows[i].options[0] ? rows[i].options[1] : NULL,
			      NULL) == 0);
		CHECK_STR(ids(&s), rows[i].ids);
	}
	CHECK(run(&s, &e, "referrals", "--json", NULL) == 0);
	CHECK_STR(first(json_str(json_array_get(s.json, 0), "turn")), "them");
	CHECK_STR(first(json_str(json_array_get(s.json, 1), "turn")), "us");
	CHECK_STR(
		first(json_str(json_array_get(s.json, 1), "direction")), "in");
	CHECK_STR(first(json_str(json_array_get(s.json, 3), "turn")), "us");
	/* Years ago: more than a hundred working days. */
	CHECK(json_int(json_array_get(s.json, 1), "late_by", 0) > 100);
	CHECK(!json_flag(json_array_get(s.json, 2), "late"));
	CHECK(run(&s, &e, "referrals", NULL) == 0);
	CHECK(strstr(s.out, "李梅") && strstr(s.out, "working days late"));
	close_station(&s);
}

static void what_waits_here_is_counted(void)
{
	struct station s;
	struct err e;
	const json_t *l;

	open_station(&s);
	with_store(&s, seven_letters);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	l = at(s.json, "letters");
	CHECK(json_int(l, "referrals", -1) == 2);
	CHECK(json_int(l, "referrals_late", -1) == 1);
	CHECK_STR(first(json_str(l, "referral_due")), "2020-01-08");
	CHECK(json_int(l, "acknowledgements", -1) == 1);
	CHECK(json_int(l, "requests", -1) == 0);
	CHECK(json_is_null(at(l, "request_due")));
	CHECK(run(&s, &e, "cases", NULL) == 0);
	CHECK(strstr(s.out, "referrals to answer") &&
		strstr(s.out, "2020-01-08") &&
		strstr(s.out, "returns to acknowledge"));
	/* The case has letters of its own: requested, returned, and one
	 * between others. */
	CHECK(strstr(s.out, "referral 3") != NULL);
	close_station(&s);
}

static void each_step_takes_what_is_its_own(void)
{
	static const struct {
		unsigned rec;
		const char *step;
		const char *options[3];
		int rc;
		enum err_code code;
		const char *field;
		const char *accepts; /* part of it */
	} rows[] = {
		{100, "decline",  {NULL},                        1, ERR_MISSING,   "decline_reason",
                 "--reason no_capacity"									       },
		{100, "decline",  {"--reason", "bored", NULL},   1, ERR_BAD_CODE,
                 "decline_reason",								   "no_capacity"    },
		{100, "decline",  {"--confirmed", NULL},         2, ERR_USAGE,     "decline",
                 "referral --help"										    },
		{100, "return",   {"--note", "x", NULL},         1, ERR_BAD_STEP,
                 "status",									   "accept, decline"},
		{100, "withdraw", {NULL},                        1, ERR_BAD_STEP,  "status",
                 "accept, decline"										    },
		{100, "fly",      {NULL},                        2, ERR_USAGE,     "fly",            "send, accept"   },
		{100, "accept",   {"--manager", "nobody", NULL}, 1, ERR_BAD_INPUT,
                 "manager",									  "staff"          },
		{103, "withdraw", {NULL},                        1, ERR_BAD_STEP,  "status",
                 "acknowledge"											},
		{105, "accept",   {NULL},                        1, ERR_BAD_STEP,  "status",         "-"              },
		{106, "return",   {NULL},                        1, ERR_MISSING,   "return_letter",
                 "--letter FILE"										      },
		{106, "fail",     {NULL},                        1, ERR_MISSING,   "outcome",        "--note"         },
		{1,   "accept",   {NULL},                        1, ERR_BAD_INPUT, NULL,             "referral"       },
	};
	struct station s;
	struct err e;

	open_station(&s);
	with_store(&s, seven_letters);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int rc = run(&s, &e, "referral", id_text(&s.f, rows[i].rec),
			rows[i].step, rows[i].options[0],
			rows[i].options[0] ? rows[i].options[1] : NULL, NULL);

		if (rc != rows[i].rc || e.code != rows[i].code)
			printf("# %s: %d %s %s\n", rows[i].step, rc,
				err_name(e.code), e.msg);
		CHECK(rc == rows[i].rc && e.code == rows[i].code);
		CHECK(!rows[i].field || strcmp(e.field, rows[i].field) == 0);
		CHECK(strstr(e.accepts, rows[i].accepts) != NULL);
	}
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", -1) == 0);
	close_station(&s);
}

static void the_loop_is_walked_by_words(void)
{
	struct station s;
	struct err e;
	const char *rec, *ours;

	begin(&s);
	with_store(&s, seven_letters);
	rec = id_text(&s.f, 100);
	ours = id_text(&s.f, 103);
	CHECK(run(&s, &e, "referral", rec, "--json", NULL) == 0);
	CHECK(json_array_size(at(s.json, "next")) == 2);
	CHECK(run(&s, &e, "referral", rec, "accept", "--manager", "王强",
		      "--note", "welcome", "--json", NULL) == 0);
	CHECK_STR(first(json_str(body(&s, rec), "decided_by")),
		id_text(&s.f, ME));
	CHECK_STR(
		first(json_str(body(&s, rec), "manager")), id_text(&s.f, 902));
	CHECK(run(&s, &e, "referral", rec, "start", NULL) == 0);
	CHECK(run(&s, &e, "referral", rec, "hold", NULL) == 0);
	CHECK(run(&s, &e, "referral", rec, "开始", NULL) == 0);
	CHECK(run(&s, &e, "referral", rec, "return", "--letter",
		      in_dir(&s, "letter"), "--note", "better", NULL) == 0);
	CHECK_STR(first(json_str(body(&s, rec), "status")), "returned");
	CHECK_STR(first(json_str(body(&s, rec), "outcome")), "better");
	CHECK(at(body(&s, rec), "returned") != NULL);
	CHECK(run(&s, &e, "referral", rec, "acknowledge", NULL) == 1);
	CHECK(run(&s, &e, "referral", ours, "acknowledge", "--confirmed",
		      NULL) == 0);
	CHECK(json_flag(body(&s, ours), "client_confirmed"));
	CHECK(run(&s, &e, "referral", rec, NULL) == 0);
	CHECK(strstr(s.out, "please help.") && !strstr(s.out, "Possible"));
	close_station(&s);
}

int main(void)
{
	RUN(without_a_consent_the_letter_goes_and_the_case_stays_closed);
	RUN(a_consent_opens_what_it_covers_and_is_named);
	RUN(nothing_leaves_unseen);
	RUN(a_draft_is_completed_and_sent);
	RUN(lists_show_whose_turn_it_is_and_what_is_late_first);
	RUN(what_waits_here_is_counted);
	RUN(each_step_takes_what_is_its_own);
	RUN(the_loop_is_walked_by_words);
	return tap_done();
}
