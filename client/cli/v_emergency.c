/*
 * v_emergency.c - casebridge break-glass: a case nobody shared, in an
 * emergency.
 *
 * Everything here is the centre's: the station asks, shows, and keeps nothing
 * of it.
 */
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/secret.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/change.h"

#include <string.h>

/* ---- what is shown ---- */

static void print_one(struct desk *d, const json_t *record)
{
	static const enum text_id heads[] = {T_C_LABEL, T_C_VALUE, T_COUNT};
	const json_t *body = json_object_get(record, "body");
	const char *name = json_str(record, "type");
	const struct rtype *t =
		name ? catalogue_type(d->catalogue, name) : NULL;
	struct table *table;

	if (!t)
		return;
	out_line(d->c, "");
	out_line(d->c, type_label(d->c, t));
	table = table_new(d->c, heads);
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const json_t *v = json_object_get(body, f->name);

		if (!v)
			continue;
		table_add(table, value_label(d->c, t, f));
		table_add(table, value_show(d, f, v));
	}
	table_print(table);
}

/* The client, the case, what endangers, then the rest. */
static void print_case(struct desk *d, const json_t *doc)
{
	static const char *const first[] = {
		"case", "person", "flag", "relation", "response", "task"};
	const json_t *list = json_object_get(doc, "records");

	for (size_t k = 0; k <= ARRAY_LEN(first); k++)
		for (size_t i = 0; i < json_array_size(list); i++) {
			const json_t *one = json_array_get(list, i);
			const char *type = json_str(one, "type");
			size_t at = 0;

			while (at < ARRAY_LEN(first) && type &&
				strcmp(first[at], type) != 0)
				at++;
			if (type && at == k &&
				strcmp(json_str(one, "state"), "retracted") !=
					0)
				print_one(d, one);
		}
}

static bool show(struct desk *d, const char *id, struct err *e)
{
	json_t *doc = desk_ask(
		d, arena_printf(d->c->mem, "/v1/break-glass/%s", id), e);

	if (!doc)
		return false;
	if (d->c->json)
		out_json(d->c, json_incref(doc));
	else
		print_case(d, doc);
	return true;
}

/* ---- opening ---- */

static bool open_case(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	struct uuid token;
	bool is_token = uuid_parse(c->arg[0], &token);
	const char *password, *until;
	json_t *body, *answer;
	int64_t ms = 0;

	if (!cli_need(c, O_KIND, e) || !cli_need(c, O_REASON, e))
		return false;
	password = secret_get(c, O_PASSWORD_FILE,
		text_raw(c->lang, T_BG_PASSWORD), "--password-file FILE", e);
	if (!password)
		return false;
	body = json_keep(
		json_pack("{s:s, s:s, s:s, s:s}", is_token ? "token" : "number",
			c->arg[0], "category", c->option[O_KIND], "reason",
			c->option[O_REASON], "password", password),
		c->mem);
	answer = desk_post(d, "/v1/break-glass", body, e);
	if (!answer)
		return false;
	if (c->json) {
		out_json(c, json_incref(answer));
		return true;
	}
	until = json_str(answer, "until");
	if (!until || !time_parse(until, &ms))
		return err_set(e, ERR_VOID_PAGE, "no time in the answer");
	out_line(c, text_of(c, T_BG_OPEN, json_str(answer, "id"),
			    time_show(c, ms), NULL));
	return show(d, json_str(answer, "id"), e);
}

/* ---- adding ---- */

static json_t *change_of(
	struct desk *d, const struct rtype *t, const char *case_id, json_t *set)
{
	struct uuid change = uuid_new(), rec = uuid_new();
	char id[UUID_TEXT], text[UUID_TEXT], at[TIME_TEXT];

	return json_keep(
		json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:O, s:s}]}",
			"changes", "id", uuid_format(&change, id), "rec",
			uuid_format(&rec, text), "type", t->name, "case",
			case_id, "op", "create", "set", set, "entered_at",
			time_format(host_now_ms(), at)),
		d->c->mem);
}

static bool taken(const json_t *answer, struct err *e)
{
	struct change_result r;

	if (!change_result_parse(
		    json_array_get(json_object_get(answer, "results"), 0), &r,
		    e))
		return false;
	if (r.status == CHANGE_APPLIED || r.status == CHANGE_NOTED)
		return true;
	*e = r.why;
	return false;
}

static bool add(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	json_t *set = json_keep(json_object(), c->mem);
	const struct rtype *t;
	const char *path;
	json_t *doc, *answer;

	if (c->args < 4)
		return cli_usage(e, "break-glass", "add ID TYPE field=value");
	t = value_type(d, c->arg[2], e);
	if (!t || !value_file(d, set, e) ||
		!value_assignments(d, t, 3, set, NULL, e))
		return false;
	path = arena_printf(c->mem, "/v1/break-glass/%s", c->arg[1]);
	doc = desk_ask(d, path, e);
	answer = doc ? desk_post(d, arena_printf(c->mem, "%s/changes", path),
			       change_of(d, t, json_str(doc, "case"), set), e)
		     : NULL;
	if (!answer || !taken(answer, e))
		return false;
	if (c->json)
		out_json(c, json_incref(answer));
	else
		out_line(c, text_raw(c->lang, T_BG_ADDED));
	return true;
}

/* ---- listing and reviewing ---- */

static const char *text_or(const json_t *o, const char *key)
{
	const char *s = json_str(o, key);

	return s ? s : "";
}

static const char *when(struct cli *c, const json_t *o, const char *key)
{
	const char *s = json_str(o, key);
	int64_t ms;

	return s && time_parse(s, &ms) ? time_show(c, ms) : "";
}

static const char *state_of(struct cli *c, const json_t *one)
{
	const char *outcome = json_str(one, "outcome");

	if (outcome)
		return text_raw(c->lang, strcmp(outcome, "justified") == 0
						 ? T_BG_JUSTIFIED
						 : T_BG_UNJUSTIFIED);
	if (json_flag(one, "late"))
		return text_raw(c->lang, T_BG_LATE);
	return text_raw(
		c->lang, json_flag(one, "live") ? T_BG_LIVE : T_BG_WAITS);
}

static bool list(struct desk *d, struct err *e)
{
	static const enum text_id heads[] = {T_C_ID, T_C_WHEN, T_C_WHO,
		T_C_SITE, T_C_NUMBER, T_C_KIND, T_C_STATE, T_C_WHY, T_COUNT};
	struct cli *c = d->c;
	json_t *answer = desk_ask(d,
		cli_flag(c, O_ALL) ? "/v1/break-glass?all=yes"
				   : "/v1/break-glass",
		e);
	const json_t *rows = json_object_get(answer, "rows");
	const struct code_list *kinds =
		catalogue_codes(d->catalogue, "emergency_category");
	struct table *t;

	if (!answer)
		return false;
	if (c->json) {
		out_json(c, json_incref(answer));
		return true;
	}
	t = table_new(c, heads);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *one = json_array_get(rows, i);

		table_add(t, text_or(one, "id"));
		table_add(t, when(c, one, "at"));
		table_add(t, text_or(one, "staff_name"));
		table_add(t, text_or(one, "site_name"));
		table_add(t, text_or(one, "number"));
		table_add(t,
			code_label(kinds, text_or(one, "category"), c->lang));
		table_add(t, state_of(c, one));
		table_add(t, text_or(one, "reason"));
	}
	table_print(t);
	return true;
}

static bool review(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	json_t *body, *answer;

	if (c->args != 3)
		return cli_usage(e, "break-glass",
			"review ID justified|unjustified --note TEXT");
	if (!cli_need(c, O_NOTE, e))
		return false;
	body = json_keep(json_pack("{s:s, s:s}", "outcome", c->arg[2], "note",
				 c->option[O_NOTE]),
		c->mem);
	answer = desk_post(d,
		arena_printf(c->mem, "/v1/break-glass/%s/review", c->arg[1]),
		body, e);
	if (!answer)
		return false;
	if (c->json)
		out_json(c, json_incref(answer));
	else
		out_line(c, text_raw(c->lang, T_BG_REVIEWED));
	return true;
}

bool verb_break_glass(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	const char *what = c->args ? c->arg[0] : "list";
	struct uuid id;

	if (!d)
		return false;
	if (strcmp(what, "list") == 0)
		return list(d, e);
	if (strcmp(what, "show") != 0 && strcmp(what, "add") != 0 &&
		strcmp(what, "review") != 0)
		return c->args == 1 ? open_case(d, e)
				    : cli_usage(e, "break-glass",
					      "NUMBER | TOKEN | list | show "
					      "| add | review");
	if (c->args < 2 || !uuid_parse(c->arg[1], &id))
		return cli_usage(e, "break-glass", "ID");
	if (what[0] == 's')
		return show(d, c->arg[1], e);
	return what[0] == 'a' ? add(d, e) : review(d, e);
}
