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

static json_t *batch(const char *type, const struct uuid *id, json_t *set)
{
	char rec[UUID_TEXT], change[UUID_TEXT], at[TIME_TEXT];
	struct uuid change_id = uuid_new();

	return json_pack("{s:[{s:s, s:n, s:s, s:s, s:n, s:s, s:o, s:[], s:{}, "
			 "s:i, s:s}]}",
		"changes", "id", uuid_format(&change_id, change), "tx", "rec",
		uuid_format(id, rec), "type", type, "case", "op", "create",
		"set", set, "unset", "seen", "base_ver", 0, "entered_at",
		time_format(host_now_ms(), at));
}

bool place_write(struct call *c, struct db *db, const struct uuid *site,
	const char *type, const struct uuid *id, json_t *set, struct err *e)
{
	struct catalogue *catalogue = catalogue_load();
	struct reader author = {
		.staff = *id, .site = *site, .role = ROLE_SYSTEM_ADMIN};
	struct change_result result = {0};
	struct change *changes;
	struct commit_head head;
	struct apply a = {c->mem, catalogue, &author, db, host_now_ms(), NULL,
		NULL, NULL};
	json_t *j = json_keep(batch(type, id, set), c->mem);
	size_t n;
	bool ok;

	ok = change_batch_decode(catalogue, j, c->mem, &changes, &n, e) &&
	     apply_changes(&a, changes, n, &result, &head, e);
	if (ok && result.status != CHANGE_APPLIED) {
		*e = result.why;
		ok = false;
	}
	catalogue_free(catalogue);
	return ok;
}
