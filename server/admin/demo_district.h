/*
 * demo_district.h - the demo district's places and the people who work there.
 *
 * One district, thirty sites, 96 members of staff, the same ids for the same
 * seed. Everything else in the demo is written by one of these people.
 */
#ifndef SERVER_ADMIN_DEMO_DISTRICT_H
#define SERVER_ADMIN_DEMO_DISTRICT_H

#include "proto/base/arena.h"
#include "server/admin/demo_rng.h"
#include "server/reader.h"

#define DEMO_SITES    30
#define DEMO_STAFF    96
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

struct demo_site {
	struct uuid id;
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
	struct uuid id;
	const char *name;
	struct demo_site sites[DEMO_SITES];
	struct demo_staff staff[DEMO_STAFF];
	size_t staff_count;
};

/* Everything in it belongs to mem. */
void district_make(struct district *d, uint64_t seed, struct arena *mem);

/* The k-th (counted round) person of that role at a site; NOBODY if none. */
size_t district_staff(
	const struct district *d, size_t site, enum role role, size_t k);
/* The first person of a role anywhere. */
size_t district_first(const struct district *d, enum role role);
/* The health centre of a station's sub-district. */
size_t district_centre_of(size_t station);
/* The site of that name or id; NOBODY if there is none. */
size_t district_site(const struct district *d, const char *what);

#endif
