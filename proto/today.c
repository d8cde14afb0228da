/*
 * today.c - see today.h.
 */
#include "proto/today.h"

#include <string.h>

#define STATES_MAX 2 /* and a NULL */

static const struct {
	const char *type;
	const char *states[STATES_MAX];
} waiting[] = {
	{"task",    {"open"}   },
	{"service", {"planned"}},
};

const char *const *today_states(const char *type, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < ARRAY_LEN(waiting); i++) {
		if (strcmp(waiting[i].type, type) != 0)
			continue;
		while (waiting[i].states[*n])
			++*n;
		return waiting[i].states;
	}
	return NULL;
}

bool today_waits(const char *type, const json_t *body)
{
	const char *status = json_str(body, "status");
	size_t n;
	const char *const *states = today_states(type, &n);

	for (size_t i = 0; status && i < n; i++)
		if (strcmp(states[i], status) == 0)
			return true;
	return false;
}
