/*
 * whole.c - see whole.h.
 */
#include "client/sync/whole.h"

#include "client/sync/courier.h"
#include "client/sync/orders.h"

#include <string.h>

static struct store *here(const struct whole *w)
{
	return w->hooks->now ? w->hooks->now(w->hooks->ctx) : w->s;
}

static bool is_stopped(const struct whole *w)
{
	return w->hooks->stopped && w->hooks->stopped(w->hooks->ctx);
}

void whole_introduce(struct store *s, struct transport *t)
{
	struct err ignored;

	if (!courier_introduce(s, t, &ignored) ||
		!json_is_true(store_get(s, "registered")) ||
		!orders_leave_share(s, store_path(s), t, &ignored))
		return;
}

/* ---- records ---- */

static bool once(struct whole *w, struct sync_report *r, struct err *e)
{
	const struct whole_hooks *h = w->hooks;
	bool ok;

	if (h->moving)
		h->moving(h->ctx, true);
	ok = sync_round(here(w), w->t, w->records, r, e);
	if (h->moving)
		h->moving(h->ctx, false);
	return ok;
}

/* Until a round ends. A line that broke is tried again while something comes,
 * and as often as the hook says. */
static bool rounds(struct whole *w, struct err *e)
{
	const struct whole_hooks *h = w->hooks;
	struct sync_report sum = w->r;

	for (int fails = 0;; fails++) {
		bool ok = once(w, &w->r, e);

		if (w->r.bytes || w->r.sent)
			fails = 0;
		sync_report_add(&w->r, &sum);
		if (ok || !here(w) || !h->again ||
			!h->again(h->ctx, fails, &w->r, e))
			return ok;
		sum = w->r;
	}
}

/* ---- behind them ---- */

/* What was put off because its files waited is given up now. */
static bool carry_files(struct whole *w, bool *again, struct err *e)
{
	*again = false;
	if (files_send(here(w), w->t, w->files, &w->f, &w->files_why))
		w->files_why.code = ERR_NONE;
	else if (!here(w)) {
		*e = w->files_why;
		return false;
	}
	*again = w->r.kept && w->f.sent + w->f.refused > 0;
	return true;
}

/* Files whose record is no longer here go as well. */
static bool tidy(struct store *s, struct err *e)
{
	size_t n;

	if (file_count(s) == 0)
		return true;
	if (!store_begin(s, e))
		return false;
	if (!files_tidy(s, &n, e)) {
		store_rollback(s);
		return false;
	}
	return store_commit(s, e);
}

static void hand_in(struct whole *w)
{
	struct err ignored;

	if (here(w) && !is_stopped(w) &&
		!courier_hand_in(here(w), w->t, &ignored))
		return;
}

/* The records have been exchanged but for what the centre would not take. */
static bool go_on(struct whole *w, bool ok, struct err *e)
{
	bool again;

	if (!carry_files(w, &again, e))
		return false;
	if (again)
		ok = rounds(w, e);
	hand_in(w);
	if (!here(w))
		return false;
	whole_introduce(here(w), w->t);
	if (!ok) {
		struct err ignored;

		return tidy(here(w), &ignored) && false;
	}
	return tidy(here(w), e);
}

bool whole_round(struct whole *w, struct err *e)
{
	bool ok;

	memset(&w->r, 0, sizeof(w->r));
	memset(&w->f, 0, sizeof(w->f));
	w->files_why.code = ERR_NONE;
	whole_introduce(w->s, w->t);
	ok = rounds(w, e);
	if (ok || w->r.ended)
		return go_on(w, ok, e);
	hand_in(w);
	return false;
}
