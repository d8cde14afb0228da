/*
 * test_settle.c - a person settles a conflict: the value chosen goes into the
 * record by the same rules as any other edit, or nothing moves at all.
 */
#include "tests/unit/server/batch.h"

#define TASK     ID("11")
#define CONFLICT ID("40")
#define SETTLE(n, value, seen)                                                 \
	CHANGE(n, "resolve", "conflict", CONFLICT,                             \
		"\"set\":{\"value\":" value "},\"seen\":" seen)

static struct batch b;

static struct entry *conflict(
	const char *record, const char *type, const char *fields)
{
	return batch_stand(&b, CASE, "conflict", CONFLICT,
		arena_printf(b.w.mem,
			"{\"record\":\"%s\",\"record_type\":\"%s\","
			"\"atom\":\"a\",\"fields\":%s,\"settled\":false,"
			"\"mine\":{\"result\":\"mine\"},"
			"\"theirs\":{\"result\":\"theirs\"},"
			"\"mine_by\":\"" ME "\",\"theirs_by\":\"" SOMEBODY
			"\"}",
			record, type, fields));
}

/* A task whose result two people wrote. */
static void dispute(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"result\":\"theirs\"}");
	conflict(TASK, "task", "[\"result\"]");
}

static const json_t *settled_body(void)
{
	return batch_json(&b, batch_body(&b, CONFLICT));
}

static void the_value_chosen_stands_and_the_conflict_says_who_chose_it(void)
{
	static const struct {
		const char *value;
		const char *body;
		int64_t ver;
	} rows[] = {
		{"{\"result\":\"mine\"}",
                 "{\"result\":\"mine\",\"title\":\"t\"}",        4},
		{"{\"result\":\"theirs\"}",
                 "{\"result\":\"theirs\",\"title\":\"t\"}",      3},
		{"{\"result\":\"both\"}",
                 "{\"result\":\"both\",\"title\":\"t\"}",        4},
		{"{\"result\":null}",       "{\"title\":\"t\"}", 4},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		dispute();
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("01", "resolve", "conflict", CONFLICT,
					"\"set\":{\"value\":%s,\"note\":"
					"\"asked\"},\"seen\":{\"result\":"
					"\"theirs\"}"),
				rows[i].value));
		CHECK_STR(batch_said(&b, 0), "applied");
		CHECK_STR(batch_body(&b, TASK), rows[i].body);
		CHECK(batch_ver(&b, TASK) == rows[i].ver);
		CHECK(batch_ver(&b, CONFLICT) == 4);
		CHECK(json_is_true(json_object_get(settled_body(), "settled")));
		CHECK(json_equal(json_object_get(settled_body(), "value"),
			batch_json(&b, rows[i].value)));
		CHECK_STR(json_str(settled_body(), "note"), "asked");
		CHECK_STR(json_str(settled_body(), "settled_by"), ME);
		/* Both sides stay to be read. */
		CHECK_STR(json_str(json_object_get(settled_body(), "mine"),
				  "result"),
			"mine");
		batch_check(&b);
		batch_close(&b);
	}
}

static void what_moved_on_meanwhile_is_looked_at_again(void)
{
	static const char *const seen[] = {
		"{\"result\":\"old\"}", "{\"result\":null}", "{}"};

	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		dispute();
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("01", "resolve", "conflict", CONFLICT,
					"\"set\":{\"value\":{\"result\":"
					"\"mine\"}},\"seen\":%s"),
				seen[i]));
		CHECK_STR(batch_said(&b, 0), "parked moved_on");
		CHECK_STR(b.results[0].why.field, "result");
		CHECK(b.w.fresh_count == 0);
		batch_check(&b);
		batch_close(&b);
	}
}

static void a_conflict_is_settled_once(void)
{
	dispute();
	batch_decide(
		&b, SETTLE("01", "{\"result\":\"mine\"}",
			    "{\"result\":\"theirs\"}") "," SETTLE("02",
			    "{\"result\":\"both\"}", "{\"result\":\"mine\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked nothing_to_settle");
	CHECK_STR(
		batch_body(&b, TASK), "{\"result\":\"mine\",\"title\":\"t\"}");
	batch_check(&b);
	batch_close(&b);
}

static void a_conflict_made_in_the_same_batch_can_be_settled_later(void)
{
	char *id, *change;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"result\":\"theirs\"}");
	batch_decide(&b, CHANGE("01", "patch", "task", TASK,
				 "\"set\":{\"result\":\"mine\"},"
				 "\"seen\":{\"result\":null}"));
	CHECK_STR(batch_said(&b, 0), "conflict");
	id = arena_alloc(b.w.mem, UUID_TEXT);
	uuid_format(&b.results[0].conflict, id);
	change = arena_printf(b.w.mem,
		"{\"id\":\"" CHG(
			"02") "\",\"rec\":\"%s\",\"type\":\"conflict\""
			      ",\"case\":\"" CASE "\",\"op\":\"resolve\"," WHEN
			      ",\"set\":{\"value\":{\"result\":\"mine\"}},"
			      "\"seen\":{\"result\":\"theirs\"}}",
		id);
	batch_decide(&b, change);
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(
		batch_body(&b, TASK), "{\"result\":\"mine\",\"title\":\"t\"}");
	batch_close(&b);
}

static void the_value_speaks_of_the_whole_atom_and_of_nothing_else(void)
{
	static const struct {
		const char *value;
		const char *said;
		const char *field;
	} rows[] = {
		{"{\"danger\":1,\"stability\":null}",                   "applied",             NULL       },
		{"{\"danger\":1}",				      "parked missing",      "stability"},
		{"{}",						  "parked missing",      "stability"},
		{"{\"danger\":1,\"stability\":null,\"insight\":\"1\"}",
                 "parked unknown_field",						       "insight"  },
		{"{\"danger\":9,\"stability\":null}",                   "parked out_of_range",
                 "danger"										 },
		{"[1]",						 "parked bad_kind",     "value"    },
		{"7",						   "parked bad_kind",     "value"    },
		{"null",						"parked bad_kind",     "value"    },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_stand(&b, CASE, "response", TASK,
			"{\"form\":\"smd_follow_up\",\"danger\":3,"
			"\"stability\":\"unstable\"}");
		conflict(TASK, "response", "[\"stability\",\"danger\"]");
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("01", "resolve", "conflict", CONFLICT,
					"\"set\":{\"value\":%s},\"seen\":{"
					"\"danger\":3,\"stability\":"
					"\"unstable\"}"),
				rows[i].value));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		if (rows[i].field)
			CHECK_STR(b.results[0].why.field, rows[i].field);
		CHECK((b.w.fresh_count > 0) == !rows[i].field);
		if (tap_bad)
			printf("# %s\n", rows[i].value);
		batch_check(&b);
		batch_close(&b);
	}
}

static void settling_says_nothing_the_centre_fills_in(void)
{
	dispute();
	batch_decide(&b,
		CHANGE("01", "resolve", "conflict", CONFLICT,
			"\"set\":{\"value\":{\"result\":\"x\"},"
			"\"settled_by\":\"" SOMEBODY
			"\"},\"seen\":{\"result\":\"theirs\"}") "," CHANGE("02",
			"patch", "conflict", CONFLICT,
			"\"set\":{\"note\":\"x\"},\"seen\":{\"note\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked server_owned");
	CHECK_STR(batch_said(&b, 1), "parked forbidden");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

/* ---- by the same rules as an edit ---- */

static void a_phase_is_not_settled_past_its_gate(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, NULL, "case", CASE,
		"{\"phase\":\"assessment\",\"person\":\"" PERSON
		"\",\"home_site\":\"" SITE "\"}");
	conflict(CASE, "case", "[\"phase\"]");
	batch_facts(&b, CASE);
	batch_decide(&b, SETTLE("01", "{\"phase\":\"planning\"}",
				 "{\"phase\":\"assessment\"}") "," SETTLE("02",
				 "{\"phase\":\"ended\"}",
				 "{\"phase\":\"assessment\"}") "," SETTLE("03",
				 "{\"phase\":\"assessment\"}",
				 "{\"phase\":\"assessment\"}"));
	CHECK_STR(batch_said(&b, 0), "parked gate");
	CHECK_STR(batch_said(&b, 1), "parked bad_move");
	CHECK_STR(batch_said(&b, 2), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void a_reference_is_not_settled_into_another_case(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	conflict(TASK, "task", "[\"parent\"]");
	batch_ref(&b, OTHER, "task", ID("50"));
	batch_ref(&b, CASE, "task", ID("51"));
	batch_decide(&b,
		SETTLE("01", "{\"parent\":\"" ID("50") "\"}",
			"{\"parent\":null}") "," SETTLE("02",
			"{\"parent\":\"" TASK "\"}",
			"{\"parent\":null}") "," SETTLE("03",
			"{\"parent\":\"" ID("99") "\"}",
			"{\"parent\":null}") "," SETTLE("04",
			"{\"parent\":\"" ID("51") "\"}", "{\"parent\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked wrong_case");
	CHECK_STR(batch_said(&b, 1), "parked cycle");
	CHECK_STR(batch_said(&b, 2), "deferred predecessor");
	CHECK_STR(batch_said(&b, 3), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void what_is_retracted_is_not_settled_into(void)
{
	struct uuid task = batch_id(TASK);

	dispute();
	batch_set_state(world_find(&b.w, &task), STATE_RETRACTED);
	batch_decide(&b,
		SETTLE("01", "{\"result\":\"mine\"}",
			"{\"result\":\"theirs\"}") "," SETTLE("02",
			"{\"result\":\"theirs\"}", "{\"result\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "parked retracted");
	/* Leaving what stands is always possible. */
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK(batch_ver(&b, TASK) == 3);
	batch_check(&b);
	batch_close(&b);
}

static void beside_what_is_signed_the_value_is_an_addendum(void)
{
	static const struct {
		const char *value;
		const char *said;
		bool addendum;
	} rows[] = {
		{"{\"result\":\"mine\"}",   "applied",         true },
		{"{\"result\":\"third\"}",  "applied",         true },
		{"{\"result\":\"theirs\"}", "applied",         false},
		{"{\"result\":7}",          "parked bad_kind", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uuid task = batch_id(TASK);

		dispute();
		batch_set_state(world_find(&b.w, &task), STATE_SIGNED);
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("01", "resolve", "conflict", CONFLICT,
					"\"set\":{\"value\":%s},\"seen\":{"
					"\"result\":\"theirs\"}"),
				rows[i].value));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		CHECK(json_is_true(json_object_get(
			      settled_body(), "addendum")) == rows[i].addendum);
		/* The signed text stays as it is. */
		CHECK(batch_ver(&b, TASK) == 3);
		batch_check(&b);
		batch_close(&b);
	}
}

#define ADDED ID("41")
#define ADDITION(n, set, seen)                                                 \
	CHANGE(n, "patch", "task", TASK,                                       \
		"\"conflict\":\"" ADDED                                        \
		"\",\"reason\":\"late call\",\"set\":" set ",\"seen\":" seen)

static void signed_task(void)
{
	struct uuid task = batch_id(TASK);

	dispute();
	batch_set_state(world_find(&b.w, &task), STATE_SIGNED);
}

/* One step, so that it can be taken without a network. */
static void who_knew_it_was_signed_adds_in_one_step(void)
{
	const json_t *body;

	signed_task();
	batch_decide(&b, ADDITION("01", "{\"result\":\"theirs, and more\"}",
				 "{\"result\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(batch_ver(&b, TASK) == 3);
	CHECK(batch_ver(&b, ADDED) == 1);
	body = batch_json(&b, batch_body(&b, ADDED));
	CHECK_STR(json_str(body, "record"), TASK);
	CHECK(json_is_true(json_object_get(body, "addendum")));
	CHECK(json_is_true(json_object_get(body, "settled")));
	CHECK(json_is_true(json_object_get(body, "signed")));
	CHECK_STR(json_str(json_object_get(body, "value"), "result"),
		"theirs, and more");
	CHECK_STR(json_str(body, "note"), "late call");
	CHECK_STR(json_str(body, "settled_by"), ME);
	/* When it was written, not when it arrived. */
	CHECK_STR(json_str(body, "settled_at"), json_str(body, "mine_at"));
	batch_check(&b);
	batch_close(&b);
}

static void an_addition_is_one_value_under_an_id_of_its_own(void)
{
	static const struct {
		const char *set, *seen, *said;
	} rows[] = {
  /* Two values that do not belong together. */
		{"{\"result\":\"x\",\"title\":\"y\"}",
                 "{\"result\":\"theirs\",\"title\":\"t\"}",                       "parked bad_input"},
		{"{\"result\":7}",                     "{\"result\":\"theirs\"}",
                 "parked bad_kind"								  },
 /* Nothing is added. */
		{"{\"result\":\"theirs\"}",            "{\"result\":\"theirs\"}", "noted"           },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		signed_task();
		batch_decide(&b, arena_printf(b.w.mem,
					 CHANGE("01", "patch", "task", TASK,
						 "\"conflict\":\"" ADDED
						 "\",\"set\":%s,\"seen\":%s"),
					 rows[i].set, rows[i].seen));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		CHECK(b.w.fresh_count == 0);
		batch_check(&b);
		batch_close(&b);
	}
	signed_task();
	batch_decide(&b, CHANGE("01", "patch", "task", TASK,
				 "\"conflict\":\"" CONFLICT
				 "\",\"set\":{\"result\":\"x\"},"
				 "\"seen\":{\"result\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "parked id_reuse");
	CHECK_STR(b.results[0].why.field, "conflict");
	CHECK(b.w.fresh_count == 0);
	batch_close(&b);
}

/* The signature was refused: then it is an edit like any other. */
static void of_what_is_not_signed_an_addition_is_an_edit(void)
{
	dispute();
	batch_decide(&b, ADDITION("01", "{\"result\":\"theirs, and more\"}",
				 "{\"result\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_body(&b, TASK),
		"{\"result\":\"theirs, and more\",\"title\":\"t\"}");
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void a_name_settled_brings_its_sound(void)
{
	struct entry *x;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, PERSON, 63);
	batch_stand(&b, NULL, "person", PERSON,
		"{\"name\":\"张三\",\"pinyin\":\"zhangsan\","
		"\"initials\":\"zs\"}");
	x = conflict(PERSON, "person", "[\"name\"]");
	x->unit = batch_id(PERSON);
	memset(&x->now.case_id, 0, sizeof(x->now.case_id));
	batch_decide(&b,
		"{\"id\":\"" CHG(
			"01") "\",\"rec\":\"" CONFLICT
			      "\",\"type\":\"conflict\",\"case\":null,\"op\":"
			      "\"resolve\"," WHEN
			      ",\"set\":{\"value\":{\"name\":\"李四\"}},"
			      "\"seen\":{\"name\":\"张三\"}}");
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_body(&b, PERSON),
		"{\"initials\":\"ls\",\"name\":\"李四\",\"pinyin\":\"lisi\"}");
	batch_check(&b);
	batch_close(&b);
}

/* ---- in the directory ---- */

/* Who reaches no case reaches these; who may not write the record settles
 * nothing about it. */
static void what_is_disputed_in_the_directory_its_administrators_settle(void)
{
	static const struct {
		enum role role;
		const char *said;
	} rows[] = {
		{ROLE_SITE_ADMIN,           "applied"         },
		{ROLE_SYSTEM_ADMIN,         "applied"         },
		{ROLE_SOCIAL_WORKER,        "parked forbidden"},
		{ROLE_DISTRICT_COORDINATOR, "parked forbidden"},
		{ROLE_AUDITOR,              "parked forbidden"},
	};
	static const struct uuid directory;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct entry *x;

		batch_open(&b, rows[i].role);
		batch_stand(&b, NULL, "resource", TASK,
			"{\"name\":\"theirs\",\"kind\":\"fund\","
			"\"status\":\"active\"}");
		x = conflict(TASK, "resource", "[\"name\"]");
		x->unit = directory;
		memset(&x->now.case_id, 0, sizeof(x->now.case_id));
		batch_decide(&b,
			"{\"id\":\"" CHG(
				"01") "\",\"rec\":\"" CONFLICT
				      "\",\"type\":\"conflict\",\"op\":"
				      "\"resolve\"," WHEN
				      ",\"set\":{\"value\":{\"name\":\"mine\"}"
				      "},\"seen\":{\"name\":\"theirs\"}}");
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		CHECK((batch_ver(&b, TASK) == 4) ==
			(strcmp(rows[i].said, "applied") == 0));
		batch_check(&b);
		batch_close(&b);
	}
}

static void an_administrator_settles_nothing_of_a_case(void)
{
	dispute();
	b.reader.role = ROLE_SYSTEM_ADMIN;
	batch_decide(&b, SETTLE("01", "{\"result\":\"mine\"}",
				 "{\"result\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

/* ---- who may ---- */

static void who_may_not_write_the_record_does_not_settle_it(void)
{
	batch_open(&b, ROLE_NURSE);
	batch_stand(&b, CASE, "plan", TASK, "{\"version\":1}");
	conflict(TASK, "plan", "[\"version\"]");
	batch_decide(&b, SETTLE("01", "{\"version\":2}", "{\"version\":1}"));
	CHECK_STR(batch_said(&b, 0), "parked forbidden");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void a_conflict_out_of_reach_is_not_found(void)
{
	dispute();
	batch_see(&b, CASE, CLASS_NOTE);
	batch_decide(&b, SETTLE("01", "{\"result\":\"mine\"}",
				 "{\"result\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	batch_check(&b);
	batch_close(&b);
}

static void only_a_conflict_is_settled(void)
{
	dispute();
	batch_decide(&b, CHANGE("01", "resolve", "task", TASK,
				 "\"set\":{\"value\":{\"result\":\"x\"}},"
				 "\"seen\":{}") "," CHANGE("02", "resolve",
				 "conflict", ID("99"),
				 "\"set\":{\"value\":{\"result\":\"x\"}},"
				 "\"seen\":{}"));
	CHECK(b.results[0].status == CHANGE_PARKED);
	CHECK_STR(batch_said(&b, 1), "parked not_found");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void a_conflict_about_a_record_that_is_not_there_stays_open(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	conflict(ID("99"), "task", "[\"result\"]");
	batch_decide(
		&b, SETTLE("01", "{\"result\":\"mine\"}", "{\"result\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

/* ---- what is restricted ---- */

static struct entry *note(const char *members)
{
	return batch_stand(&b, CASE, "service", TASK,
		arena_printf(b.w.mem,
			"{\"started_at\":\"2026-11-20T09:00:00+08:00\","
			"\"kind\":\"home_visit\",\"status\":\"completed\"%s}",
			members));
}

/* What lost may be the very words that were to be restricted. */
static void a_conflict_is_as_private_as_the_change_makes_or_asks(void)
{
	static const struct {
		const char *more; /* of the body that stands */
		bool final;
		const char *set, *seen;
		int cls;
		const char *readers;
	} rows[] = {
		{"",		     false, "",						 "", 16, "-"  },
		{"",		     false, ",\"restricted\":true",
                 ",\"restricted\":null,\"readers\":null",                                               32, "-"  },
		{"",		     false, ",\"restricted\":true,\"readers\":[\"" OTHER "\"]",
                 ",\"restricted\":null,\"readers\":null",                                               32, OTHER},
		{",\"restricted\":true", false, ",\"restricted\":false",
                 ",\"restricted\":true,\"readers\":null",                                               32, ME   },
		{"",		     true,  ",\"restricted\":true",
                 ",\"restricted\":null,\"readers\":null",                                               32, ME   },
		{"",		     true,  "",						 "", 16, "-"  },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uuid me = batch_id(ME);
		const struct fresh *f;
		size_t n = 0;

		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_ref(&b, "00000000-0000-0000-0000-000000000000", "staff",
			OTHER);
		note(arena_printf(
			b.w.mem, "%s,\"aim\":\"theirs\"", rows[i].more));
		b.w.entries[0]->readers = &me;
		b.w.entries[0]->reader_count = *rows[i].more ? 1 : 0;
		/* Opening it is its author's to say. */
		if (*rows[i].more)
			b.w.entries[0]->now.author = me;
		if (rows[i].final)
			batch_set_state(b.w.entries[0], STATE_SIGNED);
		batch_decide(&b, arena_printf(b.w.mem,
					 CHANGE("01", "patch", "service", TASK,
						 "\"set\":{\"aim\":\"mine\"%s},"
						 "\"seen\":{\"aim\":null%s}"),
					 rows[i].set, rows[i].seen));
		CHECK_STR(batch_said(&b, 0), "conflict");
		for (; (f = batch_fresh(&b, "conflict", n)); n++) {
			CHECK(f->rec.cls == rows[i].cls);
			CHECK(batch_id_is(
				&f->rec.author, *rows[i].more ? ME : SOMEBODY));
			CHECK_STR(
				f->readers ? f->readers : "-", rows[i].readers);
		}
		CHECK(n == (rows[i].final && *rows[i].set ? 2 : 1));
		batch_check(&b);
		batch_close(&b);
	}
}

/* A station sends what was written offline as it was written: first the words,
 * then the tick. */
static void a_tick_later_in_the_batch_counts_for_what_came_before(void)
{
	const struct fresh *f;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	note(",\"aim\":\"theirs\"");
	batch_decide(
		&b, CHANGE("01", "patch", "service", TASK,
			    "\"set\":{\"aim\":\"mine\"},\"seen\":{\"aim\":"
			    "null}") "," CHANGE("02", "patch", "service", TASK,
			    "\"set\":{\"restricted\":true},\"seen\":{"
			    "\"restricted\":null,\"readers\":null}"));
	CHECK_STR(batch_said(&b, 0), "conflict");
	CHECK_STR(batch_said(&b, 1), "applied");
	f = batch_fresh(&b, "conflict", 0);
	CHECK(f && f->rec.cls == CLASS_RESTRICTED);
	batch_check(&b);
	batch_close(&b);
}

/* The words chosen go into a record that is restricted by now. */
static void a_conflict_settled_in_a_restricted_record_becomes_so(void)
{
	struct uuid me = batch_id(ME);
	struct entry *x;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	x = note(",\"aim\":\"theirs\",\"restricted\":true,\"readers\":[\"" ME
		 "\"]");
	x->readers = &me;
	x->reader_count = 1;
	conflict(TASK, "service", "[\"aim\"]");
	batch_decide(&b,
		SETTLE("01", "{\"aim\":\"a third\"}", "{\"aim\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	for (size_t i = 0; i < 2; i++) {
		const struct fresh *f = &b.w.fresh[i];

		CHECK(f->rec.cls == CLASS_RESTRICTED);
		CHECK_STR(f->readers ? f->readers : "-", ME);
	}
	batch_check(&b);
	batch_close(&b);
}

static void a_settled_restricted_conflict_keeps_its_readers(void)
{
	struct uuid me = batch_id(ME);
	struct entry *x;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	x = note(",\"aim\":\"theirs\",\"restricted\":true,\"readers\":[\"" ME
		 "\"]");
	x->readers = &me;
	x->reader_count = 1;
	x = conflict(TASK, "service", "[\"aim\"]");
	x->now.cls = x->stored.cls = CLASS_RESTRICTED;
	x->readers = &me;
	x->reader_count = 1;
	batch_decide(
		&b, SETTLE("01", "{\"aim\":\"mine\"}", "{\"aim\":\"theirs\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(b.w.fresh_count == 2);
	for (size_t i = 0; i < b.w.fresh_count; i++) {
		CHECK(b.w.fresh[i].rec.cls == CLASS_RESTRICTED);
		CHECK_STR(
			b.w.fresh[i].readers ? b.w.fresh[i].readers : "-", ME);
	}
	batch_check(&b);
	batch_close(&b);
}

int main(void)
{
	RUN(the_value_chosen_stands_and_the_conflict_says_who_chose_it);
	RUN(what_moved_on_meanwhile_is_looked_at_again);
	RUN(a_conflict_is_settled_once);
	RUN(a_conflict_made_in_the_same_batch_can_be_settled_later);
	RUN(the_value_speaks_of_the_whole_atom_and_of_nothing_else);
	RUN(settling_says_nothing_the_centre_fills_in);
	RUN(a_phase_is_not_settled_past_its_gate);
	RUN(a_reference_is_not_settled_into_another_case);
	RUN(what_is_retracted_is_not_settled_into);
	RUN(beside_what_is_signed_the_value_is_an_addendum);
	RUN(who_knew_it_was_signed_adds_in_one_step);
	RUN(an_addition_is_one_value_under_an_id_of_its_own);
	RUN(of_what_is_not_signed_an_addition_is_an_edit);
	RUN(a_name_settled_brings_its_sound);
	RUN(what_is_disputed_in_the_directory_its_administrators_settle);
	RUN(an_administrator_settles_nothing_of_a_case);
	RUN(who_may_not_write_the_record_does_not_settle_it);
	RUN(a_conflict_out_of_reach_is_not_found);
	RUN(only_a_conflict_is_settled);
	RUN(a_conflict_about_a_record_that_is_not_there_stays_open);
	RUN(a_conflict_is_as_private_as_the_change_makes_or_asks);
	RUN(a_tick_later_in_the_batch_counts_for_what_came_before);
	RUN(a_settled_restricted_conflict_keeps_its_readers);
	RUN(a_conflict_settled_in_a_restricted_record_becomes_so);
	return tap_done();
}
