/*
 * outcome_json.h - rows of a figure of change, reckoned and said.
 */
#ifndef SERVER_FIGURES_OUTCOME_JSON_H
#define SERVER_FIGURES_OUTCOME_JSON_H

#include "server/figures/outcome.h"

#include "proto/paired.h"
#include "proto/scale_change.h"

/* One ruler in one group. */
struct outcome_row {
	size_t ruler;
	const char *key; /* of the group; NULL: all together */
	enum hide_sign sign, alone_sign;
	bool whole;    /* for somebody who may see persons */
	int64_t small; /* counts of classes below it are hidden, all of them */
	const double *before, *after;
	size_t alone;
	struct change_own own; /* baselines of all, alone or not */
	struct paired p;
	double holm; /* p of t among the instruments of the same group */
};

json_t *outcome_row_json(const struct outcomes *o,
	const struct outcome_row *row, struct arena *mem) NEVER_NULL;

#endif
