/*
 * reader.c - the names of roles, in the order of enum role.
 */
#include "server/reader.h"

#include <string.h>

static const char *const names[ROLE_COUNT] = {
	"none",
	"rehab_worker",
	"case_worker",
	"nurse",
	"prevention_doctor",
	"social_worker",
	"supervisor",
	"psychiatrist",
	"district_coordinator",
	"site_admin",
	"system_admin",
	"auditor",
};

const char *role_name(enum role r)
{
	return r < ROLE_COUNT ? names[r] : names[ROLE_NONE];
}

enum role role_from_name(const char *name)
{
	for (int i = ROLE_NONE + 1; i < ROLE_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return (enum role)i;
	return ROLE_NONE;
}
