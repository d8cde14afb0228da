/*
 * demo_letters.c - the referrals of further cases: to whom, how long each
 * waits, and where its way ends.
 *
 * Sites differ, or nobody could say where referrals get stuck: the general
 * hospital answers late and leaves some unanswered, the psychiatric one leaves
 * more and declines some; health centres answer in time. A case of the register
 * sends 1.3 letters, of others three in ten send one.
 */
#include "server/admin/demo_mix.h"

#include <string.h>

#define SHARE_SENT 0.3
#define OPEN_DAYS  45  /* where requests wait */
#define WAITS_DAYS 120 /* what is older was answered in the end */

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
		SITE_HOSPITAL, SITE_HOSPITAL, SITE_GENERAL};
	static const size_t of_others[] = {SITE_COMMUNITY, SITE_GENERAL,
		SITE_REHAB_HOSPITAL, SITE_GENERAL};
	bool station = f->home >= SITE_STATIONS && f->home < SITE_CENTRES;

	if (f->in_register)
		return station && rng_chance(&s->rng, 0.3)
			       ? district_centre_of(f->home)
			       : of_register[rng_below(&s->rng, 3)];
	return of_others[rng_below(&s->rng, 4)];
}

/* How a site answers: in so many days, accepting so many, leaving so many. */
static struct manner {
	double days, accepts, silent;
} manner_of(size_t site)
{
	switch (site) {
	case SITE_HOSPITAL:
		return (struct manner){4.5, 0.78, 0.35};
	case SITE_GENERAL:
		return (struct manner){7, 0.8, 0.4};
	default:
		return (struct manner){1, 1, 0};
	}
}

/* A letter moves on at a stage, by somebody, on a day. */
static void moves(struct script *s, struct draft *d, enum stage stage,
	size_t who, int64_t day, json_t *TAKES set)
{
	struct pen pen = {stage, who, demo_ms(day, 15 * 60)};

	script_patch(s, pen, d, set);
}

static bool answered(
	struct script *s, struct draft *d, size_t taker, int64_t on)
{
	static const char *const reasons[] = {"no_capacity", "not_suitable",
		"incomplete", "client_unwilling"};
	struct manner m = manner_of(s->district->staff[taker].site);
	/* Nobody was declined last year: a few would be too few to be told. */
	bool takes = date_from_days(on).year < date_from_days(s->today).year ||
		     rng_chance(&s->rng, m.accepts);

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
			case_text(s, f,
				"请协助评估并安排服务，结果请以回执告知。"),
			"status", "requested", "requested",
			demo_day(s->mem, day)));
}

/* A case that is over has no letter that waits: the gate would have held it. */
static void write_letter(struct script *s, struct casefile *f)
{
	int span = (int)(f->work_to - f->started);
	int64_t day =
		f->started + (span > 1 ? rng_between(&s->rng, 1, span - 1) : 0);
	size_t site = draw_site(s, f), taker = taker_at(s, site);
	struct manner m = manner_of(site);
	int64_t on = day + (int64_t)rng_lognormal(&s->rng, m.days, 0.6);
	bool waits = (day > s->today - WAITS_DAYS &&
			     rng_chance(&s->rng, m.silent)) ||
		     on >= s->today;
	struct draft *d;

	if (site == f->home || taker == NOBODY ||
		(waits && f->course >= COURSE_CLOSING))
		return;
	/* Of five that wait four were sent this week. */
	if (waits && rng_chance(&s->rng, 0.8))
		day = s->today - rng_between(&s->rng, 1, 5);
	d = sent(s, f, site, day);
	if (!waits && answered(s, d, taker, on))
		returned(s, f, d, taker, on + rng_between(&s->rng, 7, 40));
}

void case_letters(struct script *s, struct casefile *f)
{
	size_t n = f->in_register + (size_t)rng_chance(&s->rng, SHARE_SENT);

	for (size_t i = 0; f->course >= COURSE_INTERVENTION && i < n; i++)
		write_letter(s, f);
}

/* ---- requests from the wards ---- */

/* A hospital whose social workers are asked by its wards; of an emergency case
 * two or three, of others one in three. */
static size_t draw_requests(struct script *s, const struct casefile *f)
{
	const char *kind = s->district->sites[f->home].kind;
	bool emergency =
		f->programme && strcmp(f->programme, "emergency_services") == 0;

	if (!strstr(kind, "hospital"))
		return 0;
	return emergency ? 2 + rng_below(&s->rng, 2)
			 : (size_t)rng_chance(&s->rng, 0.33);
}

static void answer(struct script *s, const struct casefile *f, size_t worker,
	int64_t asked_at, struct draft *d)
{
	static const char *const unmet[] = {
		"no_provider", "no_capacity", "client_left"};
	bool slow = mix_pace(f->home).is_slow;
	int64_t minutes = (int64_t)rng_lognormal(
		&s->rng, slow ? 95 : 12, slow ? 0.5 : 0.2);
	bool met = !slow || !rng_chance(&s->rng, 0.25);
	struct pen pen = {STAGE_BASELINE, worker, asked_at + minutes * 60000};
	const char *at = demo_time(s->mem, pen.at);

	script_patch(s, pen, d,
		json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "status",
			met ? "accepted" : "unmet", "provider",
			staff_ref(s, worker), "responded", at, "result_at",
			met ? NULL : at, "unmet_reason",
			met ? NULL
			    : unmet[rng_below(&s->rng, ARRAY_LEN(unmet))]));
	pen.at += 1800000;
	if (met)
		script_patch(s, pen, d,
			json_pack("{s:s, s:s, s:s}", "status", "done", "result",
				"已到场，需要已处理。", "result_at",
				demo_time(s->mem, pen.at)));
}

void case_requests(struct script *s, struct casefile *f)
{
	static const char *const needs[] = {"独自就诊，联系不上家人",
		"家属情绪激动，需要陪伴", "费用有困难，想了解救助",
		"需要沟通协助", "出院后没有人照顾"};
	static const char *const urgencies[] = {"emergency", "urgent", "soon"};
	size_t n = draw_requests(s, f), worker = case_author(f, TEAM_MANAGER);
	bool slow = mix_pace(f->home).is_slow;

	for (size_t i = 0; i < n; i++) {
		int64_t day = f->referred - (int64_t)(2 * i);
		int minute = rng_between(&s->rng, 8 * 60, 20 * 60);
		struct pen pen = {STAGE_OPENING, worker, demo_ms(day, minute)};
		struct draft *d = script_create(s, pen, "request", NULL, NULL,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
				"to_site", site_ref(s, f->home), "client_label",
				"病房床旁", "requested_by_kind",
				rng_chance(&s->rng, 0.7) ? "nurse" : "doctor",
				"urgency", urgencies[rng_below(&s->rng, 3)],
				"need",
				needs[rng_below(&s->rng, ARRAY_LEN(needs))],
				"requested", demo_time(s->mem, pen.at),
				"status", "open"));

		if (!slow || day < s->today - OPEN_DAYS)
			answer(s, f, worker, pen.at, d);
	}
}
