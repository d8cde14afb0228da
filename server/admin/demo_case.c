/*
 * demo_case.c - see demo_case.h: opening a case and its first picture.
 */
#include "server/admin/demo_case.h"

#include "server/admin/demo_scales.h"

#include "proto/phase.h"

#include <string.h>

void case_init(struct casefile *f, size_t home, size_t manager)
{
	memset(f, 0, sizeof(*f));
	f->home = home;
	f->supervisor = manager;
	f->missed_rule = SIZE_MAX;
	for (size_t i = 0; i < TEAM_SIZE; i++)
		f->team[i] = NOBODY;
	f->team[TEAM_MANAGER] = manager;
}

size_t case_author(const struct casefile *f, enum team who)
{
	return f->team[f->team[who] == NOBODY ? TEAM_MANAGER : who];
}

struct pen case_pen(const struct casefile *f, enum stage stage, enum team who,
	int64_t day, int minutes)
{
	return (struct pen){stage, case_author(f, who), demo_ms(day, minutes)};
}

/* First days of Spring Festival; their dates are known long before. */
static bool is_holiday(const struct date *d)
{
	static const struct date spring[] = {
		{2024, 2, 10},
                {2025, 1, 29},
                {2026, 2, 17},
                {2027, 2, 6 },
		{2028, 1, 26},
                {2029, 2, 13},
                {2030, 2, 3 },
                {2031, 1, 23},
		{2032, 2, 11},
                {2033, 1, 31},
                {2034, 2, 19},
                {2035, 2, 8 }
        };
	int64_t day = date_to_days(d);

	if (d->month == 10 && d->day <= 3)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(spring); i++) {
		int64_t since = day - date_to_days(&spring[i]);

		if (since >= -1 && since <= 3)
			return true;
	}
	return false;
}

static bool is_off(int64_t day)
{
	struct date d = date_from_days(day);

	return is_holiday(&d);
}

int64_t case_workday(struct rng *r, int64_t day, int64_t last)
{
	bool weekend_too = rng_chance(r, 0.1);

	day = day > last ? last : day;
	for (;; day--) {
		struct date d = date_from_days(day);
		int weekday = (int)((day + 3) % 7); /* 0: Monday */

		if (!is_holiday(&d) && (weekday < 5 || weekend_too))
			return day;
	}
}

void case_move(struct script *s, struct casefile *f, enum stage stage,
	const char *phase, int64_t day, json_t *TAKES more)
{
	json_t *set = more ? more : json_object();

	/* A programme that does without a phase goes straight on. */
	if (phase_is_used(
		    catalogue_pack_of(s->catalogue, f->kase->body), phase))
		json_object_set_new(set, "phase", json_string(phase));
	else if (!more) {
		json_decref(set);
		return;
	}
	script_patch(s, case_pen(f, stage, TEAM_MANAGER, day, 17 * 60), f->kase,
		set);
}

void case_tries(
	struct script *s, struct casefile *f, enum stage stage, int64_t from)
{
	int64_t day = from - 1;

	for (int i = 0; i < 3; i++) {
		int64_t next =
			case_workday(&s->rng, from + 3 * i, s->today - 1);

		/* After a holiday two may fall together: three days it is. */
		day = next > day ? next : day + 1;
		while (is_off(day))
			day++;
		script_create(s, case_pen(f, stage, TEAM_MANAGER, day, 17 * 60),
			"service", f->kase, NULL,
			json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}",
				"started_at",
				demo_time(s->mem, demo_ms(day, 600 + 150 * i)),
				"minutes", 0, "kind",
				i == 2 ? "home_visit" : "phone_contact",
				"setting", i == 2 ? "home" : "remote", "status",
				"not_reached", "process",
				i == 2 ? "按登记地址上门，无人应答，留便条。"
				       : "拨打登记电话，无人接听。"));
	}
}

/* ---- people and network ---- */

static struct draft *write_person(
	struct script *s, struct casefile *f, const struct wish *w, int minutes)
{
	struct wish born = *w;

	born.born_by = f->referred - 1;
	return script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->referred, minutes),
		"person", NULL, NULL,
		json_incref(people_body(&s->rng, s->mem, s->today, &born)));
}

static void write_people(struct script *s, struct casefile *f)
{
	struct date birth, on = date_from_days(s->today);
	const char *name;

	if (!f->client)
		f->client = write_person(s, f, &f->client_wish, 9 * 60);
	name = json_str(f->client->body, "name");
	if (!date_parse(json_str(f->client->body, "birth"), &birth))
		die("demo: a client without a birthday");
	f->is_child = date_age(&birth, &on) < 18;
	f->slots.client = people_address(s->mem, name,
		json_str(f->client->body, "sex")[0], date_age(&birth, &on));
	f->slots.carer = f->carer_tie.word ? f->carer_tie.word : "家属";
	f->slots.place = s->district->sites[f->home].name;
	if (!f->carer && f->carer_tie.kind && f->course > COURSE_SCREENING)
		f->carer = write_person(s, f, &f->carer_wish, 9 * 60 + 20);
}

static json_t *support_kinds(struct rng *r)
{
	static const char *const kinds[] = {"emotional", "financial",
		"practical", "informational", "companionship"};
	json_t *out = json_array();

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (rng_chance(r, 0.5))
			json_array_append_new(out, json_string(kinds[i]));
	if (!json_array_size(out))
		json_array_append_new(out, json_string("practical"));
	return out;
}

static void write_second_tie(struct script *s, struct casefile *f)
{
	static const struct {
		const char *kind;
		const char *name; /* NULL: a person's */
	} ties[] = {
		{"neighbour", NULL                   },
                {"7",         NULL                   },
                {"8",         NULL                   },
                {"friend",    NULL                   },
		{"committee", "居委会工作人员"}
        };
	size_t at = rng_below(&s->rng, ARRAY_LEN(ties));
	const char *name = ties[at].name;

	if (!name)
		name = people_name(&s->rng, s->mem, NULL,
			rng_chance(&s->rng, 0.5) ? MALE : FEMALE, 1975);
	script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened, 10 * 60),
		"relation", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:o, s:i}", "subject",
			f->client->ref, "name", name, "kind", ties[at].kind,
			"support_kinds", support_kinds(&s->rng),
			"support_strength", rng_between(&s->rng, 1, 2)));
}

static void write_network(struct script *s, struct casefile *f)
{
	if (f->carer)
		f->tie = script_create(s,
			case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened,
				9 * 60 + 40),
			"relation", f->kase, NULL,
			json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:i}",
				"subject", f->client->ref, "person",
				f->carer->ref, "kind", f->carer_tie.kind,
				"guardian", 1, "caregiver", 1, "lives_together",
				rng_chance(&s->rng, 0.8), "support_kinds",
				support_kinds(&s->rng), "support_strength",
				rng_between(&s->rng, 2, 3)));
	if (f->depth.rich)
		write_second_tie(s, f);
}

/* ---- case, screening ---- */

static void write_case(struct script *s, struct casefile *f)
{
	bool known = f->taken_over;

	f->kase = script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->referred,
			9 * 60 + 30),
		"case", NULL, NULL,
		json_pack("{s:s, s:s, s:s*, s:s, s:s*, s:s*, s:s*, s:s, s:s, "
			  "s:i}",
			"number", f->number, "person", f->client->ref,
			"programme", f->programme, "phase",
			known ? "intake" : "referral_in", "opened",
			known ? demo_day(s->mem, f->opened) : NULL,
			"practice_model", f->model, "care_setting", f->setting,
			"manager", staff_ref(s, f->team[TEAM_MANAGER]),
			"home_site", site_ref(s, f->home), "expected_services",
			f->in_register ? 15 : f->depth.services));
}

/* Every criterion must be met; the one missed says why not. */
static json_t *criteria(const struct casefile *f)
{
	static const char *const register_rules[] = {
		"在册严重精神障碍（六类诊断之一）", "年龄18至70周岁",
		"在本区连续居住满半年", "至少一名家属愿意参与",
		"病情稳定或基本稳定", "未参加其他同类项目"};
	static const char *const rules[] = {
		"符合项目服务人群", "在本区就诊或居住", "本人或监护人愿意参与"};
	bool smd = f->in_register;
	size_t n = smd ? ARRAY_LEN(register_rules) : ARRAY_LEN(rules);
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			out, json_pack("{s:s, s:b}", "criterion",
				     smd ? register_rules[i] : rules[i], "met",
				     i != f->missed_rule));
	return out;
}

static void write_screening(struct script *s, struct casefile *f)
{
	json_t *body = json_pack("{s:s*, s:s, s:s, s:s*, s:s, s:s}",
		"programme", f->programme, "result", f->result, "reason",
		f->reason, "reason_note", f->reason_note, "screener",
		staff_ref(s, case_author(f, TEAM_PREVENTION)), "screened",
		demo_day(s->mem, f->screened));

	if (f->was_assessed)
		json_object_set_new(body, "criteria", criteria(f));
	script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->screened, 15 * 60),
		"screening", f->kase, NULL, body);
}

static void come_to_intake(struct script *s, struct casefile *f)
{
	if (f->course >= COURSE_SCREENING)
		case_move(s, f, STAGE_OPENING, "screening", f->screened, NULL);
	if (f->result)
		write_screening(s, f);
	if (f->course >= COURSE_INTAKE)
		case_move(s, f, STAGE_OPENING, "intake", f->opened,
			json_pack("{s:s}", "opened",
				demo_day(s->mem, f->opened)));
}

void case_open(struct script *s, struct casefile *f)
{
	write_people(s, f);
	write_case(s, f);
	if (!f->taken_over)
		come_to_intake(s, f);
	if (f->course < COURSE_INTAKE)
		return;
	write_network(s, f);
	case_share(s, f);
	if (f->course >= COURSE_ASSESSMENT)
		case_move(
			s, f, STAGE_OPENING, "assessment", f->opened + 1, NULL);
}

/* ---- the first picture ---- */

static json_t *scale_answers(
	struct script *s, const struct scale_pair *p, double wanted)
{
	size_t left_out =
		strcmp(p->instrument, "sdss") == 0 ? rng_below(&s->rng, 4) : 0;
	json_t *out;

	if (p->answers)
		return json_incref(p->answers);
	out = scales_answers(
		s->catalogue, p->instrument, wanted, left_out, &s->rng, s->mem);
	if (p->leaves_one_out)
		json_array_set_new(out,
			rng_below(&s->rng, json_array_size(out)), json_null());
	return json_incref(out);
}

static const char *scale_version(
	struct script *s, const char *instrument, const char *variant)
{
	const json_t *scale = catalogue_scale(s->catalogue, instrument);
	const json_t *list = json_object_get(scale, "variants");

	for (size_t i = 0; variant && i < json_array_size(list); i++)
		if (strcmp(json_str(json_array_get(list, i), "code"),
			    variant) == 0)
			scale = json_array_get(list, i);
	return json_str(scale, "version");
}

void case_scale(struct script *s, struct casefile *f, enum stage stage,
	const struct scale_pair *p, const char *timepoint, int64_t day)
{
	bool first = strcmp(timepoint, "baseline") == 0;
	const char *variant = first ? NULL : p->after_variant;
	struct draft *d = script_create(s,
		case_pen(f, stage, p->by, day, 16 * 60), "assessment", f->kase,
		NULL,
		json_pack("{s:s, s:s*, s:s, s:s, s:s, s:s, s:o, s:s*}",
			"instrument", p->instrument, "version",
			scale_version(s, p->instrument, variant), "subject",
			p->of_carer ? f->carer->ref : f->client->ref,
			"respondent", p->respondent, "timepoint", timepoint,
			"assessed", demo_day(s->mem, day), "answers",
			scale_answers(s, p, first ? p->before : p->after),
			"variant", variant));

	if (rng_chance(&s->rng, f->depth.signed_share))
		script_sign(s, case_pen(f, stage, p->by, day, 16 * 60 + 30), d);
}

static void write_needs(struct script *s, struct casefile *f)
{
	for (size_t i = 0; i < f->theme_count; i++) {
		const struct theme *t = f->themes[i];
		struct buf client, worker;

		buf_init(&client, 4000);
		buf_init(&worker, 4000);
		words_fill(&client, t->client_view, &f->slots);
		words_fill(&worker, t->worker_view, &f->slots);
		f->needs[i] = script_create(s,
			case_pen(f, STAGE_BASELINE,
				f->depth.rich && i % 2 ? TEAM_WORKER
						       : TEAM_MANAGER,
				f->opened + 6, 11 * 60),
			"need", f->kase, NULL,
			json_pack("{s:s, s:s, s:s*, s:i, s:i, s:b, s:s, s:s, "
				  "s:s}",
				"domain", t->domain, "maslow", t->maslow,
				"support_dimension", t->support, "severity",
				i ? rng_between(&s->rng, 1, 3)
				  : rng_between(&s->rng, 2, 4),
				"priority", (int)i + 1, "main", i == 0,
				"identified", demo_day(s->mem, f->opened + 6),
				"client_view", client.p, "worker_view",
				worker.p));
		buf_free(&client);
		buf_free(&worker);
	}
}

void case_flag(struct script *s, struct casefile *f, const struct flag_plan *p)
{
	struct draft *d = script_create(s,
		case_pen(f, p->to == p->from ? STAGE_BASELINE : STAGE_WORK,
			p->by, p->from, 16 * 60),
		"flag", f->kase, NULL,
		json_pack("{s:s, s:i, s:s, s:s, s:s*}", "kind", p->kind,
			"level", p->level, "text", p->text, "from",
			demo_day(s->mem, p->from), "to",
			p->to == p->from ? demo_day(s->mem, p->to) : NULL));

	if (p->to > p->from)
		script_patch(s, case_pen(f, STAGE_WORK, p->by, p->to, 16 * 60),
			d, json_pack("{s:s}", "to", demo_day(s->mem, p->to)));
}

void case_baseline(struct script *s, struct casefile *f)
{
	if (f->course < COURSE_ASSESSMENT)
		return;
	for (size_t i = 0; i < f->scale_count; i++)
		case_scale(s, f, STAGE_BASELINE, &f->scales[i], "baseline",
			f->opened + 4 + (int64_t)i);
	write_needs(s, f);
	if (!f->in_register) {
		/* The gate to planning asks for a risk on file: that none was
		 * found is one, and over the day it was looked for. */
		struct flag_plan none = {"other", 0,
			"入案风险筛查：未见明显风险。", f->opened + 5,
			f->opened + 5, TEAM_MANAGER};

		case_flag(s, f, &none);
	}
}

void case_write(struct script *s, struct casefile *f)
{
	case_open(s, f);
	case_baseline(s, f);
	if (f->in_register && f->course >= (f->depth.rich ? COURSE_ASSESSMENT
							  : COURSE_INTAKE))
		case_visits(s, f, f->opened + 5);
	case_plan(s, f);
	case_work(s, f);
	case_finish(s, f);
}
