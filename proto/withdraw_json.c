/*
 * withdraw_json.c - see withdraw.h: the preview as JSON.
 */
#include "proto/withdraw_in.h"

#include <string.h>

#include "policy_reach.h"

enum wd_reach wd_reach_of(const char *role)
{
	static const struct {
		const char *name;
		enum wd_reach reach;
	} ways[] = {
		{"site",   REACH_BY_SITE},
		{"member", REACH_BY_SEAT},
	};

	for (size_t i = 0; role && i < ARRAY_LEN(role_reach); i++)
		for (size_t k = 0; k < ARRAY_LEN(ways); k++)
			if (strcmp(role_reach[i].role, role) == 0 &&
				strcmp(role_reach[i].reach, ways[k].name) == 0)
				return ways[k].reach;
	return REACH_BY_NOTHING;
}

const char *withdraw_how_name(enum withdraw_how how)
{
	static const char *const names[] = {
		[FALL_CANCELLED] = "cancelled",
		[FALL_WITHDRAWN] = "withdrawn",
		[FALL_HANDED_BACK] = "handed_back",
		[FALL_LEFT] = "left",
		[FALL_HIDDEN] = "hidden",
	};

	return names[how];
}

static json_t *id_json(const struct uuid *id)
{
	char text[UUID_TEXT];

	return json_string(uuid_format(id, text));
}

static json_t *classes_json(int mask)
{
	static const struct {
		int bit;
		const char *name;
	} classes[] = {
		{CLASS_CORE,       "core"      },
		{CLASS_IDENTITY,   "identity"  },
		{CLASS_ASSESSMENT, "assessment"},
		{CLASS_PLAN,       "plan"      },
		{CLASS_NOTE,       "note"      },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (mask & classes[i].bit)
			json_array_append_new(
				list, json_string(classes[i].name));
	return list;
}

static void count_role(json_t *list, const char *role)
{
	json_t *one = json_find(list, "role", role);

	if (one)
		json_object_set_new(
			one, "n", json_integer(json_int(one, "n", 0) + 1));
	else
		json_array_append_new(
			list, json_pack("{s:s, s:i}", "role", role, "n", 1));
}

/* Who reaches the case by that row: everybody of a site who reaches by it, or
 * the one with the seat. */
static json_t *people(const struct withdraw *w, const struct withdraw_loss *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < w->n; i++) {
		const struct withdraw_rec *r = &w->recs[i];
		const char *role =
			wd_is(r, "staff") ? json_str(r->after, "role") : NULL;
		const json_t *active = json_object_get(r->after, "active");

		if (!role || json_is_false(active))
			continue;
		if (uuid_is_nil(&l->staff)
				? wd_names(r->after, "site", &l->site) &&
					  wd_reach_of(role) == REACH_BY_SITE
				: uuid_cmp(&r->id, &l->staff) == 0)
			count_role(list, role);
	}
	return list;
}

static json_t *losses_json(const struct withdraw *w)
{
	json_t *list = json_array();
	size_t n;
	const struct withdraw_loss *l = withdraw_losses(w, &n);

	for (size_t i = 0; i < n; i++) {
		json_t *one = json_pack("{s:o, s:o, s:o, s:o}", "site",
			id_json(&l[i].site), "before",
			classes_json(l[i].before), "after",
			classes_json(l[i].after), "people", people(w, &l[i]));

		if (!uuid_is_nil(&l[i].staff))
			json_object_set_new(one, "staff", id_json(&l[i].staff));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *falls_json(const struct withdraw *w)
{
	static const char *const shown[] = {
		"title", "due", "started_at", "status", "kind", "item_name"};
	json_t *list = json_array();
	size_t n;
	const struct withdraw_fall *f = withdraw_falls(w, &n);

	for (size_t i = 0; i < n; i++) {
		json_t *one = json_pack("{s:o, s:s, s:s, s:o}", "rec",
			id_json(&f[i].rec->id), "type", f[i].rec->type, "how",
			withdraw_how_name(f[i].how), "site",
			id_json(&f[i].site));

		for (size_t k = 0; k < ARRAY_LEN(shown); k++) {
			const char *s = json_str(f[i].rec->after, shown[k]);

			if (s)
				json_object_set_new(
					one, shown[k], json_string(s));
		}
		json_array_append_new(list, one);
	}
	return list;
}

json_t *withdraw_json(const struct withdraw *w)
{
	return json_keep(json_pack("{s:o, s:o}", "losses", losses_json(w),
				 "falls", falls_json(w)),
		w->mem);
}
