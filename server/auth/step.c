/*
 * step.c - see step.h.
 */
#include "server/auth/step.h"

#include <string.h>

const char *step_name(enum step s)
{
	static const char *const names[] = {
		[STEP_WHOLE] = "",
		[STEP_FACTOR] = "factor",
		[STEP_CHANGE] = "change",
		[STEP_ENROL] = "enrol",
		[STEP_LOCKED] = "locked",
	};

	return names[s];
}

bool step_is_office(enum role role)
{
	return role == ROLE_SITE_ADMIN || role == ROLE_SYSTEM_ADMIN ||
	       role == ROLE_AUDITOR;
}

static int64_t at_most(enum role role, int64_t setting, int64_t most)
{
	return step_is_office(role) && setting > most ? most : setting;
}

int64_t step_hours(enum role role, int64_t setting)
{
	return at_most(role, setting, 8);
}

int64_t step_idle_minutes(enum role role, int64_t setting)
{
	return at_most(role, setting, 10);
}

/* The next word of a comma-separated list, without blanks; NULL at its end. */
static const char *next_word(const char **list, size_t *n)
{
	const char *p = *list + strspn(*list, ", ");

	*n = strcspn(p, ", ");
	*list = p + *n;
	return *n ? p : NULL;
}

static bool is(const char *word, size_t n, const char *name)
{
	return strlen(name) == n && strncmp(word, name, n) == 0;
}

bool step_must_have_factor(enum role role, const char *roles)
{
	const char *word;
	size_t n;

	if (step_is_office(role))
		return true;
	while ((word = next_word(&roles, &n)))
		if (is(word, n, "all") || is(word, n, role_name(role)))
			return true;
	return false;
}

bool step_setting_check(const char *roles, struct err *e)
{
	const char *word;
	size_t n;

	while ((word = next_word(&roles, &n))) {
		bool known = is(word, n, "all");

		for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
			known = known || is(word, n, role_name((enum role)r));
		if (!known)
			return err_field(e, ERR_USAGE, "second-factor",
				"all, or staff roles such as psychiatrist, "
				"comma-separated");
	}
	return true;
}

enum step step_next(const struct step_facts *f, const char *roles)
{
	if (f->has_factor && !f->factored)
		return STEP_FACTOR;
	if (f->must_change)
		return STEP_CHANGE;
	if (!f->has_factor &&
		(f->must_enrol || step_must_have_factor(f->role, roles)))
		return STEP_ENROL;
	return f->locked ? STEP_LOCKED : STEP_WHOLE;
}

#define BIT(s) (1u << (s))

bool step_admits(enum need need, enum step s)
{
	static const unsigned steps[] = {
		[NEEDS_SESSION] = BIT(STEP_WHOLE),
		[NEEDS_DEVICE] = BIT(STEP_WHOLE),
		[NEEDS_FRESH] = BIT(STEP_WHOLE),
		[NEEDS_STEP] = BIT(STEP_WHOLE) | BIT(STEP_FACTOR) |
			       BIT(STEP_CHANGE) | BIT(STEP_ENROL) |
			       BIT(STEP_LOCKED),
		[NEEDS_STEP_FACTOR] = BIT(STEP_FACTOR),
		[NEEDS_STEP_CHANGE] = BIT(STEP_WHOLE) | BIT(STEP_CHANGE),
		[NEEDS_STEP_ENROL] = BIT(STEP_WHOLE) | BIT(STEP_ENROL),
		[NEEDS_STEP_PROOF] = BIT(STEP_WHOLE) | BIT(STEP_LOCKED),
	};

	return (steps[need] & BIT(s)) != 0;
}

bool step_wants_proof(
	const struct route *route, enum listener listener, enum role role)
{
	bool writes = strcmp(route->method, "GET") != 0 &&
		      strcmp(route->method, "HEAD") != 0;

	if (route->need == NEEDS_FRESH || route->need == NEEDS_STEP_ENROL)
		return true;
	/* A station's session is good only with its certificate, behind a
	 * store that asks for the password when it was left; and what it
	 * sends was often written hours ago, so nobody could be asked. */
	return route->need == NEEDS_SESSION && writes && listener == ON_WEB &&
	       step_is_office(role);
}
