/*
 * demo_course.c - a case's plan, and its way through the phases to the end.
 *
 * Each move meets its gate (proto/phase.c): a plan that is agreed and approved
 * before intervention, a contact before evaluation, a review before closing,
 * no open high flag after it. What ends somebody's access is written last.
 */
#include "server/admin/demo_case.h"

#include <string.h>

/* ---- goals ---- */

static json_t *level_texts(const struct theme *t)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "-2", t->levels[0], "-1",
		t->levels[1], "0", t->levels[2], "1", t->levels[3], "2",
		t->levels[4]);
}

static void write_goal(struct script *s, struct casefile *f, enum stage stage,
	size_t i, int64_t day, int64_t due)
{
	const struct theme *t = f->themes[i];

	f->goals[i] = script_create(s,
		case_pen(f, stage, TEAM_MANAGER, day, 14 * 60 + 20), "goal",
		f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:i, s:s, "
			  "s:s, s:o}",
			"need", f->needs[i]->ref, "plan", f->plan->ref, "title",
			case_text(s, f, t->goal), "indicator",
			case_text(s, f, t->indicator), "baseline", t->baseline,
			"target", t->target, "due", demo_day(s->mem, due),
			"levels", level_texts(t), "weight",
			i ? rng_between(&s->rng, 1, 2) : 3, "responsible",
			staff_ref(s, case_author(f, i % 2 ? TEAM_WORKER
							  : TEAM_MANAGER)),
			"status", "in_progress", "reached",
			json_pack("[{s:s, s:i}]", "on", demo_day(s->mem, day),
				"level", -1)));
}

static size_t goal_count(const struct casefile *f)
{
	size_t n = (size_t)f->depth.goals;

	return n < f->theme_count ? n : f->theme_count;
}

/* Goal attainment of all goals together, as an assessment. */
static void write_gas(struct script *s, struct casefile *f, enum stage stage,
	const char *timepoint, const int *levels, int64_t day)
{
	json_t *pairs = json_array();
	struct draft *d;

	for (size_t i = 0; i < CASE_THEMES; i++)
		if (f->goals[i])
			json_array_append_new(pairs,
				json_pack("[I, i]",
					(json_int_t)json_int(
						f->goals[i]->body, "weight", 1),
					levels[i]));
	d = script_create(s,
		case_pen(f, stage, TEAM_MANAGER, day, 16 * 60 + 10),
		"assessment", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "instrument",
			"gas", "version", "1968", "subject", f->client->ref,
			"respondent", "worker", "timepoint", timepoint,
			"assessed", demo_day(s->mem, day), "answers", pairs));
	script_sign(s, case_pen(f, stage, TEAM_MANAGER, day, 16 * 60 + 40), d);
}

/* ---- plan ---- */

static const char *aims(
	struct script *s, const struct casefile *f, size_t goals)
{
	const char *out;
	struct buf b;

	buf_init(&b, 8192);
	buf_printf(&b, "围绕“%s”，本期目标：",
		case_text(s, f, f->themes[0]->problem));
	for (size_t i = 0; i < goals; i++)
		buf_printf(&b, "%zu. %s；", i + 1,
			case_text(s, f, f->themes[i]->goal));
	buf_text(&b, "由关爱帮扶小组分工落实，按期复核。");
	out = arena_strdup(s->mem, b.p);
	buf_free(&b);
	return out;
}

static const char *agreed_by(const struct casefile *f)
{
	return f->is_child ? "guardian"
	       : f->carer  ? "client_and_guardian"
			   : "client";
}

static struct draft *write_plan(struct script *s, struct casefile *f,
	enum stage stage, int version, int64_t day, int64_t review,
	size_t goals)
{
	bool approves_itself = !f->depth.rich;
	json_t *body = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s*}",
		"version", version, "status",
		approves_itself ? "approved" : "agreed", "agreed_by",
		agreed_by(f), "agreed", demo_day(s->mem, day), "review_date",
		demo_day(s->mem, review), "aims", aims(s, f, goals), "replaces",
		f->plan ? f->plan->ref : NULL);

	/* On paper first, then written down by the manager with the name. */
	if (approves_itself) {
		json_object_set_new(body, "approved_by",
			json_string(staff_ref(s, f->supervisor)));
		json_object_set_new(body, "approved",
			json_string(demo_day(s->mem, day + 1)));
	}
	return script_create(s, case_pen(f, stage, TEAM_MANAGER, day, 14 * 60),
		"plan", f->kase, NULL, body);
}

static void approve(
	struct script *s, struct casefile *f, enum stage stage, int64_t day)
{
	if (f->depth.rich)
		script_patch(s,
			(struct pen){stage, f->supervisor,
				demo_ms(day, 9 * 60 + 30)},
			f->plan,
			json_pack("{s:s, s:s, s:s}", "status", "approved",
				"approved_by", staff_ref(s, f->supervisor),
				"approved", demo_day(s->mem, day)));
}

static void sign_plan(
	struct script *s, struct casefile *f, enum stage stage, int64_t day)
{
	if (rng_chance(&s->rng, f->depth.signed_share))
		script_sign(s,
			case_pen(f, stage, TEAM_MANAGER, day, 17 * 60 + 20),
			f->plan);
}

void case_plan(struct script *s, struct casefile *f)
{
	static const int start[CASE_THEMES] = {-1, -1, -1, -1};
	int64_t day = f->planned, review;
	size_t n = goal_count(f);

	if (f->course < COURSE_PLANNING)
		return;
	/* A plan that stands to the end is looked at again in time to come; one
	 * that will be replaced was due when it was. */
	review = f->replanned ? f->replan_day
		 : f->closed  ? f->closed
			      : s->today + rng_between(&s->rng, 5, 80);
	case_move(s, f, STAGE_PLANNING, "planning", day,
		json_pack("{s:s}", "main_problem",
			case_text(s, f, f->themes[0]->problem)));
	f->plan = write_plan(s, f, STAGE_PLANNING, 1, day, review, n);
	for (size_t i = 0; i < n; i++)
		write_goal(s, f, STAGE_PLANNING, i, day,
			f->closed ? f->closed
				  : s->today + rng_between(&s->rng, -30, 90));
	if (f->depth.rich)
		write_gas(s, f, STAGE_PLANNING, "baseline", start, day);
	if (f->course < COURSE_INTERVENTION)
		return;
	approve(s, f, STAGE_APPROVAL, day + 2);
	if (!f->replanned)
		sign_plan(s, f, STAGE_START, day + 3);
	case_move(s, f, STAGE_START, "intervention", f->started, NULL);
}

/* ---- evaluation ---- */

/* Where goals end: most as expected, some beyond, some not. */
static int draw_level(struct rng *r, double lift)
{
	static const int weights[] = {3, 17, 44, 27, 9};
	int level = (int)rng_pick(r, weights, 5) - 2;

	if (lift > 0 && level < 0 && rng_chance(r, lift))
		return 0;
	return lift < 0 && level >= 0 && rng_chance(r, -lift) ? -1 : level;
}

static const char *goal_state(int level, bool is_over)
{
	if (level < 0)
		return is_over ? "not_achieved" : "no_change";
	return is_over || level > 0 ? "achieved" : "improving";
}

static void reach_goals(struct script *s, struct casefile *f, int64_t day)
{
	int levels[CASE_THEMES] = {0};

	for (size_t i = 0; i < CASE_THEMES; i++) {
		json_t *reached;

		if (!f->goals[i])
			continue;
		levels[i] = draw_level(&s->rng, f->lift);
		reached = json_deep_copy(
			json_object_get(f->goals[i]->body, "reached"));
		json_array_append_new(reached,
			json_pack("{s:s, s:i}", "on", demo_day(s->mem, day),
				"level", levels[i]));
		script_patch(s,
			case_pen(f, STAGE_EVALUATION, TEAM_MANAGER, day,
				15 * 60),
			f->goals[i],
			json_pack("{s:o, s:s}", "reached", reached, "status",
				goal_state(levels[i], f->closed != 0)));
	}
	if (f->depth.rich)
		write_gas(s, f, STAGE_EVALUATION, f->replanned ? "mid" : "end",
			levels, day);
}

/* Back to planning with a second version, approved or still waiting. */
static void replan(struct script *s, struct casefile *f, int64_t day)
{
	size_t n = goal_count(f);
	struct draft *first = f->plan;

	case_move(s, f, STAGE_EVALUATION, "evaluation", day, NULL);
	case_move(s, f, STAGE_REPLAN, "planning", day + 2, NULL);
	f->plan = write_plan(s, f, STAGE_REPLAN, 2, day + 4,
		s->today + rng_between(&s->rng, 20, 90), n);
	if (n < f->theme_count && !f->goals[n])
		write_goal(s, f, STAGE_REPLAN, n, day + 4, s->today + 120);
	if (f->stays_planning)
		return;
	script_patch(s, case_pen(f, STAGE_REPLAN, TEAM_MANAGER, day + 5, 600),
		first, json_pack("{s:s}", "status", "replaced"));
	approve(s, f, STAGE_REAPPROVAL, day + 6);
	sign_plan(s, f, STAGE_RESUME, day + 7);
	case_move(s, f, STAGE_RESUME, "intervention", day + 7, NULL);
}

/* ---- the end ---- */

static void write_call_back(struct script *s, struct casefile *f, int months)
{
	struct date d = date_from_days(f->closed);
	int64_t due;

	d = date_add_months(&d, months);
	due = date_to_days(&d);
	script_create(s,
		case_pen(
			f, STAGE_CLOSING, TEAM_MANAGER, f->closed, 17 * 60 + 5),
		"task", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "title",
			arena_printf(s->mem, "结案后%d个月回访", months),
			"kind", "follow_up", "due", demo_day(s->mem, due),
			"assignee", staff_ref(s, f->team[TEAM_MANAGER]), "site",
			site_ref(s, f->home), "status",
			due < s->today || f->course == COURSE_ENDED ? "done"
								    : "open"));
}

/* What was reached and what was not, approved by the supervisor the next day:
 * without it no case leaves the closing. */
static void write_closure(struct script *s, struct casefile *f,
	enum stage stage, int64_t day, const char *reason)
{
	bool good = strcmp(reason, "goals_met") == 0;
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:[s, s]}",
		"reason", reason, "closed_on", demo_day(s->mem, day + 1),
		"attainment", good ? "all" : "mostly", "goal_summary",
		"与服务对象和家属一起回顾了目标与变化。", "unresolved",
		good ? "无" : "社会支持仍需继续巩固。", "informed",
		demo_day(s->mem, day), "follow_up_months", "1", "3");
	json_t *approval = json_pack("{s:s, s:s}", "approved_by",
		staff_ref(s, f->supervisor), "approved",
		demo_day(s->mem, day + 1));
	struct draft *d;

	/* On paper first, as the plan, where no supervisor has a seat. */
	if (!f->depth.rich) {
		json_object_update(body, approval);
		json_object_set_new(body, "approval_note",
			json_string("书面批准，督导签字存档。"));
	}
	d = script_create(s, case_pen(f, stage, TEAM_MANAGER, day, 15 * 60),
		"closure", f->kase, NULL, body);
	if (f->depth.rich)
		script_patch(s,
			(struct pen){(enum stage)(stage + 1), f->supervisor,
				demo_ms(day + 1, 9 * 60 + 30)},
			d, approval);
	else
		json_decref(approval);
	script_sign(s,
		case_pen(f, (enum stage)(stage + (f->depth.rich ? 2 : 0)),
			TEAM_MANAGER, day + 1, 16 * 60),
		d);
}

static void reopen(struct script *s, struct casefile *f, int times)
{
	enum stage stage = times == 1 ? STAGE_CLOSED : STAGE_CLOSED_AGAIN;
	int64_t day = f->closed + 20 * times;

	case_move(s, f, stage, "intake", day,
		json_pack("{s:i, s:n, s:n}", "reopened", times, "closed",
			"close_reason"));
	if (times < f->reopened) {
		case_move(s, f, stage, "closing", day + 6,
			json_pack("{s:s}", "close_reason", "client_withdrew"));
		write_closure(s, f, stage, day + 6, "client_withdrew");
		case_move(s, f, STAGE_CLOSED_AGAIN, "ended", day + 8,
			json_pack(
				"{s:s}", "closed", demo_day(s->mem, day + 8)));
		reopen(s, f, times + 1);
		return;
	}
	if (f->again >= COURSE_ASSESSMENT)
		case_move(s, f, stage, "assessment", day + 4, NULL);
}

static void close_case(struct script *s, struct casefile *f)
{
	int64_t day = f->closed ? f->closed : s->today - 2;

	if (strcmp(f->close_reason, "lost_contact") == 0)
		case_tries(s, f, STAGE_CLOSING, day - 12);
	case_move(s, f, STAGE_CLOSING, "closing", day - 2,
		json_pack("{s:s}", "close_reason", f->close_reason));
	if (f->course == COURSE_CLOSING)
		return;
	write_closure(s, f, STAGE_CLOSING, day - 2, f->close_reason);
	case_move(s, f, STAGE_CLOSED, "follow_up", f->closed,
		json_pack("{s:s}", "closed", demo_day(s->mem, f->closed)));
	if (f->depth.rich)
		for (int months = 1; months <= 3; months += 2)
			write_call_back(s, f, months);
	if (f->course == COURSE_ENDED)
		case_move(s, f, STAGE_CLOSED, "ended", f->closed + 12, NULL);
	if (f->reopened)
		reopen(s, f, 1);
}

static void end_membership(struct script *s, struct casefile *f, enum team who,
	int64_t day, const char *reason)
{
	if (f->members[who])
		script_patch(s,
			case_pen(
				f, STAGE_ENDS, TEAM_MANAGER, day, 17 * 60 + 30),
			f->members[who],
			json_pack("{s:s, s:s}", "to", demo_day(s->mem, day),
				"reason", reason));
}

static void end_sharing(struct script *s, struct casefile *f)
{
	if (f->withdrawn && f->partner_sharing)
		script_patch(s,
			case_pen(
				f, STAGE_ENDS, TEAM_MANAGER, f->withdrawn, 660),
			f->partner_sharing,
			json_pack("{s:s, s:s}", "withdrawn",
				demo_day(s->mem, f->withdrawn),
				"withdrawn_reason",
				"家属希望减少知情范围，改由康复站直接联系。"));
	if (f->expired && f->sharing)
		script_patch(s,
			case_pen(f, STAGE_ENDS, TEAM_MANAGER, f->expired, 660),
			f->sharing,
			json_pack("{s:s}", "to", demo_day(s->mem, f->expired)));
}

void case_finish(struct script *s, struct casefile *f)
{
	int64_t day = f->work_to - 1;
	bool evaluated = f->course >= COURSE_EVALUATION && !f->leaves_early;

	if (f->replanned)
		day = f->replan_day;
	if (evaluated || f->replanned)
		reach_goals(s, f, day);
	if (f->replanned)
		replan(s, f, day);
	else if (evaluated)
		case_move(s, f, STAGE_EVALUATION, "evaluation", day, NULL);
	if (f->course >= COURSE_CLOSING)
		close_case(s, f);
	if (f->group_dissolved)
		for (size_t i = 1; i < TEAM_SIZE; i++)
			end_membership(s, f, (enum team)i, f->closed,
				"个案结束，关爱帮扶小组解散");
	else if (f->worker_left)
		end_membership(
			s, f, TEAM_WORKER, f->worker_left, "工作人员离职");
	end_sharing(s, f);
}
