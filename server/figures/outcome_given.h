/*
 * outcome_given.h - the pairs a figure of change is made of, for somebody who
 * must not see persons.
 *
 * Two means of different days, of six people and of seven, would tell the
 * seventh's scores. So what figures of a year are made of is remembered
 * (figures.outcome), and changes of it, new pairs, edits and retractions, come
 * in batches: those that would change a row that is shown by 1 … below-1 people
 * wait until there are more. The same goes for what rows that are hidden add up
 * to. A ruler of which nothing was shown yet starts with all there is.
 */
#ifndef SERVER_FIGURES_OUTCOME_GIVEN_H
#define SERVER_FIGURES_OUTCOME_GIVEN_H

#include "server/figures/outcome.h"

/*
 * Puts the pairs that may be given in the place of o->pairs and remembers them,
 * in the caller's transaction (READ COMMITTED). *as_of: when they last became
 * others; *waiting: there are changes that wait.
 */
bool outcomes_give(struct req *r, int64_t year, int64_t below,
	struct outcomes *o, const char **as_of, bool *waiting,
	struct err *e) MUST_CHECK;

/* The same without a database: what to give when `was` was given. True when it
 * is not what was given. */
bool outcomes_batch(struct outcomes *o, const struct outcome_list *was,
	int64_t below, struct outcome_list *out, bool *waiting);

#endif
