/*
 * shut.c - orders for stations that are lost, and the end of a certificate (see
 * device.h).
 */
#include "server/auth/device.h"

#include <string.h>

static bool no_device(struct err *e)
{
	return err_field(e, ERR_NOT_FOUND, "device", "-");
}

/* A wipe takes the place of a lock; nothing undoes one that was carried out. */
static bool make_way(struct db *db, struct arena *mem,
	const struct uuid *device, const char *kind, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, device);
	if (!db_run(db, Q_AUTH_ORDER_STANDING, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return true;
	if (strcmp(kind, "lock") == 0 ||
		strcmp(db_get_text(rows, 0, "kind"), "lock") != 0)
		return err_field(e, ERR_BAD_STEP, "device", "-");
	return db_run(db, Q_AUTH_ORDER_END, &a, NULL, e);
}

bool order_give(struct db *db, struct arena *mem, const struct uuid *device,
	const char *kind, const char *reason, struct err *e)
{
	struct uuid id = uuid_new();
	struct db_rows *rows;
	struct db_args a, b;

	if (!reason || !reason[0] || strlen(reason) > ORDER_REASON_MAX)
		return err_field(e, ERR_MISSING, "reason", "1-%d bytes",
			ORDER_REASON_MAX);
	db_args_init(&a, mem);
	db_uuid(&a, &id);
	db_uuid(&a, device);
	db_text(&a, kind);
	db_text(&a, reason);
	db_args_init(&b, mem);
	db_uuid(&b, device);
	if (!make_way(db, mem, device, kind, e) ||
		!db_run(db, Q_AUTH_ORDER_ADD, &a, &rows, e))
		return false;
	return db_count(rows) == 0
		       ? no_device(e)
		       : db_run(db, Q_AUTH_SESSIONS_OF_DEVICE, &b, NULL, e);
}

bool order_take_back(struct db *db, struct arena *mem,
	const struct uuid *device, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, device);
	return db_run(db, Q_AUTH_ORDER_END, &a, &rows, e) &&
	       (db_count(rows) || err_field(e, ERR_BAD_STEP, "device", "-"));
}

bool device_revoke(struct db *db, struct arena *mem, const struct uuid *device,
	struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, device);
	return db_run(db, Q_AUTH_DEVICE_REVOKE, &a, &rows, e) &&
	       (db_count(rows) || no_device(e));
}
