/*
 * test_group.c - changes of one group apply together or not at all, and leave
 * nothing behind when they do not: no version, no fact, no reader.
 */
#include "tests/unit/server/batch.h"

#define TASK ID("11")
#define NOTE ID("10")
#define GOOD(tx, n, rec)                                                       \
	MEMBER(tx, n, "create", "task", rec, "\"set\":{\"title\":\"t\"}")
#define BAD(tx, n, rec) MEMBER(tx, n, "create", "task", rec, "\"set\":{}")
#define ALONE(n, rec)                                                          \
	CHANGE(n, "create", "task", rec, "\"set\":{\"title\":\"t\"}")

static struct batch b;

static void a_group_that_stands_applies_whole(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, GOOD("01", "01", ID("20")) "," GOOD("01", "02",
				 ID("21")) "," GOOD("02", "03", ID("22")));
	for (size_t i = 0; i < 3; i++)
		CHECK_STR(batch_said(&b, i), "applied");
	CHECK(b.w.fresh_count == 3);
	batch_check(&b);
	batch_close(&b);
}

static void one_bad_member_fells_its_group_and_nobody_else(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b,
		ALONE("01", ID("20")) "," GOOD("01", "02", ID("21")) "," BAD(
			"01", "03", ID("22")) "," GOOD("01", "04",
			ID("23")) "," GOOD("02", "05", ID("24")) "," ALONE("06",
			ID("25")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked tx_failed");
	/* The culprit keeps its own reason. */
	CHECK_STR(batch_said(&b, 2), "parked missing");
	CHECK_STR(batch_said(&b, 3), "parked tx_failed");
	CHECK_STR(batch_said(&b, 4), "applied");
	CHECK_STR(batch_said(&b, 5), "applied");
	CHECK(b.w.fresh_count == 3);
	CHECK_STR(batch_body(&b, ID("21")), "-");
	CHECK(b.results[1].ver == 0 && b.results[3].ver == 0);
	batch_check(&b);
	batch_close(&b);
}

static void the_first_and_the_last_member_can_be_the_bad_one(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, BAD("01", "01", ID("20")) "," GOOD(
				 "01", "02", ID("21")) "," GOOD("02", "03",
				 ID("22")) "," BAD("02", "04", ID("23")));
	CHECK_STR(batch_said(&b, 0), "parked missing");
	CHECK_STR(batch_said(&b, 1), "parked tx_failed");
	CHECK_STR(batch_said(&b, 2), "parked tx_failed");
	CHECK_STR(batch_said(&b, 3), "parked missing");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void a_member_that_waits_makes_its_group_wait(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(
		&b, GOOD("01", "01", ID("20")) "," MEMBER("01", "02", "create",
			    "task", ID("21"),
			    "\"set\":{\"title\":\"t\",\"parent\":\"" ID(
				    "99") "\"}") "," BAD("01", "03", ID("22")));
	for (size_t i = 0; i < 3; i++)
		CHECK_STR(batch_said(&b, i), "deferred predecessor");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void a_member_in_conflict_fells_its_group_conflict_and_all(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"result\":\"theirs\"}");
	batch_decide(&b, GOOD("01", "01", ID("20")) "," MEMBER("01", "02",
				 "patch", "task", TASK,
				 "\"set\":{\"result\":\"mine\"},"
				 "\"seen\":{\"result\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK_STR(batch_said(&b, 1), "parked tx_failed");
	CHECK(b.w.fresh_count == 0 && batch_ver(&b, TASK) == 3);
	batch_check(&b);
	batch_close(&b);
	/* Alone in its group it is a conflict like any other. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"result\":\"theirs\"}");
	batch_decide(&b, MEMBER("01", "02", "patch", "task", TASK,
				 "\"set\":{\"result\":\"mine\"},"
				 "\"seen\":{\"result\":null}"));
	CHECK_STR(batch_said(&b, 0), "conflict");
	batch_check(&b);
	batch_close(&b);
}

static void a_misshapen_member_fells_its_group(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(
		&b, GOOD("01", "01",
			    ID("20")) ","
				      "{\"id\":\"" CHG(
					      "02") "\",\"rec\":7,\"tx\":"
						    "\"" TX("01") "\"},{"
								  "\"tx\":"
								  "\"" TX("01") "\"}," GOOD(
									  "01",
									  "03",
									  ID("2"
									     "1")));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK_STR(batch_said(&b, 1), "parked bad_kind");
	CHECK_STR(batch_said(&b, 2), "refused missing");
	CHECK_STR(batch_said(&b, 3), "parked tx_failed");
	CHECK(b.w.fresh_count == 0);
	batch_close(&b);
}

static void a_group_torn_apart_is_not_taken_in_part(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, GOOD("01", "01", ID("20")) "," ALONE(
				 "02", ID("21")) "," BAD("01", "03", ID("22")));
	CHECK(b.results[0].status == CHANGE_PARKED);
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK(b.results[2].status == CHANGE_PARKED);
	CHECK(b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void records_go_back_to_what_they_were(void)
{
	struct entry *x;
	char *before;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	x = batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	batch_decide(&b, CHANGE("01", "patch", "task", TASK,
				 "\"set\":{\"result\":\"1\"},"
				 "\"seen\":{\"result\":null}") "," MEMBER("01",
				 "02", "patch", "task", TASK,
				 "\"set\":{\"result\":\"2\"},"
				 "\"seen\":{\"result\":\"1\"}") "," MEMBER("01",
				 "03", "retract", "task", TASK,
				 "\"reason\":\"r\"") "," CHANGE("04", "patch",
				 "task", TASK,
				 "\"set\":{\"result\":\"3\"},"
				 "\"seen\":{\"result\":\"1\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked tx_failed");
	CHECK_STR(batch_said(&b, 2), "parked forbidden");
	CHECK_STR(batch_said(&b, 3), "applied");
	CHECK(x->now.ver == 5 && b.w.fresh_count == 2);
	before = arena_strdup(b.w.mem, x->now.body.p);
	CHECK_STR(before, "{\"result\":\"3\",\"title\":\"t\"}");
	batch_check(&b);
	batch_close(&b);
}

static void the_version_before_a_failed_group_is_the_newest_again(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK, "{\"title\":\"t\"}");
	batch_decide(&b, CHANGE("01", "patch", "task", TASK,
				 "\"set\":{\"result\":\"1\"},"
				 "\"seen\":{\"result\":null}") "," MEMBER("01",
				 "02", "patch", "task", TASK,
				 "\"set\":{\"result\":\"2\"},"
				 "\"seen\":{\"result\":\"1\"}") "," BAD("01",
				 "03", ID("20")));
	CHECK(b.w.fresh_count == 1 && !b.w.fresh[0].old);
	CHECK_STR(batch_body(&b, TASK), "{\"result\":\"1\",\"title\":\"t\"}");
	batch_check(&b);
	batch_close(&b);
}

static void a_record_of_a_failed_group_can_be_made_afterwards(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, GOOD("01", "01", ID("20")) "," BAD("01", "02",
				 ID("21")) "," ALONE("03", ID("20")));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK_STR(batch_said(&b, 2), "applied");
	CHECK(batch_ver(&b, ID("20")) == 1 && b.w.fresh_count == 1);
	batch_check(&b);
	batch_close(&b);
}

static void nothing_refers_to_a_record_that_was_taken_back(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b,
		GOOD("01", "01", ID("20")) "," BAD("01", "02",
			ID("21")) "," CHANGE("03", "create", "task", ID("22"),
			"\"set\":{\"title\":\"t\",\"parent\":\"" ID(
				"20") "\"}") "," CHANGE("04", "patch", "task",
			ID("20"),
			"\"set\":{\"result\":\"r\"},"
			"\"seen\":{\"result\":null}"));
	CHECK_STR(batch_said(&b, 2), "deferred predecessor");
	CHECK_STR(batch_said(&b, 3), "parked not_found");
	batch_check(&b);
	batch_close(&b);
}

static void readers_taken_back_can_read_again(void)
{
	struct uuid me = batch_id(ME);
	struct entry *x;

	/* I may read the note because its author named me, and may say that I
	 * no longer do. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	x = batch_stand(&b, CASE, "service", NOTE,
		"{\"started_at\":\"2026-11-20T09:00:00+08:00\","
		"\"kind\":\"home_visit\",\"status\":\"completed\","
		"\"restricted\":true,\"readers\":[\"" ME "\"]}");
	x->readers = &me;
	x->reader_count = 1;
	batch_decide(&b,
		MEMBER("01", "01", "patch", "service", NOTE,
			"\"unset\":[\"readers\"],"
			"\"seen\":{\"readers\":[\"" ME
			"\"]}") "," BAD("01", "02", ID("20")) "," CHANGE("03",
			"patch", "service", NOTE,
			"\"set\":{\"aim\":\"a\"},\"seen\":{\"aim\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK_STR(batch_said(&b, 2), "applied");
	CHECK(b.w.fresh_count == 1);
	CHECK_STR(b.w.fresh[0].readers ? b.w.fresh[0].readers : "-", ME);
	batch_check(&b);
	batch_close(&b);
}

static void facts_of_a_failed_group_open_no_gate(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, NULL, "case", CASE,
		"{\"phase\":\"intake\",\"person\":\"" PERSON
		"\",\"home_site\":\"" SITE "\"}");
	batch_facts(&b, CASE);
	batch_decide(&b,
		MEMBER("01", "01", "create", "consent", ID("20"),
			"\"set\":{\"purpose\":\"care\"}") "," MEMBER("01", "02",
			"patch", "case", CASE,
			"\"set\":{\"phase\":\"assessment\"},"
			"\"seen\":{\"phase\":\"intake\"}") "," BAD("01", "03",
			ID("21")) "," CHANGE("04", "patch", "case", CASE,
			"\"set\":{\"phase\":\"assessment\"},"
			"\"seen\":{\"phase\":\"intake\"}"));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK_STR(batch_said(&b, 1), "parked tx_failed");
	CHECK_STR(batch_said(&b, 3), "parked gate");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void a_group_sent_again_gets_its_answers_again(void)
{
	struct known *k;
	struct change c;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	for (size_t i = 0; i < 2; i++) {
		change_decode(b.catalogue,
			batch_json(&b, i ? BAD("01", "02", ID("21"))
					 : GOOD("01", "01", ID("20"))),
			b.w.mem, &c);
		k = &b.known[b.w.known_count++];
		k->id = c.id;
		k->payload = c.payload;
		k->csn = 5;
		k->result =
			i ? "{\"id\":\"" CHG(
				    "02") "\",\"status\":"
					  "\"parked\",\"code\":\"missing\"}"
			  : "{\"id\":\"" CHG(
				    "01") "\",\"status\":"
					  "\"parked\",\"code\":\"tx_failed\"}";
	}
	batch_decide(
		&b, GOOD("01", "01", ID("20")) "," BAD("01", "02", ID("21")));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK_STR(batch_said(&b, 1), "parked missing");
	CHECK(b.results[0].csn == 5 && b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

int main(void)
{
	RUN(a_group_that_stands_applies_whole);
	RUN(one_bad_member_fells_its_group_and_nobody_else);
	RUN(the_first_and_the_last_member_can_be_the_bad_one);
	RUN(a_member_that_waits_makes_its_group_wait);
	RUN(a_member_in_conflict_fells_its_group_conflict_and_all);
	RUN(a_misshapen_member_fells_its_group);
	RUN(a_group_torn_apart_is_not_taken_in_part);
	RUN(records_go_back_to_what_they_were);
	RUN(the_version_before_a_failed_group_is_the_newest_again);
	RUN(a_record_of_a_failed_group_can_be_made_afterwards);
	RUN(nothing_refers_to_a_record_that_was_taken_back);
	RUN(readers_taken_back_can_read_again);
	RUN(facts_of_a_failed_group_open_no_gate);
	RUN(a_group_sent_again_gets_its_answers_again);
	return tap_done();
}
