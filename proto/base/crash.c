/*
 * crash.c - see crash.h. Empty unless built for the fault tests.
 */
#include "proto/base/crash.h"
#include "proto/base/base.h"

#ifdef CASEBRIDGE_FAULTS

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORDER_MAX 128

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static long passed;
static char standing[ORDER_MAX]; /* the order that was counted for */

/* What the environment or the file it names asks for; false when nothing. */
static bool ordered(char out[ORDER_MAX])
{
	const char *armed = getenv("CASEBRIDGE_CRASH");
	ssize_t n;
	int fd;

	if (!armed)
		return false;
	if (*armed != '@') {
		snprintf(out, ORDER_MAX, "%s", armed);
		return true;
	}
	fd = open(armed + 1, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, out, ORDER_MAX - 1);
	close(fd);
	out[n > 0 ? n : 0] = 0;
	out[strcspn(out, "\n")] = 0;
	return *out;
}

/* True when this passing of the place is the one that was meant. */
static bool is_due(const char *name, const char *order, const char **rest)
{
	size_t n = strlen(name);
	long nth = 1;
	char *end;

	if (strncmp(order, name, n) != 0 || (order[n] && order[n] != ':'))
		return false;
	if (strcmp(standing, order) != 0)
		passed = 0;
	snprintf(standing, sizeof(standing), "%s", order);
	*rest = order + n;
	if (order[n]) {
		nth = strtol(order + n + 1, &end, 10);
		*rest = end;
	}
	return ++passed == nth;
}

void crash_point(const char *name)
{
	char order[ORDER_MAX];
	const char *rest = "";
	bool due;

	if (!ordered(order))
		return;
	pthread_mutex_lock(&one_at_a_time);
	due = is_due(name, order, &rest);
	pthread_mutex_unlock(&one_at_a_time);
	if (!due)
		return;
	fprintf(stderr, "crash point %s\n", order);
	raise(strncmp(rest, ":stop", 5) == 0 ? SIGSTOP : SIGKILL);
}

#endif
