/*
 * table.c - see table.h.
 */
#include "server/figures/table.h"

#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

#define PARTS 3 /* what is counted, of what, and what guards it */
enum { NUM, DEN, GUARD };

struct year {
	int64_t *sum[PARTS]; /* rows × columns; NULL: no such part */
	struct hide_table hide[PARTS];
	struct hide_signs *signs[PARTS]; /* NULL: not hidden by it */
	int64_t *people[PARTS]; /* by row; NULL: what is counted are people */
	int64_t people_all[PARTS];
};

struct figure_table {
	struct req *r;
	const struct figure_ask *ask;
	struct figure_site *sites;
	size_t site_count;
	struct hide_axis rows, cols;
	const char **key;  /* of rows, at the level asked for */
	const char **base; /* of the rows themselves */
	size_t row_level, keys;
	const char **kinds, **subs; /* names of the groups of sites */
	int64_t first_year, years;
	int64_t this_year;
	struct year *year;
	struct figure_part part[PARTS];
	const char *name[PARTS][2]; /* in figures.hidden: of rows, of totals */
};

/* ---- axes ---- */

static size_t place_of(const char **list, size_t *n, const char *what)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(list[i], what) == 0)
			return i;
	list[*n] = what;
	return (*n)++;
}

static void columns(struct figure_table *t)
{
	static const size_t quarter[12] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
	static const size_t whole[12] = {0};

	t->cols.n = 12;
	t->cols.levels = 3;
	t->cols.level[1].groups = 4;
	t->cols.level[1].of = quarter;
	t->cols.level[2].groups = 1;
	t->cols.level[2].of = whole;
	if (t->ask->i->live) {
		t->cols.n = 1;
		t->cols.levels = 1;
	}
}

static const char *text_or(const char *s)
{
	return s ? s : "";
}

static void read_sites(struct figure_table *t, const struct db_rows *rows)
{
	struct arena *mem = t->r->mem;

	t->site_count = (size_t)db_count(rows);
	t->sites = ARENA_ARRAY(mem, struct figure_site, t->site_count + 1);
	for (size_t i = 0; i < t->site_count; i++) {
		struct uuid id = db_get_uuid(rows, (int)i, "id");
		char text[UUID_TEXT];

		t->sites[i].id = arena_strdup(mem, uuid_format(&id, text));
		t->sites[i].name = text_or(db_get_text(rows, (int)i, "name"));
		t->sites[i].name_en =
			text_or(db_get_text(rows, (int)i, "name_en"));
		t->sites[i].kind = text_or(db_get_text(rows, (int)i, "kind"));
		t->sites[i].subdistrict =
			text_or(db_get_text(rows, (int)i, "subdistrict"));
	}
}

/* Rows are sites, in groups by kind and by subdistrict. */
static void site_rows(struct figure_table *t)
{
	struct arena *mem = t->r->mem;
	size_t n = t->site_count, *kind = ARENA_ARRAY(mem, size_t, n + 1);
	size_t *sub = ARENA_ARRAY(mem, size_t, n + 1);

	t->kinds = ARENA_ARRAY(mem, const char *, n + 1);
	t->subs = ARENA_ARRAY(mem, const char *, n + 1);
	t->base = ARENA_ARRAY(mem, const char *, n + 1);
	t->rows.n = n;
	t->rows.levels = 3;
	for (size_t i = 0; i < n; i++) {
		t->base[i] = t->sites[i].id;
		kind[i] = place_of(
			t->kinds, &t->rows.level[1].groups, t->sites[i].kind);
		sub[i] = place_of(t->subs, &t->rows.level[2].groups,
			t->sites[i].subdistrict);
	}
	t->rows.level[1].of = kind;
	t->rows.level[2].of = sub;
	t->key = t->base;
	t->keys = n;
	if (strcmp(t->ask->by, "site_kind") == 0) {
		t->row_level = 1;
		t->key = t->kinds;
		t->keys = t->rows.level[1].groups;
	} else if (strcmp(t->ask->by, "subdistrict") == 0) {
		t->row_level = 2;
		t->key = t->subs;
		t->keys = t->rows.level[2].groups;
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Rows are the values that occur. */
static void value_rows(
	struct figure_table *t, struct db_rows *const *cells, size_t parts)
{
	size_t room = 1;

	for (size_t p = 0; p < parts; p++)
		room += (size_t)db_count(cells[p]);
	t->base = ARENA_ARRAY(t->r->mem, const char *, room);
	t->rows.levels = 1;
	for (size_t p = 0; p < parts; p++)
		for (int i = 0; i < db_count(cells[p]); i++)
			place_of(t->base, &t->rows.n,
				db_get_text(cells[p], i, "value"));
	if (t->rows.n)
		qsort(t->base, t->rows.n, sizeof(*t->base), by_text);
	t->key = t->base;
	t->keys = t->ask->by ? t->rows.n : 0;
}

/* ---- sums ---- */

static bool is_place(const struct figure_ask *a)
{
	return a->by && strcmp(a->dim, "all") == 0;
}

static size_t row_of(const struct figure_table *t, const char *key)
{
	size_t lo = 0, hi = t->rows.n; /* both kinds of rows are in order */

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = strcmp(key, t->base[mid]);

		if (order == 0)
			return mid;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	die("a cell of a row there is not");
}

static void add_cells(
	struct figure_table *t, size_t part, const struct db_rows *rows)
{
	static const char *const sums[FIGURE_SUMS] = {
		"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"};
	size_t wide = t->cols.n;

	for (int i = 0; i < db_count(rows); i++) {
		struct uuid site = db_get_uuid(rows, i, "site");
		int64_t month = db_get_int(rows, i, "month");
		char id[UUID_TEXT];
		size_t row = row_of(t, is_place(t->ask)
					       ? uuid_format(&site, id)
					       : db_get_text(rows, i, "value"));
		struct year *y =
			&t->year[t->ask->i->live ? 0
						 : month / 12 - t->first_year];

		y->sum[part][row * wide + (size_t)(month % 12)] +=
			db_get_int(rows, i, sums[t->part[part].m]);
	}
}

static void make_years(struct figure_table *t)
{
	size_t n = t->rows.n * t->cols.n + 1;

	t->year = ARENA_ARRAY(t->r->mem, struct year, t->years);
	for (int64_t y = 0; y < t->years; y++)
		for (size_t p = 0; p < PARTS; p++)
			if (t->part[p].source)
				t->year[y].sum[p] =
					ARENA_ARRAY(t->r->mem, int64_t, n);
}

static bool read_cells(
	struct figure_table *t, struct db_rows **cells, struct err *e)
{
	struct db_rows *rows[PARTS + 1];
	struct db_args none, a;
	size_t n = 0;

	db_args_init(&none, t->r->mem);
	db_queue(t->r->db, Q_FIGURE_SITES, &none);
	for (size_t p = 0; p < PARTS; p++) {
		if (!t->part[p].source)
			continue;
		db_args_init(&a, t->r->mem);
		db_text(&a, t->part[p].source->name);
		db_text(&a, t->ask->dim);
		if (!t->ask->i->live) {
			db_int(&a, t->first_year * 12);
			db_int(&a, (t->first_year + t->years) * 12 - 1);
		}
		db_queue(t->r->db,
			t->ask->i->live ? Q_FIGURE_NOW : Q_FIGURE_CELLS, &a);
		n++;
	}
	if (!db_flush(t->r->db, t->r->mem, rows, n + 1, e))
		return false;
	read_sites(t, rows[0]);
	for (size_t i = 0; i < n; i++)
		cells[i] = rows[i + 1];
	return true;
}

/* ---- hiding ---- */

static const char *level_name(const struct figure_table *t, size_t level)
{
	static const char *const places[] = {
		"site", "site_kind", "subdistrict"};

	return is_place(t->ask) ? places[level] : t->ask->by ? t->ask->by : "";
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
static bool judged_by(const struct figure_table *t, size_t part)
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

		if (!judged_by(t, p))
			continue;
		what = arena_printf(t->r->mem, "%s.m%zu%s",
			t->part[p].source->name, t->part[p].m + 1, of);
		if (rate && p == NUM)
			what = arena_printf(t->r->mem, "%s of m%zu", what,
				t->part[DEN].m + 1);
		t->name[p][0] = arena_printf(t->r->mem, "%s by %s", what,
			is_place(t->ask) ? "site" : level_name(t, 0));
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

static bool hide_all(struct figure_table *t, struct err *e)
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
			if (judged_by(t, order[k]) &&
				!hide_part(t, y, order[k], known, &w, e))
				return false;
	return write_hidden(t, &w, e);
}

/* ---- how many clients ---- */

static void add_clients(struct figure_table *t, size_t part, bool all,
	const struct db_rows *rows)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid site = db_get_uuid(rows, i, "site");
		struct year *y =
			&t->year[db_get_int(rows, i, "year") - t->first_year];
		char id[UUID_TEXT];
		int64_t n = db_get_int(rows, i, "n");

		if (all)
			y->people_all[part] += n;
		else
			y->people[part][row_of(t,
				is_place(t->ask)
					? uuid_format(&site, id)
					: db_get_text(rows, i, "value"))] += n;
	}
}

static bool read_clients_of(
	struct figure_table *t, size_t part, bool all, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, t->r->mem);
	db_text(&a, t->part[part].source->name);
	db_text(&a, all ? "all" : t->ask->dim);
	db_int(&a, t->first_year);
	db_int(&a, t->first_year + t->years - 1);
	if (!db_run(t->r->db, Q_FIGURE_CLIENTS, &a, &rows, e))
		return false;
	add_clients(t, part, all, rows);
	return true;
}

static bool read_clients(struct figure_table *t, struct err *e)
{
	for (size_t p = 0; p < PARTS; p++) {
		if (!judged_by(t, p) || !t->part[p].source->clients)
			continue;
		for (int64_t y = 0; y < t->years; y++)
			t->year[y].people[p] =
				ARENA_ARRAY(t->r->mem, int64_t, t->rows.n + 1);
		if (!read_clients_of(t, p, true, e) ||
			!read_clients_of(t, p, false, e))
			return false;
	}
	return true;
}

/* ---- the table ---- */

struct figure_table *figure_table(
	struct req *r, const struct figure_ask *ask, struct err *e)
{
	struct figure_table *t = ARENA_NEW(r->mem, struct figure_table);
	struct db_rows *cells[PARTS] = {NULL};
	size_t parts = 0;

	t->r = r;
	t->ask = ask;
	t->part[NUM] = ask->i->num;
	t->part[DEN] = ask->i->den;
	t->part[GUARD] = ask->i->guard;
	t->this_year = time_day_cn(host_now_ms()).year;
	t->first_year = ask->i->live ? t->this_year : ask->period.first / 12;
	t->years = ask->i->live ? 1 : ask->period.last / 12 - t->first_year + 1;
	columns(t);
	if (!read_cells(t, cells, e))
		return NULL;
	for (size_t p = 0; p < PARTS; p++)
		parts += t->part[p].source != NULL;
	if (is_place(ask))
		site_rows(t);
	else
		value_rows(t, cells, parts);
	make_years(t);
	for (size_t p = 0, at = 0; p < PARTS; p++)
		if (t->part[p].source)
			add_cells(t, p, cells[at++]);
	if (ask->below && t->site_count && t->rows.n &&
		!(read_clients(t, e) && hide_all(t, e)))
		return NULL;
	return t;
}

size_t figure_rows(const struct figure_table *t)
{
	return t->keys;
}

const char *figure_key(const struct figure_table *t, size_t i)
{
	return t->key[i];
}

const struct figure_site *figure_site(const struct figure_table *t, size_t i)
{
	return is_place(t->ask) && t->row_level == 0 ? &t->sites[i] : NULL;
}

static int64_t sum_of(const struct figure_table *t, const struct year *y,
	size_t part, size_t row, size_t k, size_t col)
{
	struct hide_table h = {.rows = t->rows, .cols = t->cols};

	return y->sum[part] ? hide_count(&h, y->sum[part],
				      row == FIGURE_TOTAL ? HIDE_TOTAL
							  : t->row_level,
				      row == FIGURE_TOTAL ? 0 : row, k, col)
			    : 0;
}

static enum hide_sign sign_of(const struct figure_table *t,
	const struct year *y, size_t part, size_t row, size_t k, size_t col)
{
	return y->signs[part] ? hide_sign(y->signs[part],
					row == FIGURE_TOTAL ? HIDE_TOTAL
							    : t->row_level,
					row == FIGURE_TOTAL ? 0 : row, k, col)
			      : HIDE_NOT;
}

void figure_cell(const struct figure_table *t, size_t row, int64_t month,
	struct figure_cell *out)
{
	bool live = t->ask->i->live;
	size_t k = live ? 0 : (size_t)t->ask->period.grain;
	size_t col = live ? 0 : (size_t)(month % 12) / (size_t)grain_months[k];
	const struct year *y = &t->year[live ? 0 : month / 12 - t->first_year];

	memset(out, 0, sizeof(*out));
	for (size_t p = 0; p < PARTS; p++) {
		enum hide_sign s = sign_of(t, y, p, row, k, col);

		if (s == HIDE_SMALL || (s && out->sign == HIDE_NOT))
			out->sign = s;
	}
	out->num = sum_of(t, y, NUM, row, k, col);
	out->den = sum_of(t, y, DEN, row, k, col);
	if (out->den == 0 && t->ask->i->type == FIGURE_RATE && y->signs[DEN] &&
		sign_of(t, y, DEN, row, k, col) == HIDE_NOT)
		out->sign = HIDE_NOT; /* none of none, as everybody sees */
	out->has_den =
		y->sum[DEN] &&
		(y->signs[DEN] ? sign_of(t, y, DEN, row, k, col) == HIDE_NOT
			       : out->sign == HIDE_NOT);
}
