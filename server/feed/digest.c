/*
 * digest.c - POST /v1/digest: which of the units a station holds differ from
 * ours; and after a restore, of which nothing needs to be sent again.
 */
#include "server/feed/feed.h"

#include "proto/base/hash.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/feed/token.h"

#include <stdlib.h>
#include <string.h>

struct held {
	struct uuid unit;
	struct sha256 digest;
	bool seen;
};

static int by_unit(const void *a, const void *b)
{
	return uuid_cmp(&((const struct held *)a)->unit,
		&((const struct held *)b)->unit);
}

static bool read_held(
	struct req *r, struct held **out, size_t *n, struct err *e)
{
	const json_t *list = json_object_get(r->json, "units");

	*n = json_array_size(list);
	if (!json_is_array(list) || *n > LIMIT_DIGEST_UNITS)
		return err_field(e, ERR_BAD_REQUEST, "units",
			"0-%d [unit, hex]", LIMIT_DIGEST_UNITS);
	*out = ARENA_ARRAY(r->mem, struct held, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *unit = json_string_value(json_array_get(pair, 0));
		const char *hex = json_string_value(json_array_get(pair, 1));

		if (!unit || !hex || !uuid_parse(unit, &(*out)[i].unit) ||
			!hex_parse(hex, (*out)[i].digest.b, SHA256_LEN))
			return err_field(e, ERR_BAD_REQUEST, "units",
				"[[unit, hex], …]");
	}
	if (*n)
		qsort(*out, *n, sizeof(**out), by_unit);
	return true;
}

static void add_id(json_t *list, const struct uuid *id)
{
	char text[UUID_TEXT];

	json_array_append_new(list, json_string(uuid_format(id, text)));
}

/* What came of comparing. */
struct verdict {
	json_t *differ, *missing, *extra;
	struct uuid *equal,
		*rest; /* rest: held, and not equal or not reached */
	size_t equals, rests;
};

static void compare(struct verdict *v, const struct db_rows *rows,
	struct held *held, size_t n)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct held key = {.unit = db_get_uuid(rows, i, "unit_id")};
		struct str d = db_get_bytes(rows, i, "digest");
		struct held *h =
			n ? bsearch(&key, held, n, sizeof(*held), by_unit)
			  : NULL;

		if (h)
			h->seen = true;
		if (!h)
			add_id(v->missing, &key.unit);
		else if (d.n != SHA256_LEN ||
			 memcmp(h->digest.b, d.p, SHA256_LEN) != 0) {
			add_id(v->differ, &key.unit);
			v->rest[v->rests++] = key.unit;
		} else
			v->equal[v->equals++] = key.unit;
	}
	for (size_t i = 0; i < n; i++)
		if (!held[i].seen) {
			add_id(v->extra, &held[i].unit);
			v->rest[v->rests++] = held[i].unit;
		}
}

static void begin(struct verdict *v, struct arena *mem, size_t n)
{
	memset(v, 0, sizeof(*v));
	v->differ = json_array();
	v->missing = json_array();
	v->extra = json_array();
	v->equal = ARENA_ARRAY(mem, struct uuid, n + 1);
	v->rest = ARENA_ARRAY(mem, struct uuid, n + 1);
}

/* ---- a store that begins anew ---- */

/* The place in the log everything equal was compared at. */
static bool place(struct req *r, const char **next, struct err *e)
{
	struct token t = {0};
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, r->mem);
	if (!db_run(r->db, Q_HEAD, &none, &rows, e))
		return false;
	t.epoch = db_get_int(rows, 0, "epoch");
	t.from = db_get_int(rows, 0, "csn");
	*next = token_write(&t, &r->reader.replica, r->app->token_key, r->mem);
	return true;
}

static bool sweep(struct req *r, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.replica);
	return db_run(r->db, Q_FEED_SWEEP, &a, NULL, e);
}

/* What is equal need not be sent again; anything else the store holds, and what
 * earlier selves of it held, is known from now on. */
static bool take_over(struct req *r, const struct verdict *v, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_units(&a, v->equal, v->equals);
	db_units(&a, v->rest, v->rests);
	return db_run(r->db, Q_FEED_RECONCILED, &a, NULL, e);
}

static bool run(struct req *r, struct held *held, size_t n, bool again,
	json_t **out, struct err *e)
{
	const char *next = NULL;
	struct db_rows *rows;
	struct db_args none;
	struct verdict v;

	db_args_init(&none, r->mem);
	if (!guard_check(r, e) || (again && !sweep(r, e)) ||
		(again && !place(r, &next, e)) ||
		!db_run(r->db, Q_FEED_UNIT_DIGESTS, &none, &rows, e))
		return false;
	begin(&v, r->mem, n + (size_t)db_count(rows));
	compare(&v, rows, held, n);
	*out = json_keep(
		json_pack("{s:o, s:o, s:o, s:s*}", "differ", v.differ,
			"missing", v.missing, "extra", v.extra, "next", next),
		r->mem);
	return !again || take_over(r, &v, e);
}

/*
 * {"units":[[unit,hex],…],"reconcile"?:true} →
 * {"differ":[],"missing":[],"extra":[],"next"?}. All of it in one snapshot:
 * what is committed after it is above `next`.
 */
bool digest_post(struct req *r, struct err *e)
{
	bool again = json_flag(r->json, "reconcile");
	struct held *held = NULL;
	json_t *out;
	size_t n;

	if (!guard_reader(r, e) || !read_held(r, &held, &n, e))
		return false;
	if (again && uuid_is_nil(&r->reader.replica))
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "UUIDv7");
	if (!db_begin(r->db, &r->reader, again, e))
		return false;
	if (!run(r, held, n, again, &out, e) || !db_commit(r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	req_reply_text(r, 200, json_canonical(out, r->mem));
	return true;
}
