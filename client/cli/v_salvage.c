/*
 * v_salvage.c - casebridge salvage: after the centre was restored, what
 * stations still held and its backup did not; for a supervisor to put back or
 * to decline.
 *
 * Asked of the centre and never kept here: who decides need not hold the case.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

#define PATH "/v1/salvage"

static const struct rtype *type_in(struct desk *d, const json_t *row)
{
	const char *name = json_str(row, "type");

	return name ? catalogue_type(d->catalogue, name) : NULL;
}

static const char *said(const json_t *row, const char *key)
{
	const char *text = json_str(row, key);

	return text ? text : "-";
}

/* Field by field, what it says, and beside it what stands where that differs.
 */
static void print_fields(struct desk *d, const json_t *row)
{
	static const enum text_id heads[] = {
		T_C_FIELD, T_C_SALVAGED, T_C_THEIRS, T_COUNT};
	const json_t *body = json_object_get(row, "body");
	const json_t *now =
		json_object_get(json_object_get(row, "now"), "body");
	const struct rtype *t = type_in(d, row);
	struct table *table = table_new(d->c, heads);

	for (size_t i = 0; t && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const json_t *then = json_object_get(body, f->name);
		const json_t *is = json_object_get(now, f->name);

		if ((!then && !is) || (then && is && json_equal(then, is)))
			continue;
		table_add(table, value_label(d->c, t, f));
		table_add(table, then ? value_show(d, f, then) : "");
		table_add(table, is ? value_show(d, f, is) : "");
	}
	table_print(table);
}

static void print_row(struct desk *d, const json_t *row)
{
	const struct rtype *t = type_in(d, row);
	struct cli *c = d->c;

	out_line(c, arena_printf(c->mem, "%s  %s", said(row, "id"),
			    t ? type_label(c, t) : said(row, "type")));
	out_line(c, text_of(c, T_SALVAGE_BY, said(row, "by_name"),
			    said(row, "entered_at"),
			    number_text(c, json_int(row, "offers", 0)),
			    said(row, "site_name"), NULL));
	print_fields(d, row);
	out_line(c, "");
}

static bool print_list(struct desk *d, json_t *answer)
{
	const json_t *rows = json_object_get(answer, "rows");

	if (d->c->json) {
		out_json(d->c, json_incref(answer));
		return true;
	}
	for (size_t i = 0; i < json_array_size(rows); i++)
		print_row(d, json_array_get(rows, i));
	if (!json_array_size(rows))
		out_line(d->c, text_raw(d->c->lang, T_SALVAGE_NONE));
	return true;
}

/* ---- deciding ---- */

/* Made over what stands now, which the list has just said. */
static bool decide(struct desk *d, const json_t *row, bool take, struct err *e)
{
	struct cli *c = d->c;
	json_t *body = json_keep(
		json_pack("{s:b, s:I, s:s}", "take", take, "over",
			(json_int_t)json_int(
				json_object_get(row, "now"), "ver", 0),
			"note", c->option[O_NOTE]),
		c->mem);
	json_t *answer = desk_post(
		d, arena_printf(c->mem, PATH "/%s", said(row, "id")), body, e);

	if (!answer)
		return false;
	if (c->json)
		out_json(c, json_incref(answer));
	else
		out_line(c, text_raw(c->lang, take ? T_SALVAGE_TAKEN
						   : T_SALVAGE_DECLINED));
	return true;
}

bool verb_salvage(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *answer = d ? desk_ask(d, PATH "?open=yes", e) : NULL;
	const json_t *row;
	bool take;

	if (!answer)
		return false;
	if (c->args == 0)
		return print_list(d, answer);
	take = c->args == 2 && strcmp(c->arg[1], "take") == 0;
	if (c->args != 2 || (!take && strcmp(c->arg[1], "decline") != 0))
		return cli_usage(e, "salvage", "ID take|decline --note TEXT");
	if (!cli_need(c, O_NOTE, e))
		return false;
	row = json_find(json_object_get(answer, "rows"), "id", c->arg[0]);
	if (!row)
		return err_field(e, ERR_NOT_FOUND, c->arg[0], "-");
	return decide(d, row, take, e);
}
