/*
 * crash.c - see crash.h. Empty unless built for the fault tests.
 */
#include "proto/base/crash.h"
#include "proto/base/base.h"

#ifdef CASEBRIDGE_FAULTS

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_long passed;

void crash_point(const char *name)
{
	const char *armed = getenv("CASEBRIDGE_CRASH");
	size_t n = strlen(name);
	char *rest = NULL;
	long nth = 1;

	if (!armed || strncmp(armed, name, n) != 0 ||
		(armed[n] && armed[n] != ':'))
		return;
	if (armed[n])
		nth = strtol(armed + n + 1, &rest, 10);
	if (atomic_fetch_add(&passed, 1) + 1 != nth)
		return;
	fprintf(stderr, "crash point %s\n", armed);
	raise(rest && strcmp(rest, ":stop") == 0 ? SIGSTOP : SIGKILL);
}

#endif
