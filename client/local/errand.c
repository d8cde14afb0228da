/*
 * errand.c - requests to the centre while this page is served: the bytes
 * travel on a thread that knows nothing but its own request, everything else
 * stays on the one thread that owns the store.
 */
#include "client/local/local_in.h"

#include "proto/base/host.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX ((size_t)32 << 20)

/* One request on its way. */
struct trip {
	struct transport *line;
	const struct request *q;
	struct arena *mem;
	struct reply reply;
	struct err err;
	bool ok;
	_Atomic bool done;
	pthread_t thread;
	/* Pages that are applied while they come in: offered by the thread,
	 * taken by the one that owns the store. */
	pthread_mutex_t lock;
	pthread_cond_t taken;
	bool offered;
	const struct reply *so_far;
	struct str have;
	size_t used;
	bool took;
};

static void *travel(void *ctx)
{
	struct trip *t = ctx;

	t->ok = t->line->send(t->line->ctx, t->q, t->mem, &t->reply, &t->err);
	atomic_store(&t->done, true);
	return NULL;
}

static bool set_off(struct trip *t, struct err *e)
{
	atomic_store(&t->done, false);
	return pthread_create(&t->thread, NULL, travel, t) == 0 ||
	       err_set(e, ERR_BUSY, "no thread to be had");
}

/* ---- handed on for a page ---- */

struct errand {
	struct ask *a;
	struct arena *mem; /* of the thread alone */
	struct request q;
	errand_after *after;
	struct trip trip;
	struct errand **slot;
};

static struct errand **free_slot(struct local *l)
{
	for (size_t i = 0; i < ERRANDS; i++)
		if (!l->errands[i])
			return &l->errands[i];
	return NULL;
}

bool errand_begin(struct local *l, struct ask *a, const char *method,
	const char *path, struct err *e)
{
	const struct errand_order o = {.method = method, .path = path};

	return errand_send(l, a, &o, e);
}

static void fill_request(
	const struct local *l, struct errand *w, const struct errand_order *o)
{
	w->q.method = o->method;
	w->q.path = arena_strdup(w->mem, o->path);
	w->q.token = arena_strdup(w->mem, store_text(l->s, "token"));
	w->q.max_body = ANSWER_MAX;
	if (o->range)
		w->q.range = arena_strdup(w->mem, o->range);
	if (o->body.n) {
		w->q.body.p = arena_strndup(w->mem, o->body.p, o->body.n);
		w->q.body.n = o->body.n;
	}
}

bool errand_send(struct local *l, struct ask *a, const struct errand_order *o,
	struct err *e)
{
	struct errand **slot = free_slot(l);
	struct errand *w;

	if (!slot)
		return err_set(e, ERR_BUSY, "enough is on its way");
	w = calloc(1, sizeof(*w));
	if (!w)
		die("out of memory (errand)");
	w->a = a;
	w->after = o->after;
	w->mem = arena_new();
	fill_request(l, w, o);
	w->trip.q = &w->q;
	w->trip.mem = w->mem;
	w->trip.line = l->host->line(l->host->ctx, w->mem, e);
	if (!w->trip.line || !set_off(&w->trip, e)) {
		arena_free(w->mem);
		free(w);
		return false;
	}
	w->slot = slot;
	*slot = w;
	a->errand = w;
	return true;
}

bool errand_done(const struct errand *w)
{
	return atomic_load(&w->trip.done);
}

struct ask *errand_ask(const struct errand *w)
{
	return w->a;
}

static void answer(struct local *l, struct errand *w)
{
	const struct reply *r = &w->trip.reply;
	struct err locked;

	if (l->locked) {
		err_set(&locked, ERR_SCREEN_LOCKED, "locked meanwhile");
		ask_problem(w->a, &locked);
	} else if (w->after &&
		   w->after(l, w->a, w->trip.ok ? r : NULL, &w->trip.err))
		return;
	else if (!w->trip.ok)
		ask_problem(w->a, &w->trip.err);
	else if (r->status == 200 && strcmp(r->type, "application/json") == 0)
		ask_reply(w->a, 200, "application/json",
			arena_strndup(w->a->mem, r->body.p, r->body.n),
			r->body.n);
	else {
		struct err why;

		sync_problem(r, &why);
		local_heed(l, &why);
		/* The session is the centre's: here the person is at home. */
		if (why.code == ERR_SIGNED_OUT)
			err_set(&why, ERR_OFFLINE, "no session at the centre");
		ask_problem(w->a, &why);
	}
}

void errand_end(struct local *l, struct errand *w)
{
	pthread_join(w->trip.thread, NULL);
	answer(l, w);
	w->a->errand = NULL;
	*w->slot = NULL;
	arena_free(w->mem);
	free(w);
}

/* ---- a line that does not keep the page waiting ---- */

/* On the thread: waits until the bytes were looked at. */
static bool offer(
	void *ctx, const struct reply *a, struct str have, size_t *used)
{
	struct trip *t = ctx;
	bool took;

	pthread_mutex_lock(&t->lock);
	t->so_far = a;
	t->have = have;
	t->offered = true;
	while (t->offered)
		pthread_cond_wait(&t->taken, &t->lock);
	*used = t->used;
	took = t->took;
	pthread_mutex_unlock(&t->lock);
	return took;
}

/* On the one that owns the store. Nothing more is taken once it is not to go
 * on. */
static void take_offer(struct trip *t, const struct taker *taker, bool go_on)
{
	pthread_mutex_lock(&t->lock);
	if (t->offered) {
		t->used = 0;
		t->took = go_on &&
			  taker->take(taker->ctx, t->so_far, t->have, &t->used);
		t->offered = false;
		pthread_cond_signal(&t->taken);
	}
	pthread_mutex_unlock(&t->lock);
}

struct patient {
	struct transport *inner;
	bool (*meanwhile)(void *ctx);
	void *ctx;
};

/* Goes on until the thread has an answer, or has none; false when it could not
 * be sent on its way. */
static bool go_along(struct patient *p, struct trip *t, const struct taker *to,
	struct err *e)
{
	bool go_on = true;

	if (!set_off(t, e))
		return false;
	while (!atomic_load(&t->done)) {
		if (to)
			take_offer(t, to, go_on);
		go_on &= p->meanwhile(p->ctx);
	}
	pthread_join(t->thread, NULL);
	if (!t->ok)
		*e = t->err;
	return t->ok;
}

static bool send_patiently(void *ctx, const struct request *q,
	struct arena *mem, struct reply *out, struct err *e)
{
	struct patient *p = ctx;
	struct request over = *q;
	struct trip t = {.line = p->inner, .q = &over, .mem = mem};
	const struct taker taker = {&t, offer};
	bool ok;

	/* Who asked reads it also when nothing was sent. */
	memset(out, 0, sizeof(*out));
	if (!p->meanwhile(p->ctx))
		return err_set(e, ERR_OFFLINE, "stopped");
	pthread_mutex_init(&t.lock, NULL);
	pthread_cond_init(&t.taken, NULL);
	if (q->taker)
		over.taker = &taker;
	ok = go_along(p, &t, q->taker, e);
	pthread_cond_destroy(&t.taken);
	pthread_mutex_destroy(&t.lock);
	if (atomic_load(&t.done))
		*out = t.reply;
	return ok;
}

struct transport *errand_line(struct transport *inner,
	bool (*meanwhile)(void *ctx), void *ctx, struct arena *mem)
{
	struct transport *t = ARENA_NEW(mem, struct transport);
	struct patient *p = ARENA_NEW(mem, struct patient);

	p->inner = inner;
	p->meanwhile = meanwhile;
	p->ctx = ctx;
	t->ctx = p;
	t->send = send_patiently;
	return t;
}
