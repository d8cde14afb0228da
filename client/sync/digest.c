/*
 * digest.c - digests that differ: which units do, and what is done about each.
 */
#include "client/sync/engine_in.h"

#include <string.h>

void digest_units(struct engine *g, struct buf *out)
{
	for (size_t i = 0; i < store_unit_count(g->s); i++) {
		const struct unit *u = store_unit_at(g->s, i);
		char id[UUID_TEXT], hex[SHA256_HEX];

		buf_printf(out, "%s[\"%s\",\"%s\"]", i ? "," : "",
			uuid_format(&u->id, id),
			hex_format(u->digest.b, SHA256_LEN, hex));
	}
}

bool digest_plan(struct engine *g, struct err *e)
{
	struct buf body;
	bool ok;

	buf_init(&body, PAGE_CAP);
	buf_text(&body, "{\"units\":[");
	digest_units(g, &body);
	buf_text(&body, "]}");
	ok = store_begin(g->s, e) &&
	     engine_pend(g, CALL_DIGEST, "/v1/digest", body.p, e);
	buf_free(&body);
	return ok;
}

/* What the centre is to do about each list of its answer. */
static const struct {
	const char *list;
	const char *receipt;
} remedies[] = {
	{"differ",  "damaged" },
	{"missing", "damaged" },
	{"extra",   "unlisted"},
};

static bool add_remedies(
	struct engine *g, const json_t *ids, const char *receipt, struct err *e)
{
	for (size_t i = 0; i < json_array_size(ids); i++) {
		const char *text = json_string_value(json_array_get(ids, i));
		const struct unit *u;
		struct uuid id;

		if (!text || !uuid_parse(text, &id))
			continue;
		u = store_unit(g->s, &id);
		if (!receipts_add(g, receipt, &id, u ? u->gen : 0, e))
			return false;
	}
	return true;
}

bool pull_unlisted(struct engine *g, const json_t *ids, struct err *e)
{
	return add_remedies(g, ids, "unlisted", e);
}

bool digest_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	json_t *j = engine_json(a, mem, e);

	if (!j)
		return false;
	if (!json_is_array(json_object_get(j, "differ")))
		return err_set(e, ERR_VOID_PAGE, "no comparison");
	if (!engine_answered(g, a, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(remedies); i++)
		if (!add_remedies(g, json_object_get(j, remedies[i].list),
			    remedies[i].receipt, e)) {
			store_rollback(g->s);
			return false;
		}
	g->heals++;
	g->compare = false;
	g->pulled = false;
	return engine_settle(g, e);
}
