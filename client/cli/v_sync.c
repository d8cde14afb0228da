/*
 * v_sync.c - casebridge sync: one round, or rounds until somebody stops it.
 *
 * While it waits for news (--watch) the store is closed and unlocked, so the
 * person can go on working in another window. A failed round is tried again
 * after a pause that doubles up to a quarter of an hour and is never the same
 * for two stations, so that a centre coming back is not run over.
 */
#include "client/cli/carry.h"
#include "client/cli/letters.h"
#include "client/cli/out.h"
#include "client/cli/progress.h"
#include "client/sync/device.h"
#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define WAIT_S        30
#define PAUSE_FIRST   1000
#define PAUSE_LONGEST 900000
#define KEY_MAX       65536

struct sync {
	struct desk *d;
	struct transport *t;
	struct sync_hooks hooks;
	struct progress bar;
	const char *key;
};

static void on_progress(void *ctx, const struct sync_report *r)
{
	progress_report(&((struct sync *)ctx)->bar, r);
}

static bool on_sign(
	void *ctx, const char *text, size_t n, struct buf *out, struct err *e)
{
	return device_sign(((struct sync *)ctx)->key, text, n, out, e);
}

static bool set_up(struct cli *c, struct sync *s, struct err *e)
{
	struct https extra;

	memset(&extra, 0, sizeof(extra));
	extra.received = progress_bytes;
	extra.received_ctx = &s->bar;
	s->key = place_read(&s->d->place, "device.key", KEY_MAX);
	if (!s->key)
		return err_field(e, ERR_NOT_ENROLLED, "device.key", "-");
	s->hooks.ctx = s;
	s->hooks.progress = on_progress;
	s->hooks.sign = on_sign;
	progress_begin(&s->bar, c);
	s->t = desk_transport(s->d, &extra, e);
	return s->t != NULL;
}

/* What a round did, and the files after it. */
struct outcome {
	struct sync_report r;
	struct files_report f;
	struct err files_why; /* code NONE: nothing stood in the way */
};

static json_t *report_json(const struct desk *d, const struct sync_report *r)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, "
			 "s:b, s:s, s:s, s:I}",
		"sent", (json_int_t)r->sent, "applied", (json_int_t)r->applied,
		"conflicts", (json_int_t)r->conflicts, "parked",
		(json_int_t)r->parked, "deferred", (json_int_t)r->deferred,
		"units", (json_int_t)r->units, "records",
		(json_int_t)r->records, "purged", (json_int_t)r->purged, "kept",
		(json_int_t)r->kept, "renewed", (int)r->renewed, "synced",
		(int)r->matched, "digest", r->here, "centre_digest", r->centre,
		"waiting", (json_int_t)desk_waiting(d));
}

static void print_report(struct cli *c, const struct sync_report *r)
{
	if (r->renewed)
		out_line(c, text_raw(c->lang, T_RENEWED));
	if (r->sent)
		out_line(c, text_of(c, T_SENT_LINE, number_text(c, r->sent),
				    number_text(c, r->applied),
				    number_text(c, r->conflicts),
				    number_text(c, r->parked),
				    number_text(c, r->deferred), NULL));
	if (r->units || r->purged)
		out_line(c, text_of(c, T_GOT_LINE, number_text(c, r->units),
				    number_text(c, r->records),
				    number_text(c, r->purged), NULL));
	if (r->kept)
		out_line(c,
			text_of(c, T_KEPT_LINE, number_text(c, r->kept), NULL));
	out_line(c, text_raw(c->lang, r->matched ? T_SYNCED : T_NOT_MATCHED));
}

static void print_files(struct cli *c, const struct outcome *o)
{
	const struct files_report *f = &o->f;

	if (f->sent || f->refused || f->waiting)
		out_line(c, text_of(c, T_FILES_LINE, number_text(c, f->sent),
				    number_text(c, f->refused),
				    number_text(c, f->waiting), NULL));
	if (o->files_why.code)
		out_error(c, &o->files_why);
}

static void show(struct cli *c, struct desk *d, const struct outcome *o,
	const json_t *parked)
{
	json_t *j, *told;

	if (!c->json) {
		print_report(c, &o->r);
		print_files(c, o);
		json_decref(letters_told(d, parked));
	} else {
		told = letters_told(d, parked);
		j = report_json(d, &o->r);
		json_object_set_new(j, "files_sent", json_integer(o->f.sent));
		json_object_set_new(
			j, "files_refused", json_integer(o->f.refused));
		json_object_set_new(
			j, "files_waiting", json_integer(o->f.waiting));
		json_object_set_new(j, "decided", told);
		if (o->files_why.code)
			json_object_set_new(j, "files_error",
				json_string(err_name(o->files_why.code)));
		out_json(c, j);
	}
	fflush(stdout);
}

/* What was put off because its files waited is given up now. */
static bool round_again(struct sync *s, struct outcome *o, struct err *e)
{
	struct sync_report first = o->r;

	if (!sync_round(s->d->s, s->t, &s->hooks, &o->r, e))
		return false;
	o->r.sent += first.sent;
	o->r.applied += first.applied;
	o->r.conflicts += first.conflicts;
	o->r.parked += first.parked;
	o->r.units += first.units;
	o->r.records += first.records;
	o->r.purged += first.purged;
	o->r.renewed |= first.renewed;
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

/* After the records. What stands in the way of a file does not make the round
 * fail: it is told beside it. */
static bool carry_files(struct sync *s, struct outcome *o, struct err *e)
{
	struct carry k;

	if (carry_count(s->d->s).waiting > 0) {
		carry_begin(&k, s->d, &s->bar);
		if (!files_send(s->d->s, s->t, &k.hooks, &o->f, &o->files_why))
			*e = o->files_why;
		if (!s->d->s)
			return false;
	}
	return (!o->r.kept || !o->f.sent || round_again(s, o, e)) &&
	       tidy(s->d->s, e);
}

static bool round_once(struct cli *c, struct sync *s, struct err *e)
{
	const json_t *parked = letters_parked(s->d);
	struct outcome o;
	bool ok;

	memset(&o, 0, sizeof(o));
	ok = sync_round(s->d->s, s->t, &s->hooks, &o.r, e) &&
	     carry_files(s, &o, e);
	progress_end(&s->bar);
	if (!ok)
		return false;
	show(c, s->d, &o, parked);
	c->exit_code = o.files_why.code ? cli_exit_code(&o.files_why)
					: !o.r.matched || o.f.refused;
	return true;
}

/* ---- watching ---- */

static bool may_pass(const struct err *e)
{
	return e->code == ERR_OFFLINE || e->code == ERR_BUSY ||
	       e->code == ERR_VOID_PAGE || e->code == ERR_INTERNAL ||
	       e->code == ERR_STORE_BUSY || e->code == ERR_TLS ||
	       e->code == ERR_STALE;
}

static void pause_ms(int64_t ms)
{
	struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

/* Somewhere between half of the pause and the whole. */
static int64_t jitter(int64_t ms)
{
	uint32_t random;

	host_random(&random, sizeof(random));
	return ms / 2 + (int64_t)(random % (uint32_t)(ms / 2 + 1));
}

/* Waits for news without the store; *news says a round is worth while. */
static bool listen_once(
	struct cli *c, struct sync *s, bool *news, struct err *e)
{
	struct arena *mem = arena_new();
	struct sync_report r;
	struct request q;
	struct reply a;
	bool ok;

	(void)c;
	ok = sync_listen_begin(s->d->s, WAIT_S, mem, &q, e);
	desk_close_store(s->d);
	ok = ok && s->t->send(s->t->ctx, &q, mem, &a, e) &&
	     desk_open_store(s->d, e) &&
	     sync_listen_end(s->d->s, &q, &a, &s->hooks, &r, news, e);
	/* What came is already stored; receipts and own work make it a round.
	 */
	*news = ok && (!*news || r.units || r.purged || !r.matched ||
			      desk_waiting(s->d) > 0 ||
			      carry_count(s->d->s).waiting > 0);
	arena_free(mem);
	return ok;
}

static bool watch_step(struct cli *c, struct sync *s, struct err *e)
{
	bool news = true;

	if (!s->d->s && !desk_open_store(s->d, e))
		return false;
	if (!round_once(c, s, e))
		return false;
	if (c->terminal && !c->json)
		fprintf(stderr, "%s\n", text_raw(c->lang, T_WATCHING));
	for (news = false; !news;)
		if (!listen_once(c, s, &news, e))
			return false;
	return true;
}

static bool watch(struct cli *c, struct sync *s, struct err *e)
{
	int64_t longest = PAUSE_FIRST;

	for (;;) {
		int64_t ms;

		if (watch_step(c, s, e)) {
			longest = PAUSE_FIRST;
			continue;
		}
		progress_end(&s->bar);
		if (!may_pass(e))
			return false;
		desk_close_store(s->d);
		out_error(c, e);
		ms = jitter(longest);
		fprintf(stderr, "%s\n",
			text_of(c, T_RETRY_IN,
				number_text(c, (ms + 999) / 1000), NULL));
		pause_ms(ms);
		longest = 2 * longest < PAUSE_LONGEST ? 2 * longest
						      : PAUSE_LONGEST;
	}
}

bool verb_sync(struct cli *c, struct err *e)
{
	struct sync s;

	memset(&s, 0, sizeof(s));
	s.d = desk_open(c, false, e);
	if (!s.d || !set_up(c, &s, e))
		return false;
	if (cli_flag(c, O_WATCH))
		return watch(c, &s, e);
	return round_once(c, &s, e);
}
