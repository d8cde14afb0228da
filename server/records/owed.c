/*
 * owed.c - see owed.h.
 */
#include "server/records/owed.h"

#include "proto/base/host.h"
#include "server/records/apply.h"

#include <string.h>

/* Which field of which kind says it, and what its atom holds besides. */
static const struct {
	const char *kind;
	const char *field;
	const char *beside;
} kinds[] = {
	{"member",  "to",        "from"            },
	{"consent", "withdrawn", "withdrawn_reason"},
};

static json_t *as_it_is(const json_t *body, const char *field)
{
	json_t *v = json_object_get(body, field);

	return v ? json_incref(v) : json_null();
}

/* The decision's id is the change's: tried twice, it is one. */
static json_t *change_of(const struct db_rows *rows, int i, struct arena *mem)
{
	struct uuid id = db_get_uuid(rows, i, "id");
	struct uuid rec = db_get_uuid(rows, i, "about");
	struct uuid of = db_get_uuid(rows, i, "case_id");
	const char *kind = db_get_text(rows, i, "kind");
	const char *text = db_get_text(rows, i, "body");
	char ids[3][UUID_TEXT], at[TIME_TEXT];
	struct err ignored;
	const json_t *body =
		json_read(text, strlen(text), &json_limits_own, mem, &ignored);
	size_t k = strcmp(kind, kinds[0].kind) == 0 ? 0 : 1;

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:{s:o, s:o}}", "id",
		uuid_format(&id, ids[0]), "rec", uuid_format(&rec, ids[1]),
		"case", uuid_format(&of, ids[2]), "type", kind, "op", "patch",
		"entered_at", time_format(db_get_ms(rows, i, "at"), at), "set",
		kinds[k].field, db_get_text(rows, i, "ends"), "seen",
		kinds[k].field, as_it_is(body, kinds[k].field), kinds[k].beside,
		as_it_is(body, kinds[k].beside));
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
		json_pack("{s:[o]}", "changes", change_of(rows, i, mem)), mem);
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
