/*
 * test_phase.c - through which phases a case may go, and what each gate asks.
 *
 * The table of moves is written out here in full, one row a phase, from the
 * rules for moves in our domain reference (forward one step; evaluation back to
 * planning; early closing from any phase before it; reopening). Beyond them the
 * product lets an evaluation decide to go on, a follow-up that meets a relapse
 * reopen the case, and a closing end it where nobody is left to follow up.
 */
#include "proto/phase.h"

#include "tests/lib/tap.h"

#include <string.h>

#define PHASES 10

static const char *const phases[PHASES] = {"referral_in", "screening", "intake",
	"assessment", "planning", "intervention", "evaluation", "closing",
	"follow_up", "ended"};

/* clang-format off */
static const char *const moves[PHASES] = {
	/*               r s i a p i e c f e */
	/* referral_in */ ". x . . . . . x . .",
	/* screening   */ ". . x . . . . x . .",
	/* intake      */ ". . . x . . . x . .",
	/* assessment  */ ". . . . x . . x . .",
	/* planning    */ ". . . . . x . x . .",
	/* intervention*/ ". . . . . . x x . .",
	/* evaluation  */ ". . . . x x . x . .",
	/* closing     */ ". . . . . . . . x x",
	/* follow_up   */ ". . x . . . . . . x",
	/* ended       */ ". . x . . . . . . .",
};
/* clang-format on */

static bool is_move(size_t from, size_t to)
{
	return moves[from][2 * to] == 'x';
}

/* Everything on file that a gate could ask for. */
static const struct phase_facts everything = {
	.consent = true,
	.eligible = true,
	.priority_need = true,
	.risk_rated = true,
	.plan_approved = true,
	.service_noted = true,
	.reviewed = true,
	.high_flag_open = false,
	.close_reason = true,
	.closure_approved = true,
};

static void with_everything_on_file_exactly_the_moves_of_the_table_go(void)
{
	for (size_t from = 0; from < PHASES; from++)
		for (size_t to = 0; to < PHASES; to++) {
			struct err e = {.code = ERR_NONE};
			bool went = phase_may_move(phases[from], phases[to],
				NULL, &everything, &e);

			if (from == to)
				continue;
			CHECK(went == is_move(from, to));
			CHECK(went || e.code == ERR_BAD_MOVE);
			CHECK(went || strcmp(e.field, "phase") == 0);
			if (tap_bad)
				printf("# %s -> %s\n", phases[from],
					phases[to]);
		}
}

/* "a, b" holds b, but not as a part of another name. */
static bool lists(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; (at = strstr(at, name)); at += n)
		if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ','))
			return true;
	return false;
}

static void a_wrong_move_is_answered_with_the_ones_there_are(void)
{
	for (size_t from = 0; from < PHASES; from++) {
		struct err e;

		CHECK(!phase_may_move(
			phases[from], "nowhere", NULL, &everything, &e));
		CHECK(e.code == ERR_BAD_MOVE);
		for (size_t to = 0; to < PHASES; to++)
			CHECK(lists(e.accepts, phases[to]) ==
				is_move(from, to));
	}
}

static void the_phases_are_those_of_the_code_list(void)
{
	struct catalogue *c = catalogue_load();
	const struct code_list *l = catalogue_codes(c, "case_phase");

	CHECK(json_array_size(l->items) == PHASES);
	for (size_t i = 0; i < PHASES; i++)
		CHECK(code_list_item(l, phases[i]) != NULL);
	catalogue_free(c);
}

/* ---- gates ---- */

/* The move, the one fact that is missing, and the name it is asked for by. */
static const struct gate {
	const char *from;
	const char *to;
	size_t fact;
	const char *asks;
} gates[] = {
#define FACT(f) offsetof(struct phase_facts, f)
  /* clang-format off */
	{"screening",    "intake",       FACT(eligible),      "screening"},
	{"intake",       "assessment",   FACT(consent),       "consent"},
	{"assessment",   "planning",     FACT(priority_need), "need"},
	{"assessment",   "planning",     FACT(risk_rated),    "flag"},
	{"planning",     "intervention", FACT(plan_approved), "plan.approved"},
	{"intervention", "evaluation",   FACT(service_noted), "service"},
	{"evaluation",   "closing",      FACT(reviewed),      "review"},
	{"referral_in",  "closing",      FACT(close_reason),  "close_reason"},
	{"screening",    "closing",      FACT(close_reason),  "close_reason"},
	{"intake",       "closing",      FACT(close_reason),  "close_reason"},
	{"assessment",   "closing",      FACT(close_reason),  "close_reason"},
	{"planning",     "closing",      FACT(close_reason),  "close_reason"},
	{"intervention", "closing",      FACT(close_reason),  "close_reason"},
	{"evaluation",   "closing",      FACT(close_reason),  "close_reason"},
	{"closing",      "follow_up",    FACT(high_flag_open), "flag.to"},
	{"closing",      "ended",        FACT(high_flag_open), "flag.to"},
	{"referral_in",  "closing",      FACT(lost_unproved), "not_reached"},
	{"screening",    "closing",      FACT(lost_unproved), "not_reached"},
	{"intake",       "closing",      FACT(lost_unproved), "not_reached"},
	{"assessment",   "closing",      FACT(lost_unproved), "not_reached"},
	{"planning",     "closing",      FACT(lost_unproved), "not_reached"},
	{"intervention", "closing",      FACT(lost_unproved), "not_reached"},
	{"evaluation",   "closing",      FACT(lost_unproved), "not_reached"},
	{"closing",      "follow_up",    FACT(letter_waits),  "referral"},
	{"closing",      "ended",        FACT(letter_waits),  "referral"},
	{"closing",      "follow_up",    FACT(closure_approved), "closure.approved"},
	{"closing",      "ended",        FACT(closure_approved), "closure.approved"},
  /* clang-format on */
};

static struct phase_facts without(size_t fact)
{
	struct phase_facts f = everything;
	bool *one = (bool *)((char *)&f + fact);

	*one = !*one;
	return f;
}

static void each_gate_names_the_one_thing_that_is_missing(void)
{
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		struct phase_facts f = without(gates[i].fact);
		struct err e = {.code = ERR_NONE};

		CHECK(!phase_may_move(
			gates[i].from, gates[i].to, NULL, &f, &e));
		CHECK(e.code == ERR_GATE);
		CHECK_STR(e.field, "phase");
		CHECK(strstr(e.accepts, gates[i].asks) != NULL);
		/* One thing: no list. */
		CHECK(!strchr(e.accepts, ','));
		if (tap_bad)
			printf("# %s -> %s: %s\n", gates[i].from, gates[i].to,
				e.accepts);
	}
}

static bool is_asked(const char *from, const char *to, size_t fact)
{
	for (size_t i = 0; i < ARRAY_LEN(gates); i++)
		if (strcmp(gates[i].from, from) == 0 &&
			strcmp(gates[i].to, to) == 0 && gates[i].fact == fact)
			return true;
	return false;
}

static void a_gate_asks_for_nothing_that_is_not_its_business(void)
{
	static const size_t facts[] = {FACT(consent), FACT(eligible),
		FACT(priority_need), FACT(risk_rated), FACT(plan_approved),
		FACT(service_noted), FACT(reviewed), FACT(high_flag_open),
		FACT(close_reason), FACT(lost_unproved), FACT(letter_waits),
		FACT(closure_approved)};

	for (size_t from = 0; from < PHASES; from++)
		for (size_t to = 0; to < PHASES; to++)
			for (size_t k = 0; k < ARRAY_LEN(facts); k++) {
				struct phase_facts f = without(facts[k]);
				struct err e;

				if (from == to || !is_move(from, to))
					continue;
				CHECK(phase_may_move(phases[from], phases[to],
					      NULL, &f, &e) ==
					!is_asked(phases[from], phases[to],
						facts[k]));
			}
}

static void everything_that_is_missing_is_named_at_once(void)
{
	struct phase_facts f = everything;
	struct err e;

	f.priority_need = f.risk_rated = false;
	CHECK(!phase_may_move("assessment", "planning", NULL, &f, &e));
	CHECK_STR(e.accepts, "need.main/priority, flag / response.danger");
	f = everything;
	f.reviewed = f.close_reason = false;
	CHECK(!phase_may_move("evaluation", "closing", NULL, &f, &e));
	CHECK_STR(e.accepts, "review, case.close_reason");
}

static void a_case_begins_in_one_of_the_first_three_phases(void)
{
	for (size_t i = 0; i < PHASES; i++) {
		struct err e = {.code = ERR_NONE};

		CHECK(phase_may_start(phases[i], &e) == (i < 3));
		if (i < 3)
			continue;
		CHECK(e.code == ERR_BAD_MOVE);
		CHECK_STR(e.accepts, "referral_in, screening, intake");
	}
}

static void a_phase_nobody_knows_leads_nowhere(void)
{
	static const char *const odd[] = {"", "reopened", "Intake", "intake "};
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		CHECK(!phase_may_start(odd[i], &e));
		CHECK(e.code == ERR_BAD_MOVE);
		CHECK(!phase_may_move(
			odd[i], "screening", NULL, &everything, &e));
		CHECK(e.code == ERR_BAD_MOVE);
		CHECK(!phase_may_move("intake", odd[i], NULL, &everything, &e));
		CHECK(e.code == ERR_BAD_MOVE);
	}
}

static const json_t *read(struct arena *mem, const char *text)
{
	struct err e;

	return json_read(text, strlen(text), &json_limits_own, mem, &e);
}

static void a_programme_steps_over_the_phases_it_does_not_use(void)
{
	struct arena *mem = arena_new();
	const json_t *pack = read(mem,
		"{\"phases\":[\"referral_in\",\"intake\",\"planning\","
		"\"intervention\",\"closing\",\"ended\"]}");
	struct err e;

	CHECK(phase_may_move("referral_in", "intake", pack, &everything, &e));
	CHECK(!phase_may_move(
		"referral_in", "screening", pack, &everything, &e));
	CHECK_STR(e.accepts, "intake, closing");
	CHECK(phase_may_move("intake", "planning", pack, &everything, &e));
	CHECK(phase_may_move("intervention", "closing", pack, &everything, &e));
	CHECK(!phase_may_move("closing", "follow_up", pack, &everything, &e));
	CHECK(phase_may_move("closing", "ended", pack, &everything, &e));
	/* Opened again, every case begins with the intake. */
	CHECK(phase_may_move("ended", "intake", pack, &everything, &e));
	arena_free(mem);
}

static void what_a_programme_waives_is_not_asked_for(void)
{
	struct arena *mem = arena_new();
	const json_t *pack = read(mem, "{\"waive\":[\"risk_rated\"]}");
	struct phase_facts f = everything;
	struct err e;

	f.risk_rated = f.priority_need = false;
	CHECK(!phase_may_move("assessment", "planning", pack, &f, &e));
	CHECK_STR(e.accepts, "need.main/priority");
	arena_free(mem);
}

static void add_try(struct phase_facts *f, struct arena *mem, const char *when)
{
	phase_facts_add(f, "service",
		read(mem, arena_printf(mem,
				  "{\"status\":\"not_reached\","
				  "\"started_at\":\"%s\"}",
				  when)));
}

/* Three tries on different days, as for missed follow-ups (domain reference
 * §2.3, §3.4); two on one day are one. */
static void contact_is_lost_after_tries_on_three_days(void)
{
	struct arena *mem = arena_new();
	const json_t *lost = read(mem, "{\"close_reason\":\"lost_contact\"}");
	struct phase_facts f = everything;
	struct err e;

	add_try(&f, mem, "2026-11-02T09:00:00+08:00");
	add_try(&f, mem, "2026-11-02T18:00:00+08:00");
	/* Still the second of November in China. */
	add_try(&f, mem, "2026-11-02T15:59:00Z");
	add_try(&f, mem, "2026-11-05T09:00:00+08:00");
	phase_facts_case(&f, lost, NULL);
	CHECK(f.lost_unproved);
	CHECK(!phase_may_move("intervention", "closing", NULL, &f, &e));
	CHECK_STR(e.accepts, "service.status=not_reached");
	add_try(&f, mem, "2026-11-02T16:00:00Z"); /* the third */
	phase_facts_case(&f, lost, NULL);
	CHECK(!f.lost_unproved);
	phase_facts_case(&f, lost,
		read(mem, "{\"closing\":{\"lost_contact_tries\":4}}"));
	CHECK(f.lost_unproved);
	arena_free(mem);
}

static void a_case_opened_again_needs_a_closure_of_its_own(void)
{
	struct arena *mem = arena_new();
	struct phase_facts f;

	memset(&f, 0, sizeof(f));
	phase_facts_add(&f, "closure", read(mem, "{}"));
	phase_facts_case(&f, read(mem, "{}"), NULL);
	CHECK(!f.closure_approved);
	phase_facts_add(
		&f, "closure", read(mem, "{\"approved\":\"2026-11-02\"}"));
	phase_facts_case(&f, read(mem, "{}"), NULL);
	CHECK(f.closure_approved);
	phase_facts_case(&f, read(mem, "{\"reopened\":1}"), NULL);
	CHECK(!f.closure_approved);
	arena_free(mem);
}

static void opening_again_counts_and_forgets_the_closing(void)
{
	static const struct date today = {2026, 11, 22};
	struct arena *mem = arena_new();
	const json_t *before =
		read(mem, "{\"phase\":\"ended\",\"closed\":\"2026-10-01\","
			  "\"close_reason\":\"moved\",\"reopened\":1}");
	json_t *after = json_keep(json_deep_copy(before), mem);

	json_object_set_new(after, "phase", json_string("intake"));
	phase_fill(before, after, &today);
	CHECK(json_int(after, "reopened", 0) == 2);
	CHECK(!json_object_get(after, "closed"));
	CHECK(!json_object_get(after, "close_reason"));
	/* Ended without a day, it is today. */
	before = read(mem, "{\"phase\":\"closing\"}");
	after = json_keep(json_deep_copy(before), mem);
	json_object_set_new(after, "phase", json_string("ended"));
	phase_fill(before, after, &today);
	CHECK_STR(json_str(after, "closed"), "2026-11-22");
	arena_free(mem);
}

static void a_referral_nobody_has_taken_charge_of_keeps_a_case_open(void)
{
	static const struct {
		const char *body;
		bool waits;
	} letters[] = {
		{"{\"status\":\"draft\"}",                        false},
		{"{\"status\":\"requested\"}",                    true },
		{"{\"status\":\"requested\",\"to_staff\":\"x\"}", false},
		{"{\"status\":\"accepted\"}",                     true },
		{"{\"status\":\"accepted\",\"manager\":\"x\"}",   false},
		{"{\"status\":\"returned\"}",                     false},
		{"{\"status\":\"withdrawn\"}",                    false},
	};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
		struct phase_facts f;

		memset(&f, 0, sizeof(f));
		phase_facts_add(&f, "referral", read(mem, letters[i].body));
		CHECK(f.letter_waits == letters[i].waits);
		if (tap_bad)
			printf("# %s\n", letters[i].body);
	}
	arena_free(mem);
}

int main(void)
{
	RUN(a_programme_steps_over_the_phases_it_does_not_use);
	RUN(what_a_programme_waives_is_not_asked_for);
	RUN(contact_is_lost_after_tries_on_three_days);
	RUN(a_case_opened_again_needs_a_closure_of_its_own);
	RUN(opening_again_counts_and_forgets_the_closing);
	RUN(a_referral_nobody_has_taken_charge_of_keeps_a_case_open);
	RUN(with_everything_on_file_exactly_the_moves_of_the_table_go);
	RUN(a_wrong_move_is_answered_with_the_ones_there_are);
	RUN(the_phases_are_those_of_the_code_list);
	RUN(each_gate_names_the_one_thing_that_is_missing);
	RUN(a_gate_asks_for_nothing_that_is_not_its_business);
	RUN(everything_that_is_missing_is_named_at_once);
	RUN(a_case_begins_in_one_of_the_first_three_phases);
	RUN(a_phase_nobody_knows_leads_nowhere);
	return tap_done();
}
