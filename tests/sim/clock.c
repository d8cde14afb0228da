/*
 * clock.c - see clock.h.
 */
#include "tests/sim/clock.h"

#include "proto/base/host.h"
#include "proto/base/uuid.h"
#include "tests/sim/rng.h"

#include <string.h>

static struct {
	int64_t now;
	int64_t skew;
	struct rng bytes;
} machine;

void clock_start(int64_t now_ms, uint64_t seed)
{
	machine.now = now_ms;
	machine.skew = 0;
	machine.bytes = rng_of(seed, 0xb17e5);
}

void clock_pass(int64_t ms)
{
	machine.now += ms;
}

int64_t clock_true(void)
{
	return machine.now;
}

int64_t clock_speaker(int64_t skew_ms)
{
	int64_t before = machine.skew;

	machine.skew = skew_ms;
	return before;
}

int64_t host_now_ms(void)
{
	return machine.now + machine.skew;
}

int64_t host_mono_ms(void)
{
	return machine.now;
}

int64_t host_boot_ms(void)
{
	return machine.now;
}

void host_random(void *p, size_t n)
{
	unsigned char *to = p;

	for (size_t i = 0; i < n; i++)
		to[i] = (unsigned char)rng_next(&machine.bytes);
}

/* The time in an id is there for the index only: here it is the true one, so
 * that a run with other clocks makes the same ids. NOLINTBEGIN */
struct uuid __wrap_uuid_new(void);
/* NOLINTEND */

struct uuid __wrap_uuid_new(void)
{
	unsigned char random[10];

	host_random(random, sizeof(random));
	return uuid_v7(machine.now, random);
}
