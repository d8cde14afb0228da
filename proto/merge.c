/*
 * merge.c - see merge.h.
 */
#include "proto/merge.h"

#include "proto/base/mutant.h"

#include <stdint.h>
#include <string.h>

struct work {
	const struct rtype *t;
	const json_t *current;
	const json_t *set;
	const json_t *unset;
	const json_t *seen;
	struct arena *mem;
	struct merge *out;
	bool final; /* nothing may move */
};

/* jansson counts references in the value itself; sharing needs a non-const
 * pointer although the value does not change. */
static json_t *shared(const json_t *j)
{
	return json_incref((json_t *)(uintptr_t)j);
}

static bool touches(const struct work *w, const struct field *f)
{
	return json_object_get(w->set, f->name) ||
	       json_holds(w->unset, f->name);
}

static const json_t *present(const json_t *v)
{
	return v && !json_is_null(v) ? v : NULL;
}

/* What the author wants the field to be; NULL is absent. */
static const json_t *mine_of(const struct work *w, const struct field *f)
{
	const json_t *v = json_object_get(w->set, f->name);

	if (v)
		return present(v);
	if (json_holds(w->unset, f->name))
		return NULL;
	return present(json_object_get(w->seen, f->name));
}

static bool same(const json_t *a, const json_t *b)
{
	return a == b || (a && b && json_equal(a, b));
}

static bool has_element(const json_t *set, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(set); i++)
		if (json_equal(json_array_get(set, i), v))
			return true;
	return false;
}

static bool is_set(const struct field *f)
{
	return f->kind == KIND_CODES || f->kind == KIND_REFS;
}

/* The same value of a field: the order in which a set is written is not part
 * of it. */
static bool agree(const struct field *f, const json_t *a, const json_t *b)
{
	size_t n = json_array_size(a);

	if (!is_set(f) || !a || !b || n != json_array_size(b))
		return same(a, b);
	for (size_t i = 0; i < n; i++)
		if (!has_element(b, json_array_get(a, i)))
			return false;
	return true;
}

static void put(struct work *w, const struct field *f, const json_t *v)
{
	const json_t *old = json_object_get(w->out->body, f->name);

	if (agree(f, present(old), v))
		return;
	w->out->changed = true;
	if (v)
		json_object_set_new(w->out->body, f->name, shared(v));
	else
		json_object_del(w->out->body, f->name);
}

/* ---- kinds that merge inside one field ---- */

/* (current − (seen − mine)) ∪ (mine − seen) */
static void merge_set(struct work *w, const struct field *f,
	const json_t *current, const json_t *mine, const json_t *seen)
{
	json_t *out = json_keep(json_array(), w->mem);

	for (size_t i = 0; i < json_array_size(current); i++) {
		const json_t *v = json_array_get(current, i);

		if (!has_element(seen, v) || has_element(mine, v))
			json_array_append_new(out, shared(v));
	}
	for (size_t i = 0; i < json_array_size(mine); i++) {
		const json_t *v = json_array_get(mine, i);

		if (!has_element(seen, v) && !has_element(out, v))
			json_array_append_new(out, shared(v));
	}
	put(w, f, json_array_size(out) ? out : NULL);
}

/* True when mine is what was seen with something added at the end. */
static bool merge_append(struct work *w, const struct field *f,
	const json_t *current, const json_t *mine, const json_t *seen)
{
	const char *m = json_string_value(mine);
	const char *s = seen ? json_string_value(seen) : "";
	const char *c = current ? json_string_value(current) : "";
	size_t n = s ? strlen(s) : 0;

	if (!m || !s || !c || strncmp(m, s, n) != 0)
		return false;
	put(w, f,
		json_keep(json_string(arena_printf(w->mem, "%s%s", c, m + n)),
			w->mem));
	return true;
}

static bool merges_inside(struct work *w, const struct field *f)
{
	const json_t *current = present(json_object_get(w->current, f->name));
	const json_t *seen = present(json_object_get(w->seen, f->name));
	const json_t *mine = mine_of(w, f);

	if (!json_object_get(w->seen, f->name))
		return false;
	if (is_set(f)) {
		merge_set(w, f, current, mine, seen);
		return true;
	}
	return f->append && !same(current, seen) && !same(current, mine) &&
	       merge_append(w, f, current, mine, seen);
}

/* ---- atoms ---- */

/* Which atom a field is of. */
static size_t atom_of(const struct rtype *t, size_t i)
{
	return MUTANT(no_atoms) ? i : t->fields[i].atom;
}

static size_t atom_count(const struct rtype *t)
{
	return MUTANT(no_atoms) ? t->field_count : t->atom_count;
}

struct atom {
	bool touched;
	bool as_mine; /* current = mine */
	bool as_seen; /* current = seen, every field seen */
	size_t fields;
	const struct field *first;
};

static struct atom look_at(const struct work *w, size_t atom)
{
	struct atom a = {false, true, true, 0, NULL};

	for (size_t i = 0; i < w->t->field_count; i++) {
		const struct field *f = &w->t->fields[i];
		const json_t *current =
			present(json_object_get(w->current, f->name));
		const json_t *seen = json_object_get(w->seen, f->name);

		if (atom_of(w->t, i) != atom)
			continue;
		a.fields++;
		if (!a.first)
			a.first = f;
		a.touched |= touches(w, f);
		a.as_mine &= agree(f, current, mine_of(w, f));
		a.as_seen &= seen && agree(f, current, present(seen));
	}
	return a;
}

static void add_value(json_t *to, const struct field *f, const json_t *v)
{
	json_object_set_new(to, f->name, v ? shared(v) : json_null());
}

/* Of a field the author neither touched nor saw there is no opinion to keep:
 * taking the author's side must leave it as it stands. */
static const json_t *side_of(const struct work *w, const struct field *f)
{
	if (touches(w, f) || json_object_get(w->seen, f->name))
		return mine_of(w, f);
	return present(json_object_get(w->current, f->name));
}

static void add_conflict(struct work *w, size_t atom, const struct field *first)
{
	json_t *fields = json_array(), *seen = json_object();
	json_t *mine = json_object(), *theirs = json_object();

	for (size_t i = 0; i < w->t->field_count; i++) {
		const struct field *f = &w->t->fields[i];

		if (atom_of(w->t, i) != atom)
			continue;
		json_array_append_new(fields, json_string(f->name));
		if (json_object_get(w->seen, f->name))
			add_value(seen, f, json_object_get(w->seen, f->name));
		add_value(mine, f, side_of(w, f));
		add_value(theirs, f,
			present(json_object_get(w->current, f->name)));
	}
	json_array_append_new(w->out->conflicts,
		json_pack("{s:s, s:o, s:o, s:o, s:o}", "atom", first->name,
			"fields", fields, "seen", seen, "mine", mine, "theirs",
			theirs));
}

static void merge_atom(struct work *w, size_t atom)
{
	struct atom a = look_at(w, atom);

	if (!a.touched || a.as_mine)
		return;
	if (!w->final && a.fields == 1 && merges_inside(w, a.first))
		return;
	if (w->final || !a.as_seen) {
		add_conflict(w, atom, a.first);
		return;
	}
	for (size_t i = 0; i < w->t->field_count; i++)
		if (atom_of(w->t, i) == atom && touches(w, &w->t->fields[i]))
			put(w, &w->t->fields[i], mine_of(w, &w->t->fields[i]));
}

static void merge_atoms(struct work *w)
{
	w->out->body =
		json_keep(json_copy((json_t *)(uintptr_t)w->current), w->mem);
	w->out->conflicts = json_keep(json_array(), w->mem);
	w->out->changed = false;
	for (size_t atom = 0; atom < atom_count(w->t); atom++)
		merge_atom(w, atom);
}

void merge_change(const struct rtype *t, const json_t *current,
	const json_t *set, const json_t *unset, const json_t *seen,
	struct arena *mem, struct merge *out)
{
	struct work w = {t, current, set, unset, seen, mem, out, false};

	merge_atoms(&w);
}

void merge_final(const struct rtype *t, const json_t *current,
	const json_t *set, const json_t *unset, const json_t *seen,
	struct arena *mem, struct merge *out)
{
	struct work w = {t, current, set, unset, seen, mem, out, true};

	merge_atoms(&w);
}

json_t *merge_seen(const struct rtype *t, const json_t *body, const json_t *set,
	const json_t *unset, struct arena *mem)
{
	struct work w = {t, body, set, unset, NULL, mem, NULL, false};
	json_t *out = json_keep(json_object(), mem);

	for (size_t atom = 0; atom < t->atom_count; atom++) {
		if (!look_at(&w, atom).touched)
			continue;
		for (size_t i = 0; i < t->field_count; i++)
			if (t->fields[i].atom == atom)
				add_value(out, &t->fields[i],
					present(json_object_get(
						body, t->fields[i].name)));
	}
	return out;
}

static void add_differing(json_t *out, const json_t *a, const json_t *b)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)a, key, v)
	{
		const json_t *other = json_object_get(b, key);

		if (!same(present(v), present(other)) && !json_holds(out, key))
			json_array_append_new(out, json_string(key));
	}
}

json_t *merge_changed_fields(
	const json_t *before, const json_t *after, struct arena *mem)
{
	json_t *out = json_keep(json_array(), mem);

	add_differing(out, before, after);
	add_differing(out, after, before);
	return out;
}
