/*
 * rng.h - numbers that look random and are the same for the same seed, on
 * every machine. Each step of a run has a generator of its own, so that a step
 * left out does not change what the others do.
 */
#ifndef TESTS_SIM_RNG_H
#define TESTS_SIM_RNG_H

#include "proto/base/base.h"

struct rng {
	uint64_t s;
};

/* A generator for one purpose within a seed. */
struct rng rng_of(uint64_t seed, uint64_t purpose);
uint64_t rng_next(struct rng *r);
/* 0 … n-1; n > 0. */
unsigned rng_below(struct rng *r, unsigned n);
/* True in so many of a thousand cases. */
bool rng_chance(struct rng *r, unsigned per_mille);
/* One of a list of strings. */
const char *rng_pick(struct rng *r, const char *const *list, size_t n);
#define RNG_PICK(r, list) rng_pick((r), (list), ARRAY_LEN(list))

#endif
