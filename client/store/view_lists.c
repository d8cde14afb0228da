/*
 * view_lists.c - which records there are (see view.h): of a unit, of a type,
 * the roots of a kind, with those made here and not yet at the centre.
 */
#include "client/store/view_in.h"

#include <stdlib.h>
#include <string.h>

static int by_uuid(const void *a, const void *b)
{
	return uuid_cmp(a, b);
}

static struct uuid *finish(struct buf *ids, struct arena *mem, size_t *n)
{
	struct uuid *out = arena_alloc(mem, ids->n + sizeof(struct uuid));

	*n = ids->n / sizeof(struct uuid);
	if (*n) {
		memcpy(out, ids->p, ids->n);
		qsort(out, *n, sizeof(*out), by_uuid);
	}
	buf_free(ids);
	return out;
}

/* Creates the copy does not have. */
static const struct touch *made(struct view *v, size_t i)
{
	const struct work *w = store_work_at(v->s, i);
	const struct touch *t = idmap_get(&v->first, &w->rec);

	if (!t || t->work != w || t->change.op != OP_CREATE ||
		!t->change.type || store_held(v->s, &w->rec, NULL))
		return NULL;
	return t;
}

/* Additions to what is signed, where they stand. */
static const struct uuid *added(struct view *v, size_t i)
{
	const struct work *w = store_work_at(v->s, i);
	const struct touch *t = idmap_get(&v->first, &w->rec);
	struct arena *mem;
	struct err ignored;
	struct seen one;
	bool there;

	while (t && t->work != w)
		t = t->next;
	if (!t || !view_is_addition(v, &t->change))
		return NULL;
	mem = arena_new();
	there = view_record(v, &t->change.keeps, mem, &one, &ignored);
	arena_free(mem);
	return there ? &t->change.keeps : NULL;
}

static int by_what(const void *a, const void *b)
{
	const struct about *x = a, *y = b;
	int order = uuid_cmp(&x->of, &y->of);

	return order ? order : uuid_cmp(&x->rec, &y->rec);
}

static void note(struct buf *out, const struct uuid *of, const struct uuid *rec)
{
	struct about a = {*of, *rec};

	buf_add(out, &a, sizeof(a));
}

/* Frees the buffer. */
static void keep_sorted(struct view *v, struct buf *all, struct abouts *out)
{
	out->n = all->n / sizeof(struct about);
	out->list = arena_alloc(v->mem, all->n + sizeof(struct about));
	if (out->n) {
		memcpy(out->list, all->p, all->n);
		qsort(out->list, out->n, sizeof(struct about), by_what);
	}
	buf_free(all);
}

static void add_about(
	const struct abouts *all, const struct uuid *of, struct buf *ids)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (uuid_cmp(&all->list[mid].of, of) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < all->n && uuid_cmp(&all->list[low].of, of) == 0; low++)
		buf_add(ids, &all->list[low].rec, sizeof(struct uuid));
}

/* The case a held letter is about, when it is about one. */
static void note_held(struct view *v, const struct unit *u, struct buf *out)
{
	for (size_t i = 0; i < u->n; i++) {
		struct arena *mem = arena_new();
		struct record r;
		struct err ignored;

		if (store_read(v->s, u, &u->records[i], mem, &r, &ignored) &&
			r.type && r.type->scope == SCOPE_LETTER &&
			!uuid_is_nil(&r.case_id))
			note(out, &r.case_id, &r.id);
		arena_free(mem);
	}
}

/* Letters lie beside their case, so a case has to be told which are its own. */
static void find_letters(struct view *v)
{
	struct buf all;

	buf_init(&all, (size_t)1 << 30);
	for (size_t i = 0; i < store_unit_count(v->s); i++)
		if (strcmp(store_unit_at(v->s, i)->kind, "letter") == 0)
			note_held(v, store_unit_at(v->s, i), &all);
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t && t->change.type->scope == SCOPE_LETTER &&
			!uuid_is_nil(&t->change.case_id))
			note(&all, &t->change.case_id, &t->work->rec);
	}
	keep_sorted(v, &all, &v->letters);
}

/* After a list was taken in there are thousands: looking through all of them
 * for each case would take a minute. */
static void find_made(struct view *v)
{
	struct buf all;

	buf_init(&all, (size_t)1 << 30);
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t)
			note(&all, &t->work->unit, &t->work->rec);
	}
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct uuid *id = added(v, i);

		if (id)
			note(&all, &store_work_at(v->s, i)->unit, id);
	}
	keep_sorted(v, &all, &v->made);
}

struct uuid *view_unit(
	struct view *v, const struct uuid *unit, struct arena *mem, size_t *n)
{
	const struct unit *u = store_unit(v->s, unit);
	struct buf ids;

	if (!v->letters.list)
		find_letters(v);
	if (!v->made.list)
		find_made(v);
	buf_init(&ids, (size_t)1 << 30);
	add_about(&v->letters, unit, &ids);
	add_about(&v->made, unit, &ids);
	for (size_t i = 0; u && i < u->n; i++)
		buf_add(&ids, &u->records[i].id, sizeof(struct uuid));
	return finish(&ids, mem, n);
}

struct uuid *view_roots(
	struct view *v, const char *type, struct arena *mem, size_t *n)
{
	struct buf ids;

	buf_init(&ids, (size_t)1 << 30);
	for (size_t i = 0; i < store_unit_count(v->s); i++) {
		const struct unit *u = store_unit_at(v->s, i);

		if (strcmp(u->kind, type) == 0)
			buf_add(&ids, &u->id, sizeof(struct uuid));
	}
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t && strcmp(t->change.type->name, type) == 0)
			buf_add(&ids, &t->work->rec, sizeof(struct uuid));
	}
	return finish(&ids, mem, n);
}

struct uuid *view_cases(struct view *v, struct arena *mem, size_t *n)
{
	return view_roots(v, "case", mem, n);
}

struct uuid *view_of_type(
	struct view *v, const char *type, struct arena *mem, size_t *n)
{
	struct buf ids;

	buf_init(&ids, (size_t)1 << 30);
	for (size_t i = 0; i < store_unit_count(v->s); i++) {
		const struct unit *u = store_unit_at(v->s, i);

		for (size_t k = 0; k < u->n; k++)
			if (strcmp(u->records[k].type, type) == 0)
				buf_add(&ids, &u->records[k].id,
					sizeof(struct uuid));
	}
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t && strcmp(t->change.type->name, type) == 0)
			buf_add(&ids, &t->work->rec, sizeof(struct uuid));
		if (strcmp(type, "conflict") == 0 && added(v, i))
			buf_add(&ids, added(v, i), sizeof(struct uuid));
	}
	return finish(&ids, mem, n);
}
