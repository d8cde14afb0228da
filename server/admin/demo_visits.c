/*
 * demo_visits.c - the register's own forms: the supplement once, and follow-up
 * visits at the intervals of the 2017 national norm.
 *
 * The next visit is due in two weeks when unstable, in two weeks when basically
 * stable for the first time and a month when again, in three calendar months
 * when stable. Most are on time, some late, a few are missed. A danger level of
 * three or more raises a flag, which the centre makes; here it only ends.
 */
#include "server/admin/demo_case.h"

#include "proto/form.h"

#include <string.h>

enum level { UNSTABLE, BASIC, STABLE };

/* clang-format off */
static const struct class_model {
	const char *code; /* 本次随访分类 */
	int danger[6]; /* weights of levels 0 … 5 */
	int adherence[4];
	int insight[3];
} classes[] = {
	[UNSTABLE] = {"unstable", {0, 0, 0, 75, 20, 5}, {10, 40, 50, 0},
                {0, 30, 70}},
	[BASIC] = {"basically_stable", {10, 65, 25, 0, 0, 0}, {45, 45, 10, 0},
                {10, 75, 15}},
	[STABLE] = {"stable", {100, 0, 0, 0, 0, 0}, {72, 16, 2, 10},
                {50, 48, 2} },
};
/* clang-format on */

static const char *const adherences[] = {
	"regular", "intermittent", "none", "not_needed"};
static const char *const insights[] = {"full", "partial", "absent"};

static enum level draw_class(struct rng *r, enum fare fare, size_t visit)
{
	static const int weights[3][3] = {
		[FARE_STABLE] = {0,  6,  94},
		[FARE_BASIC] = {3,  57, 40},
		[FARE_UNSTABLE] = {14, 46, 40},
	};

	if (fare == FARE_UNSTABLE && visit == 0)
		return UNSTABLE;
	return (enum level)rng_pick(r, weights[fare], 3);
}

static int64_t next_due(int64_t day, enum level was, enum level is)
{
	struct date d = date_from_days(day);
	bool again = was == BASIC;

	switch (is) {
	case UNSTABLE:
		return day + 14;
	case BASIC:
		if (!again)
			return day + 14;
		d = date_add_months(&d, 1);
		return date_to_days(&d);
	case STABLE:
		d = date_add_months(&d, 3);
		return date_to_days(&d);
	}
	return day;
}

/* On time 82 %, up to a week late 12 %, later 4 %, missed 2 %. */
static int lateness(struct rng *r, bool *missed)
{
	static const int weights[] = {82, 12, 4, 2};
	size_t how = rng_pick(r, weights, 4);

	*missed = how == 3;
	return how == 0   ? -rng_between(r, 0, 3)
	       : how == 1 ? rng_between(r, 1, 7)
			  : rng_between(r, 8, 24);
}

/* ---- answers ---- */

static json_t *symptoms(struct rng *r, enum level is)
{
	json_t *out = json_array();
	int n = is == STABLE ? 0 : is == BASIC ? 1 : rng_between(r, 2, 3);
	static const char *const likely[] = {"hallucination", "suspicion",
		"mood_swings", "excited_talkative", "pessimistic", "self_talk",
		"withdrawn"};
	size_t at = rng_below(r, ARRAY_LEN(likely));

	for (int i = 0; i < n; i++, at = (at + 2) % ARRAY_LEN(likely))
		json_array_append_new(out, json_string(likely[at]));
	return out;
}

static const char *grade(struct rng *r, enum level is)
{
	static const char *const grades[] = {"good", "fair", "poor"};
	static const int weights[3][3] = {
		[UNSTABLE] = {5,  45, 50},
		[BASIC] = {25, 60, 15},
		[STABLE] = {55, 45, 0 }
        };

	return grades[rng_pick(r, weights[is], 3)];
}

static const struct medicine {
	const char *drug;
	int times;
	int dose;
} medicines[] = {
	{"利培酮",    2, 2  },
        {"奥氮平",    1, 10 },
        {"阿立哌唑", 1, 15 },
	{"喹硫平",    2, 200},
        {"氨磺必利", 2, 200},
        {"碳酸锂",    2, 250}
};

#define LITHIUM 5

/* A client keeps the medicine; lithium belongs to bipolar disorder. */
static size_t draw_medicine(struct rng *r, const struct casefile *f)
{
	const char *diagnosis = json_str(f->client->body, "diagnosis");

	return diagnosis && strcmp(diagnosis, "BPD") == 0
		       ? LITHIUM
		       : rng_below(r, LITHIUM);
}

static void set_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, json_string(text));
}

/* Once a year from half a year on, as the register offers it; one in sixteen
 * never comes. Told from the day the case was opened, so that nothing else is
 * drawn differently. */
static void answer_health_check(
	json_t *out, struct script *s, struct casefile *f, int64_t day)
{
	bool comes = f->opened % 16 != 3;

	if (!comes || day < f->opened + 100 ||
		(f->checked && day < f->checked + 340))
		return;
	f->checked = day - 6;
	json_object_set_new(
		out, "health_check", json_string(demo_day(s->mem, f->checked)));
}

/* Two drugs of the same kind a day are one row. */
static json_t *medication(const struct medicine *m)
{
	return json_pack("[{s:s, s:i, s:s, s:i}]", "drug", m->drug, "times",
		m->times, "per", "day", "dose_mg", m->dose);
}

static void answer_functions(json_t *out, struct rng *r, enum level is)
{
	set_text(out, "self_care", grade(r, is));
	set_text(out, "housework", grade(r, is));
	set_text(out, "work",
		rng_chance(r, 0.4) ? "not_applicable" : grade(r, is));
	set_text(out, "learning", grade(r, is));
	set_text(out, "social", grade(r, is));
}

static void answer_treatment(
	json_t *out, struct rng *r, enum level is, bool reaction)
{
	set_text(out, "confinement", "none");
	set_text(out, "admission",
		is == UNSTABLE && rng_chance(r, 0.4) ? "in_hospital" : "none");
	set_text(out, "adverse_reaction", reaction ? "present" : "none");
	if (reaction) {
		set_text(out, "adverse_text", "轻度困倦");
		json_object_set_new(out, "adverse_severe", json_false());
	}
	set_text(out, "effect", is == UNSTABLE ? "unchanged" : "improved");
	set_text(out, "transferred", is == UNSTABLE ? "yes" : "no");
	if (is == UNSTABLE) {
		set_text(out, "transfer_reason", "病情不稳定");
		set_text(out, "transfer_to", "精神专科医院");
	}
	json_object_set_new(out, "rehabilitation",
		json_pack("[s, s]", "living_skills",
			rng_chance(r, 0.5) ? "social" : "vocational"));
}

static json_t *visit_answers(struct rng *r, enum level is, size_t adherence,
	size_t insight, int danger, const struct medicine *m)
{
	bool reaction = rng_chance(r, 0.18);
	json_t *out = json_pack("{s:s, s:s, s:[s], s:i, s:o, s:s, s:s, s:s}",
		"visit_result", "reached", "mode",
		rng_chance(r, 0.3)   ? "outpatient"
		: rng_chance(r, 0.6) ? "home_visit"
				     : "phone",
		"interviewees", rng_chance(r, 0.7) ? "self" : "family",
		"danger", danger, "symptoms", symptoms(r, is), "insight",
		insights[insight], "sleep", grade(r, is), "diet", grade(r, is));

	answer_functions(out, r, is);
	if (danger >= 3)
		json_object_set_new(
			out, "danger_acts_minor_trouble", json_integer(1));
	else
		json_object_set_new(out, "danger_acts_none", json_true());
	answer_treatment(out, r, is, reaction);
	set_text(out, "adherence", adherences[adherence]);
	if (strcmp(adherences[adherence], "not_needed") != 0)
		json_object_set_new(out, "medication", medication(m));
	set_text(out, "stability", classes[is].code);
	return out;
}

static json_t *supplement_answers(struct script *s, const struct casefile *f)
{
	struct rng *r = &s->rng;
	struct date birth, from;
	json_t *out;

	if (!date_parse(json_str(f->client->body, "birth"), &birth))
		die("demo: a client without a birthday");
	from = birth;
	from.year += rng_between(r, 17, 30);
	if (date_to_days(&from) > f->referred - 400)
		from = date_from_days(f->referred - 400);
	out = json_pack("{s:s, s:s, s:s, s:[s,s], s:s, s:s, s:s, s:i}",
		"household_type", "urban", "mgmt_consent", "agreed",
		"first_onset", arena_printf(s->mem, "%04d", from.year),
		"past_symptoms", "hallucination", "suspicion",
		"past_confinement", "none", "past_outpatient",
		rng_between(r, 2, 3) == 2 ? "intermittent" : "continuous",
		"first_antipsychotic",
		arena_printf(s->mem, "%04d", from.year + 1), "admission_count",
		rng_between(r, 0, 4));
	if (json_object_get(f->client->body, "diagnosis"))
		set_text(out, "diagnosis",
			json_str(f->client->body, "diagnosis"));
	set_text(out, "diagnosis_hospital",
		s->district->sites[SITE_HOSPITAL].name);
	set_text(out, "last_effect", "improved");
	set_text(out, "poverty", rng_chance(r, 0.18) ? "poor" : "not_poor");
	set_text(out, "specialist_opinion",
		"建议规律服药，定期复诊，参加社区康复。");
	if (f->carer) {
		set_text(
			out, "guardian_name", json_str(f->carer->body, "name"));
		set_text(out, "guardian_relation", f->carer_tie.kind);
	}
	return out;
}

/* ---- records ---- */

static void sign_some(struct script *s, struct casefile *f, enum stage stage,
	enum team who, int64_t day, struct draft *d)
{
	if (rng_chance(&s->rng, f->depth.signed_share))
		script_sign(s, case_pen(f, stage, who, day, 17 * 60 + 10), d);
}

static void write_supplement(struct script *s, struct casefile *f)
{
	struct draft *d = script_create(s,
		case_pen(
			f, STAGE_BASELINE, TEAM_DOCTOR, f->opened + 3, 15 * 60),
		"response", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:o}", "form", "smd_supplement",
			"version", "2017.1", "subject", f->client->ref,
			"responded", demo_day(s->mem, f->opened + 3), "answers",
			supplement_answers(s, f)));

	sign_some(s, f, STAGE_BASELINE, TEAM_DOCTOR, f->opened + 3, d);
}

/* The flag the centre raises by the rules of the form, as it will stand. */
static struct draft *raised(struct script *s, const struct casefile *f,
	const struct draft *response, int danger)
{
	struct draft *d = ARENA_NEW(s->mem, struct draft);

	d->id = form_flag_id(&response->id, "danger", danger);
	d->case_id = f->kase->id;
	d->type = catalogue_type(s->catalogue, "flag");
	d->ver = 1;
	uuid_format(&d->id, d->ref);
	d->body = json_keep(
		json_pack("{s:s, s:i, s:s}", "kind", "danger", "level", danger,
			"from", json_str(response->body, "responded")),
		s->mem);
	return d;
}

/* Two weeks later, or at the end of what is told here, the danger is over; the
 * one flag raised just now stays. */
static void end_flag(struct script *s, const struct casefile *f,
	const struct draft *response, enum team by, int danger, int64_t day,
	int64_t last)
{
	int64_t to = day + 15 < last ? day + 15 : last;

	if (danger >= 3 && to > day)
		script_patch(s, case_pen(f, STAGE_WORK, by, to, 16 * 60),
			raised(s, f, response, danger),
			json_pack("{s:s}", "to", demo_day(s->mem, to)));
}

static void write_visit(struct script *s, struct casefile *f, size_t visit,
	enum level is, int64_t day, int64_t due, int64_t last)
{
	enum stage stage = visit ? STAGE_WORK : STAGE_BASELINE;
	enum team by =
		f->depth.rich && visit % 3 == 2 ? TEAM_PREVENTION : TEAM_DOCTOR;
	const struct class_model *m = &classes[is];
	size_t adherence = rng_pick(&s->rng, m->adherence, 4);
	size_t insight = rng_pick(&s->rng, m->insight, 3);
	int danger = (int)rng_pick(&s->rng, m->danger, 6);
	struct draft *d;
	json_t *answers;

	/* Nobody's case is closed while they are a danger. */
	if (f->closed && last && day >= last && danger > 2)
		danger = 2;
	answers = visit_answers(
		&s->rng, is, adherence, insight, danger, &medicines[f->drug]);
	answer_health_check(answers, s, f, day);
	d = script_create(s, case_pen(f, stage, by, day, 14 * 60 + 30),
		"response", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:o}",
			"form", "smd_follow_up", "version", "2018.1", "subject",
			f->client->ref, "responded", demo_day(s->mem, day),
			"stability", m->code, "danger", danger, "adherence",
			adherences[adherence], "insight", insights[insight],
			"next_due", demo_day(s->mem, due), "answers", answers));

	sign_some(s, f, stage, by, day, d);
	end_flag(s, f, d, by, danger, day, last);
}

/* The newest visit of somebody who is unstable now, shortly before today. */
static void visit_now(struct script *s, struct casefile *f, size_t visit)
{
	int64_t last = s->today - 1;
	int64_t day = case_workday(&s->rng, last - 4, last);

	write_visit(
		s, f, visit, UNSTABLE, day, next_due(day, STABLE, UNSTABLE), 0);
}

void case_visits(struct script *s, struct casefile *f, int64_t from)
{
	int64_t last = f->closed ? f->closed - 3 : s->today - 1, day = from;
	/* Earlier flags are over before the newest is raised. */
	int64_t until = f->unstable_now ? last - 24 : last;
	enum level was = STABLE;
	size_t n = 0;

	f->drug = draw_medicine(&s->rng, f);
	if (f->depth.rich)
		write_supplement(s, f);
	for (; day <= until && n < (size_t)f->depth.visits; n++) {
		enum level is = draw_class(&s->rng, f->fare, n);
		int64_t due = next_due(day, was, is);
		bool missed;

		write_visit(s, f, n, is, day, due, last);
		if (f->course < COURSE_INTERVENTION)
			return;
		was = is;
		day = case_workday(
			&s->rng, due + lateness(&s->rng, &missed), INT64_MAX);
		if (missed)
			day = case_workday(
				&s->rng, next_due(day, STABLE, is), INT64_MAX);
	}
	if (f->unstable_now)
		visit_now(s, f, n);
}
