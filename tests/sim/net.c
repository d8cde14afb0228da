/*
 * net.c - see net.h.
 */
#include "tests/sim/net.h"

#include "tests/sim/act.h"
#include "tests/sim/check.h"
#include "tests/sim/clock.h"
#include "tests/sim/lab.h"
#include "tests/sim/model.h"
#include "tests/sim/seam.h"
#include "tests/sim/station.h"

#include <string.h>

/* ---- the centre ---- */

static bool is_call(
	const struct request *q, const char *method, const char *path)
{
	size_t n = strlen(path);

	return strcmp(q->method, method) == 0 &&
	       strncmp(q->path, path, n) == 0 &&
	       (q->path[n] == 0 || q->path[n] == '?');
}

bool net_centre(struct run *r, const struct caller *who,
	const struct request *q, struct arena *mem, struct reply *out)
{
	bool ok;

	r->requests++;
	ok = centre_answer(r->lab->centre, who, q, mem, out);
	if (is_call(q, "POST", "/v1/changes") ||
		is_call(q, "POST", "/v1/courier"))
		model_look(&r->model);
	if (!ok)
		return false;
	if (is_call(q, "GET", "/v1/changes") && out->status == 200)
		check_page(r, who, q, out);
	if (is_call(q, "POST", "/v1/receipts") && out->status == 200)
		check_receipts(r, q);
	if (is_call(q, "POST", "/v1/courier") && out->status == 200)
		check_parcels(r, q, out);
	return true;
}

/* ---- batches in another order ---- */

/* Changes of one group stay together; the same request is always put into the
 * same order, because it may be sent again. */
static struct str shuffled(
	const struct run *r, const struct request *q, struct arena *mem)
{
	struct err e;
	json_t *j =
		json_read(q->body.p, q->body.n, &json_limits_batch, mem, &e);
	json_t *list = json_object_get(j, "changes");
	struct rng g = rng_of(r->seed, (uint64_t)q->number);
	size_t n = json_array_size(list);
	struct str out;

	for (size_t i = n; i > 1; i--) {
		size_t k = rng_below(&g, (unsigned)i);
		json_t *a = json_array_get(list, i - 1);
		json_t *b = json_array_get(list, k);

		if (json_is_string(json_object_get(a, "tx")) ||
			json_is_string(json_object_get(b, "tx")) || k == i - 1)
			continue;
		json_incref(a);
		json_incref(b);
		json_array_set_new(list, i - 1, b);
		json_array_set_new(list, k, a);
	}
	out.p = json_canonical(j, mem);
	out.n = strlen(out.p);
	return out;
}

/* ---- late ones ---- */

static const char *kept(struct run *r, const char *text)
{
	return text ? arena_strdup(r->mem, text) : NULL;
}

static void remember(struct run *r, const struct caller *who,
	const struct request *q, struct rng *g)
{
	struct late *l;

	if (r->late_count == LATE_MAX)
		return;
	l = &r->late[r->late_count++];
	l->who = *who;
	l->q = *q;
	l->q.path = kept(r, q->path);
	l->q.body.p =
		arena_strndup(r->mem, q->body.p ? q->body.p : "", q->body.n);
	l->q.replica = kept(r, q->replica);
	l->q.seen = kept(r, q->seen);
	l->due = r->step + 1 + (int)rng_below(g, 12);
}

void net_late(struct run *r, bool all)
{
	size_t left = 0;

	for (size_t i = 0; i < r->late_count; i++) {
		struct late *l = &r->late[i];
		struct arena *mem;
		struct reply a;

		if (!all && l->due > r->step) {
			r->late[left++] = *l;
			continue;
		}
		mem = arena_new();
		run_trace(r, "  late: %s %s #%lld", l->q.method, l->q.path,
			(long long)l->q.number);
		net_centre(r, &l->who, &l->q, mem, &a);
		arena_free(mem);
	}
	r->late_count = left;
}

/* ---- answers that are none ---- */

static void garble(struct rng *g, struct arena *mem, struct reply *a)
{
	static const char portal[] =
		"<html>Sign in to the guest network</html>";
	static const char *const empty[] = {"{}", "[]", "", "null"};
	char *p;

	switch (rng_below(g, 6)) {
	case 5: /* a proxy that knows no such page */
		a->status = 404;
		snprintf(a->type, sizeof(a->type), "text/html");
		a->body.p = portal;
		a->body.n = sizeof(portal) - 1;
		return;
	case 0: /* somebody's portal */
		a->status = 200;
		snprintf(a->type, sizeof(a->type), "text/html");
		a->body.p = portal;
		a->body.n = sizeof(portal) - 1;
		return;
	case 1: /* one that says it is ours */
		a->status = 200;
		a->body.p = portal;
		a->body.n = sizeof(portal) - 1;
		return;
	case 2: /* nothing in it */
		a->status = 200;
		a->body.p = RNG_PICK(g, empty);
		a->body.n = strlen(a->body.p);
		return;
	case 3: /* half of it */
		if (a->body.n)
			a->body.n = rng_below(g, (unsigned)a->body.n);
		a->body.p = arena_strndup(mem, a->body.p, a->body.n);
		return;
	default: /* a page with another bit; what is no page has no footer to
		    notice it by, and is what TLS is for */
		if (strcmp(a->type, "application/x-ndjson") != 0 || !a->body.n)
			return;
		p = arena_strndup(mem, a->body.p, a->body.n);
		p[rng_below(g, (unsigned)a->body.n)] ^=
			(char)(1 << rng_below(g, 7));
		a->body.p = p;
	}
}

/* ---- a request on its way ---- */

void net_others(struct station *st)
{
	struct run *r = st->run;
	struct station *before;

	if (r->quiet || r->depth >= 2 || !rng_chance(&r->net, r->swarm.between))
		return;
	r->depth++;
	before = station_enter(NULL);
	act_between(r, st);
	station_leave(before);
	r->depth--;
}

static bool lost(struct station *st, const char *what, struct err *e)
{
	run_trace(st->run, "  station %d: %s", st->i, what);
	return err_set(e, ERR_OFFLINE, "%s", what);
}

static bool deliver(struct station *st, const struct request *q,
	struct arena *mem, struct reply *out, struct err *e)
{
	struct run *r = st->run;
	struct rng *g = &r->net;
	struct swarm *s = &r->swarm;
	bool rough = !r->quiet;

	if (rough && rng_chance(g, s->late))
		remember(r, &st->caller, q, g);
	if (rough && rng_chance(g, s->lose_request))
		return lost(st, "request lost", e);
	/* Somebody else's answer, and the centre never heard of it. */
	if (rough && rng_chance(g, s->garble / 2)) {
		run_trace(r, "  station %d: a stranger answers", st->i);
		memset(out, 0, sizeof(*out));
		snprintf(out->type, sizeof(out->type), "application/json");
		out->status = 200;
		out->body.p = "";
		garble(g, mem, out);
		return true;
	}
	if (rough && rng_chance(g, s->twice))
		net_centre(r, &st->caller, q, mem, out);
	if (rough && rng_chance(g, s->dies))
		seam_die_at(1 + rng_below(g, 4));
	if (!net_centre(r, &st->caller, q, mem, out))
		return lost(st, "the centre died", e);
	if (rough && rng_chance(g, s->lose_answer))
		return lost(st, "answer lost", e);
	if (rough && rng_chance(g, s->garble)) {
		run_trace(r, "  station %d: answer garbled", st->i);
		garble(g, mem, out);
	}
	return true;
}

/* The answer comes in bits; whoever wants takes whole pages from the front. */
static bool arrive(struct station *st, const struct request *q,
	struct reply *out, struct err *e)
{
	struct run *r = st->run;
	struct rng *g = &r->net;
	size_t have = 0, taken = 0, all = out->body.n, end = all;

	if (!q->taker || out->status != 200)
		return true;
	if (!r->quiet && end && rng_chance(g, r->swarm.cut))
		end = rng_below(g, (unsigned)end);
	while (have < end) {
		struct str front = {out->body.p + taken, 0};
		size_t used = 0;

		have += 1 + (r->quiet ? end : rng_below(g, 20000));
		have = have < end ? have : end;
		front.n = have - taken;
		if (!q->taker->take(q->taker->ctx, out, front, &used))
			return err_set(e, ERR_OFFLINE, "the station ends it");
		taken += used;
	}
	out->body.p += taken;
	out->body.n = end - taken;
	return end == all || lost(st, "answer cut", e);
}

/* The station reads that something is ordered of it. */
static bool is_order(const struct request *q, const struct reply *a)
{
	bool found = false;
	json_t *j;

	if (!is_call(q, "GET", "/v1/device") || a->status != 200)
		return false;
	j = json_loadb(a->body.p, a->body.n, 0, NULL);
	found = json_str(json_object_get(j, "order"), "id") != NULL;
	json_decref(j);
	return found;
}

static bool is_done_page(const struct reply *a)
{
	return strcmp(a->type, "application/x-ndjson") == 0 &&
	       strstr(a->body.p, "\n{\"d\":");
}

bool net_send(void *ctx, const struct request *q, struct arena *mem,
	struct reply *out, struct err *e)
{
	struct station *st = ctx;
	struct run *r = st->run;
	struct request mine = *q;

	memset(out, 0, sizeof(*out));
	if (station_step(st))
		return err_set(e, ERR_OFFLINE, "killed before sending");
	net_others(st);
	if (++st->asked > ROUND_MAX)
		run_fail(r, "I13", "station %d asks without end", st->i);
	if (r->failed.what[0])
		return err_set(e, ERR_OFFLINE, "the run has ended");
	run_trace(r, "  station %d: %s %.40s #%lld", st->i, q->method, q->path,
		(long long)q->number);
	if (st->cut && !r->quiet)
		return lost(st, "no line", e);
	if (is_call(q, "POST", "/v1/changes") && r->swarm.shuffle &&
		rng_of(r->seed, (uint64_t)q->number * 7).s % 1000 <
			r->swarm.shuffle)
		mine.body = shuffled(r, q, mem);
	if (is_call(q, "POST", "/v1/digest") && !st->unknown &&
		!strstr(q->body.p, "\"reconcile\"") &&
		strcmp(q->replica, st->replica) == 0)
		run_fail(r, "I14", "station %d and the centre differ", st->i);
	if (!deliver(st, &mine, mem, out, e)) {
		memset(out, 0, sizeof(*out));
		return false;
	}
	if (is_done_page(out)) {
		st->done_known = true;
		st->done_sum = check_done_sum(r, &st->caller.reader);
	}
	if (!arrive(st, q, out, e))
		return false;
	if (station_step(st))
		return err_set(e, ERR_OFFLINE, "killed waiting");
	st->knows |= is_order(q, out);
	return true;
}
