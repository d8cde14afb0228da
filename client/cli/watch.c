/*
 * watch.c - casebridge sync --watch: rounds until somebody ends it.
 *
 * While it waits for news the store is closed and unlocked, so the person can
 * go on working in another window; what they save is noticed within a second or
 * two, and goes out. A failed round is tried again after a pause that doubles
 * up to a quarter of an hour and is never the same for two stations, so that a
 * centre coming back is not run over; what the centre says (Retry-After) is
 * kept to, and a computer that wakes does not wait for the rest of the pause.
 * A round that moves nothing and is called for again at once, because a centre
 * has something we cannot take, is slowed down in the same way.
 *
 * It says a line when something changes, and nothing otherwise.
 */
#include "client/cli/out.h"
#include "client/cli/sync_run.h"
#include "proto/base/host.h"

#include <stdio.h>
#include <stdlib.h>

#define WAIT_S        30
#define PAUSE_FIRST   1000
#define PAUSE_LONGEST 900000
#define TOO_SOON_MS   5000

static bool may_pass(const struct err *e)
{
	return e->code == ERR_OFFLINE || e->code == ERR_BUSY ||
	       e->code == ERR_VOID_PAGE || e->code == ERR_INTERNAL ||
	       e->code == ERR_STORE_BUSY || e->code == ERR_TLS ||
	       e->code == ERR_STALE || e->code == ERR_UNCONFIRMED;
}

/* The store is closed while the centre holds the answer. */
static bool wait_for_answer(struct sync_run *s, const struct request *q,
	struct arena *mem, struct reply *a, struct err *e)
{
	bool ok;

	desk_close_store(s->d);
	s->stamp = place_stamp(&s->d->place, s->d->store_name);
	s->disturbed = false;
	s->listening = true;
	ok = s->t->send(s->t->ctx, q, mem, a, e);
	s->listening = false;
	return ok;
}

/* *news says a round is worth while: something came, or somebody saved. */
static bool listen_once(struct sync_run *s, bool *news, struct err *e)
{
	struct arena *mem = arena_new();
	struct sync_report r;
	struct request q;
	struct reply a;
	bool ok = sync_listen_begin(s->d->s, WAIT_S, mem, &q, e);

	if (ok && !wait_for_answer(s, &q, mem, &a, e)) {
		*news = ok = s->disturbed;
		arena_free(mem);
		return ok &&
		       (pauses_stop(&s->pauses) || desk_open_store(s->d, e));
	}
	ok = ok && desk_open_store(s->d, e) &&
	     sync_listen_end(s->d->s, &q, &a, &s->hooks, &r, news, e);
	/* What came is already stored; receipts and own work make it a round.
	 */
	*news = ok && (!*news || r.units || r.purged || !r.matched ||
			      desk_waiting(s->d) > 0 ||
			      carry_count(s->d->s).waiting > 0);
	arena_free(mem);
	return ok;
}

/* One round, and waiting until the next is due. */
static bool step(struct cli *c, struct sync_run *s, bool quiet, struct err *e)
{
	bool news = false;

	if (!s->d->s && !desk_open_store(s->d, e))
		return false;
	if (!sync_run_once(c, s, quiet, e))
		return false;
	if (c->terminal && !c->json && !quiet)
		fprintf(stderr, "%s\n", text_raw(c->lang, T_WATCHING));
	while (!news && !pauses_stop(&s->pauses))
		if (!listen_once(s, &news, e))
			return false;
	return true;
}

/* At least as long as the centre asked for. */
static int64_t pause_for(int64_t longest, const struct err *e)
{
	int64_t ms = pauses_jitter(longest), asked = 0;

	if (e && (e->code == ERR_BUSY || e->code == ERR_VOID_PAGE))
		asked = (int64_t)strtol(e->accepts, NULL, 10) * 1000;
	if (asked > PAUSE_LONGEST)
		asked = PAUSE_LONGEST;
	return ms > asked ? ms : asked + pauses_jitter(PAUSE_FIRST);
}

struct mood {
	enum err_code told; /* the trouble last told */
	int64_t longest;
};

static void trouble(
	struct cli *c, struct sync_run *s, struct mood *m, struct err *e)
{
	int64_t ms = pause_for(m->longest, e);

	progress_end(&s->bar);
	desk_close_store(s->d);
	if (m->told != e->code)
		out_error(c, e);
	m->told = e->code;
	if (c->terminal && !c->json)
		fprintf(stderr, "%s\n",
			text_of(c, T_RETRY_IN,
				number_text(c, (ms + 999) / 1000), NULL));
	pauses_wait(&s->pauses, ms);
	m->longest =
		2 * m->longest < PAUSE_LONGEST ? 2 * m->longest : PAUSE_LONGEST;
}

/* Called for again at once, and nothing came of it. */
static void slow_down(struct sync_run *s, struct mood *m, int64_t began_ms)
{
	if (s->moved || s->disturbed ||
		host_mono_ms() - began_ms > TOO_SOON_MS) {
		m->longest = PAUSE_FIRST;
		return;
	}
	desk_close_store(s->d);
	pauses_wait(&s->pauses, pauses_jitter(m->longest));
	m->longest =
		2 * m->longest < PAUSE_LONGEST ? 2 * m->longest : PAUSE_LONGEST;
}

bool sync_watch(struct cli *c, struct sync_run *s, struct err *e)
{
	struct mood m = {ERR_NONE, PAUSE_FIRST};
	bool quiet = false;

	while (!pauses_stop(&s->pauses)) {
		int64_t began_ms = host_mono_ms();

		if (step(c, s, quiet, e)) {
			m.told = ERR_NONE;
			quiet = true;
			slow_down(s, &m, began_ms);
		} else if (pauses_stop(&s->pauses)) {
			break;
		} else if (may_pass(e)) {
			trouble(c, s, &m, e);
			quiet = false;
		} else {
			progress_end(&s->bar);
			return false;
		}
	}
	progress_end(&s->bar);
	c->exit_code = 0;
	return true;
}
