/*
 * run.c - see run.h: a seed from beginning to rest.
 */
#include "tests/sim/run.h"

#include "tests/sim/act.h"
#include "tests/sim/check.h"
#include "tests/sim/clock.h"
#include "tests/sim/errand.h"
#include "tests/sim/lab.h"
#include "tests/sim/model.h"
#include "tests/sim/mutants.h"
#include "tests/sim/net.h"
#include "tests/sim/seam.h"
#include "tests/sim/station.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define REST_ROUNDS 12

/* What of a seed's randomness is for what. */
enum purpose { FOR_SWARM = 1, FOR_STEP = 1000, FOR_NET = 100000 };

bool run_fail(struct run *r, const char *what, const char *fmt, ...)
{
	va_list args;

	if (r->failed.what[0])
		return false;
	snprintf(r->failed.what, sizeof(r->failed.what), "%s", what);
	va_start(args, fmt);
	vsnprintf(r->failed.text, sizeof(r->failed.text), fmt, args);
	va_end(args);
	r->failed.step = r->step;
	run_trace(r, "FAILED %s: %s", what, r->failed.text);
	return false;
}

void run_trace(struct run *r, const char *fmt, ...)
{
	va_list args;

	if (!r->trace)
		return;
	printf("# ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}

const char *run_id(const struct uuid *id)
{
	static char ring[8][5];
	static unsigned at;
	char *out = ring[at++ % 8];
	char text[UUID_TEXT];

	uuid_format(id, text);
	memcpy(out, text + 32, 5);
	return out;
}

/* ---- the swarm ---- */

/* Absent in half of the seeds; else anything up to `most`. */
static unsigned perhaps(struct rng *g, unsigned most)
{
	return rng_chance(g, 500) ? 0 : 1 + rng_below(g, most);
}

static int draw_steps(struct rng *g)
{
	unsigned kind = rng_below(g, 100);

	if (kind < 70)
		return 12 + (int)rng_below(g, 20);
	if (kind < 97)
		return 30 + (int)rng_below(g, 40);
	return 70 + (int)rng_below(g, 130);
}

static void draw_swarm(struct run *r)
{
	const struct mutant *m = mutant_chosen();
	const char *more = r->lab->o->more;
	struct rng g = rng_of(r->seed, FOR_SWARM);
	struct swarm *s = &r->swarm;

	s->stations = 2 + (int)rng_below(&g, 3);
	s->steps = draw_steps(&g);
	s->lose_request = perhaps(&g, 150);
	s->lose_answer = perhaps(&g, 200);
	s->twice = perhaps(&g, 150);
	s->late = perhaps(&g, 200);
	s->cut = perhaps(&g, 200);
	s->garble = perhaps(&g, 150);
	s->dies = perhaps(&g, 150);
	s->crash = perhaps(&g, 400);
	s->between = perhaps(&g, 400);
	s->shuffle = perhaps(&g, 500);
	s->page_bytes = rng_chance(&g, 500) ? 16384 : 0;
	s->large = rng_chance(&g, 100);
	s->skewed = rng_chance(&g, 400);
	s->old_schema = rng_chance(&g, 250);
	for (size_t i = 0; i < act_count(); i++)
		s->weight[i] = act_weight(i) * (1 + rng_below(&g, 3)) *
			       (i > 2 && rng_chance(&g, 300) ? 0 : 1);
	/* With a wrong clock a station takes today for the future. */
	for (size_t i = 0; s->skewed && i < act_count(); i++)
		if (strcmp(act_name(i), "sharing") == 0)
			s->weight[i] = 0;
	for (size_t i = 0; m && m->action && i < act_count(); i++)
		if (strcmp(act_name(i), m->action) == 0)
			s->weight[i] += m->weight;
	for (size_t i = 0; more && i < act_count(); i++)
		if (strcmp(act_name(i), more) == 0)
			s->weight[i] += 20;
	if (m && m->action && strcmp(m->action, "garble") == 0)
		s->garble += m->weight;
}

/* What stands against a station while it is set up anew is not known here: no
 * backups and no copied disks beside orders. */
static void draw_errands(struct run *r)
{
	const struct mutant *m = mutant_chosen();
	const char *more = r->lab->o->more;
	struct rng g = rng_of(r->seed, FOR_SWARM + 2);
	struct swarm *s = &r->swarm;

	s->courier = rng_chance(&g, 250) || act_is_errand(more) ||
		     (m && act_is_errand(m->action));
	s->orders = s->courier &&
		    (rng_chance(&g, 500) || (m && act_is_order(m->action)) ||
			    act_is_order(more));
	for (size_t i = 0; i < act_count(); i++) {
		const char *name = act_name(i);

		if ((act_is_errand(name) && !s->courier) ||
			(act_is_order(name) && !s->orders))
			s->weight[i] = 0;
		if (s->orders && (strcmp(name, "backup") == 0 ||
					 strcmp(name, "clone") == 0))
			s->weight[i] = 0;
	}
}

/* ---- a run ---- */

static void make_stations(struct run *r)
{
	static const int usual[] = {0, 1, 2, 4, 5, 3};
	struct rng g = rng_of(r->seed, FOR_SWARM + 1);
	unsigned first = rng_below(&g, 3);

	for (int i = 0; i < r->swarm.stations && !r->failed.what[0]; i++) {
		station_make(r, i, usual[((unsigned)i + first) % STAFF]);
		if (r->swarm.skewed)
			station_set_clock(
				&r->st[i], (int64_t)rng_below(&g, 19) - 9);
		r->stations++;
	}
	if (r->swarm.old_schema && !r->failed.what[0]) {
		struct station *st = &r->st[r->stations - 1];

		st->catalogue = r->lab->old_catalogue;
		station_restart(st);
	}
}

static void go(struct run *r)
{
	for (r->step = 0; r->step < r->swarm.steps && !r->failed.what[0];
		r->step++) {
		struct rng g = rng_of(r->seed, FOR_STEP + (uint64_t)r->step);

		if (r->skip && r->skip[r->step])
			continue;
		r->net = rng_of(r->seed, FOR_NET + (uint64_t)r->step);
		clock_pass(60000);
		net_late(r, false);
		act_step(r, &g);
		if (!r->failed.what[0])
			check_step(r);
	}
}

/* A station that has nothing to ask, tell or send. */
static bool rests(struct run *r, struct station *st)
{
	struct sync_report report;
	struct err e;
	bool ok = station_sync(st, &report, &e);

	if (r->failed.what[0])
		return false;
	check_step(r);
	return ok && report.matched && !report.sent && !report.units &&
	       !report.purged && station_is_empty(st);
}

/* The line is good, nobody types: every station comes to rest. They do when all
 * of them, one after the other, had nothing to do. */
static void rest(struct run *r)
{
	int resting = 0;

	r->quiet = true;
	r->depth = 0;
	net_late(r, true);
	run_trace(r, "quiet");
	errand_end(r);
	for (int i = 0; i < REST_ROUNDS * r->stations && !r->failed.what[0];
		i++) {
		struct station *st = &r->st[i % r->stations];

		resting = st->wiped || rests(r, st) ? resting + 1 : 0;
		if (resting == r->stations)
			return;
	}
	run_fail(r, "I13", "no rest after %d rounds", REST_ROUNDS);
}

void run_seed(struct run *r, struct lab *lab, uint64_t seed, const bool *skip,
	bool trace)
{
	memset(r, 0, sizeof(*r));
	r->lab = lab;
	r->seed = seed;
	r->skip = skip;
	r->trace = trace;
	r->mem = arena_new();
	draw_swarm(r);
	draw_errands(r);
	centre_guards(lab->centre, r->swarm.courier);
	clock_start(WORLD_START + (int64_t)(seed % 20) * HOUR_MS, seed);
	centre_page_bytes(lab->centre, r->swarm.page_bytes);
	model_copy(&r->model, &lab->world, r->mem);
	r->given = r->model.n;
	seam_open(centre_db(lab->centre));
	seam_set_time(clock_true());
	if (r->swarm.large)
		world_enlarge(lab->centre, r);
	make_stations(r);
	go(r);
	if (!r->failed.what[0])
		rest(r);
	if (!r->failed.what[0])
		check_rest(r);
	check_end(r);
	r->sum = model_sum(&r->model);
	for (int i = 0; i < r->stations; i++)
		station_close(&r->st[i]);
	station_enter(NULL);
	seam_close();
	arena_free(r->mem);
	r->mem = NULL;
}
