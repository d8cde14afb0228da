/*
 * paired.c - see paired.h.
 */
#include "proto/paired.h"

#include "proto/tails.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIKE 1e-9 /* scores have six decimals at most */

/* ---- means ---- */

static struct paired_side side_of(const double *v, size_t n)
{
	struct paired_side s = {(double)NAN, (double)NAN};
	double sum = 0, squares = 0;

	if (!n)
		return s;
	for (size_t i = 0; i < n; i++)
		sum += v[i];
	s.mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (v[i] - s.mean) * (v[i] - s.mean);
	if (n > 1)
		s.sd = sqrt(squares / (double)(n - 1));
	return s;
}

static double correlation(const struct paired *p, const double *before,
	const double *after, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (before[i] - p->before.mean) *
		       (after[i] - p->after.mean);
	return sum / ((double)(n - 1) * p->before.sd * p->after.sd);
}

/* 0 ÷ 0 and what is divided by nothing are no numbers here. */
static double by(double a, double b)
{
	return b > ALIKE ? a / b : (double)NAN;
}

/* ---- signed ranks ---- */

struct rank {
	double size;
	bool plus;
	size_t twice; /* the mid-rank, doubled: always whole */
};

static int by_size(const void *a, const void *b)
{
	double x = ((const struct rank *)a)->size;
	double y = ((const struct rank *)b)->size;

	return (x > y) - (x < y);
}

/* Gives mid-ranks to a sorted list; returns Σ(t³-t) of the ties. */
static double rank_all(struct rank *list, size_t n)
{
	double ties = 0;

	for (size_t i = 0, k; i < n; i = k) {
		double t;

		k = i + 1;
		while (k < n && list[k].size - list[i].size < ALIKE)
			k++;
		for (size_t j = i; j < k; j++)
			list[j].twice = i + k + 1;
		t = (double)(k - i);
		ties += t * t * t - t;
	}
	return ties;
}

/* How likely a sum of ranks is as small as `least` (doubled) when each sign is
 * thrown like a coin, times two: of all 2^n signs, those are counted. */
static double exact_p(
	const struct rank *list, size_t n, size_t least, struct arena *mem)
{
	size_t top = n * (n + 1); /* of the doubled ranks together */
	uint64_t *ways = ARENA_ARRAY(mem, uint64_t, top + 1);
	uint64_t sum = 0;
	double p;

	ways[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t s = top + 1; s-- > list[i].twice;)
			ways[s] += ways[s - list[i].twice];
	for (size_t s = 0; s <= least; s++)
		sum += ways[s];
	p = 2 * (double)sum / ldexp(1, (int)n);
	return p > 1 ? 1 : p;
}

static void approximate(struct signed_rank *w, double ties)
{
	double n = (double)w->n, least = fmin(w->plus, w->minus);

	w->variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
	w->z = (least - n * (n + 1) / 4) / sqrt(w->variance);
	w->r = fabs(w->z) / sqrt(n);
}

static void signed_ranks(const double *change, size_t n, struct arena *mem,
	struct signed_rank *w)
{
	struct rank *list = ARENA_ARRAY(mem, struct rank, n + 1);
	size_t plus = 0, minus = 0;
	double ties;

	memset(w, 0, sizeof(*w));
	w->p = w->variance = w->z = w->r = (double)NAN;
	for (size_t i = 0; i < n; i++)
		if (fabs(change[i]) < ALIKE)
			w->zeros++;
		else
			list[w->n++] = (struct rank){
				fabs(change[i]), change[i] > 0, 0};
	if (!w->n)
		return;
	qsort(list, w->n, sizeof(*list), by_size);
	ties = rank_all(list, w->n);
	for (size_t i = 0; i < w->n; i++)
		*(list[i].plus ? &plus : &minus) += list[i].twice;
	w->plus = (double)plus / 2;
	w->minus = (double)minus / 2;
	approximate(w, ties);
	w->exact = w->n <= PAIRED_EXACT;
	w->p = w->exact ? exact_p(list, w->n, plus < minus ? plus : minus, mem)
			: normal_two_sided(w->z);
}

/* ---- all of it ---- */

void paired_reckon(const double *before, const double *after, size_t n,
	struct arena *mem, struct paired *out)
{
	double *change = ARENA_ARRAY(mem, double, n + 1);
	double error, wide;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		change[i] = after[i] - before[i];
	out->n = n;
	out->before = side_of(before, n);
	out->after = side_of(after, n);
	out->change = side_of(change, n);
	out->df = n ? (double)n - 1 : (double)NAN;
	error = out->change.sd / sqrt((double)n);
	out->t = by(out->change.mean, error);
	out->p = isnan(out->t) ? (double)NAN
			       : student_two_sided(out->t, out->df);
	wide = n > 1 ? student_quantile(0.05, out->df) * error : (double)NAN;
	out->low = out->change.mean - wide;
	out->high = out->change.mean + wide;
	signed_ranks(change, n, mem, &out->rank);
	out->r = n > 1 && out->before.sd > ALIKE && out->after.sd > ALIKE
			 ? fmax(-1, fmin(1, correlation(out, before, after, n)))
			 : (double)NAN;
	out->dz = by(out->change.mean, out->change.sd);
	out->dav = by(out->change.mean, (out->before.sd + out->after.sd) / 2);
	out->drm = out->dz * sqrt(2 * (1 - out->r));
	out->g = n > 2 ? out->dav * (1 - 3 / (4 * out->df - 1)) : (double)NAN;
}

/* ---- several at once ---- */

struct placed {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	double x = ((const struct placed *)a)->p;
	double y = ((const struct placed *)b)->p;

	return (x > y) - (x < y);
}

void paired_holm(double *p, size_t n, struct arena *mem)
{
	struct placed *list = ARENA_ARRAY(mem, struct placed, n + 1);
	size_t m = 0;
	double floor = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(p[i]))
			list[m++] = (struct placed){p[i], i};
	if (m)
		qsort(list, m, sizeof(*list), by_p);
	for (size_t i = 0; i < m; i++) {
		floor = fmax(floor, fmin(1, (double)(m - i) * list[i].p));
		p[list[i].at] = floor;
	}
}
