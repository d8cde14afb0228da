/*
 * keeper.c - the thread that looks after the log's lineage (lineage.h).
 *
 * It has a connection of its own. A database that is away is told once, not
 * every second.
 */
#include "server/lineage/lineage_in.h"

#include "server/log.h"

#include <stdlib.h>
#include <time.h>

#define EVERY_MS 1000
#define PAUSE_MS 200 /* between turns, however often it is poked */

struct keeper {
	struct lineage *l;
	struct db *db;
	struct keeper_also also;
	pthread_t thread;
	bool stopping; /* under the lineage's lock */
	bool complained;
};

void lineage_poke(struct lineage *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->poked = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

static void turn(struct keeper *k, bool last)
{
	struct err e;
	bool ok = db_ready(k->db, &e) && lineage_attend(k->l, k->db, &e) &&
		  lineage_keep(k->l, k->db, last, &e);

	if (ok && !last && k->also.run && lineage_figures(k->l).confirmed)
		ok = k->also.run(k->also.ctx, k->db, &e);

	if (!ok && !k->complained)
		log_write(k->l->conf, LOG_WARN, "lineage: %s", e.msg);
	k->complained = !ok;
}

static void pause_ms(int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

	nanosleep(&t, NULL);
}

/* False when it is time to stop. */
static bool wait_for_turn(struct keeper *k)
{
	struct lineage *l = k->l;
	struct timespec until;
	bool go;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += EVERY_MS / 1000;
	pthread_mutex_lock(&l->lock);
	while (!k->stopping && !l->poked &&
		pthread_cond_timedwait(&l->wake, &l->lock, &until) == 0)
		;
	l->poked = false;
	go = !k->stopping;
	pthread_mutex_unlock(&l->lock);
	return go;
}

static void *run(void *cls)
{
	struct keeper *k = cls;

	do {
		turn(k, false);
		pause_ms(PAUSE_MS);
	} while (wait_for_turn(k));
	turn(k, true);
	return NULL;
}

struct keeper *keeper_start(
	struct lineage *l, const struct keeper_also *also, struct err *e)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (!k)
		die("out of memory (keeper)");
	k->l = l;
	if (also)
		k->also = *also;
	k->db = db_open_with(l->conf->database, k->also.vault, e);
	/* What it writes follows from what is there, and is told to nobody. */
	if (k->db)
		db_wait_here(k->db, true);
	if (k->db && k->also.trail_key)
		db_trail_key(k->db, k->also.trail_key);
	if (k->db && pthread_create(&k->thread, NULL, run, k) == 0)
		return k;
	if (k->db)
		err_set(e, ERR_INTERNAL, "no thread for the lineage");
	db_close(k->db);
	free(k);
	return NULL;
}

void keeper_stop(struct keeper *k)
{
	if (!k)
		return;
	pthread_mutex_lock(&k->l->lock);
	k->stopping = true;
	pthread_cond_signal(&k->l->wake);
	pthread_mutex_unlock(&k->l->lock);
	pthread_join(k->thread, NULL);
	db_close(k->db);
	free(k);
}
