/*
 * body.c - see body.h.
 */
#include "server/auth/body.h"

#include <string.h>

static bool has(const char *names, const char *name)
{
	size_t n = strlen(name);

	while (*names) {
		size_t word = strcspn(names, " ");

		if (n && word == n && strncmp(names, name, n) == 0)
			return true;
		names += word + (names[word] == ' ');
	}
	return false;
}

bool body_texts(const json_t *body, const char *names, struct err *e)
{
	const char *key;
	json_t *value;

	if (!json_is_object(body))
		return err_field(e, ERR_BAD_KIND, "body", "an object");
	json_object_foreach((json_t *)(uintptr_t)body, key, value)
	{
		if (!has(names, key))
			return err_field(
				e, ERR_UNKNOWN_FIELD, key, "%s", names);
		if (!json_is_string(value))
			return err_field(e, ERR_BAD_KIND, key, "a text");
	}
	return true;
}
