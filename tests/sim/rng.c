/*
 * rng.c - see rng.h. SplitMix64 (Steele, Lea and Flood, 2014).
 */
#include "tests/sim/rng.h"

uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

struct rng rng_of(uint64_t seed, uint64_t purpose)
{
	struct rng r = {seed * UINT64_C(0xd1342543de82ef95) + 1};

	r.s ^= rng_next(&r) + purpose * UINT64_C(0xda942042e4dd58b5);
	rng_next(&r);
	return r;
}

unsigned rng_below(struct rng *r, unsigned n)
{
	return (unsigned)((rng_next(r) >> 32) * n >> 32);
}

bool rng_chance(struct rng *r, unsigned per_mille)
{
	return rng_below(r, 1000) < per_mille;
}

const char *rng_pick(struct rng *r, const char *const *list, size_t n)
{
	return list[rng_below(r, (unsigned)n)];
}
