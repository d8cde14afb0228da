/*
 * demo_district.c - see demo_district.h. The numbers of sites and staff are
 * those of the demo's recipe: 24 social workers (four of them case workers), 4
 * supervisors, 8 psychiatrists, 22 prevention doctors, 20 rehabilitation
 * workers, 14 nurses and 4 who administer.
 */
#include "server/admin/demo_city.h"

#include "proto/person.h"
#include "server/admin/demo_people.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char *zh;
	const char *en;
} subdistricts[STATIONS] = {
	{"平桥", "Pingqiao"},
	{"柳巷", "Liuxiang"},
	{"石鼓", "Shigu"   },
	{"新桥", "Xinqiao" },
	{"南塘", "Nantang" },
	{"青枫", "Qingfeng"},
	{"望河", "Wanghe"  },
	{"桂园", "Guiyuan" },
};
/* clang-format on */

static const struct demo_site named[SITE_STATIONS] = {
	[SITE_HOSPITAL] = {.name = "姑河区精神专科医院",
			   .name_en = "Guhe Psychiatric Hospital",
			   .kind = "psychiatric_hospital",
			   .subdistrict = "新桥街道"},
	[SITE_CHILDREN] = {.name = "吴州儿童医院",
			   .name_en = "Wuzhou Children's Hospital",
			   .kind = "childrens_hospital",
			   .subdistrict = "南塘街道"},
	[SITE_GENERAL] = {.name = "姑河区人民医院",
			   .name_en = "Guhe People's Hospital",
			   .kind = "general_hospital",
			   .subdistrict = "石鼓街道"},
	[SITE_REHAB_HOSPITAL] = {.name = "姑河区康复医院",
			   .name_en = "Guhe Rehabilitation Hospital",
			   .kind = "rehab_hospital",
			   .subdistrict = "青枫街道"},
	[SITE_COMMUNITY] = {.name = "平桥社区服务中心",
			   .name_en = "Pingqiao Community Centre",
			   .kind = "community_centre",
			   .subdistrict = "平桥街道"},
};

/* ---- sites ---- */

static void make_station(struct demo_site *s, size_t i, struct arena *mem)
{
	s->name = arena_printf(mem, "%s街道康复站", subdistricts[i].zh);
	s->name_en = arena_printf(
		mem, "%s Rehabilitation Station", subdistricts[i].en);
	s->kind = "rehab_station";
	s->subdistrict = arena_printf(mem, "%s街道", subdistricts[i].zh);
}

/* Two health centres a sub-district, and a third in the first one. */
static void make_centre(struct demo_site *s, size_t i, struct arena *mem)
{
	static const char *const parts[] = {"", "第二", "第三"};
	static const char *const parts_en[] = {"", " Second", " Third"};
	size_t sub = i % STATIONS, part = i / STATIONS;

	s->name = arena_printf(mem, "%s街道%s社区卫生服务中心%s",
		subdistricts[sub].zh, parts[part],
		i == 0 ? "（安宁疗护）" : "");
	s->name_en = arena_printf(mem, "%s%s Community Health Centre%s",
		subdistricts[sub].en, parts_en[part],
		i == 0 ? " (hospice)" : "");
	s->kind = "community_health_center";
	s->subdistrict = arena_printf(mem, "%s街道", subdistricts[sub].zh);
}

size_t district_centre_of(size_t station)
{
	/* The hospice-capable centre leaves its sub-district's register to
	 * the second one. */
	size_t sub = station - SITE_STATIONS;

	return SITE_CENTRES + sub + (sub == 0 ? STATIONS : 0);
}

static void make_sites(struct district *d, struct rng *r, struct arena *mem)
{
	for (; d->site_count < DEMO_SITES; d->site_count++) {
		size_t i = d->site_count;
		struct demo_site *s = &d->sites[i];

		if (i < SITE_STATIONS)
			*s = named[i];
		else if (i < SITE_CENTRES)
			make_station(s, i - SITE_STATIONS, mem);
		else
			make_centre(s, i - SITE_CENTRES, mem);
		s->id = rng_uuid(r, BORN_MS);
	}
}

size_t district_site(const struct district *d, const char *what)
{
	for (size_t i = 0; i < d->site_count; i++) {
		char id[UUID_TEXT];

		if (strcmp(d->sites[i].name, what) == 0 ||
			strcmp(d->sites[i].name_en, what) == 0 ||
			strcmp(uuid_format(&d->sites[i].id, id), what) == 0)
			return i;
	}
	return NOBODY;
}

/* ---- staff ---- */

/* How many of a role work at each of `sites` sites from `first` on. */
static const struct post {
	enum role role;
	size_t first;
	size_t sites;
	int each;
} posts[] = {
	{ROLE_SYSTEM_ADMIN,         SITE_HOSPITAL,       1,  1},
	{ROLE_SITE_ADMIN,           SITE_HOSPITAL,       1,  1},
	{ROLE_AUDITOR,              SITE_HOSPITAL,       1,  1},
	{ROLE_DISTRICT_COORDINATOR, SITE_COMMUNITY,      1,  1},
	{ROLE_PSYCHIATRIST,         SITE_HOSPITAL,       1,  8},
	{ROLE_SOCIAL_WORKER,        SITE_COMMUNITY,      1,  2},
	{ROLE_SOCIAL_WORKER,        SITE_STATIONS,       8,  1},
	{ROLE_SOCIAL_WORKER,        SITE_HOSPITAL,       1,  4},
	{ROLE_SOCIAL_WORKER,        SITE_CHILDREN,       1,  2},
	{ROLE_SOCIAL_WORKER,        SITE_GENERAL,        1,  1},
	{ROLE_SOCIAL_WORKER,        SITE_REHAB_HOSPITAL, 1,  1},
	{ROLE_SOCIAL_WORKER,        SITE_CENTRES,        2,  1},
	{ROLE_CASE_WORKER,          SITE_COMMUNITY,      1,  1},
	{ROLE_CASE_WORKER,          SITE_HOSPITAL,       1,  1},
	{ROLE_CASE_WORKER,          SITE_CHILDREN,       1,  1},
	{ROLE_CASE_WORKER,          SITE_GENERAL,        1,  1},
	{ROLE_SUPERVISOR,           SITE_DEMO,           1,  1},
	{ROLE_SUPERVISOR,           SITE_HOSPITAL,       1,  1},
	{ROLE_SUPERVISOR,           SITE_CHILDREN,       1,  1},
	{ROLE_SUPERVISOR,           SITE_COMMUNITY,      1,  1},
	{ROLE_PREVENTION_DOCTOR,    SITE_STATIONS,       3,  1},
	{ROLE_PREVENTION_DOCTOR,    SITE_CENTRES,        17, 1},
	{ROLE_PREVENTION_DOCTOR,    SITE_CENTRES + 1,    2,  1},
	{ROLE_REHAB_WORKER,         SITE_STATIONS,       4,  3},
	{ROLE_REHAB_WORKER,         SITE_STATIONS + 4,   4,  2},
	{ROLE_NURSE,                SITE_HOSPITAL,       1,  3},
	{ROLE_NURSE,                SITE_CHILDREN,       1,  2},
	{ROLE_NURSE,                SITE_GENERAL,        1,  1},
	{ROLE_NURSE,                SITE_CENTRES,        8,  1},
};

/* clang-format off */
static const struct {
	enum role role;
	const char *titles[3];
} titles[] = {
	{ROLE_PSYCHIATRIST,         {"主任医师", "副主任医师", "主治医师"}                     },
	{ROLE_SOCIAL_WORKER,        {"社会工作师", "助理社会工作师", "社会工作师"}         },
	{ROLE_CASE_WORKER,          {"个案管理员", "个案管理员", "助理社会工作师"}         },
	{ROLE_SUPERVISOR,           {"高级社会工作师", "社会工作督导", "高级社会工作师"}},
	{ROLE_PREVENTION_DOCTOR,    {"公共卫生医师", "主管医师", "公共卫生医师"}            },
	{ROLE_REHAB_WORKER,         {"康复治疗师", "康复指导员", "康复指导员"}               },
	{ROLE_NURSE,                {"主管护师", "护师", "全科医生"}                              },
	{ROLE_DISTRICT_COORDINATOR, {"区级协调员", "区级协调员", "区级协调员"}               },
	{ROLE_SITE_ADMIN,           {"机构管理员", "机构管理员", "机构管理员"}               },
	{ROLE_SYSTEM_ADMIN,         {"系统管理员", "系统管理员", "系统管理员"}               },
	{ROLE_AUDITOR,              {"安全审计员", "安全审计员", "安全审计员"}               },
};
/* clang-format on */

static const char *title_of(enum role role, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (titles[i].role == role)
			return titles[i].titles[n % 3];
	return NULL;
}

/* The first of the ways a name is said; NULL when it cannot be told. */
static const char *usual_pinyin(const char *name, struct arena *mem)
{
	struct buf full, initials;
	const char *out = NULL;

	buf_init(&full, 200);
	buf_init(&initials, 60);
	if (person_pinyin(name, &full, &initials) && full.n)
		out = arena_strndup(mem, full.p, strcspn(full.p, " "));
	buf_free(&full);
	buf_free(&initials);
	return out;
}

static bool name_is_taken(const struct district *d, const char *pinyin)
{
	for (size_t i = 0; i < d->staff_count; i++)
		if (strcmp(d->staff[i].pinyin, pinyin) == 0)
			return true;
	return false;
}

void district_add_staff(struct district *d, struct rng *r, size_t site,
	enum role role, struct arena *mem)
{
	struct demo_staff *s = &d->staff[d->staff_count];

	if (d->staff_count == CITY_STAFF)
		die("demo: more than %d members of staff", CITY_STAFF);
	do {
		s->name = people_name(r, mem, NULL,
			rng_chance(r, 0.3) ? MALE : FEMALE,
			rng_between(r, 1968, 1999));
		s->pinyin = usual_pinyin(s->name, mem);
	} while (!s->pinyin || name_is_taken(d, s->pinyin));
	s->id = rng_uuid(r, BORN_MS);
	s->site = site;
	s->role = role;
	s->title = title_of(role, d->staff_count);
	d->staff_count++;
}

size_t district_staff(
	const struct district *d, size_t site, enum role role, size_t k)
{
	size_t found[CITY_STAFF], n = 0;

	for (size_t i = 0; i < d->staff_count; i++)
		if (d->staff[i].site == site && d->staff[i].role == role)
			found[n++] = i;
	return n ? found[k % n] : NOBODY;
}

size_t district_first(const struct district *d, enum role role)
{
	for (size_t i = 0; i < d->staff_count; i++)
		if (d->staff[i].role == role)
			return i;
	return NOBODY;
}

size_t district_supervisor(const struct district *d, size_t site)
{
	for (size_t i = 0; i < d->staff_count; i++)
		if (d->staff[i].role == ROLE_SUPERVISOR &&
			d->sites[d->staff[i].site].area == d->sites[site].area)
			return i;
	return district_first(d, ROLE_SUPERVISOR);
}

/* The thirty sites and their 96 people. */
static void make_district(struct district *d, struct rng *r, struct arena *mem)
{
	d->areas[AREA_DISTRICT] = (struct demo_area){
		rng_uuid(r, BORN_MS), "姑河区", "Guhe", DEMO_DIVISION};
	d->area_count = 1;
	make_sites(d, r, mem);
	for (size_t i = 0; i < ARRAY_LEN(posts); i++)
		for (size_t k = 0; k < posts[i].sites; k++)
			for (int n = 0; n < posts[i].each; n++)
				district_add_staff(d, r, posts[i].first + k,
					posts[i].role, mem);
	/* One has left: the past still shows the name. */
	d->staff[district_staff(d, SITE_DEMO, ROLE_REHAB_WORKER, 2)].has_left =
		true;
}

void district_make(
	struct district *d, uint64_t seed, bool city, struct arena *mem)
{
	struct rng r;

	memset(d, 0, sizeof(*d));
	rng_seed(&r, seed, 0);
	make_district(d, &r, mem);
	if (city)
		city_make(d, &r, mem);
}
