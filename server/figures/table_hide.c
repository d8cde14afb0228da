/*
 * table_hide.c - what of a table is hidden, and what is remembered of it.
 */
#include "server/figures/table_in.h"

#include <string.h>

/* ---- the family of a year ---- */

static bool is_hidden(const struct figure_table *t, size_t sum)
{
	return t->links->sum[sum].hidden;
}

static void add_forms(const struct figure_table *t, struct hide_family *f)
{
	const struct links *l = t->links;

	for (size_t i = 0; i < l->forms; i++) {
		const struct link_form *from = &l->form[i];
		struct hide_form *to = &f->form[f->forms++];

		to->of = from->of;
		to->parts = from->parts;
		memcpy(to->part, from->part, sizeof(to->part));
		for (size_t w = 0; w < t->ways; w++)
			to->in[w] = !from->dims ||
				    links_lists(from->dims, t->way[w].dim);
	}
}

/* A group of the rows: those codes. One that is all of another sum alone needs
 * none. */
static void add_same(struct figure_table *t, struct hide_family *f, size_t w,
	const struct link_same *s)
{
	struct hide_same *to = &f->same[f->sames];
	struct hide_axis *rows = &f->rows[w];
	size_t *of;

	to->sum = s->sum;
	to->total = s->total;
	to->dim = w;
	f->sames++;
	if (s->codes == 1) {
		to->level = 0;
		to->row = table_row(&t->way[w], s->code[0]);
		return;
	}
	if (rows->levels == 1) {
		rows->levels = 2;
		rows->level[1].groups = 1; /* 0: of no group */
		rows->level[1].of = ARENA_ARRAY(t->r->mem, size_t, rows->n + 1);
	}
	of = ARENA_ARRAY(t->r->mem, size_t, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++)
		of[i] = rows->level[1].of[i];
	for (size_t i = 0; i < s->codes; i++) {
		size_t row = table_row(&t->way[w], s->code[i]);

		if (row != SIZE_MAX)
			of[row] = rows->level[1].groups;
	}
	rows->level[1].of = of;
	to->level = 1;
	to->row = rows->level[1].groups++;
}

static void add_sames(struct figure_table *t, struct hide_family *f)
{
	for (size_t i = 0; i < t->links->sames; i++)
		for (size_t w = 0; w < t->ways; w++)
			if (strcmp(t->way[w].dim, t->links->same[i].dim) == 0)
				add_same(t, f, w, &t->links->same[i]);
}

static void add_sum(struct figure_table *t, struct year *y, size_t sum)
{
	const struct link_sum *from = &t->links->sum[sum];
	struct hide_sum *to = &y->f.sum[sum];

	to->amount = from->amount;
	to->is_signed = from->is_signed;
	to->base = from->base;
	for (size_t d = 0; d <= HIDE_TOTAL && from->hidden; d++) {
		to->count[d] = y->count[sum][d];
		if (!from->part.source->clients)
			continue;
		to->people[d] = y->people[sum][d];
		if (d < t->ways && t->way[d].place)
			to->once[d] = y->once[sum][d];
	}
}

/* How many columns of a year are past. */
static size_t over_of(const struct figure_table *t, int64_t year)
{
	if (t->ask->i->live || year > t->this_year)
		return 0;
	return year < t->this_year ? t->cols.n : (size_t)t->this_month;
}

static void make_family(struct figure_table *t, int64_t y)
{
	struct hide_family *f = &t->year[y].f;

	f->cols = t->cols;
	f->over = over_of(t, t->first_year + y);
	f->below = t->ask->below;
	f->dims = t->ways;
	for (size_t w = 0; w < t->ways; w++)
		f->rows[w] = t->way[w].rows;
	f->sums = t->links->sums;
	for (size_t s = 0; s < f->sums; s++)
		add_sum(t, &t->year[y], s);
	add_forms(t, f);
	add_sames(t, f);
	hide_begin(f, t->r->mem);
}

/* ---- names ---- */

/* Of a table in figures.hidden: a sum, and how it is told apart. */
static const char *part_name(struct figure_table *t, size_t sum, size_t d)
{
	const struct figure_part *p = &t->links->sum[sum].part;
	const char *of = t->ask->own_site ? t->sites[0].id : "";

	return arena_printf(t->r->mem, "%s.m%zu%s %s%s", p->source->name,
		p->m + 1, of, d == HIDE_TOTAL ? "in all" : "by ",
		d == HIDE_TOTAL   ? ""
		: t->way[d].place ? "site"
				  : t->way[d].dim);
}

static const char *group_name(const struct figure_table *t, const struct way *w,
	size_t level, size_t i)
{
	if (w->place)
		return level == 0   ? w->key[i]
		       : level == 1 ? t->kinds[i]
				    : t->subs[i];
	return level == 0 ? w->key[i] : "";
}

static const char *level_name(const struct way *w, size_t level)
{
	static const char *const places[] = {
		"site", "site_kind", "subdistrict"};

	return w->place ? places[level] : w->dim;
}

static const char *cell_name(struct figure_table *t, size_t d, size_t l,
	size_t row, size_t k, size_t col)
{
	char period[PERIOD_TEXT];

	/* The year stands beside it. */
	period_text((int64_t)col * grain_months[k], (enum grain)k, period);
	return d == HIDE_TOTAL
		       ? arena_strdup(t->r->mem, period)
		       : arena_printf(t->r->mem, "%s:%s:%s",
				 level_name(&t->way[d], l),
				 group_name(t, &t->way[d], l, row), period);
}

static const char *level_mark(struct figure_table *t, size_t from)
{
	return arena_printf(t->r->mem, "*%zu", from);
}

/* Walks over every cell of a table that has a name. */
typedef void cell_visit(struct figure_table *t, struct hide_signs *s, size_t d,
	size_t l, size_t row, size_t k, size_t col, void *ctx);

static void each_cell(struct figure_table *t, struct hide_signs *s, size_t d,
	cell_visit *visit, void *ctx)
{
	size_t levels =
		d == HIDE_TOTAL || !t->way[d].place ? 1 : hide_row_levels(s);

	for (size_t l = 0; l < levels; l++)
		for (size_t k = 0; k < hide_col_levels(s); k++)
			for (size_t row = 0; row < hide_rows(s, l); row++)
				for (size_t c = 0; c < hide_cols(s, k); c++)
					visit(t, s, d, l, row, k, c, ctx);
}

/* ---- what was hidden before ---- */

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
	const char *parts[HIDE_SUMS * (HIDE_DIMS + 1)];
	struct db_rows *rows;
	struct db_args a;
	size_t n = 0;

	for (size_t s = 0; s < t->links->sums; s++)
		for (size_t d = 0; d <= HIDE_TOTAL; d++)
			if (t->year[0].f.signs[s][d])
				parts[n++] = part_name(t, s, d);
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

static void seed_cell(struct figure_table *t, struct hide_signs *s, size_t d,
	size_t l, size_t row, size_t k, size_t col, void *ctx)
{
	if (json_object_get(ctx, cell_name(t, d, l, row, k, col)))
		hide_seed(s, l, row, k, col);
}

static void seed(
	struct figure_table *t, struct hide_signs *s, size_t d, json_t *names)
{
	if (!json_object_size(names))
		return;
	for (size_t from = 1; from <= t->cols.levels; from++)
		if (json_object_get(names, level_mark(t, from)))
			hide_seed_level(s, from);
	each_cell(t, s, d, seed_cell, names);
}

/* What must stay hidden and was not known. */
struct news {
	json_t *known;
	const char **part, **cell;
	int64_t *year;
	size_t n, room;
	const char *of;
	int64_t in;
	struct arena *mem;
};

static void add_news(struct news *w, const char *cell)
{
	if (json_object_get(w->known, cell))
		return;
	if (w->n == w->room) {
		size_t room = w->room * 2 + 64;
		const char **part = ARENA_ARRAY(w->mem, const char *, room);
		const char **cells = ARENA_ARRAY(w->mem, const char *, room);
		int64_t *year = ARENA_ARRAY(w->mem, int64_t, room);

		for (size_t i = 0; i < w->n; i++) {
			part[i] = w->part[i];
			cells[i] = w->cell[i];
			year[i] = w->year[i];
		}
		w->part = part;
		w->cell = cells;
		w->year = year;
		w->room = room;
	}
	w->part[w->n] = w->of;
	w->year[w->n] = w->in;
	w->cell[w->n++] = cell;
}

/* Of today: what hides others, for as long as the year lasts. */
static void note_cell(struct figure_table *t, struct hide_signs *s, size_t d,
	size_t l, size_t row, size_t k, size_t col, void *ctx)
{
	bool keep = t->ask->i->live
			    ? k >= hide_level(s) &&
				      hide_sign(s, l, row, k, col) == HIDE_ALSO
			    : hide_keeps(s, l, row, k, col);

	if (keep)
		add_news(ctx, cell_name(t, d, l, row, k, col));
}

static void note(
	struct figure_table *t, int64_t y, size_t sum, size_t d, struct news *w)
{
	struct hide_signs *s = t->year[y].f.signs[sum][d];

	w->of = part_name(t, sum, d);
	/* A level is withheld for good only when its year is over: the first
	 * weeks of a year are always too few. */
	if (hide_level(s) && w->in < t->this_year)
		add_news(w, level_mark(t, hide_level(s)));
	each_cell(t, s, d, note_cell, w);
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

/* ---- what is beside, and what is fed ---- */

/* Another figure, told apart the same way if it is; by what happens to be so
 * told apart now: ages were others then. */
static const struct figure_table *other_table(struct figure_table *t,
	const struct way *w, const char *id, bool alone, struct err *e)
{
	const struct indicators *all = indicators_load(t->r->mem);
	struct figure_ask *ask = ARENA_NEW(t->r->mem, struct figure_ask);

	*ask = *t->ask;
	ask->alone = alone;
	ask->i = indicator_find(all, id, e);
	if (!ask->i)
		return NULL;
	ask->by = w->place ? "site" : w->by;
	ask->dim = "all";
	if (ask->by && !indicator_by(ask->i, ask->by, &ask->dim)) {
		ask->by = NULL;
		ask->dim = "all";
	}
	ask->period.grain = GRAIN_YEAR;
	if (t->ask->i->live) {
		ask->period.first = (t->this_year - PERIOD_YEARS + 1) * 12;
		ask->period.last = t->this_year * 12 + 11;
	} else {
		ask->period.first = t->first_year * 12;
		ask->period.last = (t->first_year + t->years) * 12 - 1;
	}
	return figure_table(t->r, ask, e);
}

/* Row `row` of the other, among ours. */
static size_t row_of(const struct way *ours, const struct way *theirs,
	size_t level, size_t row)
{
	return ours->place || level ? row : table_row(ours, theirs->key[row]);
}

/* Whether a row of the other is hidden in a column of ours: of today, in any
 * year there was. */
static bool hidden_there(const struct figure_table *t, int64_t y,
	const struct figure_table *o, size_t d, size_t l, size_t row, size_t k,
	size_t col)
{
	size_t num = o->part[NUM];

	if (o->ask->i->live) /* only what is small itself */
		return hide_sign(o->year[0].f.signs[num][d], l, row, 0, 0) ==
		       HIDE_SMALL;
	if (!t->ask->i->live)
		return hide_sign(o->year[y].f.signs[num][d], l, row, k, col) !=
		       HIDE_NOT;
	for (int64_t i = 0; i < o->years; i++)
		if (hide_sign(o->year[i].f.signs[num][d], l, row,
			    o->cols.levels - 1, 0) != HIDE_NOT)
			return true;
	return false;
}

static void need_rows(struct figure_table *t, int64_t y, size_t sum, size_t d,
	const struct figure_table *o, size_t theirs)
{
	struct hide_signs *s = t->year[y].f.signs[sum][d];
	const struct hide_signs *from =
		o->year[0].f.signs[o->part[NUM]][theirs];
	size_t last = hide_col_levels(s) - 1;
	size_t first = o->ask->i->live ? last : 0;
	/* Days of a month tell when somebody came, those of a year do not. */
	size_t end = t->ask->i->live || o->ask->i->live ? last + 1 : last;

	for (size_t l = 0; from && l < hide_row_levels(from); l++)
		for (size_t row = 0; row < hide_rows(from, l); row++) {
			size_t to = theirs == HIDE_TOTAL
					    ? 0
					    : row_of(&t->way[d], &o->way[0], l,
						      row);

			/* What feeds today is hidden of this year. */
			for (size_t k = first; k < end; k++)
				for (size_t c = 0; c < hide_cols(s, k); c++)
					if (hidden_there(t, y, o, theirs, l,
						    row, k, c))
						hide_need(s, l, to, k, c);
		}
}

/* The figures a head names, of the first sum of its source. */
static bool need_for(struct figure_table *t, size_t sum, const char *head,
	bool feeds, struct err *e)
{
	const char *id;

	for (size_t i = 0; (id = links_word(head, i, t->r->mem)); i++)
		for (size_t w = 0; w < t->ways; w++) {
			const struct figure_table *o;

			if (w && !t->year[0].f.signs[sum][w])
				continue;
			o = other_table(t, &t->way[w], id, feeds, e);
			if (!o)
				return false;
			for (int64_t y = 0; y < t->years && o->site_count;
				y++) {
				if (feeds && t->first_year + y != t->this_year)
					continue;
				need_rows(t, y, sum, HIDE_TOTAL, o, HIDE_TOTAL);
				if (o->ask->by && t->year[y].f.signs[sum][w])
					need_rows(t, y, sum, w, o, 0);
			}
		}
	return true;
}

static bool need_all(struct figure_table *t, struct err *e)
{
	for (size_t s = 0; s < t->links->sums && !t->ask->alone; s++) {
		const struct figure_source *source =
			t->links->sum[s].part.source;
		bool first = is_hidden(t, s);

		for (size_t i = 0; i < s; i++)
			if (t->links->sum[i].part.source == source)
				first = false;
		if (first && !(need_for(t, s, source->beside, false, e) &&
				     need_for(t, s, source->feeds, true, e)))
			return false;
	}
	return true;
}

/* ---- all of it ---- */

static void hide_year(
	struct figure_table *t, int64_t y, json_t *known, struct news *w)
{
	struct hide_family *f = &t->year[y].f;

	for (size_t s = 0; s < f->sums; s++)
		for (size_t d = 0; d <= HIDE_TOTAL; d++)
			if (f->signs[s][d])
				seed(t, f->signs[s][d], d,
					known_of(known, part_name(t, s, d),
						t->first_year + y));
	for (size_t s = 0; s < f->sums; s++)
		for (size_t d = 0; d <= HIDE_TOTAL; d++) {
			if (!f->signs[s][d])
				continue;
			(void)hide(f, s, d, t->r->mem);
			w->in = t->first_year + y;
			w->known = known_of(known, part_name(t, s, d), w->in);
			note(t, y, s, d, w);
		}
}

bool table_hide(struct figure_table *t, struct err *e)
{
	struct news w = {.mem = t->r->mem};
	json_t *known;

	for (int64_t y = 0; y < t->years; y++)
		make_family(t, y);
	known = read_hidden(t, e);
	if (!known || !need_all(t, e))
		return false;
	for (int64_t y = 0; y < t->years; y++)
		hide_year(t, y, known, &w);
	return write_hidden(t, &w, e);
}
