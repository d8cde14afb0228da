/*
 * pull.c - pages, purges, receipts and the comparison of digests.
 *
 * A page is one transaction: its purges, its units, their receipts and the
 * position after it stand together or not at all. Killed anywhere, the station
 * asks for the same page again and ends with the same copy.
 *
 * An answer is several pages in a row, and each is applied as soon as it is
 * whole. How much is asked for at once follows from how fast the line was:
 * about ten seconds' worth. The piece that is on its way when a line breaks
 * travels again, so pieces are a small share of what is still to come, which
 * keeps the cost of a cut in proportion whatever the line; and at most a
 * sixteenth of a second of it, smaller still for a while after it broke, so
 * that something gets through between two cuts.
 */
#include "client/store/files.h"
#include "client/sync/engine_in.h"
#include "client/sync/page.h"

#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "proto/base/mutant.h"

#include <stdlib.h>
#include <string.h>

#define HEALS 2

/* Bytes of pages, before they are packed. */
#define ANSWER_UNKNOWN ((int64_t)256 << 10)
#define ANSWER_LEAST   ((int64_t)64 << 10)
#define ANSWER_MOST    ((int64_t)4 << 20)
#define ANSWER_S       10
#define PIECE_CAREFUL  ((int64_t)64 << 10)
#define PIECE_UNKNOWN  ((int64_t)64 << 10)
#define PIECE_SHARE    256 /* of what is to come; ten cuts may cost a tenth */
#define PIECE_LEAST    ((int64_t)16 << 10)
#define PIECE_MOST     ((int64_t)1 << 20)
#define PIECES_A_S     16
#define CAREFUL        ((int64_t)32 << 20) /* after the line broke */
#define MEASURE_FROM   ((int64_t)16 << 10) /* fewer say nothing */
/* Pages that come fast are taken together: a commit costs what many of them do.
 */
#define TAKE_BYTES ((size_t)512 << 10)
#define TAKE_MS    60

static json_t *id_json(const struct uuid *id)
{
	char text[UUID_TEXT];

	return json_string(uuid_format(id, text));
}

/* ---- receipts ---- */

bool receipts_plan(struct engine *g, bool *planned, struct err *e)
{
	struct arena *mem = arena_new();
	json_t *all = store_receipts(g->s, mem);
	bool ok = true;

	*planned = json_array_size(all) > 0;
	while (json_array_size(all) > RECEIPTS)
		json_array_remove(all, json_array_size(all) - 1);
	if (*planned) {
		const char *body = arena_printf(
			mem, "{\"receipts\":%s}", json_canonical(all, mem));

		ok = store_begin(g->s, e) &&
		     engine_pend(g, CALL_RECEIPTS, "/v1/receipts", body, e);
	}
	arena_free(mem);
	return ok;
}

bool receipts_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	const char *body = json_str(store_get(g->s, "pending"), "body");
	json_t *sent, *j = engine_json(a, mem, e);

	if (!j)
		return false;
	if (!json_is_integer(json_object_get(j, "accepted")))
		return err_set(e, ERR_VOID_PAGE, "no receipt of receipts");
	sent = json_read(body, strlen(body), &json_limits_own, mem, e);
	if (!sent || !engine_answered(g, a, e))
		return false;
	if (!store_receipts_drop(g->s, json_object_get(sent, "receipts"), e)) {
		store_rollback(g->s);
		return false;
	}
	return engine_settle(g, e);
}

static bool add_receipt(struct engine *g, const char *kind,
	const struct uuid *unit, int64_t gen, struct err *e)
{
	return store_receipt_add(g->s,
		json_pack("{s:s, s:o, s:I}", "kind", kind, "unit",
			id_json(unit), "gen", (json_int_t)gen),
		e);
}

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
		       add_receipt(g, "stored", &u->unit, u->gen, e));
}

/* ---- the end of the feed ---- */

static void compare(struct engine *g, const struct page_item *d)
{
	struct sha256 here = store_digest(g->s);
	struct sync_report *r = g->report;

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
static bool settle(struct engine *g, struct err *e)
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
static bool take_page(
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
static bool take_pages(
	struct engine *g, const struct reply *a, struct str text, struct err *e)
{
	struct err later;
	bool ok = true;

	while (ok && text.n) {
		struct str one = {text.p, page_length(text)};

		one.n = one.n ? one.n : text.n;
		ok = take_page(g, a, one, e);
		text.p += one.n;
		text.n -= one.n;
	}
	if (!settle(g, ok ? e : &later))
		return false;
	g->taken_ms = host_mono_ms();
	return ok;
}

static bool is_page(const struct reply *a)
{
	return strcmp(a->type, "application/x-ndjson") == 0;
}

/* The whole pages at the beginning of what is here. */
static struct str whole_pages(struct str have)
{
	struct str left = have;
	size_t n;

	while ((n = page_length(left)) > 0) {
		left.p += n;
		left.n -= n;
	}
	have.n -= left.n;
	return have;
}

bool pull_take(
	void *engine, const struct reply *a, struct str have, size_t *used)
{
	struct engine *g = engine;
	struct str whole = {have.p, 0};

	*used = 0;
	if (is_page(a))
		whole = whole_pages(have);
	if (!whole.n || (whole.n < TAKE_BYTES &&
				host_mono_ms() - g->taken_ms < TAKE_MS))
		return true;
	if (!engine_store(g, &g->stop) || !take_pages(g, a, whole, &g->stop))
		return false;
	*used = whole.n;
	return true;
}

bool pull_take_rest(struct engine *g, const struct reply *a, struct err *e)
{
	struct str whole = {a->body.p, 0};

	if (a->status == 200 && is_page(a))
		whole = whole_pages(a->body);
	return !whole.n || (engine_store(g, e) && take_pages(g, a, whole, e));
}

/* The pages nobody took while they came; a rest that is none is void. */
bool pull_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	(void)mem;
	if (!is_page(a))
		return err_set(e, ERR_VOID_PAGE, "answer is no page");
	if (!a->body.n && g->pages)
		return true;
	return take_pages(g, a, a->body, e);
}

/* ---- how much to ask for ---- */

static int64_t within(int64_t n, int64_t least, int64_t most)
{
	return n < least ? least : n > most ? most : n;
}

void pull_measure(struct engine *g, const struct reply *a, bool whole)
{
	struct line *l = &g->line;

	if (g->bytes >= MEASURE_FROM && a->took_ms > 0) {
		int64_t rate = g->bytes * 1000 / a->took_ms;

		l->rate = l->rate ? (l->rate + rate) / 2 : rate;
	}
	l->careful = whole ? l->careful - g->bytes : CAREFUL;
	if (l->careful < 0)
		l->careful = 0;
	g->report->rate = l->rate;
}

static int64_t answer_bytes(const struct line *l)
{
	return l->rate ? within(l->rate * ANSWER_S, ANSWER_LEAST, ANSWER_MOST)
		       : ANSWER_UNKNOWN;
}

/* What is still to come, as far as a page has said; 0: none has. */
static int64_t left_bytes(const struct engine *g)
{
	const struct sync_report *r = g->report;

	return r && r->total_bytes
		       ? r->total_bytes - r->bytes
		       : json_int(store_get(g->s, "coming"), "bytes", 0);
}

static int64_t piece_bytes(const struct engine *g)
{
	const struct line *l = &g->line;
	int64_t n = l->rate ? l->rate / PIECES_A_S : PIECE_UNKNOWN;
	int64_t share = left_bytes(g) / PIECE_SHARE;

	n = n < share ? n : share;
	n = l->careful && n > PIECE_CAREFUL ? PIECE_CAREFUL : n;
	return within(n, PIECE_LEAST, PIECE_MOST);
}

/* A centre of an earlier release knows no pieces, and answers of this size at
 * least. */
#define PLAIN_LEAST 65536

bool pull_plainly(struct engine *g, const struct reply *a, struct err *e)
{
	if (!engine_answered(g, a, e))
		return false;
	store_set(g->s, "plain", json_true());
	return engine_settle(g, e);
}

static bool plan_pull(
	struct engine *g, int64_t max_bytes, int64_t wait_s, struct err *e)
{
	const char *since = json_str(store_get(g->s, "position"), "since");
	struct arena *mem = arena_new();
	const char *piece =
		arena_printf(mem, "&piece=%lld", (long long)piece_bytes(g));
	const char *path;
	bool ok = store_begin(g->s, e);

	if (json_is_true(store_get(g->s, "plain"))) {
		max_bytes = within(max_bytes, PLAIN_LEAST, ANSWER_MOST);
		piece = "";
	}
	path = arena_printf(mem,
		"/v1/changes?since=%s&max_bytes=%lld%s&wait=%lld",
		since ? since : "", (long long)max_bytes, piece,
		(long long)wait_s);

	if (ok) {
		store_set(g->s, "line",
			json_pack("{s:I, s:I}", "rate",
				(json_int_t)g->line.rate, "careful",
				(json_int_t)g->line.careful));
		ok = engine_pend(g, CALL_PULL, path, NULL, e);
	}
	arena_free(mem);
	return ok;
}

bool pull_plan(struct engine *g, int64_t wait_s, struct err *e)
{
	return plan_pull(g, answer_bytes(&g->line), wait_s, e);
}

bool pull_plan_some(struct engine *g, struct err *e)
{
	return plan_pull(g, ANSWER_LEAST, 0, e);
}

bool pull_plan_totals(struct engine *g, struct err *e)
{
	/* Such a centre tells them with the first page only. */
	if (json_is_true(store_get(g->s, "plain")))
		return true;
	return plan_pull(g, 0, 0, e);
}

/* ---- digests that differ ---- */

void digest_units(struct engine *g, struct buf *out)
{
	for (size_t i = 0; i < store_unit_count(g->s); i++) {
		const struct unit *u = store_unit_at(g->s, i);
		char id[UUID_TEXT], hex[SHA256_HEX];

		buf_printf(out, "%s[\"%s\",\"%s\"]", i ? "," : "",
			uuid_format(&u->id, id),
			hex_format(u->digest.b, SHA256_LEN, hex));
	}
}

bool digest_plan(struct engine *g, struct err *e)
{
	struct buf body;
	bool ok;

	buf_init(&body, PAGE_CAP);
	buf_text(&body, "{\"units\":[");
	digest_units(g, &body);
	buf_text(&body, "]}");
	ok = store_begin(g->s, e) &&
	     engine_pend(g, CALL_DIGEST, "/v1/digest", body.p, e);
	buf_free(&body);
	return ok;
}

/* What the centre is to do about each list of its answer. */
static const struct {
	const char *list;
	const char *receipt;
} remedies[] = {
	{"differ",  "damaged" },
	{"missing", "damaged" },
	{"extra",   "unlisted"},
};

static bool add_remedies(
	struct engine *g, const json_t *ids, const char *receipt, struct err *e)
{
	for (size_t i = 0; i < json_array_size(ids); i++) {
		const char *text = json_string_value(json_array_get(ids, i));
		const struct unit *u;
		struct uuid id;

		if (!text || !uuid_parse(text, &id))
			continue;
		u = store_unit(g->s, &id);
		if (!add_receipt(g, receipt, &id, u ? u->gen : 0, e))
			return false;
	}
	return true;
}

bool pull_unlisted(struct engine *g, const json_t *ids, struct err *e)
{
	return add_remedies(g, ids, "unlisted", e);
}

bool digest_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	json_t *j = engine_json(a, mem, e);

	if (!j)
		return false;
	if (!json_is_array(json_object_get(j, "differ")))
		return err_set(e, ERR_VOID_PAGE, "no comparison");
	if (!engine_answered(g, a, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(remedies); i++)
		if (!add_remedies(g, json_object_get(j, remedies[i].list),
			    remedies[i].receipt, e)) {
			store_rollback(g->s);
			return false;
		}
	g->heals++;
	g->compare = false;
	g->pulled = false;
	return engine_settle(g, e);
}
