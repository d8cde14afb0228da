/*
 * mutants.h - the protocol with one of its rules left out.
 *
 * In C a rule is left out where MUTANT(name) stands (proto/base/mutant.h), in
 * SQL by another text in a statement or a function of the simulator's own
 * database. mutants.c has the table.
 */
#ifndef TESTS_SIM_MUTANTS_H
#define TESTS_SIM_MUTANTS_H

#include "tests/sim/run.h"

struct mutant {
	const char *name;
	const char *without; /* the rule, in a few words */
	/* What makes it come up sooner, besides the seed's own: the weight of
	 * an action, or "garble", per mille. */
	const char *action;
	unsigned weight;
};

/* NULL past the end. */
const struct mutant *mutant_at(size_t i);
/* NULL when there is none of that name. */
const struct mutant *mutant_find(const char *name);
/* Before the database is opened: which one is left out in this process. */
void mutant_choose(const struct mutant *m);
const struct mutant *mutant_chosen(void);
/* After: what it changes in functions of the database. */
void mutant_apply(void);

#endif
