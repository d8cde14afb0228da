/*
 * consent.c - see consent.h.
 */
#include "tests/sim/consent.h"

#include <string.h>

static bool has_text(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), text) ==
			0)
			return true;
	return false;
}

static bool all_in(const json_t *list, const json_t *other)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!has_text(
			    other, json_string_value(json_array_get(list, i))))
			return false;
	return true;
}

static int classes_of(const json_t *body)
{
	const json_t *list = json_object_get(body, "classes");
	int mask = 1;

	mask |= has_text(list, "identity") ? 2 : 0;
	mask |= has_text(list, "assessment") ? 4 : 0;
	mask |= has_text(list, "plan") ? 8 : 0;
	mask |= has_text(list, "note") ? 16 | 32 : 0;
	return mask;
}

/* The sites it opens anything to; NULL: none. */
static const json_t *opened_to(const json_t *body)
{
	const char *purpose = json_str(body, "purpose");
	const char *basis = json_str(body, "basis");
	bool lawful = purpose &&
		      (strcmp(purpose, "sharing") == 0 ||
			      strcmp(purpose, "referral") == 0) &&
		      (!basis || strcmp(basis, "consent") == 0 ||
			      json_str(body, "basis_reason"));

	return lawful ? json_object_get(body, "sites") : NULL;
}

/* Days are written so that text compares as they do. */
static bool ends_earlier(const json_t *body, const json_t *than)
{
	const char *a = json_str(body, "to"), *b = json_str(than, "to");

	return a && (!b || strcmp(a, b) < 0);
}

int consent_mask(const json_t *body, const char *site)
{
	return has_text(opened_to(body), site) ? classes_of(body) : 0;
}

bool consent_is_narrower(const json_t *body, const json_t *than)
{
	return json_array_size(opened_to(than)) > 0 &&
	       (!all_in(opened_to(than), opened_to(body)) ||
		       (classes_of(than) & ~classes_of(body)) ||
		       ends_earlier(body, than));
}

bool consent_is_within(const json_t *body, const json_t *limit)
{
	return !ends_earlier(limit, body) &&
	       all_in(json_object_get(body, "sites"), opened_to(limit)) &&
	       all_in(json_object_get(body, "classes"),
		       json_object_get(limit, "classes"));
}
