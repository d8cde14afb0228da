/*
 * today.c - see today.h.
 */
#include "proto/today.h"

#include <string.h>

#define STATES_MAX 4 /* and a NULL */

struct states {
	const char *type;
	const char *states[STATES_MAX + 1];
};

static const struct states waiting[] = {
	{"task",    {"open"}   },
	{"service", {"planned"}},
};

static const struct states unsigned_ones[] = {
	{"service", {"planned", "not_reached", "no_show", "cancelled"}},
	{"plan",    {"replaced"}				      },
};

static const char *const *states_of(
	const struct states *all, size_t count, const char *type, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(all[i].type, type) != 0)
			continue;
		while (all[i].states[*n])
			++*n;
		return all[i].states;
	}
	return NULL;
}

static bool is_in(const char *const *states, size_t n, const json_t *body)
{
	const char *status = json_str(body, "status");

	for (size_t i = 0; status && i < n; i++)
		if (strcmp(states[i], status) == 0)
			return true;
	return false;
}

const char *const *today_states(const char *type, size_t *n)
{
	return states_of(waiting, ARRAY_LEN(waiting), type, n);
}

bool today_waits(const char *type, const json_t *body)
{
	size_t n;
	const char *const *states = today_states(type, &n);

	return is_in(states, n, body);
}

const char *const *today_unsigned_states(const char *type, size_t *n)
{
	return states_of(unsigned_ones, ARRAY_LEN(unsigned_ones), type, n);
}

bool today_to_sign(const char *type, const json_t *body)
{
	size_t n;
	const char *const *states = today_unsigned_states(type, &n);

	return !is_in(states, n, body);
}
