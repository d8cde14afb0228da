/*
 * test_outcome.c - figures of change for who must not see persons: small rows
 * are hidden, and no two answers differ by a few people.
 */
#include "server/figures/outcome_given.h"
#include "server/figures/outcome_hide.h"
#include "tests/lib/tap.h"

#define SITES 6
#define BELOW 5

static const struct figure_site sites[SITES] = {
	{"a", "a", "", "station",  "north"},
	{"b", "b", "", "station",  "south"},
	{"c", "c", "", "station",  "north"},
	{"d", "d", "", "hospital", "south"},
	{"e", "e", "", "hospital", "north"},
	{"f", "f", "", "centre",   "east" },
};

static void district(struct outcomes *o, struct arena *mem)
{
	memset(o, 0, sizeof(*o));
	o->mem = mem;
	o->sites = sites;
	o->site_count = SITES;
	outcome_programme(o, "p");
	outcome_programme(o, "q");
	outcome_programme(o, "r");
	outcome_ruler(o, &(struct outcome_ruler){"phq9", "1", "self", NULL});
	outcomes_group(o);
}

static void add(struct outcomes *o, const char *id, size_t site,
	size_t programme, double before, double after)
{
	outcome_add(o, &o->pairs,
		&(struct outcome_pair){arena_strdup(o->mem, id), 0, site,
			programme, before, after});
}

static void add_many(struct outcomes *o, size_t n, size_t site,
	size_t programme, double before)
{
	for (size_t i = 0; i < n; i++)
		add(o, arena_printf(o->mem, "%zu.%zu.%zu", site, programme, i),
			site, programme, before + (double)i, (double)(i % 3));
}

static void a_mean_of_few_is_hidden_and_cannot_be_reckoned(void)
{
	struct arena *mem = arena_new();
	struct outcomes o;
	const struct outcome_signs *s;

	district(&o, mem);
	add_many(&o, 9, 0, 0, 1);
	add_many(&o, 3, 1, 0, 1);
	add_many(&o, 7, 3, 1, 1);
	s = outcome_signs(&o, &o.pairs, 0, BELOW, NULL);
	CHECK(!s->of[OUTCOME_ALL][0]);
	CHECK(s->of[OUTCOME_SITE][1] == HIDE_SMALL);
	/* Of 19 in all, 9 and 7 shown would leave the 3. */
	CHECK(s->of[OUTCOME_SITE][0] == HIDE_ALSO ||
		s->of[OUTCOME_SITE][3] == HIDE_ALSO);
	CHECK(!s->of[OUTCOME_PROGRAMME][0] && !s->of[OUTCOME_PROGRAMME][1]);
	s = outcome_signs(&o, &o.pairs, 0, 0, NULL);
	CHECK(!s->of[OUTCOME_SITE][1]);
	arena_free(mem);
}

static void people_who_are_all_alike_are_as_one(void)
{
	struct arena *mem = arena_new();
	struct outcomes o;
	const struct outcome_signs *s;

	district(&o, mem);
	add_many(&o, 9, 0, 0, 1);
	add_many(&o, 9, 1, 1, 1);
	for (int i = 0; i < 8; i++)
		add(&o, arena_printf(mem, "x%d", i), 3, 2, 27, i);
	s = outcome_signs(&o, &o.pairs, 0, BELOW, NULL);
	CHECK(s->of[OUTCOME_SITE][3] != HIDE_NOT);
	CHECK(s->of[OUTCOME_PROGRAMME][2] != HIDE_NOT);
	CHECK(!s->of[OUTCOME_ALL][0]);
	arena_free(mem);
}

static void what_is_hidden_from_sites_is_hidden_outside(void)
{
	struct arena *mem = arena_new();
	struct outcomes o;
	struct outcome_signs *s, *outside;

	district(&o, mem);
	for (size_t i = 0; i < SITES; i++)
		add_many(&o, 4 + 3 * i, i, i % 3, 1);
	s = outcome_signs(&o, &o.pairs, 0, BELOW, NULL);
	outside = outcome_signs(&o, &o.pairs, 0, 11, s);
	for (size_t by = OUTCOME_SITE; by < OUTCOME_BYS; by++)
		for (size_t i = 0; i < o.by[by].n; i++)
			CHECK(!s->of[by][i] || outside->of[by][i]);
	arena_free(mem);
}

/* ---- from one answer to the next ---- */

static bool holds(const struct outcome_list *l, const struct outcome_pair *p)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->list[i].id, p->id) == 0 &&
			l->list[i].site == p->site &&
			l->list[i].programme == p->programme &&
			l->list[i].before == p->before &&
			l->list[i].after == p->after)
			return true;
	return false;
}

/* How many people a row is others of than it was. An edit is one. */
static int64_t differs(const struct outcomes *o, const struct outcome_list *a,
	const struct outcome_list *b, enum outcome_by by, size_t group)
{
	const struct outcome_list *of[2] = {a, b};
	const char *seen[600];
	int64_t n = 0;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < of[k]->n; i++) {
			const struct outcome_pair *p = &of[k]->list[i];
			bool again = false;

			if ((by != OUTCOME_ALL &&
				    outcome_group(o, by, p) != group) ||
				holds(of[!k], p))
				continue;
			for (int64_t j = 0; j < n; j++)
				again |= strcmp(seen[j], p->id) == 0;
			if (!again && n < 600)
				seen[n++] = p->id;
		}
	return n;
}

/* Numbers that look thrown and are the same every time (xorshift64). */
static int any(void)
{
	static uint64_t x = 20261122;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (int)(x >> 33);
}

static void random_change(struct outcomes *o, int step)
{
	struct outcome_list *l = &o->pairs;
	size_t at = l->n ? (size_t)any() % l->n : 0;

	switch (any() % 8) {
	case 0:
		if (l->n)
			l->list[at].after = any() % 20;
		break;
	case 1:
		if (l->n)
			l->list[at].site = (size_t)any() % SITES;
		break;
	case 2:
		if (l->n)
			l->list[at] = l->list[--l->n];
		break;
	default:
		add(o, arena_printf(o->mem, "n%d", step),
			(size_t)(any() % SITES) * (size_t)(any() % 2),
			(size_t)any() % 3, any() % 20, any() % 20);
	}
}

static int compare_answers(const struct outcomes *o,
	const struct outcome_list *was, const struct outcome_list *is)
{
	const struct outcome_signs *a = outcome_signs(o, was, 0, BELOW, NULL);
	const struct outcome_signs *b = outcome_signs(o, is, 0, BELOW, NULL);
	int shown = 0;

	for (size_t by = 0; by < OUTCOME_BYS; by++)
		for (size_t i = 0; i < o->by[by].n; i++) {
			int64_t n;

			if (a->of[by][i] || b->of[by][i])
				continue;
			n = differs(o, was, is, (enum outcome_by)by, i);
			CHECK(n == 0 || n >= BELOW);
			shown += n > 0;
		}
	return shown;
}

static void no_two_answers_differ_by_a_few_people(void)
{
	int renewed = 0, waited = 0, shown = 0;

	for (int round = 0; round < 12; round++) {
		struct arena *mem = arena_new();
		struct outcome_list given = {0}, next;
		struct outcomes o;
		bool waits;

		district(&o, mem);
		for (int step = 0; step < 150; step++) {
			for (int i = any() % 4; i >= 0; i--)
				random_change(&o, step * 8 + i);
			renewed += outcomes_batch(
				&o, &given, BELOW, &next, &waits);
			waited += waits;
			shown += compare_answers(&o, &given, &next);
			given = next;
		}
		CHECK(given.n * 10 > o.pairs.n * 7);
		arena_free(mem);
	}
	printf("# %d new answers, %d with some waiting, %d rows became "
	       "others\n",
		renewed, waited, shown);
	CHECK(renewed > 100 && waited > 100 && shown > 100);
}

static void what_nobody_was_shown_starts_with_all_there_is(void)
{
	struct arena *mem = arena_new();
	struct outcome_list none = {0}, first, second;
	struct outcomes o;
	bool waits;

	district(&o, mem);
	add_many(&o, 3, 0, 0, 1);
	CHECK(outcomes_batch(&o, &none, BELOW, &first, &waits) && !waits);
	add(&o, "four", 0, 0, 4, 4);
	add(&o, "five", 0, 0, 5, 9);
	CHECK(outcomes_batch(&o, &first, BELOW, &second, &waits) && !waits);
	CHECK(second.n == 5);
	add(&o, "six", 0, 0, 6, 9);
	CHECK(!outcomes_batch(&o, &second, BELOW, &first, &waits) && waits);
	CHECK(first.n == 5);
	arena_free(mem);
}

int main(void)
{
	RUN(a_mean_of_few_is_hidden_and_cannot_be_reckoned);
	RUN(people_who_are_all_alike_are_as_one);
	RUN(what_is_hidden_from_sites_is_hidden_outside);
	RUN(what_nobody_was_shown_starts_with_all_there_is);
	RUN(no_two_answers_differ_by_a_few_people);
	return tap_done();
}
