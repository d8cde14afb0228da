/*
 * errand.c - see errand.h.
 */
#include "tests/sim/errand.h"

#include "client/store/share.h"
#include "client/sync/orders.h"
#include "client/sync/whole.h"
#include "tests/sim/check.h"
#include "tests/sim/clock.h"
#include "tests/sim/lab.h"
#include "tests/sim/ledger.h"
#include "tests/sim/seam.h"
#include "tests/sim/station.h"

#include <string.h>
#include <unistd.h>

#define TRIES 4 /* contacts over a good line until an order is carried out */

/* ---- a computer ---- */

/* What a run before left behind. */
static void clear(const struct station *st)
{
	static const char *const files[] = {"locked", "wiping", "wiped"};
	char path[512];

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		place_remove(&st->place, files[i]);
	snprintf(path, sizeof(path), "%s-share", st->path);
	unlink(path);
}

static void put_key(struct station *st)
{
	char device[UUID_TEXT];
	struct err e;

	uuid_format(&st->caller.reader.device, device);
	st->place.station = json_keep(
		json_pack("{s:s, s:s}", "server", "sim", "device", device),
		st->place.mem);
	if (!place_write(
		    &st->place, "device.key", st->key, strlen(st->key), &e))
		die("sim: %s", e.msg);
}

void errand_enrol(struct station *st)
{
	struct sha256 spki =
		sha256_of(st->caller.device_key.p, st->caller.device_key.n);
	char device[UUID_TEXT], site[UUID_TEXT], key[SHA256_HEX];
	const char *param[3] = {uuid_format(&st->caller.reader.device, device),
		uuid_format(&st->caller.reader.site, site),
		hex_format(spki.b, SHA256_LEN, key)};

	clear(st);
	put_key(st);
	PQclear(seam_ask(
		"SELECT sim.enrol($1::uuid, $2::uuid, $3::text)", param, 3));
}

void errand_copy(struct station *st, const struct station *from)
{
	struct arena *mem = st->place.mem;

	clear(st);
	put_key(st);
	lab_copy(arena_printf(mem, "%s-share", from->path),
		arena_printf(mem, "%s-share", st->path));
}

static bool is_there(const struct station *st, const char *file)
{
	return access(place_file(&st->place, file), F_OK) == 0;
}

/* Of what the store had no parcel of, others cannot know. */
static void forget(struct station *st)
{
	struct run *r = st->run;

	for (size_t i = 0; !st->covered && i < r->intent_count; i++)
		r->intents[i].lost |= r->intents[i].author == st->person &&
				      !r->intents[i].desk;
}

static void shut(struct station *st)
{
	if (!st->s)
		return;
	st->covered = store_has_passport(st->s);
	st->shared = store_is_shared(st->s);
	station_close(st);
}

/* ---- contacts ---- */

static void contact(struct station *st)
{
	const struct courier_job job = {&st->place, &st->t, NULL, false};
	struct courier_report report;
	struct err e;

	if (orders_obey(&st->place, &st->t, &e) &&
		courier_carry(&job, &report, &e))
		run_trace(st->run, "  station %d: carried %lld, left %lld",
			st->i, (long long)report.changes,
			(long long)report.left);
	else
		run_trace(st->run, "  station %d: nothing carried: %s", st->i,
			err_name(e.code));
	if (is_there(st, "wiped") && !st->wiped) {
		st->wiped = true;
		forget(st);
		run_trace(st->run, "  station %d is wiped", st->i);
	}
}

void errand_carry(struct station *st)
{
	struct station *before;

	if (st->wiped)
		return;
	shut(st);
	before = station_enter(st);
	st->asked = 0;
	st->locked = true;
	contact(st);
	st->locked = false;
	if (st->dead)
		run_trace(st->run, "  station %d was killed", st->i);
	st->dead = false;
	st->crash_at = 0;
	station_leave(before);
	check_order(st);
	errand_open(st);
}

static bool stands(const struct station *st)
{
	char device[UUID_TEXT];
	const char *param[1] = {uuid_format(&st->caller.reader.device, device)};
	PGresult *res = seam_ask(
		"SELECT 1 FROM sim.order WHERE device = $1::uuid", param, 1);
	bool found = PQntuples(res) > 0;

	PQclear(res);
	return found;
}

/* As at the terminal: the centre says whether this person may come in, then
 * gives out what opens the store, if that is what is missing. */
static bool sign_in_again(struct station *st)
{
	const char *name = strrchr(st->path, '/') + 1;
	struct station *before;
	struct err e;
	bool ok;

	if ((st->cut && !st->run->quiet) || stands(st))
		return false;
	before = station_enter(st);
	st->asked = 0;
	ok = orders_fetch_share(&st->place, name, &st->t, "token", &e);
	st->dead = false;
	station_leave(before);
	if (!ok) {
		run_trace(st->run, "  station %d: no share: %s", st->i,
			err_name(e.code));
		return false;
	}
	orders_unlocked(&st->place);
	st->knows = false;
	return true;
}

bool errand_open(struct station *st)
{
	struct err e;

	if (st->s || st->wiped || st->locked)
		return st->s != NULL;
	if (!orders_check(&st->place, &e) && !sign_in_again(st))
		return false;
	run_trace(st->run, "  station %d: opened", st->i);
	return station_restart(st);
}

void errand_after_round(struct station *st)
{
	struct run *r = st->run;
	int depth = r->depth;
	struct err ignored;

	if (st->dead || !st->s)
		return;
	/* The store stays open meanwhile: nobody else gets at it. */
	r->depth = 2;
	whole_introduce(st->s, &st->t);
	if (!st->dead && !courier_hand_in(st->s, &st->t, &ignored))
		run_trace(r, "  station %d: not handed in: %s", st->i,
			err_name(ignored.code));
	r->depth = depth;
}

/* ---- orders ---- */

static int others_left(const struct run *r)
{
	int n = 0;

	for (int i = 0; i < r->stations; i++)
		n += !r->st[i].wiped && strcmp(r->st[i].order, "wipe") != 0;
	return n;
}

static void give(struct station *st, const char *kind)
{
	struct run *r = st->run;
	int64_t skew = clock_speaker(0);

	if (centre_order(r->lab->centre, &st->caller.reader.device, kind))
		st->order = kind ? kind : "";
	run_trace(r, "  station %d: order %s", st->i, kind ? kind : "over");
	clock_speaker(skew);
}

static void forget_author(struct station *st)
{
	char device[UUID_TEXT];
	const char *param[1] = {uuid_format(&st->caller.reader.device, device)};

	PQclear(seam_ask("SELECT sim.forget_author($1::uuid)", param, 1));
	run_trace(st->run, "  station %d: whose it is is forgotten", st->i);
}

void errand_order(struct station *st, struct rng *g)
{
	bool unknown = rng_chance(g, 400);
	bool wipe = rng_chance(g, 250) && others_left(st->run) > 2;

	if (st->wiped || strcmp(st->order, "wipe") == 0)
		return;
	if (unknown)
		forget_author(st);
	if (st->order[0] && !wipe)
		give(st, NULL);
	else
		give(st, wipe ? "wipe" : "lock");
}

/* ---- the end ---- */

static bool is_done(const struct station *st)
{
	struct err e;

	return !st->order[0] ||
	       (strcmp(st->order, "wipe") == 0 ? st->wiped
					       : !orders_check(&st->place, &e));
}

void errand_end(struct run *r)
{
	for (int i = 0; i < r->stations && !r->failed.what[0]; i++) {
		struct station *st = &r->st[i];

		for (int k = 0; k < TRIES && !is_done(st); k++)
			errand_carry(st);
		if (!is_done(st))
			run_fail(r, "E3", "station %d does not obey", i);
		if (st->wiped)
			continue;
		if (st->order[0])
			give(st, NULL);
		for (int k = 0; k < TRIES && !errand_open(st); k++)
			;
		if (!st->s)
			run_fail(r, "E4",
				"station %d does not open again, and nothing "
				"is ordered",
				i);
	}
}
