/*
 * host.c - see host.h.
 */
#include "proto/base/host.h"

#include <openssl/rand.h>
#include <time.h>

static int64_t clock_ms(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		die("the clock cannot be read");
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t host_now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t host_mono_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t host_boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

void host_random(void *p, size_t n)
{
	if (n > INT32_MAX || RAND_bytes(p, (int)n) != 1)
		die("no random bytes");
}
