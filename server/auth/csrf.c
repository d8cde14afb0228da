/*
 * csrf.c - see csrf.h.
 */
#include "server/auth/csrf.h"

#include <string.h>
#include <strings.h>

bool csrf_check(const struct csrf_facts *f, struct err *e)
{
	static const char scheme[] = "https://";
	size_t n = sizeof(scheme) - 1;

	if (!f->is_write)
		return true;
	if (!f->marker || strcmp(f->marker, "web") != 0)
		return err_field(
			e, ERR_FORBIDDEN, "x-casebridge", "X-Casebridge: web");
	if (f->origin && (strncmp(f->origin, scheme, n) != 0 ||
				 strcasecmp(f->origin + n, f->host) != 0))
		return err_field(e, ERR_FORBIDDEN, "origin", "our own origin");
	if (f->fetch_site && strcmp(f->fetch_site, "same-origin") != 0)
		return err_field(
			e, ERR_FORBIDDEN, "sec-fetch-site", "same-origin");
	return true;
}
