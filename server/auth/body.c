/*
 * body.c - see body.h.
 */
#include "server/auth/body.h"

bool body_texts(const json_t *body, const char *names, struct err *e)
{
	const char *key;
	json_t *value;

	if (!json_only(body, names, e))
		return false;
	json_object_foreach((json_t *)(uintptr_t)body, key, value)
	{
		if (!json_is_string(value))
			return err_field(e, ERR_BAD_KIND, key, "a text");
	}
	return true;
}
