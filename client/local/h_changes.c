/*
 * h_changes.c - POST /v1/changes at a station: what a page made goes into the
 * outbox. The answer has no csn: it is only here until a round brought it to
 * the centre. What the centre would not take is not kept; it is told at once.
 * What is kept is on the disk before it is said, and the draft it was made of
 * goes in the same transaction: a page closed in that moment comes back to the
 * one or to the other, never to both.
 */
#include "client/local/local_in.h"

#include "client/store/outbox.h"
#include "proto/change.h"

#include <string.h>

#define REPLY_MAX ((size_t)4 << 20)

static void judge(struct local *l, struct ask *a, const struct change *c,
	struct change_result *out)
{
	bool added;

	memset(out, 0, sizeof(*out));
	out->id = c->id;
	out->rec = c->rec;
	out->status = CHANGE_REFUSED;
	if (outbox_take(local_view(l, a), c, &added, &out->why))
		out->status = added ? CHANGE_APPLIED : CHANGE_NOTED;
}

static bool is_group(const struct change *c, size_t i, size_t n)
{
	return i + 1 < n && !uuid_is_nil(&c[i].tx) &&
	       uuid_cmp(&c[i].tx, &c[i + 1].tx) == 0;
}

/* What was added of a group that cannot be whole goes again. (A transaction is
 * not rolled back for it: the store would have to be opened anew.) */
static bool take_back(struct local *l, const struct change *c,
	struct change_result *out, size_t n, size_t wrong, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct work *w = store_work(l->s, &c[i].id);

		if (i < wrong && out[i].status == CHANGE_APPLIED && w &&
			!store_work_drop(l->s, w, e))
			return false;
		if (i == wrong)
			continue;
		memset(&out[i], 0, sizeof(out[i]));
		out[i].id = c[i].id;
		out[i].rec = c[i].rec;
		out[i].status = CHANGE_REFUSED;
		err_set(&out[i].why, ERR_TX_FAILED, "of its group");
	}
	return true;
}

/* What pages kept that these changes were made of: `drop` has it by their ids.
 */
static bool drop_kept(struct local *l, const struct change *c, size_t n,
	const json_t *drop, struct err *e)
{
	char id[UUID_TEXT];

	for (size_t i = 0; i < n; i++)
		if (!local_kept_drop(l,
			    json_object_get(drop, uuid_format(&c[i].id, id)),
			    e))
			return false;
	return true;
}

/* One change, or those of one group: all of them or none. */
static bool take_group(struct local *l, struct ask *a, const struct change *c,
	struct change_result *out, size_t n, const json_t *drop, struct err *e)
{
	size_t wrong = n;

	if (!store_begin(l->s, e))
		return false;
	for (size_t i = 0; i < n && wrong == n; i++) {
		judge(l, a, &c[i], &out[i]);
		if (out[i].status == CHANGE_REFUSED)
			wrong = i;
	}
	if (wrong < n ? !take_back(l, c, out, n, wrong, e)
		      : !drop_kept(l, c, n, drop, e)) {
		store_rollback(l->s);
		return false;
	}
	return store_commit(l->s, e);
}

static bool reply(struct ask *a, const struct change_result *results, size_t n)
{
	struct buf b;

	buf_init(&b, REPLY_MAX);
	buf_text(&b, "{\"head\":\"\",\"results\":[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&b, ',');
		change_result_json(&results[i], &b);
	}
	buf_text(&b, "],\"kept\":true}");
	ask_reply(a, 200, "application/json", arena_strndup(a->mem, b.p, b.n),
		b.n);
	buf_free(&b);
	return true;
}

/* {"<id of a change>":[key…]}, taken out of the body: the rest is as the centre
 * takes it. */
static bool read_drop(struct ask *a, json_t **out, struct err *e)
{
	json_t *keys, *key;
	const char *id;
	size_t i;

	*out = json_keep(json_incref(json_object_get(a->json, "drop")), a->mem);
	json_object_del(a->json, "drop");
	if (*out && !json_is_object(*out))
		return err_field(e, ERR_BAD_INPUT, "drop", "{\"id\":[…]}");
	json_object_foreach(*out, id, keys)
	{
		json_array_foreach(keys, i, key)
		{
			if (!json_is_string(key))
				return err_field(
					e, ERR_BAD_INPUT, "drop", "[key…]");
		}
	}
	return true;
}

bool local_changes(struct local *l, struct ask *a, struct err *e)
{
	struct change_result *results;
	struct change *c;
	size_t n, at = 0;
	json_t *drop;

	if (!read_drop(a, &drop, e))
		return false;
	if (!change_batch_decode(
		    store_catalogue(l->s), a->json, a->mem, &c, &n, e))
		return false;
	results = ARENA_ARRAY(a->mem, struct change_result, n + 1);
	while (at < n) {
		size_t end = at;

		while (is_group(c, end, n))
			end++;
		if (!take_group(
			    l, a, c + at, results + at, end + 1 - at, drop, e))
			return false;
		at = end + 1;
	}
	round_soon(l);
	return reply(a, results, n);
}
