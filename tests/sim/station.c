/*
 * station.c - see station.h.
 */
#include "tests/sim/station.h"

#include "client/sync/device.h"
#include "tests/sim/clock.h"
#include "tests/sim/errand.h"
#include "tests/sim/lab.h"
#include "tests/sim/model.h"
#include "tests/sim/net.h"

#include <string.h>
#include <unistd.h>

static struct station *acting;

struct station *station_enter(struct station *st)
{
	struct station *before = acting;

	acting = st;
	clock_speaker(st ? st->skew : 0);
	return before;
}

void station_leave(struct station *before)
{
	station_enter(before);
}

void station_set_clock(struct station *st, int64_t days)
{
	if (st->run->lab->other_clocks)
		days = 3 - days / 2;
	st->skew = days * DAY_MS;
}

bool station_step(struct station *st)
{
	if (st->crash_at && --st->crash_at == 0)
		st->dead = true;
	return st->dead;
}

/* The linker puts these around the store's. NOLINTBEGIN */
bool __real_store_begin(struct store *, struct err *);
bool __wrap_store_begin(struct store *, struct err *);
bool __real_store_commit(struct store *, struct err *);
bool __wrap_store_commit(struct store *, struct err *);
/* NOLINTEND */

static bool is_dead(const struct store *s)
{
	return acting && acting->s == s && acting->dead;
}

bool __wrap_store_begin(struct store *s, struct err *e)
{
	if (is_dead(s))
		return err_set(e, ERR_OFFLINE, "killed");
	return __real_store_begin(s, e);
}

bool __wrap_store_commit(struct store *s, struct err *e)
{
	bool ours = acting && acting->s == s;

	if (ours && station_step(acting)) {
		store_rollback(s);
		return err_set(e, ERR_OFFLINE, "killed before a commit");
	}
	if (!__real_store_commit(s, e))
		return false;
	return !ours || !station_step(acting) ||
	       err_set(e, ERR_OFFLINE, "killed after a commit");
}

/* ---- stores ---- */

static bool open_store(struct station *st)
{
	struct err e;

	st->s = store_open(st->path, st->catalogue, SECRET_PASSPHRASE,
		STATION_PASSPHRASE, &e);
	return st->s || run_fail(st->run, "store", "station %d: %s %s", st->i,
				e.msg, e.field);
}

static void name_files(struct run *r, struct station *st)
{
	const struct lab *lab = r->lab;

	st->place.dir =
		arena_printf(r->mem, "%s/station%d", lab->o->dir, st->i);
	st->place.mem = r->mem;
	st->path = arena_printf(
		r->mem, "%s/%016x.store", st->place.dir, (unsigned)st->i);
	unlink(arena_printf(r->mem, "%s-wal", st->path));
	unlink(arena_printf(r->mem, "%s-shm", st->path));
}

static void set_up(struct run *r, int i, int person)
{
	struct station *st = &r->st[i];

	memset(st, 0, sizeof(*st));
	st->run = r;
	st->i = i;
	st->person = person;
	st->caller = world_caller(person);
	st->catalogue = r->lab->catalogue;
	st->t.ctx = st;
	st->t.send = net_send;
	st->order = "";
	name_files(r, st);
}

static void be_device(struct station *st, int of)
{
	st->key = st->run->lab->device[of].key;
	st->caller.device_key = st->run->lab->device[of].spki;
	st->caller.reader.device = st->run->lab->device[of].id;
}

/* Who sits here. */
static void sign_in(struct station *st)
{
	char staff[UUID_TEXT], site[UUID_TEXT];
	struct err e;

	if (!store_begin(st->s, &e))
		die("sim: %s", e.msg);
	store_set(st->s, "reader",
		json_pack("{s:s, s:s}", "staff",
			uuid_format(&st->caller.reader.staff, staff), "site",
			uuid_format(&st->caller.reader.site, site)));
	store_set(st->s, "token", json_string("token"));
	if (!store_commit(st->s, &e))
		die("sim: %s", e.msg);
}

void station_make(struct run *r, int i, int person)
{
	struct station *st = &r->st[i];
	struct station *before;

	set_up(r, i, person);
	be_device(st, i);
	if (!lab_copy(r->lab->device[i].store, st->path))
		die("sim: no store to copy");
	if (r->swarm.courier)
		errand_enrol(st);
	before = station_enter(st);
	if (open_store(st))
		sign_in(st);
	station_leave(before);
}

void station_clone(struct run *r, int i, const struct station *from)
{
	struct station *st = &r->st[i];

	set_up(r, i, from->person);
	st->catalogue = from->catalogue;
	st->key = from->key;
	st->caller = from->caller;
	st->skew = from->skew;
	memcpy(st->replica, from->replica, sizeof(st->replica));
	st->unknown = from->unknown;
	if (!lab_copy(from->path, st->path))
		die("sim: nothing to clone");
	lab_copy(arena_printf(r->mem, "%s-wal", from->path),
		arena_printf(r->mem, "%s-wal", st->path));
	if (r->swarm.courier)
		errand_copy(st, from);
	open_store(st);
}

void station_close(struct station *st)
{
	store_close(st->s);
	st->s = NULL;
}

bool station_restart(struct station *st)
{
	station_close(st);
	st->dead = false;
	st->crash_at = 0;
	return open_store(st);
}

/* ---- rounds ---- */

static bool sign(
	void *ctx, const char *text, size_t n, struct buf *out, struct err *e)
{
	const struct station *st = ctx;

	return device_sign(st->key, text, n, out, e);
}

/* A person may work while bytes travel: then the store was closed and opened
 * again in between. */
static struct store *current(void *ctx, struct err *e)
{
	const struct station *st = ctx;

	if (st->dead || !st->s)
		err_set(e, ERR_OFFLINE, "killed");
	return st->dead ? NULL : st->s;
}

static void note_replica(struct station *st, bool matched)
{
	const char *now = store_text(st->s, "replica");

	if (st->replica[0] && strcmp(st->replica, now) != 0)
		st->unknown = true;
	if (matched)
		st->unknown = false;
	snprintf(st->replica, sizeof(st->replica), "%s", now);
}

static void after_round(struct station *st, bool matched)
{
	if (st->dead) {
		run_trace(st->run, "  station %d was killed", st->i);
		station_restart(st);
	}
	st->crash_at = 0;
	note_replica(st, matched);
}

/* "Synced" is said only when both ends hold the same: the model compares, from
 * the records themselves. */
static void check_matched(struct station *st)
{
	struct arena *mem = arena_new();
	struct holding *h;
	size_t n;

	h = store_holding(st->s, mem, &n);
	if (!st->done_known)
		run_fail(st->run, "P4",
			"station %d says synced without an end of the feed",
			st->i);
	else if (holding_sum(h, n) != st->done_sum)
		run_fail(st->run, "P4",
			"station %d says synced and holds something else",
			st->i);
	arena_free(mem);
}

bool station_sync(struct station *st, struct sync_report *report, struct err *e)
{
	struct station *before = station_enter(st);
	struct sync_hooks hooks = {st, NULL, sign, current};
	bool ok;

	st->done_known = false;
	st->asked = 0;
	st->run->syncs++;
	ok = sync_round(st->s, &st->t, &hooks, report, e);
	run_trace(st->run, "  station %d synced: %s%s", st->i,
		ok ? "" : err_name(e->code),
		ok ? report->matched ? "matched" : "not matched" : "");
	if (ok && report->matched && !st->dead)
		check_matched(st);
	if (st->run->swarm.courier)
		errand_after_round(st);
	after_round(st, ok && report->matched);
	station_leave(before);
	return ok;
}

void station_listen(struct station *st)
{
	struct station *before = station_enter(st);
	struct sync_hooks hooks = {st, NULL, sign, current};
	struct arena *mem = arena_new();
	struct sync_report report;
	struct request q;
	struct reply a;
	struct err e;
	bool used = false;

	if (sync_listen_begin(st->s, 20, mem, &q, &e)) {
		bool sent = st->t.send(st->t.ctx, &q, mem, &a, &e);

		net_others(st);
		if (sent && !st->dead &&
			sync_listen_end(
				st->s, &q, &a, &hooks, &report, &used, &e) &&
			used)
			run_trace(st->run, "  station %d heard news", st->i);
	}
	arena_free(mem);
	after_round(st, false);
	station_leave(before);
}

bool station_is_empty(const struct station *st)
{
	struct arena *mem = arena_new();
	bool empty = json_array_size(store_receipts(st->s, mem)) == 0;

	arena_free(mem);
	for (size_t i = 0; i < store_work_count(st->s); i++)
		empty = empty && !work_waits(store_work_at(st->s, i));
	return empty;
}
