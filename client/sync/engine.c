/*
 * engine.c - the round, its requests and what refusals mean (see engine.h).
 */
#include "client/sync/engine_in.h"

#include "client/store/files.h"
#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "proto/base/mutant.h"

#include <stdio.h>
#include <string.h>

#define RENEWALS 3
#define VOIDS    2

static const struct {
	const char *name;
	const char *method;
	engine_handler *answer;
} calls[] = {
	[CALL_PULL] = {"pull",     "GET",  pull_answer    },
	[CALL_PUSH] = {"push",     "POST", push_answer    },
	[CALL_RECEIPTS] = {"receipts", "POST", receipts_answer},
	[CALL_DIGEST] = {"digest",   "POST", digest_answer  },
	[CALL_AGAIN] = {"again",    "POST", again_answer   },
	[CALL_SALVAGE] = {"salvage",  "POST", salvage_answer },
};

/* ---- what is pending ---- */

bool engine_pend(struct engine *g, enum call call, const char *path,
	const char *body, struct err *e)
{
	int64_t n = json_int(store_get(g->s, "position"), "req", 0) + 1;
	json_t *position = json_deep_copy(
		(json_t *)(uintptr_t)store_get(g->s, "position"));

	json_object_set_new(position, "req", json_integer(n));
	store_set(g->s, "position", position);
	store_set(g->s, "pending",
		json_pack("{s:I, s:s, s:s, s:s*}", "n", (json_int_t)n, "call",
			calls[call].name, "path", path, "body", body));
	return store_commit(g->s, e);
}

static enum call call_of(const json_t *pending)
{
	const char *name = json_str(pending, "call");
	int i = 0;

	while (i < CALL_COUNT && (!name || strcmp(calls[i].name, name) != 0))
		i++;
	return (enum call)i;
}

static bool pending_request(
	struct store *s, struct arena *mem, struct request *q, enum call *call)
{
	const json_t *p = store_get(s, "pending");
	const json_t *position = store_get(s, "position");
	const char *body = json_str(p, "body"), *path = json_str(p, "path");

	memset(q, 0, sizeof(*q));
	*call = call_of(p);
	if (!path || *call == CALL_COUNT)
		return false;
	q->method = calls[*call].method;
	q->path = arena_strdup(mem, path);
	if (body) {
		q->body.p = arena_strdup(mem, body);
		q->body.n = strlen(body);
	}
	q->token = arena_strdup(mem, store_text(s, "token"));
	q->replica = arena_strdup(mem, store_text(s, "replica"));
	q->number = json_int(p, "n", 0);
	q->seen = json_str(position, "seen");
	q->seen = q->seen ? arena_strdup(mem, q->seen) : NULL;
	q->max_body = *call == CALL_PULL ? PAGE_CAP : ANSWER_CAP;
	return true;
}

/* ---- answers ---- */

json_t *engine_json(const struct reply *a, struct arena *mem, struct err *e)
{
	json_t *j = NULL;

	if (strcmp(a->type, "application/json") == 0)
		j = json_read(a->body.p, a->body.n, &json_limits_own, mem, e);
	if (!json_is_object(j)) {
		err_set(e, ERR_VOID_PAGE, "answer is no JSON object");
		return NULL;
	}
	return j;
}

static void copy_text(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%s", from ? from : "");
}

bool sync_problem(const struct reply *a, struct err *e)
{
	struct arena *mem = arena_new();
	enum err_code code = ERR_NONE;
	json_t *j = NULL;

	if (strcmp(a->type, "application/problem+json") == 0)
		j = json_read(a->body.p, a->body.n, &json_limits_body, mem, e);
	if (json_str(j, "code"))
		code = err_from_name(json_str(j, "code"));
	/* Only the centre knows these codes; anything else is somebody's
	 * portal or proxy, and means nothing. */
	err_set(e, code ? code : ERR_VOID_PAGE, "status %u", a->status);
	copy_text(e->field, sizeof(e->field), json_str(j, "field"));
	copy_text(e->accepts, sizeof(e->accepts), json_str(j, "accepts"));
	/* A gateway before the centre may also say when to come again. */
	if (code == ERR_BUSY || code == ERR_LOCKED_OUT ||
		e->code == ERR_VOID_PAGE)
		if (!e->accepts[0] && a->retry_after_s)
			snprintf(e->accepts, sizeof(e->accepts), "%lld",
				(long long)a->retry_after_s);
	arena_free(mem);
	return false;
}

/* "epoch.csn" or "epoch.csn.chain": true when both are numbers. */
static bool head_parts(const char *text, long long *epoch, long long *csn)
{
	int at = 0;

	return sscanf(text, "%18lld.%18lld%n", epoch, csn, &at) == 2 &&
	       (text[at] == 0 || text[at] == '.');
}

/* The higher of two heads of one epoch; the newer when epochs differ. */
static bool is_news(const char *head, const char *seen)
{
	long long epoch, csn, old_epoch, old_csn;

	if (!head_parts(head, &epoch, &csn))
		return false;
	return !seen || !head_parts(seen, &old_epoch, &old_csn) ||
	       epoch != old_epoch || csn >= old_csn;
}

bool engine_answered(struct engine *g, const struct reply *a, struct err *e)
{
	const json_t *old = store_get(g->s, "position");
	json_t *position = json_deep_copy((json_t *)(uintptr_t)old);

	if (!store_begin(g->s, e)) {
		json_decref(position);
		return false;
	}
	if (is_news(a->head, json_str(old, "seen")))
		json_object_set_new(position, "seen", json_string(a->head));
	if (a->durable[0])
		json_object_set_new(
			position, "durable", json_string(a->durable));
	if (a->courier[0])
		json_object_set_new(
			position, "courier", json_string(a->courier));
	store_set(g->s, "position", position);
	store_set(g->s, "pending", NULL);
	store_set(g->s, "contact", json_integer(host_now_ms()));
	return true;
}

bool engine_settle(struct engine *g, struct err *e)
{
	bool ok = store_commit(g->s, e);

	if (ok && g->hooks->progress)
		g->hooks->progress(g->hooks->ctx, g->report);
	return ok;
}

/* ---- becoming another replica ---- */

/*
 * The centre was restored, does not know us, or another copy of this store has
 * spoken in our name. The copy stays readable; everything acknowledged goes in
 * front of the outbox again (the centre knows what it has by id), and the feed
 * starts anew.
 */
static bool renew(struct engine *g, const struct err *why, struct err *e)
{
	if (g->renewals++ >= RENEWALS) {
		*e = *why;
		return false;
	}
	if (!store_begin(g->s, e))
		return false;
	store_set(g->s, "replica", NULL);
	store_set(g->s, "registered", NULL);
	store_set(g->s, "position", NULL);
	store_set(g->s, "pending", NULL);
	store_set(g->s, "match", NULL);
	again_begin(g->s);
	CRASH_POINT("renewing");
	if (!push_rewind(g, e) || !files_rewind(g->s, e)) {
		store_rollback(g->s);
		return false;
	}
	g->pushed = 0;
	g->pulled = false;
	g->compare = false;
	g->report->renewed = true;
	return store_commit(g->s, e);
}

/* The feed's position is not one the centre made: from the beginning. */
static bool restart_feed(struct engine *g, const struct reply *a,
	const struct err *why, struct err *e)
{
	json_t *position;

	if (g->renewals++ >= RENEWALS) {
		*e = *why;
		return false;
	}
	if (!engine_answered(g, a, e))
		return false;
	position = json_deep_copy(
		(json_t *)(uintptr_t)store_get(g->s, "position"));
	json_object_del(position, "since");
	store_set(g->s, "position", position);
	return store_commit(g->s, e);
}

static bool registered(struct engine *g, const struct reply *a,
	const char *replica, struct arena *mem, struct err *e)
{
	json_t *j, *position;
	const char *head;

	if (a->status != 201 && a->status != 200)
		return sync_problem(a, e);
	j = engine_json(a, mem, e);
	if (!j)
		return false;
	if (!json_str(j, "replica") ||
		strcmp(json_str(j, "replica"), replica) != 0)
		return err_set(e, ERR_VOID_PAGE, "another replica came back");
	if (!store_begin(g->s, e))
		return false;
	head = json_str(j, "head");
	position = json_pack("{s:i, s:o*}", "req", 0, "seen",
		head && is_news(head, NULL) ? json_string(head) : NULL);
	store_set(g->s, "position", position);
	store_set(g->s, "registered", json_true());
	store_set(
		g->s, "lease_days", json_integer(json_int(j, "lease_days", 7)));
	store_set(g->s, "contact", json_integer(host_now_ms()));
	return store_commit(g->s, e);
}

/* A replica's id is written down first: asked twice, it is one replica. */
static bool make_replica(struct engine *g, struct err *e)
{
	struct uuid id = uuid_new();
	char text[UUID_TEXT];

	if (store_text(g->s, "replica")[0])
		return true;
	if (!store_begin(g->s, e))
		return false;
	store_set(g->s, "replica", json_string(uuid_format(&id, text)));
	store_set(g->s, "registered", NULL);
	return store_commit(g->s, e);
}

static bool enlist(struct engine *g, struct err *e)
{
	struct arena *mem;
	struct request q;
	struct reply a;
	char store[UUID_TEXT];
	const char *replica;
	bool ok;

	if (!make_replica(g, e))
		return false;
	mem = arena_new();
	replica = arena_strdup(mem, store_text(g->s, "replica"));
	memset(&q, 0, sizeof(q));
	q.method = "POST";
	q.path = "/v1/replicas";
	q.token = arena_strdup(mem, store_text(g->s, "token"));
	q.max_body = ANSWER_CAP;
	q.body.p = arena_printf(mem, "{\"replica\":\"%s\",\"store\":\"%s\"}",
		replica, uuid_format(store_id(g->s), store));
	q.body.n = strlen(q.body.p);
	ok = g->t->send(g->t->ctx, &q, mem, &a, e) && engine_store(g, e) &&
	     registered(g, &a, replica, mem, e);
	arena_free(mem);
	return ok;
}

/* ---- one exchange ---- */

/* What a refusal of a numbered request asks of us. */
static bool refused(struct engine *g, enum call call, const struct reply *a,
	struct arena *mem, struct err *e)
{
	struct err why;

	sync_problem(a, &why);
	*e = why;
	if (why.code == ERR_UPGRADE && call == CALL_PUSH)
		return push_too_old(g, &why, mem, e);
	if (why.code == ERR_BAD_REQUEST && call == CALL_PULL &&
		strcmp(why.field, "query") == 0 &&
		!json_is_true(store_get(g->s, "plain")))
		return pull_plainly(g, a, e);
	if (MUTANT(drop_rejected) && call == CALL_PUSH && a->status == 404)
		return engine_answered(g, a, e) && push_forget(g, NULL, e) &&
		       engine_settle(g, e);
	if (why.code == ERR_BAD_TOKEN && call == CALL_PULL)
		return restart_feed(g, a, &why, e);
	if (err_retry(why.code) == RETRY_RESYNC || why.code == ERR_STALE)
		return renew(g, &why, e);
	if (call == CALL_PUSH && why.code == ERR_UNCONFIRMED)
		return push_held(g, &why, e);
	if (call == CALL_SALVAGE)
		return again_refused(g, a, &why, e);
	if (call == CALL_PUSH &&
		(err_retry(why.code) == RETRY_NEVER ||
			err_retry(why.code) == RETRY_AFTER_EDIT) &&
		why.code != ERR_DEVICE_UNKNOWN && why.code != ERR_FORBIDDEN)
		return push_refused(g, &why, mem, e);
	/* Everything else: the request stays pending and is asked again. */
	return false;
}

/* A void answer is asked for again a few times before the round is given up,
 * unless it says when. */
static bool try_again(struct engine *g, const struct err *e)
{
	return e->code == ERR_VOID_PAGE && !e->accepts[0] && g->voids++ < VOIDS;
}

/* Nobody else has asked in this replica's name since: then what is pending is
 * still ours, or its first pages were already taken. */
static bool is_ours(const struct engine *g, const struct request *q)
{
	const json_t *pending = store_get(g->s, "pending");
	const json_t *position = store_get(g->s, "position");

	return json_int(position, "req", 0) == q->number &&
	       strcmp(store_text(g->s, "replica"), q->replica) == 0 &&
	       (g->pages > 0 || json_int(pending, "n", 0) == q->number);
}

bool engine_store(struct engine *g, struct err *e)
{
	struct store *s;

	if (!g->hooks || !g->hooks->store)
		return true;
	s = g->hooks->store(g->hooks->ctx, e);
	if (!s)
		return false;
	if (s == g->s)
		return true;
	g->s = s;
	return !g->asked || is_ours(g, g->asked) ||
	       err_field(e, ERR_STORE_BUSY, "store", "-");
}

/* Sends what is pending; pages are applied while they come in. */
static bool send_pending(struct engine *g, enum call call, struct request *q,
	struct arena *mem, struct reply *a, struct err *e)
{
	bool ok;

	g->asked = q;
	g->pages = 0;
	g->bytes = 0;
	g->taken_ms = 0;
	g->stop.code = ERR_NONE;
	g->taker = (struct taker){g, pull_take};
	if (call == CALL_PULL)
		q->taker = &g->taker;
	ok = g->t->send(g->t->ctx, q, mem, a, e);
	if (!ok && (g->stop.code || (call == CALL_PULL &&
					    !pull_take_rest(g, a, &g->stop))))
		*e = g->stop;
	g->report->answers += ok || g->pages > 0;
	if (call == CALL_PULL)
		pull_measure(g, a, ok);
	return ok;
}

/* The line broke behind a whole page: what follows is asked for at once. */
static bool goes_on(struct engine *g, const struct err *e)
{
	if (!g->pages || (e->code != ERR_OFFLINE && e->code != ERR_VOID_PAGE))
		return false;
	g->report->cuts++;
	g->voids = 0;
	return true;
}

static bool exchange(struct engine *g, struct err *e)
{
	struct arena *mem = arena_new();
	struct request q;
	struct reply a = {0};
	struct err why;
	enum call call;
	bool ok;

	if (!pending_request(g->s, mem, &q, &call)) {
		arena_free(mem);
		return err_field(e, ERR_STORE_DAMAGED, "pending", "-");
	}
	ok = send_pending(g, call, &q, mem, &a, &why);
	if (!engine_store(g, e)) {
		g->asked = NULL;
		arena_free(mem);
		return false;
	}
	g->asked = NULL;
	if (ok)
		ok = a.status == 200 ? calls[call].answer(g, &a, mem, &why)
				     : refused(g, call, &a, mem, &why);
	arena_free(mem);
	if (ok || goes_on(g, &why) || try_again(g, &why))
		return true;
	*e = why;
	return false;
}

/* Receipts first, then the outbox, then pages, then the comparison. */
static bool plan(struct engine *g, bool *planned, struct err *e)
{
	if (!receipts_plan(g, planned, e))
		return false;
	if (!*planned && !g->too_old && !push_plan(g, planned, e))
		return false;
	if (!*planned && !again_plan(g, planned, e))
		return false;
	if (*planned)
		return true;
	*planned = !g->pulled || g->compare;
	if (!g->pulled)
		return pull_plan(g, 0, e);
	return !g->compare || digest_plan(g, e);
}

/*
 * A request the centre may hold is not asked again: nobody would wait for it.
 * Leaving out a number is allowed, using one twice for two things is not.
 */
static bool forget_listening(struct engine *g, struct err *e)
{
	const char *path = json_str(store_get(g->s, "pending"), "path");

	if (!path || !strstr(path, "&wait=") || strstr(path, "&wait=0"))
		return true;
	if (!store_begin(g->s, e))
		return false;
	store_set(g->s, "pending", NULL);
	return store_commit(g->s, e);
}

static bool run(struct engine *g, struct err *e)
{
	for (;;) {
		bool planned;

		if (!engine_store(g, e))
			return false;
		planned = store_get(g->s, "pending") != NULL;
		if (!json_is_true(store_get(g->s, "registered")) &&
			!enlist(g, e))
			return false;
		if (!planned && !plan(g, &planned, e))
			return false;
		if (!planned)
			return push_prune(g, e);
		if (!exchange(g, e))
			return false;
	}
}

void sync_report_add(struct sync_report *r, const struct sync_report *earlier)
{
	r->sent += earlier->sent;
	r->applied += earlier->applied;
	r->conflicts += earlier->conflicts;
	r->parked += earlier->parked;
	r->units += earlier->units;
	r->cases += earlier->cases;
	r->records += earlier->records;
	r->purged += earlier->purged;
	r->bytes += earlier->bytes;
	r->cuts += earlier->cuts;
	r->answers += earlier->answers;
	r->renewed |= earlier->renewed;
	r->salvaged += earlier->salvaged;
}

static bool begin_round(struct engine *g, struct store *s, struct transport *t,
	const struct sync_hooks *hooks, struct sync_report *report,
	struct err *e)
{
	const json_t *line = store_get(s, "line");

	memset(g, 0, sizeof(*g));
	memset(report, 0, sizeof(*report));
	g->s = s;
	g->t = t;
	g->hooks = hooks;
	g->report = report;
	g->line.rate = json_int(line, "rate", 0);
	g->line.careful = json_int(line, "careful", 0);
	report->rate = g->line.rate;
	if (!store_text(s, "token")[0])
		return err_set(e, ERR_SIGNED_OUT, "no session");
	return forget_listening(g, e);
}

bool sync_round(struct store *s, struct transport *t,
	const struct sync_hooks *hooks, struct sync_report *report,
	struct err *e)
{
	struct engine g;

	if (!begin_round(&g, s, t, hooks, report, e) || !run(&g, e))
		return false;
	report->ended = !g.held;
	if (report->refused || g.held) {
		*e = g.refused;
		return false;
	}
	return true;
}

/* ---- what it would be ---- */

static bool ask_pending(struct engine *g, struct err *e)
{
	while (store_get(g->s, "pending"))
		if (!exchange(g, e))
			return false;
	return true;
}

bool sync_estimate(struct store *s, struct transport *t,
	const struct sync_hooks *hooks, struct sync_report *report,
	struct err *e)
{
	struct engine g;

	if (!begin_round(&g, s, t, hooks, report, e))
		return false;
	while (!json_is_true(store_get(s, "registered")) ||
		store_get(s, "pending"))
		if (!json_is_true(store_get(s, "registered"))
				? !enlist(&g, e)
				: !exchange(&g, e))
			return false;
	/* A line never measured brings the first few units, which stay; but
	 * before a comparison nothing may come (reconcile.c). */
	if (!again_is_due(g.s) && !g.line.rate &&
		(!pull_plan_some(&g, e) || !ask_pending(&g, e)))
		return false;
	return again_is_due(g.s) ||
	       (pull_plan_totals(&g, e) && ask_pending(&g, e));
}

bool sync_register(struct store *s, struct transport *t, struct err *e)
{
	struct engine g;

	memset(&g, 0, sizeof(g));
	g.s = s;
	g.t = t;
	return json_is_true(store_get(s, "registered")) || enlist(&g, e);
}

/* ---- waiting for news ---- */

bool sync_listen_begin(struct store *s, int64_t wait_s, struct arena *mem,
	struct request *out, struct err *e)
{
	struct engine g;
	enum call call;

	memset(&g, 0, sizeof(g));
	g.s = s;
	/* Before the comparison nothing may come (reconcile.c). */
	if (store_get(s, "pending") || again_is_due(s) ||
		!json_is_true(store_get(s, "registered")))
		return err_field(e, ERR_STORE_BUSY, "store", "-");
	if (!pull_plan(&g, wait_s, e))
		return false;
	if (!pending_request(s, mem, out, &call))
		return err_field(e, ERR_STORE_DAMAGED, "pending", "-");
	out->wait_s = wait_s;
	return true;
}

bool sync_listen_end(struct store *s, const struct request *q,
	const struct reply *a, const struct sync_hooks *hooks,
	struct sync_report *report, bool *used, struct err *e)
{
	const json_t *pending = store_get(s, "pending");
	struct arena *mem;
	struct engine g;
	bool ok;

	memset(&g, 0, sizeof(g));
	memset(report, 0, sizeof(*report));
	g.s = s;
	g.hooks = hooks;
	g.report = report;
	*used = json_int(pending, "n", 0) == q->number &&
		strcmp(store_text(s, "replica"), q->replica) == 0;
	if (!*used)
		return true;
	mem = arena_new();
	ok = a->status == 200 ? pull_answer(&g, a, mem, e)
			      : refused(&g, CALL_PULL, a, mem, e);
	arena_free(mem);
	return ok;
}
