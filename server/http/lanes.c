/*
 * lanes.c - see lanes.h.
 *
 * One lock and one condition a lane: a push wakes one worker, and a worker
 * that finds more work takes it without sleeping. What waited longer than its
 * lane allows is refused unread, so under overload the daemon answers the
 * newest requests instead of all of them too late.
 *
 * A synchronous standby that is gone lets no commit end that waits for it, and
 * with it the worker. So what is only read waits for no standby (db_wait_here),
 * and of the lane that has both one worker is kept for it.
 */
#include "server/http/lanes.h"

#include "proto/base/host.h"
#include "server/http/park.h"
#include "server/lineage/lineage.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* All bodies and JSON trees in memory at one time. */
#define MEMORY_BUDGET ((size_t)256 << 20)

static const struct {
	const char *name;
	size_t room; /* most requests waiting */
	int64_t patience_ms;
	const char *statement_timeout;
} traits[LANE_COUNT] = {
	[LANE_FAST] = {"fast",     1024, 5000,  "10s"},
	[LANE_FEED] = {"feed",     2048, 20000, "60s"},
	[LANE_PUSH] = {"push",     128,  20000, "30s"},
	[LANE_PASSWORD] = {"password", 32,   20000, "10s"},
	[LANE_FILES] = {"files",    64,   20000, "60s"},
	[LANE_FIGURES] = {"figures",  32,   20000, "30s"},
};

struct lane_state {
	struct lanes *all;
	enum lane id;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct exchange *first, *last;
	struct lane_figures figures;
	size_t writing, writers; /* workers that write, and how many may */
	bool closed;
};

struct worker {
	pthread_t thread;
	bool is_running;
	struct lane_state *lane;
	struct workshop shop;
};

struct lanes {
	struct app *app;
	struct lane_state lane[LANE_COUNT];
	struct worker *workers;
	size_t worker_count;
	struct park *park;
	_Atomic size_t charged;
};

const char *lane_name(enum lane lane)
{
	return traits[lane].name;
}

bool lanes_charge(struct lanes *l, size_t bytes)
{
	size_t used;

	if (!l)
		return true;
	used = atomic_fetch_add(&l->charged, bytes);
	if (bytes <= MEMORY_BUDGET && used <= MEMORY_BUDGET - bytes)
		return true;
	atomic_fetch_sub(&l->charged, bytes);
	return false;
}

void lanes_release(struct lanes *l, size_t bytes)
{
	if (l)
		atomic_fetch_sub(&l->charged, bytes);
}

size_t lanes_charged(const struct lanes *l)
{
	return atomic_load(&l->charged);
}

/* Pages of the feed and receipts are what a station reads by. */
static bool is_read(const struct route *r)
{
	return r->lane == LANE_FEED || strcmp(r->method, "GET") == 0 ||
	       strcmp(r->method, "HEAD") == 0;
}

static bool is_late(const struct lane_state *s, const struct exchange *x)
{
	return host_mono_ms() - x->queued_ms > traits[s->id].patience_ms;
}

/* Adds at the end. `force` is for requests that had a place already. */
static bool enqueue(struct lane_state *s, struct exchange *x, bool force)
{
	bool ok;

	x->next = NULL;
	x->reads = is_read(x->req.route);
	x->queued_ms = host_mono_ms();
	pthread_mutex_lock(&s->lock);
	ok = force || (!s->closed && s->figures.waiting < traits[s->id].room);
	if (ok) {
		if (s->last)
			s->last->next = x;
		else
			s->first = x;
		s->last = x;
		s->figures.waiting++;
		pthread_cond_signal(&s->filled);
	} else {
		s->figures.refused++;
	}
	pthread_mutex_unlock(&s->lock);
	return ok;
}

/* Takes out the first that may begin; NULL when there is none. */
static struct exchange *take(struct lane_state *s)
{
	struct exchange *x = s->first, *before = NULL;

	while (x && !x->reads && s->writing >= s->writers && !s->closed &&
		!is_late(s, x)) {
		before = x;
		x = x->next;
	}
	if (!x)
		return NULL;
	*(before ? &before->next : &s->first) = x->next;
	if (s->last == x)
		s->last = before;
	s->figures.waiting--;
	s->figures.running++;
	s->writing += !x->reads;
	return x;
}

/* The next request; NULL when the lane is closed and empty. */
static struct exchange *dequeue(struct lane_state *s)
{
	struct exchange *x;

	pthread_mutex_lock(&s->lock);
	while (!(x = take(s)) && !(s->closed && !s->first))
		pthread_cond_wait(&s->filled, &s->lock);
	pthread_mutex_unlock(&s->lock);
	return x;
}

static void count_done(struct lane_state *s, bool read)
{
	pthread_mutex_lock(&s->lock);
	s->figures.running--;
	s->figures.done++;
	s->writing -= !read;
	/* One that writes may have waited for this. */
	if (!read)
		pthread_cond_signal(&s->filled);
	pthread_mutex_unlock(&s->lock);
}

static void fail(struct exchange *x, struct err *e)
{
	exchange_fail(x, e);
	x->resume(x);
}

static void park(struct lanes *l, struct exchange *x)
{
	struct err e;

	x->wait_until_ms = host_mono_ms() + x->req.wait_ms;
	if (park_add(l->park, x))
		return;
	err_set(&e, ERR_BUSY, "shutting down");
	fail(x, &e);
}

/* A new connection may lead to another database: nothing is promised on it
 * before somebody has looked. */
static bool is_ready(struct worker *w, struct err *e)
{
	struct db *db = w->shop.db;

	if (!db_ready(db, e))
		return false;
	if (!db_is_new(db))
		return true;
	if (!lineage_look(w->lane->all->app->lineage, db, e))
		return false;
	db_looked_at(db);
	return true;
}

static void work(struct worker *w, struct exchange *x)
{
	struct lanes *l = w->lane->all;
	struct err e = {0};

	db_wait_here(w->shop.db, x->reads);
	if (is_late(w->lane, x)) {
		err_set(&e, ERR_BUSY, "waited too long in lane %s",
			lane_name(w->lane->id));
		fail(x, &e);
		return;
	}
	if (!is_ready(w, &e)) {
		fail(x, &e);
		return;
	}
	x->seen_csn = atomic_load(&l->app->head_csn);
	int64_t before = x->seen_csn;

	exchange_run(x, &w->shop);
	if (atomic_load(&l->app->head_csn) != before)
		park_notice(l->park);
	if (x->state == EX_DONE)
		x->resume(x);
	else
		park(l, x);
}

static void *run(void *cls)
{
	struct worker *w = cls;
	struct exchange *x;

	while ((x = dequeue(w->lane))) {
		bool read = x->reads; /* it is gone afterwards */

		work(w, x);
		count_done(w->lane, read);
	}
	return NULL;
}

/* A parked request comes back to its own lane, which had admitted it. */
static void unpark(void *cls, struct exchange *x)
{
	struct lanes *l = cls;

	enqueue(&l->lane[x->req.route->lane], x, true);
}

bool lanes_push(struct lanes *l, struct exchange *x)
{
	return enqueue(&l->lane[x->req.route->lane], x, false);
}

/* The database as a lane sees it: no statement runs longer than its lane
 * allows, also after a reconnect. A conninfo that is a URI says so itself. */
static char *conninfo_of(const struct config *c, enum lane id)
{
	if (strncmp(c->database, "postgres", 8) == 0)
		return arena_strdup(c->mem, c->database);
	return arena_printf(c->mem, "%s options='-c statement_timeout=%s'",
		c->database, traits[id].statement_timeout);
}

static bool open_workers(
	struct lanes *l, enum lane id, int64_t count, struct err *e)
{
	const char *conninfo = conninfo_of(&l->app->conf, id);

	l->lane[id].writers =
		(size_t)(id == LANE_FAST && count > 1 ? count - 1 : count);
	for (int64_t i = 0; i < count; i++) {
		struct worker *w = &l->workers[l->worker_count];

		w->lane = &l->lane[id];
		w->shop.db = db_open_with(conninfo, l->app->vault, e);
		if (!w->shop.db)
			return false;
		db_trail_key(w->shop.db, l->app->trail_key);
		l->worker_count++;
		w->shop.zstd = ZSTD_createCCtx();
		if (!w->shop.zstd)
			die("out of memory (zstd)");
	}
	return true;
}

static bool open_all(struct lanes *l, struct err *e)
{
	const struct config *c = &l->app->conf;
	const int64_t counts[LANE_COUNT] = {
		[LANE_FAST] = c->lane_fast,
		[LANE_FEED] = c->lane_feed,
		[LANE_PUSH] = c->lane_push,
		[LANE_PASSWORD] = c->lane_password,
		[LANE_FILES] = c->lane_files,
		[LANE_FIGURES] = c->lane_figures,
	};
	int64_t total = 0;

	for (int i = 0; i < LANE_COUNT; i++)
		total += counts[i];
	l->workers = calloc((size_t)total, sizeof(*l->workers));
	if (!l->workers)
		die("out of memory (workers)");
	for (int i = 0; i < LANE_COUNT; i++) {
		l->lane[i].all = l;
		l->lane[i].id = (enum lane)i;
		pthread_mutex_init(&l->lane[i].lock, NULL);
		pthread_cond_init(&l->lane[i].filled, NULL);
	}
	for (int i = 0; i < LANE_COUNT; i++)
		if (!open_workers(l, (enum lane)i, counts[i], e))
			return false;
	l->park = park_start(l->app, unpark, l, e);
	return l->park != NULL;
}

struct lanes *lanes_start(struct app *app, struct err *e)
{
	struct lanes *l = calloc(1, sizeof(*l));

	if (!l)
		die("out of memory (lanes)");
	l->app = app;
	if (!open_all(l, e)) {
		lanes_stop(l);
		return NULL;
	}
	for (size_t i = 0; i < l->worker_count; i++) {
		struct worker *w = &l->workers[i];

		if (pthread_create(&w->thread, NULL, run, w) != 0)
			die("lanes: no thread");
		w->is_running = true;
	}
	return l;
}

void lanes_drain(struct lanes *l)
{
	park_close(l->park);
}

static void close_lane(struct lane_state *s)
{
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	pthread_cond_broadcast(&s->filled);
	pthread_mutex_unlock(&s->lock);
}

void lanes_stop(struct lanes *l)
{
	if (!l)
		return;
	/* Parked requests go back into their lanes before those close. */
	if (l->park)
		park_stop(l->park);
	for (int i = 0; i < LANE_COUNT; i++)
		close_lane(&l->lane[i]);
	for (size_t i = 0; i < l->worker_count; i++) {
		struct worker *w = &l->workers[i];

		if (w->is_running)
			pthread_join(w->thread, NULL);
		db_close(w->shop.db);
		ZSTD_freeCCtx(w->shop.zstd);
	}
	for (int i = 0; i < LANE_COUNT; i++) {
		pthread_cond_destroy(&l->lane[i].filled);
		pthread_mutex_destroy(&l->lane[i].lock);
	}
	free(l->workers);
	free(l);
}

struct lane_figures lanes_figures(struct lanes *l, enum lane lane)
{
	struct lane_figures f;

	pthread_mutex_lock(&l->lane[lane].lock);
	f = l->lane[lane].figures;
	pthread_mutex_unlock(&l->lane[lane].lock);
	return f;
}

size_t lanes_parked(struct lanes *l)
{
	return park_count(l->park);
}
