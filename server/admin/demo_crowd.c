/*
 * demo_crowd.c - see demo_crowd.h.
 *
 * Writers take the next script from a shared count. Scripts touch different
 * cases and persons, so no writer waits for another's rows; they meet only in
 * seal(), where commits get their numbers one by one.
 */
#include "server/admin/demo_crowd.h"

#include "proto/base/host.h"
#include "server/admin/demo_cast.h"
#include "server/admin/demo_load.h"
#include "server/records/summaries.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define WRITERS_MAX   16
#define SHOW_EVERY_MS 2000

struct work {
	const struct crowd *c;
	pthread_mutex_t lock;
	size_t next; /* lot */
	size_t cases, records, changes;
	int64_t began, shown;
	bool failed;
	struct err why;
};

static void show(struct work *w, bool last)
{
	int64_t now = host_mono_ms(), ms = now - w->began;

	if (!w->c->progress || (!last && now - w->shown < SHOW_EVERY_MS))
		return;
	w->shown = now;
	fprintf(w->c->progress,
		"demo: %zu of %zu cases, %zu records, %.0f records/s\n",
		w->cases, w->c->mix->cases, w->records,
		ms > 0 ? (double)w->records * 1000 / (double)ms : 0);
	fflush(w->c->progress);
}

/* The next lot's number, or false when there is none or somebody failed. */
static bool take(struct work *w, size_t *at)
{
	bool any;

	pthread_mutex_lock(&w->lock);
	any = !w->failed && w->next < w->c->mix->n;
	*at = w->next;
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
	struct uuid *cases = ARENA_ARRAY(s->mem, struct uuid, LOT_CASES);
	size_t n = 0;

	for (size_t i = 0; i < s->n && n < LOT_CASES; i++) {
		const json_t *j = s->lines[i].change;

		if (strcmp(json_str(j, "type"), "case") == 0 &&
			strcmp(json_str(j, "op"), "create") == 0 &&
			uuid_parse(json_str(j, "rec"), &cases[n]))
			n++;
	}
	return summaries_refresh(db, s->catalogue, cases, n, e);
}

static bool write_lot(struct work *w, struct db *db, size_t at, struct err *e)
{
	const struct crowd *c = w->c;
	const struct lot *lot = &c->mix->list[at];
	struct arena *mem = arena_new();
	struct script s;
	bool ok;

	script_init(&s, mem, c->catalogue, c->district, c->today, c->seed,
		c->stream + at);
	if (lot->programme)
		further_write(&s, lot, c->records);
	else
		hospice_write(&s, lot);
	script_sort(&s);
	ok = load_script(db, &s, c->batch, e) && fold_lines(db, &s, e);
	if (ok)
		give(w, lot->n, &s);
	arena_free(mem);
	return ok;
}

static void *writer(void *arg)
{
	struct work *w = arg;
	struct err e = {0};
	struct db *db = db_open_with(w->c->database, w->c->vault, &e);
	bool ok = db != NULL;
	size_t at;

	if (db)
		db_trail_key(db, w->c->trail_key);
	while (ok && take(w, &at))
		ok = write_lot(w, db, at, &e);
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
