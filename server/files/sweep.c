/*
 * sweep.c - the thread that throws away unfinished uploads.
 *
 * It has a connection of its own, which it opens for each turn: a database that
 * is away for a while is no reason to end, and there are six turns an hour.
 * Several daemons may sweep at once; each skips what another has locked.
 */
#include "server/files/files.h"

#include "server/app.h"
#include "server/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define EVERY_S 600

struct sweeper {
	struct app *app;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
};

static bool sweep(struct app *app, struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct db_args none;
	bool ok;

	db_args_init(&none, mem);
	ok = db_run(db, Q_FILES_SWEEP, &none, &rows, e);
	if (ok && (db_get_int(rows, 0, "uploads") ||
			  db_get_int(rows, 0, "files")))
		log_write(&app->conf, LOG_INFO, "swept uploads=%lld files=%lld",
			(long long)db_get_int(rows, 0, "uploads"),
			(long long)db_get_int(rows, 0, "files"));
	arena_free(mem);
	return ok;
}

static void turn(struct app *app)
{
	struct err e;
	struct db *db = db_open(app->conf.database, &e);

	if (!db || !sweep(app, db, &e))
		log_write(&app->conf, LOG_WARN, "uploads not swept: %s", e.msg);
	db_close(db);
}

/* True when it is time for a turn, false when it is time to stop. */
static bool wait_for_turn(struct sweeper *s)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += EVERY_S;
	pthread_mutex_lock(&s->lock);
	while (!s->stopping &&
		pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0)
		;
	pthread_mutex_unlock(&s->lock);
	return !s->stopping;
}

static void *run(void *cls)
{
	struct sweeper *s = cls;

	do
		turn(s->app);
	while (wait_for_turn(s));
	return NULL;
}

struct sweeper *sweeper_start(struct app *app, struct err *e)
{
	struct sweeper *s = calloc(1, sizeof(*s));

	if (!s)
		die("out of memory (sweeper)");
	s->app = app;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	if (pthread_create(&s->thread, NULL, run, s) == 0)
		return s;
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
	err_set(e, ERR_INTERNAL, "no thread for the sweeper");
	return NULL;
}

void sweeper_stop(struct sweeper *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
