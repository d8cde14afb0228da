/*
 * routes.c - the daemon's addresses, one a line, for tests that walk all of
 * them.
 *
 *   method path listeners need lane body query who roles about    tabs between
 *
 * "-" stands for nothing. Roles are named where some may call and others not.
 */
#include "server/http/lanes.h"

#include <stdio.h>

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_roles(const struct route *r)
{
	if (r->who != WHO_ROLES)
		printf("-");
	for (int i = ROLE_NONE + 1; r->who == WHO_ROLES && i < ROLE_COUNT; i++)
		if (r->roles & 1u << i)
			printf("%s ", role_name((enum role)i));
}

int main(void)
{
	static const char *const needs[] = {"nothing", "station", "certificate",
		"session", "device", "fresh", "step", "step-factor",
		"step-change", "step-enrol", "step-proof"};
	static const char *const who[] = {"public", "self", "every", "roles"};

	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &routes[i];

		printf("%s\t%s\t%s%s%s\t%s\t%s\t%zu\t%s\t%s\t", r->method,
			r->path, r->listeners & ON_WEB ? "web " : "",
			r->listeners & ON_SYNC ? "sync " : "",
			r->listeners & ON_OPS ? "ops " : "", needs[r->need],
			r->lane == ROUTE_INLINE ? "inline" : lane_name(r->lane),
			r->max_body, or_dash(r->query), who[r->who]);
		print_roles(r);
		printf("\t%s\n", or_dash(r->about));
	}
	return 0;
}
