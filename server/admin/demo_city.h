/*
 * demo_city.h - the rest of the city around the demo district.
 */
#ifndef SERVER_ADMIN_DEMO_CITY_H
#define SERVER_ADMIN_DEMO_CITY_H

#include "server/admin/demo_district.h"

#define BORN_MS 1735660800000 /* 2025-01-01: ids depend on the seed alone */

/* Adds the city, seven more districts, 71 more sites and who works there; every
 * site of the city then has a social worker. */
void city_make(struct district *d, struct rng *r, struct arena *mem);
/* One more person with a name nobody has yet. */
void district_add_staff(struct district *d, struct rng *r, size_t site,
	enum role role, struct arena *mem);

#endif
