/*
 * consent.c - see consent.h.
 */
#include "proto/consent.h"

#include <string.h>

static bool is(const json_t *body, const char *field, const char *value)
{
	const char *s = json_str(body, field);

	return s && strcmp(s, value) == 0;
}

static bool names(const json_t *sites, const char *site)
{
	for (size_t i = 0; i < json_array_size(sites); i++) {
		const char *s = json_string_value(json_array_get(sites, i));

		if (s && strcmp(s, site) == 0)
			return true;
	}
	return false;
}

/* Whether the day a field names has begun; `otherwise` when it names none. */
static bool has_begun(const json_t *body, const char *field,
	const struct date *on, bool otherwise)
{
	const char *s = json_str(body, field);
	struct date day;

	if (!s || !date_parse(s, &day))
		return otherwise;
	return date_cmp(&day, on) <= 0;
}

bool consent_opens(const json_t *body, const char *site, const struct date *on)
{
	bool basis = !json_str(body, "basis") || is(body, "basis", "consent") ||
		     json_str(body, "basis_reason");

	return (is(body, "purpose", "sharing") ||
		       is(body, "purpose", "referral")) &&
	       basis && names(json_object_get(body, "sites"), site) &&
	       has_begun(body, "from", on, true) &&
	       !has_begun(body, "to", on, false) &&
	       !has_begun(body, "withdrawn", on, false);
}

int consent_classes(const json_t *codes)
{
	static const struct {
		const char *code;
		int bit;
	} bits[] = {
		{"identity",   CLASS_IDENTITY  },
		{"assessment", CLASS_ASSESSMENT},
		{"plan",       CLASS_PLAN      },
		{"note",       CLASS_NOTE      },
	};
	int mask = CLASS_CORE;

	for (size_t i = 0; i < json_array_size(codes); i++)
		for (size_t k = 0; k < ARRAY_LEN(bits); k++) {
			const char *s =
				json_string_value(json_array_get(codes, i));

			if (s && strcmp(s, bits[k].code) == 0)
				mask |= bits[k].bit;
		}
	return mask;
}
