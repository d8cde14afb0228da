/*
 * test_smd_rates.c - the six national rates against the published counts and
 * rates of 2017 and 2018 (Chinese Journal of Psychiatry; domain reference
 * §2.5).
 */
#include "proto/smd_rates.h"

#include "proto/base/base.h"
#include "tests/lib/tap.h"

#include <math.h>

static const struct {
	struct smd_counts counts;
	double per_cent[SMD_RATES];
	double within[SMD_RATES]; /* half of the last digit published */
} years[] = {
	{{1370784400, 5806352, 5380249, 4346103, 4035323, 2012074, 3924101,
		 5231235},
         {0.424, 92.66, 74.85, 69.50, 34.65, 75.01},
         {0.0005, 0.005, 0.005, 0.005, 0.005, 0.005}},
	{{1379837956, 5994054, 5688164, 4956545, 4873322, 2504323, 4426558,
		 5492261},
         {0.43, 94.90, 82.69, 81.30, 41.78, 80.60},
         {0.005, 0.005, 0.005, 0.005, 0.005, 0.005} },
};

static void the_published_counts_give_the_published_rates(void)
{
	for (size_t y = 0; y < ARRAY_LEN(years); y++)
		for (int r = 0; r < SMD_RATES; r++) {
			double got =
				smd_rate(&years[y].counts, (enum smd_rate)r);

			CHECK(fabs(got - years[y].per_cent[r]) <=
				years[y].within[r] + 1e-9);
			if (tap_bad)
				printf("# year %zu rate %d: %f\n", y, r, got);
		}
}

static void of_nobody_there_is_no_rate(void)
{
	static const struct smd_counts none;

	for (int r = 0; r < SMD_RATES; r++)
		CHECK(smd_rate(&none, (enum smd_rate)r) < 0);
}

int main(void)
{
	RUN(the_published_counts_give_the_published_rates);
	RUN(of_nobody_there_is_no_rate);
	return tap_done();
}
