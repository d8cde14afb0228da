/*
 * test_steps.c - which step follows which, who takes it, and with what.
 *
 * Each table is written out in full, a row a state. The referral's is the FHIR
 * Task of Gravity SDOH Clinical Care 3.0.0 (requested → accepted → in-progress
 * → completed, rejected, cancelled, on-hold, failed; who sets which status)
 * with our acknowledgement: returned is its completed, declined its rejected,
 * withdrawn its cancelled by the requester. The others are those of the
 * programmes' descriptions: an application is submitted, decided, appealed,
 * paid; an issue is done, verified by another, closed.
 */
#include "proto/steps.h"

#include "tests/lib/tap.h"

#include <ctype.h>
#include <string.h>

#define STATES 11
#define NEEDS  4
#define HERE   "0192f5a0-0000-7000-8000-000000000001"
#define THERE  "0192f5a0-0000-7000-8000-000000000002"
#define ME     "0192f5a0-0000-7000-8000-000000000003"
#define HER    "0192f5a0-0000-7000-8000-000000000004"
#define BEYOND "0192f5a0-0000-7000-8000-000000000005"

/* S: who sent it; T: whom it goes to; x: anybody who may write it. */
struct machine {
	const char *type;
	const char *states[STATES];
	const char *begin; /* of a new record */
	const char *row[STATES];
};

/* clang-format off */
static const struct machine machines[] = {
	{"referral",
		{"draft", "requested", "accepted", "declined", "withdrawn", "in_progress", "on_hold", "failed", "returned",
			"acknowledged"},
		/*                       d r a d w i o f r a */
		"S S . . . . . . . .", {
		/* draft        */      ". S . . S . . . . .",
		/* requested    */      ". . T T S . . . . .",
		/* accepted     */      ". . . . S T . T T .",
		/* declined     */      ". . . . . . . . . S",
		/* withdrawn    */      ". . . . . . . . . .",
		/* in_progress  */      ". . . . S . T T T .",
		/* on_hold      */      ". . . . S T . T T .",
		/* failed       */      ". . . . . . . . . S",
		/* returned     */      ". . . . . . . . . S",
		/* acknowledged */      ". . . . . . . . . ."}},
	{"request",
		{"open", "triaged", "accepted", "in_progress", "done", "unmet", "withdrawn"},
		/*                       o t a i d u w */
		"x . . . . . .", {
		/* open        */       ". T T . . T S",
		/* triaged     */       ". . T . . T S",
		/* accepted    */       ". . . T T T S",
		/* in_progress */       ". . . . T T .",
		/* done        */       ". . . . . . .",
		/* unmet       */       ". . . . . . .",
		/* withdrawn   */       ". . . . . . ."}},
	{"application",
		{"draft", "submitted", "approved", "partly_approved", "rejected", "appealed", "paid", "closed"},
		/*                       d s a p r a p c */
		"x x . . . . . .", {
		/* draft           */   ". x . . . . . x",
		/* submitted       */   ". . x x x . . .",
		/* approved        */   ". . . . . . x .",
		/* partly_approved */   ". . . . . x x .",
		/* rejected        */   ". . . . . x . x",
		/* appealed        */   ". . x x x . . .",
		/* paid            */   ". . . . . . . x",
		/* closed          */   ". . . . . . . ."}},
	{"contract",
		{"proposed", "active", "ended", "declined"},
		"x x . .", {
		/* proposed */          ". x . x",
		/* active   */          ". . x .",
		/* ended    */          ". . . .",
		/* declined */          ". . . ."}},
	{"supervision",
		{"requested", "scheduled", "held", "cancelled"},
		"x . . .", {
		/* requested */         ". x x x",
		/* scheduled */         ". . x x",
		/* held      */         ". . . .",
		/* cancelled */         ". . . ."}},
	{"session",
		{"planned", "held", "cancelled"},
		"x x .", {
		/* planned   */         ". x x",
		/* held      */         ". . .",
		/* cancelled */         "x . ."}},
	{"task",
		{"open", "done", "verified", "closed", "cancelled"},
		"x x x x x", {
		/* open      */         ". x . . x",
		/* done      */         "x . x x .",
		/* verified  */         "x . . x .",
		/* closed    */         ". . . . .",
		/* cancelled */         "x . . . ."}},
};

/* What must be written down with a step; from NULL: from anywhere. */
static const struct {
	const char *type;
	const char *from;
	const char *to;
	const char *fields[NEEDS];
} needs[] = {
	{"referral",    NULL,   "requested",       {"letter", "requested"}},
	{"referral",    NULL,   "accepted",        {"decided"}},
	{"referral",    NULL,   "declined",        {"decided", "decline_reason"}},
	{"referral",    "accepted", "in_progress", {"started"}},
	{"referral",    NULL,   "failed",          {"outcome"}},
	{"referral",    NULL,   "returned",        {"return_letter", "returned"}},
	{"referral",    NULL,   "acknowledged",    {"acknowledged"}},
	{"request",     NULL,   "triaged",         {"triage"}},
	{"request",     NULL,   "accepted",        {"responded"}},
	{"request",     NULL,   "done",            {"result", "result_at"}},
	{"request",     NULL,   "unmet",           {"unmet_reason"}},
	{"application", NULL,   "submitted",       {"asked", "submitted"}},
	{"application", NULL,   "approved",        {"approved", "decided"}},
	{"application", NULL,   "partly_approved", {"approved", "decided"}},
	{"application", NULL,   "rejected",        {"decided", "decision_reason"}},
	{"application", NULL,   "appealed",        {"appeal", "appealed"}},
	{"application", NULL,   "paid",            {"payments"}},
	{"contract",    NULL,   "proposed",        {"recommended_team", "reason"}},
	{"contract",    NULL,   "active",          {"chosen_team", "choice", "from", "to"}},
	{"contract",    NULL,   "declined",        {"choice"}},
	{"contract",    NULL,   "ended",           {"end_reason", "to"}},
	{"supervision", NULL,   "scheduled",       {"supervisor"}},
	{"supervision", NULL,   "held",            {"advice", "held"}},
	{"task",        "done", "verified",        {"verified_by", "verified"}},
};

/* Whose a field is; all others are for both. */
static const struct {
	const char *type;
	int side;
	const char *fields;
} owners[] = {
	{"referral", SIDE_SENDER, "kind to_site to_staff reason urgency client_name client_phone letter sends consent hand_over "
		"requested deadline acknowledged client_confirmed withdrawn"},
	{"referral", SIDE_TARGET, "decided decided_by decline_reason decision_note manager started outcome return_letter returned"},
	{"request", SIDE_SENDER, "item to_site requested respond_by"},
	{"request", SIDE_TARGET, "triage provider responded result result_at unmet_reason case_opened"},
	{"request", SIDE_ANY, "client_label ward person requested_by_kind urgency need item_name"},
};
/* clang-format on */

static size_t count(const struct machine *m)
{
	size_t n = 0;

	while (m->states[n])
		n++;
	return n;
}

static struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

static bool is_wanted(
	const char *type, const char *from, const char *to, size_t i)
{
	return strcmp(needs[i].type, type) == 0 &&
	       strcmp(needs[i].to, to) == 0 &&
	       (!needs[i].from || strcmp(needs[i].from, from) == 0);
}

/* A body in a state, with what the step there needs, but `without`. */
static json_t *body(
	const char *type, const char *from, const char *to, const char *without)
{
	json_t *b = json_pack("{s:s}", "status", to);

	for (size_t i = 0; i < ARRAY_LEN(needs); i++)
		for (size_t k = 0; is_wanted(type, from, to, i) && k < NEEDS &&
				   needs[i].fields[k];
			k++)
			if (!without ||
				strcmp(without, needs[i].fields[k]) != 0)
				json_object_set_new(b, needs[i].fields[k],
					json_string("2026-11-21"));
	return b;
}

static bool fits(char who, int sides)
{
	return who == 'x' || (who == 'S' && sides & SIDE_SENDER) ||
	       (who == 'T' && sides & SIDE_TARGET);
}

/* "accepted, declined" as an error lists them, in whatever order. */
static bool lists(const char *accepts, const struct machine *m, const char *row,
	int sides)
{
	size_t found = 0, want = 0;
	char list[420];

	snprintf(list, sizeof(list), ", %s,", accepts);
	for (size_t i = 0; i < count(m); i++) {
		char one[32];

		if (!fits(row[2 * i], sides))
			continue;
		want++;
		snprintf(one, sizeof(one), ", %s,", m->states[i]);
		found += strstr(list, one) != NULL;
	}
	if (!want)
		return strcmp(accepts, "-") == 0;
	for (const char *p = list; (p = strchr(p, ',')); p++)
		want--;
	return found && want + 1 == 0;
}

/* One cell of a table, asked by one who is on those sides. */
static void ask(const struct machine *m, const char *from, const char *row,
	size_t to, int sides)
{
	json_t *before = *from ? body(m->type, "", from, NULL) : NULL;
	json_t *after = body(m->type, from, m->states[to], NULL);
	bool may = fits(row[2 * to], sides);
	struct err e;
	bool did;

	/* What stood there already stays: only the step is asked about. */
	json_object_update_missing(after, before);
	json_object_set_new(after, "status", json_string(m->states[to]));
	if (*from && strcmp(from, m->states[to]) == 0)
		may = true;
	did = steps_check(m->type, before, after, sides, &e);
	if (did != may)
		printf("# %s: %s -> %s as %d\n", m->type, from, m->states[to],
			sides);
	CHECK(did == may);
	if (!did && !may) {
		CHECK(e.code == ERR_BAD_STEP);
		CHECK_STR(e.field, "status");
		if (!lists(e.accepts, m, row, sides))
			printf("# %s from %s as %d: %s\n", m->type, from, sides,
				e.accepts);
		CHECK(lists(e.accepts, m, row, sides));
	}
	json_decref(before);
	json_decref(after);
}

static void exactly_the_steps_of_the_tables_are_taken_by_each_side(void)
{
	static const int sides[] = {SIDE_SENDER, SIDE_TARGET, SIDE_OTHER,
		SIDE_SENDER | SIDE_TARGET};

	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		const struct machine *m = &machines[i];

		for (size_t s = 0; s < ARRAY_LEN(sides); s++)
			for (size_t to = 0; to < count(m); to++) {
				ask(m, "", m->begin, to, sides[s]);
				for (size_t k = 0; k < count(m); k++)
					ask(m, m->states[k], m->row[k], to,
						sides[s]);
			}
	}
}

static void what_comes_next_is_the_row_of_the_table(void)
{
	const char *next[STEPS_MAX];

	for (size_t i = 0; i < ARRAY_LEN(machines); i++)
		for (size_t k = 0; k < count(&machines[i]); k++)
			for (int side = SIDE_SENDER; side <= SIDE_TARGET;
				side++) {
				const struct machine *m = &machines[i];
				size_t want = 0,
				       n = steps_next(m->type, m->states[k],
					       side, next);

				for (size_t to = 0; to < count(m); to++)
					want += fits(m->row[k][2 * to], side);
				CHECK(n == want);
				for (size_t s = 0; s < n; s++)
					for (size_t to = 0; to < count(m); to++)
						CHECK(strcmp(next[s],
							      m->states[to]) !=
								0 ||
							fits(m->row[k][2 * to],
								side));
			}
	CHECK(steps_next("referral", "", SIDE_SENDER, next) == 2);
	CHECK(steps_next("contact", "", SIDE_ANY, next) == 0);
}

static void a_status_nobody_knows_is_no_step(void)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		json_t *after = json_pack("{s:s}", "status", "received");
		json_t *before =
			json_pack("{s:s}", "status", machines[i].states[0]);
		struct err e;

		CHECK(!steps_check(
			machines[i].type, before, after, SIDE_ANY, &e));
		CHECK(e.code == ERR_BAD_STEP);
		json_decref(before);
		json_decref(after);
	}
}

/* Every way into a state, so that what it needs is asked on each. */
static void each_need_alone_is_missed(
	const struct machine *m, const char *from, const char *row, size_t to)
{
	const char *state = m->states[to];

	if (row[2 * to] == '.')
		return;
	for (size_t i = 0; i < ARRAY_LEN(needs); i++)
		for (size_t k = 0; is_wanted(m->type, from, state, i) &&
				   k < NEEDS && needs[i].fields[k];
			k++) {
			json_t *before =
				*from ? json_pack("{s:s}", "status", from)
				      : NULL;
			json_t *after =
				body(m->type, from, state, needs[i].fields[k]);
			struct err e;

			CHECK(!steps_check(
				m->type, before, after, SIDE_ANY, &e));
			CHECK(e.code == ERR_MISSING);
			CHECK_STR(e.field, needs[i].fields[k]);
			CHECK_STR(e.accepts, state);
			/* An empty text says no more than none. */
			json_object_set_new(
				after, needs[i].fields[k], json_string(""));
			CHECK(!steps_check(
				m->type, before, after, SIDE_ANY, &e));
			json_decref(before);
			json_decref(after);
		}
}

static void a_step_needs_each_of_its_fields_and_no_other(void)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		const struct machine *m = &machines[i];

		for (size_t to = 0; to < count(m); to++) {
			/* A task may come from a list in whatever state. */
			if (strcmp(m->type, "task") != 0)
				each_need_alone_is_missed(m, "", m->begin, to);
			for (size_t k = 0; k < count(m); k++)
				each_need_alone_is_missed(
					m, m->states[k], m->row[k], to);
		}
	}
}

static void check_owner(const char *type, const char *field, int side)
{
	static const int sides[] = {SIDE_SENDER, SIDE_TARGET};
	const char *status =
		strcmp(type, "request") == 0 ? "triaged" : "accepted";

	for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
		json_t *before =
			json_pack("{s:s, s:s}", "status", status, field, "was");
		json_t *after =
			json_pack("{s:s, s:s}", "status", status, field, "is");
		struct err e;
		bool may = (side & sides[i]) != 0;

		if (steps_check(type, before, after, sides[i], &e) != may)
			printf("# %s.%s as %d\n", type, field, sides[i]);
		CHECK(steps_check(type, before, after, sides[i], &e) == may);
		CHECK(may || (e.code == ERR_FORBIDDEN &&
				     strcmp(e.field, field) == 0));
		json_object_del(after, field);
		CHECK(steps_check(type, before, after, sides[i], &e) == may);
		json_object_del(before, field);
		json_object_set_new(after, field, json_string("new"));
		CHECK(steps_check(type, before, after, sides[i], &e) == may);
		CHECK(steps_check(
			type, before, after, SIDE_SENDER | SIDE_TARGET, &e));
		json_decref(before);
		json_decref(after);
	}
}

static void each_side_writes_what_is_its_own(void)
{
	for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
		const char *p = owners[i].fields;

		while (*p) {
			char field[40];
			size_t n = strcspn(p, " ");

			snprintf(field, sizeof(field), "%.*s", (int)n, p);
			check_owner(owners[i].type, field, owners[i].side);
			p += n;
			p += *p == ' ';
		}
	}
}

static void who_reads_along_writes_no_letter(void)
{
	struct err e;
	json_t *before =
		json_pack("{s:s, s:s}", "status", "requested", "letter", "a");
	json_t *after =
		json_pack("{s:s, s:s}", "status", "requested", "letter", "ab");

	CHECK(!steps_check("referral", before, after, SIDE_OTHER, &e));
	CHECK(e.code == ERR_FORBIDDEN);
	json_decref(before);
	json_decref(after);
}

static void sides_follow_site_and_name(void)
{
	const struct {
		const char *to_site;
		const char *to_staff;
		const char *site;
		int side;
	} rows[] = {
		{THERE, NULL, HERE,   SIDE_SENDER              },
		{HERE,  NULL, THERE,  SIDE_TARGET              },
		{HERE,  NULL, HERE,   SIDE_SENDER | SIDE_TARGET},
		{THERE, NULL, BEYOND, SIDE_OTHER               },
		{THERE, ME,   BEYOND, SIDE_TARGET              },
		{THERE, HER,  BEYOND, SIDE_OTHER               },
		{THERE, ME,   HERE,   SIDE_SENDER | SIDE_TARGET},
		{HERE,  HER,  BEYOND, SIDE_TARGET              },
		{NULL,  NULL, HERE,   SIDE_SENDER              },
	};
	struct uuid here = id(HERE), me = id(ME);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *b = json_pack("{s:s*, s:s*}", "to_site",
			rows[i].to_site, "to_staff", rows[i].to_staff);
		struct uuid site = id(rows[i].site);

		CHECK(steps_side(b, &site, &here, &me) == rows[i].side);
		json_decref(b);
	}
}

/* 2026-11-21T23:30+08:00 is the 21st in China and UTC alike … */
#define EVENING INT64_C(1795275000000)
/* … and 2026-11-22T00:30+08:00 the 22nd only in China. */
#define MIDNIGHT INT64_C(1795278600000)

static void check_fill(const char *type, const char *from, const char *to,
	int64_t now, const char *field, const char *want)
{
	json_t *before = *from ? json_pack("{s:s}", "status", from) : NULL;
	json_t *after = json_pack("{s:s}", "status", to);
	struct uuid me = id(ME);
	const char *got;

	steps_fill(type, before, after, now, &me);
	got = json_str(after, field);
	CHECK_STR(got ? got : "-", want);
	json_object_set_new(after, field, json_string("typed"));
	steps_fill(type, before, after, now, &me);
	CHECK_STR(json_str(after, field), "typed");
	json_decref(before);
	json_decref(after);
}

static void a_step_says_by_itself_when_it_was_taken_and_by_whom(void)
{
	check_fill("referral", "draft", "requested", EVENING, "requested",
		"2026-11-21");
	check_fill("referral", "draft", "requested", MIDNIGHT, "requested",
		"2026-11-22");
	check_fill("referral", "requested", "accepted", MIDNIGHT, "decided",
		"2026-11-22");
	check_fill("referral", "requested", "accepted", MIDNIGHT, "decided_by",
		ME);
	check_fill("referral", "requested", "declined", EVENING, "decided",
		"2026-11-21");
	check_fill(
		"referral", "requested", "declined", EVENING, "decided_by", ME);
	check_fill("referral", "accepted", "in_progress", EVENING, "started",
		"2026-11-21");
	check_fill("referral", "in_progress", "returned", EVENING, "returned",
		"2026-11-21");
	check_fill("referral", "returned", "acknowledged", EVENING,
		"acknowledged", "2026-11-21");
	check_fill("referral", "accepted", "withdrawn", EVENING, "withdrawn",
		"2026-11-21");
	check_fill("request", "", "open", MIDNIGHT, "requested",
		"2026-11-21T16:30:00.000Z");
	check_fill("request", "open", "accepted", MIDNIGHT, "responded",
		"2026-11-21T16:30:00.000Z");
	check_fill("request", "accepted", "done", MIDNIGHT, "result_at",
		"2026-11-21T16:30:00.000Z");
	check_fill("application", "draft", "submitted", EVENING, "submitted",
		"2026-11-21");
	check_fill("application", "submitted", "approved", EVENING, "decided",
		"2026-11-21");
	check_fill("application", "submitted", "partly_approved", EVENING,
		"decided", "2026-11-21");
	check_fill("application", "submitted", "rejected", EVENING, "decided",
		"2026-11-21");
	check_fill("application", "rejected", "appealed", EVENING, "appealed",
		"2026-11-21");
	check_fill("supervision", "requested", "held", EVENING, "held",
		"2026-11-21");
	check_fill(
		"task", "done", "verified", EVENING, "verified", "2026-11-21");
	check_fill("task", "done", "verified", EVENING, "verified_by", ME);
}

static void without_a_step_nothing_is_filled(void)
{
	json_t *before = json_pack("{s:s}", "status", "accepted");
	json_t *after = json_pack("{s:s}", "status", "accepted");
	struct uuid me = id(ME);

	steps_fill("referral", before, after, EVENING, &me);
	CHECK(json_object_size(after) == 1);
	/* A note is not the day it was held, a draft not sent. */
	json_object_set_new(after, "status", json_string("draft"));
	steps_fill("referral", NULL, after, EVENING, &me);
	CHECK(json_object_size(after) == 1);
	json_decref(before);
	json_decref(after);
}

/* A row without a step ends; a row with one has somebody whose turn it is. */
static void what_has_ended_and_whose_turn_it_is_follows_from_the_tables(void)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		const struct machine *m = &machines[i];
		bool letter = i < 2;

		CHECK(steps_has(m->type));
		for (size_t k = 0; k < count(m); k++) {
			bool open = strpbrk(m->row[k], "STx") != NULL;
			int turn = steps_turn(m->type, m->states[k]);

			CHECK(steps_ended(m->type, m->states[k]) == !open);
			/* Who only may take it back is not being waited for. */
			if (letter)
				CHECK(turn == (!open ? 0
						      : strchr(m->row[k], 'T')
							      ? SIDE_TARGET
							      : SIDE_SENDER));
			else
				CHECK(turn == 0);
		}
	}
	CHECK(!steps_has("contact") && !steps_has("service"));
	CHECK(!steps_ended("contact", "open"));
	CHECK(steps_turn("referral", NULL) == 0);
}

int main(void)
{
	RUN(exactly_the_steps_of_the_tables_are_taken_by_each_side);
	RUN(what_comes_next_is_the_row_of_the_table);
	RUN(a_status_nobody_knows_is_no_step);
	RUN(a_step_needs_each_of_its_fields_and_no_other);
	RUN(each_side_writes_what_is_its_own);
	RUN(who_reads_along_writes_no_letter);
	RUN(sides_follow_site_and_name);
	RUN(a_step_says_by_itself_when_it_was_taken_and_by_whom);
	RUN(without_a_step_nothing_is_filled);
	RUN(what_has_ended_and_whose_turn_it_is_follows_from_the_tables);
	return tap_done();
}
