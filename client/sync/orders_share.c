/*
 * orders_share.c - the half of what opens a store, given away and fetched again
 * (see orders.h and orders_in.h).
 */
#include "client/sync/orders_in.h"

#include "client/store/outside.h"
#include "client/store/share.h"
#include "client/sync/courier_in.h"

#include <errno.h>
#include <string.h>

void orders_wipe_text(const char *text)
{
	if (text)
		seal_wipe((void *)(uintptr_t)text, strlen(text));
}

/* ---- for the receipt of a lock ---- */

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
	orders_wipe_text(text);
}

void orders_wipe_shares(const json_t *shares)
{
	for (size_t i = 0; i < json_array_size(shares); i++)
		orders_wipe_text(json_str(json_array_get(shares, i), "share"));
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

json_t *orders_shares(const struct station_dir *p, struct err *e)
{
	json_t *out = json_keep(json_array(), p->mem);
	size_t n;
	const char **names = place_stores(p, &n);

	for (size_t i = 0; i < n; i++)
		if (!add_share(p, names[i], out, e)) {
			orders_wipe_shares(out);
			return NULL;
		}
	return out;
}

/* ---- closed, for a centre that was restored from before it had the share ----
 */

/* Nil: none, or one that cannot be read. */
static struct uuid id_of(const struct station_dir *p, const char *name)
{
	struct err ignored;
	struct outside *o = outside_open(place_file(p, name), &ignored);
	struct uuid id;

	if (!o || !outside_id(o, &id, &ignored))
		memset(&id, 0, sizeof(id));
	outside_close(o);
	return id;
}

void orders_keep_away(const struct station_dir *p, const json_t *list)
{
	size_t n;
	const char **names = place_stores(p, &n);

	for (size_t i = 0; json_array_size(list) && i < n; i++) {
		struct uuid own = id_of(p, names[i]);

		for (size_t k = 0; k < json_array_size(list); k++) {
			const json_t *j = json_array_get(list, k);
			const char *store = json_str(j, "store");
			struct uuid id;

			if (store && uuid_parse(store, &id) &&
				uuid_cmp(&id, &own) == 0)
				share_away_write(place_file(p, names[i]),
					json_str(j, "away"));
		}
	}
}

/* ---- one store ---- */

static const char *share_order(const struct uuid *store,
	const struct seal_key *own, const char *away, struct arena *mem)
{
	const char *text = own ? base64url_format(own->b, SEAL_KEY, mem) : NULL;
	char id[UUID_TEXT];
	json_t *j = json_keep(
		json_pack("{s:s, s:s*, s:s*}", "store", uuid_format(store, id),
			"share", text, "away", away),
		mem);
	const char *body = json_canonical(j, mem);

	orders_wipe_text(text);
	orders_wipe_text(json_str(j, "share"));
	return body;
}

static bool exchange_share(struct transport *t, const char *token,
	const struct uuid *store, const struct seal_key *own, const char **away,
	struct arena *mem, struct seal_key *out, struct err *e)
{
	const char *body = share_order(store, own, *away, mem), *text;
	json_t *j = courier_ask(t, "/v1/shares", token, body, mem, e);
	unsigned char *raw;
	size_t n = 0;
	bool ok;

	orders_wipe_text(body);
	if (!j)
		return false;
	text = json_str(j, "share");
	raw = text ? base64url_parse(text, &n, mem) : NULL;
	ok = raw && n == SEAL_KEY;
	if (ok)
		memcpy(out->b, raw, SEAL_KEY);
	if (raw)
		seal_wipe(raw, n);
	orders_wipe_text(text);
	*away = json_str(j, "away");
	return ok || err_set(e, ERR_VOID_PAGE, "no share came");
}

bool orders_fetch_share(const struct station_dir *p, const char *store,
	struct transport *t, const char *token, struct err *e)
{
	const char *path = place_file(p, store);
	const char *away = share_away_read(path, p->mem);
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
	ok = exchange_share(t, token, &id, NULL, &away, p->mem, &share, e) &&
	     share_write(path, &share, e);
	seal_wipe(&share, sizeof(share));
	return ok;
}

bool orders_leave_share(
	struct store *s, const char *path, struct transport *t, struct err *e)
{
	const char *away = NULL;
	struct seal_key own, share;
	struct arena *mem;
	bool ok;

	if (store_is_shared(s))
		return true;
	mem = arena_new();
	if (!share_read(path, &own))
		own = seal_key_new();
	ok = exchange_share(t, arena_strdup(mem, store_text(s, "token")),
		     store_id(s), &own, &away, mem, &share, e) &&
	     share_write(path, &share, e) && store_cover(s, &share, e);
	if (ok)
		share_away_write(path, away);
	seal_wipe(&own, sizeof(own));
	seal_wipe(&share, sizeof(share));
	arena_free(mem);
	return ok;
}
