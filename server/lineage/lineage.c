/*
 * lineage.c - see lineage.h.
 */
#include "server/lineage/lineage_in.h"

#include "proto/base/host.h"
#include "server/audit/audit.h"
#include "server/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE_EVERY_MS 1000
/* As long as a station may be away and its store still opens, and some. Longer,
 * and work that builds on what never comes would keep what must be purged. */
#define AWAIT_MS ((int64_t)14 * 24 * 3600 * 1000)

static const char *const why_names[] = {
	"same", "system", "timeline", "high_water", "witness", "operator"};

const char *lineage_why_name(enum lineage_why why)
{
	return why_names[why];
}

/* ---- the rules ---- */

static bool is_newer(const struct log_head *a, const struct log_head *b)
{
	return a->epoch != b->epoch ? a->epoch > b->epoch : a->csn > b->csn;
}

enum lineage_why lineage_judge(
	const struct lineage_view *v, const struct log_head *water)
{
	if (!v->same_system)
		return LINEAGE_SYSTEM;
	if (!v->same_timeline)
		return LINEAGE_TIMELINE;
	/* A newer epoch was begun by another of us, for reasons of its own. */
	if (v->head.epoch > water->epoch)
		return LINEAGE_SAME;
	if (v->head.epoch < water->epoch || v->head.csn < water->csn)
		return LINEAGE_HIGH_WATER;
	if (water->csn > 0 &&
		(!v->has_chain || !sha256_equal(&v->chain, &water->chain)))
		return LINEAGE_HIGH_WATER;
	return LINEAGE_SAME;
}

bool lineage_contradicts(
	const struct lineage_view *v, const struct head_claim *c)
{
	char hex[SHA256_HEX];

	if (!c->ours || c->epoch < v->head.epoch)
		return false;
	if (c->epoch > v->head.epoch || c->csn > v->head.csn)
		return true;
	if (c->csn == 0)
		return false;
	hex_format(v->chain.b, SHA256_LEN, hex);
	return !v->has_chain || memcmp(hex, c->chain, HEAD_CHAIN) != 0;
}

/* ---- opening ---- */

struct lineage *lineage_open(const struct config *c, struct err *e)
{
	struct lineage *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;

	if (!l)
		die("out of memory (lineage)");
	l->conf = c;
	l->dir = c->high_water_dir[0] ? c->high_water_dir : c->state_dir;
	l->decisions = -1;
	pthread_mutex_init(&l->lock, NULL);
	pthread_mutex_init(&l->filing, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (water_read(l->dir, &l->water, e)) {
		l->written = l->water;
		l->decisions = decisions_open(l->dir, e);
	}
	if (l->decisions >= 0)
		return l;
	lineage_free(l);
	return NULL;
}

void lineage_free(struct lineage *l)
{
	if (!l)
		return;
	if (l->decisions >= 0)
		close(l->decisions);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->filing);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* ---- looking ---- */

static void take_head(const struct db_rows *rows, struct log_head *out)
{
	struct str chain = db_get_bytes(rows, 0, "chain");

	memset(out, 0, sizeof(*out));
	out->epoch = db_get_int(rows, 0, "epoch");
	out->csn = db_get_int(rows, 0, "csn");
	if (chain.n == SHA256_LEN)
		memcpy(out->chain.b, chain.p, SHA256_LEN);
}

static bool view(struct db *db, int64_t csn, struct arena *mem,
	struct lineage_view *out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	struct str chain;

	db_args_init(&a, mem);
	db_int(&a, csn);
	if (!db_run(db, Q_LINEAGE_VIEW, &a, &rows, e))
		return false;
	memset(out, 0, sizeof(*out));
	take_head(rows, &out->head);
	out->same_system = db_get_int(rows, 0, "same_system");
	out->same_timeline = db_get_int(rows, 0, "same_timeline");
	out->confirmed = db_get_int(rows, 0, "confirmed");
	out->began_ms = db_get_ms(rows, 0, "at");
	out->durable = db_get_int(rows, 0, "durable");
	chain = db_get_bytes(rows, 0, "then_chain");
	out->has_chain = chain.n == SHA256_LEN;
	if (out->has_chain)
		memcpy(out->chain.b, chain.p, SHA256_LEN);
	return true;
}

static struct log_head water_of(struct lineage *l)
{
	struct log_head h;

	pthread_mutex_lock(&l->lock);
	h = l->water;
	pthread_mutex_unlock(&l->lock);
	return h;
}

void lineage_note(struct lineage *l, const struct log_head *h)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	if (is_newer(h, &l->water))
		l->water = *h;
	pthread_mutex_unlock(&l->lock);
}

static void take_view(struct lineage *l, const struct lineage_view *v)
{
	pthread_mutex_lock(&l->lock);
	if (is_newer(&v->head, &l->water))
		l->water = v->head;
	l->seen = *v;
	pthread_mutex_unlock(&l->lock);
}

bool lineage_look(struct lineage *l, struct db *db, struct err *e)
{
	struct log_head water;
	struct lineage_view v;
	enum lineage_why why;
	struct arena *mem;
	bool ok;

	if (!l)
		return true;
	mem = arena_new();
	/* First what we know, then what is: the other way round, a commit in
	 * between would look like one that got lost. */
	water = water_of(l);
	ok = view(db, water.csn, mem, &v, e);
	arena_free(mem);
	if (!ok)
		return false;
	why = lineage_judge(&v, &water);
	if (why != LINEAGE_SAME)
		return lineage_bump(l, db, v.head.epoch, why, &water, e);
	take_view(l, &v);
	return true;
}

/* ---- another epoch ---- */

static bool run_bump(struct lineage *l, struct db *db, const char *why,
	struct db_args *a, struct db_rows **rows, struct err *e)
{
	struct reader nobody = {0};

	/* Nothing happened when somebody else was first. */
	if (db_begin_system(db, e) && audit_is_ours(db, e) &&
		db_run(db, Q_EPOCH_BUMP, a, rows, e) &&
		(db_get_int(*rows, 0, "bumped")
				? audit_commit(db, a->mem, &nobody, "epoch",
					  why, NULL, 0, e)
				: db_commit(db, e)))
		return true;
	db_rollback(db);
	log_write(l->conf, LOG_ERROR,
		"the log is not the one it was, and no epoch could begin: %s",
		e->msg);
	return false;
}

static void tell(const struct lineage *l, const struct db_rows *rows,
	enum lineage_why why, const struct log_head *known)
{
	log_write(l->conf, LOG_ERROR,
		"ALARM the log is not the one it was: why=%s epoch=%lld "
		"csn=%lld known=%lld decisions=%lld; nothing is accepted until "
		"casebridged epoch confirm",
		lineage_why_name(why), (long long)db_get_int(rows, 0, "epoch"),
		(long long)db_get_int(rows, 0, "csn"),
		(long long)(known ? known->csn : 0),
		(long long)db_get_int(rows, 0, "entered"));
}

bool lineage_bump(struct lineage *l, struct db *db, int64_t seen,
	enum lineage_why why, const struct log_head *known, struct err *e)
{
	struct arena *mem = arena_new();
	struct lineage_view v = {.same_system = true,
		.same_timeline = true,
		.began_ms = host_now_ms()};
	struct db_rows *rows;
	const char **lines;
	struct db_args a;
	size_t n;
	bool ok;

	db_args_init(&a, mem);
	db_int(&a, seen);
	db_text(&a, lineage_why_name(why));
	db_int(&a, known ? known->epoch : 0);
	db_int(&a, known ? known->csn : 0);
	ok = decisions_read(l->dir, mem, &lines, &n, e);
	if (ok) {
		db_texts(&a, lines, n);
		ok = run_bump(l, db, lineage_why_name(why), &a, &rows, e);
	}
	if (ok) {
		take_head(rows, &v.head);
		if (db_get_int(rows, 0, "bumped"))
			tell(l, rows, why, known);
		take_view(l, &v);
	}
	arena_free(mem);
	return ok;
}

/* ---- witnesses ---- */

void lineage_doubt(struct lineage *l, const struct head_claim *c)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->doubts++;
	if (!l->doubt.given)
		l->doubt = *c;
	pthread_mutex_unlock(&l->lock);
	lineage_poke(l);
}

static bool take_doubt(struct lineage *l, struct head_claim *out)
{
	pthread_mutex_lock(&l->lock);
	*out = l->doubt;
	memset(&l->doubt, 0, sizeof(l->doubt));
	pthread_mutex_unlock(&l->lock);
	return out->given;
}

bool lineage_attend(struct lineage *l, struct db *db, struct err *e)
{
	struct log_head known = {0};
	struct lineage_view v;
	struct head_claim c;
	struct arena *mem;
	bool ok;

	if (!lineage_look(l, db, e))
		return false;
	if (!take_doubt(l, &c))
		return true;
	mem = arena_new();
	ok = view(db, c.csn, mem, &v, e);
	arena_free(mem);
	known.epoch = c.epoch;
	known.csn = c.csn;
	return ok && (!lineage_contradicts(&v, &c) ||
			     lineage_bump(l, db, v.head.epoch, LINEAGE_WITNESS,
				     &known, e));
}

/* ---- keeping ---- */

static bool file_decisions(struct lineage *l, struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_args none, a;
	struct db_rows *rows;
	const char **lines;
	int64_t *no;
	size_t n = 0;
	bool ok;

	db_args_init(&none, mem);
	db_args_init(&a, mem);
	ok = db_run(db, Q_DECISIONS_UNFILED, &none, &rows, e);
	if (ok)
		n = (size_t)db_count(rows);
	lines = ARENA_ARRAY(mem, const char *, n + 1);
	no = ARENA_ARRAY(mem, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		lines[i] = db_get_text(rows, (int)i, "line");
		no[i] = db_get_int(rows, (int)i, "no");
	}
	if (n) {
		db_ints(&a, no, n);
		ok = decisions_add(l->decisions, lines, n, e) &&
		     db_run(db, Q_DECISIONS_FILED, &a, NULL, e);
	}
	arena_free(mem);
	return ok;
}

static bool write_water(struct lineage *l, bool now, struct err *e)
{
	struct log_head water = water_of(l);
	int64_t at = host_mono_ms();

	if (!is_newer(&water, &l->written) ||
		(!now && at - l->written_ms < WRITE_EVERY_MS))
		return true;
	if (!water_write(l->dir, &water, e))
		return false;
	pthread_mutex_lock(&l->lock);
	l->written = water;
	l->written_ms = at;
	pthread_mutex_unlock(&l->lock);
	return true;
}

bool lineage_keep(struct lineage *l, struct db *db, bool now, struct err *e)
{
	bool ok;

	pthread_mutex_lock(&l->filing);
	ok = file_decisions(l, db, e) && write_water(l, now, e);
	pthread_mutex_unlock(&l->filing);
	pthread_mutex_lock(&l->lock);
	l->has_trouble = !ok;
	pthread_mutex_unlock(&l->lock);
	return ok;
}

bool lineage_awaits(struct lineage *l)
{
	bool awaits = false;

	if (!l)
		return false;
	pthread_mutex_lock(&l->lock);
	awaits = l->seen.head.epoch > 1 &&
		 host_now_ms() - l->seen.began_ms < AWAIT_MS;
	pthread_mutex_unlock(&l->lock);
	return awaits;
}

struct lineage_figures lineage_figures(struct lineage *l)
{
	struct lineage_figures f = {.confirmed = true};

	if (!l)
		return f;
	pthread_mutex_lock(&l->lock);
	f.epoch = l->water.epoch;
	f.confirmed = l->seen.confirmed;
	f.durable = l->seen.durable;
	f.water = l->written.csn;
	f.doubts = l->doubts;
	f.has_trouble = l->has_trouble;
	pthread_mutex_unlock(&l->lock);
	return f;
}
