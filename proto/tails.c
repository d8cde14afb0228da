/*
 * tails.c - see tails.h.
 */
#include "proto/tails.h"

#include <math.h>

#define STEPS 500
#define CLOSE 1e-15
#define TINY  1e-300

static double not_tiny(double v)
{
	return fabs(v) < TINY ? TINY : v;
}

/* The continued fraction of I_x(a, b), without what stands before it. */
static double fraction(double x, double a, double b)
{
	double c = 1, d = 1 / not_tiny(1 - (a + b) * x / (a + 1)), h = d;

	for (int m = 1; m < STEPS; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x /
			     ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 / not_tiny(1 + even * d);
		c = not_tiny(1 + even / c);
		h *= d * c;
		d = 1 / not_tiny(1 + odd * d);
		c = not_tiny(1 + odd / c);
		step = d * c;
		h *= step;
		if (fabs(step - 1) < CLOSE)
			break;
	}
	return h;
}

/* I_x(a, b); `y` is 1 - x, given apart where x is all but 1. */
static double incomplete_beta(double x, double y, double a, double b)
{
	double front;

	if (x <= 0)
		return 0;
	if (y <= 0)
		return 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) +
		    b * log(y));
	if (x < (a + 1) / (a + b + 2))
		return front * fraction(x, a, b) / a;
	return 1 - front * fraction(y, b, a) / b;
}

double student_two_sided(double t, double df)
{
	double square = t * t;

	if (isinf(t))
		return 0;
	return incomplete_beta(
		df / (df + square), square / (df + square), df / 2, 0.5);
}

double student_quantile(double p, double df)
{
	double low = 0, high = 1;

	while (student_two_sided(high, df) > p && high < 1e300)
		high *= 2;
	for (int i = 0; i < 200 && high - low > CLOSE * high; i++) {
		double mid = low + (high - low) / 2;

		if (student_two_sided(mid, df) > p)
			low = mid;
		else
			high = mid;
	}
	return low + (high - low) / 2;
}

double normal_two_sided(double z)
{
	return erfc(fabs(z) / sqrt(2));
}
