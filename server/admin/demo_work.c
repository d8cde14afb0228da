/*
 * demo_work.c - the year's work of a case: contacts, tasks, care-group
 * meetings.
 *
 * Contacts follow the recipe: two in five at home, a quarter at the station;
 * 45 minutes as the median; nine in ten on a working day; notes mostly signed
 * within three days, a few never.
 */
#include "server/admin/demo_case.h"

#include <string.h>

/* What is said where the theme's own words do not fit; NULL: they do. {g} is
 * the goal. */
struct script_of {
	const char *aim; /* NULL: the theme's */
	const char *process[WORDS_MAX];
};

/* clang-format off */
static const struct script_of by_phone = {NULL, {
	"电话了解近况，睡眠与饮食尚可。围绕“{g}”核对上次约定，{c}说做到了一半，商量把剩下的放到周末。",
	"与{f}通话，{f}反映{c}这周情绪平稳，已按约定记录。提醒复诊日期并确认陪同人。",
	"电话联系{c}，谈到“{g}”的进展，肯定其坚持，约定下次见面时一起看记录。",
	"按约致电，{c}正在吃饭，改为晚间再聊。第二次通话时核对了服药与作息，未见特殊。"}};
static const struct script_of by_doctor = {"复诊评估与用药指导", {
	"门诊复诊。精神检查：接触可，情绪平稳，未引出幻觉妄想。睡眠约七小时。维持原方案，一个月后复诊。",
	"门诊复诊。自述白天困倦，{f}诉偶有漏服。复习用药时间，调整为晚间一次，嘱记录反应，两周后电话随访。",
	"门诊复诊。情绪偏低，无自伤念头。与{c}、{f}讨论早期征兆及应对，建议继续康复站活动，复查血常规与心电图。",
	"门诊复诊。病情稳定，社会功能较前改善。鼓励参加辅助性就业，三个月后复诊。"}};
static const struct script_of as_family = {"召开家庭会议，核对分工与约定", {
	"家庭会议，{c}与{f}参加。先各说一件本月做得好的事，再围绕“{g}”核对分工，双方确认下月约定。",
	"家庭会议约一小时。{f}谈到近来的疲惫，{c}听后表示愿意承担两项家务，写在纸上贴于客厅。"}};
static const struct script_of as_link = {"链接社区资源", {
	"与街道及社区联络，说明所需支持（不涉及病情细节），落实对口联系人与办理时间，告知{c}与{f}。",
	"陪同到社区服务窗口咨询，领取办事清单。围绕“{g}”列出可用资源，约定一周内反馈。"}};
static const struct script_of by_video = {NULL, {
	"视频联系，{c}在家中，环境整洁。一起查看记录表，围绕“{g}”讨论遇到的困难，示范了一次应对办法。",
	"视频家访，{f}在旁协助。{c}展示本周完成的任务，约定下次到站里面谈。"}};

static const struct channel {
	int weight;
	const char *kind;
	const char *setting;
	enum team by[3];
	const struct script_of *words;
} channels[] = {
	{40, "home_visit", "home", {TEAM_MANAGER, TEAM_PARTNER, TEAM_PREVENTION}, NULL},
	{15, "station_activity", "station", {TEAM_WORKER, TEAM_WORKER, TEAM_MANAGER}, NULL},
	{10, "casework_session", "station", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, NULL},
	{18, "phone_contact", "remote", {TEAM_MANAGER, TEAM_WORKER, TEAM_PREVENTION}, &by_phone},
	{4, "family_meeting", "home", {TEAM_MANAGER, TEAM_PARTNER, TEAM_MANAGER}, &as_family},
	{6, "outpatient_contact", "outpatient", {TEAM_PSYCHIATRIST, TEAM_PSYCHIATRIST, TEAM_PSYCHIATRIST}, &by_doctor},
	{4, "resource_link", "community", {TEAM_PARTNER, TEAM_MANAGER, TEAM_MANAGER}, &as_link},
	{3, "video_contact", "remote", {TEAM_MANAGER, TEAM_PARTNER, TEAM_MANAGER}, &by_video},
};

/* Of programmes without a register: no outpatient visits of a psychiatrist. */
static const struct channel plain_channels[] = {
	{35, "home_visit", "home", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, NULL},
	{30, "interview", "outpatient", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, NULL},
	{27, "phone_contact", "remote", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, &by_phone},
	{8, "resource_link", "community", {TEAM_MANAGER, TEAM_MANAGER, TEAM_MANAGER}, &as_link},
};

static const struct channel ward_channels[] = {
	{55, "ward_contact", "ward", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, NULL},
	{20, "phone_contact", "remote", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, &by_phone},
	{15, "casework_session", "outpatient", {TEAM_MANAGER, TEAM_WORKER, TEAM_MANAGER}, NULL},
	{10, "resource_link", "other", {TEAM_MANAGER, TEAM_MANAGER, TEAM_MANAGER}, &as_link},
};
/* clang-format on */

static const struct channel *draw_channel(
	struct script *s, const struct casefile *f)
{
	bool ward = f->setting && strcmp(f->setting, "inpatient") == 0;
	const struct channel *list = ward             ? ward_channels
				     : f->in_register ? channels
						      : plain_channels;
	size_t n = ward             ? ARRAY_LEN(ward_channels)
		   : f->in_register ? ARRAY_LEN(channels)
				    : ARRAY_LEN(plain_channels);
	int weights[ARRAY_LEN(channels)];

	for (size_t i = 0; i < n; i++)
		weights[i] = list[i].weight;
	return &list[rng_pick(&s->rng, weights, n)];
}

/* ---- texts ---- */

const char *case_text(
	struct script *s, const struct casefile *f, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, 8192);
	words_fill(&b, text, &f->slots);
	out = arena_strdup(s->mem, b.p ? b.p : "");
	buf_free(&b);
	return out;
}

static const char *one_of(struct script *s, const struct casefile *f,
	const char *const texts[WORDS_MAX])
{
	return case_text(s, f, texts[rng_below(&s->rng, words_count(texts))]);
}

/* ---- one contact ---- */

/* The worst of the year is early: nine in ten go well in the end, six at
 * first. */
static bool goes_well(struct script *s, double passed)
{
	return rng_chance(&s->rng, 0.6 + 0.3 * passed);
}

struct contact {
	const struct channel *channel;
	enum team by;
	int64_t day;
	int minute; /* of the day */
	int minutes;
	double passed; /* 0 … 1 of the year's work */
	bool is_first; /* before there is a plan */
	bool is_last;
};

static void add_note(struct script *s, struct casefile *f, json_t *body,
	const struct contact *c)
{
	size_t at = f->theme_count > 1 && rng_chance(&s->rng, 0.55)
			    ? 1 + rng_below(&s->rng, f->theme_count - 1)
			    : 0;
	const struct theme *t = f->themes[at];
	const struct script_of *words = c->channel->words;
	bool well = goes_well(s, c->passed);

	f->slots.goal = case_text(s, f, t->goal);
	json_object_set_new(body, "aim",
		json_string(words && words->aim ? words->aim
						: one_of(s, f, t->aims)));
	json_object_set_new(body, "process",
		json_string(one_of(s, f, words ? words->process : t->process)));
	json_object_set_new(body, "client_response",
		json_string(one_of(s, f, well ? t->well : t->hard)));
	if (f->depth.rich || rng_chance(&s->rng, 0.5))
		json_object_set_new(body, "reflection",
			json_string(one_of(s, f, t->reflection)));
	json_object_set_new(
		body, "next_step", json_string(one_of(s, f, t->next)));
	if (f->goals[at] && !c->is_first)
		json_object_set_new(
			body, "goal", json_string(f->goals[at]->ref));
}

static const char *dimension(struct rng *r, bool in_register)
{
	static const char *const codes[] = {"rehabilitation", "humanistic_care",
		"treatment", "pre_disease"};
	static const int of_register[] = {62, 20, 14, 4};
	static const int of_others[] = {22, 38, 35, 5};

	return codes[rng_pick(r, in_register ? of_register : of_others, 4)];
}

static json_t *contact_body(
	struct script *s, struct casefile *f, const struct contact *c)
{
	int64_t next = c->day + rng_between(&s->rng, 12, 30);

	/* The newest contact looks ahead, now and then to a day gone by. */
	if (c->is_last && !f->closed &&
		next < s->today - (f->depth.rich ? 4 : 0))
		next = s->today +
		       rng_between(&s->rng, f->depth.rich ? -4 : -1, 16);
	return json_pack("{s:s, s:i, s:s, s:s, s:s*, s:s, s:s, s:s, s:s, s:s}",
		"started_at", demo_time(s->mem, demo_ms(c->day, c->minute)),
		"minutes", c->minutes, "kind", c->channel->kind, "setting",
		c->channel->setting, "practice_model", f->model,
		"phase_of_care", f->in_register ? "post" : "in", "dimension",
		dimension(&s->rng, f->in_register), "recipient_group",
		"recipients_families", "status", "completed", "next_due",
		demo_day(s->mem, next));
}

/* Signed within three days nine times in ten, else a week later or never. */
static void sign_note(struct script *s, struct casefile *f, enum team by,
	struct draft *d, int64_t written)
{
	double late = rng_unit(&s->rng);
	int64_t at = written + (int64_t)(rng_unit(&s->rng) *
					 (late < 0.91 ? 72 : 0) * 3600000);

	if (!rng_chance(&s->rng, f->depth.signed_share) || late > 0.97)
		return;
	if (late >= 0.91)
		at += rng_between(&s->rng, 4, 10) * (int64_t)86400000;
	if (at < demo_ms(s->today, 0))
		script_sign(
			s, (struct pen){STAGE_WORK, case_author(f, by), at}, d);
}

static void write_contact(struct script *s, struct casefile *f,
	enum stage stage, const struct contact *c)
{
	int64_t written = demo_ms(
		c->day, c->minute + c->minutes + rng_between(&s->rng, 10, 180));
	json_t *body = contact_body(s, f, c);
	struct draft *d;

	add_note(s, f, body, c);
	d = script_create(s,
		(struct pen){stage, case_author(f, c->by), written}, "service",
		f->kase, NULL, body);
	sign_note(s, f, c->by, d, written);
}

/* Nobody there, or called off: no minutes, no note of what was not. */
static void write_missed(struct script *s, struct casefile *f, int64_t day)
{
	bool cancelled = rng_chance(&s->rng, 0.4);

	script_create(s, case_pen(f, STAGE_WORK, TEAM_MANAGER, day, 16 * 60),
		"service", f->kase, NULL,
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "started_at",
			demo_time(s->mem, demo_ms(day, 10 * 60)), "minutes", 0,
			"kind", "home_visit", "setting", "home", "status",
			cancelled ? "cancelled" : "no_show", "process",
			cancelled ? "家属来电改期，另约时间。"
				  : "按约上门，家中无人，电话未接，已留言另约"
				    "。"));
}

static int contact_minutes(struct rng *r, const struct channel *c)
{
	double median = strcmp(c->setting, "remote") == 0 ? 18 : 45;
	int minutes = (int)rng_lognormal(r, median, 0.4);

	return minutes < 5 ? 5 : minutes > 180 ? 180 : minutes / 5 * 5;
}

static void write_contacts(struct script *s, struct casefile *f)
{
	int64_t from = f->started, to = f->work_to, span = to - from;
	int n = f->depth.services;

	for (int i = 0; i < n; i++) {
		double passed = (i + rng_unit(&s->rng)) / n;
		const struct channel *channel = draw_channel(s, f);
		struct contact c = {.channel = channel,
			.by = channel->by[rng_below(&s->rng, 3)],
			.minute = rng_between(&s->rng, 17, 32) * 30,
			.minutes = contact_minutes(&s->rng, channel),
			.passed = passed,
			.is_last = i + 1 == n};

		if (c.by == TEAM_PARTNER && f->narrow_partner)
			c.by = TEAM_MANAGER;
		if (!f->depth.rich && c.by != TEAM_WORKER)
			c.by = TEAM_MANAGER;
		c.day = case_workday(&s->rng,
			from + (int64_t)(passed * (double)span), s->today - 1);
		write_contact(s, f, STAGE_WORK, &c);
		if (rng_chance(&s->rng, f->depth.missed))
			write_missed(s, f,
				case_workday(&s->rng, c.day + 4, s->today - 1));
	}
}

/* The talk in which the case is taken in. */
static void write_first_contact(struct script *s, struct casefile *f)
{
	const struct channel *channel = draw_channel(s, f);
	struct contact c = {.channel = channel,
		.by = TEAM_MANAGER,
		.day = f->first_contact,
		.minute = rng_between(&s->rng, 17, 32) * 30,
		.minutes = contact_minutes(&s->rng, channel),
		.is_first = true,
		.is_last = f->course < COURSE_INTERVENTION};

	while (strcmp(c.channel->kind, "resource_link") == 0)
		c.channel = draw_channel(s, f);
	write_contact(s, f, STAGE_BASELINE, &c);
}

/* ---- tasks ---- */

/* clang-format off */
static const struct {
	const char *title;
	const char *kind;
	enum team by, to;
} tasks[] = {
	{"联系残联办理残疾人证",		   "action",	 TEAM_PARTNER,      TEAM_PARTNER     },
	{"补齐门诊特殊病种材料",		   "document",       TEAM_MANAGER,      TEAM_MANAGER     },
	{"与社区民警核对应急联系方式", "action",	 TEAM_DOCTOR,       TEAM_PREVENTION  },
	{"家属提出夜间求助电话不清楚", "client_opinion", TEAM_MANAGER,      TEAM_WORKER      },
	{"安排一次门诊复诊",		    "action",	 TEAM_DOCTOR,       TEAM_PSYCHIATRIST},
	{"核实药物不良反应",		    "follow_up",      TEAM_PSYCHIATRIST, TEAM_DOCTOR      },
	{"更新个人征兆卡",			  "action",	 TEAM_WORKER,       TEAM_WORKER      },
	{"联系志愿者结对陪伴",		   "action",	 TEAM_PARTNER,      TEAM_PARTNER     },
	{"督导复核服务计划",			"approval",       TEAM_MANAGER,      TEAM_MANAGER     },
	{"跟进低保审批结果",			"follow_up",      TEAM_MANAGER,      TEAM_PARTNER     },
};
/* clang-format on */

static const struct {
	const char *title;
	const char *kind;
} plain_tasks[] = {
	{"核对下次联系时间",          "follow_up"},
	{"补交救助申请材料",          "document" },
	{"与主管护士沟通近况",       "action"   },
	{"联系社区衔接后续服务",    "action"   },
	{"向家属说明可用资源清单", "action"   },
};

static void write_task(struct script *s, struct casefile *f, int64_t day)
{
	size_t at = rng_below(&s->rng, ARRAY_LEN(tasks));
	size_t plain = rng_below(&s->rng, ARRAY_LEN(plain_tasks));
	bool rich = f->depth.rich;
	enum team by = rich ? tasks[at].by : TEAM_MANAGER;
	enum team to = rich ? tasks[at].to : TEAM_MANAGER;
	size_t assignee = case_author(f, to);
	int64_t due = day + rng_between(&s->rng, 10, 35);
	/* What is left undone is found within two months. */
	bool done =
		f->closed ||
		(due < s->today - (f->depth.rich ? 2 : 0) &&
			(rng_chance(&s->rng, f->depth.rich ? 0.92 : 0.985) ||
				due < s->today - 60));
	struct draft *d = script_create(s,
		case_pen(f, STAGE_WORK, by, day, 11 * 60 + 20), "task", f->kase,
		NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title",
			rich ? tasks[at].title : plain_tasks[plain].title,
			"kind", rich ? tasks[at].kind : plain_tasks[plain].kind,
			"due", demo_day(s->mem, due), "assignee",
			staff_ref(s, assignee), "site",
			site_ref(s, s->district->staff[assignee].site),
			"status", done && !rich ? "done" : "open",
			"response_owed_to", staff_ref(s, case_author(f, by))));

	if (!done || !rich)
		return;
	due -= rng_between(&s->rng, 0, 8);
	if (due > s->today - 1)
		due = s->today - 1;
	script_patch(s, case_pen(f, STAGE_EVALUATION, to, due, 16 * 60), d,
		json_pack("{s:s, s:s, s:s, s:s}", "status", "done", "result",
			"已完成，并告知服务对象与家属。", "response",
			"已按要求办理，请知悉。", "responded",
			demo_day(s->mem, due)));
	if (rng_chance(&s->rng, 0.4))
		script_patch(s, case_pen(f, STAGE_EVALUATION, to, due, 17 * 60),
			d, json_pack("{s:s}", "status", "closed"));
}

static void write_tasks(struct script *s, struct casefile *f)
{
	int64_t span = f->work_to - f->started;

	for (int i = 0; i < f->depth.tasks; i++)
		write_task(s, f,
			f->started + span * (2 * i + 1) / (2 * f->depth.tasks));
}

/* ---- meetings ---- */

static json_t *attendance(struct script *s, struct casefile *f)
{
	json_t *out = json_array();

	for (size_t i = 0; i < TEAM_SIZE; i++) {
		size_t n = f->team[i];

		if (n == NOBODY)
			continue;
		json_array_append_new(out,
			json_pack("{s:s, s:s, s:b}", "name",
				s->district->staff[n].name, "organisation",
				s->district->sites[s->district->staff[n].site]
					.name,
				"present",
				i == TEAM_MANAGER ||
					rng_chance(&s->rng, 0.85)));
	}
	return out;
}

static void write_review(struct script *s, struct casefile *f, int64_t day,
	int64_t next, enum team by)
{
	static const char *const findings[] = {
		"服药较前规律，外出次数增加，{f}的照顾压力有所减轻。",
		"近期睡眠与情绪平稳，社会交往仍以家人为主。",
		"目标进展不一，家庭沟通有改善，就业训练尚在适应期。",
		"{c}愿意参加活动，但遇到人多时仍感紧张，需小步推进。"};
	static const char *const decisions[] = {
		"维持现有计划；康复站每周安排一次陪同外出；下次会议前由精防医生"
		"完成随访。",
		"增加家属支持；社工两周内再次家访；专科医院协助复诊评估药物反应"
		"。",
		"由社区协助邻里沟通；继续辅助性就业；一个月后复核目标。"};
	struct draft *d = script_create(s,
		case_pen(f, STAGE_WORK, by, day, 15 * 60), "review", f->kase,
		NULL,
		json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:s}", "held",
			demo_day(s->mem, day), "kind",
			rng_chance(&s->rng, 0.75) ? "care_group_review"
						  : "case_conference",
			"attendance", attendance(s, f), "findings",
			case_text(s, f, findings[rng_below(&s->rng, 4)]),
			"decisions",
			case_text(s, f, decisions[rng_below(&s->rng, 3)]),
			"next_review", demo_day(s->mem, next), "lead",
			staff_ref(s, case_author(f, by))));

	if (rng_chance(&s->rng, f->depth.signed_share))
		script_sign(
			s, case_pen(f, STAGE_WORK, by, day, 16 * 60 + 40), d);
}

static void write_reviews(struct script *s, struct casefile *f)
{
	static const enum team leads[] = {
		TEAM_PSYCHIATRIST, TEAM_MANAGER, TEAM_DOCTOR};
	int n = f->depth.reviews;
	int64_t every = n ? (f->work_to - f->started) / n : 0;

	for (int i = 0; i < n; i++) {
		int64_t day = case_workday(&s->rng,
			f->started + every * (i + 1) - 8, s->today - 1);
		enum team by = f->depth.rich ? leads[i % 3] : TEAM_MANAGER;

		if (by == TEAM_DOCTOR && f->team[TEAM_DOCTOR] == NOBODY)
			by = TEAM_MANAGER;
		write_review(s, f, day, day + (every > 20 ? every : 20), by);
	}
}

void case_work(struct script *s, struct casefile *f)
{
	if (f->first_contact)
		write_first_contact(s, f);
	if (f->course < COURSE_INTERVENTION)
		return;
	write_contacts(s, f);
	write_tasks(s, f);
	write_reviews(s, f);
	for (size_t i = 0; i < f->flag_count; i++)
		case_flag(s, f, &f->flags[i]);
	for (size_t i = 0; i < f->scale_count; i++)
		if (f->scales[i].has_after)
			case_scale(s, f, STAGE_WORK, &f->scales[i], "end",
				f->work_to - 3 - (int64_t)i);
}
