/*
 * test_merge_story.c - several authors, offline for a while, write to one
 * record; what may never happen, and proof that the test would see it.
 *
 * Every author has a screen: what the centre last sent, with own changes on
 * top. Changes arrive in each author's order, but between them in any order.
 * An oracle that knows nothing of merging watches what stands at the centre:
 *
 *   I8  a value that gave way was on the screen of who replaced it
 *   I9  the values of one atom stood together on somebody's screen
 *
 * The same stories are then told with two wrong mergers, the last writer's and
 * the one that knows no atoms. If the oracle kept silent about those, its
 * silence about ours would mean nothing.
 */
#include "proto/merge.h"

#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

#define AUTHORS 4
#define QUEUE   40
#define STEPS   60
#define STORIES 400

struct edit {
	json_t *set;
	json_t *unset;
	json_t *seen;
	json_t *screen; /* what the author really saw, for the oracle */
};

struct author {
	json_t *screen;
	struct edit waiting[QUEUE];
	size_t first, last;
};

typedef json_t *merger(const struct rtype *t, const json_t *current,
	const struct edit *x, struct arena *mem);

struct story {
	struct gen g;
	const struct rtype *t;
	merger *merge;
	json_t *centre;
	struct author author[AUTHORS];
	json_t *stood; /* {atom: [values that stood together]} */
	unsigned unseen, mixed, applied;
};

static const json_t *value(const json_t *body, const char *name)
{
	const json_t *v = json_object_get(body, name);

	return json_is_null(v) ? NULL : v;
}

static bool equal(const json_t *a, const json_t *b)
{
	return a == b || (a && b && json_equal(a, b));
}

/* ---- the mergers ---- */

static json_t *ours(const struct rtype *t, const json_t *current,
	const struct edit *x, struct arena *mem)
{
	struct merge m;

	merge_change(t, current, x->set, x->unset, x->seen, mem, &m);
	return m.body;
}

static json_t *copy_of(const json_t *j, struct arena *mem)
{
	return json_keep(json_deep_copy((json_t *)(uintptr_t)j), mem);
}

/* Who writes last is right. */
static json_t *last_writer(const struct rtype *t, const json_t *current,
	const struct edit *x, struct arena *mem)
{
	json_t *out = copy_of(current, mem);

	(void)t;
	json_object_update(out, x->set);
	for (size_t i = 0; i < json_array_size(x->unset); i++)
		json_object_del(
			out, json_string_value(json_array_get(x->unset, i)));
	return out;
}

/* A proper three-way merge, but of single fields. */
static json_t *without_atoms(const struct rtype *t, const json_t *current,
	const struct edit *x, struct arena *mem)
{
	json_t *out = copy_of(current, mem);
	json_t *wanted = last_writer(t, x->screen, x, mem);

	for (size_t i = 0; i < t->field_count; i++) {
		const char *name = t->fields[i].name;
		const json_t *mine = value(wanted, name);

		if (equal(mine, value(x->screen, name)) ||
			!equal(value(current, name), value(x->screen, name)))
			continue;
		if (mine)
			json_object_set(out, name, (json_t *)(uintptr_t)mine);
		else
			json_object_del(out, name);
	}
	return out;
}

/* ---- the oracle ---- */

/* A set in one order, so that equal sets are equal values. */
static json_t *in_order(const struct field *f, const json_t *set)
{
	json_t *out = json_array();

	for (unsigned i = 0; i < 4; i++) {
		json_t *v = gen_element(f, i);

		for (size_t k = 0; k < json_array_size(set); k++)
			if (json_equal(json_array_get(set, k), v))
				json_array_append(out, v);
		json_decref(v);
	}
	return out;
}

static json_t *atom_of(const struct story *s, const json_t *body, size_t atom)
{
	json_t *out = json_keep(json_object(), s->g.mem);

	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const json_t *v = value(body, f->name);

		if (f->atom != atom || !v)
			continue;
		if (f->kind == KIND_REFS || f->kind == KIND_CODES)
			json_object_set_new(out, f->name, in_order(f, v));
		else
			json_object_set(out, f->name, (json_t *)(uintptr_t)v);
	}
	return out;
}

/* Sets and texts that are added to have laws of their own (test_merge). */
static bool is_plain(const struct rtype *t, size_t atom)
{
	const struct field *only = NULL;
	size_t n = 0;

	for (size_t i = 0; i < t->field_count; i++)
		if (t->fields[i].atom == atom) {
			only = &t->fields[i];
			n++;
		}
	return n > 1 || (only && only->kind != KIND_CODES &&
				only->kind != KIND_REFS && !only->append);
}

static json_t *stood_list(struct story *s, size_t atom)
{
	char key[24];
	json_t *list;

	snprintf(key, sizeof(key), "%zu", atom);
	list = json_object_get(s->stood, key);
	if (!list) {
		list = json_array();
		json_object_set_new(s->stood, key, list);
	}
	return list;
}

static bool stood_together(struct story *s, size_t atom, const json_t *v)
{
	const json_t *list = stood_list(s, atom);

	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), v))
			return true;
	return false;
}

static void remember(struct story *s, const json_t *screen)
{
	for (size_t a = 0; a < s->t->atom_count; a++) {
		json_t *v = atom_of(s, screen, a);

		if (!stood_together(s, a, v))
			json_array_append(stood_list(s, a), v);
	}
}

static void watch(struct story *s, const json_t *before, const json_t *after,
	const struct edit *x)
{
	for (size_t a = 0; a < s->t->atom_count; a++) {
		json_t *was = atom_of(s, before, a);
		json_t *is = atom_of(s, after, a);

		if (!is_plain(s->t, a) || json_equal(was, is))
			continue;
		s->applied++;
		s->unseen += !json_equal(was, atom_of(s, x->screen, a));
		s->mixed += !stood_together(s, a, is);
	}
}

/* ---- what happens ---- */

static void write_something(struct story *s, struct author *a)
{
	struct edit *x = &a->waiting[a->last];

	if (a->last == QUEUE)
		return;
	x->set = json_keep(json_object(), s->g.mem);
	x->unset = json_keep(json_array(), s->g.mem);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];

		if (!gen_chance(&s->g, 15))
			continue;
		if (gen_chance(&s->g, 80))
			json_object_set_new(
				x->set, f->name, gen_value(&s->g, f));
		else
			json_array_append_new(x->unset, json_string(f->name));
	}
	x->screen = a->screen;
	x->seen = merge_seen(s->t, a->screen, x->set, x->unset, s->g.mem);
	a->screen = last_writer(s->t, a->screen, x, s->g.mem);
	remember(s, a->screen);
	a->last++;
}

static void send_one(struct story *s, struct author *a)
{
	const struct edit *x = &a->waiting[a->first];
	json_t *after;

	if (a->first == a->last)
		return;
	a->first++;
	after = s->merge(s->t, s->centre, x, s->g.mem);
	watch(s, s->centre, after, x);
	s->centre = after;
}

/* The author's screen becomes what the centre has; that happens only when
 * nothing of one's own is waiting, else own work would lie on top of it. */
static void fetch(struct story *s, struct author *a)
{
	if (a->first == a->last)
		a->screen = s->centre;
}

static void tell(struct story *s, const struct rtype *t, merger *m, unsigned i)
{
	memset(s, 0, sizeof(*s));
	s->g.state = i;
	s->g.mem = arena_new();
	s->t = t;
	s->merge = m;
	s->stood = json_keep(json_object(), s->g.mem);
	s->centre = gen_body(&s->g, t, 60);
	remember(s, s->centre);
	for (size_t k = 0; k < AUTHORS; k++)
		s->author[k].screen = s->centre;
	for (unsigned step = 0; step < STEPS; step++) {
		struct author *a = &s->author[gen_below(&s->g, AUTHORS)];
		unsigned what = gen_below(&s->g, 3);

		if (what == 0)
			write_something(s, a);
		else if (what == 1)
			send_one(s, a);
		else
			fetch(s, a);
	}
	arena_free(s->g.mem);
}

struct verdict {
	unsigned applied, unseen, mixed;
};

static struct verdict tell_all(merger *m)
{
	static const char *const types[] = {
		"service", "person", "consent", "response", "screening"};
	struct catalogue *c = catalogue_load();
	struct verdict v = {0, 0, 0};

	for (unsigned i = 0; i < STORIES; i++) {
		struct story s;

		tell(&s, catalogue_type(c, types[i % ARRAY_LEN(types)]), m, i);
		v.applied += s.applied;
		v.unseen += s.unseen;
		v.mixed += s.mixed;
		if (m == ours && (s.unseen || s.mixed))
			printf("# story %u: %u unseen, %u mixed\n", i, s.unseen,
				s.mixed);
	}
	catalogue_free(c);
	return v;
}

static void no_story_overwrites_unseen_or_mixes_an_atom(void)
{
	struct verdict v = tell_all(ours);

	CHECK(v.applied > 2000);
	CHECK(v.unseen == 0);
	CHECK(v.mixed == 0);
}

static void the_same_stories_convict_the_last_writer(void)
{
	struct verdict v = tell_all(last_writer);

	CHECK(v.unseen > 100);
	CHECK(v.mixed > 100);
}

static void the_same_stories_convict_a_merger_without_atoms(void)
{
	struct verdict v = tell_all(without_atoms);

	CHECK(v.mixed > 100);
}

int main(void)
{
	RUN(no_story_overwrites_unseen_or_mixes_an_atom);
	RUN(the_same_stories_convict_the_last_writer);
	RUN(the_same_stories_convict_a_merger_without_atoms);
	return tap_done();
}
