/*
 * v_show.c - casebridge show: one record in full, or a case with everything in
 * it. Versions are the centre's to tell, so --history needs a network.
 */
#include "client/cli/amounts.h"
#include "client/cli/copies.h"
#include "client/cli/disputes.h"
#include "client/cli/items.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "client/store/doc.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

/* ---- one record ---- */

static void print_fields(struct desk *d, const struct seen *r)
{
	static const enum text_id heads[] = {
		T_C_FIELD, T_C_LABEL, T_C_VALUE, T_COUNT};
	struct table *t = table_new(d->c, heads);
	const struct rtype *type = r->r.type;

	for (size_t i = 0; type && i < type->field_count; i++) {
		const struct field *f = &type->fields[i];
		const json_t *v = json_object_get(r->body, f->name);

		if (!v)
			continue;
		table_add(t, f->name);
		table_add(t, value_label(d->c, type, f));
		table_add(t, value_show(d, f, v));
	}
	table_print(t);
}

static void print_record(struct desk *d, const struct seen *r)
{
	struct cli *c = d->c;
	char id[UUID_TEXT];

	out_line(c, arena_printf(c->mem, "%s  %s  v%lld  %s",
			    r->r.type ? type_label(c, r->r.type) : r->type,
			    uuid_format(&r->r.id, id), (long long)r->r.ver,
			    item_marks(c, r)));
	out_line(
		c, arena_printf(c->mem, "%s  %s", time_show(c, r->r.entered_at),
			   pick_name(d, &r->r.by)));
	if (r->r.reason)
		out_pair(c, T_C_WHY, out_plain(c, r->r.reason, 0));
	/* A type this program does not know is shown as it came. */
	if (r->r.type) {
		print_fields(d, r);
		addenda_print(d, r);
	} else
		out_line(c, out_plain(c, json_canonical(r->body, c->mem), 0));
}

static json_t *record_json_of(struct desk *d, const struct seen *r)
{
	json_t *j = json_incref(doc_record(r, d->c->mem));

	json_object_set_new(j, "addenda", addenda_json(d, r));
	return j;
}

/* ---- a case ---- */

static bool person_of(struct desk *d, const struct seen *r, struct seen *out)
{
	const char *text = json_str(r->body, "person");
	struct err ignored;
	struct uuid id;

	return text && uuid_parse(text, &id) &&
	       view_record(desk_view(d), &id, d->c->mem, out, &ignored);
}

static bool show_case(struct desk *d, const struct seen *r, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	struct cli *c = d->c;
	struct amounts a;
	struct seen person;
	struct item *items;
	json_t *out;
	size_t n;
	const struct uuid *ids = view_unit(desk_view(d), &r->r.id, c->mem, &n);

	if (c->json) {
		if (!doc_unit(desk_view(d), &r->r.id, &today, c->mem, &out, e))
			return false;
		out_json(c, json_incref(out));
		return true;
	}
	if (!items_read(d, ids, n, &items, e) ||
		!amounts_take(desk_view(d), &r->r.id, &today, c->mem, &a, e))
		return false;
	print_record(d, r);
	if (person_of(d, r, &person)) {
		out_line(c, "");
		print_record(d, &person);
	}
	out_line(c, "");
	items_print(d, items, n);
	if (a.run) /* of a group nothing falls due */
		print_due(d, measure_schedule(a.run),
			json_str(r->body, "programme"));
	print_gaps(d, json_object_get(a.result, "gaps"));
	return true;
}

/* ---- history ---- */

static const char *joined(struct cli *c, const json_t *list)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++)
		out = arena_printf(c->mem, "%s%s%s", out, i ? ", " : "",
			json_string_value(json_array_get(list, i)));
	return out;
}

/* What the changed fields became, in this version. */
static const char *became(
	struct desk *d, const struct rtype *t, const json_t *version)
{
	const json_t *names = json_object_get(version, "changed");
	const json_t *body = json_object_get(version, "body");
	const char *out = "";

	for (size_t i = 0; t && i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		const struct field *f = name ? rtype_field(t, name) : NULL;

		if (f)
			out = arena_printf(d->c->mem, "%s%s%s=%s", out,
				out[0] ? "  " : "", name,
				value_show(d, f, json_object_get(body, name)));
	}
	return out[0] ? out : joined(d->c, names);
}

static void print_history(
	struct desk *d, const struct rtype *t, const json_t *versions)
{
	static const enum text_id heads[] = {T_C_VERSION, T_C_WHEN, T_C_WHO,
		T_C_STATE, T_C_CHANGED, T_COUNT};
	struct table *table = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(versions); i++) {
		const json_t *v = json_array_get(versions, i);
		const char *at = json_str(v, "at"),
			   *by = json_str(v, "by_name");
		enum record_state state = STATE_LIVE;
		int64_t ms = 0;

		if (json_str(v, "state") &&
			!state_from_name(json_str(v, "state"), &state))
			state = STATE_LIVE;
		table_add(table, number_text(d->c, json_int(v, "ver", 0)));
		table_add(table,
			at && time_parse(at, &ms) ? time_show(d->c, ms) : at);
		table_add(table, by);
		table_add(table, item_state(d->c, state));
		table_add(table, became(d, t, v));
	}
	table_print(table);
}

static bool show_history(struct desk *d, const struct seen *r, struct err *e)
{
	char id[UUID_TEXT];
	json_t *j = desk_ask(d,
		arena_printf(d->c->mem, "/v1/records/%s/history",
			uuid_format(&r->r.id, id)),
		e);

	if (!j)
		return false;
	if (d->c->json) {
		out_json(d->c, json_incref(j));
		return true;
	}
	out_line(d->c,
		arena_printf(d->c->mem, "%s  %s",
			r->r.type ? type_label(d->c, r->r.type) : r->type, id));
	print_history(d, r->r.type, json_object_get(j, "versions"));
	return true;
}

/* Which stations hold it; the centre's to tell. */
static bool show_copies(struct desk *d, const struct seen *r, struct err *e)
{
	json_t *copies = copies_ask(d, &r->r.id, e);

	if (!copies)
		return false;
	if (d->c->json) {
		out_json(d->c, json_incref(copies));
		return true;
	}
	out_line(d->c, "");
	copies_print(d, copies);
	return true;
}

bool verb_show(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct uuid id;
	struct seen r;

	if (!d || !pick_record(d, c->arg[0], c->arg[0], &id, e) ||
		!view_record(desk_view(d), &id, c->mem, &r, e))
		return false;
	if (cli_flag(c, O_HISTORY))
		return show_history(d, &r, e);
	if (cli_flag(c, O_COPIES) && c->json)
		return show_copies(d, &r, e);
	if (r.r.type && r.r.type->root)
		return show_case(d, &r, e) &&
		       (!cli_flag(c, O_COPIES) || show_copies(d, &r, e));
	if (c->json)
		out_json(c, record_json_of(d, &r));
	else
		print_record(d, &r);
	return true;
}
