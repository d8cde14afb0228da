/*
 * receipts.c - what the centre is told about units: stored, purged, damaged,
 * not known to be here.
 */
#include "client/sync/engine_in.h"

#include <string.h>

static json_t *id_json(const struct uuid *id)
{
	char text[UUID_TEXT];

	return json_string(uuid_format(id, text));
}

bool receipts_plan(struct engine *g, bool *planned, struct err *e)
{
	struct arena *mem = arena_new();
	json_t *all = store_receipts(g->s, mem);
	bool ok = true;

	*planned = json_array_size(all) > 0;
	while (json_array_size(all) > RECEIPTS)
		json_array_remove(all, json_array_size(all) - 1);
	if (*planned) {
		const char *body = arena_printf(
			mem, "{\"receipts\":%s}", json_canonical(all, mem));

		ok = store_begin(g->s, e) &&
		     engine_pend(g, CALL_RECEIPTS, "/v1/receipts", body, e);
	}
	arena_free(mem);
	return ok;
}

bool receipts_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	const char *body = json_str(store_get(g->s, "pending"), "body");
	json_t *sent, *j = engine_json(a, mem, e);

	if (!j)
		return false;
	if (!json_is_integer(json_object_get(j, "accepted")))
		return err_set(e, ERR_VOID_PAGE, "no receipt of receipts");
	sent = json_read(body, strlen(body), &json_limits_own, mem, e);
	if (!sent || !engine_answered(g, a, e))
		return false;
	if (!store_receipts_drop(g->s, json_object_get(sent, "receipts"), e)) {
		store_rollback(g->s);
		return false;
	}
	return engine_settle(g, e);
}

bool receipts_add(struct engine *g, const char *kind, const struct uuid *unit,
	int64_t gen, struct err *e)
{
	return store_receipt_add(g->s,
		json_pack("{s:s, s:o, s:I}", "kind", kind, "unit",
			id_json(unit), "gen", (json_int_t)gen),
		e);
}
