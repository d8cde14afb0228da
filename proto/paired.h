/*
 * paired.h - what changed between two scores of the same people, reckoned as
 * the reference of outcomes says: numbers of change, never of effect, for there
 * is nobody to compare with.
 *
 *   paired t      t = d̄ ÷ (s_d/√n), df = n-1; interval d̄ ± t₀.₉₇₅·s_d/√n
 *   signed rank   zeros dropped, mid-ranks of |d|; exact up to 25 differences,
 * with ties too; else z = (min(W) - n(n+1)/4) ÷ √(n(n+1)(2n+1)/24 -
 * Σ(t³-t)/48), without correction; r = |z|/√n d_z           d̄ ÷ s_d (Cohen
 * 1988; Lakens 2013) d_av          d̄ ÷ ((s_before+s_after)/2)   (Lakens 2013)
 *   d_rm          d_z·√(2(1-r))                (Morris and DeShon 2002)
 *   g             d_av·(1 - 3/(4·df-1))        (Hedges 1981)
 *
 * What cannot be reckoned (one pair, all differences alike) is NAN. Pure.
 */
#ifndef PROTO_PAIRED_H
#define PROTO_PAIRED_H

#include "proto/base/arena.h"

#define PAIRED_EXACT 25 /* differences other than 0 */
#define PAIRED_FEW   10 /* fewer pairs: nothing is called significant */

struct paired_side {
	double mean, sd;
};

struct signed_rank {
	size_t n, zeros; /* differences other than 0, and those that are 0 */
	double plus, minus;
	bool exact;
	double p;              /* two-sided; NAN where every difference is 0 */
	double variance, z, r; /* of the approximation, always */
};

struct paired {
	size_t n;
	struct paired_side before, after, change;
	double low, high; /* 95 % of the mean change */
	double t, df, p;  /* two-sided */
	struct signed_rank rank;
	double r; /* of before and after (Pearson) */
	double dz, dav, drm, g;
};

/* Of n pairs, n ≥ 0. Differences that are a rounding error apart count as
 * alike. */
void paired_reckon(const double *before, const double *after, size_t n,
	struct arena *mem, struct paired *out);

/* Holm's step-down of n p-values, NAN left out, in place (Holm 1979). */
void paired_holm(double *p, size_t n, struct arena *mem);

#endif
