/*
 * table.c - see table.h.
 */
#include "server/figures/table_in.h"

#include "proto/base/host.h"

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

bool table_is_place(const struct figure_ask *a)
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
		size_t row = row_of(t, table_is_place(t->ask)
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
				table_is_place(t->ask)
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
		if (!table_judged_by(t, p) || !t->part[p].source->clients)
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
	if (table_is_place(ask))
		site_rows(t);
	else
		value_rows(t, cells, parts);
	make_years(t);
	for (size_t p = 0, at = 0; p < PARTS; p++)
		if (t->part[p].source)
			add_cells(t, p, cells[at++]);
	if (ask->below && t->site_count && t->rows.n &&
		!(read_clients(t, e) && table_hide(t, e)))
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
	return table_is_place(t->ask) && t->row_level == 0 ? &t->sites[i]
							   : NULL;
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
