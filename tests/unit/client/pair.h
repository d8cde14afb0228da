/*
 * pair.h - a station and the small centre (centre.h) it talks to.
 */
#ifndef TESTS_CLIENT_PAIR_H
#define TESTS_CLIENT_PAIR_H

#include "client/store/outbox.h"
#include "tests/unit/client/centre.h"

struct pair {
	struct fixture f;
	struct centre k;
	struct sync_report r;
	struct err e;
};

static inline void begin(struct pair *p)
{
	set_up(&p->f);
	centre_init(&p->k, &p->f);
}

static inline void end(struct pair *p)
{
	CHECK(!p->k.gap);
	tear_down(&p->f);
}

static inline bool sync(struct pair *p)
{
	return sync_with(&p->k, &p->r, &p->e);
}

static inline bool equal_now(struct pair *p)
{
	struct sha256 a = store_digest(p->f.s), b = its_digest(&p->k);

	return sha256_equal(&a, &b);
}

static inline void trouble(struct pair *p, enum trouble what, size_t times)
{
	for (size_t i = 0; i < times; i++)
		p->k.trouble[p->k.troubles++] = what;
}

/* Changes of a record that its view still counts as waiting. */
static inline size_t waiting_here(struct pair *p, unsigned rec)
{
	struct arena *mem = arena_new();
	struct uuid u = id(rec);
	size_t n = view_last_waiting(view_new(p->f.s, mem), &u) != NULL;

	arena_free(mem);
	return n;
}

/* Calm, as after a storm. */
static inline void calm(struct pair *p)
{
	p->k.now = p->k.troubles = 0;
}

static inline bool edit(struct pair *p, unsigned rec, const char *set)
{
	struct arena *mem = arena_new();
	struct view *v = view_new(p->f.s, mem);
	json_t *j = json_keep(json_loads(set, 0, NULL), mem);
	json_t *unset = json_keep(json_array(), mem);
	struct uuid u = id(rec);
	bool changed = false, ok;

	ok = store_begin(p->f.s, &p->e) &&
	     outbox_patch(v, &u, j, unset, &changed, &p->e) &&
	     store_commit(p->f.s, &p->e);
	arena_free(mem);
	return ok && changed;
}

static inline size_t count_work(struct pair *p, enum work_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < store_work_count(p->f.s); i++)
		n += store_work_at(p->f.s, i)->state == state;
	return n;
}

static inline int applied(struct pair *p)
{
	int n = 0;

	for (size_t i = 0; i < p->k.results; i++)
		n += p->k.result[i].applied;
	return n;
}

#endif
