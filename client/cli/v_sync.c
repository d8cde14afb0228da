/*
 * v_sync.c - casebridge sync: rounds until both ends agree, files, and what is
 * said of them.
 *
 * A line that breaks in the middle of a round is taken up again a few times,
 * because what came counts; somebody who ends the program has lost nothing
 * either. While bytes travel, whoever wants the store in another window is let
 * in.
 */
#include "client/cli/letters.h"
#include "client/cli/others.h"
#include "client/cli/out.h"
#include "client/cli/sync_run.h"
#include "client/sync/device.h"
#include "client/sync/heads.h"
#include "client/sync/renew.h"
#include "client/sync/whole.h"
#include "proto/base/crash.h"
#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>

#define KEY_MAX     65536
#define TRIES       3 /* in a row that brought nothing */
#define PAUSE_MS    IN_TRIALS(200, 1000)
#define GIVE_WAY_MS 10000

static void on_progress(void *ctx, const struct sync_report *r)
{
	progress_report(&((struct sync_run *)ctx)->bar, r);
}

static bool on_sign(
	void *ctx, const char *text, size_t n, struct buf *out, struct err *e)
{
	return device_sign(((struct sync_run *)ctx)->key, text, n, out, e);
}

static struct store *on_store(void *ctx, struct err *e)
{
	struct desk *d = ((struct sync_run *)ctx)->d;

	if (!d->s) {
		place_give_way(&d->place, d->store_name, GIVE_WAY_MS);
		if (!desk_open_store(d, e))
			return NULL;
	}
	return d->s;
}

/* While an answer is awaited; false gives it up. */
static bool on_waiting(void *ctx)
{
	struct sync_run *s = ctx;
	struct desk *d = s->d;

	if (pauses_stop(&s->pauses) || pauses_woke(&s->pauses)) {
		s->disturbed = true;
		return false;
	}
	if (s->listening) {
		struct place_stamp now = place_stamp(&d->place, d->store_name);

		s->disturbed = now.changed_ns != s->stamp.changed_ns ||
			       now.size != s->stamp.size;
		return !s->disturbed;
	}
	if (s->may_let_go && d->s && place_wanted(d->lock))
		desk_close_store(d);
	return true;
}

bool sync_run_begin(struct cli *c, struct sync_run *s, struct err *e)
{
	struct https extra;

	memset(&extra, 0, sizeof(extra));
	s->pauses = pauses_begin();
	extra.waiting = on_waiting;
	extra.waiting_ctx = s;
	extra.received = progress_bytes;
	extra.received_ctx = &s->bar;
	s->key = place_need(&s->d->place, "device.key", KEY_MAX, e);
	if (!s->key)
		return false;
	s->hooks.ctx = s;
	s->hooks.progress = on_progress;
	s->hooks.sign = on_sign;
	s->hooks.store = on_store;
	progress_begin(&s->bar, c);
	s->t = desk_transport(s->d, &extra, s->d->c->mem, e);
	return s->t != NULL;
}

/* What a round did, and what of others went along. */
struct outcome {
	struct whole w;
	struct courier_report others;
	struct err others_why;
};

static json_t *report_json(const struct desk *d, const struct sync_report *r)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
			 "s:b, "
			 "s:b, s:s, s:s, s:I, s:I, s:I, s:I}",
		"sent", (json_int_t)r->sent, "applied", (json_int_t)r->applied,
		"conflicts", (json_int_t)r->conflicts, "parked",
		(json_int_t)r->parked, "deferred", (json_int_t)r->deferred,
		"units", (json_int_t)r->units, "records",
		(json_int_t)r->records, "purged", (json_int_t)r->purged, "kept",
		(json_int_t)r->kept, "salvaged", (json_int_t)r->salvaged,
		"renewed", (int)r->renewed, "synced", (int)r->matched, "digest",
		r->here, "centre_digest", r->centre, "waiting",
		(json_int_t)desk_waiting(d), "bytes", (json_int_t)r->bytes,
		"rate", (json_int_t)r->rate, "cuts", (json_int_t)r->cuts);
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
	if (r->salvaged)
		out_line(c, text_of(c, T_SALVAGED_LINE,
				    number_text(c, r->salvaged), NULL));
	if (r->kept)
		out_line(c,
			text_of(c, T_KEPT_LINE, number_text(c, r->kept), NULL));
	out_line(c, text_raw(c->lang, r->matched ? T_SYNCED : T_NOT_MATCHED));
}

static void print_files(struct cli *c, const struct outcome *o)
{
	const struct files_report *f = &o->w.f;

	if (f->sent || f->refused || f->waiting)
		out_line(c, text_of(c, T_FILES_LINE, number_text(c, f->sent),
				    number_text(c, f->refused),
				    number_text(c, f->waiting), NULL));
	if (o->w.files_why.code)
		out_error(c, &o->w.files_why);
}

static void show(struct cli *c, struct desk *d, const struct outcome *o,
	const json_t *parked)
{
	json_t *j, *told;

	if (!c->json) {
		print_report(c, &o->w.r);
		print_files(c, o);
		others_print(c, &o->others, false);
		if (o->others_why.code)
			out_error(c, &o->others_why);
		json_decref(letters_told(d, parked));
	} else {
		told = letters_told(d, parked);
		j = report_json(d, &o->w.r);
		json_object_set_new(j, "files_sent", json_integer(o->w.f.sent));
		json_object_set_new(
			j, "files_refused", json_integer(o->w.f.refused));
		json_object_set_new(
			j, "files_waiting", json_integer(o->w.f.waiting));
		json_object_set_new(j, "decided", told);
		json_object_set_new(j, "others", others_json(&o->others));
		if (o->w.files_why.code)
			json_object_set_new(j, "files_error",
				json_string(err_name(o->w.files_why.code)));
		out_json(c, j);
	}
	fflush(stdout);
}

/* ---- rounds ---- */

/* Not when it was said when to come again. */
static bool goes_on(const struct sync_run *s, const struct err *e)
{
	return !s->pauses.stop && !e->accepts[0] &&
	       (e->code == ERR_OFFLINE || e->code == ERR_VOID_PAGE);
}

static bool on_again(
	void *ctx, int n, const struct sync_report *r, const struct err *e)
{
	struct sync_run *s = ctx;

	if (!goes_on(s, e) || !r->answers || n >= TRIES)
		return false;
	pauses_wait(&s->pauses, pauses_jitter(PAUSE_MS << n));
	return !pauses_stop(&s->pauses);
}

static void on_moving(void *ctx, bool begun)
{
	((struct sync_run *)ctx)->may_let_go = begun;
}

static struct store *store_now(void *ctx)
{
	return ((struct sync_run *)ctx)->d->s;
}

static bool on_stopped(void *ctx)
{
	return ((struct sync_run *)ctx)->pauses.stop;
}

/* Of *w only what became of it is given back. */
static bool round_of(struct sync_run *s, struct whole *w, struct err *e)
{
	const struct whole_hooks hooks = {
		s, store_now, on_moving, on_again, on_stopped};
	struct carry k;
	struct whole all = {.s = s->d->s,
		.t = s->t,
		.records = &s->hooks,
		.files = &k.hooks,
		.hooks = &hooks};
	bool ok;

	carry_begin(&k, s->d, &s->bar);
	ok = whole_round(&all, e);
	w->r = all.r;
	w->f = all.f;
	w->files_why = all.files_why;
	return ok;
}

/* Other people's work on this machine goes along; what stands in its way does
 * not make the round fail. */
static void carry_others(struct sync_run *s, struct outcome *o)
{
	if (!others_carry(s->d, s->t, &o->others, &o->others_why))
		return;
	o->others_why.code = ERR_NONE;
}

/* What fails is told after the next round. */
static void tell(struct sync_run *s, const struct outcome *o)
{
	struct err ignored;

	if (!heads_ask(&s->d->place, s->t, &ignored))
		ignored.code = ERR_NONE;
	if (s->d->s && !renew_tell(&s->d->place, s->d->s, o->others.left, s->t,
			       &ignored))
		return;
}

/* Ended by somebody: what came is here, and the next sync goes on behind it. */
static bool stopped(struct cli *c, struct sync_run *s)
{
	if (!c->json)
		fprintf(stderr, "%s\n", text_raw(c->lang, T_STOPPED));
	if (s->d->s && !c->json)
		desk_coming(s->d);
	c->exit_code = EXIT_STOPPED;
	return true;
}

bool sync_run_once(struct cli *c, struct sync_run *s, bool quiet, struct err *e)
{
	const json_t *parked = letters_parked(s->d);
	bool was = s->matched, ok;
	struct outcome o;

	memset(&o, 0, sizeof(o));
	ok = round_of(s, &o.w, e);
	if (ok) {
		carry_others(s, &o);
		tell(s, &o);
	}
	progress_end(&s->bar);
	if (!ok)
		return false;
	s->matched = o.w.r.matched;
	s->moved = o.w.r.sent || o.w.r.units || o.w.r.purged || o.w.f.sent ||
		   o.w.f.refused || o.w.r.renewed;
	if (!quiet || s->moved || was != s->matched || o.w.files_why.code ||
		o.others.changes || o.others.files)
		show(c, s->d, &o, parked);
	c->exit_code = o.w.files_why.code ? cli_exit_code(&o.w.files_why)
					  : !o.w.r.matched || o.w.f.refused;
	return true;
}

/* ---- what it would be ---- */

static bool estimate(struct cli *c, struct sync_run *s, struct err *e)
{
	struct sync_report r;
	int64_t left;

	if (!sync_estimate(s->d->s, s->t, &s->hooks, &r, e))
		return false;
	progress_end(&s->bar);
	left = r.total_bytes - r.bytes;
	if (c->json)
		out_json(c,
			json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "units",
				(json_int_t)(r.total_units - r.units), "cases",
				(json_int_t)(r.total_cases - r.cases),
				"records",
				(json_int_t)(r.total_records - r.records),
				"bytes", (json_int_t)left, "rate",
				(json_int_t)r.rate, "seconds",
				r.rate ? json_integer(left / r.rate + 1)
				       : json_null()));
	else
		out_line(c, progress_estimate(c, &r));
	return true;
}

bool verb_sync(struct cli *c, struct err *e)
{
	struct sync_run s;

	memset(&s, 0, sizeof(s));
	s.d = desk_open(c, false, e);
	if (!s.d || !sync_run_begin(c, &s, e))
		return false;
	if (cli_flag(c, O_ESTIMATE))
		return estimate(c, &s, e);
	if (cli_flag(c, O_WATCH))
		return sync_watch(c, &s, e);
	return sync_run_once(c, &s, false, e) ||
	       (s.pauses.stop && stopped(c, &s));
}
