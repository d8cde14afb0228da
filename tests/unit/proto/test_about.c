/*
 * test_about.c - records against what is on file about their person: birth,
 * death, the consent of a child, work found good by another, a later score
 * before the baseline. Ages are completed years (周岁), reckoned by hand.
 */
#include "proto/about.h"

#include "tests/lib/tap.h"

#include <string.h>

#define ID(n)   "0192f5a0-0000-7000-8000-0000000000" n
#define CASE    ID("01")
#define CHILD   ID("02") /* client of the case */
#define MOTHER  ID("03") /* a person; adult */
#define TIE     ID("04") /* the relation of the mother */
#define ME      ID("05")
#define GROUP   ID("06")
#define SEAT    ID("07") /* the child as a participant of the group */
#define TWIN    ID("08") /* found to be the child */
#define NURSE   ID("09") /* of the hospital */
#define HOSP    ID("10")
#define STATION ID("11")
#define NOWHERE ID("99")

struct record_on_file {
	const char *id;
	const char *body;
};

struct bench {
	struct arena *mem;
	const struct record_on_file *files;
};

/* The child was born on 15 June 2014, the mother on 28 February 1985. */
static const struct record_on_file usual[] = {
	{CASE,   "{\"person\":\"" CHILD "\"}"                          },
	{CHILD,  "{\"name\":\"x\",\"birth\":\"2014-06-15\"}"           },
	{MOTHER, "{\"name\":\"y\",\"birth\":\"1985-02-28\"}"           },
	{TIE,    "{\"subject\":\"" CHILD "\",\"person\":\"" MOTHER
	      "\",\"kind\":\"52\",\"guardian\":true}"     },
	{SEAT,   "{\"person\":\"" CHILD "\",\"joined\":\"2026-01-01\"}"},
	{NURSE,  "{\"name\":\"z\",\"site\":\"" HOSP "\"}"              },
	{NULL,   NULL						  },
};

static json_t *read_json(struct arena *mem, const char *text)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static const json_t *on_file(void *ctx, const struct uuid *id)
{
	struct bench *b = ctx;
	char text[UUID_TEXT];

	uuid_format(id, text);
	for (const struct record_on_file *r = b->files; r->id; r++)
		if (strcmp(r->id, text) == 0)
			return read_json(b->mem, r->body);
	return NULL;
}

static struct uuid id_of(const char *text)
{
	struct uuid id;

	if (!uuid_parse(text, &id))
		die("the test's own id is wrong: %s", text);
	return id;
}

/* "ok", or "code field" of what was refused. */
static const char *said_of(const struct record_on_file *files, const char *type,
	const char *unit, const char *before, const char *after,
	const char *baseline)
{
	static char said[160];
	struct bench b = {arena_new(), files};
	struct uuid on = id_of(unit), me = id_of(ME);
	struct about a = {
		.type = type,
		.unit = &on,
		.before = before ? read_json(b.mem, before) : NULL,
		.after = read_json(b.mem, after),
		.today = {2026, 11, 21},
		.writer = &me,
		.baseline = baseline,
		.find = on_file,
		.ctx = &b
        };
	struct err e;

	memset(&e, 0, sizeof(e));
	if (about_check(&a, &e))
		snprintf(said, sizeof(said), "ok");
	else
		snprintf(
			said, sizeof(said), "%s %s", err_name(e.code), e.field);
	arena_free(b.mem);
	return said;
}

static const char *said(const char *type, const char *after)
{
	return said_of(usual, type, CASE, NULL, after, NULL);
}

struct row {
	const char *type;
	const char *after;
	const char *said;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		CHECK_STR(said(rows[i].type, rows[i].after), rows[i].said);
}

/* ---- birth ---- */

static void nothing_is_found_out_about_somebody_before_their_birth(void)
{
	static const struct row rows[] = {
		{"assessment", "{\"assessed\":\"2014-06-14\"}",
                 "bad_order assessed"								    },
		{"assessment", "{\"assessed\":\"2014-06-15\"}",                     "ok"                 },
		{"response",   "{\"responded\":\"2013-12-31\"}",
                 "bad_order responded"								   },
		{"screening",  "{\"screened\":\"2014-06-14\"}",
                 "bad_order screened"								    },
		{"consent",    "{\"from\":\"2014-06-14\",\"basis\":\"statutory\"}",
                 "bad_order from"									},
 /* About the mother it may be older than the child. */
		{"assessment",
                 "{\"assessed\":\"2013-01-01\",\"subject\":\"" MOTHER
			"\"}",						      "ok"                 },
		{"response",
                 "{\"responded\":\"1984-01-01\",\"subject\":\"" MOTHER
			"\"}",						      "bad_order responded"},
 /* Nobody knows about whom that is. */
		{"assessment",
                 "{\"assessed\":\"1900-01-01\",\"subject\":\"" NOWHERE
			"\"}",						      "ok"                 },
	};

	check_rows(rows, ARRAY_LEN(rows));
}

static void a_member_of_a_group_was_born_too(void)
{
	CHECK_STR(said_of(usual, "group_assessment", GROUP, NULL,
			  "{\"participant\":\"" SEAT
			  "\",\"assessed\":\"2014-06-14\"}",
			  NULL),
		"bad_order assessed");
	CHECK_STR(said_of(usual, "group_assessment", GROUP, NULL,
			  "{\"participant\":\"" SEAT
			  "\",\"assessed\":\"2026-03-01\"}",
			  NULL),
		"ok");
	/* A member without a record is known by a name only. */
	CHECK_STR(said_of(usual, "group_assessment", GROUP, NULL,
			  "{\"participant\":\"" NOWHERE
			  "\",\"assessed\":\"1900-03-01\"}",
			  NULL),
		"ok");
}

/* 2014 alone may be 1 January: what lies in the year may be right. */
static void a_birth_known_in_part_refuses_only_what_cannot_be(void)
{
	static const struct record_on_file part[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"},
		{CHILD, "{\"birth\":\"2014\"}"      },
		{NULL,  NULL                        },
	};

	CHECK_STR(said_of(part, "assessment", CASE, NULL,
			  "{\"assessed\":\"2013-12-31\"}", NULL),
		"bad_order assessed");
	CHECK_STR(said_of(part, "assessment", CASE, NULL,
			  "{\"assessed\":\"2014-01-01\"}", NULL),
		"ok");
}

/* The birth date of the record that counts is the one that counts. */
static void who_was_found_to_be_another_has_the_others_birth(void)
{
	static const struct record_on_file merged[] = {
		{CASE,  "{\"person\":\"" TWIN "\"}"      },
		{TWIN,  "{\"merged_into\":\"" CHILD "\"}"},
		{CHILD, "{\"birth\":\"2014-06-15\"}"     },
		{NULL,  NULL			     },
	};
	/* A circle cannot be written; it would not hang anybody up either. */
	static const struct record_on_file circle[] = {
		{CASE,  "{\"person\":\"" TWIN "\"}"      },
		{TWIN,  "{\"merged_into\":\"" CHILD "\"}"},
		{CHILD, "{\"merged_into\":\"" TWIN "\"}" },
		{NULL,  NULL			     },
	};
	struct bench b = {arena_new(), merged};
	struct uuid kase = id_of(CASE);
	struct uuid root = about_client_id(on_file, &b, &kase);
	char text[UUID_TEXT];

	CHECK_STR(uuid_format(&root, text), CHILD);
	arena_free(b.mem);
	CHECK_STR(said_of(merged, "assessment", CASE, NULL,
			  "{\"assessed\":\"2014-06-14\"}", NULL),
		"bad_order assessed");
	CHECK_STR(said_of(circle, "assessment", CASE, NULL,
			  "{\"assessed\":\"2014-06-14\"}", NULL),
		"ok");
}

/* Something else is corrected on an old sheet: its day was checked then. */
static void what_has_not_changed_is_not_asked_again(void)
{
	CHECK_STR(said_of(usual, "assessment", CASE,
			  "{\"assessed\":\"2014-06-01\"}",
			  "{\"assessed\":\"2014-06-01\",\"note\":\"n\"}", NULL),
		"ok");
	CHECK_STR(said_of(usual, "assessment", CASE,
			  "{\"assessed\":\"2014-06-01\"}",
			  "{\"assessed\":\"2014-06-02\"}", NULL),
		"bad_order assessed");
	CHECK_STR(said_of(usual, "consent", CASE, "{\"from\":\"2024-01-01\"}",
			  "{\"from\":\"2024-01-01\","
			  "\"withdrawn\":\"2026-01-01\"}",
			  NULL),
		"ok");
}

/* ---- death ---- */

static const struct record_on_file died[] = {
	{CASE,   "{\"person\":\"" CHILD "\"}"                            },
	{CHILD,  "{\"birth\":\"1950-06-15\",\"deceased\":\"2026-04-20\"}"},
	{MOTHER, "{\"birth\":\"1955-02-28\"}"                            },
	{NULL,   NULL						    },
};

static void after_a_death_only_others_speak(void)
{
	static const struct row rows[] = {
		{"assessment", "{\"assessed\":\"2026-04-20\"}",           "ok"                },
		{"assessment", "{\"assessed\":\"2026-04-21\"}",
                 "bad_order assessed"							 },
		{"assessment",
                 "{\"assessed\":\"2026-04-21\",\"respondent\":\"self\"}", "bad_order assessed"},
		{"assessment",
                 "{\"assessed\":\"2026-04-21\","
			"\"respondent\":\"worker\"}",                     "bad_order assessed"},
		{"assessment",
                 "{\"assessed\":\"2026-04-21\","
			"\"respondent\":\"proxy\"}",                      "ok"                },
 /* The widow is alive. */
		{"assessment",
                 "{\"assessed\":\"2026-05-21\",\"subject\":\"" MOTHER
			"\"}",					    "ok"                },
 /* Bereavement forms are about the one who died. */
		{"response",   "{\"responded\":\"2026-05-21\"}",          "ok"                },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_STR(said_of(died, rows[i].type, CASE, NULL, rows[i].after,
				  NULL),
			rows[i].said);
}

static void a_document_handed_over_after_a_death_says_so(void)
{
	static const struct row rows[] = {
		{"x", "{\"delivered\":\"2026-04-19\"}",                       "ok"                 },
		{"x", "{\"delivered\":\"2026-04-20\"}",                       "ok"                 },
		{"x", "{\"delivered\":\"2026-04-21\"}",                       "missing after_death"},
		{"x", "{\"delivered\":\"2026-04-21\",\"after_death\":false}",
                 "missing after_death"							     },
		{"x", "{\"delivered\":\"2026-04-21\",\"after_death\":true}",
                 "ok"									      },
		{"x", "{\"delivered\":\"2026-04-20\",\"after_death\":true}",
                 "ok"									      },
		{"x", "{\"delivered\":\"2026-04-19\",\"after_death\":true}",
                 "bad_order after_death"							   },
		{"x", "{\"status\":\"draft\"}",                               "ok"                 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_STR(said_of(died, "document", CASE, NULL, rows[i].after,
				  NULL),
			rows[i].said);
	/* Nobody is dead of whom nobody wrote it down. */
	CHECK_STR(said("document", "{\"delivered\":\"2026-04-19\","
				   "\"after_death\":true}"),
		"bad_order after_death");
	CHECK_STR(said_of(died, "document", CASE, NULL,
			  "{\"delivered\":\"2026-04-21\",\"about\":\"" MOTHER
			  "\"}",
			  NULL),
		"ok");
}

static const char *closed_with(
	const char *before, const char *after, const char *client)
{
	static char reason[40];
	struct arena *mem = arena_new();
	json_t *body = read_json(mem, after);
	const char *s;

	about_close(before ? read_json(mem, before) : NULL, body,
		client ? read_json(mem, client) : NULL);
	s = json_str(body, "close_reason");
	snprintf(reason, sizeof(reason), "%s", s ? s : "-");
	arena_free(mem);
	return reason;
}

static void a_death_is_the_reason_when_nobody_gives_another(void)
{
	const char *dead = "{\"deceased\":\"2026-04-20\"}";
	const char *was = "{\"phase\":\"intervention\"}";

	CHECK_STR(
		closed_with(was, "{\"phase\":\"closing\"}", dead), "deceased");
	CHECK_STR(closed_with(was,
			  "{\"phase\":\"closing\",\"close_reason\":\"moved\"}",
			  dead),
		"moved");
	CHECK_STR(closed_with(was, "{\"phase\":\"closing\"}", "{}"), "-");
	CHECK_STR(closed_with(was, "{\"phase\":\"closing\"}", NULL), "-");
	CHECK_STR(closed_with(was, "{\"phase\":\"evaluation\"}", dead), "-");
	/* Taken out on purpose, it stays out. */
	CHECK_STR(closed_with("{\"phase\":\"closing\"}",
			  "{\"phase\":\"closing\"}", dead),
		"-");
	CHECK_STR(closed_with(NULL, "{\"phase\":\"closing\"}", dead), "-");
}

/* ---- consent of a child (PIPL art. 28, 31) ---- */

#define GIVEN(more) "{\"purpose\":\"care\",\"given_by\":\"y\"," more "}"
#define BY_HER      "\"guardian\":\"" TIE "\",\"relation_to_client\":\"52\""

static void a_guardian_consents_for_a_child_under_14(void)
{
	static const struct row rows[] = {
  /* Seven years old: the guardian alone. */
		{"consent", GIVEN("\"from\":\"2021-07-01\"," BY_HER),            "ok"},
		{"consent", GIVEN("\"from\":\"2021-07-01\""),
                 "missing guardian"						  },
		{"consent",
                 GIVEN("\"from\":\"2021-07-01\","
			      "\"relation_to_client\":\"52\""),
                 "missing guardian"						  },
		{"consent",
                 GIVEN("\"from\":\"2021-07-01\","
			      "\"relation_to_client\":\"0\",\"guardian\":\"" TIE
			      "\""),
                 "missing guardian"						  },
		{"consent",
                 GIVEN("\"from\":\"2021-07-01\",\"guardian\":\"" TIE
			      "\""),
                 "missing guardian"						  },
		{"consent",
                 GIVEN("\"from\":\"2021-07-01\",\"basis\":\"consent\""),
                 "missing guardian"						  },
 /* Another basis is not a consent. */
		{"consent",
                 GIVEN("\"from\":\"2021-07-01\","
			      "\"basis\":\"emergency\","
			      "\"basis_reason\":\"r\""),
                 "ok"								},
 /* The last day of 13, and the 14th birthday. */
		{"consent", GIVEN("\"from\":\"2028-06-14\",\"assent\":\"yes\""),
                 "missing guardian"						  },
		{"consent",
                 GIVEN("\"from\":\"2028-06-15\","
			      "\"relation_to_client\":\"0\""),
                 "ok"								},
 /* Without a day it is given today: twelve. */
		{"consent", GIVEN("\"relation_to_client\":\"0\""),
                 "missing guardian"						  },
	};

	check_rows(rows, ARRAY_LEN(rows));
}

static void from_8_on_the_child_is_asked_too(void)
{
	static const struct row rows[] = {
		{"consent", GIVEN("\"from\":\"2022-06-14\"," BY_HER), "ok"},
		{"consent", GIVEN("\"from\":\"2022-06-15\"," BY_HER),
                 "missing assent"					 },
		{"consent",
                 GIVEN("\"from\":\"2022-06-15\",\"assent\":"
			      "\"yes\"," BY_HER),
                 "ok"						     },
		{"consent",
                 GIVEN("\"from\":\"2022-06-15\",\"assent\":"
			      "\"no\"," BY_HER),
                 "ok"						     },
		{"consent",
                 GIVEN("\"from\":\"2022-06-15\",\"assent\":"
			      "\"unable\"," BY_HER),
                 "ok"						     },
	};

	check_rows(rows, ARRAY_LEN(rows));
}

static void whose_birth_is_not_known_is_not_taken_for_a_child(void)
{
	static const struct record_on_file unknown[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"},
		{CHILD, "{\"name\":\"x\"}"          },
		{NULL,  NULL                        },
	};
	/* Fourteen only if born in January: the careful reading is 13. */
	static const struct record_on_file year[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"},
		{CHILD, "{\"birth\":\"2012\"}"      },
		{NULL,  NULL                        },
	};
	/* Born on 29 February: 14 on 1 March 2026. */
	static const struct record_on_file leap[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"},
		{CHILD, "{\"birth\":\"2012-02-29\"}"},
		{NULL,  NULL                        },
	};

	CHECK_STR(said_of(unknown, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2021-07-01\""), NULL),
		"ok");
	CHECK_STR(said_of(year, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2026-12-30\""), NULL),
		"missing guardian");
	CHECK_STR(said_of(year, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2026-12-31\""), NULL),
		"ok");
	CHECK_STR(said_of(leap, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2026-02-28\""), NULL),
		"missing guardian");
	CHECK_STR(said_of(leap, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2026-03-01\""), NULL),
		"ok");
}

static void only_a_guardian_and_none_who_is_suspected(void)
{
	static const struct record_on_file aunt[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"         },
		{CHILD, "{\"birth\":\"2020-06-15\"}"         },
		{TIE,   "{\"kind\":\"8\",\"caregiver\":true}"},
		{NULL,  NULL				 },
	};
	static const struct record_on_file suspect[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"            },
		{CHILD, "{\"birth\":\"2020-06-15\"}"            },
		{TIE,   "{\"kind\":\"51\",\"guardian\":true,"
		      "\"suspected\":true}"},
		{NULL,  NULL				    },
	};
	/* A relation this reader does not see is the centre's to judge. */
	static const struct record_on_file unseen[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"},
		{CHILD, "{\"birth\":\"2020-06-15\"}"},
		{NULL,  NULL                        },
	};
	const char *given = GIVEN("\"from\":\"2026-01-01\"," BY_HER);

	CHECK_STR(said_of(aunt, "consent", CASE, NULL, given, NULL),
		"missing guardian");
	CHECK_STR(said_of(suspect, "consent", CASE, NULL, given, NULL),
		"missing guardian");
	CHECK_STR(said_of(unseen, "consent", CASE, NULL, given, NULL), "ok");
}

static void an_adult_with_a_guardian_consents_or_is_consented_for(void)
{
	static const struct record_on_file adult[] = {
		{CASE,  "{\"person\":\"" CHILD "\"}"        },
		{CHILD, "{\"birth\":\"1980-06-15\"}"        },
		{TIE,   "{\"kind\":\"5\",\"guardian\":true}"},
		{NULL,  NULL				},
	};

	CHECK_STR(said_of(adult, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2026-01-01\"," BY_HER), NULL),
		"ok");
	CHECK_STR(said_of(adult, "consent", CASE, NULL,
			  GIVEN("\"from\":\"2026-01-01\","
				"\"relation_to_client\":\"0\""),
			  NULL),
		"ok");
}

/* ---- work and its order ---- */

static void nobody_writes_down_that_their_own_work_was_found_good(void)
{
	const char *done = "{\"status\":\"done\",\"assignee\":\"" ME "\"}";
	const char *mine = "{\"status\":\"verified\",\"assignee\":\"" ME
			   "\",\"verified_by\":\"" MOTHER "\"}";
	const char *theirs = "{\"status\":\"verified\",\"assignee\":\"" MOTHER
			     "\",\"verified_by\":\"" ME "\"}";

	CHECK_STR(said_of(usual, "task", CASE, done, mine, NULL),
		"forbidden verified_by");
	CHECK_STR(said_of(usual, "task", CASE, NULL, mine, NULL),
		"forbidden verified_by");
	CHECK_STR(said_of(usual, "task", CASE, done, theirs, NULL), "ok");
	/* Something else of it may be corrected afterwards. */
	CHECK_STR(said_of(usual, "task", CASE, mine, mine, NULL), "ok");
}

static void a_later_score_is_not_older_than_the_baseline(void)
{
	static const struct {
		const char *point, *day, *baseline, *said;
	} rows[] = {
		{"end",       "2026-02-28", "2026-03-01", "bad_order assessed"},
		{"mid",       "2026-02-28", "2026-03-01", "bad_order assessed"},
		{"follow_up", "2026-02-28", "2026-03-01", "bad_order assessed"},
		{"end",       "2026-03-01", "2026-03-01", "ok"                },
 /* Of a second cycle there may be another one. */
		{"baseline",  "2026-02-28", "2026-03-01", "ok"                },
		{"end",       "2026-02-28", NULL,         "ok"                },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char after[120];

		snprintf(after, sizeof(after),
			"{\"timepoint\":\"%s\",\"assessed\":\"%s\"}",
			rows[i].point, rows[i].day);
		CHECK_STR(said_of(usual, "assessment", CASE, NULL, after,
				  rows[i].baseline),
			rows[i].said);
		CHECK_STR(said_of(usual, "group_assessment", GROUP, NULL, after,
				  rows[i].baseline),
			rows[i].said);
	}
}

/* ---- what is to be looked up ---- */

/* The last two digits of the id. */
static void count(void *ctx, const struct uuid *id)
{
	char text[UUID_TEXT];
	size_t at = strlen(ctx);

	uuid_format(id, text);
	snprintf((char *)ctx + at, 8, "%s", text + UUID_TEXT - 3);
}

static void what_a_body_names_is_told(void)
{
	static const struct {
		const char *type, *body, *ids;
	} rows[] = {
		{"assessment",       "{\"subject\":\"" MOTHER "\"}",   "03"},
		{"assessment",       "{}",                             ""  },
		{"consent",          "{\"guardian\":\"" TIE "\"}",     "04"},
		{"document",         "{\"about\":\"" CHILD "\"}",      "02"},
		{"group_assessment", "{\"participant\":\"" SEAT "\"}", "07"},
		{"case",             "{\"person\":\"" CHILD "\"}",     "02"},
		{"service",          "{\"provider\":\"" ME "\"}",      ""  },
		{"assessment",       "{\"subject\":\"no id\"}",        ""  },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *mem = arena_new();
		char list[40] = "";

		about_names(rows[i].type, read_json(mem, rows[i].body), count,
			list);
		CHECK_STR(list, rows[i].ids);
		arena_free(mem);
	}
	CHECK(about_concerns("consent") && !about_concerns("service"));
}

static void a_member_comes_in_by_the_site_they_belong_to(void)
{
	static const char there[] =
		"{\"staff\":\"" NURSE "\",\"site\":\"" HOSP "\"}";
	static const char elsewhere[] =
		"{\"staff\":\"" NURSE "\",\"site\":\"" STATION "\"}";
	static const char ended[] =
		"{\"staff\":\"" NURSE "\",\"site\":\"" STATION
		"\",\"to\":\"2026-11-21\"}";
	static const struct row rows[] = {
		{"member", there,					       "ok"                },
		{"member", elsewhere,					   "contradiction site"},
 /* Not of our staff, or of staff that is not on file here. */
		{"member", "{\"name\":\"居委会\",\"site\":\"" HOSP "\"}",    "ok"                },
		{"member", "{\"staff\":\"" NOWHERE "\",\"site\":\"" HOSP "\"}",
                 "ok"									       },
	};

	check_rows(rows, ARRAY_LEN(rows));
	/* Written before they moved to another site, it can still be ended. */
	CHECK_STR(said_of(usual, "member", CASE, elsewhere, ended, NULL), "ok");
	CHECK_STR(said_of(usual, "member", CASE, there, elsewhere, NULL),
		"contradiction site");
}

int main(void)
{
	RUN(a_member_comes_in_by_the_site_they_belong_to);
	RUN(nothing_is_found_out_about_somebody_before_their_birth);
	RUN(a_member_of_a_group_was_born_too);
	RUN(a_birth_known_in_part_refuses_only_what_cannot_be);
	RUN(who_was_found_to_be_another_has_the_others_birth);
	RUN(what_has_not_changed_is_not_asked_again);
	RUN(after_a_death_only_others_speak);
	RUN(a_document_handed_over_after_a_death_says_so);
	RUN(a_death_is_the_reason_when_nobody_gives_another);
	RUN(a_guardian_consents_for_a_child_under_14);
	RUN(from_8_on_the_child_is_asked_too);
	RUN(whose_birth_is_not_known_is_not_taken_for_a_child);
	RUN(only_a_guardian_and_none_who_is_suspected);
	RUN(an_adult_with_a_guardian_consents_or_is_consented_for);
	RUN(nobody_writes_down_that_their_own_work_was_found_good);
	RUN(a_later_score_is_not_older_than_the_baseline);
	RUN(what_a_body_names_is_told);
	return tap_done();
}
