/*
 * park.c - see park.h.
 *
 * The newest number is compared with what the exchange had seen when its
 * handler began, so a commit between the handler's look and the parking is
 * never slept through.
 */
#include "server/http/park.h"

#include "proto/base/host.h"
#include "server/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define TICK_MS 200

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

/* Without a database nobody is woken early; the time limits still hold. */
static void ask_head(struct park *p)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct db_args a;
	struct err e = {0};

	db_args_init(&a, mem);
	if (!db_ready(p->db, &e) || !db_run(p->db, Q_HEAD, &a, &rows, &e)) {
		if (!p->complained)
			log_write(&p->app->conf, LOG_WARN, "waiting feeds: %s",
				e.msg);
		p->complained = true;
	} else {
		p->complained = false;
		if (db_count(rows) == 1)
			take_head(p, rows);
	}
	arena_free(mem);
}

/* Takes out of the list what need not wait any longer. */
static struct exchange *collect(struct park *p)
{
	int64_t head = atomic_load(&p->app->head_csn);
	int64_t now = host_mono_ms();
	struct exchange **at = &p->first, *ready = NULL;

	while (*at) {
		struct exchange *x = *at;

		if (!p->closed && head <= x->seen_csn &&
			now < x->wait_until_ms) {
			at = &x->next;
			continue;
		}
		*at = x->next;
		x->next = ready;
		ready = x;
		p->count--;
	}
	return ready;
}

static void wait_a_tick(struct park *p)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
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
		if (!p->noticed && !p->closed) {
			pthread_mutex_unlock(&p->lock);
			ask_head(p);
			pthread_mutex_lock(&p->lock);
		}
		p->noticed = false;
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
	p->db = db_open(app->conf.database, e);
	if (!p->db) {
		free(p);
		return NULL;
	}
	ask_head(p);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->changed, &attr);
	pthread_condattr_destroy(&attr);
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
