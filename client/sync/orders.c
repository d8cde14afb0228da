/*
 * orders.c - see orders.h: the marks, and what each order comes to.
 */
#include "client/sync/orders_in.h"

#include "client/store/share.h"
#include "client/sync/courier_in.h"
#include "client/sync/device.h"
#include "client/sync/engine.h"
#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "proto/base/mutant.h"

#include <string.h>
#include <unistd.h>

#define MARK_MAX   4096
#define PEM_MAX    65536
#define ANSWER_MAX 65536

static const char locked_mark[] = "locked";
static const char wiping_mark[] = "wiping";
static const char wiped_mark[] = "wiped";

/* ---- marks ---- */

static json_t *read_mark(const struct station_dir *p, const char *name)
{
	const char *text = place_read(p, name, MARK_MAX);
	struct err ignored;

	return text ? json_read(text, strlen(text), &json_limits_body, p->mem,
			      &ignored)
		    : NULL;
}

static bool write_mark(const struct station_dir *p, const char *name,
	json_t *TAKES j, struct err *e)
{
	const char *text = json_canonical(json_keep(j, p->mem), p->mem);

	return place_write(p, name, text, strlen(text), e);
}

static bool has_mark(const struct station_dir *p, const char *name)
{
	return access(place_file(p, name), F_OK) == 0;
}

static bool is_locked(struct err *e)
{
	return err_set(e, ERR_DEVICE_LOCKED, "an order stands");
}

static bool is_wiped(struct err *e)
{
	return err_set(e, ERR_DEVICE_WIPE, "an order stands");
}

/* ---- talking to the centre ---- */

static json_t *get(
	struct transport *t, const char *path, struct arena *mem, struct err *e)
{
	struct request q = {
		.method = "GET", .path = path, .max_body = ANSWER_MAX};
	struct reply a;

	if (!t->send(t->ctx, &q, mem, &a, e))
		return NULL;
	if (a.status != 200) {
		sync_problem(&a, e);
		return NULL;
	}
	return json_read(a.body.p, a.body.n, &json_limits_body, mem, e);
}

/* What goes with it: of a lock the shares, of a wipe what nobody has. */
static bool receipt(const struct station_dir *p, struct transport *t,
	const char *order, const char *kind, int64_t stores, json_t *with,
	json_t **answer, struct err *e)
{
	const char *key = place_need(p, "device.key", PEM_MAX, e);
	const char *text = arena_printf(p->mem,
		"casebridge order 1\n%s\n%s\n%s\n%lld\n",
		json_str(p->station, "device"), order, kind, (long long)stores);
	struct buf sig;
	const char *body;
	json_t *j;
	bool ok;

	buf_init(&sig, 256);
	ok = key && device_sign(key, text, strlen(text), &sig, e);
	if (ok) {
		j = json_keep(
			json_pack("{s:s, s:s, s:I, s:s}", "order", order,
				"kind", kind, "stores", (json_int_t)stores,
				"sig", base64url_format(sig.p, sig.n, p->mem)),
			p->mem);
		json_object_update(j, with);
		body = json_canonical(j, p->mem);
		*answer = courier_ask(
			t, "/v1/device/receipt", NULL, body, p->mem, e);
		ok = *answer != NULL;
		orders_wipe_text(body);
	}
	buf_free(&sig);
	return ok;
}

/* ---- locking ---- */

static void destroy_shares(const struct station_dir *p)
{
	size_t n;
	const char **names = place_stores(p, &n);

	for (size_t i = 0; i < n; i++)
		share_destroy(place_file(p, names[i]));
}

static bool give_shares(const struct station_dir *p, struct transport *t,
	const char *order, struct err *e)
{
	json_t *shares = orders_shares(p, e), *answer = NULL;
	size_t n;
	bool ok;

	place_stores(p, &n);
	ok = shares &&
	     receipt(p, t, order, "lock", (int64_t)n,
		     json_keep(json_pack("{s:O}", "shares", shares), p->mem),
		     &answer, e);
	orders_wipe_shares(shares);
	if (ok)
		orders_keep_away(p, json_object_get(answer, "away"));
	return ok;
}

/* The marks want room on the disk, what locks wants none: a disk somebody
 * filled keeps nothing open. */
static bool lock_here(const struct station_dir *p, struct transport *t,
	const char *order, struct err *e)
{
	const struct courier_job job = {p, t, NULL, false};
	struct courier_report ignored;
	struct err unmarked;

	if (!MUTANT(order_forgotten) &&
		!write_mark(p, locked_mark,
			json_pack("{s:s, s:b}", "order", order, "done", 0),
			&unmarked))
		unmarked.code = ERR_NONE;
	/* What the lock makes nobody send is brought as well as it can be. */
	if (!courier_carry(&job, &ignored, e) && e->code == ERR_OFFLINE)
		return false;
	if (!give_shares(p, t, order, e))
		return false;
	CRASH_POINT("locking");
	destroy_shares(p);
	return write_mark(p, locked_mark,
		       json_pack("{s:s, s:b}", "order", order, "done", 1), e) &&
	       is_locked(e);
}

/* ---- wiping ---- */

/* The last: what the receipt was signed with. */
static bool destroy_station(const struct station_dir *p, struct err *e)
{
	static const char *const files[] = {"device.key", "device.crt",
		"device.key.next", "ca.crt", "ca.crt.next", "station.json",
		"locked", "told", "code.next", "trail.pin", "trail.heads",
		"trail.evidence"};

	if (!write_mark(p, wiped_mark,
		    json_pack("{s:I}", "at", (json_int_t)host_now_ms()), e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *path = place_file(p, files[i]);

		file_destroy(path);
		/* As place_write() calls it until it is whole. */
		file_destroy(arena_printf(p->mem, "%s.new", path));
	}
	place_remove(p, wiping_mark);
	return true;
}

struct wiping {
	const char *order;
	bool handed;
	int64_t stores;
	struct courier_lost lost;
};

static json_t *wiping_json(const struct wiping *w)
{
	return json_pack("{s:s, s:b, s:I, s:I, s:I}", "order", w->order,
		"handed", (int)w->handed, "stores", (json_int_t)w->stores,
		"left", (json_int_t)w->lost.entries, "unread",
		(json_int_t)w->lost.stores);
}

static void wiping_read(const struct station_dir *p, struct wiping *w)
{
	json_t *mark = read_mark(p, wiping_mark);

	w->handed = json_flag(mark, "handed");
	w->stores = json_int(mark, "stores", 0);
	w->lost.entries = json_int(mark, "left", 0);
	w->lost.stores = json_int(mark, "unread", 0);
}

/* Nothing is destroyed before the centre has it all, taken or kept; what it
 * will never have is counted. */
static bool hand_over(const struct station_dir *p, struct transport *t,
	struct courier_lost *lost, struct err *e)
{
	const struct courier_job job = {p, t, NULL, true};
	struct courier_report r;

	if (MUTANT(wipe_first))
		return true;
	if (!courier_carry(&job, &r, e))
		return false;
	if (r.busy)
		return err_field(e, ERR_STORE_BUSY, "store", "-");
	return courier_lost_here(p, lost, e);
}

static bool hand_over_once(const struct station_dir *p, struct transport *t,
	struct wiping *w, struct err *e)
{
	size_t n;

	if (w->handed)
		return true;
	place_stores(p, &n);
	w->stores = (int64_t)n;
	if (!write_mark(p, wiping_mark, wiping_json(w), e) ||
		!hand_over(p, t, &w->lost, e))
		return false;
	w->handed = true;
	return write_mark(p, wiping_mark, wiping_json(w), e);
}

/* What opens the stores goes first: the centre may be unable to take their work
 * for days, and that must keep nothing open. The parcels want no share. */
static bool wipe_here(const struct station_dir *p, struct transport *t,
	const char *order, struct err *e)
{
	struct wiping w;
	json_t *answer;

	wiping_read(p, &w);
	w.order = order;
	destroy_shares(p);
	if (!hand_over_once(p, t, &w, e))
		return false;
	CRASH_POINT("handed_over");
	orders_destroy(p);
	CRASH_POINT("destroyed");
	return receipt(p, t, order, "wipe", w.stores,
		       json_keep(json_pack("{s:I, s:I}", "left",
					 (json_int_t)w.lost.entries, "unread",
					 (json_int_t)w.lost.stores),
			       p->mem),
		       &answer, e) &&
	       destroy_station(p, e) && is_wiped(e);
}

/* The order was taken back. What was not begun to be destroyed stays, locked
 * until somebody signs in; what was, is destroyed. */
static bool wipe_is_off(const struct station_dir *p, struct err *e)
{
	struct wiping w;

	if (!has_mark(p, wiping_mark))
		return true;
	wiping_read(p, &w);
	if (w.handed) {
		orders_destroy(p);
		return destroy_station(p, e) && is_wiped(e);
	}
	place_remove(p, wiping_mark);
	return true;
}

/* ---- the door ---- */

bool orders_check(const struct station_dir *p, struct err *e)
{
	if (has_mark(p, wiped_mark))
		return is_wiped(e);
	if (has_mark(p, wiping_mark)) {
		if (json_flag(read_mark(p, wiping_mark), "handed"))
			orders_destroy(p);
		return is_wiped(e);
	}
	return !has_mark(p, locked_mark) || is_locked(e);
}

bool orders_obey(
	const struct station_dir *p, struct transport *t, struct err *e)
{
	const json_t *order;
	const char *id, *kind;
	json_t *j;

	if (has_mark(p, wiped_mark))
		return is_wiped(e);
	j = get(t, "/v1/device", p->mem, e);
	if (!j)
		return false;
	order = json_object_get(j, "order");
	id = json_str(order, "id");
	kind = json_str(order, "kind");
	if (!id || !kind)
		return wipe_is_off(p, e);
	if (strcmp(kind, "wipe") == 0)
		return wipe_here(p, t, id, e);
	if (json_flag(read_mark(p, locked_mark), "done"))
		return is_locked(e);
	return lock_here(p, t, id, e);
}

void orders_unlocked(const struct station_dir *p)
{
	place_remove(p, locked_mark);
}

void orders_enrolled(const struct station_dir *p)
{
	place_remove(p, wiped_mark);
	place_remove(p, wiping_mark);
	place_remove(p, locked_mark);
}
