/*
 * demo_city.c - see demo_city.h.
 *
 * 101 institutions with 306 social workers: the counts one city published. How
 * many work at each is not told but for the mean of 3.03, so it is drawn as
 * such counts are: 45 sites have one, 20 have two, the others three to fifteen.
 */
#include "server/admin/demo_city.h"

#include <string.h>

#define OTHERS  7
#define WORKERS 306

static const struct demo_area around[OTHERS + 1] = {
	{{{0}}, "吴州市", "Wuzhou",   "329000"},
	{{{0}}, "白榆区", "Baiyu",    "329901"},
	{{{0}}, "东篱区", "Dongli",   "329902"},
	{{{0}}, "兰渚区", "Lanzhu",   "329903"},
	{{{0}}, "望海区", "Wanghai",  "329904"},
	{{{0}}, "云溪区", "Yunxi",    "329905"},
	{{{0}}, "石桥区", "Shiqiao",  "329906"},
	{{{0}}, "百川区", "Baichuan", "329907"},
};

static const struct {
	const char *zh, *en;
} streets[] = {
	{"东门", "East Gate"   },
	{"西园", "West Garden" },
	{"南浦", "South Bank"  },
	{"北桥", "North Bridge"},
};

/* What every other district has. */
static const struct {
	const char *kind, *zh, *en;
	size_t each; /* one in so many streets */
} kinds[] = {
	{"psychiatric_hospital",    "精神卫生中心",       "Mental Health Centre",   1                 },
	{"general_hospital",        "人民医院",             "People's Hospital",      1                 },
	{"rehab_station",           "康复站",                "Rehabilitation Station",
         ARRAY_LEN(streets)										 },
	{"community_health_center", "社区卫生服务中心",
         "Community Health Centre",						       ARRAY_LEN(streets)},
};

/* Social workers at the 71 sites, in a round; the district's own thirty have 35
 * once each has one. */
static const struct {
	int sites, each;
} sizes[] = {
	{18, 1 },
        {18, 2 },
        {9,  3 },
        {6,  4 },
        {4,  5 },
        {4,  6 },
        {4,  8 },
        {3,  10},
	{3,  12},
        {1,  9 },
        {1,  15}
};

static void add_site(
	struct district *d, struct rng *r, const struct demo_site *like)
{
	if (d->site_count == CITY_SITES)
		die("demo: more than %d sites", CITY_SITES);
	d->sites[d->site_count] = *like;
	d->sites[d->site_count++].id = rng_uuid(r, BORN_MS);
}

static void add_sites_of(
	struct district *d, struct rng *r, size_t area, struct arena *mem)
{
	const struct demo_area *a = &d->areas[area];

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (size_t i = 0; i < kinds[k].each; i++) {
			bool street = kinds[k].each > 1;
			struct demo_site s = {
				.area = area, .kind = kinds[k].kind};

			s.subdistrict =
				arena_printf(mem, "%s街道", streets[i].zh);
			s.name = arena_printf(mem, "%s%s%s%s", a->name,
				street ? streets[i].zh : "",
				street ? "街道" : "", kinds[k].zh);
			s.name_en = arena_printf(mem, "%s %s%s%s", a->name_en,
				street ? streets[i].en : "", street ? " " : "",
				kinds[k].en);
			add_site(d, r, &s);
		}
}

static void add_areas(struct district *d, struct rng *r, struct arena *mem)
{
	static const struct demo_site centre = {.area = AREA_CITY,
		.name = "吴州市医务社会工作指导中心",
		.name_en = "Wuzhou Centre for Medical Social Work",
		.kind = "community_centre",
		.subdistrict = "新桥街道"};

	for (size_t i = 0; i < ARRAY_LEN(around); i++) {
		d->areas[d->area_count] = around[i];
		d->areas[d->area_count++].id = rng_uuid(r, BORN_MS);
	}
	add_site(d, r, &centre);
	for (size_t a = AREA_OTHERS; a < d->area_count; a++)
		add_sites_of(d, r, a, mem);
}

/* Others than social workers at a site. */
static void add_others(
	struct district *d, struct rng *r, size_t site, struct arena *mem)
{
	const char *kind = d->sites[site].kind;

	if (d->sites[site].area == AREA_CITY)
		district_add_staff(d, r, site, ROLE_DISTRICT_COORDINATOR, mem);
	else if (strcmp(kind, "psychiatric_hospital") == 0)
		district_add_staff(d, r, site, ROLE_SUPERVISOR, mem);
	else if (strcmp(kind, "general_hospital") == 0)
		district_add_staff(d, r, site, ROLE_NURSE, mem);
	else
		district_add_staff(d, r, site, ROLE_PREVENTION_DOCTOR, mem);
}

/* Sizes go round by sevens, so that every district has small and large ones. */
static void add_workers(struct district *d, struct rng *r, struct arena *mem)
{
	size_t more = CITY_SITES - DEMO_SITES, at = 0;

	for (size_t i = 0; i < DEMO_SITES; i++)
		if (district_staff(d, i, ROLE_SOCIAL_WORKER, 0) == NOBODY)
			district_add_staff(d, r, i, ROLE_SOCIAL_WORKER, mem);
	for (size_t k = 0; k < ARRAY_LEN(sizes); k++)
		for (int i = 0; i < sizes[k].sites; i++, at++)
			for (int n = 0; n < sizes[k].each; n++)
				district_add_staff(d, r,
					DEMO_SITES + at * 10 % more,
					ROLE_SOCIAL_WORKER, mem);
}

void city_make(struct district *d, struct rng *r, struct arena *mem)
{
	size_t workers = 0;

	add_areas(d, r, mem);
	for (size_t i = DEMO_SITES; i < d->site_count; i++)
		add_others(d, r, i, mem);
	add_workers(d, r, mem);
	for (size_t i = 0; i < d->staff_count; i++)
		workers += d->staff[i].role == ROLE_SOCIAL_WORKER;
	if (d->site_count != CITY_SITES || workers != WORKERS)
		die("demo: a city of %zu sites, %zu social workers",
			d->site_count, workers);
}
