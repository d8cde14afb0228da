/*
 * people.c - see people.h.
 */
#include "server/office/people.h"

bool person_find(struct req *r, const struct uuid *site, bool in_post,
	struct account *a, struct err *e)
{
	struct db_rows *rows;
	struct db_args args;

	db_args_init(&args, r->mem);
	db_uuid(&args, &a->staff);
	if (!db_run(r->db, Q_AUTH_STAFF_RECORD, &args, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "staff", "-");
	a->site = db_get_uuid(rows, 0, "site");
	if (site && uuid_cmp(site, &a->site) != 0)
		return err_field(e, ERR_NOT_FOUND, "staff", "-");
	a->role = role_from_name(db_get_text(rows, 0, "role"));
	a->name = db_get_text(rows, 0, "name");
	a->site_name = db_get_text(rows, 0, "site_name");
	a->district = db_get_uuid(rows, 0, "district");
	if (uuid_cmp(&a->staff, &r->reader.staff) == 0)
		return err_field(e, ERR_FORBIDDEN, "staff",
			"本人以外的管理员" ERR_BOTH
			"an administrator other than oneself");
	if (!access_grants(r->reader.role, role_name(a->role)))
		return err_field(
			e, ERR_FORBIDDEN, "role", "%s", role_name(a->role));
	return !in_post || db_get_int(rows, 0, "active") ||
	       err_field(e, ERR_BAD_INPUT, "staff",
		       "在岗人员" ERR_BOTH "somebody in post");
}

bool person_account(struct req *r, const struct uuid *site, bool in_post,
	struct account *a, struct err *e)
{
	struct db_rows *rows;
	struct db_args args;

	if (!person_find(r, site, in_post, a, e))
		return false;
	db_args_init(&args, r->mem);
	db_uuid(&args, &a->staff);
	db_uuid(&args, site);
	if (!db_run(r->db, Q_AUTH_ACCOUNT_BY_STAFF, &args, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "staff", "-");
	a->id = db_get_uuid(rows, 0, "id");
	a->login = db_get_text(rows, 0, "login");
	a->must_change = db_get_int(rows, 0, "must_change") != 0;
	return true;
}
