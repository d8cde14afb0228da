/*
 * h_use.c - what an emergency is for: the case is read, and added to.
 *
 * The grant goes into the reader; from there on the access room and the
 * database decide as for everybody, by the grant's own key and verbs.
 */
#include "server/emergency/emergency.h"

#include "server/audit/audit.h"
#include "server/records/apply.h"
#include "server/records/records.h"

bool emergency_of(struct req *r, const struct uuid *id, struct uuid *case_id,
	int64_t *until_ms, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	ok = db_run(r->db, Q_EMERGENCY_GET, &a, &rows, e);
	db_rollback(r->db);
	if (!ok)
		return false;
	if (!db_count(rows))
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	if (db_get_int(rows, 0, "over"))
		return err_field(e, ERR_GLASS_OVER, "id", "-");
	*case_id = db_get_uuid(rows, 0, "case_id");
	*until_ms = db_get_ms(rows, 0, "until");
	return true;
}

/* Nothing of it is ever for a station's copy. */
static bool enter(struct req *r, struct uuid *case_id, struct err *e)
{
	struct uuid id;
	int64_t until_ms;

	if (r->sync_replica)
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "-");
	if (!req_segment_id(r, 0, &id, e) ||
		!emergency_of(r, &id, case_id, &until_ms, e))
		return false;
	r->reader.glass = id;
	return true;
}

/* → the same as GET /v1/cases/{id} */
bool break_glass_get(struct req *r, struct err *e)
{
	struct uuid case_id;

	return enter(r, &case_id, e) &&
	       case_reply(r, &case_id, "break_glass_read", &r->reader.glass, e);
}

static bool note_first(void *ctx, struct db *db, struct err *e)
{
	struct req *r = ctx;

	(void)e;
	audit_queue(db, r->mem, &r->reader, "break_glass_write", "ok",
		&r->reader.glass, 1);
	return true;
}

/* {"changes":[…]} → the same as POST /v1/changes */
bool break_glass_changes_post(struct req *r, struct err *e)
{
	struct uuid case_id;

	return enter(r, &case_id, e) && changes_take(r, note_first, r, e);
}
