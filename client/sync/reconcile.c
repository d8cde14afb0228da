/*
 * reconcile.c - a store that has become another replica compares before
 * anything comes.
 *
 * The copy here may be newer than the centre, which was restored from a backup.
 * So, after the own work went out, the digests of all units are compared: equal
 * ones count as held and are not sent again. Of the others, whatever the centre
 * has in no version is offered to it, and only when it has acknowledged all of
 * that may pages replace or purge what is here. Where this stands is in the
 * store's state, `again`:
 *
 *   {}                                     compare
 *   {"todo":[unit…],"want":[rec…],"n":k}   offer; n of the list in hand are in
 *                                          the request that is pending
 *
 * and in `anew`, until the feed has come to its end: the units that differed,
 * where the centre's version stands even when it is an older one.
 */
#include "client/sync/engine_in.h"

#include <string.h>

#define HAVE_MOST  2000
#define LINES_MOST 200

bool again_is_due(const struct store *s)
{
	return store_get(s, "again") != NULL;
}

void again_begin(struct store *s)
{
	store_set(s, "again", store_unit_count(s) ? json_object() : NULL);
}

static json_t *state_of(const struct engine *g)
{
	return json_deep_copy((json_t *)(uintptr_t)store_get(g->s, "again"));
}

bool again_is_anew(const struct store *s, const struct uuid *unit)
{
	const json_t *list = store_get(s, "anew");
	char id[UUID_TEXT];

	uuid_format(unit, id);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *one = json_string_value(json_array_get(list, i));

		if (one && strcmp(one, id) == 0)
			return true;
	}
	return false;
}

/* ---- comparing ---- */

static bool plan_compare(struct engine *g, struct err *e)
{
	struct buf body;
	bool ok;

	buf_init(&body, PAGE_CAP);
	buf_text(&body, "{\"reconcile\":true,\"units\":[");
	digest_units(g, &body);
	buf_text(&body, "]}");
	ok = store_begin(g->s, e) &&
	     engine_pend(g, CALL_AGAIN, "/v1/digest", body.p, e);
	buf_free(&body);
	return ok;
}

/* Appends the ids of units that are here. */
static void add_held(const struct engine *g, json_t *todo, const json_t *ids)
{
	for (size_t i = 0; i < json_array_size(ids); i++) {
		json_t *text = json_array_get(ids, i);
		struct uuid id;

		if (json_is_string(text) &&
			uuid_parse(json_string_value(text), &id) &&
			store_unit(g->s, &id))
			json_array_append(todo, text);
	}
}

static void set_since(struct engine *g, const char *next)
{
	json_t *position = json_deep_copy(
		(json_t *)(uintptr_t)store_get(g->s, "position"));

	/* A centre that does not know of this sends everything anew. */
	if (next)
		json_object_set_new(position, "since", json_string(next));
	store_set(g->s, "position", position);
}

bool again_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	json_t *j = engine_json(a, mem, e), *todo;
	const json_t *extra = json_object_get(j, "extra");

	if (!j)
		return false;
	if (!json_is_array(json_object_get(j, "differ")) ||
		!json_is_array(extra))
		return err_set(e, ERR_VOID_PAGE, "no comparison");
	if (!engine_answered(g, a, e))
		return false;
	todo = json_array();
	add_held(g, todo, json_object_get(j, "differ"));
	add_held(g, todo, extra);
	set_since(g, json_str(j, "next"));
	store_set(g->s, "anew", json_deep_copy(todo));
	store_set(g->s, "again",
		json_pack("{s:o, s:[], s:i}", "todo", todo, "want", "n", 0));
	if (!pull_unlisted(g, extra, e)) {
		store_rollback(g->s);
		return false;
	}
	return engine_settle(g, e);
}

/* ---- offering ---- */

/* The records of the first units, as pairs of record and hash. */
static size_t write_have(
	const struct engine *g, const json_t *todo, struct buf *body)
{
	size_t units = 0, n = 0;

	buf_text(body, "{\"have\":[");
	for (; units < json_array_size(todo) && n < HAVE_MOST; units++) {
		const char *text =
			json_string_value(json_array_get(todo, units));
		const struct unit *u;
		struct uuid id;

		if (!text || !uuid_parse(text, &id) ||
			!(u = store_unit(g->s, &id)))
			continue;
		for (size_t i = 0; i < u->n; i++, n++) {
			char rec[UUID_TEXT], hex[SHA256_HEX];

			buf_printf(body, "%s[\"%s\",\"%s\"]", n ? "," : "",
				uuid_format(&u->records[i].id, rec),
				hex_format(
					u->records[i].sha.b, SHA256_LEN, hex));
		}
	}
	buf_text(body, "]}");
	return units;
}

/* A record that is no longer here has nothing to offer. */
static bool write_line(struct engine *g, const char *text, size_t n,
	struct buf *body, struct err *e)
{
	struct arena *mem;
	const struct unit *u;
	const struct held *h;
	struct record r;
	struct uuid id;
	struct buf line;
	bool ok;

	if (!text || !uuid_parse(text, &id) || !(h = store_held(g->s, &id, &u)))
		return true;
	mem = arena_new();
	ok = store_read(g->s, u, h, mem, &r, e);
	if (ok) {
		buf_init(&line, PAGE_CAP);
		record_line(&r, &line);
		if (n)
			buf_char(body, ',');
		buf_json(body, line.p, line.n);
		buf_free(&line);
	}
	arena_free(mem);
	return ok;
}

static bool write_lines(struct engine *g, const json_t *want, struct buf *body,
	size_t *n, struct err *e)
{
	const char *start = "{\"records\":[";
	size_t empty = strlen(start);

	buf_text(body, start);
	for (*n = 0; *n < json_array_size(want) && *n < LINES_MOST; (*n)++) {
		size_t before = body->n;

		if (!write_line(g, json_string_value(json_array_get(want, *n)),
			    before > empty, body, e))
			return false;
		if (body->n < PUSH_BYTES || before == empty)
			continue;
		body->n = before;
		break;
	}
	buf_text(body, "]}");
	return true;
}

static bool plan_offer(struct engine *g, json_t *again, struct err *e)
{
	const json_t *want = json_object_get(again, "want");
	struct buf body;
	size_t n = 0;
	bool ok = true;

	buf_init(&body, PAGE_CAP);
	if (json_array_size(want))
		ok = write_lines(g, want, &body, &n, e);
	else
		n = write_have(g, json_object_get(again, "todo"), &body);
	json_object_set_new(again, "n", json_integer((json_int_t)n));
	ok = ok && store_begin(g->s, e);
	if (ok) {
		store_set(g->s, "again", json_incref(again));
		ok = engine_pend(g, CALL_SALVAGE, "/v1/salvage", body.p, e);
	}
	buf_free(&body);
	return ok;
}

static void drop_first(json_t *list, int64_t n)
{
	while (n-- > 0 && json_array_size(list))
		json_array_remove(list, 0);
}

/* What the centre wants comes before the next question. */
static bool take_answer(struct engine *g, json_t *again, const json_t *j)
{
	json_t *todo = json_object_get(again, "todo");
	json_t *want = json_object_get(again, "want");
	const json_t *wants = json_object_get(j, "want");
	int64_t n = json_int(again, "n", 0);

	if (json_array_size(want)) {
		if (!json_is_integer(json_object_get(j, "parked")))
			return false;
		g->report->salvaged += json_int(j, "parked", 0);
		drop_first(want, n);
		return true;
	}
	if (!json_is_array(wants))
		return false;
	for (size_t i = 0; i < json_array_size(wants); i++)
		json_array_append(want, json_array_get(wants, i));
	drop_first(todo, n);
	return true;
}

bool salvage_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	json_t *j = engine_json(a, mem, e), *again;

	if (!j)
		return false;
	again = state_of(g);
	if (!take_answer(g, again, j)) {
		json_decref(again);
		return err_set(e, ERR_VOID_PAGE, "no answer to an offer");
	}
	if (!engine_answered(g, a, e)) {
		json_decref(again);
		return false;
	}
	store_set(g->s, "again", again);
	return engine_settle(g, e);
}

/* ---- the order of it ---- */

static bool finish(struct engine *g, struct err *e)
{
	if (!store_begin(g->s, e))
		return false;
	store_set(g->s, "again", NULL);
	return store_commit(g->s, e);
}

bool again_plan(struct engine *g, bool *planned, struct err *e)
{
	json_t *again;
	bool ok;

	*planned = again_is_due(g->s);
	if (!*planned)
		return true;
	/* What is acknowledged nowhere yet must not be compared, and what was
	 * not taken now is not taken from others either. */
	if (g->held) {
		*e = g->refused;
		return false;
	}
	again = state_of(g);
	if (!json_object_get(again, "todo"))
		ok = plan_compare(g, e);
	else if (json_array_size(json_object_get(again, "todo")) ||
		 json_array_size(json_object_get(again, "want")))
		ok = plan_offer(g, again, e);
	else {
		*planned = false;
		ok = finish(g, e);
	}
	json_decref(again);
	return ok;
}

/* A centre of an older release takes no offers. */
bool again_refused(struct engine *g, const struct reply *a,
	const struct err *why, struct err *e)
{
	if (why->code != ERR_NOT_FOUND && why->code != ERR_BAD_METHOD) {
		*e = *why;
		return false;
	}
	return engine_answered(g, a, e) && store_commit(g->s, e) &&
	       finish(g, e);
}
