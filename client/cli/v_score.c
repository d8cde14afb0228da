/*
 * v_score.c - casebridge score: an instrument scored on the spot. No store, no
 * sign-in, no network: the same engine and the same data as everywhere else.
 */
#include "client/cli/cli.h"
#include "client/cli/out.h"
#include "client/store/place.h"
#include "proto/scale_change.h"
#include "proto/scale_fit.h"
#include "proto/scale_wording.h"
#include "proto/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDING_MAX 262144 /* bytes of a wording file */
#define AGE_MAX     130

/* What was scored, and what it is compared with. */
struct sheet {
	const json_t *scale;
	struct scale_result now;
	bool compared;
	struct scale_change change;
	const json_t
		*outside; /* the ages it is for, when the person's is not */
};

static void release(void *p)
{
	catalogue_free(p);
}

/* ---- which instruments there are ---- */

static const char *instrument_list(
	struct cli *c, const struct catalogue *catalogue)
{
	const struct code_list *l = catalogue_codes(catalogue, "instrument");
	const char *out = "";

	for (size_t i = 0; l && i < json_array_size(l->items); i++)
		out = arena_printf(c->mem, "%s%s%s", out, i ? " " : "",
			json_str(json_array_get(l->items, i), "code"));
	return out;
}

static void list_instruments(struct cli *c, const struct catalogue *catalogue)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_LABEL, T_C_VERSION, T_COUNT};
	const struct code_list *l = catalogue_codes(catalogue, "instrument");
	struct table *t;

	if (c->json) {
		out_json(c, json_deep_copy(l->items));
		return;
	}
	t = table_new(c, heads);
	for (size_t i = 0; i < json_array_size(l->items); i++) {
		const char *code =
			json_str(json_array_get(l->items, i), "code");
		const json_t *scale = catalogue_scale(catalogue, code);

		table_add(t, code);
		table_add(
			t, label_of(json_object_get(scale, "label"), c->lang));
		table_add(t, json_str(scale, "version"));
	}
	table_print(t);
}

/* ---- one instrument ---- */

/* "0 Not at all  1 Several days …", or "0-9" where a number is asked for. Goals
 * name their options as `level`. */
static const char *choices_of(
	struct cli *c, const json_t *scale, const json_t *item, const char *key)
{
	const char *name = json_str(item, key), *out = "";
	const json_t *list =
		name ? json_object_get(json_object_get(scale, "options"), name)
		     : NULL;

	if (!list)
		return arena_printf(c->mem, "%lld-%lld",
			(long long)json_int(item, "min", 0),
			(long long)json_int(item, "max", 0));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		out = arena_printf(c->mem, "%s%s%lld %s", out, i ? "  " : "",
			(long long)json_int(one, "value", 0),
			label_of(one, c->lang));
	}
	return out;
}

static void say(struct cli *c, const json_t *scale, const char *key)
{
	const json_t *text = json_object_get(scale, key);

	if (text)
		out_line(c, label_of(text, c->lang));
}

/* Whether these are the words or only tags, and by whose leave. */
static void say_wording(struct cli *c, const json_t *scale)
{
	const char *licensed = json_str(scale, "licensed");

	if (licensed)
		out_line(c, text_of(c, T_SCORE_LICENSED, licensed, NULL));
	if (!scale_lacks_wording(scale))
		return;
	out_line(c, text_of(c, T_SCORE_TAGS, NULL));
	say(c, scale, "licence");
}

static void say_variants(struct cli *c, const json_t *scale)
{
	const json_t *list = json_object_get(scale, "variants");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);

		out = arena_printf(c->mem, "%s%s%s %s", out, i ? "  " : "",
			json_str(v, "code"), label_of(v, c->lang));
	}
	if (*out)
		out_line(c, text_of(c, T_SCORE_VARIANTS, out, NULL));
}

static void list_items(struct cli *c, const json_t *scale)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_WHAT, T_C_ACCEPTS, T_COUNT};
	const json_t *items = json_object_get(scale, "items");
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *one = json_array_get(items, i);

		table_add(t, json_str(one, "no"));
		table_add(t, label_of(one, c->lang));
		table_add(t, choices_of(c, scale, one, "options"));
	}
	table_print(t);
}

static void show_instrument(struct cli *c, const json_t *scale)
{
	const json_t *goals = json_object_get(scale, "goals");

	if (c->json) {
		out_json(c, json_deep_copy(scale));
		return;
	}
	say(c, scale, "label");
	say(c, scale, "about");
	say(c, scale, "ages");
	if (goals)
		out_line(c, choices_of(c, scale, goals, "level"));
	else
		list_items(c, scale);
	say_variants(c, scale);
	say_wording(c, scale);
	say(c, scale, "notice");
}

/* ---- results ---- */

static const char *value_text(struct cli *c, double v)
{
	return v == (double)(int64_t)v ? number_text(c, (int64_t)v)
				       : arena_printf(c->mem, "%.2f", v);
}

/* To as many places as the instrument says. */
static const char *score_text(struct cli *c, const struct scale_score *s)
{
	return arena_printf(c->mem, "%.*f",
		(int)json_int(s->json, "decimals", 0), s->value);
}

static void print_scores(struct cli *c, const struct scale_result *r)
{
	static const enum text_id heads[] = {T_C_WHAT, T_C_VALUE, T_COUNT};
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < r->score_count; i++) {
		table_add(t, label_of(r->scores[i].json, c->lang));
		table_add(t, score_text(c, &r->scores[i]));
	}
	table_print(t);
	if (r->band)
		out_line(c, label_of(r->band, c->lang));
	for (size_t i = 0; i < r->missed_count; i++)
		out_line(c,
			text_of(c, T_SCORE_MISSED, json_str(r->missed[i], "no"),
				label_of(r->missed[i], c->lang), NULL));
}

static void print_points(struct cli *c, const struct change_points *p,
	enum text_id reached, enum text_id short_of)
{
	const json_t *points = json_object_get(p->json, "points");

	if (p->json)
		out_line(c, text_of(c, p->reached ? reached : short_of,
				    value_text(c, json_number_value(points)),
				    json_str(p->json, "source"), NULL));
}

static void print_rci(struct cli *c, const struct scale_change *x)
{
	const char *kind = json_str(x->json, "r_kind");
	const json_t *sd = json_object_get(x->json, "sd");
	const json_t *r = json_object_get(x->json, "r");

	if (x->has_rci)
		out_line(c,
			text_of(c, x->rci.reliable ? T_RCI_RELIABLE : T_RCI_NOT,
				arena_printf(c->mem, "%.2f", x->rci.rci),
				arena_printf(c->mem, "%.2f", x->rci.threshold),
				arena_printf(
					c->mem, "%g", json_number_value(sd)),
				arena_printf(c->mem, "%g %s",
					json_number_value(r), kind),
				json_str(x->json, "source"), NULL));
}

/* The rule that decides comes first; RCI stands beside it. */
static void print_change(struct cli *c, const struct scale_change *x)
{
	static const enum text_id ways[] = {
		[CHANGE_NONE] = T_WAY_NONE,
		[CHANGE_BETTER] = T_WAY_BETTER,
		[CHANGE_WORSE] = T_WAY_WORSE,
	};
	double d = x->after - x->before;

	out_line(c, text_of(c, T_SCORE_CHANGE, value_text(c, x->before),
			    value_text(c, x->after),
			    arena_printf(c->mem, "%s%s", d > 0 ? "+" : "",
				    value_text(c, d)),
			    text_raw(c->lang, ways[x->way]), NULL));
	print_points(c, &x->rule, T_RULE_REACHED, T_RULE_NOT);
	print_rci(c, x);
	if (!x->by)
		out_line(c, text_of(c, T_NO_RULE, NULL));
	print_points(c, &x->mcid, T_MCID_REACHED, T_MCID_NOT);
}

static void print_alerts(struct cli *c, const json_t *const *alerts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_line(c, arena_printf(c->mem, "! %s",
				    label_of(alerts[i], c->lang)));
}

static void print(struct cli *c, const struct sheet *s)
{
	print_scores(c, &s->now);
	print_alerts(c, s->now.alerts, s->now.alert_count);
	if (s->outside)
		print_alerts(c, &s->outside, 1);
	if (s->compared)
		print_change(c, &s->change);
	say(c, s->scale, "notice");
}

static void print_json(struct cli *c, const struct sheet *s)
{
	json_t *out = scale_result_json(&s->now, c->mem);

	json_object_set(
		out, "warnings", scale_warnings_json(s->outside, c->mem));
	if (s->compared)
		json_object_set(
			out, "change", scale_change_json(&s->change, c->mem));
	out_json(c, json_incref(out));
}

/* ---- what was asked for ---- */

static bool read_answers(struct cli *c, const json_t *scale, const char *text,
	struct scale_result *out, struct err *e)
{
	const json_t *answers = scale_parse_cli(scale, text, c->mem, e);

	return answers &&
	       scale_score(scale, c->option[O_VARIANT], answers, out, e);
}

/* A sheet that cannot be scored may still hold an alarming answer. */
static bool score_now(struct cli *c, struct sheet *s, struct err *e)
{
	const json_t *answers = scale_parse_cli(s->scale, c->arg[1], c->mem, e);
	const json_t *alerts[SCALE_ALERTS];

	if (!answers)
		return false;
	if (scale_score(s->scale, c->option[O_VARIANT], answers, &s->now, e))
		return true;
	if (!c->json)
		print_alerts(c, alerts,
			scale_item_alerts(s->scale, answers, alerts));
	return false;
}

static bool score_before(struct cli *c, struct sheet *s, struct err *e)
{
	const char *text = c->option[O_BEFORE];
	struct scale_result before;
	char field[sizeof(e->field)];

	if (!text)
		return true;
	if (!read_answers(c, s->scale, text, &before, e)) {
		snprintf(field, sizeof(field), "--before %.80s", e->field);
		memcpy(e->field, field, sizeof(field));
		return false;
	}
	s->compared = true;
	scale_change(s->scale, before.headline->value, s->now.headline->value,
		&s->change);
	return true;
}

static bool read_age(struct cli *c, struct sheet *s, struct err *e)
{
	const char *text = c->option[O_AGE];
	struct age_span age;
	char *end;
	long n;

	if (!text)
		return true;
	n = strtol(text, &end, 10);
	if (!*text || *end || n < 0 || n > AGE_MAX)
		return err_field(e, ERR_OUT_OF_RANGE, "--age", "0-%d", AGE_MAX);
	age.least = age.most = (int)n;
	s->outside = scale_age_outside(s->scale, &age);
	return true;
}

static bool bad_wording(
	struct cli *c, const struct mistakes *found, struct err *e)
{
	const struct mistake *m = &found->list[0];
	struct buf text;

	buf_init(&text, 400);
	if (*m->path)
		buf_printf(&text, "%s: ", m->path);
	mistake_sentence(m, c->lang, &text);
	err_field(e, ERR_BAD_FILE, c->option[O_WORDING], "%s", text.p);
	buf_free(&text);
	return false;
}

/* The instrument in the words of a licence holder's file. */
static bool load_wording(struct cli *c, struct sheet *s, struct err *e)
{
	const char *path = c->option[O_WORDING];
	struct mistakes found;
	const json_t *wording;
	struct str text;
	bool too_big;

	if (!path)
		return true;
	if (!file_read(path, WORDING_MAX, c->mem, &text, &too_big))
		return err_field(e, ERR_BAD_FILE, path, "%s",
			too_big ? "<= 256 KiB"
				: text_raw(c->lang, T_NOT_THERE));
	wording = json_read(text.p, text.n, &json_limits_own, c->mem, e);
	if (!wording)
		return false;
	mistakes_init(&found, c->mem);
	scale_wording_mistakes(s->scale, wording, NULL, &found);
	if (found.count)
		return bad_wording(c, &found, e);
	s->scale = scale_with_wording(s->scale, wording, c->mem, e);
	return s->scale != NULL;
}

bool verb_score(struct cli *c, struct err *e)
{
	struct catalogue *catalogue = catalogue_load();
	struct sheet s;

	arena_adopt(c->mem, catalogue, release);
	memset(&s, 0, sizeof(s));
	if (c->args == 0) {
		list_instruments(c, catalogue);
		return true;
	}
	s.scale = catalogue_scale(catalogue, c->arg[0]);
	if (!s.scale)
		return err_field(e, ERR_USAGE, c->arg[0], "%s",
			instrument_list(c, catalogue));
	if (!load_wording(c, &s, e))
		return false;
	if (c->args == 1) {
		show_instrument(c, s.scale);
		return true;
	}
	if (!score_now(c, &s, e) || !score_before(c, &s, e) ||
		!read_age(c, &s, e))
		return false;
	if (c->json)
		print_json(c, &s);
	else
		print(c, &s);
	return true;
}
