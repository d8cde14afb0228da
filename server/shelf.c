/*
 * shelf.c - see shelf.h.
 */
#include "server/shelf.h"

#include "proto/pack_check.h"
#include "server/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The catalogue of a site that has packs of its own; nil: of all others. */
struct copy {
	struct uuid site;
	struct catalogue *catalogue;
};

/* What is on the shelf at one time. */
struct issue {
	struct shelf *shelf;
	struct arena *mem;
	_Atomic int64_t stamp; /* of the packs it was made of */
	size_t holds; /* guarded by the shelf's lock; the shelf itself is one */
	struct copy *copies; /* the first is for everybody else */
	size_t count;
};

struct shelf {
	const struct config *conf;
	struct catalogue *base;
	pthread_mutex_t lock;    /* of `now` and of holds */
	pthread_mutex_t reading; /* one reads packs at a time */
	struct issue *now;
};

/* ---- holding ---- */

static void free_issue(struct issue *i)
{
	for (size_t n = 0; n < i->count; n++)
		catalogue_free(i->copies[n].catalogue);
	arena_free(i->mem);
}

static void let_go(void *held)
{
	struct issue *i = held;
	struct shelf *s = i->shelf;
	bool last;

	pthread_mutex_lock(&s->lock);
	last = --i->holds == 0;
	pthread_mutex_unlock(&s->lock);
	if (last)
		free_issue(i);
}

static struct issue *hold(struct shelf *s)
{
	struct issue *i;

	pthread_mutex_lock(&s->lock);
	i = s->now;
	i->holds++;
	pthread_mutex_unlock(&s->lock);
	return i;
}

static void put(struct shelf *s, struct issue *i)
{
	struct issue *old;

	pthread_mutex_lock(&s->lock);
	old = s->now;
	s->now = i;
	pthread_mutex_unlock(&s->lock);
	if (old)
		let_go(old);
}

/* ---- making ---- */

static struct issue *new_issue(struct shelf *s, int64_t stamp)
{
	struct arena *mem = arena_new();
	struct issue *i = ARENA_NEW(mem, struct issue);

	i->shelf = s;
	i->mem = mem;
	i->stamp = stamp;
	i->holds = 1;
	return i;
}

static void tell(struct shelf *s, const struct mistakes *wrong)
{
	for (size_t i = 0; i < wrong->count; i++) {
		struct buf b;

		buf_init(&b, 2048);
		mistake_sentence(&wrong->list[i], LANG_EN, &b);
		log_write(s->conf, LOG_ERROR, "left out: %s: %s",
			wrong->list[i].path, b.p ? b.p : "");
		buf_free(&b);
	}
}

/* The catalogue as a site sees it; mistakes are told once, with the first. */
static void add_copy(struct issue *i, const json_t *const *bodies, size_t n,
	const struct uuid *site)
{
	struct arena *mem = arena_new();
	struct overlay *list = ARENA_ARRAY(mem, struct overlay, n + 1);
	struct copy *c = &i->copies[i->count];
	struct mistakes wrong;
	size_t count = 0;

	mistakes_init(&wrong, mem);
	for (size_t k = 0; k < n; k++)
		count += overlay_read(bodies[k], site, &list[count]);
	c->site = *site;
	c->catalogue = catalogue_with(i->shelf->base, list, count, &wrong);
	catalogue_publish(c->catalogue);
	if (i->count++ == 0)
		tell(i->shelf, &wrong);
	arena_free(mem);
}

static bool has_copy(const struct issue *i, const struct uuid *site)
{
	for (size_t k = 0; k < i->count; k++)
		if (uuid_cmp(&i->copies[k].site, site) == 0)
			return true;
	return false;
}

static size_t sites_named(const json_t *const *bodies, size_t n)
{
	size_t count = 0;

	for (size_t k = 0; k < n; k++)
		count += json_array_size(json_object_get(bodies[k], "sites"));
	return count;
}

static struct issue *make(
	struct shelf *s, int64_t stamp, const json_t *const *list, size_t n)
{
	static const struct uuid nobody;
	struct issue *i = new_issue(s, stamp);

	i->copies = ARENA_ARRAY(i->mem, struct copy, sites_named(list, n) + 1);
	add_copy(i, list, n, &nobody);
	for (size_t k = 0; k < n; k++) {
		const json_t *sites = json_object_get(list[k], "sites");

		for (size_t m = 0; m < json_array_size(sites); m++) {
			const char *text =
				json_string_value(json_array_get(sites, m));
			struct uuid site;

			if (text && uuid_parse(text, &site) &&
				!has_copy(i, &site))
				add_copy(i, list, n, &site);
		}
	}
	return i;
}

/* ---- reading ---- */

bool shelf_stamp(
	struct db *db, struct arena *mem, int64_t *stamp, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	if (!db_run(db, Q_PACKS_STAMP, &a, &rows, e))
		return false;
	*stamp = db_get_int(rows, 0, "stamp");
	return true;
}

static bool read_packs(
	struct shelf *s, struct db *db, int64_t stamp, struct err *e)
{
	struct arena *mem = arena_new();
	const json_t **list;
	struct db_rows *rows;
	struct db_args a;
	size_t n = 0;

	db_args_init(&a, mem);
	if (!db_run(db, Q_PACKS_ALL, &a, &rows, e)) {
		arena_free(mem);
		return false;
	}
	list = ARENA_ARRAY(mem, const json_t *, db_count(rows) + 1);
	for (int i = 0; i < db_count(rows); i++) {
		struct str body = db_get_bytes(rows, i, "body");
		struct err bad;

		list[n] =
			json_read(body.p, body.n, &json_limits_own, mem, &bad);
		n += list[n] != NULL;
	}
	put(s, make(s, stamp, list, n));
	arena_free(mem);
	return true;
}

/* Several workers see the new stamp at once: one reads, the others wait. */
static bool renew(struct shelf *s, struct db *db, int64_t stamp, struct err *e)
{
	struct issue *i;
	bool ok = true;

	pthread_mutex_lock(&s->reading);
	i = hold(s);
	if (i->stamp < stamp)
		ok = read_packs(s, db, stamp, e);
	let_go(i);
	pthread_mutex_unlock(&s->reading);
	return ok;
}

void shelf_doubt(struct shelf *s)
{
	struct issue *i = hold(s);

	i->stamp = -1;
	let_go(i);
}

const struct catalogue *shelf_take(struct shelf *s, struct db *db,
	int64_t stamp, const struct uuid *site, struct arena *mem,
	struct err *e)
{
	struct issue *i = hold(s);

	if (i->stamp < stamp) {
		let_go(i);
		if (!renew(s, db, stamp, e))
			return NULL;
		i = hold(s);
	}
	arena_adopt(mem, i, let_go);
	for (size_t k = 1; k < i->count; k++)
		if (uuid_cmp(&i->copies[k].site, site) == 0)
			return i->copies[k].catalogue;
	return i->copies[0].catalogue;
}

/* ---- the shelf ---- */

/* What the engines trust was looked at here. */
static bool is_sound(const struct catalogue *c, struct err *e)
{
	struct arena *mem = arena_new();
	struct mistakes wrong;
	bool sound;
	struct buf b;

	mistakes_init(&wrong, mem);
	catalogue_mistakes(c, &wrong);
	sound = wrong.count == 0;
	buf_init(&b, 2048);
	if (!sound) {
		mistake_sentence(&wrong.list[0], LANG_EN, &b);
		err_set(e, ERR_INTERNAL, "built-in data: %s: %s",
			wrong.list[0].path, b.p);
	}
	buf_free(&b);
	arena_free(mem);
	return sound;
}

struct shelf *shelf_open(const struct config *conf, struct err *e)
{
	struct shelf *s = calloc(1, sizeof(*s));

	if (!s)
		die("out of memory (shelf)");
	s->conf = conf;
	s->base = catalogue_load();
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->reading, NULL);
	if (!is_sound(s->base, e)) {
		shelf_free(s);
		return NULL;
	}
	put(s, make(s, -1, NULL, 0));
	return s;
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	if (s->now)
		let_go(s->now);
	catalogue_free(s->base);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->reading);
	free(s);
}
