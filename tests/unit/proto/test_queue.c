/*
 * test_queue.c - the order of the review queue, and who was seen since a
 * discharge. The days are reckoned by hand; the levels are those of the norm of
 * 2017 (danger 3 to 5: unstable, at once).
 */
#include "proto/queue.h"

#include "tests/lib/tap.h"

#include <string.h>

#define CHECK_INT(got, want) CHECK((int64_t)(got) == (int64_t)(want))

static const struct uuid me = {{1}}, other = {{2}}, site = {{9}};

struct room {
	struct arena *mem;
	struct catalogue *c;
	struct queue *q;
	uint8_t records;
};

static struct room begin(void)
{
	struct room m = {.mem = arena_new()};
	struct date today = {2026, 11, 22};

	m.c = catalogue_load();
	m.q = queue_begin(m.c, &me, &today, m.mem);
	return m;
}

static void end(struct room *m)
{
	catalogue_free(m->c);
	arena_free(m->mem);
}

static json_t *read(struct room *m, const char *text)
{
	struct err e;

	return json_read(text, strlen(text), &json_limits_own, m->mem, &e);
}

static struct uuid kase(uint8_t n)
{
	return (struct uuid){
		{100, n}
        };
}

static void add_case(struct room *m, uint8_t n, const char *line)
{
	struct uuid id = kase(n);

	queue_case(m->q, &id, read(m, line));
}

static void add(struct room *m, uint8_t n, const char *type,
	const struct uuid *by, int64_t csn, const char *body)
{
	struct uuid of = kase(n);
	struct record r = {.state = STATE_LIVE, .ver = 1, .csn = csn};

	r.id = (struct uuid){
		{200, m->records++}
        };
	r.type = catalogue_type(m->c, type);
	r.author = r.by = *by;
	if (strcmp(type, "review") == 0)
		r.state = STATE_SIGNED;
	if (!time_parse("2026-11-22T09:00:00+08:00", &r.entered_at))
		r.entered_at = 0;
	r.at = r.entered_at;
	queue_add(m->q, &of, &r, read(m, body), &site);
}

/* The value of a reason of a case; -1: it is not there. */
static int64_t value(const json_t *answer, uint8_t n, const char *code)
{
	struct uuid id = kase(n);
	char text[UUID_TEXT];
	const json_t *row = json_find(json_object_get(answer, "rows"), "case",
		uuid_format(&id, text));

	return json_int(json_find(json_object_get(row, "why"), "code", code),
		"value", -1);
}

/* The cases of an answer as one text of their numbers. */
static const char *order(struct room *m, const json_t *answer)
{
	const json_t *rows = json_object_get(answer, "rows");
	char *out = arena_alloc(m->mem, json_array_size(rows) + 1);
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		struct uuid id;

		out[i] = uuid_parse(
				 json_str(json_array_get(rows, i), "case"), &id)
				 ? (char)('a' + id.b[1])
				 : '?';
	}
	out[i] = 0;
	return out;
}

static void danger_comes_before_instability_before_what_is_overdue(void)
{
	struct room m = begin();
	const json_t *said;
	size_t n;

	add_case(&m, 0, "{\"next_due\":\"2026-10-01\"}");
	add_case(&m, 1, "{\"danger\":2,\"stability\":\"unstable\"}");
	add_case(&m, 2, "{\"danger\":3}");
	add_case(&m, 3, "{\"danger\":5}");
	add_case(&m, 4, "{\"next_due\":\"2026-11-21\"}");
	add_case(&m, 5, "{\"next_due\":\"2026-11-22\",\"danger\":2}");
	add_case(&m, 6, "{\"danger\":0,\"stability\":\"stable\"}");
	add_case(&m, 7, "{\"danger\":5,\"phase\":\"ended\"}");
	queue_cases(m.q, &n);
	add(&m, 6, "flag", &other, 7, "{\"kind\":\"self_harm\",\"level\":4}");
	said = queue_end(m.q, "", 100, 0);
	CHECK_STR(order(&m, said), "dgcbaef");
	CHECK_INT(value(said, 0, "overdue"), 52); /* 31 - 1 + 22 */
	CHECK_INT(value(said, 4, "overdue"), 1);
	CHECK_INT(value(said, 5, "overdue"), -1); /* due, not over */
	CHECK_INT(value(said, 6, "danger"), 4);
	CHECK_INT(value(said, 5, "danger"), -1);
	CHECK_INT(value(said, 5, "unsteady"), 2);
	end(&m);
}

static void who_left_hospital_is_looked_for_until_somebody_met_them(void)
{
	static const char stay[] = "{\"setting\":\"inpatient\",\"from\":\"2026-"
				   "10-01\",\"to\":\"2026-11-10\"}";
	struct room m = begin();
	const json_t *said;
	size_t n;

	for (uint8_t i = 0; i < 7; i++)
		add_case(&m, i, "{}");
	queue_cases(m.q, &n);
	for (uint8_t i = 0; i < 6; i++)
		add(&m, i, "segment", &other, 5, stay);
	add(&m, 1, "service", &other, 6,
		"{\"kind\":\"phone_contact\",\"status\":\"completed\","
		"\"started_at\":\"2026-11-12T09:00:00+08:00\"}");
	add(&m, 2, "service", &other, 6,
		"{\"kind\":\"home_visit\",\"status\":\"completed\","
		"\"started_at\":\"2026-11-12T09:00:00+08:00\"}");
	add(&m, 3, "service", &other, 6,
		"{\"kind\":\"home_visit\",\"status\":\"planned\","
		"\"started_at\":\"2026-11-12T09:00:00+08:00\"}");
	add(&m, 4, "segment", &other, 6,
		"{\"setting\":\"inpatient\",\"from\":\"2026-11-15\"}");
	add(&m, 5, "response", &other, 6,
		"{\"form\":\"smd_follow_up\",\"responded\":\"2026-11-13\","
		"\"answers\":{\"visit_result\":\"reached\",\"mode\":\"home_"
		"visit\"}}");
	add(&m, 6, "response", &other, 6,
		"{\"form\":\"smd_follow_up\",\"responded\":\"2026-11-20\","
		"\"answers\":{\"visit_result\":\"reached\",\"mode\":\"phone\","
		"\"admission\":\"discharged\",\"last_discharge\":\"2026-11-"
		"19\"}}");
	said = queue_end(m.q, "", 100, 0);
	CHECK_INT(value(said, 0, "discharged"), 12);
	CHECK_INT(value(said, 1, "discharged"), 12); /* a call is no meeting */
	CHECK_INT(value(said, 2, "discharged"), -1);
	CHECK_INT(value(said, 3, "discharged"), 12); /* it did not happen */
	CHECK_INT(value(said, 4, "discharged"), -1); /* in again */
	CHECK_INT(value(said, 5, "discharged"), -1);
	CHECK_INT(value(said, 6, "discharged"), 3); /* told on the phone */
	end(&m);
}

static void what_came_after_what_was_looked_at_is_changed(void)
{
	struct room m = begin();
	const json_t *said, *row;
	size_t n;

	add_case(&m, 0, "{}");
	add_case(&m, 1, "{\"danger\":1}");
	queue_cases(m.q, &n);
	for (uint8_t i = 0; i < 2; i++) {
		add(&m, i, "need", &other, 40, "{}");
		add(&m, i, "task", &other, 50, "{}"); /* while it was written */
		add(&m, i, "review", &me, 51 - 20 * i,
			"{\"kind\":\"case_review\",\"seen\":45}");
		add(&m, i, "service", &me, 60, "{}");
	}
	said = queue_end(m.q, "", 100, 0);
	CHECK_INT(value(said, 0, "changed"), 1);
	/* Its own commit is 31: it cannot have seen 45. */
	CHECK_INT(value(said, 1, "changed"), 2);
	CHECK_INT(value(said, 0, "never"), -1);
	row = json_array_get(json_object_get(said, "rows"), 0);
	CHECK_INT(json_int(json_object_get(row, "last"), "seen", -1), 31);
	end(&m);
}

static void a_review_of_somebody_else_or_of_the_group_is_not_mine(void)
{
	struct room m = begin();
	const json_t *said;
	size_t n;

	add_case(&m, 0, "{}");
	queue_cases(m.q, &n);
	add(&m, 0, "review", &other, 8,
		"{\"kind\":\"case_review\",\"seen\":7}");
	add(&m, 0, "review", &me, 9, "{\"kind\":\"care_group_review\"}");
	said = queue_end(m.q, "", 100, 0);
	CHECK_INT(value(said, 0, "never"), 1);
	end(&m);
}

static void who_was_reviewed_today_comes_last_and_pages_meet(void)
{
	struct room m = begin();
	const json_t *said;
	const char *next;
	size_t n;

	add_case(&m, 0, "{\"danger\":5}");
	add_case(&m, 1, "{\"danger\":1}");
	add_case(&m, 2, "{\"danger\":2}");
	queue_cases(m.q, &n);
	add(&m, 0, "review", &me, 9,
		"{\"kind\":\"case_review\",\"held\":\"2026-11-22\",\"seen\":"
		"8}");
	said = queue_end(m.q, "", 2, 0);
	CHECK_STR(order(&m, said), "cb");
	CHECK_INT(json_int(said, "waiting", -1), 2);
	next = json_str(said, "next");
	CHECK(next != NULL);
	said = queue_end(m.q, next ? next : "", 2, 0);
	CHECK_STR(order(&m, said), "a");
	CHECK(json_is_null(json_object_get(said, "next")));
	end(&m);
}

static void more_cases_than_there_is_room_for_are_counted(void)
{
	struct room m = begin();
	size_t n;

	for (int i = 0; i < QUEUE_CASES_MAX + 3; i++)
		add_case(&m, (uint8_t)(i % 250), "{}");
	queue_cases(m.q, &n);
	CHECK_INT((int64_t)n, QUEUE_CASES_MAX);
	CHECK_INT(json_int(queue_end(m.q, "", 1, 4), "left_out", -1), 7);
	end(&m);
}

int main(void)
{
	RUN(danger_comes_before_instability_before_what_is_overdue);
	RUN(who_left_hospital_is_looked_for_until_somebody_met_them);
	RUN(what_came_after_what_was_looked_at_is_changed);
	RUN(a_review_of_somebody_else_or_of_the_group_is_not_mine);
	RUN(who_was_reviewed_today_comes_last_and_pages_meet);
	RUN(more_cases_than_there_is_room_for_are_counted);
	return tap_done();
}
