/*
 * demo_letters.c - the referrals of further cases: to whom, how long each
 * waits, and where its way ends.
 *
 * Sites differ, or nobody could say where referrals get stuck: each has its own
 * pace, and the hospital leaves more of them unanswered than the others. Three
 * in ten cases under way send one.
 */
#include "server/admin/demo_case.h"

#include <string.h>

#define SHARE_SENT     0.3
#define NEVER_ANSWERED 0.06 /* of the hospital four times as many */
#define STAYS_DAYS     28 /* a refusal, with the site that refused; less two */

/* Who answers for a site, the first that works there. */
static size_t taker_at(const struct script *s, size_t site)
{
	static const enum role roles[] = {ROLE_SOCIAL_WORKER,
		ROLE_PREVENTION_DOCTOR, ROLE_PSYCHIATRIST, ROLE_NURSE};

	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		size_t n = district_staff(s->district, site, roles[i], 0);

		if (n != NOBODY)
			return n;
	}
	return NOBODY;
}

static size_t draw_site(struct script *s, const struct casefile *f)
{
	static const size_t of_register[] = {
		SITE_HOSPITAL, SITE_HOSPITAL, SITE_COMMUNITY};
	static const size_t of_others[] = {SITE_COMMUNITY, SITE_COMMUNITY,
		SITE_REHAB_HOSPITAL, SITE_GENERAL};
	bool station = f->home >= SITE_STATIONS && f->home < SITE_CENTRES;

	if (f->in_register)
		return station && rng_chance(&s->rng, 0.3)
			       ? district_centre_of(f->home)
			       : of_register[rng_below(&s->rng, 3)];
	return of_others[rng_below(&s->rng, 4)];
}

/* Days a site takes to answer: its own pace, then chance. */
static int64_t draw_wait(struct script *s, size_t site)
{
	double median = 1.0 + (double)(site * 7 % 5) * 1.6;

	return (int64_t)rng_lognormal(&s->rng, median, 0.6);
}

/* A letter moves on at a stage, by somebody, on a day. */
static void moves(struct script *s, struct draft *d, enum stage stage,
	size_t who, int64_t day, json_t *TAKES set)
{
	struct pen pen = {stage, who, demo_ms(day, 15 * 60)};

	script_patch(s, pen, d, set);
}

/* A refusal that is older than it stays with the site that refused could not be
 * written by that site any more. */
static bool answered(
	struct script *s, struct draft *d, size_t taker, int64_t on)
{
	static const char *const reasons[] = {"no_capacity", "not_suitable",
		"incomplete", "client_unwilling"};
	bool hospital = s->district->staff[taker].site == SITE_HOSPITAL;
	bool takes = on < s->today - STAYS_DAYS ||
		     rng_chance(&s->rng, hospital ? 0.6 : 0.88);

	moves(s, d, STAGE_EVALUATION, taker, on,
		json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*}", "status",
			takes ? "accepted" : "declined", "decided",
			demo_day(s->mem, on), "decided_by", staff_ref(s, taker),
			"decline_reason",
			takes ? NULL : reasons[rng_below(&s->rng, 4)],
			"decision_note", takes ? "已安排专人联系。" : NULL,
			"manager", takes ? staff_ref(s, taker) : NULL));
	return takes;
}

static void returned(struct script *s, const struct casefile *f,
	struct draft *d, size_t taker, int64_t on)
{
	int64_t seen = on + rng_between(&s->rng, 1, 6);

	if (on >= s->today || rng_chance(&s->rng, 0.25))
		return;
	moves(s, d, STAGE_REPLAN, taker, on,
		json_pack("{s:s, s:s, s:s, s:s}", "status", "returned",
			"outcome", "已提供服务，服务对象表示满意。",
			"return_letter",
			"服务已完成，后续由贵机构继续跟进，如有需要请再联系。",
			"returned", demo_day(s->mem, on)));
	if (seen >= s->today || rng_chance(&s->rng, 0.2))
		return;
	moves(s, d, STAGE_RESUME, case_author(f, TEAM_MANAGER), seen,
		json_pack("{s:s, s:s, s:b}", "status", "acknowledged",
			"acknowledged", demo_day(s->mem, seen),
			"client_confirmed", 1));
}

static struct draft *sent(
	struct script *s, struct casefile *f, size_t site, int64_t day)
{
	return script_create(s,
		case_pen(f, STAGE_WORK, TEAM_MANAGER, day, 10 * 60), "referral",
		f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind",
			site == SITE_HOSPITAL ? "medical" : "service",
			"to_site", site_ref(s, site), "reason",
			case_text(s, f,
				"{c}需要贵机构提供专业支持，家属已知情。"),
			"letter",
			case_text(
				s, f, "请协助评估并安排服务，结果请回函告知。"),
			"status", "requested", "requested",
			demo_day(s->mem, day)));
}

/* A case that is over has no letter that waits: the gate would have held it. */
void case_letters(struct script *s, struct casefile *f)
{
	int span = (int)(f->work_to - f->started);
	int64_t day =
		f->started + (span > 1 ? rng_between(&s->rng, 1, span - 1) : 0);
	size_t site = draw_site(s, f), taker = taker_at(s, site);
	int64_t on = day + draw_wait(s, site);
	double silent = NEVER_ANSWERED * (site == SITE_HOSPITAL ? 4 : 1);
	bool waits = rng_chance(&s->rng, silent) || on >= s->today;
	struct draft *d;

	if (f->course < COURSE_INTERVENTION || site == f->home ||
		taker == NOBODY || (waits && f->course >= COURSE_CLOSING) ||
		!rng_chance(&s->rng, SHARE_SENT))
		return;
	d = sent(s, f, site, day);
	if (!waits && answered(s, d, taker, on))
		returned(s, f, d, taker, on + rng_between(&s->rng, 7, 40));
}
