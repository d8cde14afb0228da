/*
 * desk.c - see desk.h.
 */
#include "client/cli/desk.h"

#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/sync/orders.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOCK_WAIT_MS 5000
#define FILE_MAX     65536
#define ANSWER_MAX   ((size_t)32 << 20)
#define DAY_MS       INT64_C(86400000)

static void release(void *p)
{
	struct desk *d = p;

	desk_close_store(d);
	if (d->catalogue != d->base)
		catalogue_free(d->catalogue);
	catalogue_free(d->base);
}

/* --store, the environment, or the usual place below the home directory. */
static const char *place_of(struct cli *c)
{
	const char *dir = c->option[O_STORE], *home;

	if (!dir)
		dir = getenv("CASEBRIDGE_STORE");
	if (dir && dir[0])
		return dir;
	home = getenv("XDG_DATA_HOME");
	if (home && home[0] == '/')
		return arena_printf(c->mem, "%s/casebridge", home);
	home = getenv("HOME");
	return arena_printf(
		c->mem, "%s/.local/share/casebridge", home ? home : ".");
}

struct desk *desk_new(struct cli *c, bool make, struct err *e)
{
	struct desk *d = ARENA_NEW(c->mem, struct desk);

	d->c = c;
	d->lock = -1;
	d->base = d->catalogue = catalogue_load();
	arena_adopt(c->mem, d, release);
	return place_open(place_of(c), make, c->mem, &d->place, e) ? d : NULL;
}

bool desk_lock_store(struct desk *d, struct err *e)
{
	return d->lock >= 0 ||
	       place_lock(&d->place, d->store_name, LOCK_WAIT_MS, &d->lock, e);
}

/* Programmes, forms and scales of the district, as the last sync brought them.
 * What has mistakes was told by the centre and is left out here, too. */
static void take_packs(struct desk *d)
{
	struct arena *mem = arena_new();
	struct mistakes left_out;
	struct catalogue *own;

	mistakes_init(&left_out, mem);
	own = store_packs(d->s, d->base, &left_out);
	arena_free(mem);
	if (!own)
		return;
	d->catalogue = own;
	store_use(d->s, own);
}

bool desk_open_store(struct desk *d, struct err *e)
{
	if (!orders_check(&d->place, e) || !desk_lock_store(d, e))
		return false;
	if (d->catalogue != d->base)
		catalogue_free(d->catalogue);
	d->catalogue = d->base;
	d->s = store_open(place_file(&d->place, d->store_name), d->base,
		SECRET_PASSPHRASE, d->passphrase, e);
	if (d->s)
		take_packs(d);
	return d->s != NULL;
}

void desk_close_store(struct desk *d)
{
	arena_free(d->seen);
	d->seen = NULL;
	d->v = NULL;
	store_close(d->s);
	d->s = NULL;
	place_unlock(d->lock);
	d->lock = -1;
}

/* A station out of touch for longer than the centre allows stays shut. */
static bool in_lease(const struct desk *d, struct err *e)
{
	const json_t *days = store_get(d->s, "lease_days");
	const json_t *contact = store_get(d->s, "contact");

	if (!days || !contact ||
		host_now_ms() - json_integer_value(contact) <=
			json_integer_value(days) * DAY_MS)
		return true;
	return err_set(e, ERR_LEASE_OVER, "lease is over");
}

bool desk_unlock(struct desk *d, const char *passphrase, struct err *e)
{
	d->passphrase = arena_strdup(d->c->mem, passphrase);
	if (desk_open_store(d, e) && in_lease(d, e))
		return true;
	desk_lock(d);
	return false;
}

void desk_lock(struct desk *d)
{
	char *passphrase = (char *)(uintptr_t)d->passphrase;

	desk_close_store(d);
	if (passphrase)
		seal_wipe(passphrase, strlen(passphrase));
	d->passphrase = NULL;
}

struct desk *desk_open(struct cli *c, bool lease, struct err *e)
{
	struct desk *d = desk_new(c, false, e);

	if (!d || !place_enrolled(&d->place, e))
		return NULL;
	d->store_name = place_current(&d->place);
	if (!d->store_name) {
		err_set(e, ERR_SIGNED_OUT, "nobody signed in yet");
		return NULL;
	}
	d->passphrase = secret_passphrase(c, e);
	if (!d->passphrase || !desk_open_store(d, e) ||
		(lease && !in_lease(d, e)))
		return NULL;
	return d;
}

struct view *desk_view(struct desk *d)
{
	if (!d->v) {
		d->seen = arena_new();
		d->v = view_new(d->s, d->seen);
	}
	return d->v;
}

/* ---- the centre ---- */

bool desk_obey(struct cli *c, struct err *e)
{
	struct desk *d = desk_new(c, false, e);
	struct transport *t;

	if (!d || !place_enrolled(&d->place, e))
		return false;
	t = desk_transport(d, NULL, d->c->mem, e);
	return t && orders_obey(&d->place, t, e);
}

struct transport *desk_transport(struct desk *d, const struct https *extra,
	struct arena *mem, struct err *e)
{
	struct https h;

	memset(&h, 0, sizeof(h));
	if (extra)
		h = *extra;
	h.server = json_str(d->place.station, "server");
	h.ca = place_file(&d->place, "ca.crt");
	h.certificate = place_file(&d->place, "device.crt");
	h.key = place_file(&d->place, "device.key");
	return https_open(&h, mem, e);
}

bool desk_take(struct desk *d, const char *path, const struct taker *taker,
	struct err *e)
{
	struct transport *t = desk_transport(d, NULL, d->c->mem, e);
	struct request q;
	struct reply a;

	memset(&q, 0, sizeof(q));
	q.method = "GET";
	q.path = path;
	q.token = store_text(d->s, "token");
	q.max_body = ANSWER_MAX;
	q.taker = taker;
	if (!t || !t->send(t->ctx, &q, d->c->mem, &a, e))
		return false;
	if (a.status == 200)
		return true;
	sync_problem(&a, e);
	return false;
}

static bool send(struct desk *d, const char *method, const char *path,
	const json_t *body, struct reply *a, struct err *e)
{
	struct transport *t = desk_transport(d, NULL, d->c->mem, e);
	struct request q;

	memset(&q, 0, sizeof(q));
	q.method = method;
	q.path = path;
	q.token = store_text(d->s, "token");
	q.max_body = ANSWER_MAX;
	if (body) {
		q.body.p = json_canonical(body, d->c->mem);
		q.body.n = strlen(q.body.p);
	}
	if (!t || !t->send(t->ctx, &q, d->c->mem, a, e))
		return false;
	if (a->status >= 200 && a->status <= 299)
		return true;
	sync_problem(a, e);
	return false;
}

static json_t *call(struct desk *d, const char *method, const char *path,
	const json_t *body, struct err *e)
{
	struct reply a;
	json_t *j;

	if (!send(d, method, path, body, &a, e))
		return NULL;
	j = json_read(a.body.p, a.body.n, &json_limits_own, d->c->mem, e);
	if (!j)
		err_set(e, ERR_VOID_PAGE, "answer is no JSON");
	return j;
}

const char *desk_escaped(struct cli *c, const char *text)
{
	struct buf b;
	const char *out;

	buf_init(&b, 65536);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (strchr("-_,.", *p) || (*p >= '0' && *p <= '9') ||
			(*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
			buf_char(&b, (char)*p);
		else
			buf_printf(&b, "%%%02X", (unsigned)*p);
	out = arena_strndup(c->mem, b.p, b.n);
	buf_free(&b);
	return out;
}

json_t *desk_ask(struct desk *d, const char *path, struct err *e)
{
	return call(d, "GET", path, NULL, e);
}

json_t *desk_post(
	struct desk *d, const char *path, const json_t *body, struct err *e)
{
	return call(d, "POST", path, body, e);
}

bool desk_tell(struct desk *d, const char *method, const char *path,
	const json_t *body, struct err *e)
{
	struct reply a;

	return send(d, method, path, body, &a, e);
}

/* ---- saving ---- */

int64_t desk_waiting(const struct desk *d)
{
	int64_t n = 0;

	for (size_t i = 0; i < store_work_count(d->s); i++)
		n += work_waits(store_work_at(d->s, i));
	return n;
}

bool desk_saved(struct desk *d, const struct uuid *rec, struct err *e)
{
	struct cli *c = d->c;
	char id[UUID_TEXT];

	if (!store_commit(d->s, e))
		return false;
	uuid_format(rec, id);
	if (c->json)
		out_json(c, json_pack("{s:s, s:b, s:I}", "id", id, "saved", 1,
				    "waiting", (json_int_t)desk_waiting(d)));
	else
		out_line(c, text_of(c, T_SAVED, id,
				    number_text(c, desk_waiting(d)), NULL));
	return true;
}

void desk_coming(struct desk *d)
{
	int64_t left = json_int(store_get(d->s, "coming"), "cases", 0);
	int64_t here = 0;

	for (size_t i = 0; i < store_unit_count(d->s); i++)
		here += strcmp(store_unit_at(d->s, i)->kind, "case") == 0;
	if (left)
		out_line(d->c, text_of(d->c, T_COMING, number_text(d->c, here),
				       number_text(d->c, here + left), NULL));
}

const char *desk_reader(const struct desk *d, const char *member)
{
	const char *text = json_str(store_get(d->s, "reader"), member);

	return text ? text : "";
}
