/*
 * smd_rates.h - the six rates by which the care of severe mental disorder is
 * judged nationally, from plain counts (domain reference §2.5; definitions as
 * in the yearly reports of the national information system).
 */
#ifndef PROTO_SMD_RATES_H
#define PROTO_SMD_RATES_H

#include <stdint.h>

/* Persons at the end of the period. */
struct smd_counts {
	int64_t population; /* resident */
	int64_t registered;
	int64_t managed;
	int64_t standard;  /* managed by the norm */
	int64_t medicated; /* take medicine at all */
	int64_t regular;   /* take it as prescribed */
	int64_t stable;
	int64_t followed; /* what stability is reckoned of */
};

enum smd_rate {
	SMD_PREVALENCE, /* registered of the population */
	SMD_MANAGEMENT,
	SMD_STANDARD_MANAGEMENT,
	SMD_MEDICATION,
	SMD_REGULAR_MEDICATION,
	SMD_STABILITY,
	SMD_RATES
};

/* In per cent, unrounded; -1 where nobody is counted below the line. */
double smd_rate(const struct smd_counts *c, enum smd_rate rate);

#endif
