/*
 * owed.c - see owed.h.
 */
#include "server/records/owed.h"

#include "proto/base/host.h"
#include "proto/merge.h"
#include "server/records/apply.h"

#include <string.h>

static json_t *read_own(const char *text, struct arena *mem)
{
	struct err ignored;

	return json_read(text, strlen(text), &json_limits_own, mem, &ignored);
}

/* A day that is to be reached no later; the record may say an earlier one. */
static void put_day(json_t *set, const json_t *body, const char *field,
	const json_t *doc, const char *member)
{
	const char *day = json_str(doc, member), *now = json_str(body, field);

	if (day && (!now || strcmp(day, now) < 0))
		json_object_set_new(set, field, json_string(day));
}

/* What of a set may stay. An empty one is absent. */
static void put_rest(json_t *set, json_t *unset, const json_t *body,
	const char *field, const json_t *doc)
{
	const json_t *now = json_object_get(body, field);
	const json_t *may = json_object_get(doc, field);
	json_t *rest;

	if (!may || !json_array_size(now))
		return;
	rest = json_array();
	for (size_t i = 0; i < json_array_size(now); i++) {
		json_t *one = json_array_get(now, i);

		if (json_holds(may, json_string_value(one)))
			json_array_append(rest, one);
	}
	if (!json_array_size(rest))
		json_array_append_new(unset, json_string(field));
	else if (json_array_size(rest) < json_array_size(now))
		json_object_set(set, field, rest);
	json_decref(rest);
}

/* What the record has to say for the decision to stand in it. */
static void put_all(json_t *set, json_t *unset, const json_t *body,
	const char *kind, const json_t *doc)
{
	if (strcmp(kind, "member") == 0) {
		put_day(set, body, "to", doc, "to");
		return;
	}
	put_day(set, body, "withdrawn", doc, "to");
	put_day(set, body, "to", doc, "until");
	put_rest(set, unset, body, "classes", doc);
	put_rest(set, unset, body, "sites", doc);
}

/* The decision's id is the change's: tried twice, it is one. */
static json_t *change_of(const struct catalogue *c, const struct db_rows *rows,
	int i, struct arena *mem)
{
	struct uuid id = db_get_uuid(rows, i, "id");
	struct uuid rec = db_get_uuid(rows, i, "about");
	struct uuid of = db_get_uuid(rows, i, "case_id");
	const char *kind = db_get_text(rows, i, "kind");
	const json_t *body = read_own(db_get_text(rows, i, "body"), mem);
	const json_t *doc = read_own(db_get_text(rows, i, "doc"), mem);
	json_t *set = json_keep(json_object(), mem);
	json_t *unset = json_keep(json_array(), mem);
	char ids[3][UUID_TEXT], at[TIME_TEXT];

	put_all(set, unset, body, kind, doc);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O, s:O, s:O}", "id",
		uuid_format(&id, ids[0]), "rec", uuid_format(&rec, ids[1]),
		"case", uuid_format(&of, ids[2]), "type", kind, "op", "patch",
		"entered_at", time_format(db_get_ms(rows, i, "at"), at), "set",
		set, "unset", unset, "seen",
		merge_seen(catalogue_type(c, kind), body, set, unset, mem));
}

static bool enter_one(struct db *db, const struct catalogue *c,
	const struct db_rows *rows, int i, bool *entered, struct err *e)
{
	struct arena *mem = arena_new();
	struct reader who = {.staff = db_get_uuid(rows, i, "by"),
		.site = db_get_uuid(rows, i, "home_site"),
		.role = ROLE_SUPERVISOR};
	struct apply a = {.mem = mem,
		.catalogue = c,
		.reader = &who,
		.db = db,
		.now = host_now_ms()};
	json_t *batch = json_keep(
		json_pack("{s:[o]}", "changes", change_of(c, rows, i, mem)),
		mem);
	struct change_result result;
	struct commit_head head;
	struct change *changes;
	size_t n;
	bool ok = change_batch_decode(c, batch, mem, &changes, &n, e) &&
		  apply_changes(&a, changes, n, &result, &head, e);

	*entered = ok && (result.status == CHANGE_APPLIED ||
				 result.status == CHANGE_NOTED);
	arena_free(mem);
	return ok;
}

bool owed_enter(
	struct db *db, const struct catalogue *c, int *done, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct db_args none;
	bool ok;

	*done = 0;
	db_args_init(&none, mem);
	ok = db_run(db, Q_DECISIONS_OWED, &none, &rows, e);
	for (int i = 0; ok && i < db_count(rows); i++) {
		bool entered;

		ok = enter_one(db, c, rows, i, &entered, e);
		*done += ok && entered;
	}
	arena_free(mem);
	return ok;
}
