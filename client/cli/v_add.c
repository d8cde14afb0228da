/*
 * v_add.c - casebridge add: a new record, checked here by the centre's rules
 * and durable before "saved" is said. Without fields it tells what the type
 * takes.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"

#include <string.h>

static const char *duty_of(struct cli *c, const struct field *f)
{
	if (f->required)
		return text_raw(c->lang, T_REQUIRED);
	return f->server ? text_raw(c->lang, T_BY_SERVER) : "";
}

static void list_fields(struct desk *d, const struct rtype *t)
{
	static const enum text_id heads[] = {
		T_C_FIELD, T_C_LABEL, T_C_STATE, T_C_ACCEPTS, T_COUNT};
	struct table *table;

	if (d->c->json) {
		out_json(d->c, json_deep_copy((json_t *)(uintptr_t)t->json));
		return;
	}
	table = table_new(d->c, heads);
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		table_add(table, f->name);
		table_add(table, value_label(d->c, t, f));
		table_add(table, duty_of(d->c, f));
		table_add(table, value_accepts(d->c, f));
	}
	table_print(table);
}

/* What a new case says unless told otherwise. */
static void fill_case(struct desk *d, const struct rtype *t, json_t *body)
{
	struct date today = time_day_cn(host_now_ms());
	char text[DATE_TEXT];
	const char *const usual[][2] = {
		{"home_site",         desk_reader(d, "site")},
		{"phase",             "referral_in"},
		{"opened", date_format(&today,         text)       },
	};

	if (strcmp(t->name, "case") != 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (!json_object_get(body, usual[i][0]))
			json_object_set_new(
				body, usual[i][0], json_string(usual[i][1]));
}

static bool case_of(
	struct desk *d, const struct rtype *t, struct uuid *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!t->needs_case && !d->c->option[O_CASE])
		return true;
	if (!t->needs_case && t->scope != SCOPE_LETTER)
		return cli_usage(e, "--case", t->name);
	return cli_need(d->c, O_CASE, e) &&
	       pick_root(d, t->scope == SCOPE_GROUP ? "group" : "case",
		       d->c->option[O_CASE], "--case", out, e);
}

static bool add(struct desk *d, const struct rtype *t, struct err *e)
{
	json_t *body = json_keep(json_object(), d->c->mem);
	struct uuid of, rec;

	memset(&rec, 0, sizeof(rec));
	if (!case_of(d, t, &of, e) || !value_file(d, body, e) ||
		!value_assignments(d, t, 1, body, NULL, e))
		return false;
	fill_case(d, t, body);
	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	if (!outbox_create(desk_view(d), t, &of, body, NULL, &rec, e)) {
		store_rollback(d->s);
		return false;
	}
	return desk_saved(d, &rec, e);
}

bool verb_add(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	const struct rtype *t;

	if (!d)
		return false;
	t = value_type(d, c->arg[0], e);
	if (!t)
		return false;
	if (c->args == 1 && !c->option[O_FILE]) {
		list_fields(d, t);
		return true;
	}
	return add(d, t, e);
}
