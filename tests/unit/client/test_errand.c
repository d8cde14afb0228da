/*
 * test_errand.c - a line that serves the page while it waits, and what its
 * reply says when nothing came.
 */
#include "client/local/local_in.h"

#include "tests/unit/client/pair.h"

#include <limits.h>
#include <stdatomic.h>

/* The centre's line, and how many pulls it may carry before somebody stops. */
struct watched {
	struct transport *inner;
	_Atomic int pulls;
	int most;
};

static bool counted(void *ctx, const struct request *q, struct arena *mem,
	struct reply *out, struct err *e)
{
	struct watched *w = ctx;
	bool ok = w->inner->send(w->inner->ctx, q, mem, out, e);

	if (strcmp(q->method, "GET") == 0)
		atomic_fetch_add(&w->pulls, 1);
	return ok;
}

static bool not_stopped(void *ctx)
{
	struct watched *w = ctx;

	return atomic_load(&w->pulls) < w->most;
}

static bool is_nothing(const struct reply *r)
{
	return r->status == 0 && !r->type[0] && !r->head[0] && !r->durable[0] &&
	       !r->courier[0] && !r->range[0] && r->retry_after_s == 0 &&
	       r->date_ms == 0 && r->body.n == 0 && r->took_ms == 0;
}

static void a_reply_is_empty_when_nothing_was_sent(void)
{
	struct arena *mem = arena_new();
	struct watched w = {.most = 0};
	struct transport inner = {&w, counted};
	struct transport *line = errand_line(&inner, not_stopped, &w, mem);
	struct request q = {.method = "GET", .path = "/v1/changes"};
	struct reply r;
	struct err e;

	memset(&r, 0x5a, sizeof(r));
	CHECK(!line->send(line->ctx, &q, mem, &r, &e));
	CHECK(e.code == ERR_OFFLINE);
	CHECK(atomic_load(&w.pulls) == 0);
	CHECK(is_nothing(&r));
	arena_free(mem);
}

/* The screen is locked between two pages: what came counts, and of what did not
 * nothing is read. */
static void a_round_stopped_between_two_pulls_keeps_the_first(void)
{
	struct sync_hooks hooks = {.sign = hook_sign};
	struct watched w = {.most = 1};
	struct transport inner = {&w, counted};
	struct transport *line;
	struct pair p;
	size_t units;

	begin(&p);
	hooks.ctx = &p.k;
	p.k.per_page = 1;
	w.inner = &p.k.t;
	line = errand_line(&inner, not_stopped, &w, p.f.mem);
	CHECK(!sync_round(p.f.s, line, &hooks, &p.r, &p.e));
	CHECK(p.e.code == ERR_OFFLINE);
	CHECK(atomic_load(&w.pulls) == 1 && p.r.units == 1);
	units = store_unit_count(p.f.s);
	CHECK(units > 0);
	w.most = INT_MAX;
	CHECK(sync_round(p.f.s, line, &hooks, &p.r, &p.e) && p.r.matched);
	CHECK(store_unit_count(p.f.s) > units && equal_now(&p));
	end(&p);
}

int main(void)
{
	RUN(a_reply_is_empty_when_nothing_was_sent);
	RUN(a_round_stopped_between_two_pulls_keeps_the_first);
	return tap_done();
}
