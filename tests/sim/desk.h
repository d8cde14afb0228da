/*
 * desk.h - people at a desk: a browser, which sees what the centre holds and
 * keeps nothing.
 */
#ifndef TESTS_SIM_DESK_H
#define TESTS_SIM_DESK_H

#include "tests/sim/run.h"

/* Somebody edits a record they see; `sharing`: a membership or a consent. */
void desk_edit(struct run *r, struct rng *g, bool sharing);

#endif
