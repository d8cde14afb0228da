/*
 * demo_crowd.c - see demo_crowd.h.
 *
 * Writers take the next script from a shared count. Scripts touch different
 * cases and persons, so no writer waits for another's rows; they meet only in
 * seal(), where commits get their numbers one by one.
 */
#include "server/admin/demo_crowd.h"

#include "proto/base/host.h"
#include "server/admin/demo_load.h"
#include "server/records/summaries.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define CASES_A_SCRIPT 64
#define WRITERS_MAX    16
#define SHOW_EVERY_MS  2000

struct work {
	const struct crowd *c;
	pthread_mutex_t lock;
	size_t next;    /* script */
	size_t scripts; /* in all */
	size_t cases, records, changes;
	int64_t began, shown;
	bool failed;
	struct err why;
};

static size_t cases_of(const struct crowd *c, size_t script)
{
	size_t left = c->cases - script * CASES_A_SCRIPT;

	return left < CASES_A_SCRIPT ? left : CASES_A_SCRIPT;
}

static void show(struct work *w, bool last)
{
	int64_t now = host_mono_ms(), ms = now - w->began;

	if (!w->c->progress || (!last && now - w->shown < SHOW_EVERY_MS))
		return;
	w->shown = now;
	fprintf(w->c->progress,
		"demo: %zu of %zu cases, %zu records, %.0f records/s\n",
		w->cases, w->c->cases, w->records,
		ms > 0 ? (double)w->records * 1000 / (double)ms : 0);
	fflush(w->c->progress);
}

/* The next script's number, or false when there is none or somebody failed. */
static bool take(struct work *w, size_t *script)
{
	bool any;

	pthread_mutex_lock(&w->lock);
	any = !w->failed && w->next < w->scripts;
	*script = w->next;
	w->next += any;
	pthread_mutex_unlock(&w->lock);
	return any;
}

static void give(struct work *w, size_t cases, const struct script *s)
{
	pthread_mutex_lock(&w->lock);
	w->cases += cases;
	w->records += s->records;
	w->changes += s->n;
	show(w, false);
	pthread_mutex_unlock(&w->lock);
}

static void fail(struct work *w, const struct err *e)
{
	pthread_mutex_lock(&w->lock);
	if (!w->failed)
		w->why = *e;
	w->failed = true;
	pthread_mutex_unlock(&w->lock);
}

/* Folds the lines of a script's cases, while their rows are still at hand. */
static bool fold_lines(struct db *db, const struct script *s, struct err *e)
{
	struct uuid *cases = ARENA_ARRAY(s->mem, struct uuid, CASES_A_SCRIPT);
	size_t n = 0;

	for (size_t i = 0; i < s->n && n < CASES_A_SCRIPT; i++) {
		const json_t *j = s->lines[i].change;

		if (strcmp(json_str(j, "type"), "case") == 0 &&
			strcmp(json_str(j, "op"), "create") == 0 &&
			uuid_parse(json_str(j, "rec"), &cases[n]))
			n++;
	}
	return summaries_refresh(db, s->catalogue, cases, n, e);
}

static bool write_script(
	struct work *w, struct db *db, size_t script, struct err *e)
{
	const struct crowd *c = w->c;
	struct further how = c->how;
	struct arena *mem = arena_new();
	struct script s;
	bool ok;

	how.number += script * CASES_A_SCRIPT;
	script_init(&s, mem, c->catalogue, c->district, c->today, c->seed,
		c->stream + script);
	further_write(&s, &how, cases_of(c, script));
	script_sort(&s);
	ok = load_script(db, &s, c->batch, e) && fold_lines(db, &s, e);
	if (ok)
		give(w, cases_of(c, script), &s);
	arena_free(mem);
	return ok;
}

static void *writer(void *arg)
{
	struct work *w = arg;
	struct err e = {0};
	struct db *db = db_open(w->c->database, &e);
	bool ok = db != NULL;
	size_t script;

	while (ok && take(w, &script))
		ok = write_script(w, db, script, &e);
	if (!ok)
		fail(w, &e);
	db_close(db);
	return NULL;
}

static size_t writer_count(const struct crowd *c)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = c->writers ? c->writers : cpus > 0 ? (size_t)cpus : 1;

	return n > WRITERS_MAX ? WRITERS_MAX : n;
}

bool crowd_load(const struct crowd *c, struct err *e)
{
	struct work w = {.c = c,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.scripts = (c->cases + CASES_A_SCRIPT - 1) / CASES_A_SCRIPT,
		.began = host_mono_ms()};
	pthread_t threads[WRITERS_MAX];
	size_t n = writer_count(c), started = 0;

	w.shown = w.began;
	while (started + 1 < n &&
		pthread_create(&threads[started], NULL, writer, &w) == 0)
		started++;
	writer(&w);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	show(&w, true);
	if (w.failed)
		*e = w.why;
	return !w.failed;
}
