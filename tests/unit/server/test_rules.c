/*
 * test_rules.c - what a body may say beside its own fields: phases, versions,
 * and what is not the writer's to set. References and circles: test_refs.c.
 */
#include "tests/unit/server/batch.h"

#define CONSENT ID("14")
#define NO_UNIT "00000000-0000-0000-0000-000000000000"
#define MOVE(n, from, to)                                                      \
	CHANGE(n, "patch", "case", CASE,                                       \
		"\"set\":{\"phase\":\"" to "\"},\"seen\":{\"phase\":\"" from   \
		"\"}")

static struct batch b;

/* ---- phases ---- */

static void stand_case(const char *phase)
{
	batch_stand(&b, NULL, "case", CASE,
		arena_printf(b.w.mem,
			"{\"phase\":\"%s\",\"person\":\"" PERSON
			"\",\"home_site\":\"" SITE "\"}",
			phase));
}

static void a_phase_moves_when_its_gate_is_met(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	stand_case("intake");
	batch_facts(&b, CASE)->consent = true;
	batch_decide(&b,
		MOVE("01", "intake", "assessment") "," MOVE("02", "assessment",
			"planning") "," MOVE("03", "assessment", "evaluation"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked gate");
	CHECK_STR(b.results[1].why.field, "phase");
	CHECK_STR(b.results[1].why.accepts,
		"need.main/priority, flag / response.danger");
	CHECK_STR(batch_said(&b, 2), "parked bad_move");
	batch_check(&b);
	batch_close(&b);
}

/* Each row: a record made in the same batch, and whether it opens the gate. */
static const struct {
	const char *phase;
	const char *to;
	const char *type;
	const char *body;
	bool opens;
} made[] = {
  /* clang-format off */
	{"screening",    "intake",       "screening", "{\"result\":\"eligible\"}",   true},
	{"screening",    "intake",       "screening", "{\"result\":\"declined\"}",   false},
	{"intake",       "assessment",   "consent",   "{\"purpose\":\"care\"}",      true},
	{"intake",       "assessment",   "consent",   "{\"purpose\":\"care\",\"withdrawn\":\"2026-11-01\"}", false},
	{"planning",     "intervention", "plan",      "{\"agreed\":\"2026-11-01\",\"approved\":\"2026-11-02\"}", true},
	{"planning",     "intervention", "plan",      "{\"agreed\":\"2026-11-01\"}", false},
	{"intervention", "evaluation",   "service",   "{\"started_at\":\"2026-11-20T09:00:00Z\",\"kind\":\"home_visit\",\"status\":\"completed\"}", true},
	{"intervention", "evaluation",   "service",   "{\"started_at\":\"2026-11-20T09:00:00Z\",\"kind\":\"home_visit\",\"status\":\"no_show\"}", false},
	{"evaluation",   "closing",      "review",    "{\"kind\":\"plan_review\"}",  true},
	{"evaluation",   "closing",      "goal",      "{\"title\":\"g\",\"reached\":[{\"on\":\"2026-11-01\",\"level\":1}]}", true},
	{"evaluation",   "closing",      "goal",      "{\"title\":\"g\"}",           false},
	{"closing",      "follow_up",    "flag",      "{\"kind\":\"danger\",\"level\":2}", true},
	{"closing",      "follow_up",    "flag",      "{\"kind\":\"danger\",\"level\":3}", false},
	{"closing",      "follow_up",    "flag",      "{\"kind\":\"danger\",\"level\":3,\"to\":\"2026-11-20\"}", true},
  /* clang-format on */
};

static void move_with(const char *phase, const char *to, const char *first)
{
	batch_decide(&b, arena_printf(b.w.mem,
				 "%s,{\"id\":\"" CHG(
					 "02") "\",\"rec\":\"" CASE
					       "\",\"type\":\"case\",\"op\":"
					       "\"patch\"," WHEN
					       ",\"set\":{\"phase\":\"%s\","
					       "\"close_reason\":"
					       "\"other\"},\"seen\":{\"phase\":"
					       "\"%s\",\"closed\":null,"
					       "\"close_reason\":null}}",
				 first, to, phase));
}

static void what_the_same_batch_brings_counts_for_the_gate(void)
{
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		stand_case(made[i].phase);
		batch_facts(&b, CASE)->closures = 1;
		move_with(made[i].phase, made[i].to,
			arena_printf(b.w.mem,
				"{\"id\":\"" CHG("01") "\",\"rec\":\"" ID(
					"20") "\",\"type\":\"%s\",\"case\":"
					      "\"" CASE
					      "\",\"op\":\"create\"," WHEN
					      ",\"set\":%s}",
				made[i].type, made[i].body));
		CHECK_STR(batch_said(&b, 0), "applied");
		CHECK_STR(batch_said(&b, 1),
			made[i].opens ? "applied" : "parked gate");
		if (tap_bad)
			printf("# %s -> %s with %s %s\n", made[i].phase,
				made[i].to, made[i].type, made[i].body);
		batch_check(&b);
		batch_close(&b);
	}
}

static void what_the_same_batch_takes_away_counts_no_more(void)
{
	struct entry *x;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	stand_case("intake");
	x = batch_stand(&b, CASE, "consent", CONSENT, "{\"purpose\":\"care\"}");
	batch_set_author(x, ME);
	batch_facts(&b, CASE)->closures = 1;
	move_with("intake", "assessment",
		CHANGE("01", "retract", "consent", CONSENT,
			"\"reason\":\"wrong person\""));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked gate");
	batch_check(&b);
	batch_close(&b);
	batch_open(&b, ROLE_SOCIAL_WORKER);
	stand_case("closing");
	batch_stand(&b, CASE, "flag", ID("20"),
		"{\"kind\":\"danger\",\"level\":4}");
	batch_facts(&b, CASE)->closures = 1;
	move_with("closing", "follow_up",
		CHANGE("01", "patch", "flag", ID("20"),
			"\"set\":{\"to\":\"2026-11-20\"},"
			"\"seen\":{\"from\":null,\"to\":null}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void what_another_case_has_on_file_does_not_count(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, OTHER, 63);
	stand_case("intake");
	batch_facts(&b, OTHER)->consent = true;
	move_with("intake", "assessment",
		IN(OTHER, "01", "create", "consent", ID("20"),
			"\"set\":{\"purpose\":\"care\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked gate");
	batch_check(&b);
	batch_close(&b);
}

static void a_new_case_begins_early_and_at_home(void)
{
	static const struct {
		const char *phase;
		const char *site;
		const char *said;
	} rows[] = {
		{"referral_in", SITE,     "applied"         },
		{"intake",      SITE,     "applied"         },
		{"assessment",  SITE,     "parked bad_move" },
		{"ended",       SITE,     "parked bad_move" },
		{"intake",      ID("60"), "parked forbidden"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_ref(&b, PERSON, "person", PERSON);
		batch_ref(&b, NO_UNIT, "site", SITE);
		batch_ref(&b, NO_UNIT, "site", ID("60"));
		batch_decide(&b,
			arena_printf(b.w.mem,
				"{\"id\":\"" CHG("01") "\",\"rec\":\"" ID(
					"30") "\",\"type\":\"case\",\"op\":"
					      "\"create\"," WHEN
					      ",\"set\":{\"person\":\"" PERSON
					      "\",\"phase\":\"%s\",\"home_"
					      "site\":\"%s\"}}",
				rows[i].phase, rows[i].site));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		batch_check(&b);
		batch_close(&b);
	}
}

static void a_case_keeps_its_person_and_its_home(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	stand_case("intake");
	batch_ref(&b, PERSON, "person", ID("61"));
	batch_ref(&b, NO_UNIT, "site", ID("60"));
	batch_decide(
		&b, CHANGE("01", "patch", "case", CASE,
			    "\"set\":{\"person\":\"" ID(
				    "61") "\"},\"seen\":{\"person\":\"" PERSON
					  "\"}") "," CHANGE("02", "patch",
			    "case", CASE,
			    "\"set\":{\"home_site\":\"" ID(
				    "60") "\"},\"seen\":{\"home_site\":\"" SITE
					  "\"}"));
	CHECK_STR(batch_said(&b, 0), "parked forbidden");
	CHECK_STR(batch_said(&b, 1), "parked forbidden");
	batch_check(&b);
	batch_close(&b);
}

/* ---- other types ---- */

static void an_unanswered_item_is_kept_an_impossible_one_is_not(void)
{
	static const struct {
		const char *answers;
		const char *said;
	} rows[] = {
		{"[0,1,2,3,0,1,2,3,0]",    "applied"            },
		{"[0,1,2,3,null,1,2,3,0]", "applied"            },
		{"[0,1,2,4,0,1,2,3,0]",    "parked out_of_range"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_decide(
			&b, arena_printf(b.w.mem,
				    "{\"id\":\"" CHG("01") "\",\"rec\":\"" ID(
					    "20") "\",\"type\":\"assessment\","
						  "\"case\":\"" CASE
						  "\",\"op\":\"create\"," WHEN
						  ",\"set\":{\"instrument\":"
						  "\"phq9\","
						  "\"assessed\":\"2026-11-01\","
						  "\"answers\":%s}}",
				    rows[i].answers));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		batch_check(&b);
		batch_close(&b);
	}
}

static const char *sheet(const char *n, const char *op, const char *more)
{
	return arena_printf(b.w.mem,
		"{\"id\":\"%s\",\"rec\":\"" ID(
			"20") "\",\"type\":\"assessment\",\"case\":\"" CASE
			      "\",\"op\":\"%s\"," WHEN ",%s}",
		n, op, more);
}

#define SDS_SET                                                                \
	"\"set\":{\"instrument\":\"sds\",\"assessed\":\"2026-11-01\","         \
	"\"answers\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"

/* SDS is scored by cutting off (1965-floor) or by rounding (1965-round). */
static void an_assessment_says_by_which_version_it_is_scored(void)
{
	static const struct {
		const char *more;
		const char *said;
		const char *field;
		const char *accepts;
	} rows[] = {
		{SDS_SET "}",						  "applied",         "",        ""          },
		{SDS_SET ",\"version\":\"1965-floor\"}",                       "applied",         "",        ""          },
		{SDS_SET ",\"version\":\"1965-round\",\"variant\":\"round\"}",
                 "applied",								       "",        ""          },
		{SDS_SET ",\"version\":\"1965-round\"}",                       "parked bad_code",
                 "version",										  "1965-floor"},
		{SDS_SET ",\"version\":\"1965-floor\",\"variant\":\"round\"}",
                 "parked bad_code",							       "version", "1965-round"},
		{SDS_SET ",\"version\":\"2001\"}",                             "parked bad_code", "version",
                 "1965-floor"											    },
		{SDS_SET ",\"variant\":\"up\"}",                               "parked bad_code", "variant",
                 "round"												 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_decide(&b, sheet(CHG("01"), "create", rows[i].more));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		CHECK_STR(b.results[0].why.field, rows[i].field);
		CHECK_STR(b.results[0].why.accepts, rows[i].accepts);
		batch_check(&b);
		batch_close(&b);
	}
}

static void what_was_written_with_an_older_version_may_be_annotated(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "assessment", ID("20"),
		"{\"instrument\":\"phq9\",\"version\":\"1999\","
		"\"assessed\":\"2026-11-01\","
		"\"answers\":[0,0,0,0,0,0,0,0,0]}");
	batch_decide(&b,
		arena_printf(b.w.mem, "%s,%s",
			CHANGE("01", "patch", "assessment", ID("20"),
				"\"set\":{\"note\":\"n\"},\"seen\":{\"note\":"
				"null}"),
			CHANGE("02", "patch", "assessment", ID("20"),
				"\"set\":{\"answers\":[1,0,0,0,0,0,0,0,0]},"
				"\"seen\":{\"answers\":[0,0,0,0,0,0,0,0,0],"
				"\"instrument\":\"phq9\",\"version\":\"1999\","
				"\"variant\":null}")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked bad_code");
	CHECK_STR(b.results[1].why.field, "version");
	batch_check(&b);
	batch_close(&b);
}

static void a_group_s_sheets_follow_the_same_rule(void)
{
	static const struct {
		const char *version;
		const char *said;
	} rows[] = {
		{"2006", "applied"        },
		{"2016", "parked bad_code"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_see(&b, OTHER, CLASS_ALL_SHARED);
		batch_ref(&b, OTHER, "participant", ID("30"));
		batch_decide(&b,
			arena_printf(b.w.mem,
				IN(OTHER, "01", "create", "group_assessment",
					ID("20"),
					"\"set\":{\"participant\":\"" ID(
						"30") "\",\"instrument\":"
						      "\"gad7\",\"version\":"
						      "\"%s\",\"assessed\":"
						      "\"2026-11-01\","
						      "\"answers\":[0,0,0,0,0,"
						      "0,0]}"),
				rows[i].version));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		batch_check(&b);
		batch_close(&b);
	}
}

static void a_member_of_a_care_group_is_somebody(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, NO_UNIT, "staff", SOMEBODY);
	batch_decide(&b,
		CHANGE("01", "create", "member", ID("20"),
			"\"set\":{\"from\":\"2026-11-01\"}") "," CHANGE("02",
			"create", "member", ID("21"),
			"\"set\":{\"from\":\"2026-11-01\",\"name\":"
			"\"n\"}") "," CHANGE("03", "create", "member", ID("22"),
			"\"set\":{\"from\":\"2026-11-01\",\"staff\":"
			"\"" SOMEBODY "\"}"));
	CHECK_STR(batch_said(&b, 0), "parked missing");
	CHECK_STR(b.results[0].why.field, "staff");
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK_STR(batch_said(&b, 2), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void nobody_changes_their_own_membership(void)
{
	static const struct {
		const char *staff;
		const char *more;
		const char *said;
	} rows[] = {
		{ME,
                 "\"set\":{\"to\":\"2027-12-31\"},\"seen\":{\"from\":"
			"\"2026-01-01\",\"to\":\"2026-12-31\"}",                    "parked forbidden"},
		{ME,       "\"set\":{\"reason\":\"r\"},\"seen\":{\"reason\":null}",
                 "applied"									    },
		{SOMEBODY,
                 "\"set\":{\"to\":\"2027-12-31\"},\"seen\":{\"from\":"
			"\"2026-01-01\",\"to\":\"2026-12-31\"}",                    "applied"         },
 /* nor takes over the membership of somebody else */
		{SOMEBODY,
                 "\"set\":{\"staff\":\"" ME
			"\"},\"seen\":{\"staff\":\"" SOMEBODY "\"}",
                 "parked forbidden"								   },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_ref(&b, NO_UNIT, "staff", ME);
		batch_stand(&b, CASE, "member", ID("20"),
			arena_printf(b.w.mem,
				"{\"staff\":\"%s\",\"from\":\"2026-01-01\","
				"\"to\":\"2026-12-31\"}",
				rows[i].staff));
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("01", "patch", "member", ID("20"), "%s"),
				rows[i].more));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		batch_check(&b);
		batch_close(&b);
	}
}

#define STAFF(n, op, rec, more)                                                \
	"{\"id\":\"" CHG(n) "\",\"rec\":\"" rec                                \
			    "\",\"type\":\"staff\",\"op\":\"" op "\"," WHEN    \
			    "," more "}"

static void stand_staff(const char *rec, const char *site)
{
	batch_stand(&b, NULL, "staff", rec,
		arena_printf(b.w.mem,
			"{\"name\":\"n\",\"site\":\"%s\",\"role\":\"nurse\"}",
			site));
}

static void nobody_changes_their_own_role_or_site(void)
{
	static const enum role admins[] = {ROLE_SITE_ADMIN, ROLE_SYSTEM_ADMIN};

	for (size_t i = 0; i < ARRAY_LEN(admins); i++) {
		batch_open(&b, admins[i]);
		stand_staff(ME, SITE);
		batch_ref(&b, NO_UNIT, "site", ID("60"));
		batch_decide(&b,
			STAFF("01", "patch", ME,
				"\"set\":{\"role\":\"system_admin\"},"
				"\"seen\":{\"role\":\"nurse\"}") "," STAFF("02",
				"patch", ME,
				"\"set\":{\"site\":\"" ID(
					"60") "\"},\"seen\":{\"site\":\"" SITE
					      "\"}") "," STAFF("03", "patch",
				ME,
				"\"set\":{\"title\":\"t\"},"
				"\"seen\":{\"title\":null}"));
		CHECK_STR(batch_said(&b, 0), "parked forbidden");
		CHECK_STR(batch_said(&b, 1), "parked forbidden");
		CHECK_STR(batch_said(&b, 2), "applied");
		batch_check(&b);
		batch_close(&b);
	}
}

static void a_site_administrator_writes_only_about_the_own_site(void)
{
	batch_open(&b, ROLE_SITE_ADMIN);
	batch_ref(&b, NO_UNIT, "site", SITE);
	batch_ref(&b, NO_UNIT, "site", ID("60"));
	batch_ref(&b, NO_UNIT, "district", ID("62"));
	stand_staff(ID("20"), SITE);
	stand_staff(ID("21"), ID("60"));
	batch_stand(&b, NULL, "site", SITE,
		"{\"name\":\"s\",\"kind\":\"community_centre\",\"district\":"
		"\"" ID("62") "\"}");
	batch_stand(&b, NULL, "site", ID("60"),
		"{\"name\":\"s\",\"kind\":\"community_centre\",\"district\":"
		"\"" ID("62") "\"}");
#define NEW_STAFF(n, rec, site, role)                                          \
	STAFF(n, "create", rec,                                                \
		"\"set\":{\"name\":\"n\",\"site\":\"" site                     \
		"\",\"role\":\"" role "\"}")
#define RENAME(n, type, rec)                                                   \
	"{\"id\":\"" CHG(n) "\",\"rec\":\"" rec "\",\"type\":\"" type          \
			    "\",\"op\":\"patch\"," WHEN                        \
			    ",\"set\":{\"name\":\"new\"},"                     \
			    "\"seen\":{\"name\":\"%s\"}}"
	batch_decide(&b,
		arena_printf(b.w.mem,
			NEW_STAFF("01", ID("30"), SITE, "nurse") "," NEW_STAFF(
				"02", ID("31"), ID("60"),
				"nurse") "," RENAME("03", "staff",
				ID("20")) "," RENAME("04", "staff",
				ID("21")) "," STAFF("05", "patch", ID("20"),
				"\"set\":{\"site\":\"" ID(
					"60") "\"},\"seen\":{\"site\":\"" SITE
					      "\"}") "," RENAME("06", "site",
				SITE) "," RENAME("07", "site", ID("60")),
			"n", "n", "s", "s"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked forbidden");
	CHECK_STR(batch_said(&b, 2), "applied");
	CHECK_STR(batch_said(&b, 3), "parked forbidden");
	CHECK_STR(batch_said(&b, 4), "parked forbidden");
	CHECK_STR(batch_said(&b, 5), "applied");
	CHECK_STR(batch_said(&b, 6), "parked forbidden");
	batch_check(&b);
	batch_close(&b);
}

static void a_site_administrator_makes_no_one_more_than_staff_of_a_site(void)
{
	static const struct {
		const char *role;
		const char *said;
	} rows[] = {
		{"social_worker",        "applied"         },
		{"site_admin",           "applied"         },
		{"system_admin",         "parked forbidden"},
		{"auditor",              "parked forbidden"},
		{"district_coordinator", "parked forbidden"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SITE_ADMIN);
		batch_ref(&b, NO_UNIT, "site", SITE);
		stand_staff(ID("20"), SITE);
		batch_decide(
			&b, arena_printf(b.w.mem,
				    STAFF("01", "patch", ID("20"),
					    "\"set\":{\"role\":\"%s\"},"
					    "\"seen\":{\"role\":\"nurse\"}"),
				    rows[i].role));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		batch_check(&b);
		batch_close(&b);
	}
}

/* ---- what follows from the body ---- */

static void a_name_brings_its_sound_and_takes_the_old_one_away(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, PERSON, 63);
	batch_stand(&b, NULL, "person", PERSON,
		"{\"name\":\"张三\",\"pinyin\":\"zhangsan\","
		"\"initials\":\"zs\"}");
#define NAME(n, was, is)                                                       \
	"{\"id\":\"" CHG(n) "\",\"rec\":\"" PERSON                             \
			    "\",\"type\":\"person\",\"op\":\"patch\"," WHEN    \
			    ",\"set\":{\"name\":\"" is                         \
			    "\"},\"seen\":{\"name\":\"" was "\"}}"
	batch_decide(&b,
		NAME("01", "张三",
			"李四") ","
				"{\"id\":\"" CHG("02") "\",\"rec\":\"" ID(
					"20") "\",\"type\":\"person\",\"op\":"
					      "\"create\"," WHEN
					      ",\"set\":{\"name\":\"王五\","
					      "\"pinyin\":\"wangwu2\"}}");
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_body(&b, PERSON),
		"{\"initials\":\"ls\",\"name\":\"李四\",\"pinyin\":\"lisi\"}");
	/* What somebody spelt out is not ours to correct. */
	CHECK_STR(batch_body(&b, ID("20")),
		"{\"name\":\"王五\",\"pinyin\":\"wangwu2\"}");
	batch_check(&b);
	batch_close(&b);
	/* A character nobody knows how to read. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, PERSON, 63);
	batch_stand(&b, NULL, "person", PERSON,
		"{\"name\":\"张三\",\"pinyin\":\"zhangsan\","
		"\"initials\":\"zs\"}");
	batch_decide(&b, NAME("01", "张三", "𪚥"));
	CHECK_STR(batch_body(&b, PERSON), "{\"name\":\"𪚥\"}");
	batch_check(&b);
	batch_close(&b);
}

#define APPROVE(n, rec, by)                                                    \
	CHANGE(n, "patch", "plan", rec,                                        \
		"\"set\":{\"approved\":\"2026-11-20\",\"approved_by\":\"" by   \
		"\"},\"seen\":{\"approved\":null,\"approved_by\":null}")

static void nobody_approves_their_own_plan_but_a_supervisor(void)
{
	static const struct {
		enum role role;
		const char *said;
	} by[] = {
		{ROLE_SOCIAL_WORKER, "parked forbidden"},
		{ROLE_SUPERVISOR,    "applied"         },
	};

	for (size_t i = 0; i < ARRAY_LEN(by); i++) {
		batch_open(&b, by[i].role);
		batch_stand(&b, CASE, "plan", ID("20"), "{\"version\":1}");
		batch_decide(&b, APPROVE("01", ID("20"), ME));
		CHECK_STR(batch_said(&b, 0), by[i].said);
		batch_check(&b);
		batch_close(&b);
	}
	/* On paper: another's name, written down by whoever keeps the plan. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, NO_UNIT, "staff", SOMEBODY);
	batch_stand(&b, CASE, "plan", ID("20"), "{\"version\":1}");
	batch_decide(&b, APPROVE("01", ID("20"), SOMEBODY));
	CHECK_STR(batch_said(&b, 0), "applied");
	batch_check(&b);
	batch_close(&b);
}

int main(void)
{
	RUN(nobody_approves_their_own_plan_but_a_supervisor);
	RUN(a_phase_moves_when_its_gate_is_met);
	RUN(what_the_same_batch_brings_counts_for_the_gate);
	RUN(what_the_same_batch_takes_away_counts_no_more);
	RUN(what_another_case_has_on_file_does_not_count);
	RUN(a_new_case_begins_early_and_at_home);
	RUN(a_case_keeps_its_person_and_its_home);
	RUN(an_unanswered_item_is_kept_an_impossible_one_is_not);
	RUN(an_assessment_says_by_which_version_it_is_scored);
	RUN(what_was_written_with_an_older_version_may_be_annotated);
	RUN(a_group_s_sheets_follow_the_same_rule);
	RUN(a_member_of_a_care_group_is_somebody);
	RUN(nobody_changes_their_own_membership);
	RUN(nobody_changes_their_own_role_or_site);
	RUN(a_site_administrator_writes_only_about_the_own_site);
	RUN(a_site_administrator_makes_no_one_more_than_staff_of_a_site);
	RUN(a_name_brings_its_sound_and_takes_the_old_one_away);
	return tap_done();
}
