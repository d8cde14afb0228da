/*
 * v_edit.c - casebridge edit, sign, retract: changing a record that is there.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

static bool find(
	struct cli *c, struct desk **d, struct seen *now, struct err *e)
{
	struct uuid id;

	*d = desk_open(c, true, e);
	return *d && pick_record(*d, c->arg[0], c->arg[0], &id, e) &&
	       view_record(desk_view(*d), &id, c->mem, now, e);
}

/* Before and after, so that a slip is seen at once. */
static void print_change(struct desk *d, const struct seen *now,
	const json_t *set, const json_t *unset)
{
	for (size_t i = 0; i < now->r.type->field_count; i++) {
		const struct field *f = &now->r.type->fields[i];
		const json_t *v = json_object_get(set, f->name);
		bool touched = v != NULL;

		for (size_t k = 0; k < json_array_size(unset); k++)
			touched |= strcmp(json_string_value(
						  json_array_get(unset, k)),
					   f->name) == 0;
		if (touched)
			out_line(d->c,
				out_plain(d->c,
					text_of(d->c, T_CHANGED_LINE,
						value_label(
							d->c, now->r.type, f),
						value_show(d, f,
							json_object_get(
								now->body,
								f->name)),
						value_show(d, f, v), NULL),
					0));
	}
}

static bool unchanged(struct cli *c, const struct uuid *rec)
{
	char id[UUID_TEXT];

	if (c->json)
		out_json(c, json_pack("{s:s, s:b}", "id", uuid_format(rec, id),
				    "saved", 0));
	else
		out_line(c, text_raw(c->lang, T_UNCHANGED));
	return true;
}

/* To a signed record is only added, and why is said. */
static bool write_edit(struct desk *d, const struct seen *now, json_t *set,
	json_t *unset, bool *changed, struct err *e)
{
	const char *reason = d->c->option[O_REASON];

	*changed = true;
	return reason ? outbox_addition(
				desk_view(d), &now->r.id, set, reason, e)
		      : outbox_patch(desk_view(d), &now->r.id, set, unset,
				changed, e);
}

bool verb_edit(struct cli *c, struct err *e)
{
	json_t *set = json_keep(json_object(), c->mem);
	json_t *unset = json_keep(json_array(), c->mem);
	bool changed = false;
	struct desk *d;
	struct seen now;

	if (!find(c, &d, &now, e))
		return false;
	if (!now.r.type)
		return err_field(e, ERR_UNKNOWN_TYPE, now.type, "-");
	if (!value_file(d, set, e) ||
		!value_assignments(d, now.r.type, 1, set, unset, e))
		return false;
	if (!json_object_size(set) && !json_array_size(unset))
		return cli_usage(e, "edit", "field=value");
	if (!store_begin(d->s, e))
		return false;
	if (!write_edit(d, &now, set, unset, &changed, e)) {
		store_rollback(d->s);
		return false;
	}
	if (!changed) {
		store_rollback(d->s);
		return unchanged(c, &now.r.id);
	}
	if (!c->json)
		print_change(d, &now, set, unset);
	return desk_saved(d, &now.r.id, e);
}

bool verb_sign(struct cli *c, struct err *e)
{
	struct desk *d;
	struct seen now;

	if (!find(c, &d, &now, e) || !store_begin(d->s, e))
		return false;
	if (outbox_sign(desk_view(d), &now.r.id, e))
		return desk_saved(d, &now.r.id, e);
	store_rollback(d->s);
	return false;
}

bool verb_retract(struct cli *c, struct err *e)
{
	struct desk *d;
	struct seen now;

	if (!cli_need(c, O_REASON, e) || !find(c, &d, &now, e) ||
		!store_begin(d->s, e))
		return false;
	if (outbox_retract(desk_view(d), &now.r.id, c->option[O_REASON], e))
		return desk_saved(d, &now.r.id, e);
	store_rollback(d->s);
	return false;
}
