/*
 * h_figures.c - GET /v1/figures and GET /v1/figures/{id}.
 *
 * Who asks, what for and of which period is on the trail in the transaction of
 * the answer. Nothing here reads a record: only the functions of the schema
 * `figures`, which give sums.
 */
#include "server/figures/figures.h"

#include "proto/base/host.h"
#include "proto/types.h"
#include "server/app.h"
#include "server/figures/ask.h"
#include "server/figures/table.h"

#include <string.h>

#define KEEP_UNITS 500 /* counted in one transaction */
#define KEEP_TURNS 20  /* of them in one second, at most */
#define ASK_UNITS  200 /* before an answer */

static bool count_some(
	struct db *db, int64_t units, bool wait, bool *more, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct db_args a;
	bool ok = db_begin_system(db, e);

	db_args_init(&a, mem);
	db_int(&a, units);
	db_bool(&a, wait);
	*more = false;
	if (ok && !db_run(db, Q_FIGURES_CATCH_UP, &a, &rows, e)) {
		db_rollback(db);
		ok = false;
	}
	if (ok)
		*more = db_get_int(rows, 0, "more") != 0;
	ok = ok && db_commit(db, e);
	arena_free(mem);
	return ok;
}

bool figures_keep(struct db *db, struct err *e)
{
	bool more = true;

	for (int i = 0; i < KEEP_TURNS && more; i++)
		if (!count_some(db, KEEP_UNITS, false, &more, e))
			return false;
	return true;
}

/* ---- the list ---- */

static json_t *entry_json(const struct indicator *i)
{
	static const char *const keys[] = {"id", "version", "topic", "type",
		"name", "definition", "numerator", "denominator", "unit",
		"good"};
	json_t *by =
		i->live ? json_array()
			: json_pack("[s, s, s]", "month", "quarter", "year");
	json_t *j = json_object();

	for (size_t k = 0; k < ARRAY_LEN(keys); k++)
		if (json_object_get(i->json, keys[k]))
			json_object_set(
				j, keys[k], json_object_get(i->json, keys[k]));
	json_array_extend(by, json_object_get(i->json, "by"));
	json_object_set_new(j, "by", by);
	json_object_set_new(
		j, "when", json_string(i->live ? "today" : "period"));
	json_object_set_new(j, "records", json_string(i->num.source->records));
	return j;
}

bool figures_get(struct req *r, struct err *e)
{
	const struct indicators *all = indicators_load(r->mem);
	struct figures_audience who;
	json_t *list;

	if (!figures_may_ask(r, e) || !figures_audience(r, &who, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	list = json_array();
	for (size_t i = 0; i < all->n; i++)
		json_array_append_new(list, entry_json(&all->list[i]));
	return figures_answer(r, "figures",
		json_pack("{s:s, s:o}", "scope",
			who.own_site ? "site" : "district", "figures", list),
		e);
}

/* ---- what is asked ---- */

static const char *offered(
	const struct indicator *i, bool periods, struct arena *mem)
{
	const json_t *by = json_object_get(i->json, "by");
	const char *out = periods && !i->live ? "month, quarter, year" : "";

	for (size_t k = 0; k < json_array_size(by); k++)
		out = arena_printf(mem, "%s%s%s", out, *out ? ", " : "",
			json_string_value(json_array_get(by, k)));
	return *out ? out : "-";
}

/* One period and one thing more, in either order. */
static bool read_by(struct req *r, struct figure_ask *ask, const char **grain,
	struct err *e)
{
	const char *q = req_query(r, "by");

	*grain = NULL;
	ask->by = NULL;
	ask->dim = "all";
	while (q && *q) {
		size_t n = strcspn(q, ",");
		const char *word = arena_strndup(r->mem, q, n);
		enum grain ignored;

		q += n + (q[n] == ',');
		if (grain_from_name(word, &ignored) && !ask->i->live &&
			!*grain) {
			*grain = word;
			continue;
		}
		if (!indicator_by(ask->i, word, &ask->dim))
			return err_field(e, ERR_BAD_REQUEST, "by", "%s",
				offered(ask->i, true, r->mem));
		if (ask->by)
			return err_field(e, ERR_BAD_REQUEST, "by",
				"month | quarter | year, %s",
				offered(ask->i, false, r->mem));
		ask->by = word;
	}
	return true;
}

static bool read_period(
	struct req *r, struct figure_ask *ask, const char *grain, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	const char *from = req_query(r, "from"), *to = req_query(r, "to");

	if (ask->i->live)
		return (!from && !to) ||
		       err_field(e, ERR_BAD_REQUEST, from ? "from" : "to",
			       "-" ERR_BOTH "-");
	return period_read(from, to, grain, &today, &ask->period, e);
}

static bool read_audience(struct req *r, struct figure_ask *ask, struct err *e)
{
	struct figures_audience who;

	if (!figures_audience(r, &who, e))
		return false;
	ask->own_site = who.own_site;
	ask->below = ask->i->is_public ? 0 : who.below;
	return true;
}

static bool read_ask(struct req *r, struct figure_ask *ask, struct err *e)
{
	const char *grain;

	memset(ask, 0, sizeof(*ask));
	ask->i = indicator_find(indicators_load(r->mem), r->segment[0], e);
	return ask->i && read_by(r, ask, &grain, e) &&
	       read_period(r, ask, grain, e) && read_audience(r, ask, e);
}

/* ---- the answer ---- */

static double value_of(const struct indicator *i, const struct figure_cell *c)
{
	if (i->type == FIGURE_COUNT || i->type == FIGURE_SUM)
		return (double)c->num * i->per;
	return (double)c->num / (double)c->den * i->per;
}

static json_t *rounded(double v)
{
	double scaled = v * 1e4;

	return json_real(
		(double)(int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5)) / 1e4);
}

/* Money in yuan, time in hours: as the figure says it. */
static json_t *num_json(const struct indicator *i, const struct figure_cell *c)
{
	return i->type == FIGURE_SUM || i->type == FIGURE_MEAN
		       ? rounded((double)c->num * i->per)
		       : json_integer((json_int_t)c->num);
}

static json_t *cell_json(const struct figure_ask *ask, int64_t month,
	const char *key, const struct figure_cell *c)
{
	bool shown = c->sign == HIDE_NOT;
	bool has_den = ask->i->den.source != NULL;
	bool ratio = ask->i->type != FIGURE_COUNT && ask->i->type != FIGURE_SUM;
	char text[PERIOD_TEXT];

	return json_pack("{s:s?, s:s?, s:o, s:o, s:o, s:s?}", "period",
		ask->i->live ? NULL
			     : period_text(month, ask->period.grain, text),
		"key", key, "num", shown ? num_json(ask->i, c) : json_null(),
		"den",
		has_den && c->has_den ? json_integer((json_int_t)c->den)
				      : json_null(),
		"value",
		shown && (!ratio || c->den > 0) ? rounded(value_of(ask->i, c))
						: json_null(),
		"hidden",
		shown                   ? NULL
		: c->sign == HIDE_SMALL ? "small"
					: "also");
}

static json_t *label_json(struct req *r, const struct figure_ask *ask,
	const char *codes, const char *key)
{
	if (!*key)
		return figures_both("未说明", "not stated");
	if (codes && catalogue_codes(r->catalogue, codes))
		return figures_both(
			code_label(catalogue_codes(r->catalogue, codes), key,
				LANG_ZH),
			code_label(catalogue_codes(r->catalogue, codes), key,
				LANG_EN));
	return strcmp(ask->by, "programme") == 0 ? figures_programme(r, key)
						 : figures_both(key, key);
}

static json_t *labels_json(struct req *r, const struct figure_ask *ask,
	const struct figure_table *t)
{
	const char *codes =
		ask->by ? indicator_codes(ask->i, ask->by, r->mem) : NULL;
	json_t *out = json_object();

	for (size_t i = 0; i < figure_rows(t); i++) {
		const struct figure_site *s = figure_site(t, i);
		const char *key = figure_key(t, i);

		json_object_set_new(out, key,
			s ? figures_both(
				    s->name, *s->name_en ? s->name_en : s->name)
			  : label_json(r, ask, codes, key));
	}
	return out;
}

static json_t *counted_json(const struct db_rows *rows)
{
	char at[TIME_TEXT];

	return json_pack("{s:I, s:I, s:s}", "csn",
		(json_int_t)db_get_int(rows, 0, "csn"), "head",
		(json_int_t)db_get_int(rows, 0, "head"), "at",
		time_format(host_now_ms(), at));
}

static void add_rows(const struct figure_ask *ask, const struct figure_table *t,
	json_t *rows, json_t *totals)
{
	int64_t step = ask->i->live ? 1 : grain_months[ask->period.grain];
	int64_t first = ask->i->live ? 0 : ask->period.first;
	int64_t last = ask->i->live ? 0 : ask->period.last;
	struct figure_cell c;

	for (int64_t m = first; m <= last; m += step) {
		for (size_t i = 0; i < figure_rows(t); i++) {
			figure_cell(t, i, m, &c);
			json_array_append_new(
				rows, cell_json(ask, m, figure_key(t, i), &c));
		}
		figure_cell(t, FIGURE_TOTAL, m, &c);
		json_array_append_new(totals, cell_json(ask, m, NULL, &c));
	}
}

static json_t *answer_json(struct req *r, const struct figure_ask *ask,
	const struct figure_table *t, const struct db_rows *counted)
{
	json_t *j = entry_json(ask->i), *rows = json_array();
	json_t *totals = json_array();
	char from[PERIOD_TEXT], to[PERIOD_TEXT];
	bool live = ask->i->live;

	json_object_set_new(j, "offers", json_incref(json_object_get(j, "by")));
	json_object_set_new(
		j, "by", ask->by ? json_string(ask->by) : json_null());
	json_object_set_new(j, "grain",
		live ? json_null()
		     : json_string(grain_name(ask->period.grain)));
	json_object_set_new(j, "from",
		live ? json_null()
		     : json_string(period_text(
			       ask->period.first, GRAIN_MONTH, from)));
	json_object_set_new(j, "to",
		live ? json_null()
		     : json_string(
			       period_text(ask->period.last, GRAIN_MONTH, to)));
	json_object_set_new(
		j, "scope", json_string(ask->own_site ? "site" : "district"));
	json_object_set_new(j, "below",
		ask->below ? json_integer((json_int_t)ask->below)
			   : json_null());
	json_object_set_new(j, "rule", figures_rule(ask->below, r->mem));
	json_object_set_new(j, "counted", counted_json(counted));
	json_object_set_new(j, "labels", labels_json(r, ask, t));
	add_rows(ask, t, rows, totals);
	json_object_set_new(j, "rows", rows);
	json_object_set_new(j, "totals", totals);
	return j;
}

/* What is given to others hides at least what is hidden from a coordinator: who
 * has both must not learn more. */
static bool as_for_sites(
	struct req *r, const struct figure_ask *ask, struct err *e)
{
	struct figure_ask inner = *ask;

	inner.below = r->app->conf.figures_below_sites;
	return !ask->below || ask->below <= inner.below ||
	       figure_table(r, &inner, e);
}

static bool tell(struct req *r, const struct figure_ask *ask, struct err *e)
{
	const struct figure_table *t;
	struct db_rows *counted;
	struct db_args none;

	db_args_init(&none, r->mem);
	if (!db_run(r->db, Q_FIGURES_COUNTED, &none, &counted, e))
		return false;
	if (!db_get_int(counted, 0, "ready"))
		return err_set(e, ERR_BUSY, "figures are being counted");
	if (!as_for_sites(r, ask, e))
		return false;
	t = figure_table(r, ask, e);
	return t &&
	       figures_answer(r, arena_printf(r->mem, "figure %s", ask->i->id),
		       answer_json(r, ask, t, counted), e);
}

bool figure_get(struct req *r, struct err *e)
{
	struct figure_ask ask;
	bool more;

	if (!figures_may_ask(r, e) || !read_ask(r, &ask, e) ||
		!count_some(r->db, ASK_UNITS, true, &more, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	if (tell(r, &ask, e))
		return true;
	db_rollback(r->db);
	return false;
}
