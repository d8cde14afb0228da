/*
 * amounts.h - what a case or a group amounts to, for the reader who asks:
 * reckoned from the records that are being sent, by the code the station has.
 */
#ifndef SERVER_RECORDS_AMOUNTS_H
#define SERVER_RECORDS_AMOUNTS_H

#include "proto/measure.h"
#include "server/db/db.h"

/*
 * Appends the members `due`, `measures`, `gaps` and `coverage` of docs/wire.md,
 * each with a comma before it. `rows` are the unit's records and those beside
 * it, `holidays` the rows of Q_HOLIDAYS.
 */
void amounts_write(const struct catalogue *c, struct db_rows *const rows[2],
	const struct db_rows *holidays, const struct uuid *unit,
	struct arena *mem, struct buf *out);

#endif
