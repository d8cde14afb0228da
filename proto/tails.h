/*
 * tails.h - the tails of Student's and the normal distribution.
 *
 * Student's by the continued fraction of the incomplete beta function
 * (Numerical analysis since Müller 1931; evaluated as Lentz 1976 does), good to
 * about 1e-12 also far out, where a difference of two large probabilities would
 * be nothing. tests/flow/paired.t compares with R. Pure.
 */
#ifndef PROTO_TAILS_H
#define PROTO_TAILS_H

/* How likely |T| ≥ |t| is, with df degrees of freedom, df > 0. */
double student_two_sided(double t, double df);
/* The t with student_two_sided(t, df) = p, 0 < p < 1. */
double student_quantile(double p, double df);
/* How likely |Z| ≥ |z| is. */
double normal_two_sided(double z);

#endif
