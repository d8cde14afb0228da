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
};

static void with_everything_on_file_exactly_the_moves_of_the_table_go(void)
{
	for (size_t from = 0; from < PHASES; from++)
		for (size_t to = 0; to < PHASES; to++) {
			struct err e = {.code = ERR_NONE};
			bool went = phase_may_move(
				phases[from], phases[to], &everything, &e);

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
			phases[from], "nowhere", &everything, &e));
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

		CHECK(!phase_may_move(gates[i].from, gates[i].to, &f, &e));
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
		FACT(close_reason)};

	for (size_t from = 0; from < PHASES; from++)
		for (size_t to = 0; to < PHASES; to++)
			for (size_t k = 0; k < ARRAY_LEN(facts); k++) {
				struct phase_facts f = without(facts[k]);
				struct err e;

				if (from == to || !is_move(from, to))
					continue;
				CHECK(phase_may_move(phases[from], phases[to],
					      &f, &e) == !is_asked(phases[from],
								 phases[to],
								 facts[k]));
			}
}

static void everything_that_is_missing_is_named_at_once(void)
{
	struct phase_facts f = everything;
	struct err e;

	f.priority_need = f.risk_rated = false;
	CHECK(!phase_may_move("assessment", "planning", &f, &e));
	CHECK_STR(e.accepts, "need.main/priority, flag / response.danger");
	f = everything;
	f.reviewed = f.close_reason = false;
	CHECK(!phase_may_move("evaluation", "closing", &f, &e));
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
		CHECK(!phase_may_move(odd[i], "screening", &everything, &e));
		CHECK(e.code == ERR_BAD_MOVE);
		CHECK(!phase_may_move("intake", odd[i], &everything, &e));
		CHECK(e.code == ERR_BAD_MOVE);
	}
}

int main(void)
{
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
