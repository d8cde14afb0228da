/*
 * demo_district.h - the demo district's places and the people who work there.
 *
 * One district, thirty sites, 96 members of staff, the same ids for the same
 * seed. Everything else in the demo is written by one of these people. A whole
 * city is the same district with seven others around it and a centre above
 * them: 101 sites and 306 social workers, as one city counted them.
 */
#ifndef SERVER_ADMIN_DEMO_DISTRICT_H
#define SERVER_ADMIN_DEMO_DISTRICT_H

#include "proto/base/arena.h"
#include "server/admin/demo_rng.h"
#include "server/reader.h"

#define DEMO_SITES    30 /* of the district itself */
#define CITY_AREAS    9  /* the city, the district, seven others */
#define CITY_SITES    101
#define CITY_STAFF    460      /* at most */
#define DEMO_DIVISION "329900" /* never allotted; GB/T 2260 */
#define NOBODY        SIZE_MAX

/* Sites with a part to play, by their number. */
enum demo_site_no {
	SITE_HOSPITAL,
	SITE_CHILDREN,
	SITE_GENERAL,
	SITE_REHAB_HOSPITAL,
	SITE_COMMUNITY, /* the community centre of the demo */
	SITE_STATIONS,  /* eight rehabilitation stations from here on */
	SITE_CENTRES = SITE_STATIONS + 8 /* seventeen health centres */
};
#define STATIONS     8
#define CENTRES      17
#define SITE_DEMO    SITE_STATIONS /* the rehabilitation station of the demo */
#define SITE_HOSPICE SITE_CENTRES  /* the hospice-capable health centre */

/* A district, or the city they belong to. */
enum { AREA_DISTRICT, AREA_CITY, AREA_OTHERS };

struct demo_area {
	struct uuid id;
	const char *name, *name_en;
	const char *code; /* as GB/T 2260 has them, but never allotted */
};

struct demo_site {
	struct uuid id;
	size_t area;
	const char *name;
	const char *name_en;
	const char *kind;
	const char *subdistrict;
};

struct demo_staff {
	struct uuid id;
	size_t site;
	enum role role;
	const char *name;
	const char *pinyin; /* the usual reading, no blanks */
	const char *title;
	bool has_left;
};

struct district {
	struct demo_area areas[CITY_AREAS];
	size_t area_count; /* 1: the district alone */
	struct demo_site sites[CITY_SITES];
	size_t site_count;
	struct demo_staff staff[CITY_STAFF];
	size_t staff_count;
};

/* Everything in it belongs to mem. What the district itself has is the same
 * without and with a city around it. */
void district_make(
	struct district *d, uint64_t seed, bool city, struct arena *mem);

/* The k-th (counted round) person of that role at a site; NOBODY if none. */
size_t district_staff(
	const struct district *d, size_t site, enum role role, size_t k);
/* The first person of a role anywhere. */
size_t district_first(const struct district *d, enum role role);
/* Who approves plans of a site: a supervisor of its own district. */
size_t district_supervisor(const struct district *d, size_t site);
/* The health centre of a station's sub-district. */
size_t district_centre_of(size_t station);
/* The site of that name or id; NOBODY if there is none. */
size_t district_site(const struct district *d, const char *what);

#endif
