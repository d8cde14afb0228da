/*
 * smd_rates.c - see smd_rates.h. One row a rate: what above, what below.
 */
#include "proto/smd_rates.h"

#include <stddef.h>

#define COUNT(member) offsetof(struct smd_counts, member)

static const struct {
	size_t above;
	size_t below;
} rates[] = {
	[SMD_PREVALENCE] = {COUNT(registered), COUNT(population)},
	[SMD_MANAGEMENT] = {COUNT(managed),    COUNT(registered)},
	[SMD_STANDARD_MANAGEMENT] = {COUNT(standard),   COUNT(registered)},
	[SMD_MEDICATION] = {COUNT(medicated),  COUNT(registered)},
	[SMD_REGULAR_MEDICATION] = {COUNT(regular),    COUNT(registered)},
	[SMD_STABILITY] = {COUNT(stable),     COUNT(followed)  },
};

static int64_t count(const struct smd_counts *c, size_t at)
{
	return *(const int64_t *)(const void *)((const char *)c + at);
}

double smd_rate(const struct smd_counts *c, enum smd_rate rate)
{
	int64_t below = count(c, rates[rate].below);

	return below > 0 ? 100.0 * (double)count(c, rates[rate].above) /
				   (double)below
			 : -1;
}
