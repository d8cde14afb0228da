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
#include "client/sync/orders.h"
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

/* What a round did, and the files after it. */
struct outcome {
	struct sync_report r;
	struct files_report f;
	struct err files_why; /* code NONE: nothing stood in the way */
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
		others_print(c, &o->others, false);
		if (o->others_why.code)
			out_error(c, &o->others_why);
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
		json_object_set_new(j, "others", others_json(&o->others));
		if (o->files_why.code)
			json_object_set_new(j, "files_error",
				json_string(err_name(o->files_why.code)));
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

/* Until a round ends. A line that broke is tried again while something comes,
 * and a few times more; one that was never there is not. */
static bool rounds(struct sync_run *s, struct sync_report *r, struct err *e)
{
	struct sync_report sum;

	memset(&sum, 0, sizeof(sum));
	for (int fails = 0;; fails++) {
		bool ok;

		s->may_let_go = true;
		ok = sync_round(s->d->s, s->t, &s->hooks, r, e);
		s->may_let_go = false;
		if (r->bytes || r->sent)
			fails = 0;
		sync_report_add(r, &sum);
		if (ok || !s->d->s || !goes_on(s, e) || !r->answers ||
			fails >= TRIES)
			return ok;
		sum = *r;
		pauses_wait(&s->pauses, pauses_jitter(PAUSE_MS << fails));
		if (pauses_stop(&s->pauses))
			return false;
	}
}

/* What was put off because its files waited is given up now. */
static bool round_again(struct sync_run *s, struct outcome *o, struct err *e)
{
	struct sync_report first = o->r;

	if (!rounds(s, &o->r, e))
		return false;
	sync_report_add(&o->r, &first);
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
static bool carry_files(struct sync_run *s, struct outcome *o, struct err *e)
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

/* The store may be a new one, or a new replica: others carry its work only
 * once the centre knows its key. What fails is tried again by the next round.
 */
static void introduce(struct sync_run *s)
{
	struct err ignored;

	if (!courier_introduce(s->d->s, s->t, &ignored) ||
		!json_is_true(store_get(s->d->s, "registered")) ||
		!orders_leave_share(s->d->s,
			place_file(&s->d->place, s->d->store_name), s->t,
			&ignored))
		return;
}

/* Also when the round ended with what was refused. */
static void hand_in(struct sync_run *s)
{
	struct err ignored;

	if (s->d->s && !s->pauses.stop &&
		!courier_hand_in(s->d->s, s->t, &ignored))
		return;
}

/* Other people's work on this machine goes along; what stands in its way does
 * not make the round fail. */
static void carry_others(struct sync_run *s, struct outcome *o)
{
	introduce(s);
	if (!others_carry(s->d, s->t, &o->others, &o->others_why))
		return;
	o->others_why.code = ERR_NONE;
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
	introduce(s);
	ok = rounds(s, &o.r, e) && carry_files(s, &o, e);
	hand_in(s);
	if (ok)
		carry_others(s, &o);
	progress_end(&s->bar);
	if (!ok)
		return false;
	s->matched = o.r.matched;
	s->moved = o.r.sent || o.r.units || o.r.purged || o.f.sent ||
		   o.f.refused || o.r.renewed;
	if (!quiet || s->moved || was != s->matched || o.files_why.code ||
		o.others.changes || o.others.files)
		show(c, s->d, &o, parked);
	c->exit_code = o.files_why.code ? cli_exit_code(&o.files_why)
					: !o.r.matched || o.f.refused;
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
