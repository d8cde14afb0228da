/*
 * push.c - the outbox on its way out, and the journal behind it.
 *
 * An entry leaves the outbox only for a result that names it, and only in the
 * transaction that stores the result. It then stays in the journal until a
 * verified backup of the centre holds it, and goes in front of the outbox
 * again when the centre turns out to have been restored.
 */
#include "client/sync/courier.h"
#include "client/sync/engine_in.h"

#include "proto/base/crash.h"
#include "proto/base/mutant.h"
#include "proto/change.h"

#include <stdio.h>
#include <string.h>

/* ---- planning ---- */

static bool same_group(const struct work *a, const struct work *b)
{
	const char *x = json_str(work_change(a), "tx");
	const char *y = json_str(work_change(b), "tx");

	return x && y && strcmp(x, y) == 0;
}

/* The entries of one group, from i on; alone entries are groups of one. */
static size_t group_end(const struct store *s, size_t i)
{
	size_t n = store_work_count(s), end = i + 1;

	while (end < n &&
		same_group(store_work_at(s, i), store_work_at(s, end)))
		end++;
	return end;
}

static bool is_due(const struct engine *g, const struct work *w)
{
	return work_waits(w) && w->seq > g->pushed;
}

/* Appends the changes of [i, end); false when they no longer fit. */
static bool add_group(struct engine *g, size_t i, size_t end, size_t *count,
	struct buf *body, struct arena *mem)
{
	size_t before = body->n, had = *count;

	for (; i < end; i++) {
		const struct work *w = store_work_at(g->s, i);

		if (!is_due(g, w))
			continue;
		if (*count)
			buf_char(body, ',');
		buf_text(body, json_canonical(work_change(w), mem));
		(*count)++;
	}
	/* A first group goes out whatever its size: the centre will say. */
	if (!had || (*count <= LIMIT_CHANGES && body->n < PUSH_BYTES))
		return true;
	body->n = before;
	*count = had;
	return false;
}

/* How far the batch reaches: entries before the returned index are in it. */
static size_t fill(
	struct engine *g, struct buf *body, size_t *count, struct arena *mem)
{
	size_t n = store_work_count(g->s), i = 0;

	*count = 0;
	buf_text(body, "{\"changes\":[");
	while (i < n && !(g->one_by_one && *count)) {
		size_t end = group_end(g->s, i);

		if (!add_group(g, i, end, count, body, mem))
			break;
		i = end;
	}
	buf_text(body, "]}");
	return i;
}

static bool mark_sent(struct engine *g, size_t end, struct err *e)
{
	for (size_t i = 0; i < end; i++) {
		const struct work *w = store_work_at(g->s, i);

		if (!is_due(g, w))
			continue;
		g->pushed = w->seq;
		g->report->sent++;
		if (w->state != WORK_SENT &&
			!store_work_put(g->s, w, WORK_SENT, NULL, e))
			return false;
	}
	return true;
}

bool push_plan(struct engine *g, bool *planned, struct err *e)
{
	struct arena *mem = arena_new();
	struct buf body;
	size_t count, end;
	bool ok = true;

	buf_init(&body, PAGE_CAP);
	end = fill(g, &body, &count, mem);
	*planned = count > 0;
	if (*planned) {
		/* A page asked for earlier says nothing about this. */
		g->pulled = false;
		ok = store_begin(g->s, e);
		if (ok && !mark_sent(g, end, e)) {
			store_rollback(g->s);
			ok = false;
		}
		ok = ok && engine_pend(g, CALL_PUSH, "/v1/changes", body.p, e);
	}
	buf_free(&body);
	arena_free(mem);
	return ok;
}

/* ---- answers ---- */

#ifdef CASEBRIDGE_MUTANTS
/* What no program of ours does: throws unsent work away. NULL: of any unit, as
 * far as it was sent. */
bool push_forget(struct engine *g, const struct uuid *unit, struct err *e)
{
	for (size_t i = store_work_count(g->s); i-- > 0;) {
		const struct work *w = store_work_at(g->s, i);

		if (unit ? work_waits(w) && uuid_cmp(&w->unit, unit) == 0
			 : w->state == WORK_SENT)
			if (!store_work_drop(g->s, w, e))
				return false;
	}
	return true;
}
#endif

static enum work_state state_after(
	const struct change_result *r, struct sync_report *report)
{
	switch (r->status) {
	case CHANGE_APPLIED:
	case CHANGE_NOTED:
		report->applied++;
		return WORK_APPLIED;
	case CHANGE_CONFLICT:
		report->conflicts++;
		return WORK_CONFLICT;
	case CHANGE_DEFERRED:
		report->deferred++;
		return WORK_DEFERRED;
	case CHANGE_PARKED:
	case CHANGE_REFUSED:
		report->parked++;
		break;
	}
	return WORK_PARKED;
}

static bool store_result(struct engine *g, json_t *result, struct err *e)
{
	struct change_result r;
	const struct work *w;

	if (!change_result_parse(result, &r, e))
		return false;
	w = store_work(g->s, &r.id);
	/* A result for what we did not just send changes nothing. */
	if (!w || w->state != WORK_SENT)
		return true;
	return store_work_put(
		g->s, w, state_after(&r, g->report), json_deep_copy(result), e);
}

/* What was sent and got no result is unsent again, for the next round. */
static bool take_back(struct store *s, struct err *e)
{
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);

		if (w->state == WORK_SENT &&
			!store_work_put(s, w, WORK_UNSENT, NULL, e))
			return false;
	}
	return true;
}

/* Nothing is stored of an answer that is not wholly understood. */
static bool readable(json_t *results, struct err *e)
{
	struct change_result r;

	if (!json_is_array(results))
		return err_set(e, ERR_VOID_PAGE, "no results");
	for (size_t i = 0; i < json_array_size(results); i++)
		if (!change_result_parse(json_array_get(results, i), &r, e))
			return false;
	return true;
}

bool push_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	json_t *j = engine_json(a, mem, e);
	json_t *results = json_object_get(j, "results");
	bool ok = true;

	if (MUTANT(mark_synced_on_garbage) && !json_is_array(results))
		return engine_answered(g, a, e) && push_forget(g, NULL, e) &&
		       engine_settle(g, e);
	if (!j || !readable(results, e) || !engine_answered(g, a, e))
		return false;
	for (size_t i = 0; ok && i < json_array_size(results); i++) {
		ok = store_result(g, json_array_get(results, i), e);
		CRASH_POINT("result");
	}
	if (!ok || !take_back(g->s, e)) {
		store_rollback(g->s);
		return false;
	}
	return engine_settle(g, e);
}

/* ---- a batch refused as a whole ---- */

bool push_held(struct engine *g, const struct err *why, struct err *e)
{
	struct reply nothing;

	memset(&nothing, 0, sizeof(nothing));
	if (!engine_answered(g, &nothing, e))
		return false;
	if (!take_back(g->s, e)) {
		store_rollback(g->s);
		return false;
	}
	g->pushed = INT64_MAX;
	g->held = true;
	g->refused = *why;
	return engine_settle(g, e);
}

static json_t *why_json(const struct err *why, struct arena *mem)
{
	struct err ignored;
	struct buf text;
	json_t *j;

	buf_init(&text, 4096);
	buf_char(&text, '{');
	err_json(why, &text);
	buf_char(&text, '}');
	j = json_read(text.p, text.n, &json_limits_body, mem, &ignored);
	buf_free(&text);
	return json_deep_copy(j);
}

/* Sent and not taken: unsent again, with the reason when there is one to tell.
 */
static bool unsend(struct engine *g, const struct err *why, struct arena *mem,
	int64_t *first, struct err *e)
{
	*first = INT64_MAX;
	for (size_t i = 0; i < store_work_count(g->s); i++) {
		const struct work *w = store_work_at(g->s, i);

		if (w->state != WORK_SENT)
			continue;
		if (w->seq < *first)
			*first = w->seq;
		if (!store_work_put(g->s, w, WORK_UNSENT,
			    why ? why_json(why, mem) : NULL, e)) {
			store_rollback(g->s);
			return false;
		}
		g->report->refused += why != NULL;
	}
	return true;
}

/*
 * One entry nobody can take must not stop the others: the batch is tried again
 * one by one, and the entry that is refused alone stays in the outbox with the
 * reason, while the round goes on.
 */
bool push_refused(struct engine *g, const struct err *why, struct arena *mem,
	struct err *e)
{
	struct reply nothing;
	int64_t first;
	bool single = g->one_by_one;

	memset(&nothing, 0, sizeof(nothing));
	if (!engine_answered(g, &nothing, e) ||
		!unsend(g, single ? why : NULL, mem, &first, e))
		return false;
	if (single)
		g->refused = *why;
	else if (first != INT64_MAX)
		g->pushed = first - 1;
	g->one_by_one = true;
	return engine_settle(g, e);
}

bool push_too_old(struct engine *g, const struct err *why, struct arena *mem,
	struct err *e)
{
	struct reply nothing;
	int64_t first;

	memset(&nothing, 0, sizeof(nothing));
	if (!engine_answered(g, &nothing, e) || !unsend(g, why, mem, &first, e))
		return false;
	g->too_old = true;
	g->refused = *why;
	return engine_settle(g, e);
}

/* ---- the journal ---- */

static int64_t result_number(const struct work *w, const char *key)
{
	return json_int(work_result(w), key, 0);
}

bool push_rewind(struct engine *g, struct err *e)
{
	for (size_t i = 0; i < store_work_count(g->s); i++) {
		const struct work *w = store_work_at(g->s, i);

		if (MUTANT(no_journal) && !work_waits(w))
			continue;
		/* Parked without a number: the centre never kept it, or not in
		 * its log. */
		if (w->state == WORK_UNSENT ||
			(w->state == WORK_PARKED && !result_number(w, "csn") &&
				!courier_has(w)))
			continue;
		if (!store_work_put(g->s, w, WORK_UNSENT, NULL, e))
			return false;
	}
	return true;
}

/* The local view no longer needs it: the copy shows at least its version. */
static bool is_shown(const struct store *s, const struct work *w)
{
	const struct held *h = store_held(s, &w->rec, NULL);

	return work_hidden(w) || result_number(w, "ver") <= (h ? h->ver : 0);
}

/* Handed in, it is in no commit that was told; whatever backup holds a later
 * one than was seen since then holds it. */
static bool hand_in_is_safe(const struct work *w, long long durable)
{
	int64_t before = result_number(w, "before");

	return courier_has(w) && before > 0 && before <= durable;
}

/* Of a unit that was withdrawn nobody here looks at it again, whatever became
 * of it. */
static bool is_safe(
	const struct store *s, const struct work *w, long long durable)
{
	int64_t csn = result_number(w, "csn");

	if (w->state == WORK_PARKED)
		return work_hidden(w) &&
		       (csn > 0 ? csn <= durable : hand_in_is_safe(w, durable));
	return (w->state == WORK_APPLIED || w->state == WORK_CONFLICT) &&
	       csn > 0 && csn <= durable && is_shown(s, w);
}

static bool same_epoch(const char *durable, const char *seen, long long *csn)
{
	long long epoch, mine;
	int at = 0;

	return durable && seen &&
	       sscanf(durable, "%18lld.%18lld%n", &epoch, csn, &at) == 2 &&
	       durable[at] == 0 && sscanf(seen, "%18lld.", &mine) == 1 &&
	       mine == epoch;
}

/* The first entry from i on that may go; the count when none may. */
static size_t next_safe(const struct store *s, size_t i, long long durable)
{
	while (i < store_work_count(s) &&
		!is_safe(s, store_work_at(s, i), durable))
		i++;
	return i;
}

static bool is_undated(const struct work *w)
{
	return w->state == WORK_PARKED && courier_has(w) &&
	       !result_number(w, "before");
}

/* The head was heard after the handing in: this round asked for it. */
static bool date_hand_ins(struct engine *g, struct err *e)
{
	const char *seen = json_str(store_get(g->s, "position"), "seen");
	size_t n = store_work_count(g->s), i = 0;
	long long epoch, csn;

	while (i < n && !is_undated(store_work_at(g->s, i)))
		i++;
	if (i == n || !seen || sscanf(seen, "%18lld.%18lld", &epoch, &csn) != 2)
		return true;
	if (!store_begin(g->s, e))
		return false;
	for (; i < n; i++) {
		const struct work *w = store_work_at(g->s, i);
		json_t *result;

		if (!is_undated(w))
			continue;
		result = json_deep_copy((json_t *)(uintptr_t)work_result(w));
		json_object_set_new(result, "before", json_integer(csn + 1));
		if (!store_work_put(g->s, w, WORK_PARKED, result, e)) {
			store_rollback(g->s);
			return false;
		}
	}
	return store_commit(g->s, e);
}

bool push_prune(struct engine *g, struct err *e)
{
	const json_t *position;
	long long csn;
	size_t i;

	if (!date_hand_ins(g, e))
		return false;
	position = store_get(g->s, "position");
	if (!same_epoch(json_str(position, "durable"),
		    json_str(position, "seen"), &csn))
		return true;
	i = next_safe(g->s, 0, csn);
	if (i == store_work_count(g->s))
		return true;
	if (!store_begin(g->s, e))
		return false;
	for (; i < store_work_count(g->s); i = next_safe(g->s, i, csn))
		if (!store_work_drop(g->s, store_work_at(g->s, i), e)) {
			store_rollback(g->s);
			return false;
		}
	return store_commit(g->s, e);
}
