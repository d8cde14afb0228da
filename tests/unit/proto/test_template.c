/*
 * test_template.c - records made from what a pack prepares: they are bodies the
 * catalogue takes, in the language asked for, and the goals proposed are those
 * whose rule holds.
 */
#include "proto/template.h"

#include "proto/record.h"
#include "tests/lib/tap.h"

#include <string.h>

static struct arena *mem;
static struct catalogue *c;

static json_t *read(const char *text)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static void open_all(void)
{
	mem = arena_new();
	c = catalogue_load();
}

static void close_all(void)
{
	arena_free(mem);
	catalogue_free(c);
}

static void a_goal_is_proposed_when_its_rule_holds_and_once(void)
{
	open_all();
	{
		const json_t *pack = read(
			"{\"plan_from\":{\"form\":\"f\",\"rules\":["
			"{\"if\":{\"field\":\"a\",\"ge\":2},\"goal\":\"one\"},"
			"{\"if\":{\"field\":\"b\",\"is\":true},\"goal\":"
			"\"two\"},"
			"{\"if\":{\"field\":\"a\",\"ge\":1},\"goal\":\"one\"}]}"
			"}");
		const json_t *got = template_proposed(
			pack, "f", read("{\"a\":2,\"b\":true}"), mem);

		CHECK_STR(json_canonical(got, mem), "[\"one\",\"two\"]");
		got = template_proposed(pack, "f", read("{\"a\":1}"), mem);
		CHECK_STR(json_canonical(got, mem), "[\"one\"]");
		/* What is not known proposes nothing. */
		got = template_proposed(pack, "f", read("{}"), mem);
		CHECK_STR(json_canonical(got, mem), "[]");
		got = template_proposed(pack, "other", read("{\"a\":2}"), mem);
		CHECK_STR(json_canonical(got, mem), "[]");
	}
	close_all();
}

static void check_body(const char *type, const json_t *body, const char *what)
{
	struct err e = {.code = ERR_NONE};

	CHECK(record_check_some(c, catalogue_type(c, type), body, false, &e));
	if (e.code != ERR_NONE)
		printf("# %s: %s %s\n", what, e.field, err_name(e.code));
}

static void every_goal_template_is_a_goal_in_both_languages(void)
{
	json_t *packs, *pack;
	const char *name;
	size_t seen = 0;

	open_all();
	packs = (json_t *)(uintptr_t)catalogue_packs(c);
	json_object_foreach(packs, name, pack)
	{
		const json_t *goals = json_object_get(pack, "goals");

		for (size_t i = 0; i < json_array_size(goals); i++) {
			const json_t *g = json_array_get(goals, i);
			const json_t *zh = template_goal_body(g, LANG_ZH, mem);
			const json_t *en = template_goal_body(g, LANG_EN, mem);

			check_body("goal", zh, name);
			check_body("goal", en, name);
			CHECK(json_object_size(json_object_get(zh, "levels")) ==
				5);
			CHECK(strcmp(json_str(zh, "title"),
				      json_str(en, "title")) != 0);
			seen++;
		}
	}
	CHECK(seen >= 12);
	close_all();
}

static void the_six_sessions_stand_a_week_apart(void)
{
	static const struct date first = {2026, 12, 24};
	/* 24 December 2026 and five weeks on, by hand. */
	static const char *const days[] = {"2026-12-24T14:00:00+08:00",
		"2026-12-31T14:00:00+08:00", "2027-01-07T14:00:00+08:00",
		"2027-01-14T14:00:00+08:00", "2027-01-21T14:00:00+08:00",
		"2027-01-28T14:00:00+08:00"};
	const json_t *group;
	const char *pack;

	open_all();
	group = template_group(c, "all_the_way", &pack);
	CHECK(group != NULL);
	CHECK_STR(pack, "caregiver_group");
	for (size_t i = 0; group && i < ARRAY_LEN(days); i++) {
		const json_t *s =
			template_session_body(group, i, &first, LANG_ZH, mem);

		CHECK(s != NULL);
		CHECK_STR(json_str(s, "held_at"), days[i]);
		CHECK(json_int(s, "number", 0) == (int64_t)i + 1);
		CHECK_STR(json_str(s, "status"), "planned");
		check_body("session", s, "session");
	}
	CHECK(!template_session_body(group, 6, &first, LANG_ZH, mem));
	close_all();
}

static void a_group_takes_over_what_the_template_says(void)
{
	static const struct date first = {2026, 12, 24};
	const char *pack = NULL;
	const json_t *group, *body;

	open_all();
	group = template_group(c, "all_the_way", &pack);
	body = template_group_body(group, pack, &first, LANG_ZH, mem);
	CHECK_STR(json_str(body, "name"), "一路走来，你辛苦了");
	CHECK_STR(json_str(body, "programme"), "caregiver_group");
	CHECK_STR(json_str(body, "phase"), "preparation");
	CHECK_STR(json_str(body, "opened"), "2026-12-24");
	CHECK(json_int(body, "sessions_planned", 0) == 6);
	/* Completed is who came to four of the six (reference §1.4). */
	CHECK(json_int(body, "attend_min", 0) == 4);
	check_body("group", body, "group");
	CHECK(!template_group(c, "no_such_template", &pack));
	close_all();
}

int main(void)
{
	RUN(a_goal_is_proposed_when_its_rule_holds_and_once);
	RUN(every_goal_template_is_a_goal_in_both_languages);
	RUN(the_six_sessions_stand_a_week_apart);
	RUN(a_group_takes_over_what_the_template_says);
	return tap_done();
}
