/*
 * place.c - see place.h.
 */
#include "server/admin/place.h"

#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "server/records/apply.h"

bool place_find(struct db *db, const char *what, struct arena *mem,
	struct named_site *out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_text(&a, what);
	if (!db_run(db, Q_AUTH_SITE_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) != 1)
		return err_field(e, ERR_USAGE, "site",
			db_count(rows) ? "the id: several sites have that name"
				       : "the id or name of a site");
	out->id = db_get_uuid(rows, 0, "id");
	out->name = db_get_text(rows, 0, "name");
	out->district = db_get_uuid(rows, 0, "district");
	return true;
}

json_t *place_change(const char *type, const struct uuid *rec,
	const struct uuid *tx, int64_t ver, json_t *set, json_t *seen)
{
	char id[UUID_TEXT], record[UUID_TEXT], group[UUID_TEXT], at[TIME_TEXT];
	struct uuid own = uuid_new();

	return json_pack("{s:s, s:s?, s:s, s:s, s:n, s:s, s:o, s:[], s:o, s:I, "
			 "s:s}",
		"id", uuid_format(&own, id), "tx",
		tx ? uuid_format(tx, group) : NULL, "rec",
		uuid_format(rec, record), "type", type, "case", "op",
		seen ? "patch" : "create", "set", set, "unset", "seen",
		seen ? seen : json_object(), "base_ver", (json_int_t)ver,
		"entered_at", time_format(host_now_ms(), at));
}

bool place_write_all(struct call *c, struct db *db,
	const struct catalogue *catalogue, const struct reader *author,
	json_t *changes, struct err *e)
{
	struct apply a = {.mem = c->mem,
		.catalogue = catalogue,
		.reader = author,
		.db = db,
		.now = host_now_ms()};
	json_t *batch =
		json_keep(json_pack("{s:o}", "changes", changes), c->mem);
	struct change_result *results;
	struct commit_head head;
	struct change *list;
	size_t n;

	if (!change_batch_decode(catalogue, batch, c->mem, &list, &n, e))
		return false;
	results = ARENA_ARRAY(c->mem, struct change_result, n);
	if (!apply_changes(&a, list, n, results, &head, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (results[i].status != CHANGE_APPLIED &&
			results[i].why.code != ERR_TX_FAILED) {
			*e = results[i].why;
			return false;
		}
	return true;
}

bool place_write(struct call *c, struct db *db, const struct uuid *site,
	const char *type, const struct uuid *id, json_t *set, struct err *e)
{
	struct reader author = {
		.staff = *id, .site = *site, .role = ROLE_SYSTEM_ADMIN};
	struct catalogue *catalogue = catalogue_load();
	json_t *changes = json_array();
	bool ok;

	json_array_append_new(
		changes, place_change(type, id, NULL, 0, set, NULL));
	ok = place_write_all(c, db, catalogue, &author, changes, e);
	catalogue_free(catalogue);
	return ok;
}
