/*
 * fold.c - see fold.h.
 */
#include "proto/fold.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS   INT64_C(86400000)
#define CHINA_MS INT64_C(28800000) /* UTC+8, no summer time now */

bool fold_moment(const json_t *body, const char *field, int64_t *at)
{
	const char *s = json_str(body, field);
	struct date d;

	if (s && date_parse(s, &d)) {
		*at = date_to_days(&d) * DAY_MS - CHINA_MS;
		return true;
	}
	return s && time_parse(s, at);
}

bool fold_day(const json_t *body, const char *field, struct date *out)
{
	const char *text = json_str(body, field);
	struct date d;
	int64_t at;

	if (fold_moment(body, field, &at)) {
		*out = time_day_cn(at);
		return true;
	}
	if (!text || !date_parse_partial(text, &d))
		return false;
	if (!d.month)
		d.month = 12;
	if (!d.day) {
		d.day = 31;
		while (!date_is_valid(&d))
			d.day--;
	}
	*out = d;
	return true;
}

void *fold_grown(
	struct arena *mem, void *list, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return list;
	*room = *room ? *room * 2 : 8;
	more = arena_alloc(mem, *room * size);
	if (n)
		memcpy(more, list, n * size);
	return more;
}

bool newest_keep(struct newest *n, int sign, int64_t at, const struct record *r,
	const json_t *body)
{
	int order = at == n->at ? 0 : at > n->at ? sign : -sign;

	if (order == 0)
		order = uuid_cmp(&r->id, &n->id);
	if (n->found && order <= 0)
		return false;
	n->found = true;
	n->at = at;
	n->id = r->id;
	n->body = body;
	return true;
}

void entries_add(struct entries *l, struct arena *mem, const struct record *r,
	const json_t *body, const char *field)
{
	struct entry *x;

	l->list = fold_grown(mem, l->list, l->n, &l->room, sizeof(*l->list));
	x = &l->list[l->n++];
	memset(x, 0, sizeof(*x));
	x->id = r->id;
	x->body = body;
	x->is_signed = r->state == STATE_SIGNED;
	x->dated = field && fold_moment(body, field, &x->at);
	if (x->dated)
		x->day = time_day_cn(x->at);
}

bool kept_uses(const struct kept_type *kept, size_t n, const char *type)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(kept[i].type, type) == 0)
			return true;
	return false;
}

void kept_add(const struct kept_type *kept, size_t n, struct entries *lists,
	struct arena *mem, const struct record *r, const json_t *body)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(kept[i].type, r->type->name) == 0)
			entries_add(&lists[kept[i].list], mem, r, body,
				kept[i].when);
}

static int by_moment(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->dated != y->dated)
		return x->dated ? 1 : -1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return uuid_cmp(&x->id, &y->id);
}

void entries_sort(struct entries *l)
{
	if (l->n > 1)
		qsort(l->list, l->n, sizeof(*l->list), by_moment);
}

const json_t *entries_find(const struct entries *l, const char *id)
{
	for (size_t i = 0; id && i < l->n; i++) {
		char text[UUID_TEXT];

		if (strcmp(uuid_format(&l->list[i].id, text), id) == 0)
			return l->list[i].body;
	}
	return NULL;
}

const json_t *entries_client(const struct entries *persons, const json_t *kase)
{
	const json_t *p = entries_find(persons, json_str(kase, "person"));

	for (int i = 0; p && i < PERSON_STEPS; i++) {
		const json_t *same =
			entries_find(persons, json_str(p, "merged_into"));

		if (!same)
			break;
		p = same;
	}
	return p;
}
