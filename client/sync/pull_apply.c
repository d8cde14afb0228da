/*
 * pull_apply.c - one page: its purges, its units, their receipts and the
 * position after it stand together or not at all.
 *
 * Killed anywhere, the station asks for the same page again and ends with the
 * same copy.
 */
#include "client/store/files.h"
#include "client/sync/engine_in.h"
#include "client/sync/page.h"

#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "proto/base/mutant.h"

#include <stdlib.h>
#include <string.h>

#define HEALS         2
#define LOOK_EVERY_MS (24 * 3600 * 1000LL)

/* ---- purges ---- */

/* What can still be sent goes first. What the centre refused outright, and what
 * may wait for it, would keep the unit here for ever: it stays in the outbox,
 * out of sight, and is handed in (courier_stuck.c). */
static bool has_waiting_work(const struct store *s, const struct uuid *unit)
{
	bool refused = false, deferred = false;

	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);

		if (!work_waits(w) || uuid_cmp(&w->unit, unit) != 0)
			continue;
		if (w->state == WORK_DEFERRED)
			deferred = true;
		else if (work_refused(w))
			refused = true;
		else
			return true;
	}
	return (deferred && !refused) || file_unit_waits(s, unit);
}

static bool hide_work(struct store *s, const struct uuid *unit, struct err *e)
{
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);

		if (uuid_cmp(&w->unit, unit) == 0 && !work_hidden(w) &&
			!store_work_hide(s, w, e))
			return false;
	}
	return true;
}

/* The station's word that it destroyed its copy, signed by the device key. */
static bool add_purged(
	struct engine *g, const struct page_item *p, struct err *e)
{
	struct arena *mem = arena_new();
	char unit[UUID_TEXT];
	const char *text = arena_printf(mem,
		"casebridge purge v1\n%s\n%s\n%lld\n%s\n",
		store_text(g->s, "replica"), uuid_format(&p->unit, unit),
		(long long)p->gen, p->purge);
	struct buf sig;
	bool ok;

	buf_init(&sig, 1024);
	ok = g->hooks->sign(g->hooks->ctx, text, strlen(text), &sig, e) &&
	     store_receipt_add(g->s,
		     json_pack("{s:s, s:s, s:I, s:s, s:s}", "kind", "purged",
			     "unit", unit, "gen", (json_int_t)p->gen, "purge",
			     p->purge, "sig",
			     base64url_format(sig.p, sig.n, mem)),
		     e);
	buf_free(&sig);
	arena_free(mem);
	return ok;
}

static bool purge(struct engine *g, const struct page_item *p, struct err *e)
{
	/* What nobody has sent yet goes first; the purge comes again. */
	if (MUTANT(purge_drops_outbox) && !push_forget(g, &p->unit, e))
		return false;
	if (has_waiting_work(g->s, &p->unit)) {
		g->report->kept++;
		return true;
	}
	g->report->purged++;
	return store_drop_unit(g->s, &p->unit, e) &&
	       hide_work(g->s, &p->unit, e) && add_purged(g, p, e);
}

/* ---- deliveries ---- */

/* One item of a page, its records already read. */
struct step {
	struct page_item item;
	struct incoming *in;
};

/* A record under a unit that is not its own is no delivery. A conflict about a
 * person has no case: it goes wherever the person goes. */
static bool fits_unit(const struct record *r, const struct uuid *unit)
{
	struct uuid of;

	if (!r->type || (!r->type->root && uuid_is_nil(&r->case_id) &&
				r->type->scope == SCOPE_CASE))
		return true;
	of = record_unit(r->type, &r->id, &r->case_id);
	return uuid_cmp(&of, unit) == 0;
}

static int by_id(const void *a, const void *b)
{
	return uuid_cmp(a, b);
}

/* Of one record in two versions nobody could say which the centre means. */
static bool each_once(
	const struct incoming *in, size_t n, struct arena *mem, struct err *e)
{
	struct uuid *ids = ARENA_ARRAY(mem, struct uuid, n + 1);

	for (size_t i = 0; i < n; i++)
		ids[i] = in[i].r.id;
	if (n)
		qsort(ids, n, sizeof(*ids), by_id);
	for (size_t i = 1; i < n; i++)
		if (uuid_cmp(&ids[i - 1], &ids[i]) == 0)
			return err_set(e, ERR_VOID_PAGE, "record twice");
	return true;
}

static bool read_records(const struct catalogue *c, struct step *step,
	struct arena *mem, struct err *e)
{
	const struct page_item *u = &step->item;

	step->in = ARENA_ARRAY(mem, struct incoming, u->n + 1);
	for (size_t i = 0; i < u->n; i++) {
		struct incoming *in = &step->in[i];

		in->line = u->lines[i];
		if (!record_parse_line(c, in->line, &in->r, mem, e))
			return false;
		if (!fits_unit(&in->r, &u->unit))
			return err_set(e, ERR_VOID_PAGE, "record of another");
	}
	return each_once(step->in, u->n, mem, e);
}

static bool deliver(struct engine *g, const struct step *step, struct err *e)
{
	const struct page_item *u = &step->item;
	const struct unit *held = store_unit(g->s, &u->unit);
	struct delivery d = {u->unit, u->unit_kind, u->gen, u->full, step->in,
		u->n, u->part, u->more, again_is_anew(g->s, &u->unit)};

	g->report->units += !u->more;
	g->report->cases +=
		u->full && !u->more && strcmp(u->unit_kind, "case") == 0;
	g->report->records += (int64_t)u->n;
	/* Only what is offered whole gets a new incarnation and a receipt. */
	if (!u->full && held)
		d.gen = held->gen;
	if (MUTANT(server_wins_local) && !push_forget(g, &u->unit, e))
		return false;
	return store_deliver(g->s, &d, e) &&
	       (!u->full || u->more ||
		       receipts_add(g, "stored", &u->unit, u->gen, e));
}

/* ---- the end of the feed ---- */

/* Digests are reckoned from lists; whether the rows behind them still open is
 * looked at once a day. What a disk has spoiled is fetched again like anything
 * that differs, and looked at once more. */
static void look_over(struct engine *g)
{
	const json_t *last = store_get(g->s, "looked");
	int64_t now = host_now_ms();
	int64_t since = now - (last ? json_integer_value(last) : now);

	if (last && since >= 0 && since < LOOK_EVERY_MS)
		return;
	if (!last || store_doubt(g->s) == 0)
		store_set(g->s, "looked", json_integer(now));
}

static void compare(struct engine *g, const struct page_item *d)
{
	struct sync_report *r = g->report;
	struct sha256 here;

	look_over(g);
	here = store_digest(g->s);
	hex_format(here.b, SHA256_LEN, r->here);
	hex_format(d->digest.b, SHA256_LEN, r->centre);
	r->matched = sha256_equal(&here, &d->digest);
	store_set(g->s, "match",
		json_pack("{s:b, s:s, s:s, s:s, s:I}", "ok", r->matched, "here",
			r->here, "centre", r->centre, "head", d->head, "at",
			(json_int_t)host_now_ms()));
	store_set(g->s, "anew", NULL);
	if (r->matched)
		store_set(g->s, "in_step", json_integer(host_now_ms()));
	/* With a purge put off the two cannot agree yet. */
	g->compare = !r->matched && !r->kept && g->heals < HEALS;
}

static bool apply(struct engine *g, const struct step *step, struct err *e)
{
	const struct page_totals *t = &step->item.totals;
	struct sync_report *r = g->report;

	switch (step->item.kind) {
	case PAGE_HEAD:
		if (step->item.in_pieces)
			store_set(g->s, "plain", NULL);
		r->total_units = r->units + t->units;
		r->total_cases = r->cases + t->cases;
		r->total_records = r->records + t->records;
		r->total_bytes = r->bytes + t->bytes;
		return true;
	case PAGE_PURGE:
		return purge(g, &step->item, e);
	case PAGE_UNIT:
		return deliver(g, step, e);
	case PAGE_DONE:
		compare(g, &step->item);
		return true;
	}
	return true;
}

/*
 * The whole page is read before any of it is applied: one that turns out to be
 * wrong half way must not have touched the store.
 */
static bool read_page(struct engine *g, const struct page *p, struct arena *mem,
	struct buf *steps, struct err *e)
{
	struct page_walk w = page_begin(p);
	bool end = false;

	while (!end) {
		struct step step;

		memset(&step, 0, sizeof(step));
		if (!page_next(&w, mem, &step.item, &end, e))
			return false;
		if (end)
			break;
		if (step.item.kind == PAGE_UNIT &&
			!read_records(store_catalogue(g->s), &step, mem, e))
			return false;
		buf_add(steps, &step, sizeof(step));
	}
	return true;
}

static void set_since(struct engine *g, const char *next)
{
	json_t *position = json_deep_copy(
		(json_t *)(uintptr_t)store_get(g->s, "position"));

	json_object_set_new(position, "since", json_string(next));
	store_set(g->s, "position", position);
}

/* What still waits at the centre, for whoever looks at the list meanwhile. */
static void note_coming(struct engine *g, const struct page *p)
{
	const struct sync_report *r = g->report;
	json_t *coming = NULL;

	if (p->more && r->total_cases > r->cases)
		coming = json_pack("{s:I, s:I}", "cases",
			(json_int_t)(r->total_cases - r->cases), "bytes",
			(json_int_t)(r->total_bytes - r->bytes));
	store_set(g->s, "coming", coming);
}

/* Ends the transaction of the pages taken together. */
bool pull_settle(struct engine *g, struct err *e)
{
	if (!g->taking)
		return true;
	g->taking = false;
	return engine_settle(g, e);
}

static bool apply_page(struct engine *g, const struct reply *a,
	const struct page *p, const struct buf *steps, struct err *e)
{
	const struct step *all = (const struct step *)(void *)steps->p;
	size_t n = steps->n / sizeof(*all);

	if (!g->taking && !engine_answered(g, a, e))
		return false;
	g->taking = true;
	CRASH_POINT("before_position");
	set_since(g, p->next);
	if (MUTANT(cursor_first) &&
		(!store_commit(g->s, e) || !store_begin(g->s, e)))
		return false;
	CRASH_POINT("after_position");
	for (size_t i = 0; i < n; i++) {
		if (!apply(g, &all[i], e)) {
			g->taking = false;
			store_rollback(g->s);
			return false;
		}
		CRASH_POINT("page_item");
	}
	g->report->bytes += (int64_t)p->text.n;
	note_coming(g, p);
	g->pulled = !p->more;
	return true;
}

static struct sha256 units_of(const struct buf *steps)
{
	const struct step *all = (const struct step *)(void *)steps->p;
	struct sha256_run *run = sha256_begin();

	for (size_t i = 0; i < steps->n / sizeof(*all); i++)
		if (all[i].item.kind == PAGE_UNIT)
			sha256_add(run, all[i].item.unit.b, 16);
	return sha256_end(run);
}

/* A centre that offers the same again from the same place would be asked for
 * ever. */
static bool leads_on(
	struct engine *g, const struct page *p, const struct buf *steps)
{
	const char *since = json_str(store_get(g->s, "position"), "since");
	struct sha256 before = g->brought;

	g->brought = units_of(steps);
	return !p->more || !since || strcmp(since, p->next) != 0 ||
	       !sha256_equal(&before, &g->brought);
}

/* One page, whole or not at all. */
bool pull_take_page(
	struct engine *g, const struct reply *a, struct str text, struct err *e)
{
	struct arena *mem = arena_new();
	struct buf steps;
	struct page p;
	bool ok;

	buf_init(&steps, PAGE_CAP);
	ok = page_open(text, mem, &p, e) && read_page(g, &p, mem, &steps, e) &&
	     (leads_on(g, &p, &steps) ||
		     err_set(e, ERR_VOID_PAGE, "page leads nowhere")) &&
	     apply_page(g, a, &p, &steps, e);
	buf_free(&steps);
	arena_free(mem);
	g->pages += ok;
	g->bytes += ok ? (int64_t)text.n : 0;
	return ok;
}

/* Pages in a row, in one transaction; those before a wrong one stand. */
