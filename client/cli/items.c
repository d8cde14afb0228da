/*
 * items.c - see items.h.
 */
#include "client/cli/items.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/withhold.h"

#include <stdlib.h>
#include <string.h>

const char *item_state(struct cli *c, enum record_state s)
{
	static const enum text_id texts[] = {
		T_S_DRAFT, T_S_LIVE, T_S_SIGNED, T_S_RETRACTED};

	return text_raw(c->lang, texts[s]);
}

const char *item_marks(struct cli *c, const struct seen *r)
{
	const char *out = item_state(c, r->r.state);

	if (r->waiting)
		out = arena_printf(
			c->mem, "%s  %s", out, text_raw(c->lang, T_M_UNSENT));
	if (r->collides)
		out = arena_printf(
			c->mem, "%s  %s", out, text_raw(c->lang, T_M_COLLIDES));
	return out;
}

static const char *date_of(struct cli *c, const struct seen *r)
{
	const char *on = NULL;

	if (r->r.type && r->r.type->sort)
		on = json_str(r->body, r->r.type->sort);
	if (on && strlen(on) >= 10)
		return arena_strndup(c->mem, on, 10);
	return arena_printf(c->mem, "%.10s", time_show(c, r->r.entered_at));
}

static int by_type_and_date(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int p = x->r.r.type ? x->r.r.type->no : 100;
	int q = y->r.r.type ? y->r.r.type->no : 100;
	int order = strcmp(y->date, x->date);

	if (p != q)
		return p < q ? -1 : 1;
	return order ? order : uuid_cmp(&x->r.r.id, &y->r.r.id);
}

bool items_read(struct desk *d, const struct uuid *ids, size_t n,
	struct item **items, struct err *e)
{
	*items = ARENA_ARRAY(d->c->mem, struct item, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct item *it = &(*items)[i];

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &it->r, e))
			return false;
		it->date = date_of(d->c, &it->r);
	}
	if (n)
		qsort(*items, n, sizeof(**items), by_type_and_date);
	return true;
}

const char *item_title(struct desk *d, const struct seen *r)
{
	const json_t *names =
		r->r.type ? json_object_get(r->r.type->json, "title") : NULL;
	const json_t *body = !withholds(r->r.cls) ? r->body
						  : withheld_body(r->r.type,
							    r->body, d->c->mem);
	const char *out = "";

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		const struct field *f = rtype_field(r->r.type, name);
		const json_t *v = json_object_get(body, name);

		if (f && v)
			out = arena_printf(d->c->mem, "%s%s%s", out,
				out[0] ? "  " : "", value_show(d, f, v));
	}
	return out;
}

void items_print(struct desk *d, const struct item *items, size_t n)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_TYPE, T_C_DATE, T_C_STATE, T_C_WHAT, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < n; i++) {
		const struct seen *r = &items[i].r;

		table_add(t, pick_short(d, &r->r.id));
		table_add(t, r->r.type ? type_label(d->c, r->r.type) : r->type);
		table_add(t, items[i].date);
		table_add(t, item_marks(d->c, r));
		table_add(t, item_title(d, r));
	}
	table_print(t);
}
