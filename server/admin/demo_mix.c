/*
 * demo_mix.c - see demo_mix.h.
 *
 * The recipe's programmes, in a mix that gives each site enough cases for its
 * figures to be told. Programmes and sites differ, or nobody could say who
 * falls behind and what helps.
 */
#include "server/admin/demo_mix.h"

#include <string.h>

/* clang-format off */
enum { REGISTER, T1D, AWAY, CARERS, CLEFT, TRANSPLANT, STROKE, EMERGENCY,
	DIABETES, HOSPICE, DIGNITY, DOCTOR };

static const struct programme programmes[] = {
	[REGISTER] = {"smd_kinship_care", "GL", 19, 69, 0, "case_management", "community", 365, 15,
		{"ssrs", "sdss"}, false, true, 0, 0.22, NULL, 0, 0},
	[T1D] = {"t1d_families", "TY", 2, 17, THEME_T1D, "case_management", "outpatient", 270, 12,
		{"who5", "apgar"}, true, false, 0.2, 0, NULL, 0, 0.12},
	[AWAY] = {"away_from_home_children", "YD", 1, 17, THEME_AWAY, "crisis_intervention", "inpatient", 42, 8,
		{"gad7", "phq9"}, true, false, -0.25, 0.3, NULL, 0, 0},
	[CARERS] = {"caregiver_group", "ZG", 30, 69, THEME_CARER_GROUP, "group_work", "community", 60, 4,
		{"sas", "sds"}, false, false, 0.3, 0.2, NULL, 0, 0},
	[CLEFT] = {"cleft_lip_palate", "CE", 1, 6, THEME_CLEFT, "psychosocial_model", "inpatient", 14, 3,
		{"gad7", NULL}, true, false, 0.2, 0, NULL, 0, 0},
	[TRANSPLANT] = {"organ_transplant", "YZ", 20, 64, THEME_TRANSPLANT, "case_management", "outpatient", 300, 14,
		{"sds", "psss"}, false, false, -0.15, 0, NULL, 0, 0},
	[STROKE] = {"stroke_rehab", "KF", 50, 79, THEME_STROKE, "case_management", "home", 120, 10,
		{"phq9", "psss"}, false, false, 0.3, 0, NULL, 0, 0.12},
	[EMERGENCY] = {"emergency_services", "JZ", 18, 85, THEME_EMERGENCY, "crisis_intervention", "inpatient", 6, 2,
		{NULL, NULL}, false, false, -0.35, 0.3, "transferred", 0.35, 0},
	[DIABETES] = {"diabetes_joint_clinic", "TN", 45, 79, THEME_DIABETES, "case_management", "outpatient", 180, 8,
		{"who5", NULL}, false, false, -0.1, 0, NULL, 0, 0.12},
	[HOSPICE] = {"hospice_settings", "AN", 50, 88, THEME_HOSPICE, "psychosocial_model", "home", 49, 9,
		{"gad7", NULL}, true, false, 0.25, 0, "deceased", 0.5, 0},
	[DIGNITY] = {"dignity_therapy", "ZY", 50, 88, THEME_HOSPICE, "dignity_therapy", "inpatient", 40, 5,
		{"phq9", NULL}, false, false, 0.25, 0, "deceased", 0.5, 0},
	[DOCTOR] = {"family_doctor_contract", "QY", 60, 88, THEME_DIABETES, "case_management", "home", 330, 6,
		{"who5", NULL}, false, false, 0, 0, NULL, 0, 0},
};

/* Of the district, by site; of other districts, every site of a kind. */
static const struct seat {
	size_t programme;
	size_t site, sites; /* the first … of so many; NOBODY: by kind */
	const char *kind;
	int weight; /* of each */
} places[] = {
	{REGISTER, SITE_STATIONS, STATIONS, NULL, 24},
	{REGISTER, SITE_HOSPITAL, 1, NULL, 44},
	{REGISTER, SITE_CENTRES + 1, 1, NULL, 24},
	{T1D, SITE_CHILDREN, 1, NULL, 100},
	{AWAY, SITE_CHILDREN, 1, NULL, 70},
	{CLEFT, SITE_CHILDREN, 1, NULL, 90},
	{CARERS, SITE_STATIONS, STATIONS, NULL, 16},
	{CARERS, SITE_HOSPITAL, 1, NULL, 24},
	{CARERS, SITE_REHAB_HOSPITAL, 1, NULL, 16},
	{CARERS, SITE_HOSPICE, 1, NULL, 16},
	{CARERS, SITE_COMMUNITY, 1, NULL, 40},
	{TRANSPLANT, SITE_GENERAL, 1, NULL, 64},
	{STROKE, SITE_REHAB_HOSPITAL, 1, NULL, 90},
	{STROKE, SITE_COMMUNITY, 1, NULL, 30},
	{EMERGENCY, SITE_GENERAL, 1, NULL, 90},
	{DIABETES, SITE_CENTRES + 1, 1, NULL, 60},
	{DIABETES, SITE_COMMUNITY, 1, NULL, 30},
	{HOSPICE, SITE_HOSPICE, 1, NULL, 60},
	{DIGNITY, SITE_HOSPICE, 1, NULL, 24},
	{DIGNITY, SITE_GENERAL, 1, NULL, 24},
	{DOCTOR, SITE_CENTRES + 1, 1, NULL, 30},
	{DOCTOR, SITE_HOSPICE, 1, NULL, 30},
	{REGISTER, NOBODY, 0, "psychiatric_hospital", 30},
	{REGISTER, NOBODY, 0, "rehab_station", 16},
	{CARERS, NOBODY, 0, "rehab_station", 6},
	{REGISTER, NOBODY, 0, "community_health_center", 8},
	{DIABETES, NOBODY, 0, "community_health_center", 12},
	{DOCTOR, NOBODY, 0, "community_health_center", 12},
	{EMERGENCY, NOBODY, 0, "general_hospital", 30},
	{STROKE, NOBODY, 0, "general_hospital", 24},
	{TRANSPLANT, NOBODY, 0, "general_hospital", 12},
};
/* clang-format on */

/* ---- who has how many ---- */

static bool is_at(const struct seat *p, const struct district *d, size_t site)
{
	if (p->site != NOBODY)
		return site >= p->site && site < p->site + p->sites;
	return d->sites[site].area >= AREA_OTHERS &&
	       strcmp(d->sites[site].kind, p->kind) == 0;
}

static int weight_of(const struct district *d, size_t programme, size_t site)
{
	int out = 0;

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (places[i].programme == programme &&
			is_at(&places[i], d, site))
			out += places[i].weight;
	return out;
}

void mix_add_lots(struct mix *m, const struct programme *p, size_t home,
	size_t cases, struct arena *mem)
{
	size_t lots = (cases + LOT_CASES - 1) / LOT_CASES;
	struct lot *all = ARENA_ARRAY(mem, struct lot, m->n + lots + 1);

	size_t first = p ? m->cases + 1 : 0;

	if (m->n)
		memcpy(all, m->list, m->n * sizeof(*all));
	m->list = all;
	for (size_t i = 0; i < lots; i++) {
		size_t n = cases < LOT_CASES ? cases : LOT_CASES;

		all[m->n++] = (struct lot){p, home, n, first + i * LOT_CASES};
		m->cases += n;
		cases -= n;
	}
}

/* A site without a programme of its own runs groups for carers. */
static bool only_at(struct mix *m, const struct district *d, size_t cases,
	size_t home, struct arena *mem)
{
	if (home == NOBODY)
		return false;
	for (size_t p = 0; p < ARRAY_LEN(programmes); p++)
		if (weight_of(d, p, home))
			return false;
	mix_add_lots(m, &programmes[CARERS], home, cases, mem);
	return true;
}

void mix_make(struct mix *m, const struct district *d, size_t cases,
	size_t home, struct arena *mem)
{
	size_t from = home == NOBODY ? 0 : home;
	size_t to = home == NOBODY ? d->site_count : home + 1;
	size_t all = 0, sum = 0, given = 0;

	memset(m, 0, sizeof(*m));
	if (cases == 0 || only_at(m, d, cases, home, mem))
		return;
	for (size_t p = 0; p < ARRAY_LEN(programmes); p++)
		for (size_t i = from; i < to; i++)
			all += (size_t)weight_of(d, p, i);
	for (size_t p = 0; p < ARRAY_LEN(programmes); p++)
		for (size_t i = from; i < to; i++) {
			size_t upto;

			sum += (size_t)weight_of(d, p, i);
			upto = cases * sum / all;
			mix_add_lots(m, &programmes[p], i, upto - given, mem);
			given = upto;
		}
}

/* ---- how a site works ---- */

struct pace mix_pace(size_t site)
{
	/* Two stations and a hospital see people late and wait for answers. */
	static const size_t slow[] = {
		SITE_STATIONS + 3, SITE_STATIONS + 6, SITE_GENERAL};
	struct pace p = {0, 2, 0.12, 0.93, false};

	for (size_t i = 0; i < ARRAY_LEN(slow); i++)
		if (site == slow[i])
			p = (struct pace){4, 13, 0.3, 0.7, true};
	if (site >= DEMO_SITES && site % 5 == 0)
		p = (struct pace){3, 9, 0.22, 0.75, true};
	return p;
}
