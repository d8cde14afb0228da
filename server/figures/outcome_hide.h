/*
 * outcome_hide.h - which rows of a figure of change are shown to somebody who
 * must not see persons.
 *
 * A mean of fewer than `below` people is hidden, and whatever would let it be
 * reckoned from the others (hide.h): means and how many they are of add up like
 * counts do. A row in which everybody had the same score before, or after, says
 * what each of them had; it is hidden as if it were one person's. Sites, their
 * kinds and subdistricts are one table, programmes another; both have the same
 * total.
 */
#ifndef SERVER_FIGURES_OUTCOME_HIDE_H
#define SERVER_FIGURES_OUTCOME_HIDE_H

#include "server/figures/outcome.h"

struct outcome_signs {
	const enum hide_sign *of[OUTCOME_BYS]; /* of each group */
};

/* Of one ruler's pairs in `l`. Whatever `also` hides is hidden, too; it may be
 * NULL. below 0: nothing is. */
struct outcome_signs *outcome_signs(const struct outcomes *o,
	const struct outcome_list *l, size_t ruler, int64_t below,
	const struct outcome_signs *also) NEVER_NULL;

#endif
