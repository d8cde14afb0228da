/*
 * test_refs.c - what a body may name: records that exist, of the right type, in
 * the same case, and never in a circle.
 */
#include "tests/unit/server/batch.h"

#define TASK    ID("11")
#define GOAL    ID("12")
#define NO_UNIT "00000000-0000-0000-0000-000000000000"
#define PARENT(n, rec, parent)                                                 \
	CHANGE(n, "patch", "task", rec,                                        \
		"\"set\":{\"parent\":\"" parent                                \
		"\"},\"seen\":{\"parent\":null}")

static struct batch b;

/* ---- references ---- */

static const char *name_in_service(const char *field, const char *id)
{
	return arena_printf(b.w.mem,
		"{\"id\":\"" CHG("01") "\",\"rec\":\"" ID(
			"20") "\",\"type\":\"service\",\"case\":\"" CASE
			      "\",\"op\":\"create\"," WHEN
			      ",\"set\":{\"started_at\":"
			      "\"2026-11-20T09:00:00Z\",\"kind\":\"home_"
			      "visit\","
			      "\"status\":\"completed\",\"%s\":\"%s\"}}",
		field, id);
}

static void a_reference_names_a_record_of_the_right_type_in_the_same_case(void)
{
	static const struct {
		const char *unit;
		const char *type;
		const char *said;
	} rows[] = {
		{CASE,    "goal",  "applied"             },
		{OTHER,   "goal",  "parked wrong_case"   },
		{CASE,    "task",  "parked bad_input"    },
		{NO_UNIT, "staff", "parked bad_input"    },
		{NULL,    NULL,    "deferred predecessor"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		if (rows[i].type)
			batch_ref(&b, rows[i].unit, rows[i].type, GOAL);
		batch_decide(&b, name_in_service("goal", GOAL));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		if (b.results[0].status >= CHANGE_PARKED)
			CHECK_STR(b.results[0].why.field, "goal");
		batch_check(&b);
		batch_close(&b);
	}
}

/* Two take and give different elements of a set at the same time. The change
 * does not name those that are there already, so nothing was loaded of them. */
static void elements_others_put_into_a_set_need_not_be_named_again(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "consent", ID("20"),
		"{\"purpose\":\"sharing\",\"sites\":[\"" ID("31") "\",\"" ID(
			"32") "\",\"" ID("33") "\"]}");
	batch_ref(&b, NO_UNIT, "site", ID("31"));
	batch_decide(&b,
		CHANGE("01", "patch", "consent", ID("20"),
			"\"set\":{\"sites\":[\"" ID(
				"31") "\"]},\"seen\":{\"sites\":["
				      "\"" ID("31") "\",\"" ID("32") "\"]}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_body(&b, ID("20")),
		"{\"purpose\":\"sharing\",\"sites\":[\"" ID("31") "\",\"" ID(
			"33") "\"]}");
	batch_check(&b);
	batch_close(&b);
}

static void a_person_or_the_directory_is_named_from_every_case(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, PERSON, "person", PERSON);
	batch_ref(&b, NO_UNIT, "staff", SOMEBODY);
	batch_ref(&b, NO_UNIT, "site", SITE);
	batch_decide(
		&b, CHANGE("01", "create", "relation", ID("20"),
			    "\"set\":{\"subject\":\"" PERSON
			    "\",\"kind\":\"51\"}") "," CHANGE("02", "create",
			    "task", ID("21"),
			    "\"set\":{\"title\":\"t\",\"assignee\":\"" SOMEBODY
			    "\",\"site\":\"" SITE "\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void a_set_of_references_is_checked_element_by_element(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, NO_UNIT, "site", SITE);
	batch_ref(&b, PERSON, "person", PERSON);
	batch_decide(
		&b, CHANGE("01", "create", "consent", ID("20"),
			    "\"set\":{\"purpose\":\"care\",\"sites\":[\"" SITE
			    "\",\"" PERSON "\"]}") "," CHANGE("02", "create",
			    "consent", ID("21"),
			    "\"set\":{\"purpose\":\"care\",\"sites\":[\"" SITE
			    "\",\"" ID("99") "\"]}") "," CHANGE("03", "create",
			    "consent", ID("22"),
			    "\"set\":{\"purpose\":\"care\",\"sites\":[\"" SITE
			    "\"]}"));
	CHECK_STR(batch_said(&b, 0), "parked bad_input");
	CHECK_STR(batch_said(&b, 1), "deferred predecessor");
	CHECK_STR(batch_said(&b, 2), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void a_record_made_earlier_in_the_batch_can_be_named(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(
		&b, CHANGE("01", "create", "task", ID("20"),
			    "\"set\":{\"title\":\"a\"}") "," CHANGE("02",
			    "create", "task", ID("21"),
			    "\"set\":{\"title\":\"b\",\"parent\":\"" ID(
				    "20") "\"}") "," CHANGE("03", "create",
			    "task", ID("22"),
			    "\"set\":{\"title\":\"c\",\"parent\":\"" ID(
				    "23") "\"}") "," CHANGE("04", "create",
			    "task", ID("23"), "\"set\":{\"title\":\"d\"}"));
	CHECK_STR(batch_said(&b, 1), "applied");
	/* Sent in the wrong order: it waits, and comes with the next push. */
	CHECK_STR(batch_said(&b, 2), "deferred predecessor");
	CHECK_STR(batch_said(&b, 3), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void a_reference_that_was_taken_before_is_not_asked_for_again(void)
{
	/* The goal is out of this reader's sight; the note is not. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", TASK,
		"{\"title\":\"t\",\"parent\":\"" ID("98") "\"}");
	batch_decide(&b, CHANGE("01", "patch", "task", TASK,
				 "\"set\":{\"result\":\"r\"},"
				 "\"seen\":{\"result\":null}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	batch_check(&b);
	batch_close(&b);
}

/* ---- circles ---- */

static void a_circle_within_a_batch_is_refused_where_it_closes(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b,
		CHANGE("01", "create", "task", ID("20"),
			"\"set\":{\"title\":\"a\"}") "," CHANGE("02", "create",
			"task", ID("21"),
			"\"set\":{\"title\":\"b\",\"parent\":\"" ID(
				"20") "\"}") "," PARENT("03", ID("20"),
			ID("21")) "," PARENT("04", ID("20"),
			ID("20")) "," CHANGE("05", "create", "task", ID("22"),
			"\"set\":{\"title\":\"c\",\"parent\":\"" ID(
				"22") "\"}"));
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK_STR(batch_said(&b, 2), "parked cycle");
	CHECK_STR(b.results[2].why.field, "parent");
	CHECK_STR(batch_said(&b, 3), "parked cycle");
	CHECK_STR(batch_said(&b, 4), "parked cycle");
	batch_check(&b);
	batch_close(&b);
}

static void a_circle_through_records_that_stand_is_refused(void)
{
	static struct link links[] = {
		{{{0}}, {{0}}},
                {{{0}}, {{0}}}
        };

	/* 20 ← 21 ← 22 stand; 21 and 22 are no part of the batch. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", ID("20"), "{\"title\":\"a\"}");
	batch_ref(&b, CASE, "task", ID("22"));
	links[0].id = batch_id(ID("21"));
	links[0].next = batch_id(ID("20"));
	links[1].id = batch_id(ID("22"));
	links[1].next = batch_id(ID("21"));
	b.w.links = links;
	b.w.link_count = 2;
	batch_decide(&b, PARENT("01", ID("20"), ID("22")));
	CHECK_STR(batch_said(&b, 0), "parked cycle");
	CHECK(b.w.fresh_count == 0);
	batch_check(&b);
	batch_close(&b);
}

static void what_the_batch_says_of_a_link_goes_before_what_stood(void)
{
	static struct link links[1];

	/* 21 named 20, but this batch lets it go before 20 names 21. */
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", ID("20"), "{\"title\":\"a\"}");
	batch_stand(&b, CASE, "task", ID("21"),
		"{\"title\":\"b\",\"parent\":\"" ID("20") "\"}");
	links[0].id = batch_id(ID("21"));
	links[0].next = batch_id(ID("20"));
	b.w.links = links;
	b.w.link_count = 1;
	batch_decide(
		&b, CHANGE("01", "patch", "task", ID("21"),
			    "\"unset\":[\"parent\"],\"seen\":{\"parent\":\"" ID(
				    "20") "\"}") "," PARENT("02", ID("20"),
			    ID("21")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	batch_check(&b);
	batch_close(&b);
}

static void a_long_chain_is_no_circle(void)
{
	struct link *links;

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "task", ID("20"), "{\"title\":\"a\"}");
	batch_ref(&b, CASE, "task", CHG("00"));
	links = ARENA_ARRAY(b.w.mem, struct link, 90);
	for (unsigned i = 0; i < 90; i++) {
		links[i].id = batch_id(arena_printf(b.w.mem,
			"0192f5a0-0000-7000-8000-"
			"0000000001%02u",
			i));
		links[i].next = batch_id(arena_printf(b.w.mem,
			"0192f5a0-0000-7000-8000-"
			"0000000001%02u",
			i + 1));
	}
	b.w.links = links;
	b.w.link_count = 90;
	batch_decide(&b, PARENT("01", ID("20"), CHG("00")));
	CHECK_STR(batch_said(&b, 0), "applied");
	batch_check(&b);
	batch_close(&b);
}

int main(void)
{
	RUN(a_reference_names_a_record_of_the_right_type_in_the_same_case);
	RUN(elements_others_put_into_a_set_need_not_be_named_again);
	RUN(a_person_or_the_directory_is_named_from_every_case);
	RUN(a_set_of_references_is_checked_element_by_element);
	RUN(a_record_made_earlier_in_the_batch_can_be_named);
	RUN(a_reference_that_was_taken_before_is_not_asked_for_again);
	RUN(a_circle_within_a_batch_is_refused_where_it_closes);
	RUN(a_circle_through_records_that_stand_is_refused);
	RUN(what_the_batch_says_of_a_link_goes_before_what_stood);
	RUN(a_long_chain_is_no_circle);
	return tap_done();
}
