/*
 * clock.h - the machine as the simulator plays it: its time, and its random
 * bytes. clock.c takes the place of proto/base/host.c when the simulator is
 * linked, so nothing under test can see the real ones.
 *
 * There is one true time. Who speaks sees it with an error of their own: the
 * centre none, a station its skew.
 */
#ifndef TESTS_SIM_CLOCK_H
#define TESTS_SIM_CLOCK_H

#include "proto/base/base.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

/* The time at which a run begins, and what its random bytes follow from. */
void clock_start(int64_t now_ms, uint64_t seed);
void clock_pass(int64_t ms);
int64_t clock_true(void);
/* Whose clock is read from now on; gives the error of the one before. */
int64_t clock_speaker(int64_t skew_ms);

#endif
