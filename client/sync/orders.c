/*
 * orders.c - see orders.h.
 */
#include "client/sync/orders.h"

#include "client/store/outside.h"
#include "client/store/share.h"
#include "client/sync/courier_in.h"
#include "client/sync/device.h"
#include "client/sync/engine.h"
#include "proto/base/crash.h"
#include "proto/base/host.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_MAX   4096
#define PEM_MAX    65536
#define ANSWER_MAX 65536
#define LOCK_WAIT  5000

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

/* ---- destroying ---- */

static void destroy_in(const struct station_dir *p, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *one;

	while (d && (one = readdir(d)))
		if (one->d_name[0] != '.')
			file_destroy(arena_printf(
				p->mem, "%s/%s", dir, one->d_name));
	if (d)
		closedir(d);
	rmdir(dir);
}

/* What opens it goes first, and at once; then the rest of it. */
static void destroy_store(const struct station_dir *p, const char *name)
{
	static const char *const parts[] = {
		"", "-wal", "-shm", "-journal", ".lock"};
	const char *path = place_file(p, name);

	share_destroy(path);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		CRASH_POINT("wiping");
		file_destroy(arena_printf(p->mem, "%s%s", path, parts[i]));
	}
	destroy_in(p, arena_printf(p->mem, "%s-files", path));
}

/* Anything of a store, also copies a salvage left behind. */
static void destroy_strays(const struct station_dir *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *one;

	while (d && (one = readdir(d))) {
		const char *path = place_file(p, one->d_name);
		struct stat st;

		if (!strstr(one->d_name, ".store") || lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			destroy_in(p, path);
		else
			file_destroy(path);
	}
	if (d)
		closedir(d);
}

static void destroy_all(const struct station_dir *p)
{
	size_t n;
	const char **names = place_stores(p, &n);

	for (size_t i = 0; i < n; i++)
		share_destroy(place_file(p, names[i]));
	for (size_t i = 0; i < n; i++)
		destroy_store(p, names[i]);
	destroy_strays(p);
	destroy_in(p, place_file(p, "courier"));
	file_destroy(place_file(p, "current"));
}

/* The last: what the receipt was signed with. */
static bool destroy_station(const struct station_dir *p, struct err *e)
{
	static const char *const files[] = {"device.key", "device.crt",
		"device.key.next", "ca.crt", "ca.crt.next", "station.json",
		"locked", "told", "code.next"};

	if (!write_mark(p, wiped_mark,
		    json_pack("{s:I}", "at", (json_int_t)host_now_ms()), e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		file_destroy(place_file(p, files[i]));
	place_remove(p, wiping_mark);
	return true;
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

/* A share as text opens as much as the share: no copy stays in memory. */
static void wipe_text(const char *text)
{
	if (text)
		seal_wipe((void *)(uintptr_t)text, strlen(text));
}

static bool receipt(const struct station_dir *p, struct transport *t,
	const char *order, const char *kind, int64_t stores, json_t *shares,
	struct err *e)
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
			json_pack("{s:s, s:s, s:I, s:s, s:O*}", "order", order,
				"kind", kind, "stores", (json_int_t)stores,
				"sig", base64url_format(sig.p, sig.n, p->mem),
				"shares", shares),
			p->mem);
		body = json_canonical(j, p->mem);
		ok = courier_ask(t, "/v1/device/receipt", NULL, body, p->mem,
			     e) != NULL;
		wipe_text(body);
	}
	buf_free(&sig);
	return ok;
}

/* ---- locking ---- */

/* Only what is not there is none: whatever else kept it from being read, it
 * would be destroyed, and nobody have it. */
static bool has_none(int why, const char *name, struct err *e)
{
	return why == ENOENT ||
	       (!place_exhausted(why, e) &&
		       err_field(e, ERR_STORE_DAMAGED, name, "-"));
}

static void put_share(const struct station_dir *p, const struct uuid *store,
	const struct seal_key *share, json_t *to)
{
	const char *text = base64url_format(share->b, SEAL_KEY, p->mem);
	char id[UUID_TEXT];

	json_array_append_new(
		to, json_pack("{s:s, s:s}", "store", uuid_format(store, id),
			    "share", text));
	wipe_text(text);
}

static void wipe_shares(const json_t *shares)
{
	for (size_t i = 0; i < json_array_size(shares); i++)
		wipe_text(json_str(json_array_get(shares, i), "share"));
}

/* The share of one store, if it has one. False when it has and it is not known:
 * it would be destroyed, and the centre not have it. */
static bool add_share(const struct station_dir *p, const char *name, json_t *to,
	struct err *e)
{
	const char *path = place_file(p, name);
	struct seal_key share;
	struct outside *o;
	struct uuid store;
	bool known;

	if (!share_read(path, &share))
		return has_none(errno, name, e);
	o = outside_open(path, e);
	known = o && outside_id(o, &store, e);
	if (known)
		put_share(p, &store, &share, to);
	outside_close(o);
	seal_wipe(&share, sizeof(share));
	/* Of a damaged one nobody will ask for it. */
	return known || e->code == ERR_STORE_DAMAGED;
}

static json_t *shares_here(const struct station_dir *p, struct err *e)
{
	json_t *out = json_keep(json_array(), p->mem);
	size_t n;
	const char **names = place_stores(p, &n);

	for (size_t i = 0; i < n; i++)
		if (!add_share(p, names[i], out, e)) {
			wipe_shares(out);
			return NULL;
		}
	return out;
}

static bool lock_here(const struct station_dir *p, struct transport *t,
	const char *order, struct err *e)
{
	const struct courier_job job = {p, t, NULL, false};
	struct courier_report ignored;
	size_t n;
	const char **names = place_stores(p, &n);
	json_t *shares;
	bool ok;

	if (!write_mark(p, locked_mark,
		    json_pack("{s:s, s:b}", "order", order, "done", 0), e))
		return false;
	/* What the lock makes nobody send is brought as well as it can be. */
	if (!courier_carry(&job, &ignored, e) && e->code == ERR_OFFLINE)
		return false;
	shares = shares_here(p, e);
	ok = shares && receipt(p, t, order, "lock", (int64_t)n, shares, e);
	wipe_shares(shares);
	if (!ok)
		return false;
	CRASH_POINT("locking");
	for (size_t i = 0; i < n; i++)
		share_destroy(place_file(p, names[i]));
	return write_mark(p, locked_mark,
		       json_pack("{s:s, s:b}", "order", order, "done", 1), e) &&
	       is_locked(e);
}

/* ---- wiping ---- */

static json_t *wiping_json(const char *order, bool handed, int64_t stores)
{
	return json_pack("{s:s, s:b, s:I}", "order", order, "handed",
		(int)handed, "stores", (json_int_t)stores);
}

/* Nothing is destroyed before the centre has it all, taken or kept. */
static bool hand_over(
	const struct station_dir *p, struct transport *t, struct err *e)
{
	const struct courier_job job = {p, t, NULL, true};
	struct courier_report r;

	if (!courier_carry(&job, &r, e))
		return false;
	return !r.busy || err_field(e, ERR_STORE_BUSY, "store", "-");
}

static bool wipe_here(const struct station_dir *p, struct transport *t,
	const char *order, struct err *e)
{
	json_t *mark = read_mark(p, wiping_mark);
	int64_t stores;
	size_t n;

	if (!json_flag(mark, "handed")) {
		place_stores(p, &n);
		if (!write_mark(p, wiping_mark,
			    wiping_json(order, false, (int64_t)n), e) ||
			!hand_over(p, t, e) ||
			!write_mark(p, wiping_mark,
				wiping_json(order, true, (int64_t)n), e))
			return false;
		mark = read_mark(p, wiping_mark);
	}
	stores = json_int(mark, "stores", 0);
	CRASH_POINT("handed_over");
	destroy_all(p);
	CRASH_POINT("destroyed");
	return receipt(p, t, order, "wipe", stores, NULL, e) &&
	       destroy_station(p, e) && is_wiped(e);
}

/* ---- the door ---- */

bool orders_check(const struct station_dir *p, struct err *e)
{
	if (has_mark(p, wiped_mark))
		return is_wiped(e);
	if (has_mark(p, wiping_mark)) {
		if (json_flag(read_mark(p, wiping_mark), "handed"))
			destroy_all(p);
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
		return true;
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
	place_remove(p, locked_mark);
}

/* ---- shares ---- */

static const char *share_order(
	const struct uuid *store, const struct seal_key *own, struct arena *mem)
{
	const char *text = own ? base64url_format(own->b, SEAL_KEY, mem) : NULL;
	char id[UUID_TEXT];
	json_t *j = json_keep(json_pack("{s:s, s:s*}", "store",
				      uuid_format(store, id), "share", text),
		mem);
	const char *body = json_canonical(j, mem);

	wipe_text(text);
	wipe_text(json_str(j, "share"));
	return body;
}

static bool exchange_share(struct transport *t, const char *token,
	const struct uuid *store, const struct seal_key *own, struct arena *mem,
	struct seal_key *out, struct err *e)
{
	const char *body = share_order(store, own, mem), *text;
	json_t *j = courier_ask(t, "/v1/shares", token, body, mem, e);
	unsigned char *raw;
	size_t n = 0;
	bool ok;

	wipe_text(body);
	if (!j)
		return false;
	text = json_str(j, "share");
	raw = text ? base64url_parse(text, &n, mem) : NULL;
	ok = raw && n == SEAL_KEY;
	if (ok)
		memcpy(out->b, raw, SEAL_KEY);
	if (raw)
		seal_wipe(raw, n);
	wipe_text(text);
	return ok || err_set(e, ERR_VOID_PAGE, "no share came");
}

bool orders_fetch_share(const struct station_dir *p, const char *store,
	struct transport *t, const char *token, struct err *e)
{
	const char *path = place_file(p, store);
	struct outside *o = outside_open(path, e);
	struct seal_key share;
	bool shared = false, ok;
	struct uuid id;

	if (!o) /* an older program's store, or one to be salvaged */
		return true;
	ok = outside_shared(o, &shared, e) && outside_id(o, &id, e);
	outside_close(o);
	if (!ok || !shared || share_read(path, &share))
		return ok;
	ok = exchange_share(t, token, &id, NULL, p->mem, &share, e) &&
	     share_write(path, &share, e);
	seal_wipe(&share, sizeof(share));
	return ok;
}

bool orders_leave_share(
	struct store *s, const char *path, struct transport *t, struct err *e)
{
	struct seal_key own, share;
	struct arena *mem;
	bool ok;

	if (store_is_shared(s))
		return true;
	mem = arena_new();
	if (!share_read(path, &own))
		own = seal_key_new();
	ok = exchange_share(t, arena_strdup(mem, store_text(s, "token")),
		     store_id(s), &own, mem, &share, e) &&
	     share_write(path, &share, e) && store_cover(s, &share, e);
	seal_wipe(&own, sizeof(own));
	seal_wipe(&share, sizeof(share));
	arena_free(mem);
	return ok;
}
