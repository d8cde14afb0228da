/*
 * world.h - random families of tables (server/figures/hide.h), on two days.
 *
 * Each event stands at a site, has a trait (a programme, a kind) and a month,
 * and is counted in one sum or several. The second day has late entries in
 * months that were over, and what else came in those that were not.
 */
#ifndef TESTS_ATTACK_WORLD_H
#define TESTS_ATTACK_WORLD_H

#include "server/figures/hide.h"

#define MONTHS 12
#define ROWS   12
#define SUMS   5
#define DIMS   2 /* by site; by trait */
#define DAYS   2

struct day {
	struct hide_family f;
	int64_t count[SUMS][DIMS][ROWS * MONTHS];
	int64_t total[SUMS][MONTHS];
	int64_t people[SUMS][DIMS][ROWS], once[SUMS][ROWS], all[SUMS];
	/* Each figure hidden by itself, as if there were no families. */
	size_t figures;
	struct hide_family figure[2 * SUMS];
	struct {
		size_t sum, figure, as;
	} shows[4 * SUMS]; /* which sum a figure shows, and as which of its
			      own */
	size_t shown;
};

struct world {
	const char *shape;
	bool few, alone;
	size_t sites, traits, kinds, subs, sums, months;
	size_t kind[ROWS], sub[ROWS], group[ROWS];
	struct day day[DAYS];
};

/* The next of a fixed row of random numbers, below n. */
size_t chance(size_t n);
void chance_seed(uint64_t seed);

/* A world, and what is hidden of it on the first and on the second day.
 * `alone`: each figure by itself, remembering only what was hidden beside. */
void world_make(struct world *w, bool alone, struct arena *mem);
/* As published: what any figure shows is shown. */
enum hide_sign world_sign(const struct world *w, size_t day, size_t sum,
	size_t dim, size_t l, size_t g, size_t k, size_t h);
int64_t world_count(const struct world *w, size_t day, size_t sum, size_t dim,
	size_t l, size_t g, size_t k, size_t h);

#endif
