/*
 * access.c - see access.h.
 */
#include "server/access/access.h"

#include <string.h>

enum reach { REACH_DIRECTORY, REACH_MEMBER, REACH_SITE };

struct policy_reach {
	const char *role;
	enum reach reach;
};

struct policy_row {
	const char *role;
	enum access_verb verb;
	bool own;
	const char *type;
};

struct policy_act {
	const char *role;
	enum access_act act;
	bool own; /* at the own site only */
};

struct policy_grant {
	const char *role;
	const char *granted;
};

#include "policy.h"

struct grant {
	enum access_verb verb;
};

static const struct grant grants[] = {{VERB_READ}, {VERB_CREATE}, {VERB_PATCH},
	{VERB_SIGN}, {VERB_RETRACT}, {VERB_RESOLVE}, {VERB_GLASS_READ},
	{VERB_GLASS_CREATE}};

static const struct policy_row *row_for(
	enum role role, enum access_verb verb, const char *type)
{
	const char *name = role_name(role);

	for (size_t i = 0; i < ARRAY_LEN(policy); i++)
		if (policy[i].verb == verb &&
			strcmp(policy[i].type, type) == 0 &&
			strcmp(policy[i].role, name) == 0)
			return &policy[i];
	return NULL;
}

static bool reaches_cases(enum role role)
{
	for (size_t i = 0; i < ARRAY_LEN(policy_reach); i++)
		if (strcmp(policy_reach[i].role, role_name(role)) == 0)
			return policy_reach[i].reach != REACH_DIRECTORY;
	return false;
}

static bool is_named(const struct reader *r, const struct access_facts *f)
{
	if (uuid_is_nil(&f->author) || uuid_cmp(&f->author, &r->staff) == 0)
		return true;
	for (size_t i = 0; i < f->reader_count; i++)
		if (uuid_cmp(&f->readers[i], &r->staff) == 0)
			return true;
	return false;
}

/* Whether the record exists at all, as far as this reader can tell. */
static bool is_reached(const struct reader *r, const struct access_facts *f)
{
	if (f->type->scope == SCOPE_DIRECTORY || f->directory)
		return true;
	if (!reaches_cases(r->role) || !(f->mask & f->cls))
		return false;
	return f->cls != CLASS_RESTRICTED || is_named(r, f);
}

#define NO_VERB ((enum access_verb)(VERB_GLASS_CREATE + 1))

/* Read and add, as far as the policy says; nothing else. */
static enum access_verb in_emergency(enum access_verb verb)
{
	return verb == VERB_READ     ? VERB_GLASS_READ
	       : verb == VERB_CREATE ? VERB_GLASS_CREATE
				     : NO_VERB;
}

static const struct {
	const char *name;
	enum access_verb verb;
} told[] = {
	{"create",  VERB_CREATE },
	{"patch",   VERB_PATCH  },
	{"sign",    VERB_SIGN   },
	{"retract", VERB_RETRACT},
	{"resolve", VERB_RESOLVE},
};

bool access_ever(enum role role, enum access_verb verb, const char *type)
{
	return role != ROLE_NONE && row_for(role, verb, type) != NULL;
}

static const char *const act_names[] = {[ACT_ACCOUNT] = "account",
	[ACT_ENROLMENT] = "enrolment",
	[ACT_DEVICE] = "device",
	[ACT_SETTING] = "setting",
	[ACT_TRAIL] = "trail",
	[ACT_REQUEST] = "request",
	[ACT_IMPACT] = "impact",
	[ACT_INCIDENT] = "incident",
	[ACT_RETENTION] = "retention",
	[ACT_DESTROY] = "destroy"};

/* What is not about records: acts, and the roles it gives. */
static void add_acts(json_t *out, const char *role)
{
	json_t *acts = json_array(), *given = json_array();

	for (size_t i = 0; i < ARRAY_LEN(policy_acts); i++)
		if (strcmp(policy_acts[i].role, role) == 0)
			json_array_append_new(acts,
				json_string(act_names[policy_acts[i].act]));
	for (size_t i = 0; i < ARRAY_LEN(policy_grants); i++)
		if (strcmp(policy_grants[i].role, role) == 0)
			json_array_append_new(
				given, json_string(policy_grants[i].granted));
	json_object_set_new(out, "act", acts);
	json_object_set_new(out, "grant", given);
}

json_t *access_may(enum role role)
{
	const char *name = role_name(role);
	json_t *out = json_object(), *limited = json_array();

	for (size_t k = 0; k < ARRAY_LEN(told); k++) {
		json_t *types = json_array();
		bool own = false;

		for (size_t i = 0; i < ARRAY_LEN(policy); i++) {
			if (policy[i].verb != told[k].verb ||
				strcmp(policy[i].role, name) != 0)
				continue;
			own |= policy[i].own;
			json_array_append_new(
				types, json_string(policy[i].type));
		}
		json_object_set_new(out, told[k].name, types);
		if (own)
			json_array_append_new(
				limited, json_string(told[k].name));
	}
	json_object_set_new(out, "own", limited);
	add_acts(out, name);
	return out;
}

const struct grant *access_decide(const struct reader *r, enum access_verb verb,
	const struct access_facts *f, struct err *e)
{
	const struct policy_row *row;
	bool own = uuid_cmp(&f->author, &r->staff) == 0;

	if (!uuid_is_nil(&r->glass))
		verb = in_emergency(verb);
	if (r->role == ROLE_NONE || !is_reached(r, f)) {
		err_field(e, ERR_NOT_FOUND, "rec", "-");
		return NULL;
	}
	row = verb == NO_VERB ? NULL : row_for(r->role, verb, f->type->name);
	if (!row || (row->own && !own)) {
		err_field(e, ERR_FORBIDDEN, f->type->name, "%s%s",
			role_name(r->role), row ? " (own records only)" : "");
		return NULL;
	}
	return &grants[verb];
}

static const struct policy_act *act_of(
	const struct reader *r, enum access_act act)
{
	for (size_t i = 0; i < ARRAY_LEN(policy_acts); i++)
		if (policy_acts[i].act == act &&
			strcmp(policy_acts[i].role, role_name(r->role)) == 0)
			return &policy_acts[i];
	return NULL;
}

bool access_act(const struct reader *r, enum access_act act,
	const struct uuid **site, struct err *e)
{
	const struct policy_act *row = act_of(r, act);

	if (!row)
		return err_field(e, ERR_FORBIDDEN, act_names[act], "%s",
			role_name(r->role));
	*site = row->own ? &r->site : NULL;
	return true;
}

bool access_grants(enum role by, const char *role)
{
	for (size_t i = 0; role && i < ARRAY_LEN(policy_grants); i++)
		if (strcmp(policy_grants[i].granted, role) == 0 &&
			strcmp(policy_grants[i].role, role_name(by)) == 0)
			return true;
	return false;
}
