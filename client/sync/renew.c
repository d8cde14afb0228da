/*
 * renew.c - see renew.h.
 */
#include "client/sync/renew.h"

#include "client/sync/device.h"
#include "client/sync/engine.h"
#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "proto/station.h"

#include <string.h>

#define PEM_MAX    65536
#define ANSWER_MAX 65536
#define TOLD_MAX   1024
#define HOUR_MS    INT64_C(3600000)
#define DAY_MS     (24 * HOUR_MS)

struct telling {
	const struct station_dir *p;
	struct transport *t;
	int64_t unsent;
	const char *since; /* NULL: nothing waits */
	int64_t until_ms;  /* of the certificate here */
};

static void count(struct telling *w, const struct store *s, int64_t others)
{
	w->unsent = others;
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *one = store_work_at(s, i);
		const char *at = json_str(work_change(one), "entered_at");

		if (!work_waits(one))
			continue;
		w->unsent++;
		if (at && (!w->since || strcmp(at, w->since) < 0))
			w->since = at;
	}
}

static bool is_short(int64_t until_ms)
{
	return until_ms - host_now_ms() < RENEW_BEFORE_DAYS * DAY_MS;
}

/* {"at","unsent","program","until"}: as it was told, with the centre's date. */
static bool is_news(const struct telling *w)
{
	const char *text = place_read(w->p, "told", TOLD_MAX);
	struct err ignored;
	const json_t *j = text ? json_read(text, strlen(text),
					 &json_limits_body, w->p->mem, &ignored)
			       : NULL;
	const char *program = json_str(j, "program");
	int64_t age = host_now_ms() - json_int(j, "at", 0);

	return !program || strcmp(program, CASEBRIDGE_VERSION) != 0 ||
	       json_int(j, "unsent", -1) != w->unsent || age < 0 ||
	       age > TELL_EVERY_HOURS * HOUR_MS || is_short(w->until_ms) ||
	       is_short(json_int(j, "until", 0));
}

static json_t *tell(const struct telling *w, const char *csr, struct err *e)
{
	struct request q = {
		.method = "POST", .path = "/v1/device", .max_body = ANSWER_MAX};
	struct reply a;

	q.body.p = json_canonical(
		json_keep(json_pack("{s:s, s:I, s:s*, s:s*}", "program",
				  CASEBRIDGE_VERSION, "unsent",
				  (json_int_t)w->unsent, "unsent_since",
				  w->since, "csr", csr),
			w->p->mem),
		w->p->mem);
	q.body.n = strlen(q.body.p);
	if (!w->t->send(w->t->ctx, &q, w->p->mem, &a, e))
		return NULL;
	if (a.status == 200)
		return json_read(
			a.body.p, a.body.n, &json_limits_body, w->p->mem, e);
	sync_problem(&a, e);
	return NULL;
}

static bool keep_told(const struct telling *w, int64_t until_ms, struct err *e)
{
	const char *text = json_canonical(
		json_keep(json_pack("{s:I, s:I, s:s, s:I}", "at",
				  (json_int_t)host_now_ms(), "unsent",
				  (json_int_t)w->unsent, "program",
				  CASEBRIDGE_VERSION, "until",
				  (json_int_t)until_ms),
			w->p->mem),
		w->p->mem);

	return place_write(w->p, "told", text, strlen(text), e);
}

/* The answer's date of the certificate; false when it has none. */
static bool date_of(const json_t *j, int64_t *until_ms, struct err *e)
{
	const char *until = json_str(j, "expires");

	return (until && time_parse(until, until_ms)) ||
	       err_set(e, ERR_VOID_PAGE, "no date came");
}

/* Only one that is this key's takes the old one's place. */
static bool renew(const struct telling *w, const char *key, int64_t *until_ms,
	struct err *e)
{
	struct device_dates dates;
	const char *csr, *cert;
	json_t *j;

	if (!device_request(key, w->p->mem, &csr, e))
		return false;
	j = tell(w, csr, e);
	cert = json_str(j, "certificate");
	if (!j || !date_of(j, until_ms, e))
		return false;
	if (!cert)
		return err_set(e, ERR_VOID_PAGE, "no certificate came");
	return device_certificate(cert, key, &dates, e) &&
	       place_write(w->p, "device.crt", cert, strlen(cert), e);
}

static bool tell_all(
	struct telling *w, const struct store *s, int64_t others, struct err *e)
{
	const char *key = place_need(w->p, "device.key", PEM_MAX, e);
	const char *cert =
		key ? place_need(w->p, "device.crt", PEM_MAX, e) : NULL;
	struct device_dates dates;
	int64_t until_ms = 0;
	json_t *j;

	if (!cert || !device_certificate(cert, key, &dates, e))
		return false;
	w->until_ms = dates.until_ms;
	count(w, s, others);
	if (!is_news(w))
		return true;
	j = tell(w, NULL, e);
	if (!j)
		return e->code == ERR_NOT_FOUND;
	if (!date_of(j, &until_ms, e))
		return false;
	if ((is_short(until_ms) || is_short(w->until_ms)) &&
		!renew(w, key, &until_ms, e))
		return false;
	return keep_told(w, until_ms, e);
}

bool renew_tell(const struct station_dir *p, const struct store *s,
	int64_t others, struct transport *t, struct err *e)
{
	/* A page stays open all day: nothing of this may pile up. */
	struct station_dir place = *p;
	struct telling w = {.p = &place, .t = t};
	bool ok;

	place.mem = arena_new();
	ok = tell_all(&w, s, others, e);
	arena_free(place.mem);
	return ok;
}
