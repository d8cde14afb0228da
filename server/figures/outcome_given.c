/*
 * outcome_given.c - see outcome_given.h.
 */
#include "server/figures/outcome_given.h"

#include "proto/base/host.h"
#include "server/figures/outcome_hide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIKE 1e-9 /* a number that went through JSON is a hair off */

/* ---- what changes ---- */

/* A pair as it was and as it is; NULL: it was not, or is no more. */
struct change {
	const struct outcome_pair *was, *is;
	bool waits;
};

struct batch {
	struct outcomes *o;
	size_t ruler;
	int64_t below;
	struct change *list;
	size_t n;
};

static int by_ruler_and_id(const void *a, const void *b)
{
	const struct outcome_pair *x = *(const struct outcome_pair *const *)a;
	const struct outcome_pair *y = *(const struct outcome_pair *const *)b;
	int order = (x->ruler > y->ruler) - (x->ruler < y->ruler);

	return order ? order : strcmp(x->id, y->id);
}

static const struct outcome_pair **in_order(
	const struct outcomes *o, const struct outcome_list *l)
{
	const struct outcome_pair **out =
		ARENA_ARRAY(o->mem, const struct outcome_pair *, l->n + 1);

	for (size_t i = 0; i < l->n; i++)
		out[i] = &l->list[i];
	if (l->n)
		qsort(out, l->n, sizeof(struct outcome_pair *),
			by_ruler_and_id);
	return out;
}

static bool is_same(const struct outcome_pair *a, const struct outcome_pair *b)
{
	return a && b && a->site == b->site && a->programme == b->programme &&
	       fabs(a->before - b->before) < ALIKE &&
	       fabs(a->after - b->after) < ALIKE;
}

/* Both lists side by side, in the order of their rulers. */
static struct change *changes_of(struct outcomes *o,
	const struct outcome_list *was, const struct outcome_list *is,
	size_t *n)
{
	const struct outcome_pair **a = in_order(o, was), **b = in_order(o, is);
	struct change *out =
		ARENA_ARRAY(o->mem, struct change, was->n + is->n + 1);

	*n = 0;
	for (size_t i = 0, k = 0; i < was->n || k < is->n; (*n)++) {
		int order = i == was->n  ? 1
			    : k == is->n ? -1
					 : by_ruler_and_id(&a[i], &b[k]);

		out[*n].was = order <= 0 ? a[i++] : NULL;
		out[*n].is = order >= 0 ? b[k++] : NULL;
	}
	return out;
}

static const struct outcome_pair *given(const struct change *c)
{
	return c->waits ? c->was : c->is;
}

static size_t ruler_of(const struct change *c)
{
	const struct outcome_pair *p = c->was ? c->was : c->is;

	return p ? p->ruler : SIZE_MAX; /* one of the two there is */
}

static bool goes(const struct change *c)
{
	return !c->waits && !is_same(c->was, c->is);
}

/* ---- whether it may go ---- */

typedef bool in_set(const struct batch *b, const struct outcome_signs *s,
	const struct outcome_pair *p, enum outcome_by by, size_t group);

static bool in_all(const struct batch *b, const struct outcome_signs *s,
	const struct outcome_pair *p, enum outcome_by by, size_t group)
{
	(void)b, (void)s, (void)p, (void)by, (void)group;
	return true;
}

static bool in_group(const struct batch *b, const struct outcome_signs *s,
	const struct outcome_pair *p, enum outcome_by by, size_t group)
{
	(void)s;
	return outcome_group(b->o, by, p) == group;
}

static bool in_hidden(const struct batch *b, const struct outcome_signs *s,
	const struct outcome_pair *p, enum outcome_by by, size_t group)
{
	(void)group;
	return s->of[by][outcome_group(b->o, by, p)] != HIDE_NOT;
}

/* In sites that are hidden, of a group of sites. */
static bool in_hidden_sites(const struct batch *b,
	const struct outcome_signs *s, const struct outcome_pair *p,
	enum outcome_by by, size_t group)
{
	return in_group(b, s, p, by, group) &&
	       in_hidden(b, s, p, OUTCOME_SITE, 0);
}

/* In sites that are hidden, of any group that is hidden, too. */
static bool in_hidden_twice(const struct batch *b,
	const struct outcome_signs *s, const struct outcome_pair *p,
	enum outcome_by by, size_t group)
{
	(void)group;
	return in_hidden(b, s, p, by, 0) && in_hidden(b, s, p, OUTCOME_SITE, 0);
}

/* Holds back what changes a set of rows by too few people. True: it did. */
static bool hold_back(struct batch *b, const struct outcome_signs *s,
	in_set *in, enum outcome_by by, size_t group)
{
	int64_t n = 0;

	for (size_t turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < b->n; i++) {
			struct change *c = &b->list[i];

			if (!goes(c) ||
				!((c->was && in(b, s, c->was, by, group)) ||
					(c->is && in(b, s, c->is, by, group))))
				continue;
			if (turn)
				c->waits = true;
			else
				n++;
		}
		if (n == 0 || n >= b->below)
			return false;
	}
	return true;
}

static bool hold_back_rows(
	struct batch *b, const struct outcome_signs *s, enum outcome_by by)
{
	bool nested = by == OUTCOME_SITE_KIND || by == OUTCOME_SUBDISTRICT;
	bool held = hold_back(b, s, in_hidden, by, 0);

	for (size_t i = 0; i < b->o->by[by].n; i++) {
		if (s->of[by][i])
			continue;
		held |= hold_back(b, s, in_group, by, i);
		if (nested)
			held |= hold_back(b, s, in_hidden_sites, by, i);
	}
	return held | (nested && hold_back(b, s, in_hidden_twice, by, 0));
}

static struct outcome_list given_of(const struct batch *b)
{
	struct outcome_list l = {0};

	for (size_t i = 0; i < b->n; i++)
		if (given(&b->list[i]))
			outcome_add(b->o, &l, given(&b->list[i]));
	return l;
}

static bool nothing_shown(const struct batch *b, const struct outcome_signs *s)
{
	for (size_t by = 0; by < OUTCOME_BYS; by++)
		for (size_t i = 0; i < b->o->by[by].n; i++)
			if (!s->of[by][i])
				return false;
	return true;
}

/* What was given of this ruler, before any of the changes. */
static bool was_hidden(const struct batch *b)
{
	struct outcome_list was = {0};

	for (size_t i = 0; i < b->n; i++)
		if (b->list[i].was)
			outcome_add(b->o, &was, b->list[i].was);
	return !was.n || nothing_shown(b, outcome_signs(b->o, &was, b->ruler,
						  b->below, NULL));
}

static void settle(struct batch *b)
{
	bool held = !was_hidden(b);

	while (held) {
		struct outcome_list l = given_of(b);
		const struct outcome_signs *s =
			outcome_signs(b->o, &l, b->ruler, b->below, NULL);

		held = !s->of[OUTCOME_ALL][0] &&
		       hold_back(b, s, in_all, OUTCOME_ALL, 0);
		for (size_t by = OUTCOME_SITE; by < OUTCOME_BYS; by++)
			held |= hold_back_rows(b, s, (enum outcome_by)by);
	}
}

bool outcomes_batch(struct outcomes *o, const struct outcome_list *was,
	int64_t below, struct outcome_list *out, bool *waiting)
{
	size_t n;
	struct change *all = changes_of(o, was, &o->pairs, &n);
	bool new = false;

	memset(out, 0, sizeof(*out));
	*waiting = false;
	for (size_t i = 0, k; i < n; i = k) {
		size_t ruler = ruler_of(&all[i]);
		struct batch b = {o, ruler, below, &all[i], 0};

		for (k = i; k < n && ruler_of(&all[k]) == ruler; k++)
			b.n++;
		settle(&b);
		for (size_t j = i; j < k; j++) {
			*waiting |= all[j].waits;
			new |= goes(&all[j]);
			if (given(&all[j]))
				outcome_add(o, out, given(&all[j]));
		}
	}
	return new;
}

/* ---- remembering ---- */

static json_t *list_json(const struct outcomes *o, const struct outcome_list *l)
{
	json_t *out = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct outcome_pair *p = &l->list[i];
		const struct outcome_ruler *u = &o->rulers[p->ruler];

		json_array_append_new(
			out, json_pack("[s, s, s, s, s, s, f, f]", p->id,
				     u->instrument, u->version, u->respondent,
				     o->sites[p->site].id,
				     o->programmes[p->programme], p->before,
				     p->after));
	}
	return out;
}

static const char *text_at(const json_t *row, size_t i)
{
	const char *text = json_string_value(json_array_get(row, i));

	return text ? text : "";
}

/* What is of a site the reader no longer answers for is not among it. */
static void list_of(
	struct outcomes *o, const json_t *rows, struct outcome_list *l)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct outcome_ruler like = {text_at(row, 1), text_at(row, 2),
			text_at(row, 3), NULL};
		struct outcome_pair p = {.id = text_at(row, 0)};

		if (!outcome_site(o, text_at(row, 4), &p.site))
			continue;
		p.ruler = outcome_ruler(o, &like);
		p.programme = outcome_programme(o, text_at(row, 5));
		p.before = json_number_value(json_array_get(row, 6));
		p.after = json_number_value(json_array_get(row, 7));
		outcome_add(o, l, &p);
	}
	outcomes_group(o);
}

static bool read_given(struct req *r, int64_t year, struct outcomes *o,
	struct outcome_list *was, const char **as_of, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	const char *text;
	const json_t *j;

	db_args_init(&a, r->mem);
	db_int(&a, year);
	if (!db_run(r->db, Q_OUTCOME_GIVEN, &a, &rows, e))
		return false;
	text = db_get_text(rows, 0, "given");
	*as_of = NULL;
	if (!text)
		return true;
	j = json_read(text, strlen(text), &json_limits_own, r->mem, e);
	if (!j)
		return false;
	*as_of = json_str(j, "at");
	list_of(o, json_object_get(j, "pairs"), was);
	return true;
}

static bool write_given(struct req *r, int64_t year, const struct outcomes *o,
	const struct outcome_list *l, const char **as_of, struct err *e)
{
	char at[TIME_TEXT];
	json_t *j;
	char *text;
	struct db_args a;

	*as_of = arena_strdup(r->mem, time_format(host_now_ms(), at));
	j = json_keep(
		json_pack("{s:s, s:o}", "at", *as_of, "pairs", list_json(o, l)),
		r->mem);
	text = json_canonical(j, r->mem);
	db_args_init(&a, r->mem);
	db_int(&a, year);
	db_text(&a, text);
	return db_run(r->db, Q_OUTCOME_GIVE, &a, NULL, e);
}

bool outcomes_give(struct req *r, int64_t year, int64_t below,
	struct outcomes *o, const char **as_of, bool *waiting, struct err *e)
{
	struct outcome_list was = {0}, now;
	bool new;

	if (!read_given(r, year, o, &was, as_of, e))
		return false;
	new = outcomes_batch(o, &was, below, &now, waiting);
	o->pairs = now;
	return (*as_of && !new) || write_given(r, year, o, &now, as_of, e);
}
