/*
 * act.h - what happens in a step, and what others do while a request travels.
 */
#ifndef TESTS_SIM_ACT_H
#define TESTS_SIM_ACT_H

#include "tests/sim/run.h"

/* One step: an action drawn by the weights of this seed. */
void act_step(struct run *r, struct rng *g);
/* Others act between two requests of a station's round. */
void act_between(struct run *r, struct station *busy);
/* How many actions have a weight. */
size_t act_count(void);
/* Their usual weight. */
unsigned act_weight(size_t i);
const char *act_name(size_t i);
/* Only in seeds with parcels; only in those with orders. NULL is neither. */
bool act_is_errand(const char *name);
bool act_is_order(const char *name);

#endif
