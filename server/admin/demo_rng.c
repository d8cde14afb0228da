/*
 * demo_rng.c - see demo_rng.h.
 *
 * xoshiro256** 1.0, seeded through splitmix64 (Blackman and Vigna, "Scrambled
 * linear pseudorandom number generators", ACM TOMS 47, 2021). For invented
 * people only: nothing secret is ever made with it.
 */
#include "server/admin/demo_rng.h"

#include <math.h>
#include <string.h>

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = (*x += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed, uint64_t stream)
{
	uint64_t x = seed;

	x = splitmix(&x) ^ stream;
	for (size_t i = 0; i < 4; i++)
		r->s[i] = splitmix(&x);
}

static uint64_t rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return out;
}

size_t rng_below(struct rng *r, size_t n)
{
	/* The bias of a remainder is below n / 2^64. */
	return (size_t)(rng_next(r) % n);
}

int rng_between(struct rng *r, int low, int high)
{
	return low + (int)rng_below(r, (size_t)(high - low) + 1);
}

double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

bool rng_chance(struct rng *r, double probability)
{
	return rng_unit(r) < probability;
}

/* Box and Muller 1958; the second number of each pair is left, so that a
 * stream has no hidden state. */
double rng_normal(struct rng *r)
{
	const double tau = 6.283185307179586;
	double u = 1 - rng_unit(r), v = rng_unit(r);

	return sqrt(-2 * log(u)) * cos(tau * v);
}

double rng_lognormal(struct rng *r, double median, double sigma)
{
	return median * exp(sigma * rng_normal(r));
}

/* Marsaglia and Tsang 2000; shape >= 1. */
static double gamma_of(struct rng *r, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		double x = rng_normal(r), v = 1 + c * x;

		v = v * v * v;
		if (v > 0 && log(1 - rng_unit(r)) <
				     x * x / 2 + d - d * v + d * log(v))
			return d * v;
	}
}

/* Knuth's product of uniforms: means here are below 100. */
static int poisson(struct rng *r, double mean)
{
	double limit = exp(-mean), p = 1;
	int n = -1;

	do {
		p *= rng_unit(r);
		n++;
	} while (p > limit);
	return n;
}

int rng_count(struct rng *r, double mean, double sd)
{
	double excess = sd * sd - mean;
	double shape = excess > 0 ? mean * mean / excess : 0;

	if (shape < 1)
		return poisson(r, mean);
	return poisson(r, gamma_of(r, shape) * mean / shape);
}

size_t rng_pick(struct rng *r, const int *weights, size_t n)
{
	size_t sum = 0, at;

	for (size_t i = 0; i < n; i++)
		sum += (size_t)weights[i];
	if (sum == 0)
		die("demo: a choice without weights");
	at = rng_below(r, sum);
	for (size_t i = 0; i < n; i++) {
		if (at < (size_t)weights[i])
			return i;
		at -= (size_t)weights[i];
	}
	return n - 1;
}

struct uuid rng_uuid(struct rng *r, int64_t unix_ms)
{
	uint64_t bits[2] = {rng_next(r), rng_next(r)};
	unsigned char random[10];

	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (unsigned char)(bits[i / 8] >> (8 * (i % 8)));
	return uuid_v7(unix_ms, random);
}
