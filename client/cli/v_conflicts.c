/*
 * v_conflicts.c - casebridge conflicts: what waits for a person to decide.
 *
 * Two kinds: values that lost a merge (records of type conflict, shared with
 * everybody who sees the case), and own changes the centre could not take and
 * keeps in its review queue.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

/* The values of a conflict's fields, for people. */
static const char *values(struct desk *d, const struct rtype *t,
	const json_t *body, const char *side)
{
	const json_t *fields = json_object_get(body, "fields");
	const json_t *from = json_object_get(body, side);
	const char *out = "";

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		const struct field *f = t && name ? rtype_field(t, name) : NULL;

		if (f)
			out = arena_printf(d->c->mem, "%s%s%s=%s", out,
				out[0] ? "  " : "", name,
				value_show(d, f, json_object_get(from, name)));
	}
	return out;
}

static const char *who(struct desk *d, const json_t *body, const char *key)
{
	const char *text = json_str(body, key);
	struct uuid id;

	return text && uuid_parse(text, &id) ? pick_name(d, &id) : "";
}

static const char *number_of_case(struct desk *d, const struct uuid *id)
{
	return uuid_is_nil(id) ? "" : pick_name(d, id);
}

static void add_row(struct desk *d, struct table *t, const struct seen *r)
{
	const char *name = json_str(r->body, "record_type");
	const struct rtype *about =
		name ? catalogue_type(d->catalogue, name) : NULL;

	table_add(t, pick_short(d, &r->r.id));
	table_add(t, number_of_case(d, &r->r.case_id));
	table_add(t, about ? type_label(d->c, about) : name);
	table_add(t, arena_printf(d->c->mem, "%s (%s)",
			     values(d, about, r->body, "mine"),
			     who(d, r->body, "mine_by")));
	table_add(t, arena_printf(d->c->mem, "%s (%s)",
			     values(d, about, r->body, "theirs"),
			     who(d, r->body, "theirs_by")));
}

static json_t *conflict_json(const struct seen *r)
{
	char id[UUID_TEXT], of[UUID_TEXT];

	return json_pack("{s:s, s:s, s:o, s:O}", "kind", "conflict", "id",
		uuid_format(&r->r.id, id), "case",
		uuid_is_nil(&r->r.case_id)
			? json_null()
			: json_string(uuid_format(&r->r.case_id, of)),
		"body", r->body);
}

/* Open conflicts, each given to `fn`. */
static bool each_open(struct desk *d,
	void (*fn)(struct desk *d, void *to, const struct seen *r), void *to,
	struct err *e)
{
	for (size_t i = 0; i < store_unit_count(d->s); i++) {
		const struct unit *u = store_unit_at(d->s, i);

		for (size_t k = 0; k < u->n; k++) {
			struct seen r;

			if (strcmp(u->records[k].type, "conflict") != 0)
				continue;
			if (!view_record(desk_view(d), &u->records[k].id,
				    d->c->mem, &r, e))
				return false;
			if (!json_flag(r.body, "settled"))
				fn(d, to, &r);
		}
	}
	return true;
}

static void to_table(struct desk *d, void *to, const struct seen *r)
{
	add_row(d, to, r);
}

static void to_json(struct desk *d, void *to, const struct seen *r)
{
	(void)d;
	json_array_append_new(to, conflict_json(r));
}

/* ---- what was not taken ---- */

static void add_parked(struct desk *d, struct table *t, const struct work *w)
{
	const char *type = json_str(work_change(w), "type");
	const struct rtype *r =
		type ? catalogue_type(d->catalogue, type) : NULL;
	char id[UUID_TEXT];

	table_add(t, arena_printf(d->c->mem, "%.18s", uuid_format(&w->id, id)));
	table_add(t, r ? type_label(d->c, r) : type);
	table_add(t, json_str(work_change(w), "op"));
	table_add(t, out_why(d->c, work_result(w)));
}

static void print_parked(struct desk *d)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_TYPE, T_C_KIND, T_C_WHY, T_COUNT};
	struct table *t = table_new(d->c, heads);
	size_t n = 0;

	for (size_t i = 0; i < store_work_count(d->s); i++)
		if (store_work_at(d->s, i)->state == WORK_PARKED) {
			add_parked(d, t, store_work_at(d->s, i));
			n++;
		}
	if (!n)
		return;
	out_line(d->c, "");
	out_line(d->c, text_raw(d->c->lang, T_ST_PARKED));
	table_print(t);
}

static void parked_json(struct desk *d, json_t *out)
{
	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);
		char id[UUID_TEXT];

		if (w->state == WORK_PARKED)
			json_array_append_new(out,
				json_pack("{s:s, s:s, s:O, s:O*}", "kind",
					"parked", "id", uuid_format(&w->id, id),
					"change", work_change(w), "result",
					work_result(w)));
	}
}

bool verb_conflicts(struct cli *c, struct err *e)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_CASE, T_C_TYPE, T_C_MINE, T_C_THEIRS, T_COUNT};
	struct desk *d = desk_open(c, true, e);
	struct table *t;
	json_t *out;

	if (!d)
		return false;
	if (c->json) {
		out = json_array();
		if (!each_open(d, to_json, out, e)) {
			json_decref(out);
			return false;
		}
		parked_json(d, out);
		out_json(c, out);
		return true;
	}
	t = table_new(c, heads);
	if (!each_open(d, to_table, t, e))
		return false;
	table_print(t);
	print_parked(d);
	return true;
}
