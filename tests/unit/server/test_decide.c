/*
 * test_decide.c - what becomes of each change of a batch, in a world made by
 * hand: created, merged, signed, retracted, or kept whole for a person.
 */
#include "tests/unit/server/batch.h"

#define NOTE ID("10")
#define TASK ID("11")
#define CREATE_TASK(n, rec)                                                    \
	CHANGE(n, "create", "task", rec, "\"set\":{\"title\":\"t\"}")
#define SET_RESULT(n, rec, was, is)                                            \
	CHANGE(n, "patch", "task", rec,                                        \
		"\"set\":{\"result\":\"" is "\"},\"seen\":{\"result\":" was    \
		"}")

static struct batch b;

static void note(const char *members)
{
	batch_stand(&b, CASE, "service", NOTE,
		arena_printf(b.w.mem,
			"{\"started_at\":\"2026-11-20T09:00:00+08:00\","
			"\"kind\":\"home_visit\",\"status\":\"completed\"%s}",
			members));
}

/* ---- create ---- */

static void a_new_record_is_the_authors_at_the_authors_site(void)
{
	const struct fresh *f;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, CHANGE("01", "create", "task", TASK,
				 "\"set\":{\"title\":\"t\",\"result\":null}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(b.results[0].ver == 1);
	CHECK_STR(batch_body(&b, TASK), "{\"title\":\"t\"}");
	f = batch_fresh(&b, "task", 0);
	CHECK(f && f->rec.state == STATE_LIVE && f->rec.cls == CLASS_CORE);
	CHECK(f && batch_id_is(&f->rec.author, ME));
	CHECK(f && batch_id_is(&f->rec.site, SITE));
	CHECK(f && batch_id_is(&f->rec.case_id, CASE));
	CHECK(f && batch_id_is(&f->unit, CASE));
	CHECK(f && batch_id_is(&f->change, CHG("01")));
	CHECK(f && f->rec.at == b.w.now);
	batch_check(&b);
	batch_close(&b);
}

static void a_record_is_made_once_and_its_change_answered_twice(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, CREATE_TASK("01", TASK) "," CREATE_TASK("01", TASK));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK(b.w.fresh_count == 1 && b.results[1].ver == 1);
	batch_check(&b);
	batch_close(&b);
}

static void an_id_that_is_taken_makes_no_second_record(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"old\"}");
	b.taken[b.w.taken_count++] = batch_id(NOTE);
	batch_decide(&b, CREATE_TASK("01", TASK) "," CREATE_TASK(
				 "02", ID("20")) "," CREATE_TASK("03",
				 ID("20")) "," CREATE_TASK("04", NOTE));
	CHECK_STR(batch_said(&b, 0), "parked id_reuse");
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK_STR(batch_said(&b, 2), "parked id_reuse");
	CHECK_STR(batch_said(&b, 3), "parked id_reuse");
	CHECK_STR(batch_body(&b, TASK), "{\"title\":\"old\"}");
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void the_same_change_id_with_other_content_is_refused(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, CREATE_TASK("01", TASK) "," CREATE_TASK("01", NOTE));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "refused id_reuse");
	CHECK_STR(batch_body(&b, NOTE), "-");
	CHECK(batch_id_is(&b.results[1].rec, NOTE));
	batch_check(&b);
	batch_close(&b);
}

static void a_case_is_made_together_with_what_is_in_it(void)
{
	const struct fresh *f;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, PERSON, "person", PERSON);
	batch_ref(&b, "00000000-0000-0000-0000-000000000000", "site", SITE);
	batch_decide(&b,
		"{\"id\":\"" CHG("01") "\",\"rec\":\"" ID(
			"30") "\",\"type\":\"case\",\"op\":\"create\",\"set\":{"
			      "\"person\":\"" PERSON
			      "\",\"phase\":\"intake\",\"home_site\":\"" SITE
			      "\"}," WHEN "}," IN(ID("30"), "02", "create",
				      "task", ID("31"),
				      "\"set\":{\"title\":\"t\"}") "," IN(ID("3"
									     "0"),
				      "03", "create", "need", ID("32"),
				      "\"set\":{\"domain\":\"medical\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	f = batch_fresh(&b, "case", 0);
	CHECK(f && batch_id_is(&f->unit, ID("30")));
	CHECK(f && batch_id_is(&f->rec.case_id, ID("30")));
	f = batch_fresh(&b, "task", 0);
	CHECK(f && batch_id_is(&f->unit, ID("30")));
	batch_check(&b);
	batch_close(&b);
}

/* Whoever typed the number, and wherever: the same person, the same text. */
static void a_resident_number_is_stored_in_one_form(void)
{
	static const char created[] = "{\"id\":\"" CHG("01") "\",\"rec\":\"" ID(
		"20") "\",\"type\":\"person\",\"op\":\"create\"," WHEN
		      ",\"set\":{\"name\":\"王五\",\"pinyin\":\"wangwu\","
		      "\"id_number\":\"11010519491231002x\"}}";
	static const char patched[] = "{\"id\":\"" CHG(
		"02") "\",\"rec\":\"" PERSON
		      "\",\"type\":\"person\",\"op\":\"patch\"," WHEN
		      ",\"set\":{\"id_number\":\"110105491231002\"},"
		      "\"seen\":{\"id_kind\":\"01\",\"id_number\":null}}";

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, PERSON, 63);
	batch_stand(&b, NULL, "person", PERSON,
		"{\"id_kind\":\"01\",\"name\":\"张三\"}");
	batch_decide(&b, arena_printf(b.w.mem, "%s,%s", created, patched));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK_STR(batch_body(&b, ID("20")),
		"{\"id_number\":\"11010519491231002X\",\"name\":\"王五\","
		"\"pinyin\":\"wangwu\"}");
	CHECK_STR(batch_body(&b, PERSON),
		"{\"id_kind\":\"01\",\"id_number\":\"11010519491231002X\","
		"\"name\":\"张三\"}");
	batch_check(&b);
	batch_close(&b);
}

static void a_record_in_a_case_out_of_reach_is_not_found(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, IN(OTHER, "01", "create", "task", ID("20"),
				 "\"set\":{\"title\":\"t\"}") "," IN(OTHER,
				 "02", "create", "need", ID("21"),
				 "\"set\":{\"domain\":\"medical\"}"));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	CHECK_STR(batch_said(&b, 1), "parked not_found");
	batch_close(&b);
	/* Nor does the case's own record lying in the batch open it. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, NULL, "case", OTHER,
		"{\"phase\":\"intake\",\"person\":\"" PERSON
		"\",\"home_site\":\"" SITE "\"}");
	batch_decide(&b, IN(OTHER, "01", "create", "task", ID("20"),
				 "\"set\":{\"title\":\"t\"}"));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	CHECK(b.w.fresh_count == 0);
	/* A consent that covers core alone: tasks yes, notes no. */
	batch_close(&b);
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, OTHER, CLASS_CORE);
	batch_decide(&b,
		IN(OTHER, "01", "create", "task", ID("20"),
			"\"set\":{\"title\":\"t\"}") "," IN(OTHER, "02",
			"create", "plan", ID("21"), "\"set\":{\"version\":1}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked not_found");
	batch_check(&b);
	batch_close(&b);
}

static void a_role_without_the_verb_is_told_so_and_its_neighbours_go_on(void)
{
	batch_open(&b, ROLE_NURSE);
	batch_decide(
		&b, CREATE_TASK("01", TASK) "," CHANGE("02", "create", "plan",
			    ID("20"), "\"set\":{}") "," CHANGE("03", "create",
			    "conflict", ID("21"),
			    "\"set\":{}") "," CREATE_TASK("04", ID("22")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked forbidden");
	CHECK_STR(batch_said(&b, 2), "parked forbidden");
	CHECK_STR(batch_said(&b, 3), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void a_bad_body_is_parked_by_field_and_its_neighbours_go_on(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b,
		CHANGE("01", "create", "task", ID("20"),
			"\"set\":{}") "," CHANGE("02", "create", "task",
			ID("21"),
			"\"set\":{\"title\":\"t\",\"due\":\"2026-02-30\"}") "," CHANGE("03",
			"create", "spell", ID("22"),
			"\"set\":{}") "," CHANGE("04", "create", "task",
			ID("23"),
			"\"set\":{\"title\":\"t\",\"colour\":1}") "," CREATE_TASK("05",
			TASK));
	CHECK_STR(batch_said(&b, 0), "parked missing");
	CHECK_STR(b.results[0].why.field, "title");
	CHECK_STR(batch_said(&b, 1), "parked bad_date");
	CHECK_STR(b.results[1].why.field, "due");
	CHECK_STR(batch_said(&b, 2), "parked unknown_type");
	CHECK_STR(batch_said(&b, 3), "parked unknown_field");
	CHECK_STR(b.results[3].why.field, "colour");
	CHECK_STR(batch_said(&b, 4), "applied");
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void a_change_without_an_id_cannot_even_be_kept(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, "{\"rec\":\"" TASK "\"},7," CREATE_TASK("01", TASK));
	CHECK_STR(batch_said(&b, 0), "refused missing");
	CHECK_STR(batch_said(&b, 1), "refused bad_kind");
	CHECK_STR(batch_said(&b, 2), "applied");
	batch_close(&b);
}

/* ---- patch ---- */

static void a_chain_of_patches_in_one_batch_builds_on_itself(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	batch_decide(&b,
		SET_RESULT("01", TASK, "null", "a") "," SET_RESULT("02", TASK,
			"\"a\"", "b") "," SET_RESULT("03", TASK, "\"b\"", "c"));
	for (size_t i = 0; i < 3; i++) {
		CHECK_STR(batch_said(&b, i), "applied");
		CHECK(b.results[i].ver == 4 + (int64_t)i);
	}
	CHECK_STR(batch_body(&b, TASK), "{\"result\":\"c\",\"title\":\"t\"}");
	CHECK(b.w.fresh_count == 3);
	batch_check(&b);
	batch_close(&b);
}

static void what_is_already_so_is_noted_and_makes_no_version(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(
		&b, CASE, "task", TASK, "{\"title\":\"t\",\"result\":\"a\"}");
	batch_decide(&b, SET_RESULT("01", TASK, "null", "a") "," CHANGE(
				 "02", "patch", "task", TASK, "\"set\":{}"));
	CHECK_STR(batch_said(&b, 0), "noted");
	CHECK_STR(batch_said(&b, 1), "noted");
	CHECK(b.results[0].ver == 3 && b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void what_was_not_seen_stands_and_what_lost_is_kept(void)
{
	const struct fresh *f;
	const json_t *k;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"result\":\"theirs\"}");
	batch_decide(
		&b, CHANGE("01", "patch", "task", TASK,
			    "\"set\":{\"result\":\"mine\",\"title\":\"new\"},"
			    "\"seen\":{\"result\":null,\"title\":\"t\"}"));
	CHECK_STR(batch_said(&b, 0), "conflict");
	CHECK_STR(batch_body(&b, TASK),
		"{\"result\":\"theirs\",\"title\":\"new\"}");
	f = batch_fresh(&b, "conflict", 0);
	CHECK(f && uuid_cmp(&f->rec.id, &b.results[0].conflict) == 0);
	CHECK(f && batch_id_is(&f->unit, CASE));
	k = f ? batch_json(&b, f->rec.body.p) : NULL;
	CHECK_STR(json_str(k, "record"), TASK);
	CHECK_STR(json_str(k, "record_type"), "task");
	CHECK_STR(json_str(k, "change"), CHG("01"));
	CHECK_STR(json_str(k, "mine_by"), ME);
	CHECK_STR(json_str(k, "theirs_by"), SOMEBODY);
	CHECK_STR(json_str(json_object_get(k, "mine"), "result"), "mine");
	CHECK_STR(json_str(json_object_get(k, "theirs"), "result"), "theirs");
	CHECK(json_is_null(
		json_object_get(json_object_get(k, "seen"), "result")));
	CHECK(json_is_false(json_object_get(k, "settled")));
	batch_check(&b);
	batch_close(&b);
}

static void two_disputed_atoms_are_two_conflicts(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(
		&b, CASE, "task", TASK, "{\"title\":\"A\",\"result\":\"B\"}");
	batch_decide(
		&b, CHANGE("01", "patch", "task", TASK,
			    "\"set\":{\"result\":\"y\",\"title\":\"x\"},"
			    "\"seen\":{\"result\":\"b\",\"title\":\"a\"}"));
	CHECK_STR(batch_said(&b, 0), "conflict");
	CHECK(batch_fresh(&b, "conflict", 1) != NULL);
	CHECK(b.w.fresh_count == 2);
	batch_check(&b);
	batch_close(&b);
}

static void a_merge_that_breaks_the_record_is_kept_whole(void)
{
	/* Each date fits what its author saw; together they do not. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "member", ID("20"),
		"{\"name\":\"n\",\"from\":\"2026-06-01\"}");
	batch_decide(
		&b, CHANGE("01", "patch", "member", ID("20"),
			    "\"set\":{\"to\":\"2026-03-01\"},"
			    "\"seen\":{\"from\":\"2026-06-01\",\"to\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked out_of_range");
	CHECK(batch_ver(&b, ID("20")) == 3);
	batch_check(&b);
	batch_close(&b);
}

static void what_was_written_may_only_be_added_to(void)
{
	static const struct {
		const char *more;
		const char *said;
	} rows[] = {
		{"\"set\":{\"process\":\"one\\ntwo\"},"
		 "\"seen\":{\"process\":\"one\"}",             "applied"         },
		{"\"set\":{\"process\":\"One\\ntwo\"},"
		 "\"seen\":{\"process\":\"one\"}",             "parked bad_input"},
		{"\"set\":{\"process\":\"on\"},\"seen\":{\"process\":\"one\"}",
                 "parked bad_input"							       },
		{"\"unset\":[\"process\"],\"seen\":{\"process\":\"one\"}",
                 "parked bad_input"							       },
 /* An addition to what has been added to meanwhile. */
		{"\"set\":{\"process\":\"on the way\"},"
		 "\"seen\":{\"process\":\"on\"}",              "applied"         },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		note(",\"process\":\"one\"");
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("01", "patch", "service", NOTE, "%s"),
				rows[i].more));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		if (b.results[0].status == CHANGE_PARKED)
			CHECK_STR(b.results[0].why.field, "process");
		batch_check(&b);
		batch_close(&b);
	}
}

static void fields_of_a_newer_program_survive_an_older_one(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"newer\":{\"a\":[1,2]}}");
	batch_decide(&b, SET_RESULT("01", TASK, "null", "r"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_body(&b, TASK),
		"{\"newer\":{\"a\":[1,2]},\"result\":\"r\",\"title\":\"t\"}");
	batch_check(&b);
	batch_close(&b);
}

static void a_patch_of_what_is_not_there_not_so_or_not_ours_is_kept(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	batch_stand(&b, OTHER, "task", ID("20"), "{\"title\":\"t\"}");
	batch_see(&b, OTHER, CLASS_ALL_SHARED);
	batch_decide(&b,
		SET_RESULT("01", ID("99"), "null", "r") "," CHANGE("02",
			"patch", "need", TASK,
			"\"set\":{\"severity\":1},\"seen\":{}") "," SET_RESULT("03",
			ID("20"), "null",
			"r") "," CHANGE("04", "patch", "task", TASK,
			"\"set\":{\"settled\":true},\"seen\":{}") "," CHANGE("0"
									     "5",
			"patch", "task", TASK,
			"\"set\":{\"due\":\"soon\"},\"seen\":{\"due\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	CHECK_STR(batch_said(&b, 1), "parked bad_input");
	CHECK_STR(b.results[1].why.field, "type");
	CHECK_STR(batch_said(&b, 2), "parked wrong_case");
	CHECK_STR(batch_said(&b, 3), "parked unknown_field");
	CHECK_STR(batch_said(&b, 4), "parked bad_date");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

/* ---- sign and retract ---- */

/* The hash of a record's body as it stands. */
static const char *sha_of(const char *rec)
{
	struct uuid id = batch_id(rec);
	char *hex = arena_alloc(b.w.mem, SHA256_HEX);

	return hex_format(world_find(&b.w, &id)->now.sha.b, SHA256_LEN, hex);
}

static const char *sign(const char *n, const char *sha)
{
	return arena_printf(b.w.mem,
		"{\"id\":\"0192f5a0-0000-7000-8000-0000000001%s\",\"rec\":"
		"\"" NOTE "\",\"type\":\"service\",\"case\":\"" CASE
		"\",\"op\":\"sign\",\"sha\":\"%s\"," WHEN "}",
		n, sha);
}

static void signing_keeps_the_bytes_and_ends_editing(void)
{
	const struct fresh *kept;
	const char *sha;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	note(",\"aim\":\"x\"");
	batch_set_author(b.w.entries[0], ME);
	sha = sha_of(NOTE);
	batch_decide(&b, arena_printf(b.w.mem, "%s,%s,%s,%s", sign("01", sha),
				 sign("02", sha),
				 CHANGE("03", "patch", "service", NOTE,
					 "\"set\":{\"aim\":\"y\"},"
					 "\"seen\":{\"aim\":\"x\"}"),
				 CHANGE("04", "patch", "service", NOTE,
					 "\"set\":{\"aim\":\"x\"},"
					 "\"seen\":{\"aim\":\"w\"}")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(b.results[0].ver == 4);
	CHECK_STR(batch_said(&b, 1), "noted");
	/* What comes too late is kept for a person, beside the record. */
	CHECK_STR(batch_said(&b, 2), "conflict");
	kept = batch_fresh(&b, "conflict", 0);
	CHECK(kept && strstr(kept->rec.body.p, "\"signed\":true"));
	CHECK_STR(batch_said(&b, 3), "noted");
	CHECK(b.w.fresh_count == 2 && b.w.fresh[0].rec.state == STATE_SIGNED);
	CHECK(batch_ver(&b, NOTE) == 4);
	CHECK(sha256_equal(&b.w.fresh[0].rec.sha, &b.w.entries[0]->stored.sha));
	batch_check(&b);
	batch_close(&b);
}

static void only_what_was_seen_is_signed(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	note("");
	batch_set_author(b.w.entries[0], ME);
	batch_decide(&b, arena_printf(b.w.mem, "%s,%s",
				 CHANGE("01", "patch", "service", NOTE,
					 "\"set\":{\"aim\":\"y\"},"
					 "\"seen\":{\"aim\":null}"),
				 sign("02", sha_of(NOTE))));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked sign_stale");
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void a_note_of_somebody_else_is_not_signed(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	note("");
	batch_decide(&b, sign("01", sha_of(NOTE)));
	CHECK_STR(batch_said(&b, 0), "parked forbidden");
	CHECK(b.w.fresh_count == 0);
	batch_close(&b);
	batch_open(&b, ROLE_SUPERVISOR); /* who may sign for others */
	note("");
	batch_decide(&b, sign("01", sha_of(NOTE)));
	CHECK_STR(batch_said(&b, 0), "applied");
	batch_check(&b);
	batch_close(&b);
}

/* Only what was allowed is written, and what was not takes no leave from it. */
static void a_forbidden_change_leaves_the_one_before_it_alone(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	note("");
	batch_decide(&b, CHANGE("01", "patch", "service", NOTE,
				 "\"set\":{\"aim\":\"x\"},\"seen\":{"
				 "\"aim\":null}") "," CHANGE("02", "sign",
				 "service", NOTE,
				 "\"sha\":\"00000000000000000000000000000000"
				 "00000000000000000000000000000000\""));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked forbidden");
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void what_is_never_signed_is_not_signed(void)
{
	batch_open(&b, ROLE_SUPERVISOR);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	batch_decide(&b,
		arena_printf(b.w.mem,
			CHANGE("01", "sign", "task", TASK, "\"sha\":\"%s\""),
			sha_of(TASK)));
	CHECK(b.results[0].status == CHANGE_PARKED);
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void retracting_keeps_the_content_and_the_reason(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	note(",\"aim\":\"x\"");
	batch_set_author(b.w.entries[0], ME);
	batch_set_state(b.w.entries[0], STATE_SIGNED);
	batch_decide(&b,
		CHANGE("01", "retract", "service", NOTE,
			"\"reason\":\"wrong client\"") "," CHANGE("02",
			"retract", "service", NOTE,
			"\"reason\":\"again\"") "," CHANGE("03", "patch",
			"service", NOTE,
			"\"set\":{\"aim\":\"y\"},\"seen\":{\"aim\":\"x\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "noted");
	CHECK_STR(batch_said(&b, 2), "parked retracted");
	CHECK(b.w.fresh_count == 1);
	CHECK(b.w.fresh[0].rec.state == STATE_RETRACTED);
	CHECK_STR(b.w.fresh[0].rec.reason, "wrong client");
	CHECK(sha256_equal(&b.w.fresh[0].rec.sha, &b.w.entries[0]->stored.sha));
	batch_check(&b);
	batch_close(&b);
}

static void nobody_retracts_the_work_of_somebody_else(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	note("");
	batch_decide(&b,
		CHANGE("01", "retract", "service", NOTE, "\"reason\":\"r\""));
	CHECK_STR(batch_said(&b, 0), "parked forbidden");
	batch_check(&b);
	batch_close(&b);
}

/* ---- restricted records ---- */

static void a_restricted_record_is_there_for_author_and_readers_only(void)
{
	static const struct {
		const char *author;
		const char *reader;
		const char *said;
	} rows[] = {
		{ME,       SOMEBODY, "applied"         },
		{SOMEBODY, ME,       "applied"         },
		{SOMEBODY, OTHER,    "parked not_found"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uuid reader = batch_id(rows[i].reader);
		struct entry *x;

		batch_open(&b, ROLE_SOCIAL_WORKER);
		note(",\"restricted\":true");
		x = b.w.entries[0];
		batch_set_author(x, rows[i].author);
		x->readers = &reader;
		x->reader_count = 1;
		batch_decide(&b, CHANGE("01", "patch", "service", NOTE,
					 "\"set\":{\"aim\":\"y\"},"
					 "\"seen\":{\"aim\":null}"));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		batch_check(&b);
		batch_close(&b);
	}
}

static void a_record_made_restricted_names_its_readers_to_the_second_wall(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(
		&b, "00000000-0000-0000-0000-000000000000", "staff", SOMEBODY);
	batch_decide(&b,
		CHANGE("01", "create", "service", NOTE,
			"\"set\":{\"started_at\":\"2026-11-20T09:00:00Z\","
			"\"kind\":\"home_visit\",\"status\":\"completed\","
			"\"restricted\":true,\"readers\":[\"" SOMEBODY "\"]}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(b.w.fresh[0].rec.cls == CLASS_RESTRICTED);
	CHECK_STR(b.w.fresh[0].readers, SOMEBODY);
	batch_check(&b);
	batch_close(&b);
}

/* The loser's value must be seen by exactly those who see the record. */
static void a_conflict_about_a_restricted_record_has_the_same_audience(void)
{
	struct uuid reader = batch_id(ME);
	const struct fresh *f;
	struct entry *x;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	note(",\"restricted\":true,\"aim\":\"theirs\",\"readers\":[\"" ME
	     "\"]");
	x = b.w.entries[0];
	x->readers = &reader;
	x->reader_count = 1;
	batch_decide(&b,
		CHANGE("01", "patch", "service", NOTE,
			"\"set\":{\"aim\":\"mine\"},\"seen\":{\"aim\":null}"));
	CHECK_STR(batch_said(&b, 0), "conflict");
	f = batch_fresh(&b, "conflict", 0);
	CHECK(f && f->rec.cls == CLASS_RESTRICTED);
	CHECK(f && batch_id_is(&f->rec.author, SOMEBODY));
	CHECK_STR(f && f->readers ? f->readers : "-", ME);
	batch_check(&b);
	batch_close(&b);
}

/* ---- results that are remembered, and order ---- */

static void known(const char *n, const char *change, const char *result)
{
	struct known *k = &b.known[b.w.known_count++];
	struct change c;

	change_decode(b.catalogue, batch_json(&b, change), b.w.mem, &c);
	k->id = batch_id(n);
	k->payload = c.payload;
	k->csn = 77;
	k->result = result;
}

static void a_change_decided_before_gets_the_same_answer_again(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	known(CHG("01"), CREATE_TASK("01", TASK),
		"{\"id\":\"" CHG("01") "\",\"rec\":\"" TASK
				       "\",\"status\":\"applied\",\"ver\":1}");
	known(CHG("02"), CREATE_TASK("02", NOTE),
		"{\"id\":\"" CHG(
			"02") "\",\"rec\":\"" NOTE
			      "\",\"status\":\"parked\",\"code\":\"missing\","
			      "\"field\":\"aim\",\"accepts\":\"text\"}");
	batch_decide(&b, CREATE_TASK("01", TASK) "," CREATE_TASK(
				 "02", NOTE) "," CREATE_TASK("03", ID("20")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(b.results[0].ver == 1 && b.results[0].csn == 77);
	CHECK_STR(batch_said(&b, 1), "parked missing");
	CHECK_STR(b.results[1].why.field, "aim");
	CHECK_STR(batch_said(&b, 2), "applied");
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void a_known_id_with_other_content_is_refused(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	known(CHG("01"), CREATE_TASK("01", NOTE),
		"{\"id\":\"" CHG("01") "\",\"rec\":\"" NOTE
				       "\",\"status\":\"applied\",\"ver\":1}");
	batch_decide(&b, CREATE_TASK("01", TASK));
	CHECK_STR(batch_said(&b, 0), "refused id_reuse");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void a_change_waits_for_the_one_it_comes_after(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	known(CHG("09"), CREATE_TASK("09", ID("20")),
		"{\"id\":\"" CHG("09") "\",\"status\":\"parked\","
				       "\"code\":\"missing\"}");
#define AFTER(n, rec, after)                                                   \
	CHANGE(n, "patch", "task", rec,                                        \
		"\"after\":\"" CHG(after) "\",\"set\":{\"result\":\"r\"},"     \
					  "\"seen\":{\"result\":null}")
	batch_decide(&b,
		AFTER("01", TASK, "08") "," AFTER("02", TASK, "01") "," AFTER(
			"03", TASK, "04") "," AFTER("04", TASK,
			"09") "," AFTER("05", TASK, "04"));
	CHECK_STR(batch_said(&b, 0), "deferred predecessor");
	CHECK_STR(b.results[0].why.field, "after");
	CHECK_STR(batch_said(&b, 1), "deferred predecessor");
	CHECK_STR(batch_said(&b, 2), "deferred predecessor");
	/* A predecessor that was parked has come: nothing more will. */
	CHECK_STR(batch_said(&b, 3), "applied");
	CHECK_STR(batch_said(&b, 4), "noted");
	batch_check(&b);
	batch_close(&b);
}

int main(void)
{
	RUN(a_new_record_is_the_authors_at_the_authors_site);
	RUN(a_record_is_made_once_and_its_change_answered_twice);
	RUN(an_id_that_is_taken_makes_no_second_record);
	RUN(the_same_change_id_with_other_content_is_refused);
	RUN(a_case_is_made_together_with_what_is_in_it);
	RUN(a_resident_number_is_stored_in_one_form);
	RUN(a_record_in_a_case_out_of_reach_is_not_found);
	RUN(a_role_without_the_verb_is_told_so_and_its_neighbours_go_on);
	RUN(a_bad_body_is_parked_by_field_and_its_neighbours_go_on);
	RUN(a_change_without_an_id_cannot_even_be_kept);
	RUN(a_chain_of_patches_in_one_batch_builds_on_itself);
	RUN(what_is_already_so_is_noted_and_makes_no_version);
	RUN(what_was_not_seen_stands_and_what_lost_is_kept);
	RUN(two_disputed_atoms_are_two_conflicts);
	RUN(a_merge_that_breaks_the_record_is_kept_whole);
	RUN(what_was_written_may_only_be_added_to);
	RUN(fields_of_a_newer_program_survive_an_older_one);
	RUN(a_patch_of_what_is_not_there_not_so_or_not_ours_is_kept);
	RUN(signing_keeps_the_bytes_and_ends_editing);
	RUN(only_what_was_seen_is_signed);
	RUN(a_note_of_somebody_else_is_not_signed);
	RUN(a_forbidden_change_leaves_the_one_before_it_alone);
	RUN(what_is_never_signed_is_not_signed);
	RUN(retracting_keeps_the_content_and_the_reason);
	RUN(nobody_retracts_the_work_of_somebody_else);
	RUN(a_restricted_record_is_there_for_author_and_readers_only);
	RUN(a_record_made_restricted_names_its_readers_to_the_second_wall);
	RUN(a_conflict_about_a_restricted_record_has_the_same_audience);
	RUN(a_change_decided_before_gets_the_same_answer_again);
	RUN(a_known_id_with_other_content_is_refused);
	RUN(a_change_waits_for_the_one_it_comes_after);
	return tap_done();
}
