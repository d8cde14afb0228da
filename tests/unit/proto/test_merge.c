/*
 * test_merge.c - the laws of merging, as properties over random bodies of real
 * types.
 *
 * The laws are stated here in their own words, without a call to the room
 * under test: what a set becomes, when an atom may be replaced, what a conflict
 * must hold. The whole story of several authors is in test_merge_story.c.
 */
#include "proto/merge.h"

#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

#define ROUNDS 3000

static const char *const types[] = {"service", "person", "consent", "relation",
	"response", "task", "assessment", "case", "review"};

struct sample {
	struct gen g;
	struct catalogue *c;
	const struct rtype *t;
	json_t *current;
	json_t *screen; /* what the author saw */
	json_t *set;
	json_t *unset;
	json_t *seen;
	struct merge out;
};

/* ---- the laws' own words ---- */

static const json_t *value(const json_t *body, const char *name)
{
	const json_t *v = json_object_get(body, name);

	return json_is_null(v) ? NULL : v;
}

static bool holds(const json_t *list, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), v))
			return true;
	return false;
}

static bool is_set(const struct field *f)
{
	return f->kind == KIND_CODES || f->kind == KIND_REFS;
}

static bool covers(const json_t *all, const json_t *some)
{
	for (size_t i = 0; i < json_array_size(some); i++)
		if (!holds(all, json_array_get(some, i)))
			return false;
	return true;
}

/* Equal values; two sets are equal in whatever order they are written. */
static bool equal(const struct field *f, const json_t *a, const json_t *b)
{
	if (!a || !b)
		return a == b;
	if (is_set(f))
		return covers(a, b) && covers(b, a);
	return json_equal(a, b);
}

static bool names(const json_t *list, const char *name)
{
	json_t *v = json_string(name);
	bool found = holds(list, v);

	json_decref(v);
	return found;
}

static bool touched(const struct sample *s, const struct field *f)
{
	return json_object_get(s->set, f->name) || names(s->unset, f->name);
}

static bool atom_touched(const struct sample *s, size_t atom)
{
	for (size_t i = 0; i < s->t->field_count; i++)
		if (s->t->fields[i].atom == atom &&
			touched(s, &s->t->fields[i]))
			return true;
	return false;
}

static size_t atom_size(const struct rtype *t, size_t atom)
{
	size_t n = 0;

	for (size_t i = 0; i < t->field_count; i++)
		n += t->fields[i].atom == atom;
	return n;
}

/* Merges inside one field, so that it can never conflict. */
static bool merges_alone(const struct rtype *t, const struct field *f)
{
	return atom_size(t, f->atom) == 1 && (is_set(f) || f->append);
}

/* What the author wants a field to be. */
static const json_t *wanted(const struct sample *s, const struct field *f)
{
	if (json_object_get(s->set, f->name))
		return value(s->set, f->name);
	return names(s->unset, f->name) ? NULL : value(s->screen, f->name);
}

static const json_t *conflict_of(const struct sample *s, const struct field *f)
{
	for (size_t i = 0; i < json_array_size(s->out.conflicts); i++) {
		const json_t *k = json_array_get(s->out.conflicts, i);

		if (names(json_object_get(k, "fields"), f->name))
			return k;
	}
	return NULL;
}

/* ---- samples ---- */

/* An author's edit of the screen: some fields set, some taken away. */
static void edit(struct sample *s)
{
	s->set = json_keep(json_object(), s->g.mem);
	s->unset = json_keep(json_array(), s->g.mem);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const char *was = json_string_value(value(s->screen, f->name));

		if (!gen_chance(&s->g, 25))
			continue;
		if (f->append)
			json_object_set_new(s->set, f->name,
				json_sprintf("%s+%u", was ? was : "",
					gen_below(&s->g, 3)));
		else if (gen_chance(&s->g, 70))
			json_object_set_new(
				s->set, f->name, gen_value(&s->g, f));
		else
			json_array_append_new(s->unset, json_string(f->name));
	}
}

static json_t *drift(struct sample *s, const json_t *from)
{
	json_t *to =
		json_keep(json_deep_copy((json_t *)(uintptr_t)from), s->g.mem);

	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const char *was = json_string_value(value(to, f->name));

		if (!gen_chance(&s->g, 30))
			continue;
		if (f->append)
			json_object_set_new(to, f->name,
				json_sprintf("%s-%u", was ? was : "",
					gen_below(&s->g, 3)));
		else if (gen_chance(&s->g, 70))
			json_object_set_new(to, f->name, gen_value(&s->g, f));
		else
			json_object_del(to, f->name);
	}
	return to;
}

static void merge(struct sample *s)
{
	merge_change(
		s->t, s->current, s->set, s->unset, s->seen, s->g.mem, &s->out);
}

/* Round i of a property: a type, a screen, what stands now, an edit. */
static void sample(struct sample *s, struct catalogue *c, unsigned i)
{
	memset(s, 0, sizeof(*s));
	s->c = c;
	s->g.state = i;
	s->g.mem = arena_new();
	s->t = catalogue_type(c, types[i % ARRAY_LEN(types)]);
	s->screen = gen_body(&s->g, s->t, 60);
	s->current = drift(s, s->screen);
	edit(s);
	s->seen = merge_seen(s->t, s->screen, s->set, s->unset, s->g.mem);
}

/* Runs `law` on every sample until one breaks it. */
static void always(void (*law)(struct sample *s))
{
	struct catalogue *c = catalogue_load();

	for (unsigned i = 0; i < ROUNDS && !tap_bad; i++) {
		struct sample s;

		sample(&s, c, i);
		law(&s);
		if (tap_bad)
			printf("# seed %u, type %s\n", i, s.t->name);
		arena_free(s.g.mem);
	}
	catalogue_free(c);
}

/* ---- laws ---- */

static void seen_law(struct sample *s)
{
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const json_t *v = json_object_get(s->seen, f->name);

		CHECK((v != NULL) == atom_touched(s, f->atom));
		if (v)
			CHECK(equal(f, value(s->seen, f->name),
				value(s->screen, f->name)));
	}
}

static void a_patch_says_what_its_author_saw_of_every_touched_atom(void)
{
	always(seen_law);
}

static void untouched_law(struct sample *s)
{
	json_object_set_new(s->current, "from_the_future", json_integer(7));
	merge(s);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];

		if (!touched(s, f))
			CHECK(equal(f, value(s->out.body, f->name),
				value(s->current, f->name)));
	}
	CHECK(json_equal(json_object_get(s->out.body, "from_the_future"),
		json_object_get(s->current, "from_the_future")));
}

static void untouched_fields_stay_also_those_of_a_newer_program(void)
{
	always(untouched_law);
}

static void inputs_law(struct sample *s)
{
	const json_t *in[] = {s->current, s->set, s->unset, s->seen};
	const char *before[ARRAY_LEN(in)];

	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		before[i] = json_canonical(in[i], s->g.mem);
	merge(s);
	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		CHECK_STR(json_canonical(in[i], s->g.mem), before[i]);
}

static void merging_changes_none_of_its_inputs(void)
{
	always(inputs_law);
}

static void nothing_law(struct sample *s)
{
	json_t *none = json_keep(json_object(), s->g.mem);

	merge_change(s->t, s->current, none, NULL, s->seen, s->g.mem, &s->out);
	CHECK(!s->out.changed && !json_array_size(s->out.conflicts));
	CHECK(json_equal(s->out.body, s->current));
	merge_change(s->t, s->current, NULL, NULL, NULL, s->g.mem, &s->out);
	CHECK(!s->out.changed && !json_array_size(s->out.conflicts));
	CHECK(json_equal(s->out.body, s->current));
}

static void a_change_of_nothing_changes_nothing(void)
{
	always(nothing_law);
}

static void changed_law(struct sample *s)
{
	merge(s);
	CHECK(s->out.changed == !json_equal(s->out.body, s->current));
	CHECK((json_array_size(merge_changed_fields(s->current, s->out.body,
		       s->g.mem)) > 0) == s->out.changed);
}

static void changed_says_whether_the_body_differs(void)
{
	always(changed_law);
}

/* I8: the value that gave way was on the author's screen. */
static void overwrite_law(struct sample *s)
{
	merge(s);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];

		if (!merges_alone(s->t, f) &&
			!equal(f, value(s->out.body, f->name),
				value(s->current, f->name)))
			CHECK(equal(f, value(s->current, f->name),
				value(s->screen, f->name)));
	}
}

static void nothing_is_overwritten_unseen(void)
{
	always(overwrite_law);
}

/* What the author wants stands, or is kept beside what stands. */
static void kept_law(struct sample *s)
{
	merge(s);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const json_t *k = conflict_of(s, f);

		if (!touched(s, f) || merges_alone(s->t, f))
			continue;
		if (!k) {
			CHECK(equal(
				f, value(s->out.body, f->name), wanted(s, f)));
			continue;
		}
		CHECK(equal(f, value(s->out.body, f->name),
			value(s->current, f->name)));
		CHECK(equal(f, value(json_object_get(k, "mine"), f->name),
			wanted(s, f)));
		CHECK(equal(f, value(json_object_get(k, "theirs"), f->name),
			value(s->current, f->name)));
		CHECK(equal(f, value(json_object_get(k, "seen"), f->name),
			value(s->screen, f->name)));
	}
}

static void what_the_author_wants_stands_or_is_kept_in_a_conflict(void)
{
	always(kept_law);
}

/* A conflict speaks of one whole atom that was touched and had moved on. */
static void conflict_law(struct sample *s)
{
	merge(s);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const json_t *k = conflict_of(s, f);
		bool moved = false, differs = false;

		for (size_t j = 0; j < s->t->field_count; j++) {
			const struct field *g = &s->t->fields[j];

			if (g->atom != f->atom)
				continue;
			moved |= !equal(g, value(s->current, g->name),
				value(s->screen, g->name));
			differs |= !equal(
				g, value(s->current, g->name), wanted(s, g));
			if (k)
				CHECK(conflict_of(s, g) == k);
		}
		if (!merges_alone(s->t, f))
			CHECK((k != NULL) ==
				(atom_touched(s, f->atom) && moved && differs));
		else
			CHECK(!k);
		if (k)
			CHECK(json_array_size(json_object_get(k, "fields")) ==
				atom_size(s->t, f->atom));
	}
}

static void an_atom_conflicts_whole_and_only_when_it_must(void)
{
	always(conflict_law);
}

/* The same change on what it led to: nothing to do, no new conflict. */
static void twice_law(struct sample *s)
{
	struct merge again;

	merge(s);
	for (size_t i = 0; i < s->t->field_count; i++)
		/* Nobody can tell a text added twice from one added again;
		 * the change's id keeps it from coming twice. */
		if (s->t->fields[i].append)
			json_object_del(s->set, s->t->fields[i].name);
	merge_change(
		s->t, s->out.body, s->set, s->unset, s->seen, s->g.mem, &again);
	CHECK(!again.changed);
	CHECK(json_equal(again.body, s->out.body));
	CHECK(json_equal(again.conflicts, s->out.conflicts));
}

static void the_same_change_twice_does_nothing_more(void)
{
	always(twice_law);
}

static void noted_law(struct sample *s)
{
	struct merge again;

	s->current = s->screen;
	merge(s);
	CHECK(!json_array_size(s->out.conflicts));
	merge_change(
		s->t, s->out.body, s->set, s->unset, s->seen, s->g.mem, &again);
	CHECK(!again.changed && !json_array_size(again.conflicts));
}

static void a_change_of_what_stands_applies_whole_and_is_noted_after(void)
{
	always(noted_law);
}

/* Splits one edit into two that share no atom. */
static void halve(struct sample *s, json_t *set[2], json_t *unset[2])
{
	for (int h = 0; h < 2; h++) {
		set[h] = json_keep(json_object(), s->g.mem);
		unset[h] = json_keep(json_array(), s->g.mem);
	}
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		json_t *v = json_object_get(s->set, f->name);

		if (v)
			json_object_set(set[f->atom % 2], f->name, v);
		else if (names(s->unset, f->name))
			json_array_append_new(
				unset[f->atom % 2], json_string(f->name));
	}
}

static void order_law(struct sample *s)
{
	json_t *set[2], *unset[2];
	struct merge one[2], two[2];

	halve(s, set, unset);
	merge(s);
	for (int h = 0; h < 2; h++) {
		merge_change(s->t, s->current, set[h], unset[h], s->seen,
			s->g.mem, &one[h]);
		merge_change(s->t, one[h].body, set[!h], unset[!h], s->seen,
			s->g.mem, &two[h]);
		CHECK(json_equal(two[h].body, s->out.body));
		CHECK(json_array_size(one[h].conflicts) +
				json_array_size(two[h].conflicts) ==
			json_array_size(s->out.conflicts));
	}
}

static void disjoint_changes_do_the_same_in_either_order(void)
{
	always(order_law);
}

/* (current − removed) ∪ added, element by element. */
static void set_law(struct sample *s)
{
	merge(s);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const json_t *now = value(s->current, f->name);
		const json_t *saw = value(s->screen, f->name);
		const json_t *mine = wanted(s, f);
		const json_t *got = value(s->out.body, f->name);

		if (!is_set(f) || !merges_alone(s->t, f) || !touched(s, f))
			continue;
		for (unsigned k = 0; k < 4; k++) {
			json_t *v = json_keep(gen_element(f, k), s->g.mem);
			bool added = holds(mine, v) && !holds(saw, v);
			bool removed = holds(saw, v) && !holds(mine, v);

			CHECK(holds(got, v) ==
				(added || (holds(now, v) && !removed)));
		}
		CHECK(!got || json_array_size(got) > 0 || equal(f, got, now));
		for (size_t k = 1; k < json_array_size(got); k++)
			CHECK(!json_equal(json_array_get(got, 0),
				json_array_get(got, k)));
	}
}

static void sets_take_what_was_added_and_lose_what_was_removed(void)
{
	always(set_law);
}

static void two_sets_law(struct sample *s)
{
	struct sample other = *s;
	struct merge ab, ba, a, b;

	edit(&other);
	other.seen =
		merge_seen(s->t, s->screen, other.set, other.unset, s->g.mem);
	merge_change(s->t, s->current, s->set, s->unset, s->seen, s->g.mem, &a);
	merge_change(s->t, a.body, other.set, other.unset, other.seen, s->g.mem,
		&ab);
	merge_change(s->t, s->current, other.set, other.unset, other.seen,
		s->g.mem, &b);
	merge_change(s->t, b.body, s->set, s->unset, s->seen, s->g.mem, &ba);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];

		if (is_set(f) && merges_alone(s->t, f))
			CHECK(equal(f, value(ab.body, f->name),
				value(ba.body, f->name)));
	}
}

static void two_edits_of_a_set_do_the_same_in_either_order(void)
{
	always(two_sets_law);
}

static void null_law(struct sample *s)
{
	struct merge other;
	json_t *set = json_keep(json_deep_copy(s->set), s->g.mem);
	json_t *seen = json_keep(json_object(), s->g.mem);
	const char *key;
	json_t *v;

	merge(s);
	for (size_t i = 0; i < json_array_size(s->unset); i++)
		json_object_set_new(set,
			json_string_value(json_array_get(s->unset, i)),
			json_null());
	json_object_foreach(s->seen, key, v) json_object_set(seen, key, v);
	for (size_t i = 0; i < s->t->field_count; i++)
		if (!json_object_get(s->current, s->t->fields[i].name) &&
			gen_chance(&s->g, 50))
			json_object_set_new(
				s->current, s->t->fields[i].name, json_null());
	merge_change(s->t, s->current, set, NULL, seen, s->g.mem, &other);
	CHECK(other.changed == s->out.changed);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];

		CHECK(equal(f, value(other.body, f->name),
			value(s->out.body, f->name)));
	}
	CHECK(json_equal(other.conflicts, s->out.conflicts));
}

static void null_is_absent_wherever_it_stands(void)
{
	always(null_law);
}

/* One field of a touched atom missing from `seen`: nobody knows whether the
 * author saw it, so nothing is taken, and nothing is lost either. */
static void unseen_law(struct sample *s)
{
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		bool as_wanted = true;

		if (!atom_touched(s, f->atom))
			continue;
		s->seen =
			merge_seen(s->t, s->screen, s->set, s->unset, s->g.mem);
		json_object_del(s->seen, f->name);
		merge(s);
		for (size_t j = 0; j < s->t->field_count; j++) {
			const struct field *g = &s->t->fields[j];

			if (g->atom != f->atom)
				continue;
			CHECK(equal(g, value(s->out.body, g->name),
				value(s->current, g->name)));
			as_wanted &= (g == f && !touched(s, g)) ||
				     equal(g, value(s->current, g->name),
					     wanted(s, g));
		}
		if (!as_wanted)
			CHECK(conflict_of(s, f) != NULL);
	}
}

static void a_value_the_author_did_not_see_is_never_replaced(void)
{
	always(unseen_law);
}

/* Whoever later takes the author's side must not lose what the author never
 * spoke of. */
static void unspoken_law(struct sample *s)
{
	json_t *none = json_keep(json_object(), s->g.mem);

	merge_change(
		s->t, s->current, s->set, s->unset, none, s->g.mem, &s->out);
	for (size_t i = 0; i < s->t->field_count; i++) {
		const struct field *f = &s->t->fields[i];
		const json_t *k = conflict_of(s, f);

		if (k && !touched(s, f))
			CHECK(equal(f,
				value(json_object_get(k, "mine"), f->name),
				value(s->current, f->name)));
	}
}

static void the_authors_side_leaves_alone_what_the_author_never_spoke_of(void)
{
	always(unspoken_law);
}

/* ---- examples worth reading ---- */

static json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_body, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

struct example {
	const char *type;
	const char *current;
	const char *set;
	const char *seen;
	const char *want; /* body */
	size_t conflicts;
};

static void check_examples(const struct example *x, size_t n)
{
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < n; i++) {
		struct arena *mem = arena_new();
		struct merge m;

		merge_change(catalogue_type(c, x[i].type),
			parse(x[i].current, mem), parse(x[i].set, mem), NULL,
			parse(x[i].seen, mem), mem, &m);
		CHECK_STR(json_canonical(m.body, mem), x[i].want);
		CHECK(json_array_size(m.conflicts) == x[i].conflicts);
		arena_free(mem);
	}
	catalogue_free(c);
}

static void a_value_that_came_back_is_the_value_that_was_seen(void)
{
	/* A, then B, then A again by others: what stands is what was seen. */
	static const struct example x[] = {
		{"service", "{\"aim\":\"A\"}", "{\"aim\":\"C\"}",
                 "{\"aim\":\"A\"}", "{\"aim\":\"C\"}", 0},
		{"service", "{\"aim\":\"B\"}", "{\"aim\":\"C\"}",
                 "{\"aim\":\"A\"}", "{\"aim\":\"B\"}", 1},
		{"service", "{\"aim\":\"C\"}", "{\"aim\":\"C\"}",
                 "{\"aim\":\"A\"}", "{\"aim\":\"C\"}", 0},
	};

	check_examples(x, ARRAY_LEN(x));
}

static void both_additions_to_a_note_are_kept(void)
{
	static const struct example x[] = {
		{"service", "{\"process\":\"one\\ntwo\"}",
                 "{\"process\":\"one\\nthree\"}",				    "{\"process\":\"one\"}",
                 "{\"process\":\"one\\ntwo\\nthree\"}",										0},
		{"service", "{\"process\":\"theirs\"}",
                 "{\"process\":\"mine\"}",                                           "{\"process\":null}",
                 "{\"process\":\"theirsmine\"}",										       0},
 /* The beginning is not what stood there: no addition. */
		{"service", "{\"process\":\"one two\"}",
                 "{\"process\":\"One three\"}",                                      "{\"process\":\"one\"}",
                 "{\"process\":\"one two\"}",											  1},
		{"service", "{\"process\":\"one\"}",       "{\"process\":\"one+\"}",
                 "{}",											"{\"process\":\"one\"}", 1},
	};

	check_examples(x, ARRAY_LEN(x));
}

static void fields_that_belong_together_come_from_one_author(void)
{
	/* danger and stability are one judgement: never 4 of one and "stable"
	 * of the other. */
	static const struct example x[] = {
		{"response", "{\"danger\":3,\"stability\":\"unstable\"}",
                 "{\"danger\":1}", "{\"danger\":2,\"stability\":\"stable\"}",
                 "{\"danger\":3,\"stability\":\"unstable\"}", 1},
		{"response", "{\"danger\":2,\"stability\":\"unstable\"}",
                 "{\"danger\":1}", "{\"danger\":2,\"stability\":\"stable\"}",
                 "{\"danger\":2,\"stability\":\"unstable\"}", 1},
		{"response", "{\"danger\":2,\"stability\":\"stable\"}",
                 "{\"danger\":1}", "{\"danger\":2,\"stability\":\"stable\"}",
                 "{\"danger\":1,\"stability\":\"stable\"}",   0},
	};

	check_examples(x, ARRAY_LEN(x));
}

static void readers_in_another_order_are_the_same_readers(void)
{
	static const struct example x[] = {
		{"service", "{\"readers\":[\"b\",\"a\"],\"restricted\":true}",
                 "{\"restricted\":false}", "{\"readers\":[\"a\",\"b\"],\"restricted\":true}",
                 "{\"readers\":[\"b\",\"a\"],\"restricted\":false}", 0}
        };

	check_examples(x, ARRAY_LEN(x));
}

static void changed_fields_are_named_once_each(void)
{
	struct arena *mem = arena_new();
	json_t *before = parse("{\"a\":1,\"b\":2,\"c\":null,\"d\":4}", mem);
	json_t *after = parse("{\"a\":1,\"b\":3,\"e\":5,\"d\":null}", mem);

	CHECK_STR(json_canonical(merge_changed_fields(before, after, mem), mem),
		"[\"b\",\"d\",\"e\"]");
	CHECK(!json_array_size(merge_changed_fields(before, before, mem)));
	CHECK(json_array_size(merge_changed_fields(NULL, after, mem)) == 3);
	arena_free(mem);
}

int main(void)
{
	RUN(a_patch_says_what_its_author_saw_of_every_touched_atom);
	RUN(untouched_fields_stay_also_those_of_a_newer_program);
	RUN(merging_changes_none_of_its_inputs);
	RUN(a_change_of_nothing_changes_nothing);
	RUN(changed_says_whether_the_body_differs);
	RUN(nothing_is_overwritten_unseen);
	RUN(what_the_author_wants_stands_or_is_kept_in_a_conflict);
	RUN(an_atom_conflicts_whole_and_only_when_it_must);
	RUN(the_same_change_twice_does_nothing_more);
	RUN(a_change_of_what_stands_applies_whole_and_is_noted_after);
	RUN(disjoint_changes_do_the_same_in_either_order);
	RUN(sets_take_what_was_added_and_lose_what_was_removed);
	RUN(two_edits_of_a_set_do_the_same_in_either_order);
	RUN(null_is_absent_wherever_it_stands);
	RUN(a_value_the_author_did_not_see_is_never_replaced);
	RUN(the_authors_side_leaves_alone_what_the_author_never_spoke_of);
	RUN(a_value_that_came_back_is_the_value_that_was_seen);
	RUN(both_additions_to_a_note_are_kept);
	RUN(fields_that_belong_together_come_from_one_author);
	RUN(readers_in_another_order_are_the_same_readers);
	RUN(changed_fields_are_named_once_each);
	return tap_done();
}
