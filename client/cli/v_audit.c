/*
 * v_audit.c - casebridge audit: the trail, for an auditor. Ids and names of
 * staff; nothing of it is kept at the station.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/timeutil.h"

#include <string.h>

#define PAGE     "50"
#define ALL_PAGE "500"

/* ---- asking ---- */

struct query {
	struct cli *c;
	const char *path;
	const char *sign;
};

static void add(struct query *q, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	q->path = arena_printf(q->c->mem, "%s%s%s=%s", q->path, q->sign, name,
		desk_escaped(q->c, value));
	q->sign = "&";
}

/* By id or name, as a member's field takes it. */
static bool add_staff(struct desk *d, struct query *q, struct err *e)
{
	const char *typed = q->c->option[O_STAFF];
	const struct rtype *t = catalogue_type(d->catalogue, "member");
	const struct field *f = t ? rtype_field(t, "staff") : NULL;
	char text[UUID_TEXT];
	struct uuid id;

	if (!typed)
		return true;
	if (!f || !pick_ref(d, f, typed, &id, e))
		return false;
	add(q, "staff", uuid_format(&id, text));
	return true;
}

static bool make_query(
	struct desk *d, struct query *q, const char *path, struct err *e)
{
	struct cli *c = d->c;

	*q = (struct query){c, path, "?"};
	if (c->args)
		add(q, "record", c->arg[0]);
	add(q, "from", c->option[O_FROM]);
	add(q, "to", c->option[O_TO]);
	if (cli_flag(c, O_READERS))
		return true;
	add(q, "kind", c->option[O_KIND]);
	add(q, "limit", cli_flag(c, O_ALL) ? ALL_PAGE : PAGE);
	return add_staff(d, q, e);
}

/* Page after page, until it has all that was asked for. */
static json_t *ask_all(struct desk *d, const struct query *q, struct err *e)
{
	const char *path = q->path;
	json_t *rows = json_keep(json_array(), d->c->mem), *answer, *next;

	do {
		answer = desk_ask(d, path, e);
		if (!answer)
			return NULL;
		json_array_extend(rows, json_object_get(answer, "rows"));
		next = json_object_get(answer, "next");
		path = arena_printf(d->c->mem, "%s%sbefore=%lld", q->path,
			q->sign, (long long)json_integer_value(next));
	} while (json_is_integer(next) && cli_flag(d->c, O_ALL));
	json_object_set(answer, "rows", rows);
	return answer;
}

/* ---- showing ---- */

static const char *when(struct cli *c, const json_t *row, const char *member)
{
	const char *text = json_str(row, member);
	int64_t ms;

	return text && time_parse(text, &ms) ? time_show(c, ms) : "";
}

static const char *label(struct desk *d, const char *list, const char *code)
{
	const struct code_list *l = catalogue_codes(d->catalogue, list);
	size_t n = code ? strcspn(code, " ") : 0;
	const char *word = code ? arena_strndup(d->c->mem, code, n) : "";
	const char *said = l && *word ? code_label(l, word, d->c->lang) : word;

	return code && code[n]
		       ? arena_printf(d->c->mem, "%s %s", said, code + n + 1)
		       : said;
}

static const char *or_none(const char *text)
{
	return text ? text : "";
}

static const char *number(struct cli *c, const json_t *row, const char *member)
{
	return number_text(c, json_int(row, member, 0));
}

static void print_events(struct desk *d, const json_t *rows)
{
	static const enum text_id heads[] = {T_C_WHEN, T_C_WHO, T_C_ROLE,
		T_C_SITE, T_C_EVENT, T_C_RESULT, T_C_RECORDS, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *one = json_array_get(rows, i);

		table_add(t, when(d->c, one, "at"));
		table_add(t, or_none(json_str(one, "actor_name")));
		table_add(t, label(d, "staff_role", json_str(one, "role")));
		table_add(t, or_none(json_str(one, "site_name")));
		table_add(t, label(d, "audit_action", json_str(one, "action")));
		table_add(
			t, label(d, "audit_outcome", json_str(one, "outcome")));
		table_add(t, number(d->c, one, "n"));
	}
	table_print(t);
}

static void print_readers(struct desk *d, const json_t *rows)
{
	static const enum text_id heads[] = {T_C_WHO, T_C_ROLE, T_C_SITE,
		T_C_EVENT, T_C_COUNT, T_C_FIRST, T_C_LAST, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *one = json_array_get(rows, i);

		table_add(t, or_none(json_str(one, "actor_name")));
		table_add(t, label(d, "staff_role", json_str(one, "role")));
		table_add(t, or_none(json_str(one, "site_name")));
		table_add(t, label(d, "audit_action", json_str(one, "action")));
		table_add(t, number(d->c, one, "n"));
		table_add(t, when(d->c, one, "first"));
		table_add(t, when(d->c, one, "last"));
	}
	table_print(t);
}

bool verb_audit(struct cli *c, struct err *e)
{
	bool readers = cli_flag(c, O_READERS);
	struct desk *d = desk_open(c, false, e);
	struct query q;
	json_t *answer;

	if (!d)
		return false;
	if (readers && !c->args)
		return cli_usage(e, "--readers", "audit RECORD --readers");
	if (!make_query(d, &q, readers ? "/v1/audit/readers" : "/v1/audit", e))
		return false;
	answer = readers ? desk_ask(d, q.path, e) : ask_all(d, &q, e);
	if (!answer)
		return false;
	if (c->json)
		out_json(c, json_incref(answer));
	else if (readers)
		print_readers(d, json_object_get(answer, "rows"));
	else
		print_events(d, json_object_get(answer, "rows"));
	if (!c->json && !readers && !cli_flag(c, O_ALL) &&
		json_is_integer(json_object_get(answer, "next")))
		out_line(c, text_raw(c->lang, T_AUDIT_MORE));
	if (!c->json && readers && json_is_true(json_object_get(answer, "cut")))
		out_line(c, text_raw(c->lang, T_AUDIT_CUT));
	return true;
}
