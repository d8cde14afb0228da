/*
 * act.c - see act.h.
 */
#include "tests/sim/act.h"

#include "tests/sim/clock.h"
#include "tests/sim/desk.h"
#include "tests/sim/edit.h"
#include "tests/sim/errand.h"
#include "tests/sim/lab.h"
#include "tests/sim/model.h"
#include "tests/sim/net.h"
#include "tests/sim/seam.h"
#include "tests/sim/station.h"

#include <stdlib.h>
#include <string.h>

typedef void action(struct run *r, struct station *st, struct rng *g);

static void do_sync(struct run *r, struct station *st, struct rng *g)
{
	struct sync_report report;
	struct err e;

	if (rng_chance(g, r->swarm.crash))
		st->crash_at = 1 + rng_below(g, 14);
	if (!station_sync(st, &report, &e) &&
		(e.code == ERR_DEVICE_LOCKED || e.code == ERR_DEVICE_WIPE) &&
		!r->failed.what[0])
		errand_carry(st);
}

static void do_listen(struct run *r, struct station *st, struct rng *g)
{
	(void)r;
	(void)g;
	station_listen(st);
}

static void may_die(struct run *r, struct station *st, struct rng *g)
{
	if (rng_chance(g, r->swarm.crash / 4))
		st->crash_at = 1 + rng_below(g, 2);
}

static void do_patch(struct run *r, struct station *st, struct rng *g)
{
	may_die(r, st, g);
	edit_patch(st, g);
}

static void do_create(struct run *r, struct station *st, struct rng *g)
{
	may_die(r, st, g);
	edit_create(st, g);
}

static void do_case(struct run *r, struct station *st, struct rng *g)
{
	may_die(r, st, g);
	edit_case(st, g);
}

static void do_sign(struct run *r, struct station *st, struct rng *g)
{
	(void)r;
	edit_sign(st, g);
}

static void do_retract(struct run *r, struct station *st, struct rng *g)
{
	(void)r;
	edit_retract(st, g);
}

static void do_settle(struct run *r, struct station *st, struct rng *g)
{
	(void)r;
	edit_settle(st, g);
}

static void do_sharing(struct run *r, struct station *st, struct rng *g)
{
	(void)r;
	edit_sharing(st, g);
}

static void do_desk(struct run *r, struct station *st, struct rng *g)
{
	(void)st;
	desk_edit(r, g, false);
}

static void do_desk_sharing(struct run *r, struct station *st, struct rng *g)
{
	(void)st;
	desk_edit(r, g, true);
}

static void do_line(struct run *r, struct station *st, struct rng *g)
{
	(void)g;
	st->cut = !st->cut;
	run_trace(r, "  station %d: line %s", st->i, st->cut ? "cut" : "back");
}

static void do_time(struct run *r, struct station *st, struct rng *g)
{
	static const int64_t hours[] = {1, 5, 18, 24, 49};

	(void)st;
	clock_pass(hours[rng_below(g, ARRAY_LEN(hours))] * HOUR_MS);
	run_trace(r, "  time passes");
}

static void do_clock(struct run *r, struct station *st, struct rng *g)
{
	if (!r->swarm.skewed)
		return;
	station_set_clock(st, (int64_t)rng_below(g, 19) - 9);
	run_trace(r, "  station %d: clock is %lld days wrong", st->i,
		(long long)(st->skew / DAY_MS));
}

static void do_kill(struct run *r, struct station *st, struct rng *g)
{
	(void)g;
	run_trace(r, "  station %d: started anew", st->i);
	station_restart(st);
}

static void do_clone(struct run *r, struct station *st, struct rng *g)
{
	(void)g;
	if (r->stations == STATIONS)
		return;
	run_trace(r, "  station %d: copied to %d", st->i, r->stations);
	station_clone(r, r->stations++, st);
}

static const char *kept_text(struct run *r, PGresult *res, int column)
{
	return arena_strdup(r->mem, PQgetvalue(res, 0, column));
}

/* What was typed at a desk since the backup is gone with it: no station ever
 * had it. */
static void restore(struct run *r)
{
	const char *param[3];
	PGresult *res;

	run_trace(r, "  the centre is restored from the backup");
	res = seam_ask(
		"SELECT epoch, csn, sim.decisions() FROM sim.head", NULL, 0);
	for (int i = 0; i < 3; i++)
		param[i] = kept_text(r, res, i);
	PQclear(res);
	seam_back_to("backup");
	seam_set_time(clock_true());
	res = seam_ask("SELECT csn FROM sim.head", NULL, 0);
	model_back_to(&r->model, strtoll(PQgetvalue(res, 0, 0), NULL, 10));
	PQclear(res);
	PQclear(seam_ask(
		"SELECT sim.restored($1::bigint, $2::bigint, $3::text)", param,
		3));
	r->late_count = 0;
	r->offered_count = 0;
	for (size_t i = r->marked_intents; i < r->intent_count; i++)
		r->intents[i].lost |= r->intents[i].desk;
}

static void do_backup(struct run *r, struct station *st, struct rng *g)
{
	(void)st;
	if (r->marked && rng_chance(g, 700)) {
		restore(r);
	} else if (!r->marked) {
		run_trace(r, "  a backup is taken");
		seam_mark("backup");
		r->marked = true;
		r->marked_intents = r->intent_count;
	}
}

static void do_carry(struct run *r, struct station *st, struct rng *g)
{
	if (rng_chance(g, r->swarm.crash))
		st->crash_at = 1 + rng_below(g, 8);
	errand_carry(st);
}

static void do_order(struct run *r, struct station *st, struct rng *g)
{
	(void)r;
	errand_order(st, g);
}

static const struct {
	const char *name;
	unsigned weight;
	bool nested; /* also while somebody's request travels */
	bool edit;   /* also at the station whose request it is */
	bool shut;   /* also when nobody can open the station */
	action *run;
} actions[] = {
	{"sync",         30, true,  false, false, do_sync        },
	{"patch",        30, true,  true,  false, do_patch       },
	{"create",       6,  true,  true,  false, do_create      },
	{"listen",       3,  true,  false, false, do_listen      },
	{"case",         1,  true,  true,  false, do_case        },
	{"sign",         3,  true,  true,  false, do_sign        },
	{"retract",      1,  true,  true,  false, do_retract     },
	{"settle",       6,  true,  true,  false, do_settle      },
	{"sharing",      5,  true,  true,  false, do_sharing     },
	{"desk",         6,  true,  false, true,  do_desk        },
	{"desk sharing", 5,  true,  false, true,  do_desk_sharing},
	{"line",         3,  false, false, true,  do_line        },
	{"time",         3,  true,  false, true,  do_time        },
	{"clock",        2,  false, false, true,  do_clock       },
	{"kill",         2,  false, false, false, do_kill        },
	{"clone",        1,  false, false, false, do_clone       },
	{"backup",       2,  false, false, true,  do_backup      },
	{"carry",        12, false, false, true,  do_carry       },
	{"order",        6,  false, false, true,  do_order       },
};

size_t act_count(void)
{
	return ARRAY_LEN(actions);
}

unsigned act_weight(size_t i)
{
	return actions[i].weight;
}

const char *act_name(size_t i)
{
	return actions[i].name;
}

bool act_is_order(const char *name)
{
	return name && strcmp(name, "order") == 0;
}

bool act_is_errand(const char *name)
{
	return act_is_order(name) || (name && strcmp(name, "carry") == 0);
}

static size_t draw(const struct run *r, struct rng *g, bool nested)
{
	unsigned sum = 0, at;

	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		sum += nested && !actions[i].nested ? 0 : r->swarm.weight[i];
	at = rng_below(g, sum ? sum : 1);
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		unsigned w =
			nested && !actions[i].nested ? 0 : r->swarm.weight[i];

		if (at < w)
			return i;
		at -= w;
	}
	return 0;
}

void act_step(struct run *r, struct rng *g)
{
	size_t i = draw(r, g, false);
	struct station *st = &r->st[rng_below(g, (unsigned)r->stations)];

	run_trace(r, "step %d: %s", r->step, actions[i].name);
	if (actions[i].shut || errand_open(st))
		actions[i].run(r, st, g);
}

void act_between(struct run *r, struct station *busy)
{
	struct rng *g = &r->net;
	size_t i = draw(r, g, true);
	struct station *st = &r->st[rng_below(g, (unsigned)r->stations)];

	if (r->depth > 1 || busy->dead)
		return;
	/* One program syncs a store at a time. */
	if (st == busy && !actions[i].edit)
		st = &r->st[(busy->i + 1) % r->stations];
	if (st == busy && !actions[i].edit)
		return;
	run_trace(r, "  meanwhile: %s", actions[i].name);
	if (actions[i].shut || errand_open(st))
		actions[i].run(r, st, g);
}
