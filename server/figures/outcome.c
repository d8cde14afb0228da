/*
 * outcome.c - see outcome.h.
 */
#include "server/figures/outcome.h"

#include "proto/pairs.h"

#include <stdlib.h>
#include <string.h>

static const char *const by_names[OUTCOME_BYS] = {
	[OUTCOME_SITE] = "site",
	[OUTCOME_SITE_KIND] = "site_kind",
	[OUTCOME_SUBDISTRICT] = "subdistrict",
	[OUTCOME_PROGRAMME] = "programme",
};

const char *outcome_by_name(enum outcome_by by)
{
	return by_names[by];
}

bool outcome_by_from_name(const char *name, enum outcome_by *out)
{
	for (size_t i = OUTCOME_SITE; i < OUTCOME_BYS; i++)
		if (strcmp(by_names[i], name) == 0) {
			*out = (enum outcome_by)i;
			return true;
		}
	return false;
}

/* ---- lists that grow ---- */

void outcome_add(struct outcomes *o, struct outcome_list *l,
	const struct outcome_pair *p)
{
	l->list = fold_grown(o->mem, l->list, l->n, &l->room, sizeof(*p));
	l->list[l->n++] = *p;
}

static bool ruler_is(
	const struct outcome_ruler *a, const struct outcome_ruler *b)
{
	return strcmp(a->instrument, b->instrument) == 0 &&
	       strcmp(a->version, b->version) == 0 &&
	       strcmp(a->respondent, b->respondent) == 0;
}

size_t outcome_ruler(struct outcomes *o, const struct outcome_ruler *like)
{
	for (size_t i = 0; i < o->ruler_count; i++)
		if (ruler_is(&o->rulers[i], like))
			return i;
	o->rulers = fold_grown(o->mem, o->rulers, o->ruler_count,
		&o->ruler_room, sizeof(*like));
	o->rulers[o->ruler_count] = *like;
	return o->ruler_count++;
}

size_t outcome_programme(struct outcomes *o, const char *code)
{
	for (size_t i = 0; i < o->programme_count; i++)
		if (strcmp(o->programmes[i], code) == 0)
			return i;
	o->programmes = fold_grown(o->mem, o->programmes, o->programme_count,
		&o->programme_room, sizeof(*o->programmes));
	o->programmes[o->programme_count] = code;
	return o->programme_count++;
}

/* ---- sites and their groups ---- */

static const char *text_or(const char *s)
{
	return s ? s : "";
}

static void read_sites(struct outcomes *o, const struct db_rows *rows)
{
	size_t n = (size_t)db_count(rows);
	struct figure_site *list =
		ARENA_ARRAY(o->mem, struct figure_site, n + 1);

	for (size_t i = 0; i < n; i++) {
		struct uuid id = db_get_uuid(rows, (int)i, "id");
		char text[UUID_TEXT];

		list[i] = (struct figure_site){
			arena_strdup(o->mem, uuid_format(&id, text)),
			text_or(db_get_text(rows, (int)i, "name")),
			text_or(db_get_text(rows, (int)i, "name_en")),
			text_or(db_get_text(rows, (int)i, "kind")),
			text_or(db_get_text(rows, (int)i, "subdistrict"))};
	}
	o->sites = list;
	o->site_count = n;
}

bool outcome_site(const struct outcomes *o, const char *id, size_t *out)
{
	size_t lo = 0, hi = o->site_count; /* in order of their ids */

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = strcmp(id, o->sites[mid].id);

		if (order == 0) {
			*out = mid;
			return true;
		}
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

static void group_by(struct outcomes *o, enum outcome_by by, size_t i,
	const char *key, bool alone)
{
	size_t k = alone ? o->by[by].n : 0;

	while (k < o->by[by].n && strcmp(o->by[by].key[k], key) != 0)
		k++;
	if (k == o->by[by].n)
		o->by[by].key[o->by[by].n++] = key;
	o->by[by].of[i] = k;
}

void outcomes_group(struct outcomes *o)
{
	for (size_t by = 0; by < OUTCOME_BYS; by++) {
		size_t room = (by == OUTCOME_PROGRAMME ? o->programme_count
						       : o->site_count) +
			      1;

		o->by[by].n = by == OUTCOME_ALL;
		o->by[by].key = ARENA_ARRAY(o->mem, const char *, room);
		o->by[by].of = ARENA_ARRAY(o->mem, size_t, room);
	}
	for (size_t i = 0; i < o->site_count; i++) {
		const struct figure_site *s = &o->sites[i];

		group_by(o, OUTCOME_SITE, i, s->id, true);
		group_by(o, OUTCOME_SITE_KIND, i, s->kind, false);
		group_by(o, OUTCOME_SUBDISTRICT, i, s->subdistrict, false);
	}
	for (size_t i = 0; i < o->programme_count; i++)
		group_by(o, OUTCOME_PROGRAMME, i, o->programmes[i], true);
}

size_t outcome_group(const struct outcomes *o, enum outcome_by by,
	const struct outcome_pair *p)
{
	return o->by[by].of[by == OUTCOME_PROGRAMME ? p->programme : p->site];
}

/* ---- scores ---- */

/* Who it is, where and in what: numbers that are the same for two scores of
 * one person in one case, and what is said of a pair is read from them. */
struct told {
	long long unit, who, site, programme;
};

static const char *told_text(const struct told *t, struct arena *mem)
{
	return arena_printf(mem, "%lld %lld %lld %lld", t->unit, t->who,
		t->site, t->programme);
}

static struct told told_of(const struct scored *s)
{
	struct told t = {0};
	char *p = (char *)(uintptr_t)s->who;

	t.unit = strtoll(p, &p, 10);
	t.who = strtoll(p, &p, 10);
	t.site = strtoll(p, &p, 10);
	t.programme = strtoll(p, &p, 10);
	return t;
}

static void add_sheet(struct outcomes *o, const struct db_rows *rows, int i,
	struct entries *l)
{
	static const char *const texts[] = {
		"instrument", "version", "variant", "respondent", "timepoint"};
	const char *answers = db_get_text(rows, i, "answers");
	const char *day = db_get_text(rows, i, "assessed");
	struct uuid site = db_get_uuid(rows, i, "site");
	struct entry *x = &l->list[l->n];
	char id[UUID_TEXT];
	struct told t;
	size_t at;
	struct err ignored;
	json_t *body, *sheet;

	memset(x, 0, sizeof(*x));
	if (!answers || !day || !date_parse(day, &x->day) ||
		!outcome_site(o, uuid_format(&site, id), &at))
		return;
	sheet = json_read(
		answers, strlen(answers), &json_limits_own, o->mem, &ignored);
	if (!sheet)
		return;
	t = (struct told){db_get_int(rows, i, "unit"),
		db_get_int(rows, i, "who"), (long long)at,
		(long long)outcome_programme(
			o, text_or(db_get_text(rows, i, "programme")))};
	body = json_keep(json_object(), o->mem);
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		const char *text = db_get_text(rows, i, texts[k]);

		if (text)
			json_object_set_new(body, texts[k], json_string(text));
	}
	json_object_set(body, "answers", sheet);
	json_object_set_new(
		body, "subject", json_string(told_text(&t, o->mem)));
	x->id = db_get_uuid(rows, i, "id");
	x->dated = true;
	x->body = body;
	l->n++;
}

static struct outcome_pair pair_of(struct outcomes *o,
	const struct scored *first, const struct scored *last)
{
	struct outcome_ruler like = {first->instrument, first->version,
		first->respondent, first->scale};
	struct told t = told_of(first);
	struct outcome_pair p;
	char id[UUID_TEXT];

	p.id = arena_strdup(o->mem, uuid_format(&first->id, id));
	p.ruler = outcome_ruler(o, &like);
	p.site = (size_t)t.site;
	p.programme = (size_t)t.programme;
	p.before = first->value;
	p.after = last ? last->value : 0;
	return p;
}

/* ---- one of each person ---- */

struct person_pair {
	const struct pair *pair;
	long long who;
	size_t ruler;
};

static int by_person(const void *a, const void *b)
{
	const struct person_pair *x = a, *y = b;
	int order = (x->ruler > y->ruler) - (x->ruler < y->ruler);

	if (!order)
		order = (x->who > y->who) - (x->who < y->who);
	if (!order)
		order = date_cmp(&y->pair->last->day, &x->pair->last->day);
	return order ? order
		     : uuid_cmp(&x->pair->first->id, &y->pair->first->id);
}

static void keep_latest(struct outcomes *o, const struct pair *pairs, size_t n,
	int64_t year, const struct person_pair **kept, size_t *kept_n)
{
	struct person_pair *list =
		ARENA_ARRAY(o->mem, struct person_pair, n + 1);
	size_t m = 0, k = 0;

	for (size_t i = 0; i < n; i++)
		if (pairs[i].last->day.year == year)
			list[m++] = (struct person_pair){&pairs[i],
				told_of(pairs[i].first).who,
				pair_of(o, pairs[i].first, NULL).ruler};
	if (m > 1)
		qsort(list, m, sizeof(*list), by_person);
	for (size_t i = 0; i < m; i++) {
		struct outcome_pair p;

		if (k && list[k - 1].who == list[i].who &&
			list[k - 1].ruler == list[i].ruler)
			continue;
		list[k++] = list[i];
		p = pair_of(o, list[i].pair->first, list[i].pair->last);
		outcome_add(o, &o->pairs, &p);
	}
	*kept = list;
	*kept_n = k;
}

static int find_person(const void *key, const void *item)
{
	const struct person_pair *x = key, *y = item;
	int order = (x->ruler > y->ruler) - (x->ruler < y->ruler);

	return order ? order : (x->who > y->who) - (x->who < y->who);
}

/* First scores of the year nothing is to be compared with, one of a person. */
static void keep_alone(struct outcomes *o, const struct scored *list, size_t n,
	const struct pair *pairs, size_t pair_count, int64_t year,
	const struct person_pair *kept, size_t kept_n)
{
	struct person_pair *seen =
		ARENA_ARRAY(o->mem, struct person_pair, n + 1);
	size_t m = 0, at = 0;

	for (size_t i = 0, k; i < n; i = k) {
		struct person_pair p;

		k = i + 1;
		while (k < n && scored_alike(&list[i], &list[k]))
			k++;
		if (at < pair_count && pairs[at].first >= &list[i] &&
			pairs[at].first < &list[0] + k) {
			at++; /* pairs stand in the order of their scores */
			continue;
		}
		p = (struct person_pair){NULL, told_of(&list[i]).who,
			pair_of(o, &list[i], NULL).ruler};
		if (list[i].day.year != year ||
			bsearch(&p, kept, kept_n, sizeof(p), find_person))
			continue;
		for (size_t j = 0; j < m; j++)
			if (find_person(&seen[j], &p) == 0)
				p.who = -1;
		if (p.who < 0)
			continue;
		seen[m++] = p;
		outcome_add(o, &o->alone,
			&(struct outcome_pair){pair_of(o, &list[i], NULL).id,
				p.ruler, (size_t)told_of(&list[i]).site,
				(size_t)told_of(&list[i]).programme,
				list[i].value, 0});
	}
}

bool outcomes_read(
	struct req *r, int64_t year, struct outcomes *out, struct err *e)
{
	const struct person_pair *kept;
	struct entries sheets = {0};
	struct db_rows *rows[2];
	struct scored *scored;
	struct pair *pairs;
	struct db_args a;
	size_t n, pair_count, kept_n;

	memset(out, 0, sizeof(*out));
	out->mem = r->mem;
	db_args_init(&a, r->mem);
	db_queue(r->db, Q_FIGURE_SITES, &a);
	db_args_init(&a, r->mem);
	db_int(&a, year);
	db_queue(r->db, Q_OUTCOME_SCORES, &a);
	if (!db_flush(r->db, r->mem, rows, 2, e))
		return false;
	read_sites(out, rows[0]);
	sheets.list = ARENA_ARRAY(
		r->mem, struct entry, (size_t)db_count(rows[1]) + 1);
	for (int i = 0; i < db_count(rows[1]); i++)
		add_sheet(out, rows[1], i, &sheets);
	n = scores_of(r->catalogue, &sheets, "subject", "", r->mem, &scored);
	pair_count = pairs_of(scored, n, r->mem, &pairs);
	keep_latest(out, pairs, pair_count, year, &kept, &kept_n);
	keep_alone(out, scored, n, pairs, pair_count, year, kept, kept_n);
	outcomes_group(out);
	return true;
}
