/*
 * v_doctor.c - casebridge doctor: looks at everything a station needs, one
 * line each, and changes nothing. The first thing wrong decides the exit code.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/cli/value.h"
#include "client/sync/device.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX  262144
#define CLOCK_OFF INT64_C(120000)

struct doctor {
	struct cli *c;
	struct desk *d;
	struct table *t;
	json_t *list;
	bool bad;
	struct err first;
};

static void say(struct doctor *q, enum text_id what, bool ok, const char *text)
{
	table_add(q->t, text_raw(q->c->lang, what));
	table_add(q->t, text);
	json_array_append_new(q->list, json_pack("{s:s, s:b, s:s}", "check",
					       text_raw(q->c->lang, what), "ok",
					       (int)ok, "text", text));
}

static void fine(struct doctor *q, enum text_id what)
{
	say(q, what, true, text_raw(q->c->lang, T_D_OK));
}

static bool wrong(struct doctor *q, enum text_id what, const struct err *e)
{
	struct buf b;

	buf_init(&b, 4096);
	err_sentence(e, q->c->lang, &b);
	say(q, what, false, b.p ? b.p : "");
	buf_free(&b);
	if (!q->bad)
		q->first = *e;
	q->bad = true;
	return false;
}

static void skipped(struct doctor *q, enum text_id what)
{
	say(q, what, true, text_raw(q->c->lang, T_D_SKIPPED));
}

static bool check_certificate(struct doctor *q)
{
	struct err e;
	const char *key = place_need(&q->d->place, "device.key", FILE_MAX, &e);
	const char *cert =
		key ? place_need(&q->d->place, "device.crt", FILE_MAX, &e)
		    : NULL;
	struct device_dates dates;
	int64_t now = host_now_ms();

	if (!cert || !device_certificate(cert, key, &dates, &e))
		return wrong(q, T_D_CERTIFICATE, &e);
	if (now < dates.from_ms || now > dates.until_ms) {
		err_field(&e, ERR_DEVICE_UNKNOWN, "device.crt", "-");
		return wrong(q, T_D_CERTIFICATE, &e);
	}
	say(q, T_D_CERTIFICATE, true,
		text_of(q->c, T_D_UNTIL,
			arena_printf(q->c->mem, "%.10s",
				time_show(q->c, dates.until_ms)),
			NULL));
	return true;
}

/* Opens the store when a passphrase was given beforehand; asks nobody. */
static void check_store(struct doctor *q)
{
	struct desk *d = q->d;
	struct err e;

	d->store_name = place_current(&d->place);
	if (!d->store_name) {
		say(q, T_D_STORE, true, text_raw(q->c->lang, T_D_NO_STORE));
		return;
	}
	if (!secret_passphrase_given(q->c, &d->passphrase, &e)) {
		wrong(q, T_D_KEYS, &e);
		return;
	}
	if (!d->passphrase) {
		skipped(q, T_D_KEYS);
		return;
	}
	if (!desk_open_store(d, &e)) {
		wrong(q, e.code == ERR_BAD_PASSPHRASE ? T_D_KEYS : T_D_STORE,
			&e);
		return;
	}
	fine(q, T_D_STORE);
	fine(q, T_D_KEYS);
	if (store_verify(d->s, &e))
		fine(q, T_D_RECORDS);
	else
		wrong(q, T_D_RECORDS, &e);
}

static void check_clock(struct doctor *q, int64_t theirs)
{
	int64_t off = host_now_ms() - theirs;
	const char *seconds = number_text(q->c, off / 1000);

	if (!theirs)
		skipped(q, T_D_CLOCK);
	else if (off > CLOCK_OFF || off < -CLOCK_OFF)
		say(q, T_D_CLOCK, false, text_of(q->c, T_D_OFF, seconds, NULL));
	else
		fine(q, T_D_CLOCK);
}

/* One question without consequences: who am I? */
static void check_server(struct doctor *q)
{
	struct transport *t;
	struct request r;
	struct reply a;
	struct err e;

	memset(&r, 0, sizeof(r));
	r.method = "GET";
	r.path = "/v1/session";
	r.token = q->d->s ? store_text(q->d->s, "token") : NULL;
	r.max_body = FILE_MAX;
	t = desk_transport(q->d, NULL, q->d->c->mem, &e);
	if (!t || !t->send(t->ctx, &r, q->c->mem, &a, &e)) {
		wrong(q, T_D_SERVER, &e);
		return;
	}
	fine(q, T_D_SERVER);
	check_clock(q, a.date_ms);
	if (!q->d->s)
		skipped(q, T_D_SESSION);
	else if (a.status == 200)
		fine(q, T_D_SESSION);
	else {
		sync_problem(&a, &e);
		wrong(q, T_D_SESSION, &e);
	}
}

static void check_digest(struct doctor *q)
{
	const json_t *match = q->d->s ? store_get(q->d->s, "match") : NULL;
	bool ok = json_flag(match, "ok");

	if (!match)
		skipped(q, T_D_DIGEST);
	else
		say(q, T_D_DIGEST, ok,
			text_raw(q->c->lang, ok ? T_EQUAL : T_DIFFERENT));
}

static void look(struct doctor *q)
{
	struct err e;

	q->d = desk_new(q->c, false, &e);
	if (!q->d) {
		wrong(q, T_D_PLACE, &e);
		return;
	}
	fine(q, T_D_PLACE);
	if (!place_enrolled(&q->d->place, &e)) {
		wrong(q, T_D_ENROLLED, &e);
		return;
	}
	say(q, T_D_ENROLLED, true, json_str(q->d->place.station, "server"));
	check_certificate(q);
	check_store(q);
	check_server(q);
	check_digest(q);
}

bool verb_doctor(struct cli *c, struct err *e)
{
	static const enum text_id heads[] = {T_C_CHECK, T_C_RESULT, T_COUNT};
	struct doctor q;

	memset(&q, 0, sizeof(q));
	q.c = c;
	q.t = table_new(c, heads);
	q.list = json_keep(json_array(), c->mem);
	look(&q);
	if (c->json)
		out_json(c, json_pack("{s:b, s:O}", "ok", (int)!q.bad, "checks",
				    q.list));
	else
		table_print(q.t);
	(void)e;
	if (q.bad)
		c->exit_code = cli_exit_code(&q.first);
	return true;
}
