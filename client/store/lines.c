/*
 * lines.c - see lines.h.
 *
 * What changed is found by comparing marks: of each unit the digest of what is
 * held and the entries of the outbox in it. That costs a few milliseconds for
 * thousands of units, where folding reads and opens every record.
 */
#include "client/store/lines.h"

#include "proto/summary.h"

#include <stdlib.h>
#include <string.h>

/* A unit, and what its part of a line is made of. */
struct mark {
	struct uuid unit;
	struct sha256 is;
};

struct line {
	struct uuid case_id;
	json_t *json; /* of `all` */
	const struct uuid *units;
	size_t n;
};

struct lines {
	struct arena *mem; /* of the last refresh */
	json_t *all;
	struct line *line; /* in order of case id */
	size_t n;
	struct mark *marks; /* in order of unit */
	size_t mark_count;
	int64_t day;
};

struct lines *lines_new(void)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		die("out of memory (lines)");
	l->mem = arena_new();
	l->all = json_array();
	return l;
}

static void drop(struct lines *l)
{
	json_decref(l->all);
	arena_free(l->mem);
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	drop(l);
	free(l);
}

const json_t *lines_all(const struct lines *l)
{
	return l->all;
}

/* ---- marks ---- */

static int by_unit(const void *a, const void *b)
{
	const struct work *const *x = a, *const *y = b;
	int order = uuid_cmp(&(*x)->unit, &(*y)->unit);

	return order ? order
		     : ((*x)->seq > (*y)->seq) - ((*x)->seq < (*y)->seq);
}

static const struct work **work_by_unit(
	const struct store *s, struct arena *mem, size_t *n)
{
	const struct work **list;

	*n = store_work_count(s);
	list = ARENA_ARRAY(mem, const struct work *, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = store_work_at(s, i);
	if (*n)
		qsort(list, *n, sizeof(const struct work *), by_unit);
	return list;
}

/* Of a unit, held or only in the outbox, and its entries list[*at …]. */
static struct mark mark_of(const struct uuid *id, const struct unit *held,
	const struct work **list, size_t n, size_t *at)
{
	struct mark m = {.unit = *id};
	struct sha256_run *run = sha256_begin();

	if (held)
		sha256_add(run, &held->digest, sizeof(held->digest));
	for (; *at < n && uuid_cmp(&list[*at]->unit, id) == 0; ++*at) {
		const struct work *w = list[*at];

		sha256_add(run, &w->seq, sizeof(w->seq));
		sha256_add(run, &w->rev, sizeof(w->rev));
	}
	m.is = sha256_end(run);
	return m;
}

static struct mark *marks_of(
	const struct store *s, struct arena *mem, size_t *n)
{
	size_t works, units = store_unit_count(s), at = 0, u = 0;
	const struct work **list = work_by_unit(s, mem, &works);
	struct mark *out = ARENA_ARRAY(mem, struct mark, units + works + 1);

	*n = 0;
	while (u < units || at < works) {
		const struct unit *held =
			u < units ? store_unit_at(s, u) : NULL;

		if (held && (at == works || uuid_cmp(&held->id,
						    &list[at]->unit) <= 0)) {
			out[(*n)++] =
				mark_of(&held->id, held, list, works, &at);
			u++;
		} else {
			struct uuid id = list[at]->unit;

			out[(*n)++] = mark_of(&id, NULL, list, works, &at);
		}
	}
	return out;
}

/* Units that came, went, or are another. */
static struct uuid *changed(const struct lines *l, const struct mark *now,
	size_t n, struct arena *mem, size_t *count)
{
	struct uuid *out = ARENA_ARRAY(mem, struct uuid, l->mark_count + n + 1);
	size_t a = 0, b = 0;

	*count = 0;
	while (a < l->mark_count || b < n) {
		int order = a == l->mark_count ? 1
			    : b == n
				    ? -1
				    : uuid_cmp(&l->marks[a].unit, &now[b].unit);

		if (order < 0)
			out[(*count)++] = l->marks[a++].unit;
		else if (order > 0)
			out[(*count)++] = now[b++].unit;
		else {
			if (!sha256_equal(&l->marks[a].is, &now[b].is))
				out[(*count)++] = now[b].unit;
			a++;
			b++;
		}
	}
	return out;
}

/* ---- which lines ---- */

static int by_id(const void *a, const void *b)
{
	return uuid_cmp(a, b);
}

static bool has(const struct uuid *list, size_t n, const struct uuid *id)
{
	return n && bsearch(id, list, n, sizeof(*list), by_id);
}

/* The cases a changed unit is or is about: a letter that is new stands in no
 * line yet. */
static struct uuid *cases_of(struct view *v, const struct uuid *units,
	size_t count, struct arena *mem, size_t *n)
{
	struct uuid *out = ARENA_ARRAY(mem, struct uuid, 2 * count + 1);

	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct seen one;
		struct err ignored;

		out[(*n)++] = units[i];
		if (view_record(v, &units[i], mem, &one, &ignored) &&
			!uuid_is_nil(&one.r.case_id))
			out[(*n)++] = one.r.case_id;
	}
	if (*n)
		qsort(out, *n, sizeof(*out), by_id);
	return out;
}

static bool is_good(const struct line *x, const struct uuid *units,
	size_t count, const struct uuid *cases, size_t n)
{
	if (has(cases, n, &x->case_id))
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (has(units, count, &x->units[i]))
			return false;
	return true;
}

static const struct line *find(const struct lines *l, const struct uuid *id)
{
	/* case_id comes first in a line. */
	return l->n ? bsearch(id, l->line, l->n, sizeof(*l->line), by_id)
		    : NULL;
}

/* ---- folding ---- */

struct folding {
	struct view *v;
	struct buf *units;
	struct summary_run *run;
};

static void add_unit(struct folding *f, const struct uuid *id)
{
	if (f->units)
		buf_add(f->units, id, sizeof(*id));
}

/* Also who is named and not here: they may come. */
static void add_named(struct folding *f, const struct seen *one,
	const char *type, const char *field)
{
	const char *text = strcmp(one->type, type) == 0
				   ? json_str(one->body, field)
				   : NULL;
	struct uuid id;

	if (text && uuid_parse(text, &id))
		add_unit(f, &id);
}

static void add_to_line(void *ctx, const struct seen *one)
{
	struct folding *f = ctx;

	summary_add(f->run, &one->r, one->body);
	add_unit(f, &one->unit);
	add_named(f, one, "case", "person");
	add_named(f, one, "person", "merged_into");
}

static int64_t waiting_in(const struct store *s, const struct uuid *unit)
{
	int64_t n = 0;

	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);

		n += work_waits(w) && uuid_cmp(&w->unit, unit) == 0;
	}
	return n;
}

bool line_fold(struct view *v, const struct uuid *case_id, struct buf *units,
	json_t **out, struct err *e)
{
	struct arena *mem = arena_new();
	struct folding f = {v, units,
		summary_begin(store_catalogue(view_store(v)), view_calendar(v),
			case_id, mem)};
	bool ok = view_case(v, case_id, mem, add_to_line, &f, e);

	if (ok) {
		*out = json_deep_copy(summary_end(f.run));
		json_object_set_new(*out, "waiting",
			json_integer(waiting_in(view_store(v), case_id)));
	}
	arena_free(mem);
	return ok;
}

static bool fold(struct lines *l, struct view *v, const struct uuid *id,
	struct line *out, struct err *e)
{
	struct buf units;
	bool ok;

	buf_init(&units, (size_t)1 << 28);
	ok = line_fold(v, id, &units, &out->json, e);
	out->n = units.n / sizeof(struct uuid);
	out->units = ok ? (const struct uuid *)(const void *)arena_strndup(
				  l->mem, units.p ? units.p : "", units.n)
			: NULL;
	buf_free(&units);
	return ok;
}

static void keep(struct lines *l, const struct line *old, struct line *out)
{
	struct uuid *units = ARENA_ARRAY(l->mem, struct uuid, old->n + 1);

	if (old->n)
		memcpy(units, old->units, old->n * sizeof(*units));
	out->units = units;
	out->n = old->n;
	out->json = json_incref(old->json);
}

/* What has changed since `old`, as far as lines go. */
struct news {
	const struct lines *old;
	bool all; /* what every line rests on */
	struct uuid *units;
	size_t count;
	struct uuid *cases;
	size_t n;
};

static struct news news_of(const struct lines *old, const struct lines *l,
	struct view *v, struct arena *mem)
{
	static const struct uuid directory;
	struct news w = {.old = old};

	w.units = changed(old, l->marks, l->mark_count, mem, &w.count);
	w.cases = cases_of(v, w.units, w.count, mem, &w.n);
	w.all = old->day != l->day || has(w.units, w.count, &directory);
	return w;
}

static bool fill(struct lines *l, struct view *v, const struct news *w,
	size_t *folded, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_cases(v, l->mem, &n);

	l->line = ARENA_ARRAY(l->mem, struct line, n + 1);
	*folded = 0;
	for (size_t i = 0; i < n; i++) {
		const struct line *old = w->all ? NULL : find(w->old, &ids[i]);
		struct line *x = &l->line[i];

		x->case_id = ids[i];
		if (old && is_good(old, w->units, w->count, w->cases, w->n))
			keep(l, old, x);
		else if (fold(l, v, &ids[i], x, e))
			++*folded;
		else
			return false;
		json_array_append_new(l->all, x->json);
		l->n++;
	}
	return true;
}

bool lines_refresh(struct lines *l, struct view *v, const struct date *today,
	size_t *folded, struct err *e)
{
	struct lines fresh = {.mem = arena_new(),
		.all = json_array(),
		.day = date_to_days(today)};
	struct arena *mem = arena_new();
	struct news w;
	size_t count;
	bool ok;

	fresh.marks = marks_of(view_store(v), fresh.mem, &fresh.mark_count);
	w = news_of(l, &fresh, v, mem);
	ok = (!w.count && !w.all) || fill(&fresh, v, &w, &count, e);
	arena_free(mem);
	if (!w.count && !w.all) {
		drop(&fresh);
		count = 0;
	} else {
		drop(l);
		*l = fresh;
	}
	if (!ok) {
		drop(l);
		*l = (struct lines){.mem = arena_new(), .all = json_array()};
	}
	if (folded)
		*folded = ok ? count : 0;
	return ok;
}
