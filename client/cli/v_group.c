/*
 * v_group.c - casebridge group: group work from the plan to who was there.
 *
 * A group is made from a template of a pack with all its sessions at once; the
 * attendance of a session is one line: who was there, who was not and why.
 */
#include "client/cli/desk.h"
#include "client/cli/group_roll.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/template.h"

#include <string.h>

static const struct rtype *type_of(struct desk *d, const char *name)
{
	return catalogue_type(d->catalogue, name);
}

/* ---- a new group ---- */

static bool opening_day(
	struct desk *d, const json_t *typed, struct date *out, struct err *e)
{
	const char *text = json_str(typed, "opened");

	(void)d;
	if (!text) {
		*out = time_day_cn(host_now_ms());
		return true;
	}
	return date_parse(text, out) ||
	       err_field(e, ERR_BAD_DATE, "opened", "YYYY-MM-DD");
}

/* The codes there are, when the one given is none of them. */
static const json_t *find_template(
	struct desk *d, const char *code, const char **pack, struct err *e)
{
	const json_t *group = template_group(d->catalogue, code, pack);
	json_t *packs = (json_t *)(uintptr_t)catalogue_packs(d->catalogue);
	const char *list = "", *name;
	json_t *one;

	if (group)
		return group;
	json_object_foreach(packs, name, one)
	{
		const json_t *groups = json_object_get(one, "groups");

		for (size_t i = 0; i < json_array_size(groups); i++)
			list = arena_printf(d->c->mem, "%s%s ", list,
				json_str(json_array_get(groups, i), "code"));
	}
	err_field(e, ERR_BAD_CODE, "TEMPLATE", "%s", list);
	return NULL;
}

static bool make_sessions(struct desk *d, const json_t *template,
	const struct date *opened, const struct uuid *group,
	const struct uuid *tx, struct err *e)
{
	json_t *body;

	for (size_t i = 0; (body = template_session_body(template, i, opened,
				    d->c->lang, d->c->mem));
		i++) {
		struct uuid rec;

		memset(&rec, 0, sizeof(rec));
		if (!outbox_create(desk_view(d), type_of(d, "session"), group,
			    body, tx, &rec, e))
			return false;
	}
	return true;
}

static bool make_group(struct desk *d, const json_t *template, const char *pack,
	const json_t *typed, struct uuid *rec, struct err *e)
{
	static const struct uuid nil;
	struct uuid tx = uuid_new();
	struct date opened;
	json_t *body;

	if (!opening_day(d, typed, &opened, e))
		return false;
	body = template_group_body(
		template, pack, &opened, d->c->lang, d->c->mem);
	json_object_set_new(
		body, "leader", json_string(desk_reader(d, "staff")));
	json_object_update(body, (json_t *)(uintptr_t)typed);
	memset(rec, 0, sizeof(*rec));
	return outbox_create(desk_view(d), type_of(d, "group"), &nil, body, &tx,
		       rec, e) &&
	       make_sessions(d, template, &opened, rec, &tx, e);
}

static bool group_new(struct desk *d, struct err *e)
{
	json_t *typed = json_keep(json_object(), d->c->mem);
	const json_t *template;
	const char *pack;
	struct uuid rec;

	if (d->c->args < 2)
		return cli_usage(e, "group new", "TEMPLATE field=value ...");
	template = find_template(d, d->c->arg[1], &pack, e);
	if (!template ||
		!value_assignments(d, type_of(d, "group"), 2, typed, NULL, e))
		return false;
	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	if (make_group(d, template, pack, typed, &rec, e))
		return desk_saved(d, &rec, e);
	store_rollback(d->s);
	return false;
}

/* ---- looking ---- */

static json_t *group_line(struct desk *d, const struct seen *one)
{
	char id[UUID_TEXT];
	json_t *line =
		json_keep(json_pack("{s:s}", "id", uuid_format(&one->r.id, id)),
			d->c->mem);

	json_object_update_missing(line, one->body);
	return line;
}

static void add_group(struct desk *d, struct table *t, const struct seen *one)
{
	const struct rtype *type = type_of(d, "group");
	const char *opened = json_str(one->body, "opened");
	const char *name = json_str(one->body, "name");

	table_add(t, pick_short(d, &one->r.id));
	table_add(t, name ? name : "");
	table_add(t, value_show(d, rtype_field(type, "kind"),
			     json_object_get(one->body, "kind")));
	table_add(t, value_show(d, rtype_field(type, "phase"),
			     json_object_get(one->body, "phase")));
	table_add(t, opened ? opened : "");
}

static bool group_list(struct desk *d, struct err *e)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_NAME, T_C_KIND, T_C_PHASE, T_C_DATE, T_COUNT};
	struct table *t = table_new(d->c, heads);
	json_t *list = json_array();
	size_t n;
	const struct uuid *ids =
		view_roots(desk_view(d), "group", d->c->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &one, e)) {
			json_decref(list);
			return false;
		}
		if (one.r.state == STATE_RETRACTED)
			continue;
		json_array_append(list, group_line(d, &one));
		add_group(d, t, &one);
	}
	if (d->c->json) {
		out_json(d->c, list);
		return true;
	}
	json_decref(list);
	table_print(t);
	return true;
}

bool verb_group(struct cli *c, struct err *e)
{
	static const struct {
		const char *name;
		bool (*run)(struct desk *d, struct err *e);
	} acts[] = {
		{"new",    group_new   },
		{"attend", group_attend},
		{"show",   group_show  },
		{"list",   group_list  },
	};
	const char *act = c->args ? c->arg[0] : "list";

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (strcmp(acts[i].name, act) == 0) {
			struct desk *d = desk_open(c, true, e);

			return d && acts[i].run(d, e);
		}
	return cli_usage(e, act, "list, new, show, attend");
}
