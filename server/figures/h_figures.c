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
#include "server/audit/audit.h"
#include "server/figures/ask.h"
#include "server/figures/away.h"
#include "server/figures/figure_json.h"
#include "server/figures/table.h"

#include <string.h>

#define KEEP_UNITS 500 /* counted in one transaction */
#define KEEP_MS    300 /* of each second: the keeper sees to more */
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
	int64_t until = host_now_ms() + KEEP_MS;
	bool more = true;

	while (more && host_now_ms() < until)
		if (!count_some(db, KEEP_UNITS, false, &more, e))
			return false;
	return true;
}

/* ---- the list ---- */

bool figures_get(struct req *r, struct err *e)
{
	const struct indicators *all = indicators_load(r->mem);
	struct figures_audience who;
	json_t *list;

	if (!figures_audience(r, &who, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	list = json_array();
	for (size_t i = 0; i < all->n; i++)
		if (!all->list[i].of_district || !who.own_site)
			json_array_append_new(
				list, figure_entry_json(&all->list[i]));
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
	return *out ? out
		    : "不填（没有可分的）" ERR_BOTH
		      "leave it out, there is nothing to tell apart";
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
			       "不填（只有今天的数）" ERR_BOTH
			       "leave it out, the figure is of today");
	return period_read(from, to, grain, &today, &ask->period, e);
}

static bool read_audience(struct req *r, struct figure_ask *ask, struct err *e)
{
	struct figures_audience who;

	if (!figures_audience(r, &who, e))
		return false;
	if (who.own_site && ask->i->of_district)
		return err_field(e, ERR_FORBIDDEN, "figure", "%s",
			role_name(ROLE_DISTRICT_COORDINATOR));
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

/* What is given to others hides at least what is hidden from a coordinator: who
 * has both must not learn more. */
static bool as_for_sites(
	struct req *r, const struct figure_ask *ask, struct err *e)
{
	struct figure_ask inner = *ask;

	inner.below = app_live(r->app, LIVE_BELOW_SITES);
	return !ask->below || ask->below <= inner.below ||
	       figure_table(r, &inner, e);
}

/* What was asked: "figure services 2026-01..2026-12 by=month,site below=5". */
static const char *action_of(const struct figure_ask *ask, struct arena *mem)
{
	char from[PERIOD_TEXT], to[PERIOD_TEXT];
	const char *by = ask->by ? ask->by : "-";
	const char *out = arena_printf(mem, "figure %s", ask->i->id);

	if (ask->i->live)
		return arena_printf(mem, "%s today by=%s below=%lld", out, by,
			(long long)ask->below);
	return arena_printf(mem, "%s %s..%s by=%s,%s below=%lld", out,
		period_text(ask->period.first, GRAIN_MONTH, from),
		period_text(ask->period.last, GRAIN_MONTH, to),
		grain_name(ask->period.grain), by, (long long)ask->below);
}

/* One answer holds so many rows; a file any number (away.h). */
static bool not_too_long(const struct figure_ask *ask,
	const struct figure_table *t, struct err *e)
{
	int64_t periods = ask->i->live
				  ? 1
				  : (ask->period.last - ask->period.first + 1) /
					    grain_months[ask->period.grain];

	return (int64_t)figure_rows(t) * periods <= AWAY_ROWS ||
	       err_field(e, ERR_BAD_REQUEST, "to",
		       "≤ %d rows, format=csv, xlsx", AWAY_ROWS);
}

/* What a file is made of, a year at a time. */
static bool make_part(struct req *r, const struct figure_ask *ask,
	json_t **answer, struct err *e)
{
	const struct figure_table *t;
	json_t *rows, *totals;

	if (!as_for_sites(r, ask, e))
		return false;
	t = figure_table(r, ask, e);
	if (!t)
		return false;
	*answer = json_keep(figure_entry_json(ask->i), r->mem);
	rows = json_array();
	totals = json_array();
	figure_rows_json(ask, t, rows, totals);
	json_object_set_new(*answer, "below",
		ask->below ? json_integer((json_int_t)ask->below)
			   : json_null());
	json_object_set_new(*answer, "labels", figure_labels_json(r, ask, t));
	json_object_set_new(*answer, "rows", rows);
	json_object_set_new(*answer, "totals", totals);
	return true;
}

static bool tell(struct req *r, const struct figure_ask *ask,
	const struct away *how, struct err *e)
{
	const char *action = action_of(ask, r->mem);
	const struct figure_table *t;
	struct db_rows *counted;
	struct db_args none;

	db_args_init(&none, r->mem);
	if (!db_run(r->db, Q_FIGURES_COUNTED, &none, &counted, e))
		return false;
	if (!db_get_int(counted, 0, "ready"))
		return err_set(e, ERR_BUSY, "figures are being counted");
	if (how->format != AWAY_JSON)
		return away_figure(r, ask, how,
			       json_keep(figure_head_json(r, ask, counted),
				       r->mem),
			       make_part, e) &&
		       audit_end(r, action, "ok", NULL, 0, e);
	if (!as_for_sites(r, ask, e))
		return false;
	t = figure_table(r, ask, e);
	return t && not_too_long(ask, t, e) &&
	       figures_answer(r, action, figure_json(r, ask, t, counted), e);
}

bool figure_get(struct req *r, struct err *e)
{
	struct figure_ask ask;
	struct away how;
	bool more;

	if (!read_ask(r, &ask, e) || !away_read(r, &how, e) ||
		!count_some(r->db, ASK_UNITS, true, &more, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	if (tell(r, &ask, &how, e))
		return true;
	db_rollback(r->db);
	return false;
}
