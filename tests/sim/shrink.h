/*
 * shrink.h - the least of a history that still fails the same way.
 */
#ifndef TESTS_SIM_SHRINK_H
#define TESTS_SIM_SHRINK_H

#include "tests/sim/lab.h"

/* Sets skip[] to the steps that can be left out; gives how many are kept. The
 * invariant that fails stays the same one. */
int shrink(struct lab *lab, uint64_t seed, const struct failure *failed,
	bool skip[STEPS_MAX]);

#endif
