/*
 * v_conflicts.c - casebridge conflicts: what waits for a person to decide.
 *
 * Two kinds: values that lost a merge (records of type conflict, shared with
 * everybody who sees the case), and own changes the centre could not take and
 * keeps in its review queue. Each is told so that a person can decide without
 * opening anything else.
 */
#include "client/cli/disputes.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

static void print_one(struct desk *d, const struct dispute *x, void *ctx)
{
	size_t *n = ctx;

	if ((*n)++)
		out_line(d->c, "");
	dispute_print(d, x);
}

static void add_json(struct desk *d, const struct dispute *x, void *ctx)
{
	(void)d;
	json_array_append_new(ctx, dispute_json(x));
}

/* ---- what was not taken ---- */

static const struct rtype *type_of(struct desk *d, const struct work *w)
{
	const char *name = json_str(work_change(w), "type");

	return name ? catalogue_type(d->catalogue, name) : NULL;
}

static const char *op_words(struct cli *c, const char *op)
{
	static const struct {
		const char *op;
		enum text_id text;
	} ops[] = {
		{"create",  T_OP_CREATE },
		{"patch",   T_OP_PATCH  },
		{"sign",    T_OP_SIGN   },
		{"retract", T_OP_RETRACT},
		{"resolve", T_OP_RESOLVE},
	};

	for (size_t i = 0; op && i < ARRAY_LEN(ops); i++)
		if (strcmp(ops[i].op, op) == 0)
			return text_raw(c->lang, ops[i].text);
	return op ? op : "";
}

static json_t *keys_of(struct desk *d, const json_t *object)
{
	json_t *out = json_keep(json_array(), d->c->mem);
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)object, key, v)
		json_array_append_new(out, json_string(key));
	return out;
}

/* The conflict a parked choice was about, with what was chosen instead. */
static void print_choice(struct desk *d, const struct work *w)
{
	const json_t *value = json_object_get(
		json_object_get(work_change(w), "set"), "value");
	const struct rtype *about;
	const json_t *fields;
	struct err ignored;
	struct seen k;
	const char *name;

	if (!view_record(desk_view(d), &w->rec, d->c->mem, &k, &ignored))
		return;
	name = json_str(k.body, "record_type");
	about = name ? catalogue_type(d->catalogue, name) : NULL;
	fields = json_object_get(k.body, "fields");
	out_line(d->c, text_of(d->c, T_CF_CHOSE,
			       dispute_values(d, about, fields, value), NULL));
	if (json_flag(k.body, "settled"))
		out_line(
			d->c, text_of(d->c, T_CF_SETTLED_BY,
				      dispute_who(d, k.body, "settled_by"),
				      dispute_when(d, k.body, "settled_at"),
				      dispute_values(d, about, fields,
					      json_object_get(k.body, "value")),
				      NULL));
}

static void print_typed(struct desk *d, const struct work *w)
{
	const json_t *set = json_object_get(work_change(w), "set");

	if (json_object_size(set))
		out_line(d->c, text_of(d->c, T_CF_TYPED,
				       dispute_values(d, type_of(d, w),
					       keys_of(d, set), set),
				       NULL));
}

static const char *case_of(struct desk *d, const struct work *w)
{
	const char *text = json_str(work_change(w), "case");
	struct uuid id;

	return text && uuid_parse(text, &id) && store_held(d->s, &id, NULL)
		       ? pick_name(d, &id)
		       : "";
}

static void print_parked(struct desk *d, const struct work *w)
{
	const char *op = json_str(work_change(w), "op"), *of = case_of(d, w);
	const char *type = json_str(work_change(w), "type");
	const struct rtype *t = type_of(d, w);
	char id[UUID_TEXT];

	out_line(d->c, arena_printf(d->c->mem, "%.18s  %s%s%s · %s",
			       uuid_format(&w->id, id), of, of[0] ? " · " : "",
			       t      ? type_label(d->c, t)
			       : type ? type
				      : "",
			       op_words(d->c, op)));
	out_line(d->c,
		arena_printf(d->c->mem, "  %s",
			out_plain(d->c, out_why(d->c, work_result(w)), 0)));
	if (op && strcmp(op, "resolve") == 0)
		print_choice(d, w);
	else
		print_typed(d, w);
}

static size_t print_all_parked(struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < store_work_count(d->s); i++) {
		if (store_work_at(d->s, i)->state != WORK_PARKED)
			continue;
		out_line(d->c, n++ ? "" : text_raw(d->c->lang, T_ST_PARKED));
		print_parked(d, store_work_at(d->s, i));
	}
	return n;
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

static bool tell(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	size_t open = 0, parked;

	if (!disputes_each(d, print_one, &open, e))
		return false;
	if (open) {
		out_line(c, "");
		out_line(c, text_raw(c->lang, T_CF_HOW));
		out_line(c, "");
	}
	parked = print_all_parked(d);
	if (parked) {
		out_line(c, "");
		out_line(c, text_raw(c->lang, T_CF_HOW_PARKED));
	}
	if (!open && !parked)
		out_line(c, text_raw(c->lang, T_NOTHING_HERE));
	return true;
}

bool verb_conflicts(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *out;

	if (!d)
		return false;
	if (!c->json)
		return tell(d, e);
	out = json_array();
	if (!disputes_each(d, add_json, out, e)) {
		json_decref(out);
		return false;
	}
	parked_json(d, out);
	out_json(c, out);
	return true;
}
