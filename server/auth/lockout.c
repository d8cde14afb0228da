/*
 * lockout.c - see lockout.h.
 */
#include "server/auth/lockout.h"

static const struct {
	const char *name;
	int64_t free;      /* tries that cost nothing */
	int64_t stop;      /* the last that is taken; 0: there is none */
	int64_t forget_ms; /* quiet time after which counting starts anew */
} scopes[LOCK_SCOPES] = {
	[LOCK_ACCOUNT] = {"account",  5,  100, 86400000},
	[LOCK_GUARDED] = {"account",  5,  0,   86400000},
	[LOCK_DEVICE] = {"device",   5,  100, 86400000},
	[LOCK_SOURCE] = {"source",   20, 0,   3600000 },
	[LOCK_FACTOR] = {"factor",   5,  20,  86400000},
	[LOCK_RECOVERY] = {"recovery", 5,  0,   86400000},
	[LOCK_PROOF] = {"proof",    5,  20,  86400000},
};

const char *lockout_scope_name(enum lock_scope s)
{
	return scopes[s].name;
}

int64_t lockout_wait_ms(const struct attempts *a, int64_t now_ms)
{
	return a->until_ms > now_ms ? a->until_ms - now_ms : 0;
}

static int64_t delay_ms(int64_t over)
{
	int64_t ms = 2000;

	for (; over > 0 && ms < LOCKOUT_LONGEST_MS; over--)
		ms *= 2;
	return ms < LOCKOUT_LONGEST_MS ? ms : LOCKOUT_LONGEST_MS;
}

struct attempts lockout_charge(
	struct attempts a, enum lock_scope s, int64_t now_ms)
{
	if (now_ms - a.last_ms > scopes[s].forget_ms)
		a.fails = 0;
	a.fails++;
	a.last_ms = now_ms;
	a.told = false;
	if (scopes[s].stop && a.fails >= scopes[s].stop)
		a.until_ms = now_ms + 100 * LOCKOUT_SHUT_MS;
	else if (a.fails >= scopes[s].free)
		a.until_ms = now_ms + delay_ms(a.fails - scopes[s].free);
	return a;
}

struct attempts lockout_pardon(struct attempts a, enum lock_scope s)
{
	a.fails = s == LOCK_SOURCE && a.fails > 0 ? a.fails - 1 : 0;
	a.until_ms = 0;
	a.told = false;
	return a;
}
