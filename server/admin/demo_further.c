/*
 * demo_further.c - further cases for a larger district: ten programmes in the
 * recipe's mix, with lighter content, over the last two years.
 *
 * A script holds cases of one programme at one site, so that few people write
 * it and it can be sent in few large batches.
 */
#include "server/admin/demo_cast.h"

#include <string.h>

#define YEARS_BACK   2
#define LEAST_SERVED 1

/* clang-format off */
static const struct programme {
	const char *code;   /* NULL: the register's own clients */
	const char *prefix; /* of case numbers */
	int weight;
	size_t site;  /* the first … */
	size_t sites; /* … of so many */
	bool is_register;
	int age_low, age_high;
	size_t theme; /* enum other_theme; unused for the register */
	const char *model;
	const char *setting;
	int days; /* median duration */
	const char *instruments[2];
	bool of_carer; /* whom the instruments ask */
} programmes[] = {
	{NULL, "GL", 134, SITE_STATIONS, STATIONS, true, 19, 69, 0,
		"case_management", "community", 365, {"ssrs", "sdss"}, false},
	{"t1d_families", "TY", 80, SITE_CHILDREN, 1, false, 2, 17, THEME_T1D,
		"case_management", "outpatient", 270, {"who5", "apgar"}, true},
	{"away_from_home_children", "YD", 70, SITE_CHILDREN, 1, false, 1, 17,
		THEME_AWAY, "crisis_intervention", "inpatient", 42,
		{"gad7", "phq9"}, true},
	{"caregiver_group", "ZG", 48, SITE_STATIONS, STATIONS, false, 30, 69,
		THEME_CARER_GROUP, "group_work", "community", 60,
		{"sas", "sds"}, false},
	{"cleft_lip_palate", "CE", 90, SITE_CHILDREN, 1, false, 1, 6,
		THEME_CLEFT, "psychosocial_model", "inpatient", 14,
		{"gad7", NULL}, true},
	{"organ_transplant", "YZ", 24, SITE_GENERAL, 1, false, 20, 64,
		THEME_TRANSPLANT, "case_management", "outpatient", 365,
		{"sds", "psss"}, false},
	{"stroke_rehab", "KF", 60, SITE_REHAB_HOSPITAL, 1, false, 50, 79,
		THEME_STROKE, "case_management", "home", 120, {"phq9", "psss"},
		false},
	{"emergency_services", "JZ", 90, SITE_GENERAL, 1, false, 18, 85,
		THEME_EMERGENCY, "crisis_intervention", "inpatient", 6,
		{NULL, NULL}, false},
	{"diabetes_joint_clinic", "TN", 60, SITE_CENTRES + 1, 1, false, 45, 79,
		THEME_DIABETES, "case_management", "outpatient", 180,
		{"who5", NULL}, false},
	{"hospice_settings", "AN", 38, SITE_HOSPICE, 1, false, 50, 88,
		THEME_HOSPICE, "dignity_therapy", "home", 49, {"gad7", NULL},
		true},
};
/* clang-format on */

/* ---- what a script is about ---- */

static bool can_be_at(const struct programme *p, size_t home)
{
	return home >= p->site && home < p->site + p->sites;
}

/* A site without a programme of its own runs groups for carers. */
static size_t draw_programme(struct rng *r, size_t home)
{
	int weights[ARRAY_LEN(programmes)];
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(programmes); i++) {
		bool fits = home == NOBODY || can_be_at(&programmes[i], home);

		weights[i] = fits ? programmes[i].weight : 0;
		any |= fits;
	}
	for (size_t i = 0; i < ARRAY_LEN(programmes) && !any; i++)
		weights[i] = programmes[i].theme == THEME_CARER_GROUP;
	return rng_pick(r, weights, ARRAY_LEN(programmes));
}

static size_t draw_home(struct rng *r, const struct programme *p, size_t home)
{
	return home == NOBODY ? p->site + rng_below(r, p->sites) : home;
}

/* ---- one case ---- */

static enum course draw_course(struct rng *r)
{
	static const int weights[] = {4, 4, 5, 8, 7, 38, 6, 3, 9, 16};

	return (enum course)rng_pick(r, weights, 10);
}

static const char *draw_reason(struct rng *r, bool *early)
{
	static const struct {
		const char *code;
		int weight;
	} reasons[] = {
		{"goals_met",       38},
                {"mostly_met",      24},
                {"other",           4 },
		{"transferred",     9 },
                {"moved",           6 },
                {"client_withdrew", 8 },
		{"lost_contact",    7 },
                {"deceased",        4 }
        };
	int weights[ARRAY_LEN(reasons)];
	size_t at;

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		weights[i] = reasons[i].weight;
	at = rng_pick(r, weights, ARRAY_LEN(reasons));
	*early = at >= 3;
	return reasons[at].code;
}

static size_t worker_of(const struct district *d, size_t home)
{
	static const enum role roles[] = {ROLE_REHAB_WORKER, ROLE_CASE_WORKER,
		ROLE_NURSE, ROLE_PREVENTION_DOCTOR};

	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		size_t n = district_staff(d, home, roles[i], 0);

		if (n != NOBODY)
			return n;
	}
	return NOBODY;
}

static void set_team(
	struct script *s, struct casefile *f, const struct programme *p)
{
	const struct district *d = s->district;

	f->team[TEAM_WORKER] = worker_of(d, f->home);
	if (!p->is_register)
		return;
	f->team[TEAM_PSYCHIATRIST] = district_staff(
		d, SITE_HOSPITAL, ROLE_PSYCHIATRIST, rng_below(&s->rng, 8));
	if (f->home >= SITE_STATIONS && f->home < SITE_CENTRES)
		f->team[TEAM_DOCTOR] = district_staff(d,
			district_centre_of(f->home), ROLE_PREVENTION_DOCTOR, 0);
}

/* Cases that go on began recently enough, closed ones long enough ago. */
static void set_days(
	struct script *s, struct casefile *f, const struct programme *p)
{
	bool over = f->course >= COURSE_FOLLOW_UP;
	int lasts = (int)rng_lognormal(&s->rng, p->days, 0.3) + 4;
	int latest = over                              ? lasts + 30
		     : f->course < COURSE_INTERVENTION ? 18
						       : 30;
	int earliest = over                              ? 365 * YEARS_BACK
		       : f->course < COURSE_INTERVENTION ? 40
							 : lasts;
	int began = rng_between(&s->rng, latest,
		earliest > latest + 10 ? earliest : latest + 10);

	f->opened = case_workday(&s->rng, s->today - began, s->today);
	f->screened = f->opened - rng_between(&s->rng, 0, 4);
	f->referred = f->screened - rng_between(&s->rng, 0, 4);
	f->planned = f->opened + 7;
	f->started = f->opened + 9;
	f->closed = over ? f->opened + 13 + lasts : 0;
	f->work_to = f->closed ? f->closed - 3 : s->today - 2;
	if (f->work_to < f->started + 2)
		f->work_to = f->started + 2;
}

static void set_people(
	struct script *s, struct casefile *f, const struct programme *p)
{
	static const char *const diagnoses[] = {
		"SCZ", "BPD", "IDM", "SAD", "EPI", "PAR"};
	static const int weights[] = {70, 13, 9, 3, 4, 1};
	int age = rng_between(&s->rng, p->age_low, p->age_high);
	bool child = age < 18;

	f->client_wish.age = age;
	f->client_wish.sex = rng_chance(&s->rng, 0.5) ? MALE : FEMALE;
	if (p->is_register)
		f->client_wish.diagnosis =
			diagnoses[rng_pick(&s->rng, weights, 6)];
	f->carer_tie =
		cast_family(&s->rng, age, child, rng_chance(&s->rng, 0.5));
	if (strcmp(f->carer_tie.kind, "1") == 0) {
		bool man = f->client_wish.sex == MALE;

		f->client_wish.marital = "20";
		f->carer_tie.word = man ? "妻子" : "丈夫";
		f->carer_tie.sex = man ? FEMALE : MALE;
	}
	f->carer_wish.sex = f->carer_tie.sex;
	f->carer_wish.age = child                         ? age + 29
			    : f->carer_tie.kind[0] == '5' ? age + 26
			    : age > 58                    ? age - 25
							  : age;
	if (child && strcmp(f->carer_tie.kind, "62") == 0)
		f->carer_wish.age = age + 55;
}

static void set_scales(
	struct script *s, struct casefile *f, const struct programme *p)
{
	bool again = f->course >= COURSE_INTERVENTION &&
		     (f->closed || f->work_to - f->opened > 60) &&
		     !f->leaves_early && !rng_chance(&s->rng, 0.18);

	for (size_t i = 0; i < ARRAY_LEN(p->instruments); i++)
		if (p->instruments[i])
			cast_scale(s, f, p->instruments[i], p->of_carer,
				TEAM_MANAGER,
				strcmp(p->instruments[i], "sdss") == 0
					? "worker"
					: "self",
				again);
}

static int visits_in(const struct casefile *f)
{
	int n = 1 + (int)((f->work_to - f->opened) / 80);

	return n > 6 ? 6 : n;
}

/* Contacts fill what the rest of a case leaves of the records wanted. */
static void set_depth(struct script *s, struct casefile *f, int records)
{
	/* The 28 % of cases that are not under way yet have about ten. */
	double full = (records - 0.28 * 10) / 0.72;
	int wanted = (int)(full * (0.75 + 0.5 * rng_unit(&s->rng)));
	int scales = (int)f->scale_count;
	int fixed = 13 + (f->in_register ? 3 : 0) + scales;

	f->depth.goals = 1 + records / 40;
	f->depth.tasks = 1 + records / 20;
	f->depth.reviews = records / 40;
	f->depth.visits = f->in_register ? visits_in(f) : 0;
	f->depth.missed = 0.05;
	f->depth.signed_share = 0.35;
	if (f->scale_count && f->scales[0].has_after)
		fixed += scales;
	fixed += f->depth.visits + f->depth.goals + f->depth.tasks +
		 f->depth.reviews - 2;
	f->depth.services = (wanted - fixed) * 100 / 105;
	if (f->depth.services < LEAST_SERVED)
		f->depth.services = LEAST_SERVED;
}

static void set_themes(
	struct script *s, struct casefile *f, const struct programme *p)
{
	size_t at = rng_below(&s->rng, SMD_THEMES);

	f->theme_count = 2;
	if (p->is_register) {
		f->themes[0] = &smd_themes[at];
		f->themes[1] = &smd_themes[(at + 3) % SMD_THEMES];
	} else {
		f->themes[0] = &other_themes[p->theme];
		f->themes[1] = &other_themes[THEME_MONEY];
	}
	if (f->depth.goals == 1 && rng_chance(&s->rng, 0.6))
		f->theme_count = 1;
}

static void cast_one(struct script *s, struct casefile *f,
	const struct programme *p, size_t home, size_t manager,
	const struct further *how, size_t number)
{
	case_init(f, home, manager);
	f->supervisor = district_first(s->district, ROLE_SUPERVISOR);
	f->programme = p->code;
	f->model = p->model;
	f->setting = p->setting;
	f->in_register = p->is_register;
	f->course = draw_course(&s->rng);
	f->fare = rng_chance(&s->rng, 0.8)   ? FARE_STABLE
		  : rng_chance(&s->rng, 0.8) ? FARE_BASIC
					     : FARE_UNSTABLE;
	if (f->course >= COURSE_CLOSING)
		f->close_reason = draw_reason(&s->rng, &f->leaves_early);
	set_days(s, f, p);
	f->number = arena_printf(s->mem, "%s-%04d-%06zu", p->prefix,
		date_from_days(f->referred).year, number);
	if (f->course > COURSE_REFERRAL) {
		f->result =
			f->course == COURSE_SCREENING ? "waitlist" : "eligible";
		f->reason = f->course == COURSE_SCREENING ? "no_place"
							  : "criteria_met";
		f->was_assessed = true;
	}
	set_team(s, f, p);
	set_people(s, f, p);
	set_scales(s, f, p);
	set_depth(s, f, how->records);
	set_themes(s, f, p);
}

void further_write(struct script *s, const struct further *how, size_t n)
{
	const struct programme *p =
		&programmes[draw_programme(&s->rng, how->home)];
	size_t home = draw_home(&s->rng, p, how->home);
	size_t manager = district_staff(
		s->district, home, ROLE_SOCIAL_WORKER, rng_below(&s->rng, 4));

	for (size_t i = 0; i < n; i++) {
		struct casefile *f = ARENA_NEW(s->mem, struct casefile);

		cast_one(s, f, p, home, manager, how, how->number + i);
		case_write(s, f);
		case_letters(s, f);
	}
}
