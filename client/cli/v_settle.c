/*
 * v_settle.c - casebridge settle: a person decides.
 *
 * For a conflict: the value that lost, the one that stands, or a third. For a
 * change that was not taken: submit it again (corrected, if need be) or let it
 * go. Either way it is one change in the outbox, and history keeps both values.
 */
#include "client/cli/disputes.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

enum choice { MINE, THEIRS, OTHER };

static enum choice choice_of(const struct cli *c)
{
	if (c->args == 2 && strcmp(c->arg[1], "mine") == 0)
		return MINE;
	if (c->args == 2 && strcmp(c->arg[1], "theirs") == 0)
		return THEIRS;
	return OTHER;
}

/* ---- a conflict ---- */

static bool in_conflict(const json_t *fields, const char *name)
{
	for (size_t i = 0; i < json_array_size(fields); i++)
		if (strcmp(json_string_value(json_array_get(fields, i)),
			    name) == 0)
			return true;
	return false;
}

static const char *field_list(struct cli *c, const json_t *fields)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(fields); i++)
		out = arena_printf(c->mem, "%s%s%s=…", out, i ? " " : "",
			json_string_value(json_array_get(fields, i)));
	return out;
}

/* Typed values over what stands; only fields of the conflict. */
static bool typed_value(
	struct desk *d, const json_t *body, json_t *value, struct err *e)
{
	const char *name = json_str(body, "record_type"), *key;
	const struct rtype *t =
		name ? catalogue_type(d->catalogue, name) : NULL;
	const json_t *fields = json_object_get(body, "fields");
	json_t *set = json_keep(json_object(), d->c->mem);
	json_t *unset = json_keep(json_array(), d->c->mem), *v;

	if (!t)
		return err_field(e, ERR_UNKNOWN_TYPE, name ? name : "-", "-");
	if (!value_assignments(d, t, 1, set, unset, e))
		return false;
	for (size_t i = 0; i < json_array_size(unset); i++)
		json_object_set_new(set,
			json_string_value(json_array_get(unset, i)),
			json_null());
	json_object_foreach(set, key, v)
	{
		if (!in_conflict(fields, key))
			return err_field(e, ERR_BAD_INPUT, key, "%s",
				field_list(d->c, fields));
		json_object_set(value, key, v);
	}
	return true;
}

/* Every field of the conflict, null where it is to be empty. */
static bool chosen_value(
	struct desk *d, const struct seen *r, json_t **out, struct err *e)
{
	const json_t *fields = json_object_get(r->body, "fields");
	const json_t *mine = json_object_get(r->body, "mine");
	json_t *value;

	if (!outbox_standing(desk_view(d), r->body, d->c->mem, &value, e))
		return false;
	*out = value;
	if (choice_of(d->c) == THEIRS)
		return true;
	if (choice_of(d->c) == OTHER)
		return typed_value(d, r->body, value, e);
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		json_t *v = json_object_get(mine, name);

		json_object_set_new(
			value, name, v ? json_incref(v) : json_null());
	}
	return true;
}

static bool said(
	struct desk *d, const struct uuid *id, enum text_id t, struct err *e)
{
	char text[UUID_TEXT];

	if (!store_commit(d->s, e))
		return false;
	if (d->c->json)
		out_json(d->c, json_pack("{s:s, s:b, s:I}", "id",
				       uuid_format(id, text), "saved", 1,
				       "waiting", (json_int_t)desk_waiting(d)));
	else
		out_line(d->c, text_raw(d->c->lang, t));
	return true;
}

/* What will stand, in the words of the list. */
static void say_value(struct desk *d, const struct seen *r, const json_t *value)
{
	const char *name = json_str(r->body, "record_type");
	const char *record = json_str(r->body, "record");
	struct err ignored;
	struct seen about;
	struct uuid id;
	bool is_signed =
		record && uuid_parse(record, &id) &&
		view_record(desk_view(d), &id, d->c->mem, &about, &ignored) &&
		about.r.state == STATE_SIGNED;

	if (!d->c->json)
		out_line(d->c,
			text_of(d->c,
				is_signed && choice_of(d->c) != THEIRS
					? T_CF_WILL_ADD
					: T_CF_WILL_STAND,
				dispute_values(d,
					name ? catalogue_type(
						       d->catalogue, name)
					     : NULL,
					json_object_get(r->body, "fields"),
					value),
				NULL));
}

static bool settle_conflict(
	struct desk *d, const struct uuid *id, struct err *e)
{
	struct seen r;
	json_t *value;

	if (!view_record(desk_view(d), id, d->c->mem, &r, e))
		return false;
	if (strcmp(r.type, "conflict") != 0)
		return err_field(
			e, ERR_BAD_INPUT, d->c->arg[0], "casebridge conflicts");
	if (!chosen_value(d, &r, &value, e) || !store_begin(d->s, e))
		return false;
	if (!outbox_resolve(desk_view(d), id, value, d->c->option[O_NOTE], e)) {
		store_rollback(d->s);
		return false;
	}
	say_value(d, &r, value);
	return said(d, id, T_SETTLED, e);
}

/* ---- a change that was not taken ---- */

/* A choice that came too late, corrected: over what stands now. */
static bool choose_again(struct desk *d, const struct work *w, struct err *e)
{
	const char *note =
		json_str(json_object_get(work_change(w), "set"), "note");
	struct seen k;
	json_t *value;

	return view_record(desk_view(d), &w->rec, d->c->mem, &k, e) &&
	       outbox_standing(desk_view(d), k.body, d->c->mem, &value, e) &&
	       typed_value(d, k.body, value, e) &&
	       outbox_insist(desk_view(d), &w->rec, value, note, e) &&
	       store_work_drop(d->s, w, e);
}

static bool submit_again(struct desk *d, const struct work *w, struct err *e)
{
	const char *type = json_str(work_change(w), "type");
	const char *op = json_str(work_change(w), "op");
	const struct rtype *t =
		type ? catalogue_type(d->catalogue, type) : NULL;
	json_t *instead = json_keep(json_object(), d->c->mem);

	if (choice_of(d->c) == OTHER && op && strcmp(op, "resolve") == 0)
		return choose_again(d, w, e);
	if (choice_of(d->c) == OTHER &&
		(!t ? !cli_usage(e, "settle", "mine, theirs")
		    : !value_assignments(d, t, 1, instead, NULL, e)))
		return false;
	return outbox_retry(desk_view(d), w, instead, e);
}

static bool settle_parked(struct desk *d, const struct work *w, struct err *e)
{
	struct uuid id = w->id;
	bool drop = choice_of(d->c) == THEIRS, ok;

	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	ok = drop ? store_work_drop(d->s, w, e) : submit_again(d, w, e);
	if (ok)
		return said(d, &id, drop ? T_LET_GO : T_SUBMITTED, e);
	store_rollback(d->s);
	return false;
}

bool verb_settle(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	const struct work *w;
	struct uuid id;

	if (!d)
		return false;
	w = pick_work(d, c->arg[0]);
	if (w && w->state == WORK_PARKED)
		return settle_parked(d, w, e);
	return pick_record(d, c->arg[0], c->arg[0], &id, e) &&
	       settle_conflict(d, &id, e);
}
