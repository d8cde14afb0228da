/*
 * table.c - see table.h.
 */
#include "server/figures/table_in.h"

#include "proto/base/host.h"
#include "proto/types.h"

#include <stdlib.h>
#include <string.h>

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
static void site_rows(struct figure_table *t, struct way *w)
{
	struct arena *mem = t->r->mem;
	size_t n = t->site_count, *kind = ARENA_ARRAY(mem, size_t, n + 1);
	size_t *sub = ARENA_ARRAY(mem, size_t, n + 1);

	t->kinds = ARENA_ARRAY(mem, const char *, n + 1);
	t->subs = ARENA_ARRAY(mem, const char *, n + 1);
	w->key = ARENA_ARRAY(mem, const char *, n + 1);
	w->rows.n = n;
	w->rows.levels = 3;
	for (size_t i = 0; i < n; i++) {
		w->key[i] = t->sites[i].id;
		kind[i] = place_of(
			t->kinds, &w->rows.level[1].groups, t->sites[i].kind);
		sub[i] = place_of(t->subs, &w->rows.level[2].groups,
			t->sites[i].subdistrict);
	}
	w->rows.level[1].of = kind;
	w->rows.level[2].of = sub;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- what is read ---- */

/* A source told apart in one way, and of how many people it is. */
struct reading {
	const struct figure_source *source;
	const char *dim;
	struct db_rows *cells, *people; /* people: NULL, not looked at */
};

#define READINGS 32

struct readings {
	size_t n;
	struct reading list[READINGS];
};

static struct reading *reading_of(struct readings *all,
	const struct figure_source *source, const char *dim, bool add)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].source == source &&
			strcmp(all->list[i].dim, dim) == 0)
			return &all->list[i];
	if (!add)
		return NULL;
	if (all->n == READINGS)
		die("a figure reads too much");
	all->list[all->n] = (struct reading){source, dim, NULL, NULL};
	return &all->list[all->n++];
}

static void add_way(struct figure_table *t, const char *by, const char *dim)
{
	for (size_t i = 0; i < t->ways; i++)
		if (strcmp(t->way[i].dim, dim) == 0)
			return;
	if (t->ways == HIDE_DIMS)
		die("a figure is tied in too many ways");
	t->way[t->ways].by = by;
	t->way[t->ways].place = strcmp(dim, "all") == 0;
	t->way[t->ways++].dim = dim;
}

static bool in_way(const struct figure_table *t, size_t sum, size_t w)
{
	const struct links *l = t->links;

	if (w == 0)
		return links_has(l, t->ask->i, sum, t->way[0].dim);
	for (size_t i = 0; i < l->sames; i++)
		if (l->same[i].sum == sum &&
			strcmp(l->same[i].dim, t->way[w].dim) == 0)
			return true;
	return false;
}

/* Which ways of telling apart are needed, and what is read for them. */
static void plan(struct figure_table *t, struct readings *all)
{
	const struct links *l = t->links;

	add_way(t, t->ask->by, t->ask->dim);
	for (size_t i = 0; i < l->sames; i++)
		if (l->same[i].total != HIDE_SUMS)
			add_way(t, l->same[i].dim, l->same[i].dim);
	for (size_t s = 0; s < l->sums; s++) {
		const struct figure_source *source = l->sum[s].part.source;
		bool any = false;

		for (size_t w = 0; w < t->ways; w++)
			if (in_way(t, s, w)) {
				reading_of(all, source, t->way[w].dim, true);
				any = true;
			}
		if (!any || (l->sum[s].hidden && source->clients))
			reading_of(all, source, "all", true);
	}
}

static void queue_reading(struct figure_table *t, const struct reading *d)
{
	bool live = t->ask->i->live;
	struct db_args a;

	db_args_init(&a, t->r->mem);
	db_text(&a, d->source->name);
	db_text(&a, d->dim);
	if (!live) {
		db_int(&a, t->first_year * 12);
		db_int(&a, (t->first_year + t->years) * 12 - 1);
	}
	db_queue(t->r->db, live ? Q_FIGURE_NOW : Q_FIGURE_CELLS, &a);
	if (!t->ask->below || !d->source->clients)
		return;
	db_args_init(&a, t->r->mem);
	db_text(&a, d->source->name);
	db_text(&a, d->dim);
	db_int(&a, t->first_year);
	db_int(&a, t->first_year + t->years - 1);
	db_queue(t->r->db, Q_FIGURE_CLIENTS, &a);
}

static bool read_all(
	struct figure_table *t, struct readings *all, struct err *e)
{
	struct db_rows *rows[2 * READINGS + 1];
	struct db_args none;
	size_t n = 1, at = 1;

	db_args_init(&none, t->r->mem);
	db_queue(t->r->db, Q_FIGURE_SITES, &none);
	for (size_t i = 0; i < all->n; i++) {
		queue_reading(t, &all->list[i]);
		n += t->ask->below && all->list[i].source->clients ? 2 : 1;
	}
	if (!db_flush(t->r->db, t->r->mem, rows, n, e))
		return false;
	read_sites(t, rows[0]);
	for (size_t i = 0; i < all->n; i++) {
		all->list[i].cells = rows[at++];
		if (t->ask->below && all->list[i].source->clients)
			all->list[i].people = rows[at++];
	}
	return true;
}

/* ---- rows ---- */

/* Every code there is: which of them occur is nobody's business either. */
static void code_rows(struct figure_table *t, struct way *w,
	const struct reading *d, size_t *room, bool count)
{
	const char *name = indicator_codes(d->source, w->by, w->dim, t->r->mem);
	const struct code_list *list =
		t->ask->below && name ? catalogue_codes(t->r->catalogue, name)
				      : NULL;

	for (size_t i = 0; list && i < json_array_size(list->items); i++)
		if (count)
			++*room;
		else
			place_of(w->key, &w->rows.n,
				json_str(json_array_get(list->items, i),
					"code"));
}

/* Rows are the values there are. */
static void value_rows(
	struct figure_table *t, struct way *w, const struct readings *all)
{
	size_t room = 1;

	for (int count = 1; count >= 0; count--) {
		if (!count)
			w->key = ARENA_ARRAY(t->r->mem, const char *, room);
		for (size_t i = 0; i < all->n; i++) {
			const struct reading *d = &all->list[i];

			if (strcmp(d->dim, w->dim) != 0)
				continue;
			code_rows(t, w, d, &room, count);
			room += count ? (size_t)db_count(d->cells) : 0;
			for (int k = 0; !count && k < db_count(d->cells) &&
					w->rows.n <= LIMIT_FIGURE_GROUPS;
				k++)
				place_of(w->key, &w->rows.n,
					db_get_text(d->cells, k, "value"));
		}
	}
	w->rows.levels = 1;
	if (w->rows.n)
		qsort(w->key, w->rows.n, sizeof(*w->key), by_text);
}

static void rows_asked(struct figure_table *t)
{
	const struct way *w = &t->way[0];

	t->key = w->key;
	t->keys = t->ask->by ? w->rows.n : 0;
	if (!t->ask->by || !w->place)
		return;
	if (strcmp(t->ask->by, "site_kind") == 0) {
		t->row_level = 1;
		t->key = t->kinds;
	} else if (strcmp(t->ask->by, "subdistrict") == 0) {
		t->row_level = 2;
		t->key = t->subs;
	}
	if (t->row_level)
		t->keys = w->rows.level[t->row_level].groups;
}

size_t table_row(const struct way *w, const char *key)
{
	size_t lo = 0, hi = w->rows.n; /* both kinds of rows are in order */

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = strcmp(key, w->key[mid]);

		if (order == 0)
			return mid;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return SIZE_MAX;
}

/* ---- sums ---- */

static size_t row_at(const struct way *w, const struct db_rows *rows, int i)
{
	struct uuid site = db_get_uuid(rows, i, "site");
	char id[UUID_TEXT];

	return table_row(w, w->place ? uuid_format(&site, id)
				     : db_get_text(rows, i, "value"));
}

static const char *column_of(size_t m)
{
	static const char *const sums[FIGURE_SUMS] = {
		"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"};

	return sums[m];
}

/* One sum; w NULL: in all. */
static bool add_cells(struct figure_table *t, size_t sum, size_t d,
	const struct way *w, const struct db_rows *rows)
{
	const char *name = column_of(t->links->sum[sum].part.m);
	size_t wide = t->cols.n;

	for (int i = 0; i < db_count(rows); i++) {
		int64_t month = db_get_int(rows, i, "month");
		size_t row = w ? row_at(w, rows, i) : 0;
		struct year *y =
			&t->year[t->ask->i->live ? 0
						 : month / 12 - t->first_year];

		if (row == SIZE_MAX)
			return false;
		y->count[sum][d][row * wide + (size_t)(month % 12) % wide] +=
			db_get_int(rows, i, name);
	}
	return true;
}

/* Nobody twice: at a site everybody it has, of all sites those who stand with
 * each first. */
static bool add_people(struct figure_table *t, size_t sum, size_t d,
	const struct way *w, const struct db_rows *rows)
{
	static const char *const names[2][FIGURE_SUMS] = {
		{"n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"},
		{"o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8"}
        };
	size_t m = t->links->sum[sum].part.m;

	for (int i = 0; i < db_count(rows); i++) {
		struct year *y =
			&t->year[db_get_int(rows, i, "year") - t->first_year];
		size_t row = w ? row_at(w, rows, i) : 0;
		int64_t once = db_get_int(rows, i, names[1][m]);
		int64_t n = db_get_int(rows, i, names[0][m]);

		if (row == SIZE_MAX)
			return false;
		y->once[sum][d][row] += once;
		/* At least as many as at any site. */
		if (n > y->people[sum][d][row])
			y->people[sum][d][row] = n;
		if (y->once[sum][d][row] > y->people[sum][d][row])
			y->people[sum][d][row] = y->once[sum][d][row];
	}
	return true;
}

/* One sum told apart in one way, or in all. */
static bool add_table(struct figure_table *t, struct readings *all, size_t sum,
	size_t d, const struct reading *read)
{
	const struct way *w = d == HIDE_TOTAL ? NULL : &t->way[d];
	size_t n = (w ? w->rows.n : 1) + 1;
	const struct reading *people =
		w ? read : reading_of(all, read->source, "all", false);

	for (int64_t y = 0; y < t->years; y++) {
		t->year[y].count[sum][d] =
			ARENA_ARRAY(t->r->mem, int64_t, n * t->cols.n);
		t->year[y].people[sum][d] = ARENA_ARRAY(t->r->mem, int64_t, n);
		t->year[y].once[sum][d] = ARENA_ARRAY(t->r->mem, int64_t, n);
	}
	return add_cells(t, sum, d, w, read->cells) &&
	       (!people || !people->people ||
		       add_people(t, sum, d, w, people->people));
}

static bool add_sum(struct figure_table *t, struct readings *all, size_t sum)
{
	const struct figure_source *s = t->links->sum[sum].part.source;
	const struct reading *any = NULL;

	for (size_t w = 0; w < t->ways; w++) {
		const struct reading *d =
			reading_of(all, s, t->way[w].dim, false);

		if (!d)
			continue;
		any = d;
		if (in_way(t, sum, w) && !add_table(t, all, sum, w, d))
			return false;
	}
	if (!any)
		any = reading_of(all, s, "all", false);
	return add_table(t, all, sum, HIDE_TOTAL, any);
}

/* ---- levels ---- */

static size_t group_at(const struct hide_axis *a, size_t level, size_t i)
{
	return level == 0 ? i : a->level[level].of[i];
}

static size_t groups_of(const struct hide_axis *a, size_t level)
{
	return level == 0 ? a->n : a->level[level].groups;
}

/* What is answered: rows of the level asked for, and all, at each level of
 * columns. */
static void add_levels(struct figure_table *t, struct year *y, size_t part)
{
	const struct hide_axis *rows = &t->way[0].rows, *cols = &t->cols;
	const int64_t *count = y->count[t->part[part]][0];
	const int64_t *total = y->count[t->part[part]][HIDE_TOTAL];

	for (size_t k = 0; k < cols->levels; k++) {
		size_t wide = groups_of(cols, k);
		int64_t *cell = ARENA_ARRAY(t->r->mem, int64_t,
			groups_of(rows, t->row_level) * wide + 1);
		int64_t *all = ARENA_ARRAY(t->r->mem, int64_t, wide + 1);

		for (size_t c = 0; c < cols->n; c++) {
			size_t h = group_at(cols, k, c);

			all[h] += total[c];
			for (size_t r = 0; count && r < rows->n; r++)
				cell[group_at(rows, t->row_level, r) * wide +
					h] += count[r * cols->n + c];
		}
		y->cell[part][k] = cell;
		y->all[part][k] = all;
	}
}

/* ---- the table ---- */

static void begin(struct figure_table *t)
{
	const struct figure_ask *ask = t->ask;
	struct date today = time_day_cn(host_now_ms());

	t->this_year = today.year;
	t->this_month = today.month - 1;
	t->first_year = ask->i->live ? t->this_year : ask->period.first / 12;
	t->years = ask->i->live ? 1 : ask->period.last / 12 - t->first_year + 1;
	t->year = ARENA_ARRAY(t->r->mem, struct year, t->years);
	t->links = links_of(ask->i, ask->below != 0, t->r->mem);
	t->part[NUM] = links_find(t->links, &ask->i->num);
	t->part[DEN] = ask->i->den.source ? links_find(t->links, &ask->i->den)
					  : HIDE_SUMS;
	columns(t);
}

static bool add_all(struct figure_table *t, struct readings *all, struct err *e)
{
	for (size_t s = 0; s < t->links->sums; s++)
		if (!add_sum(t, all, s))
			return err_set(e, ERR_BUSY,
				"a cell of a row that was not there before");
	for (int64_t y = 0; y < t->years; y++)
		for (size_t p = 0; p < PARTS; p++)
			if (t->part[p] != HIDE_SUMS)
				add_levels(t, &t->year[y], p);
	return true;
}

/* What is hidden is decided by all groups together, which takes its time. */
static bool not_too_many(const struct figure_table *t, struct err *e)
{
	size_t most = t->site_count;

	for (size_t w = 0; w < t->ways; w++)
		most = t->way[w].rows.n > most ? t->way[w].rows.n : most;
	return most <= LIMIT_FIGURE_GROUPS ||
	       err_field(e, ERR_BAD_REQUEST, "by", "≤ %d", LIMIT_FIGURE_GROUPS);
}

struct figure_table *figure_table(
	struct req *r, const struct figure_ask *ask, struct err *e)
{
	struct figure_table *t = ARENA_NEW(r->mem, struct figure_table);
	struct readings *all = ARENA_NEW(r->mem, struct readings);

	t->r = r;
	t->ask = ask;
	begin(t);
	plan(t, all);
	if (!read_all(t, all, e))
		return NULL;
	for (size_t w = 0; w < t->ways; w++)
		if (t->way[w].place)
			site_rows(t, &t->way[w]);
		else
			value_rows(t, &t->way[w], all);
	rows_asked(t);
	if (!not_too_many(t, e))
		return NULL;
	if (!add_all(t, all, e) ||
		(ask->below && t->site_count && !table_hide(t, e)))
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
	return t->ask->by && t->way[0].place && t->row_level == 0 ? &t->sites[i]
								  : NULL;
}

static enum hide_sign sign_of(const struct figure_table *t,
	const struct year *y, size_t part, size_t row, size_t k, size_t col)
{
	size_t s = t->part[part];
	const struct hide_signs *signs =
		s == HIDE_SUMS
			? NULL
			: y->f.signs[s][row == FIGURE_TOTAL ? HIDE_TOTAL : 0];

	if (!signs)
		return HIDE_NOT;
	return row == FIGURE_TOTAL
		       ? hide_sign(signs, 0, 0, k, col)
		       : hide_sign(signs, t->row_level, row, k, col);
}

static int64_t sum_of(const struct figure_table *t, const struct year *y,
	size_t part, size_t row, size_t k, size_t col)
{
	size_t wide = groups_of(&t->cols, k);

	if (t->part[part] == HIDE_SUMS)
		return 0;
	return row == FIGURE_TOTAL ? y->all[part][k][col]
				   : y->cell[part][k][row * wide + col];
}

void figure_cell(const struct figure_table *t, size_t row, int64_t month,
	struct figure_cell *out)
{
	bool live = t->ask->i->live;
	size_t k = live ? 0 : (size_t)t->ask->period.grain;
	size_t col = live ? 0 : (size_t)(month % 12) / (size_t)grain_months[k];
	const struct year *y = &t->year[live ? 0 : month / 12 - t->first_year];
	enum hide_sign num = sign_of(t, y, NUM, row, k, col);
	enum hide_sign den = sign_of(t, y, DEN, row, k, col);

	memset(out, 0, sizeof(*out));
	out->sign = num == HIDE_SMALL || den == HIDE_SMALL ? HIDE_SMALL
		    : num == HIDE_NOT                      ? den
							   : num;
	out->num = sum_of(t, y, NUM, row, k, col);
	out->den = sum_of(t, y, DEN, row, k, col);
	out->has_den = t->part[DEN] != HIDE_SUMS && den == HIDE_NOT;
	if (out->has_den && out->den == 0 && t->ask->i->type == FIGURE_RATE)
		out->sign = HIDE_NOT; /* none of none, as everybody sees */
}
