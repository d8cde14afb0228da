/*
 * outbox_again.c - changes that were made before they came here: by a page, or
 * by the person once already (see outbox.h).
 */
#include "client/store/outbox_in.h"

#include <string.h>

/* ---- what a page made ---- */

static bool take_create(struct view *v, const struct change *c, struct err *e)
{
	json_t *body = c->set ? json_deep_copy(c->set) : json_object();
	struct uuid rec = c->rec;
	bool ok = outbox_do_create(
		v, c->type, &c->case_id, body, NULL, &rec, c, e);

	json_decref(body);
	return ok;
}

static bool take_patch(struct view *v, const struct change *c,
	const struct seen *now, struct arena *mem, bool *added, struct err *e)
{
	json_t *set = c->set ? json_deep_copy(c->set) : json_object();
	json_t *unset = c->unset ? json_deep_copy(c->unset) : json_array();
	bool ok = outbox_do_patch(v, now, set, unset, NULL, c, mem, added, e);

	json_decref(set);
	json_decref(unset);
	return ok;
}

static bool take_on(struct view *v, const struct change *c, struct arena *mem,
	bool *added, struct err *e)
{
	struct seen now;

	if (!view_record(v, &c->rec, mem, &now, e))
		return false;
	switch (c->op) {
	case OP_PATCH:
		return take_patch(v, c, &now, mem, added, e);
	case OP_SIGN:
		return outbox_do_sign(v, &now, c, e);
	case OP_RETRACT:
		return outbox_do_retract(v, &now, c->reason, c, e);
	case OP_RESOLVE:
		return outbox_do_resolve(v, &now,
			json_object_get(c->set, "value"),
			json_str(c->set, "note"), c, mem, e);
	case OP_CREATE:
		break;
	}
	return false;
}

/* The same page may ask twice: its first answer was lost. */
static bool is_taken(struct view *v, const struct change *c, bool *same)
{
	const struct work *w = store_work(view_store(v), &c->id);

	*same = w && uuid_cmp(&w->rec, &c->rec) == 0 &&
		strcmp(json_str(work_change(w), "op"), op_name(c->op)) == 0;
	return w != NULL;
}

bool outbox_take(
	struct view *v, const struct change *c, bool *added, struct err *e)
{
	struct arena *mem;
	bool same, ok;

	*added = false;
	if (c->refused) {
		*e = c->why;
		return false;
	}
	if (is_taken(v, c, &same))
		return same || err_set(e, ERR_ID_REUSE, "another change");
	*added = true;
	if (c->op == OP_CREATE)
		return take_create(v, c, e);
	mem = arena_new();
	ok = take_on(v, c, mem, added, e);
	arena_free(mem);
	return ok;
}

/* ---- parked changes ---- */

static bool retry_create(
	struct view *v, const struct change *c, json_t *instead, struct err *e)
{
	struct uuid rec = c->rec;
	json_t *body = json_deep_copy(c->set);
	bool ok;

	json_object_update(body, instead);
	ok = outbox_create(v, c->type, &c->case_id, body, NULL, &rec, e);
	json_decref(body);
	return ok;
}

static bool retry_patch(
	struct view *v, const struct change *c, json_t *instead, struct err *e)
{
	json_t *set = c->set ? json_deep_copy(c->set) : json_object();
	json_t *unset = c->unset ? json_deep_copy(c->unset) : json_array();
	bool changed, ok;

	json_object_update(set, instead);
	ok = outbox_patch(v, &c->rec, set, unset, &changed, e);
	json_decref(set);
	json_decref(unset);
	return ok;
}

static bool retry(
	struct view *v, const struct change *c, json_t *instead, struct err *e)
{
	if (!c->type)
		return err_field(e, ERR_UNKNOWN_TYPE, c->type_name, "-");
	switch (c->op) {
	case OP_CREATE:
		return retry_create(v, c, instead, e);
	case OP_PATCH:
		return retry_patch(v, c, instead, e);
	case OP_SIGN:
		return outbox_sign(v, &c->rec, e);
	case OP_RETRACT:
		return outbox_retract(v, &c->rec, c->reason, e);
	case OP_RESOLVE:
		return outbox_insist(v, &c->rec,
			json_object_get(c->set, "value"),
			json_str(c->set, "note"), e);
	}
	return false;
}

bool outbox_retry(struct view *v, const struct work *parked, json_t *instead,
	struct err *e)
{
	struct store *s = view_store(v);
	struct arena *mem = arena_new();
	struct change c;
	bool ok;

	change_decode(store_catalogue(s), work_change(parked), mem, &c);
	ok = retry(v, &c, instead, e) && store_work_drop(s, parked, e);
	arena_free(mem);
	return ok;
}
