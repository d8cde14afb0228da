/*
 * park.c - see park.h.
 *
 * Every commit concerns a few readers, and each of the waiting has a whole
 * question to ask again: so the database is asked whom what is new concerns
 * (log.touched), at most twenty times a second however much is written, and
 * only those are woken. Who parked with a head older than what was looked at
 * last is woken at once, so that a commit between the handler's look and the
 * parking is never slept through.
 */
#include "server/http/park.h"

#include "proto/base/buf.h"
#include "proto/base/host.h"
#include "server/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define TICK_MS 200
/* Of more than these everybody is woken. */
#define KEYS_CAP ((size_t)64 << 10)
#define GAP_MS   50 /* between two looks, also when there is news */

struct park {
	struct app *app;
	void (*wake)(void *cls, struct exchange *x);
	void *cls;
	struct db *db;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct exchange *first;
	size_t count;
	int64_t epoch; /* of the log, as last asked */
	bool noticed;
	int64_t looked_csn; /* what is up to here was looked at */
	int64_t looked_ms;
	struct buf keys; /* struct uuid: whom the last look concerns */
	bool everybody;
	bool complained; /* the database is away and the log knows */
	bool closed;
	bool stopped;
};

/* Raises the process's idea of the head, never lowers it. */
static void raise_head(struct app *app, int64_t csn)
{
	int64_t known = atomic_load(&app->head_csn);

	while (csn > known &&
		!atomic_compare_exchange_weak(&app->head_csn, &known, csn))
		;
}

/* In another epoch the log may be shorter than it was. */
static void take_head(struct park *p, const struct db_rows *rows)
{
	int64_t epoch = db_get_int(rows, 0, "epoch");
	int64_t csn = db_get_int(rows, 0, "csn");

	if (p->epoch && epoch != p->epoch)
		atomic_store(&p->app->head_csn, csn);
	p->epoch = epoch;
	raise_head(p->app, csn);
}

static void take_keys(struct park *p, const struct db_rows *rows)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid key = db_get_uuid(rows, i, "key");

		if (!uuid_is_nil(&key))
			buf_add(&p->keys, &key, sizeof(key));
		else if (db_get_int(rows, i, "touched"))
			p->everybody = true;
	}
	p->everybody = p->everybody || p->keys.full;
}

/* Without a database nobody is woken early; the time limits still hold. */
static bool ask_touched(struct park *p, int64_t from, struct arena *mem,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, from);
	return db_ready(p->db, e) && db_run(p->db, Q_TOUCHED, &a, rows, e);
}

/* Looks at what was written since the last time. The lock is not held. */
static void look(struct park *p, int64_t from)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct err e = {0};
	int64_t csn;

	buf_clear(&p->keys);
	p->everybody = false;
	p->looked_ms = host_mono_ms();
	if (!ask_touched(p, from, mem, &rows, &e)) {
		if (!p->complained)
			log_write(&p->app->conf, LOG_WARN, "waiting feeds: %s",
				e.msg);
		p->complained = true;
	} else if (db_count(rows) > 0) {
		p->complained = false;
		take_head(p, rows);
		take_keys(p, rows);
		csn = db_get_int(rows, 0, "csn");
		/* The log of another epoch. */
		p->everybody = p->everybody || csn < from;
		pthread_mutex_lock(&p->lock);
		p->looked_csn = csn;
		pthread_mutex_unlock(&p->lock);
	}
	arena_free(mem);
}

static bool concerns(const struct park *p, const struct reader *r)
{
	const struct uuid *key = (const struct uuid *)(void *)p->keys.p;

	for (size_t i = 0; i < p->keys.n / sizeof(*key); i++)
		if (uuid_cmp(&key[i], &r->site) == 0 ||
			uuid_cmp(&key[i], &r->staff) == 0)
			return true;
	return p->everybody;
}

static bool is_over(const struct park *p, const struct exchange *x, int64_t now)
{
	return p->closed || now >= x->wait_until_ms ||
	       x->seen_csn < x->parked_csn || concerns(p, &x->req.reader);
}

/* Takes out of the list what need not wait any longer. */
static struct exchange *collect(struct park *p)
{
	int64_t now = host_mono_ms();
	struct exchange **at = &p->first, *ready = NULL;

	while (*at) {
		struct exchange *x = *at;

		if (!is_over(p, x, now)) {
			at = &x->next;
			continue;
		}
		*at = x->next;
		x->next = ready;
		ready = x;
		p->count--;
	}
	buf_clear(&p->keys);
	p->everybody = false;
	return ready;
}

static struct timespec moment(int64_t mono_ms)
{
	struct timespec t = {
		(time_t)(mono_ms / 1000), (long)(mono_ms % 1000) * 1000000};

	return t;
}

/* Until there is news, or a tick is over; never sooner than a gap after the
 * last look. */
static void wait_a_tick(struct park *p)
{
	struct timespec soonest = moment(p->looked_ms + GAP_MS);
	struct timespec until = moment(host_mono_ms() + TICK_MS);

	while (!p->closed && pthread_cond_timedwait(&p->changed, &p->lock,
				     &soonest) != ETIMEDOUT)
		;
	while (!p->noticed && !p->closed)
		if (pthread_cond_timedwait(&p->changed, &p->lock, &until) ==
			ETIMEDOUT)
			break;
}

static void *run(void *cls)
{
	struct park *p = cls;

	pthread_mutex_lock(&p->lock);
	while (!p->stopped || p->first) {
		struct exchange *x;

		if (!p->first) {
			pthread_cond_wait(&p->changed, &p->lock);
			continue;
		}
		wait_a_tick(p);
		p->noticed = false;
		if (!p->closed) {
			int64_t from = p->looked_csn;

			pthread_mutex_unlock(&p->lock);
			look(p, from);
			pthread_mutex_lock(&p->lock);
		}
		x = collect(p);
		pthread_mutex_unlock(&p->lock);
		while (x) {
			struct exchange *next = x->next;

			x->next = NULL;
			p->wake(p->cls, x);
			x = next;
		}
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct park *park_start(struct app *app,
	void (*wake)(void *cls, struct exchange *x), void *cls, struct err *e)
{
	struct park *p = calloc(1, sizeof(*p));
	pthread_condattr_t attr;

	if (!p)
		die("out of memory (park)");
	p->app = app;
	p->wake = wake;
	p->cls = cls;
	p->db = db_open_with(app->conf.database, app->vault, e);
	if (!p->db) {
		free(p);
		return NULL;
	}
	buf_init(&p->keys, KEYS_CAP);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->changed, &attr);
	pthread_condattr_destroy(&attr);
	/* The head, and nobody waits yet. */
	look(p, INT64_MAX);
	if (pthread_create(&p->thread, NULL, run, p) != 0)
		die("park: no thread");
	return p;
}

bool park_add(struct park *p, struct exchange *x)
{
	bool ok;

	pthread_mutex_lock(&p->lock);
	ok = !p->closed;
	if (ok) {
		if (!p->first)
			p->looked_csn = x->seen_csn;
		x->parked_csn = p->looked_csn;
		x->next = p->first;
		p->first = x;
		p->count++;
		if (atomic_load(&p->app->head_csn) > x->seen_csn)
			p->noticed = true;
		pthread_cond_signal(&p->changed);
	}
	pthread_mutex_unlock(&p->lock);
	return ok;
}

void park_notice(struct park *p)
{
	pthread_mutex_lock(&p->lock);
	p->noticed = true;
	if (p->first)
		pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

void park_close(struct park *p)
{
	pthread_mutex_lock(&p->lock);
	p->closed = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

void park_stop(struct park *p)
{
	park_close(p);
	pthread_mutex_lock(&p->lock);
	p->stopped = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	db_close(p->db);
	buf_free(&p->keys);
	free(p);
}

size_t park_count(struct park *p)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = p->count;
	pthread_mutex_unlock(&p->lock);
	return n;
}
