/*
 * audit.c - see audit.h.
 */
#include "server/audit/audit.h"

static const struct uuid *or_null(const struct uuid *u)
{
	return uuid_is_nil(u) ? NULL : u;
}

void audit_queue(struct db *db, struct arena *mem, const struct reader *r,
	const char *action, const char *outcome, const struct uuid *records,
	size_t n)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, or_null(&r->staff));
	db_text(&a, role_name(r->role));
	db_uuid(&a, or_null(&r->site));
	db_uuid(&a, or_null(&r->session));
	db_uuid(&a, or_null(&r->device));
	db_text(&a, action);
	db_text(&a, outcome);
	db_uuids(&a, records, n);
	db_queue(db, Q_AUDIT_ADD, &a);
}
