/*
 * demo_scales.h - filled-in questionnaires whose scores are the ones wanted.
 *
 * Totals before and after are drawn together, with the means, deviations and
 * correlation of the demo's recipe; the answers are then made to add up to the
 * total exactly, reversed items and sub-scores included. Answers come from the
 * instrument's own description, so a new instrument needs a row, no code.
 */
#ifndef SERVER_ADMIN_DEMO_SCALES_H
#define SERVER_ADMIN_DEMO_SCALES_H

#include "proto/types.h"
#include "server/admin/demo_rng.h"

struct score_model {
	const char *instrument;
	double before, before_sd, after_sd, r,
		shift; /* of the headline score */
};

/* NULL when nothing is known about the instrument. */
const struct score_model *scales_model(const char *instrument);
/* A pair of headline scores; not yet clipped to the instrument's range. */
void scales_pair(const struct score_model *m, struct rng *r, double *before,
	double *after);

/*
 * Answers for an instrument (not GAS) whose headline score is as near to
 * `wanted` as the instrument allows. The first `not_applicable` items that may
 * be left out are (SDSS: work, marriage, children). Belongs to mem.
 */
json_t *scales_answers(const struct catalogue *c, const char *instrument,
	double wanted, size_t not_applicable, struct rng *r,
	struct arena *mem) NEVER_NULL;

#endif
