/*
 * outcome_json.c - see outcome_json.h.
 */
#include "server/figures/outcome_json.h"

#include "server/figures/ask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL 0.05

/* ---- numbers ---- */

static json_t *number(double v)
{
	return isnan(v) || isinf(v) ? json_null()
				    : json_real(floor(v * 1e4 + 0.5) / 1e4);
}

/* Six figures: a probability may be small. */
static json_t *likely(double p, struct arena *mem)
{
	return isnan(p) ? json_null()
			: json_real(strtod(arena_printf(mem, "%.6g", p), NULL));
}

static json_t *side_json(const struct paired_side *s)
{
	return json_pack(
		"{s:o, s:o}", "mean", number(s->mean), "sd", number(s->sd));
}

/* Who sees no persons is not told how many went which way. */
static json_t *rank_json(
	const struct signed_rank *w, bool whole, struct arena *mem)
{
	json_t *j = json_pack("{s:o, s:s, s:o, s:o}", "p", likely(w->p, mem),
		"method", w->exact ? "exact" : "normal", "z", number(w->z), "r",
		number(w->r));

	if (whole) {
		json_object_set_new(j, "n", json_integer((json_int_t)w->n));
		json_object_set_new(
			j, "zeros", json_integer((json_int_t)w->zeros));
		json_object_set_new(j, "plus", number(w->plus));
		json_object_set_new(j, "minus", number(w->minus));
	}
	return j;
}

static json_t *lines_json(const struct outcome_row *row)
{
	json_t *out = json_array();

	for (size_t i = 0; i < row->p.n; i++)
		json_array_append_new(
			out, json_pack("[o, o]", number(row->before[i]),
				     number(row->after[i])));
	return out;
}

/* ---- reliable change ---- */

/* One person in a row whose total is known says which class the others are in:
 * all numbers or none. */
static bool may_tell(const struct outcome_row *row, const int64_t *n)
{
	for (size_t c = CLASS_RECOVERED; c < CHANGE_CLASSES; c++)
		if (n[c] > 0 && n[c] < row->small)
			return false;
	return row->whole || !row->key;
}

static json_t *classes_json(
	const struct outcome_row *row, const struct outcome_ruler *u)
{
	int64_t n[CHANGE_CLASSES] = {0};
	struct scale_change c = {0};
	json_t *j;

	for (size_t i = 0; u->scale && i < row->p.n; i++) {
		scale_change_own(
			u->scale, &row->own, row->before[i], row->after[i], &c);
		n[c.cls]++;
	}
	if (!c.by || !may_tell(row, n))
		return json_null();
	j = json_pack("{s:s, s:b, s:o, s:o}", "by", c.by, "own_sd", c.own,
		"threshold",
		strcmp(c.by, "rci") == 0
			? number(c.rci.threshold)
			: json_incref(json_object_get(c.rule.json, "points")),
		"cutoff", number(c.cutoff));
	for (size_t k = CLASS_RECOVERED; k < CHANGE_CLASSES; k++)
		json_object_set_new(j, change_class_name((enum change_class)k),
			json_integer((json_int_t)n[k]));
	return j;
}

/* ---- in a sentence ---- */

static const char *p_text(double p, struct arena *mem)
{
	return p < 0.001 ? "< 0.001" : arena_printf(mem, "= %.3f", p);
}

static json_t *say_hidden(const struct outcome_row *row)
{
	return row->sign == HIDE_SMALL
		       ? figures_both("人数太少，不显示。",
				 "Too few people; not shown.")
		       : figures_both("为使人数少的无法推算，不显示。",
				 "Not shown, so that small numbers cannot be "
				 "reckoned.");
}

static json_t *say_none(void)
{
	return figures_both(
		"还没有可比较的前后测。", "There is nothing to compare yet.");
}

static const char *judged(
	const struct outcome_row *row, enum lang lang, struct arena *mem)
{
	bool zh = lang == LANG_ZH;

	if (row->p.n < PAIRED_FEW)
		return zh ? "不足10对，不作显著性判断。"
			  : "Fewer than 10 pairs: nothing is said about "
			    "significance.";
	if (isnan(row->holm))
		return "";
	return arena_printf(mem,
		zh ? "配对t检验p %s（多个量表经Holm校正）。"
		   : "Paired t: p %s (Holm, for several instruments).",
		p_text(row->holm, mem));
}

static json_t *say(const struct outcome_row *row, struct arena *mem)
{
	const struct paired *p = &row->p;
	const char *zh = "", *en = "";

	if (row->sign)
		return say_hidden(row);
	if (!p->n)
		return say_none();
	if (!isnan(p->low)) {
		zh = arena_printf(
			mem, "（95%%置信区间%.2f至%.2f）", p->low, p->high);
		en = arena_printf(
			mem, " (95 %% interval %.2f to %.2f)", p->low, p->high);
	}
	return figures_both(
		arena_printf(mem,
			"%zu对：均分从%.2f变为%.2f，平均变化%+.2f%s。%s"
			"只说明变化，不说明效果：没有对照组。",
			p->n, p->before.mean, p->after.mean, p->change.mean, zh,
			judged(row, LANG_ZH, mem)),
		arena_printf(mem,
			"%zu pairs: the mean went from %.2f to %.2f, a change "
			"of "
			"%+.2f%s. %s This is change, not effect: there is "
			"nobody to compare with.",
			p->n, p->before.mean, p->after.mean, p->change.mean, en,
			judged(row, LANG_EN, mem)));
}

/* ---- a row ---- */

static void add_numbers(json_t *j, const struct outcomes *o,
	const struct outcome_row *row, struct arena *mem)
{
	const struct paired *p = &row->p;
	json_t *change = side_json(&p->change);

	json_object_set_new(change, "low", number(p->low));
	json_object_set_new(change, "high", number(p->high));
	json_object_set_new(j, "before", side_json(&p->before));
	json_object_set_new(j, "after", side_json(&p->after));
	json_object_set_new(j, "change", change);
	json_object_set_new(j, "t",
		json_pack("{s:o, s:o, s:o, s:o}", "t", number(p->t), "df",
			number(p->df), "p", likely(p->p, mem), "p_holm",
			likely(row->holm, mem)));
	json_object_set_new(
		j, "wilcoxon", rank_json(&p->rank, row->whole, mem));
	json_object_set_new(j, "effect_size",
		json_pack("{s:o, s:o, s:o, s:o, s:o}", "dz", number(p->dz),
			"dav", number(p->dav), "drm", number(p->drm), "g",
			number(p->g), "r", number(p->r)));
	json_object_set_new(
		j, "reliable", classes_json(row, &o->rulers[row->ruler]));
	if (p->n >= PAIRED_FEW && !isnan(row->holm))
		json_object_set_new(
			j, "significant", json_boolean(row->holm < LEVEL));
	if (p->n < PAIRED_FEW && row->whole)
		json_object_set_new(j, "lines", lines_json(row));
}

json_t *outcome_row_json(const struct outcomes *o,
	const struct outcome_row *row, struct arena *mem)
{
	static const char *const none[] = {"before", "after", "change", "t",
		"wilcoxon", "effect_size", "reliable"};
	const struct outcome_ruler *u = &o->rulers[row->ruler];
	bool shown = row->sign == HIDE_NOT;
	json_t *j = json_pack("{s:s, s:s, s:s, s:s?, s:o, s:o, s:s?, s:b, s:n}",
		"instrument", u->instrument, "version", u->version,
		"respondent", u->respondent, "key", row->key, "pairs",
		shown ? json_integer((json_int_t)row->p.n) : json_null(),
		"alone",
		row->alone_sign ? json_null()
				: json_integer((json_int_t)row->alone),
		"hidden",
		shown                     ? NULL
		: row->sign == HIDE_SMALL ? "small"
					  : "also",
		"few", shown && row->p.n < PAIRED_FEW, "significant");

	if (shown && row->p.n)
		add_numbers(j, o, row, mem);
	else
		for (size_t i = 0; i < ARRAY_LEN(none); i++)
			json_object_set_new(j, none[i], json_null());
	json_object_set_new(j, "text", say(row, mem));
	return j;
}
