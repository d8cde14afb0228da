/*
 * table_hide.c - what of a table is hidden, and what is remembered of it.
 */
#include "server/figures/table_in.h"

#include <string.h>

/* ---- hiding ---- */

static const char *level_name(const struct figure_table *t, size_t level)
{
	static const char *const places[] = {
		"site", "site_kind", "subdistrict"};

	return table_is_place(t->ask) ? places[level]
	       : t->ask->by           ? t->ask->by
				      : "";
}

static const char *group_name(
	const struct figure_table *t, size_t level, size_t i)
{
	return level == 0 ? t->base[i] : level == 1 ? t->kinds[i] : t->subs[i];
}

static const char *cell_name(
	struct figure_table *t, size_t l, size_t row, size_t k, size_t col)
{
	char period[PERIOD_TEXT];

	/* The year stands beside it. */
	period_text((int64_t)col * grain_months[k], (enum grain)k, period);
	return l == HIDE_TOTAL
		       ? arena_strdup(t->r->mem, period)
		       : arena_printf(t->r->mem, "%s:%s:%s", level_name(t, l),
				 group_name(t, l, row), period);
}

static const char *level_mark(struct figure_table *t, size_t from)
{
	return arena_printf(t->r->mem, "*%zu", from);
}

/* Walks over every cell of a table that is told from others by name. */
typedef void cell_visit(struct figure_table *t, struct hide_signs *s, size_t l,
	size_t row, size_t k, size_t col, void *ctx);

static void each_cell(struct figure_table *t, struct hide_signs *s, bool total,
	cell_visit *visit, void *ctx)
{
	size_t levels = total ? 1 : t->rows.levels;

	for (size_t i = 0; i < levels; i++) {
		size_t l = total ? HIDE_TOTAL : i;
		size_t rows = total    ? 1
			      : l == 0 ? t->rows.n
				       : t->rows.level[l].groups;

		for (size_t k = 0; k < t->cols.levels; k++)
			for (size_t row = 0; row < rows; row++)
				for (size_t c = 0;
					c < (k ? t->cols.level[k].groups
					       : t->cols.n);
					c++)
					visit(t, s, l, row, k, c, ctx);
	}
}

/* What is in figures.hidden of one table: a set of names. */
static void seed_cell(struct figure_table *t, struct hide_signs *s, size_t l,
	size_t row, size_t k, size_t col, void *ctx)
{
	if (json_object_get(ctx, cell_name(t, l, row, k, col)))
		hide_seed(s, l, row, k, col);
}

static void seed(
	struct figure_table *t, struct hide_signs *s, bool total, json_t *names)
{
	if (!names)
		return;
	for (size_t from = 1; from <= t->cols.levels; from++)
		if (json_object_get(names, level_mark(t, from)))
			hide_seed_level(s, total, from);
	each_cell(t, s, total, seed_cell, names);
}

/* What is hidden now and was not before. */
struct news {
	json_t *known;
	const char **part, **cell;
	int64_t *year;
	size_t n, room;
	const char *of;
	int64_t in;
	size_t from;
};

static void add_news(struct news *w, const char *cell)
{
	if (w->n == w->room || json_object_get(w->known, cell))
		return;
	w->part[w->n] = w->of;
	w->year[w->n] = w->in;
	w->cell[w->n++] = cell;
}

static void note_cell(struct figure_table *t, struct hide_signs *s, size_t l,
	size_t row, size_t k, size_t col, void *ctx)
{
	struct news *w = ctx;

	if (k >= w->from && hide_sign(s, l, row, k, col) == HIDE_ALSO)
		add_news(w, cell_name(t, l, row, k, col));
}

static void note(struct figure_table *t, struct hide_signs *s, bool total,
	struct news *w)
{
	/* A level is withheld for good only when its year is over: the first
	 * weeks of a year are always too few. */
	w->from = hide_level(s, total);
	if (w->from && w->in < t->this_year)
		add_news(w, level_mark(t, w->from));
	each_cell(t, s, total, note_cell, w);
}

/* names[part][year] of what was hidden before. */
static json_t *known_of(json_t *all, const char *part, int64_t year)
{
	char key[16];
	json_t *years = json_object_get(all, part), *names;

	snprintf(key, sizeof(key), "%lld", (long long)year);
	if (!years) {
		json_object_set_new(all, part, json_object());
		years = json_object_get(all, part);
	}
	names = json_object_get(years, key);
	if (!names) {
		json_object_set_new(years, key, json_object());
		names = json_object_get(years, key);
	}
	return names;
}

static json_t *read_hidden(struct figure_table *t, struct err *e)
{
	json_t *all = json_keep(json_object(), t->r->mem);
	const char *parts[PARTS * 2];
	struct db_rows *rows;
	struct db_args a;
	size_t n = 0;

	for (size_t p = 0; p < PARTS; p++)
		for (size_t total = 0; t->name[p][0] && total < 2; total++)
			parts[n++] = t->name[p][total];
	db_args_init(&a, t->r->mem);
	db_int(&a, t->ask->below);
	db_texts(&a, parts, n);
	db_int(&a, t->first_year);
	db_int(&a, t->first_year + t->years - 1);
	if (!db_run(t->r->db, Q_FIGURE_HIDDEN, &a, &rows, e))
		return NULL;
	for (int i = 0; i < db_count(rows); i++)
		json_object_set_new(known_of(all, db_get_text(rows, i, "part"),
					    db_get_int(rows, i, "year")),
			db_get_text(rows, i, "cell"), json_true());
	return all;
}

static bool write_hidden(
	struct figure_table *t, const struct news *w, struct err *e)
{
	struct db_args a;

	if (!w->n)
		return true;
	db_args_init(&a, t->r->mem);
	db_int(&a, t->ask->below);
	db_texts(&a, w->part, w->n);
	db_ints(&a, w->year, w->n);
	db_texts(&a, w->cell, w->n);
	return db_run(t->r->db, Q_FIGURE_HIDE, &a, NULL, e);
}

/* Which parts small cells are judged by. What a rate is a part of comes first:
 * where that is hidden, so is the part. */
bool table_judged_by(const struct figure_table *t, size_t part)
{
	enum figure_type type = t->ask->i->type;

	if (!t->part[part].source)
		return false;
	return part == GUARD ||
	       (part == NUM && (type == FIGURE_COUNT || type == FIGURE_RATE ||
				       type == FIGURE_RATIO)) ||
	       (part == DEN && type != FIGURE_RATIO);
}

static void name_parts(struct figure_table *t)
{
	bool rate = t->ask->i->type == FIGURE_RATE;
	const char *of = t->ask->own_site ? t->sites[0].id : "";

	for (size_t p = 0; p < PARTS; p++) {
		const char *what;

		if (!table_judged_by(t, p))
			continue;
		what = arena_printf(t->r->mem, "%s.m%zu%s",
			t->part[p].source->name, t->part[p].m + 1, of);
		if (rate && p == NUM)
			what = arena_printf(t->r->mem, "%s of m%zu", what,
				t->part[DEN].m + 1);
		t->name[p][0] = arena_printf(t->r->mem, "%s by %s", what,
			table_is_place(t->ask) ? "site" : level_name(t, 0));
		t->name[p][1] = arena_printf(t->r->mem, "%s in all", what);
	}
}

/* Cases that are open are those opened but those closed: where one of these is
 * hidden in some year, so is the row here. */
static void seed_row(struct figure_table *t, struct hide_signs *s,
	const struct figure_table *other, size_t l, size_t row)
{
	const char *name = l == HIDE_TOTAL ? NULL : group_name(other, l, row);
	size_t n = l == HIDE_TOTAL ? 1
		   : l == 0        ? t->rows.n
				   : t->rows.level[l].groups;

	for (size_t i = 0; i < n; i++)
		if (!name || strcmp(group_name(t, l, i), name) == 0)
			hide_seed(s, l, i, 0, 0);
}

static void seed_beside(struct figure_table *t, struct hide_signs *s,
	const struct figure_table *other)
{
	for (int64_t y = 0; y < other->years; y++) {
		const struct hide_signs *o = other->year[y].signs[NUM];

		for (size_t l = 0; o && l <= HIDE_TOTAL; l++) {
			size_t n = l == HIDE_TOTAL           ? 1
				   : l >= other->rows.levels ? 0
				   : l == 0                  ? other->rows.n
					    : other->rows.level[l].groups;

			for (size_t row = 0; row < n; row++)
				if (hide_sign(o, l, row, GRAIN_YEAR, 0))
					seed_row(t, s, other, l, row);
		}
	}
}

/* By what happens to be told apart as now: ages were others then. */
static bool hide_beside(
	struct figure_table *t, struct hide_signs *s, struct err *e)
{
	const json_t *names = json_object_get(t->ask->i->json, "beside");
	const struct indicators *all = indicators_load(t->r->mem);

	for (size_t i = 0; i < json_array_size(names); i++) {
		const struct figure_table *other;
		struct figure_ask ask = *t->ask;
		const char *dim;

		ask.i = indicator_find(
			all, json_string_value(json_array_get(names, i)), e);
		if (!ask.i)
			return false;
		if (ask.by && !indicator_by(ask.i, ask.by, &dim))
			continue;
		ask.period.first = (t->this_year - PERIOD_YEARS + 1) * 12;
		ask.period.last = t->this_year * 12 + 11;
		ask.period.grain = GRAIN_YEAR;
		other = figure_table(t->r, &ask, e);
		if (!other)
			return false;
		seed_beside(t, s, other);
	}
	return true;
}

static bool hide_part(struct figure_table *t, int64_t y, size_t p,
	json_t *known, struct news *w, struct err *e)
{
	struct year *year = &t->year[y];
	struct hide_table *h = &year->hide[p];
	bool rate = p == NUM && t->ask->i->type == FIGURE_RATE;

	h->rows = t->rows;
	h->cols = t->cols;
	h->count = year->sum[p];
	h->of = rate ? year->sum[DEN] : NULL;
	h->people = year->people[p];
	h->people_all = year->people_all[p];
	h->below = t->ask->below;
	year->signs[p] = hide_signs_new(h, t->r->mem);
	if (rate)
		hide_seed_from(year->signs[p], year->signs[DEN]);
	for (size_t total = 0; total < 2; total++)
		seed(t, year->signs[p], total == 1,
			known_of(known, t->name[p][total], t->first_year + y));
	if (!hide_beside(t, year->signs[p], e))
		return false;
	hide(h, year->signs[p], t->r->mem);
	for (size_t total = 0; total < 2; total++) {
		w->of = t->name[p][total];
		w->in = t->first_year + y;
		w->known = known_of(known, w->of, w->in);
		note(t, year->signs[p], total == 1, w);
	}
	return true;
}

bool table_hide(struct figure_table *t, struct err *e)
{
	static const size_t order[PARTS] = {DEN, NUM, GUARD};
	struct news w = {0};
	json_t *known;

	name_parts(t);
	known = read_hidden(t, e);
	if (!known)
		return false;
	w.room = (t->rows.n * 3 + 1) * 17 * PARTS * (size_t)t->years + 64;
	w.part = ARENA_ARRAY(t->r->mem, const char *, w.room);
	w.cell = ARENA_ARRAY(t->r->mem, const char *, w.room);
	w.year = ARENA_ARRAY(t->r->mem, int64_t, w.room);
	for (int64_t y = 0; y < t->years; y++)
		for (size_t k = 0; k < PARTS; k++)
			if (table_judged_by(t, order[k]) &&
				!hide_part(t, y, order[k], known, &w, e))
				return false;
	return write_hidden(t, &w, e);
}
