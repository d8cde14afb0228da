/*
 * v_group.c - casebridge group: group work from the plan to who was there.
 *
 * A group is made from a template of a pack with all its sessions at once; the
 * attendance of a session is one line: who was there, who was not and why.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/template.h"

#include <string.h>

#define MEMBERS_MAX 512

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

/* ---- who is in it ---- */

struct member {
	struct uuid id;
	const char *name;
	bool left;
	bool noted; /* something was typed about them: */
	bool present;
	const char *reason;
};

struct roll {
	struct desk *d;
	struct uuid group;
	struct member members[MEMBERS_MAX];
	size_t n;
	struct seen session; /* of the number asked for */
	bool has_session;
	int64_t number;
	const struct uuid *ids;
	size_t count;
};

static const char *name_of(struct desk *d, const json_t *body)
{
	const char *name = json_str(body, "name");
	const char *person = json_str(body, "person");
	struct uuid id;

	if (name)
		return name;
	return person && uuid_parse(person, &id) ? pick_name(d, &id) : "";
}

static void take(struct roll *r, const struct seen *one)
{
	if (one->r.state == STATE_RETRACTED)
		return;
	if (strcmp(one->type, "participant") == 0 && r->n < MEMBERS_MAX) {
		struct member *m = &r->members[r->n++];

		m->id = one->r.id;
		m->name = name_of(r->d, one->body);
		m->left = json_str(one->body, "left") != NULL;
	}
	if (strcmp(one->type, "session") == 0 &&
		json_int(one->body, "number", 0) == r->number) {
		r->session = *one;
		r->has_session = true;
	}
}

static bool read_roll(struct roll *r, struct err *e)
{
	struct desk *d = r->d;

	r->ids = view_unit(desk_view(d), &r->group, d->c->mem, &r->count);
	for (size_t i = 0; i < r->count; i++) {
		struct seen one;

		if (!view_record(desk_view(d), &r->ids[i], d->c->mem, &one, e))
			return false;
		take(r, &one);
	}
	return true;
}

/* ---- attendance ---- */

static struct member *find_member(
	struct roll *r, const char *name, size_t n, struct err *e)
{
	struct member *found = NULL;

	for (size_t i = 0; i < r->n; i++) {
		struct member *m = &r->members[i];

		if (strlen(m->name) != n || strncmp(m->name, name, n) != 0)
			continue;
		if (found) {
			err_field(e, ERR_AMBIGUOUS, name, "%s", m->name);
			return NULL;
		}
		found = m;
	}
	if (!found)
		err_field(e, ERR_NOT_FOUND,
			arena_strndup(r->d->c->mem, name, n), "participant");
	return found;
}

/* What is on file for that member in that session, or nil. */
static struct uuid on_file(const struct roll *r, const struct member *m)
{
	char session[UUID_TEXT], member[UUID_TEXT];
	struct uuid none;

	uuid_format(&r->session.r.id, session);
	uuid_format(&m->id, member);
	for (size_t i = 0; i < r->count; i++) {
		struct seen one;
		struct err ignored;
		const char *of, *whose;

		if (!view_record(desk_view(r->d), &r->ids[i], r->d->c->mem,
			    &one, &ignored) ||
			strcmp(one.type, "attendance") != 0 ||
			one.r.state == STATE_RETRACTED)
			continue;
		of = json_str(one.body, "session");
		whose = json_str(one.body, "participant");
		if (of && whose && strcmp(of, session) == 0 &&
			strcmp(whose, member) == 0)
			return one.r.id;
	}
	memset(&none, 0, sizeof(none));
	return none;
}

static bool write_one(struct roll *r, const struct member *m, struct err *e)
{
	struct desk *d = r->d;
	json_t *body = json_keep(json_object(), d->c->mem);
	json_t *unset = json_keep(json_array(), d->c->mem);
	struct uuid rec = on_file(r, m);
	char id[UUID_TEXT];
	bool changed;

	json_object_set_new(body, "present", json_boolean(m->present));
	if (m->reason)
		json_object_set_new(body, "reason", json_string(m->reason));
	else if (!uuid_is_nil(&rec))
		json_array_append_new(unset, json_string("reason"));
	if (!uuid_is_nil(&rec))
		return outbox_patch(
			desk_view(d), &rec, body, unset, &changed, e);
	json_object_set_new(body, "session",
		json_string(uuid_format(&r->session.r.id, id)));
	json_object_set_new(
		body, "participant", json_string(uuid_format(&m->id, id)));
	return outbox_create(desk_view(d), type_of(d, "attendance"), &r->group,
		body, NULL, &rec, e);
}

static void mark_all(struct roll *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!r->members[i].left)
			r->members[i].noted = r->members[i].present = true;
}

/* "all", "NAME", "NAME=reason": in the order typed, so that "all 王芳=illness"
 * says what it says. */
static bool read_typed(struct roll *r, struct err *e)
{
	const struct field *reason =
		rtype_field(type_of(r->d, "attendance"), "reason");

	for (size_t i = 3; i < r->d->c->args; i++) {
		const char *arg = r->d->c->arg[i], *eq = strchr(arg, '=');
		struct member *m;
		json_t *why = NULL;

		if (strcmp(arg, "all") == 0) {
			mark_all(r);
			continue;
		}
		m = find_member(
			r, arg, eq ? (size_t)(eq - arg) : strlen(arg), e);
		if (m && eq)
			why = value_parse(r->d, reason, eq + 1, e);
		if (!m || (eq && !why))
			return false;
		m->noted = true;
		m->present = !eq;
		m->reason =
			why ? json_string_value(json_keep(why, r->d->c->mem))
			    : NULL;
	}
	return true;
}

static bool write_typed(struct roll *r, struct err *e)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->members[i].noted && !write_one(r, &r->members[i], e))
			return false;
	return true;
}

/* Whoever notes who was there says that it was held. */
static bool mark_held(struct roll *r, struct err *e)
{
	json_t *set =
		json_keep(json_pack("{s:s}", "status", "held"), r->d->c->mem);
	bool changed;

	if (strcmp(json_str(r->session.body, "status"), "planned") != 0)
		return true;
	return outbox_patch(desk_view(r->d), &r->session.r.id, set,
		json_keep(json_array(), r->d->c->mem), &changed, e);
}

static bool group_attend(struct desk *d, struct err *e)
{
	struct roll *r = ARENA_NEW(d->c->mem, struct roll);

	if (d->c->args < 4)
		return cli_usage(e, "group attend",
			"GROUP NUMBER all | NAME | NAME=REASON ...");
	r->d = d;
	r->number = strtoll(d->c->arg[2], NULL, 10);
	if (!pick_root(d, "group", d->c->arg[1], "GROUP", &r->group, e) ||
		!read_roll(r, e))
		return false;
	if (!r->has_session)
		return err_field(e, ERR_NOT_FOUND, "NUMBER", "session");
	if (!read_typed(r, e))
		return false;
	if (!store_begin(d->s, e))
		return false;
	if (mark_held(r, e) && write_typed(r, e))
		return desk_saved(d, &r->session.r.id, e);
	store_rollback(d->s);
	return false;
}

/* ---- looking ---- */

/* present ● absent ○ not noted · */
static const char *mark(struct roll *r, const struct member *m)
{
	struct uuid id = on_file(r, m);
	struct seen one;
	struct err ignored;

	if (uuid_is_nil(&id) || !view_record(desk_view(r->d), &id, r->d->c->mem,
					&one, &ignored))
		return "·";
	return json_flag(one.body, "present") ? "●" : "○";
}

static void print_grid(struct roll *r)
{
	static const enum text_id heads[] = {
		T_C_NAME, T_C_SESSIONS, T_C_STATE, T_COUNT};
	struct cli *c = r->d->c;
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < r->n; i++) {
		const char *marks = "";

		for (r->number = 1; r->number < 64; r->number++) {
			r->has_session = false;
			for (size_t k = 0; k < r->count; k++) {
				struct seen one;
				struct err ignored;

				if (view_record(desk_view(r->d), &r->ids[k],
					    c->mem, &one, &ignored) &&
					strcmp(one.type, "session") == 0)
					take(r, &one);
			}
			if (!r->has_session)
				break;
			marks = arena_printf(c->mem, "%s%s ", marks,
				mark(r, &r->members[i]));
		}
		table_add(t, r->members[i].name);
		table_add(t, marks);
		table_add(t, r->members[i].left
				     ? text_raw(c->lang, T_MEMBER_LEFT)
				     : "");
	}
	table_print(t);
}

static bool group_show(struct desk *d, struct err *e)
{
	struct roll *r = ARENA_NEW(d->c->mem, struct roll);

	if (d->c->args != 2)
		return cli_usage(e, "group show", "GROUP");
	r->d = d;
	if (!pick_root(d, "group", d->c->arg[1], "GROUP", &r->group, e) ||
		!read_roll(r, e))
		return false;
	print_grid(r);
	return true;
}

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
