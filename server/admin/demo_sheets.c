/*
 * demo_sheets.c - the sheets and scales a programme asks for by the day, in the
 * cases that have no story.
 *
 * What they say is what those of the programme's story say (demo_story.h), one
 * after the other; words written by hand stay out where the form can do without
 * them, because they are about one family. Nearly all are done in time: without
 * them two cases in three would be overdue, and nobody could see which need
 * somebody.
 */
#include "server/admin/demo_cast.h"

#include "server/admin/demo_mix.h"

#include <stdio.h>
#include <string.h>

/* A little more often than the pack asks for, as people do who mean to be in
 * time. */
/* clang-format off */
static const struct asked {
	const char *programme;
	const char *form, *instrument; /* one of them */
	int first, every;              /* days after opening; 0: once */
	size_t times;                  /* at most; 0: while the case lasts */
	size_t skips; /* so many of the story's are told already */
	const char *without; /* an answer that would start something else */
} asked[] = {
	{"away_from_home_children", "away_from_home",         NULL,        2,  0,  1, 0, NULL},
	{"away_from_home_children", "four_aspects",           NULL,        2,  25, 0, 0, NULL},
	{"diabetes_joint_clinic",   "joint_clinic_visit",     NULL,        11, 26, 0, 0, NULL},
	{"diabetes_joint_clinic",   "adherence_check",        NULL,        11, 52, 0, 0, NULL},
	{"family_doctor_contract",  "contract_assessment",    NULL,        8,  0,  1, 0, NULL},
	{"hospice_settings",        "hospice_family_meeting", NULL,        5,  12, 0, 0, NULL},
	{"hospice_settings",        NULL,                     "ipos",      2,  5,  0, 0, NULL},
	{"organ_transplant",        NULL,                     "financial", 5,  0,  1, 0, NULL},
	{"stroke_rehab",            "stroke_mdt_round",       NULL,        6,  12, 4, 0, "discharge_on"},
	{"stroke_rehab",            "stroke_mdt_round",       NULL,        66, 25, 0, 3, NULL},
	{"t1d_families",            "t1d_home_checklist",     NULL,        12, 82, 0, 0, NULL},
};
/* clang-format on */

/* ---- answers ---- */

struct told {
	struct script *s;
	int64_t day, step_day; /* of the sheet; of the story's, from today */
	bool is_first;
	const json_t *form;
	const char *without;
	bool with_words; /* the form asks for them */
};

/* Codes and days; no names of the story. */
static json_t *text_value(const struct told *t, const char *text)
{
	int day;

	for (const char *p = text; *p; p++)
		if (!t->with_words && (unsigned char)*p >= 0x80)
			return NULL;
	if (text[0] == '@')
		return NULL;
	if (sscanf(text, "{%d}", &day) != 1)
		return json_string(text);
	return json_string(demo_day(t->s->mem, t->day + day - t->step_day));
}

static json_t *plain_value(const struct told *t, const json_t *v);

/* A row or a list that loses something is left out as a whole. */
static json_t *plain_list(const struct told *t, const json_t *v)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *row = json_array_get(v, i);
		json_t *one = plain_value(t, row);

		if (one &&
			(!json_is_object(one) ||
				json_object_size(one) == json_object_size(row)))
			json_array_append_new(out, one);
		else
			json_decref(one);
	}
	if (json_array_size(out))
		return out;
	json_decref(out);
	return NULL;
}

/* A new reference; NULL: nothing is left of it. */
static json_t *plain_value(const struct told *t, const json_t *v)
{
	const char *key;
	json_t *out, *one;

	if (json_is_string(v))
		return text_value(t, json_string_value(v));
	if (json_is_array(v))
		return plain_list(t, v);
	if (!json_is_object(v))
		return json_deep_copy(v);
	out = json_object();
	json_object_foreach((json_t *)(uintptr_t)v, key, one)
	{
		json_t *plain = plain_value(t, one);

		if (plain)
			json_object_set_new(out, key, plain);
	}
	return out;
}

static bool is_required(const json_t *form, const char *name)
{
	const json_t *fields = json_object_get(form, "fields");

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *field = json_array_get(fields, i);

		if (strcmp(json_str(field, "name"), name) == 0)
			return json_is_true(json_object_get(field, "required"));
	}
	return false;
}

static json_t *sheet_answers(struct told t, const json_t *answers)
{
	json_t *out = json_object(), *one;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)answers, key, one)
	{
		json_t *plain;

		if (t.without && strcmp(key, t.without) == 0)
			continue;
		t.with_words = is_required(t.form, key);
		plain = plain_value(&t, one);
		if (plain)
			json_object_set_new(out, key, plain);
	}
	return out;
}

/* ---- one sheet ---- */

static bool is_such(const json_t *set, const struct asked *a)
{
	const char *is = json_str(set, a->form ? "form" : "instrument");

	return is && strcmp(is, a->form ? a->form : a->instrument) == 0;
}

/* The step of the story with its no. `at` of the kind; after the last it stays
 * as it was. */
static const json_t *told_by(
	const json_t *steps, const struct asked *a, size_t at)
{
	const json_t *found = NULL;

	for (size_t i = 0, n = 0; i < json_array_size(steps) && n <= at; i++) {
		const json_t *step = json_array_get(steps, i);

		if (!is_such(json_object_get(step, "set"), a))
			continue;
		found = step;
		n++;
	}
	if (!found)
		die("demo: no story of %s has its sheet", a->programme);
	return found;
}

static void write_response(struct script *s, struct casefile *f,
	const json_t *set, const struct told *t)
{
	script_create(s, case_pen(f, STAGE_WORK, TEAM_MANAGER, t->day, 15 * 60),
		"response", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:o}", "form",
			json_str(t->form, "form"), "version",
			json_str(t->form, "version"), "subject", f->client->ref,
			"responded", demo_day(s->mem, t->day), "answers",
			sheet_answers(*t, json_object_get(set, "answers"))));
}

static void write_sheet(struct script *s, struct casefile *f,
	const struct asked *a, const json_t *step, struct told *t)
{
	const json_t *set = json_object_get(step, "set");
	struct scale_pair p = {.instrument = a->instrument,
		.by = TEAM_MANAGER,
		.respondent = json_str(set, "respondent"),
		.answers = json_object_get(set, "answers")};

	t->step_day = json_int(step, "day", 0);
	if (a->form) {
		t->form = catalogue_form(s->catalogue, a->form, NULL);
		write_response(s, f, set, t);
	} else
		case_scale(s, f, STAGE_WORK, &p,
			t->is_first ? "baseline" : "mid", t->day);
}

/* ---- all of a case ---- */

/* Somebody has fallen behind with one case in sixteen, where people are seen
 * late with one in six. */
static int64_t done_until(struct script *s, const struct casefile *f)
{
	double share = mix_pace(f->home).is_slow ? 0.16 : 0.06;
	int64_t last = f->work_to < s->today - 1 ? f->work_to : s->today - 1;

	if (!f->closed && rng_chance(&s->rng, share))
		last -= rng_between(&s->rng, 15, 60);
	return last;
}

static void write_all(struct script *s, struct casefile *f,
	const struct asked *a, const json_t *steps, int64_t last)
{
	int64_t due = f->opened + a->first;

	for (size_t i = 0; due <= last && (!a->times || i < a->times); i++) {
		const json_t *step = told_by(steps, a, i + a->skips);
		struct told t = {.s = s,
			.without = a->without,
			.day = case_workday(&s->rng, due, last),
			.is_first = i == 0};

		if (t.day < f->opened)
			t.day = f->opened;
		write_sheet(s, f, a, step, &t);
		due += a->every;
	}
}

void case_sheets(struct script *s, struct casefile *f, const json_t *steps)
{
	int64_t last = done_until(s, f);

	for (size_t i = 0; i < ARRAY_LEN(asked); i++)
		if (f->course >= COURSE_INTAKE &&
			strcmp(asked[i].programme, f->programme) == 0)
			write_all(s, f, &asked[i], steps, last);
}
