/*
 * h_outcomes.c - GET /v1/outcomes: scores before and after, by year.
 *
 * Who asks is on the trail in the transaction of the answer. Somebody who must
 * not see persons is given means of enough of them, of pairs that were given
 * before or come with many others (outcome_hide.h, outcome_given.h).
 */
#include "server/figures/figures.h"

#include "proto/base/host.h"
#include "proto/types.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/figures/ask.h"
#include "server/figures/away.h"
#include "server/figures/outcome_given.h"
#include "server/figures/outcome_hide.h"
#include "server/figures/outcome_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST 1990

struct outcome_ask {
	int64_t year;
	enum outcome_by by;
	const char *instrument; /* NULL: all of them */
	struct figures_audience who;
};

/* ---- what is asked ---- */

static bool read_by(struct req *r, struct outcome_ask *ask, struct err *e)
{
	const char *q = req_query(r, "by"), *accepts = "";

	ask->by = OUTCOME_ALL;
	if (!q || !*q || outcome_by_from_name(q, &ask->by))
		return true;
	for (size_t by = OUTCOME_SITE; by < OUTCOME_BYS; by++)
		accepts = arena_printf(r->mem, "%s%s%s", accepts,
			*accepts ? ", " : "",
			outcome_by_name((enum outcome_by)by));
	return err_field(e, ERR_BAD_REQUEST, "by", "%s", accepts);
}

static bool read_instrument(
	struct req *r, struct outcome_ask *ask, struct err *e)
{
	const json_t *scales = catalogue_scales(r->catalogue);
	const char *q = req_query(r, "instrument"), *accepts = "", *name;
	json_t *ignored;

	ask->instrument = q && *q ? q : NULL;
	if (!ask->instrument || json_object_get(scales, q))
		return true;
	json_object_foreach((json_t *)(uintptr_t)scales, name, ignored)
	{
		if (!strchr(name, '@'))
			accepts = arena_printf(r->mem, "%s%s%s", accepts,
				*accepts ? ", " : "", name);
	}
	return err_field(e, ERR_BAD_REQUEST, "instrument", "%s", accepts);
}

static bool read_ask(struct req *r, struct outcome_ask *ask, struct err *e)
{
	int64_t this_year = time_day_cn(host_now_ms()).year;

	return req_query_int(r, "year", OLDEST, this_year, this_year,
		       &ask->year, e) &&
	       read_by(r, ask, e) && read_instrument(r, ask, e) &&
	       figures_audience(r, &ask->who, e);
}

/* ---- rows ---- */

static bool is_in(const struct outcomes *o, const struct outcome_ask *ask,
	const struct outcome_row *row, size_t group,
	const struct outcome_pair *p)
{
	return p->ruler == row->ruler &&
	       (!row->key || outcome_group(o, ask->by, p) == group);
}

static void take_pairs(const struct outcomes *o, const struct outcome_ask *ask,
	size_t group, struct outcome_row *row)
{
	const struct outcome_list *l = &o->pairs;
	double *before = ARENA_ARRAY(o->mem, double, l->n + o->alone.n + 1);
	double *after = ARENA_ARRAY(o->mem, double, l->n + 1);
	size_t n = 0;
	struct paired bases;

	for (size_t i = 0; i < l->n; i++)
		if (is_in(o, ask, row, group, &l->list[i])) {
			before[n] = l->list[i].before;
			after[n++] = l->list[i].after;
		}
	paired_reckon(before, after, n, o->mem, &row->p);
	row->before = before;
	row->after = after;
	/* Of who sees no persons, only what is given is looked at. */
	row->own.n = n;
	for (size_t i = 0; i < o->alone.n; i++)
		if (is_in(o, ask, row, group, &o->alone.list[i])) {
			row->alone++;
			if (row->whole)
				before[row->own.n++] = o->alone.list[i].before;
		}
	paired_reckon(before, before, row->own.n, o->mem, &bases);
	row->own.mean = bases.before.mean;
	row->own.sd = bases.before.sd;
	row->holm = row->p.p;
}

struct rows {
	struct outcome_row *list;
	size_t n;
};

/* Holm's correction among the instruments of one group, few pairs left out. */
static void correct(struct rows *rows, size_t groups, struct arena *mem)
{
	for (size_t g = 0; g < groups; g++) {
		double *p = ARENA_ARRAY(mem, double, rows->n / groups + 1);
		size_t n = 0;

		for (size_t i = g; i < rows->n; i += groups) {
			const struct outcome_row *row = &rows->list[i];

			p[n++] = row->sign || row->p.n < PAIRED_FEW
					 ? (double)NAN
					 : row->p.p;
		}
		paired_holm(p, n, mem);
		n = 0;
		for (size_t i = g; i < rows->n; i += groups)
			rows->list[i].holm = p[n++];
	}
}

struct signs {
	struct outcome_signs *pairs, *alone;
};

/* What is handed on hides at least what is hidden from a coordinator. */
static struct signs signs_of(struct req *r, const struct outcomes *o,
	const struct outcome_ask *ask, size_t ruler)
{
	int64_t sites = app_live(r->app, LIVE_BELOW_SITES);
	int64_t below = ask->who.below;
	struct signs s, inner = {NULL, NULL};

	if (below > sites) {
		inner.pairs = outcome_signs(o, &o->pairs, ruler, sites, NULL);
		inner.alone = outcome_signs(o, &o->alone, ruler, sites, NULL);
	}
	s.pairs = outcome_signs(o, &o->pairs, ruler, below, inner.pairs);
	s.alone = outcome_signs(o, &o->alone, ruler, below, inner.alone);
	return s;
}

/* Rows of each ruler in each group; groups of `by`, or one. */
static void make_rows(struct req *r, const struct outcomes *o,
	const struct outcome_ask *ask, enum outcome_by by, struct rows *rows)
{
	size_t groups = o->by[by].n;

	rows->list = ARENA_ARRAY(
		r->mem, struct outcome_row, o->ruler_count * groups + 1);
	rows->n = 0;
	for (size_t u = 0; u < o->ruler_count; u++) {
		struct signs s = signs_of(r, o, ask, u);

		for (size_t g = 0; g < groups; g++) {
			struct outcome_row *row = &rows->list[rows->n++];

			row->ruler = u;
			row->key = o->by[by].key[g];
			row->sign = s.pairs->of[by][g];
			row->alone_sign = s.alone->of[by][g];
			row->whole = !ask->who.below;
			row->small = ask->who.below;
			take_pairs(o, ask, g, row);
		}
	}
	if (groups)
		correct(rows, groups, r->mem);
}

static bool is_asked(const struct outcomes *o, const struct outcome_ask *ask,
	const struct outcome_row *row)
{
	return (row->p.n || row->alone) &&
	       (!ask->instrument || strcmp(o->rulers[row->ruler].instrument,
					    ask->instrument) == 0);
}

/* Rulers are numbered as their scores are met, which a rebuild may change; what
 * is shown stands in an order of its own. */
struct placed {
	const struct outcome_ruler *ruler;
	const struct outcome_row *row;
};

static int by_ruler(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = strcmp(x->ruler->instrument, y->ruler->instrument);

	if (!order)
		order = strcmp(x->ruler->version, y->ruler->version);
	if (!order)
		order = strcmp(x->ruler->respondent, y->ruler->respondent);
	return order || !x->row->key ? order : strcmp(x->row->key, y->row->key);
}

static json_t *rows_json(struct req *r, const struct outcomes *o,
	const struct outcome_ask *ask, enum outcome_by by)
{
	json_t *out = json_array();
	struct placed *shown;
	struct rows rows;
	size_t n = 0;

	make_rows(r, o, ask, by, &rows);
	shown = ARENA_ARRAY(r->mem, struct placed, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		if (is_asked(o, ask, &rows.list[i]))
			shown[n++] = (struct placed){
				&o->rulers[rows.list[i].ruler], &rows.list[i]};
	if (n > 1)
		qsort(shown, n, sizeof(*shown), by_ruler);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			out, outcome_row_json(o, shown[i].row, r->mem));
	return out;
}

/* ---- the answer ---- */

static json_t *instruments_json(struct req *r, const struct outcomes *o)
{
	const json_t *scales = catalogue_scales(r->catalogue);
	json_t *out = json_object();

	for (size_t i = 0; i < o->ruler_count; i++) {
		const char *name = o->rulers[i].instrument;
		const json_t *scale = json_object_get(scales, name);
		const json_t *label = json_object_get(scale, "label");

		if (scale)
			json_object_set_new(out, name,
				json_pack("{s:o, s:O, s:O?}", "name",
					figures_both(label_of(label, LANG_ZH),
						label_of(label, LANG_EN)),
					"good", json_object_get(scale, "good"),
					"change",
					json_object_get(scale, "change")));
	}
	return out;
}

static json_t *labels_json(
	struct req *r, const struct outcomes *o, const struct outcome_ask *ask)
{
	const struct code_list *kinds =
		catalogue_codes(r->catalogue, "site_kind");
	json_t *out = json_object();

	for (size_t i = 0; ask->by != OUTCOME_ALL && i < o->by[ask->by].n;
		i++) {
		const char *key = o->by[ask->by].key[i];
		const struct figure_site *s = &o->sites[i];
		json_t *label;

		if (!*key)
			label = figures_both("未说明", "not stated");
		else if (ask->by == OUTCOME_SITE)
			label = figures_both(
				s->name, *s->name_en ? s->name_en : s->name);
		else if (ask->by == OUTCOME_PROGRAMME)
			label = figures_programme(r, key);
		else if (ask->by == OUTCOME_SITE_KIND && kinds)
			label = figures_both(code_label(kinds, key, LANG_ZH),
				code_label(kinds, key, LANG_EN));
		else
			label = figures_both(key, key);
		json_object_set_new(out, key, label);
	}
	return out;
}

static json_t *offers_json(void)
{
	json_t *out = json_array();

	for (size_t by = OUTCOME_SITE; by < OUTCOME_BYS; by++)
		json_array_append_new(
			out, json_string(outcome_by_name((enum outcome_by)by)));
	return out;
}

static json_t *definition_json(void)
{
	return figures_both("同一人、同一量表、同一版本、同一填答人的前测与后测"
			    "成对比较，按后测"
			    "日期归入年度；一人多对的取最近一对。只有前测的另计"
			    "。只说明变化，不说明"
			    "效果。",
		"pairs of a first and a last score of the same person, "
		"instrument, "
		"version and respondent, in the year of the last; of several, "
		"the "
		"latest. Who has a first score only is counted apart. It says "
		"change, not effect.");
}

/* The cut-offs behind "recovered", with their sources: nobody of the district
 * has signed them off, and a reader of the table must know. NULL: there is
 * none. */
static json_t *cutoffs_json(struct req *r, const struct outcomes *o)
{
	const char *list = "";

	for (size_t i = 0; i < o->ruler_count; i++) {
		const json_t *cutoff = json_object_get(
			json_object_get(o->rulers[i].scale, "change"),
			"cutoff");
		const char *name = arena_printf(r->mem, "%s%s ",
			*list ? "; " : "", o->rulers[i].instrument);

		if (!cutoff || strstr(list, name + (*list ? 2 : 0)))
			continue;
		list = arena_printf(r->mem, "%s%s%g (%s)", list, name,
			json_number_value(json_object_get(cutoff, "points")),
			json_str(cutoff, "source"));
	}
	if (!*list)
		return NULL;
	return figures_both(
		arena_printf(r->mem,
			"临界值：%s。未经本地临床签字确认，不是诊断。", list),
		arena_printf(r->mem,
			"Cut-offs: %s. Not signed off locally, and no "
			"diagnosis.",
			list));
}

static json_t *answer_json(struct req *r, const struct outcomes *o,
	const struct outcome_ask *ask, const char *as_of, bool waiting)
{
	json_t *cutoffs;
	json_t *j = json_pack("{s:I, s:s?, s:o, s:s, s:o, s:o, s:o, s:s?, s:b}",
		"year", (json_int_t)ask->year, "by", outcome_by_name(ask->by),
		"offers", offers_json(), "scope",
		ask->who.own_site ? "site" : "district", "below",
		ask->who.below ? json_integer((json_int_t)ask->who.below)
			       : json_null(),
		"rule", figures_rule(ask->who.below, r->mem), "definition",
		definition_json(), "as_of", as_of, "waiting", waiting);

	cutoffs = cutoffs_json(r, o);
	json_object_set_new(j, "cutoffs", cutoffs ? cutoffs : json_null());
	json_object_set_new(j, "instruments", instruments_json(r, o));
	json_object_set_new(j, "labels", labels_json(r, o, ask));
	json_object_set_new(j, "rows",
		ask->by == OUTCOME_ALL ? json_array()
				       : rows_json(r, o, ask, ask->by));
	json_object_set_new(j, "totals", rows_json(r, o, ask, OUTCOME_ALL));
	return j;
}

static bool tell(struct req *r, const struct outcome_ask *ask,
	const struct away *how, struct err *e)
{
	json_t *answer;
	struct outcomes o;
	const char *as_of = NULL;
	bool waiting = false;

	if (!outcomes_read(r, ask->year, &o, e))
		return false;
	if (ask->who.below &&
		!outcomes_give(r, ask->year, app_live(r->app, LIVE_BELOW_SITES),
			&o, &as_of, &waiting, e))
		return false;
	answer = answer_json(r, &o, ask, as_of, waiting);
	if (how->format == AWAY_JSON)
		return figures_answer(r, "figure outcomes", answer, e);
	return away_outcomes(r, how, json_keep(answer, r->mem), e) &&
	       audit_end(r, "figure outcomes", "ok", NULL, 0, e);
}

bool outcomes_get(struct req *r, struct err *e)
{
	struct outcome_ask ask;
	struct away how;

	if (!read_ask(r, &ask, e) || !away_read(r, &how, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	if (tell(r, &ask, &how, e))
		return true;
	db_rollback(r->db);
	return false;
}
