/*
 * test_contract.c - one family-doctor team at a time, and what a team carries.
 */
#include "proto/contract.h"

#include "tests/lib/tap.h"

#include <string.h>

#define OURS       "0192f5a0-0000-7000-8000-000000000011"
#define THEIR      "0192f5a0-0000-7000-8000-000000000012"
#define OTHERS_MAX 8

struct other {
	bool same_person;
	const char *from, *to, *team;
	int64_t n;
};

static struct err why;

static struct contract_other read_other(const struct other *o)
{
	struct contract_other k = {.same_person = o->same_person, .n = o->n};

	if (o->from && !date_parse(o->from, &k.from))
		die("the test's own day is wrong");
	if (o->to && !date_parse(o->to, &k.to))
		die("the test's own day is wrong");
	if (o->team && !uuid_parse(o->team, &k.team))
		die("the test's own id is wrong");
	return k;
}

static json_t *read_json(struct arena *mem, const char *text)
{
	struct err e;
	json_t *j =
		text ? json_read(text, strlen(text), &json_limits_own, mem, &e)
		     : NULL;

	if (text && !j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

/* "ok", or what was refused, with what was said to be in the way. */
static const char *said(const char *before, const char *after,
	const struct other *others, size_t n, const char *team)
{
	static char out[560];
	struct contract_other list[OTHERS_MAX];
	struct arena *mem = arena_new();

	for (size_t i = 0; i < n; i++)
		list[i] = read_other(&others[i]);
	memset(&why, 0, sizeof(why));
	if (contract_check(read_json(mem, before), read_json(mem, after), list,
		    n, read_json(mem, team), &why))
		snprintf(out, sizeof(out), "ok");
	else
		snprintf(out, sizeof(out), "%s %s %s", err_name(why.code),
			why.field, why.accepts);
	arena_free(mem);
	return out;
}

#define TERM(status, from, to)                                                 \
	"{\"status\":\"" status "\",\"chosen_team\":\"" OURS                   \
	"\",\"from\":\"" from "\",\"to\":\"" to "\"}"
#define YEAR TERM("active", "2026-01-01", "2026-12-31")

static void a_second_contract_of_a_person_waits_for_the_end_of_the_first(void)
{
	static const struct {
		struct other other;
		const char *said;
	} rows[] = {
		{{true, "2025-07-01", "2026-06-30", THEIR, 1},
                 "in_force status 2025-07-01/2026-06-30, "
			"chosen_team=" THEIR                       },
 /* The same team twice is two contracts as well. */
		{{true, "2026-01-01", "2026-12-31", OURS, 1},
                 "in_force status 2026-01-01/2026-12-31, "
			"chosen_team=" OURS                        },
 /* Of one the writer does not reach only the term is told. */
		{{true, "2026-06-01", "2027-05-31", NULL, 1},
                 "in_force status 2026-06-01/2027-05-31"           },
		{{true, "2026-12-31", "2027-12-30", NULL, 1},
                 "in_force status 2026-12-31/2027-12-30"           },
 /* Both days belong to a term; the day after is free. */
		{{true, "2025-01-01", "2026-01-01", NULL, 1},
                 "in_force status 2025-01-01/2026-01-01"           },
		{{true, "2025-01-01", "2025-12-31", THEIR, 1}, "ok"},
		{{true, "2027-01-01", "2027-12-31", THEIR, 1}, "ok"},
		{{true, NULL, NULL, THEIR, 1},
                 "in_force status /, chosen_team=" THEIR           },
		{{false, "2026-01-01", "2026-12-31", OURS, 9}, "ok"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_STR(said(NULL, YEAR, &rows[i].other, 1, NULL),
			rows[i].said);
}

static void only_what_is_in_force_or_becomes_so_is_compared(void)
{
	static const struct other there = {
		true, "2026-01-01", "2026-12-31", THEIR, 1};

	CHECK_STR(said(NULL, TERM("proposed", "2026-01-01", "2026-12-31"),
			  &there, 1, NULL),
		"ok");
	CHECK_STR(said(YEAR, TERM("ended", "2026-01-01", "2026-03-31"), &there,
			  1, NULL),
		"ok");
	CHECK(strncmp(said(TERM("proposed", "2026-01-01", "2026-12-31"), YEAR,
			      &there, 1, NULL),
		      "in_force", 8) == 0);
	/* Two that overlapped before this rule may still be corrected. */
	CHECK_STR(said(YEAR, YEAR, &there, 1, NULL), "ok");
	CHECK(strncmp(said(YEAR, TERM("active", "2026-01-01", "2027-01-31"),
			      &there, 1, NULL),
		      "in_force", 8) == 0);
}

#define TEAM(n) "{\"name\":\"t\",\"capacity\":" n "}"

/* A team for two. The first carries January to June, the second July to
 * December: never both, so there is a place the whole year. */
static void a_team_takes_as_many_as_it_can_carry_on_any_day(void)
{
	static const struct other halves[] = {
		{false, "2026-01-01", "2026-06-30", OURS, 1},
		{false, "2026-07-01", "2026-12-31", OURS, 1},
	};
	static const struct other meeting[] = {
		{false, "2026-01-01", "2026-07-01", OURS, 1},
		{false, "2026-07-01", "2026-12-31", OURS, 1},
	};
	static const struct other many = {
		false, "2026-05-01", "2027-04-30", OURS, 2};
	static const struct other elsewhere = {
		false, "2026-01-01", "2026-12-31", THEIR, 99};
	static const struct other later = {
		false, "2027-01-01", "2027-12-31", OURS, 99};

	CHECK_STR(said(NULL, YEAR, halves, 2, TEAM("2")), "ok");
	CHECK_STR(said(NULL, YEAR, halves, 2, TEAM("1")),
		"full chosen_team capacity 1");
	CHECK_STR(said(NULL, YEAR, meeting, 2, TEAM("2")),
		"full chosen_team capacity 2");
	CHECK_STR(said(NULL, YEAR, &many, 1, TEAM("2")),
		"full chosen_team capacity 2");
	CHECK_STR(said(NULL, YEAR, &many, 1, TEAM("3")), "ok");
	CHECK_STR(said(NULL, YEAR, &elsewhere, 1, TEAM("1")), "ok");
	CHECK_STR(said(NULL, YEAR, &later, 1, TEAM("1")), "ok");
	CHECK_STR(said(NULL, YEAR, NULL, 0, TEAM("0")),
		"full chosen_team capacity 0");
	/* A team that says nothing, and one nobody sees. */
	CHECK_STR(said(NULL, YEAR, &many, 1, "{\"name\":\"t\"}"), "ok");
	CHECK_STR(said(NULL, YEAR, &many, 1, NULL), "ok");
}

static void the_person_comes_before_the_team(void)
{
	static const struct other both[] = {
		{false, "2026-01-01", "2026-12-31", OURS,  5},
		{true,  "2026-01-01", "2026-12-31", THEIR, 1},
	};

	CHECK(strncmp(said(NULL, YEAR, both, 2, TEAM("5")), "in_force", 8) ==
		0);
}

int main(void)
{
	RUN(a_second_contract_of_a_person_waits_for_the_end_of_the_first);
	RUN(only_what_is_in_force_or_becomes_so_is_compared);
	RUN(a_team_takes_as_many_as_it_can_carry_on_any_day);
	RUN(the_person_comes_before_the_team);
	return tap_done();
}
