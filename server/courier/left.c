/*
 * left.c - see left.h.
 */
#include "server/courier/left.h"

#include <string.h>

bool left_fits(int64_t room, int64_t bytes, struct err *e)
{
	return bytes <= room || err_field(e, ERR_KEPT_FULL, "parcels",
					"<= %d bytes", LIMIT_KEPT_BYTES);
}

bool left_room(struct req *r, int64_t *room, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.device);
	if (!db_run(r->db, Q_PARCEL_LOCK, &a, NULL, e) ||
		!db_run(r->db, Q_PARCEL_HELD, &a, &rows, e))
		return false;
	*room = LIMIT_KEPT_BYTES - db_get_int(rows, 0, "bytes");
	return true;
}

bool left_change(struct req *r, const struct parcel *p, const char *text,
	const struct err *why, int64_t *room, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &p->id);
	db_uuid(&a, &r->reader.device);
	db_text(&a, parcel_kind_name(p->kind));
	db_uuid(&a, &p->replica);
	db_text(&a, err_name(why->code));
	db_text(&a, text);
	db_int(&a, *room);
	if (!db_run(r->db, Q_PARCEL_PUT, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return left_fits(*room, (int64_t)strlen(text), e);
	*room -= db_get_int(rows, 0, "bytes");
	return true;
}
