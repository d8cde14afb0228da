/*
 * demo_further.c - further cases for a larger district: twelve programmes in
 * the recipe's mix, with lighter content, since the beginning of last year.
 *
 * A script holds cases of one programme at one site, so that few people write
 * it and it can be sent in few large batches.
 */
#include "server/admin/demo_cast.h"

#include "server/admin/demo_mix.h"
#include "server/admin/demo_scales.h"
#include "server/admin/demo_story.h"

#include <string.h>

#define SHORT_DAYS   100 /* what lasts less is over in most cases */
#define LEAST_SERVED 1

/* ---- one case ---- */

/* At a snapshot; what is short is mostly over after two years. Few programmes
 * have a waiting list, else each would have one or two who cannot be told. */
static enum course draw_course(struct rng *r, const struct programme *p)
{
	static const int lasting[] = {4, 0, 5, 8, 7, 30, 6, 3, 13, 24};
	static const int brief[] = {1, 0, 2, 4, 4, 12, 3, 2, 12, 60};

	if (rng_chance(r, p->waits))
		return COURSE_SCREENING;
	return (enum course)rng_pick(
		r, p->days < SHORT_DAYS ? brief : lasting, 10);
}

/* One reason a programme, or none: of each there are enough to be told. */
static const char *draw_reason(
	struct rng *r, const struct programme *p, bool *early)
{
	static const char *const left[] = {
		"client_withdrew", "moved", "lost_contact"};

	*early = rng_chance(r, p->early);
	if (*early)
		return left[rng_below(r, ARRAY_LEN(left))];
	if (p->rest && rng_chance(r, p->rest_share))
		return p->rest;
	return rng_chance(r, 0.6) ? "goals_met" : "mostly_met";
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
	if (!p->is_register || d->sites[f->home].area != AREA_DISTRICT)
		return;
	f->team[TEAM_PSYCHIATRIST] = district_staff(
		d, SITE_HOSPITAL, ROLE_PSYCHIATRIST, rng_below(&s->rng, 8));
	if (f->home >= SITE_STATIONS && f->home < SITE_CENTRES)
		f->team[TEAM_DOCTOR] = district_staff(d,
			district_centre_of(f->home), ROLE_PREVENTION_DOCTOR, 0);
}

/* To the beginning of last year: what began before would be a few a site, and
 * small numbers of any year hide those of today. */
static int days_back(const struct script *s)
{
	struct date first = date_from_days(s->today);

	first = (struct date){first.year - 1, 1, 8};
	return (int)(s->today - date_to_days(&first));
}

/* Cases that go on began recently enough, closed ones long enough ago. */
/* How long ago a case may have begun, in days. */
struct ago {
	int latest, earliest;
};

/* Closed ones by turns last year and this, so that either is told. */
static struct ago ago_closed(const struct script *s, int takes, bool last_year)
{
	int all = days_back(s);
	struct date first = date_from_days(s->today);
	struct ago a = {takes + 17, all};
	int to_new_year;

	first = (struct date){first.year, 1, 1};
	to_new_year = (int)(s->today - date_to_days(&first));
	if (last_year && to_new_year + takes + 30 < all)
		a.latest = to_new_year + takes + 10;
	else if (to_new_year + takes - 10 < all)
		a.earliest = to_new_year + takes - 10;
	return a;
}

static struct ago ago_open(
	const struct script *s, const struct casefile *f, int lasts)
{
	bool early = f->course < COURSE_INTERVENTION;
	struct ago a = {early ? 18 : 30, early ? 40 : lasts};
	int all = days_back(s);

	a.earliest = a.earliest < all ? a.earliest : all;
	return a;
}

static void set_days(struct script *s, struct casefile *f,
	const struct programme *p, size_t number)
{
	bool over = f->course >= COURSE_FOLLOW_UP;
	int lasts = (int)rng_lognormal(&s->rng, p->days, 0.3) + 4;
	int most = days_back(s) - 40;
	struct ago a;
	int began;

	lasts = lasts < most ? lasts : most;
	a = over ? ago_closed(s, lasts + 13, number % 2)
		 : ago_open(s, f, lasts);
	began = rng_between(&s->rng, a.latest,
		a.earliest > a.latest + 10 ? a.earliest : a.latest + 10);

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

/* One in eight ends worse than they began, by as much as others end better. */
static void worsen(struct script *s, struct scale_pair *p)
{
	const struct score_model *m = scales_model(p->instrument);

	if (m && p->has_after && rng_chance(&s->rng, 0.125))
		p->after = p->before - 2 * m->shift;
}

static void set_scales(
	struct script *s, struct casefile *f, const struct programme *p)
{
	bool again = f->course >= COURSE_INTERVENTION &&
		     (f->closed || f->work_to - f->opened > 60) &&
		     !f->leaves_early && !rng_chance(&s->rng, 0.18);

	for (size_t i = 0; i < ARRAY_LEN(p->instruments); i++) {
		if (!p->instruments[i])
			continue;
		cast_scale(s, f, p->instruments[i], p->of_carer, TEAM_MANAGER,
			strcmp(p->instruments[i], "sdss") == 0 ? "worker"
							       : "self",
			again);
		worsen(s, &f->scales[f->scale_count - 1]);
	}
}

/* As often as the norm asks; twelve in two years of somebody stable. */
static int visits_in(const struct casefile *f)
{
	int n = 2 + (int)((f->work_to - f->opened) / 45);

	return f->fare == FARE_STABLE ? n : 2 * n;
}

/* Contacts as the programme has them, so many a year or a case. */
static int contacts_in(
	struct script *s, const struct casefile *f, const struct programme *p)
{
	double years = (double)(f->work_to - f->started) / 365.25;
	double mean = p->days < SHORT_DAYS ? p->contacts : p->contacts * years;

	return rng_count(&s->rng, mean > 1 ? mean : 1, mean / 3.5 + 0.5);
}

/* … or what the rest of a case leaves of the records wanted. */
static int contacts_left(
	struct script *s, const struct casefile *f, int records)
{
	/* The 8 % of cases that are not under way yet have about ten. */
	double full = (records - 0.08 * 10) / 0.92;
	int wanted = (int)(full * (0.75 + 0.5 * rng_unit(&s->rng)));
	int scales = (int)f->scale_count;
	int fixed = 13 + (f->in_register ? 3 : 0) + scales;

	if (f->scale_count && f->scales[0].has_after)
		fixed += scales;
	fixed += f->depth.visits + f->depth.goals + f->depth.tasks +
		 f->depth.reviews - 2;
	return (wanted - fixed) * 100 / 105;
}

static void set_depth(struct script *s, struct casefile *f,
	const struct programme *p, int records)
{
	int typical = records ? records : DEMO_RECORDS;

	f->depth.goals = records ? 1 + records / 40 : 2;
	f->depth.tasks = 1 + typical / 20;
	f->depth.reviews = typical / 40;
	f->depth.visits = f->in_register ? visits_in(f) : 0;
	f->depth.missed = mix_pace(f->home).missed;
	f->depth.signed_share = mix_pace(f->home).signs;
	f->depth.services =
		records ? contacts_left(s, f, records) : contacts_in(s, f, p);
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

/* The first contact is with the intake: soon, where people are seen soon. */
static void set_first_contact(struct script *s, struct casefile *f)
{
	struct pace p = mix_pace(f->home);
	int64_t day =
		f->opened + rng_between(&s->rng, p.first_low, p.first_high);

	if (f->course >= COURSE_INTAKE)
		f->first_contact = case_workday(&s->rng,
			day < s->today ? day : s->today - 1, s->today - 1);
	if (f->first_contact && f->first_contact < f->opened)
		f->first_contact = f->opened;
}

static void cast_one(struct script *s, struct casefile *f,
	const struct lot *lot, size_t manager, int records, size_t number)
{
	const struct programme *p = lot->programme;

	case_init(f, lot->home, manager);
	f->supervisor = district_supervisor(s->district, lot->home);
	f->programme = p->code;
	f->model = p->model;
	f->setting = p->setting;
	f->in_register = p->is_register;
	f->lift = p->lift;
	f->taken_over = p->is_register;
	f->course = draw_course(&s->rng, p);
	if (f->taken_over && f->course < COURSE_INTAKE)
		f->course = COURSE_INTERVENTION;
	f->fare = rng_chance(&s->rng, 0.8)   ? FARE_STABLE
		  : rng_chance(&s->rng, 0.8) ? FARE_BASIC
					     : FARE_UNSTABLE;
	if (f->course >= COURSE_CLOSING)
		f->close_reason = draw_reason(&s->rng, p, &f->leaves_early);
	set_days(s, f, p, number);
	if (f->taken_over)
		f->referred = f->opened;
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
	set_depth(s, f, p, records);
	set_themes(s, f, p);
	set_first_contact(s, f);
}

void further_write(struct script *s, const struct lot *lot, int records)
{
	size_t manager = district_staff(
		s->district, lot->home, ROLE_SOCIAL_WORKER, lot->number);

	const json_t *steps = story_steps(s, lot->programme->code);

	for (size_t i = 0; i < lot->n; i++) {
		struct casefile *f = ARENA_NEW(s->mem, struct casefile);

		cast_one(s, f, lot, manager, records, lot->number + i);
		case_write(s, f);
		/* A district of so many records is measured with, not read. */
		if (!records)
			case_sheets(s, f, steps);
		case_letters(s, f);
		case_requests(s, f);
	}
}
