/*
 * group_roll.c - see group_roll.h.
 */
#include "client/cli/group_roll.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX  512
#define SESSIONS_MAX 64

static const struct rtype *type_of(struct desk *d, const char *name)
{
	return catalogue_type(d->catalogue, name);
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

/* Who was there, as it is on file. */
struct noted {
	struct uuid id;
	const char *session;
	const char *participant;
	bool present;
};

/* Every record of the group is opened once, here. */
struct roll {
	struct desk *d;
	struct uuid group;
	struct member members[MEMBERS_MAX];
	size_t n;
	struct seen session[SESSIONS_MAX]; /* at its number */
	bool has_session[SESSIONS_MAX];
	struct noted *noted;
	size_t noted_count;
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

static void take_member(struct roll *r, const struct seen *one)
{
	struct member *m;

	if (r->n == MEMBERS_MAX)
		return;
	m = &r->members[r->n++];
	m->id = one->r.id;
	m->name = name_of(r->d, one->body);
	m->left = json_str(one->body, "left") != NULL;
}

static void take_session(struct roll *r, const struct seen *one)
{
	int64_t number = json_int(one->body, "number", 0);

	if (number < 1 || number >= SESSIONS_MAX)
		return;
	r->session[number] = *one;
	r->has_session[number] = true;
}

static void take_noted(struct roll *r, const struct seen *one)
{
	struct noted *a = &r->noted[r->noted_count];

	a->id = one->r.id;
	a->session = json_str(one->body, "session");
	a->participant = json_str(one->body, "participant");
	a->present = json_flag(one->body, "present");
	r->noted_count += a->session && a->participant;
}

static const struct {
	const char *type;
	void (*take)(struct roll *r, const struct seen *one);
} takers[] = {
	{"participant", take_member },
	{"session",     take_session},
	{"attendance",  take_noted  },
};

static bool read_roll(struct roll *r, struct err *e)
{
	struct desk *d = r->d;
	size_t count;
	const struct uuid *ids =
		view_unit(desk_view(d), &r->group, d->c->mem, &count);

	r->noted = ARENA_ARRAY(d->c->mem, struct noted, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct seen one;

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &one, e))
			return false;
		for (size_t k = 0; k < ARRAY_LEN(takers); k++)
			if (one.r.state != STATE_RETRACTED &&
				strcmp(one.type, takers[k].type) == 0)
				takers[k].take(r, &one);
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

/* What is on file for that member in that session, or NULL. */
static const struct noted *on_file(
	const struct roll *r, int64_t number, const struct member *m)
{
	char session[UUID_TEXT], member[UUID_TEXT];

	uuid_format(&r->session[number].r.id, session);
	uuid_format(&m->id, member);
	for (size_t i = 0; i < r->noted_count; i++)
		if (strcmp(r->noted[i].session, session) == 0 &&
			strcmp(r->noted[i].participant, member) == 0)
			return &r->noted[i];
	return NULL;
}

static bool write_one(
	struct roll *r, int64_t number, const struct member *m, struct err *e)
{
	struct desk *d = r->d;
	json_t *body = json_keep(json_object(), d->c->mem);
	json_t *unset = json_keep(json_array(), d->c->mem);
	const struct noted *had = on_file(r, number, m);
	char id[UUID_TEXT];
	struct uuid rec = {{0}};
	bool changed;

	json_object_set_new(body, "present", json_boolean(m->present));
	if (m->reason)
		json_object_set_new(body, "reason", json_string(m->reason));
	else if (had)
		json_array_append_new(unset, json_string("reason"));
	if (had)
		return outbox_patch(
			desk_view(d), &had->id, body, unset, &changed, e);
	json_object_set_new(body, "session",
		json_string(uuid_format(&r->session[number].r.id, id)));
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

static bool write_typed(struct roll *r, int64_t number, struct err *e)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->members[i].noted &&
			!write_one(r, number, &r->members[i], e))
			return false;
	return true;
}

/* Whoever notes who was there says that it was held. */
static bool mark_held(struct roll *r, int64_t number, struct err *e)
{
	json_t *set =
		json_keep(json_pack("{s:s}", "status", "held"), r->d->c->mem);
	bool changed;

	if (strcmp(json_str(r->session[number].body, "status"), "planned") != 0)
		return true;
	return outbox_patch(desk_view(r->d), &r->session[number].r.id, set,
		json_keep(json_array(), r->d->c->mem), &changed, e);
}

bool group_attend(struct desk *d, struct err *e)
{
	struct roll *r = ARENA_NEW(d->c->mem, struct roll);
	int64_t number;

	if (d->c->args < 4)
		return cli_usage(e, "group attend",
			"GROUP NUMBER all | NAME | NAME=REASON ...");
	r->d = d;
	number = strtoll(d->c->arg[2], NULL, 10);
	if (!pick_root(d, "group", d->c->arg[1], "GROUP", &r->group, e) ||
		!read_roll(r, e))
		return false;
	if (number < 1 || number >= SESSIONS_MAX || !r->has_session[number])
		return err_field(e, ERR_NOT_FOUND, "NUMBER", "session");
	if (!read_typed(r, e))
		return false;
	if (!store_begin(d->s, e))
		return false;
	if (mark_held(r, number, e) && write_typed(r, number, e))
		return desk_saved(d, &r->session[number].r.id, e);
	store_rollback(d->s);
	return false;
}

/* present ● absent ○ not noted · */
static const char *mark(
	const struct roll *r, int64_t number, const struct member *m)
{
	const struct noted *had = on_file(r, number, m);

	return !had ? "·" : had->present ? "●" : "○";
}

static const char *marks_of(const struct roll *r, const struct member *m)
{
	const char *marks = "";

	for (int64_t k = 1; k < SESSIONS_MAX && r->has_session[k]; k++)
		marks = arena_printf(
			r->d->c->mem, "%s%s ", marks, mark(r, k, m));
	return marks;
}

static void print_grid(const struct roll *r)
{
	static const enum text_id heads[] = {
		T_C_NAME, T_C_SESSIONS, T_C_STATE, T_COUNT};
	struct cli *c = r->d->c;
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < r->n; i++) {
		table_add(t, r->members[i].name);
		table_add(t, marks_of(r, &r->members[i]));
		table_add(t, r->members[i].left
				     ? text_raw(c->lang, T_MEMBER_LEFT)
				     : "");
	}
	table_print(t);
}

bool group_show(struct desk *d, struct err *e)
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
