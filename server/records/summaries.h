/*
 * summaries.h - keeps the stored line of each case in step with its records.
 *
 * A write only marks the line; whoever reads lists brings marked lines up to
 * date first. So a push never pays for it and a list is never stale.
 */
#ifndef SERVER_RECORDS_SUMMARIES_H
#define SERVER_RECORDS_SUMMARIES_H

#include "proto/calendar.h"
#include "proto/types.h"
#include "server/db/db.h"

/* The calendar of working days, of the rows of Q_HOLIDAYS. Belongs to mem. */
struct calendar *summaries_calendar(
	const struct db_rows *rows, struct arena *mem) NEVER_NULL;

/* Folds every marked line anew (of these cases; of all when n is 0), in
 * transactions of a bounded number of cases. Outside any transaction. */
bool summaries_refresh(struct db *db, const struct catalogue *c,
	const struct uuid *cases, size_t n, struct err *e) MUST_CHECK;

/*
 * The line of one case folded from what the reader of the open transaction
 * sees, for those whose consent covers only some classes. Text in mem.
 */
bool summaries_seen(struct db *db, const struct catalogue *c,
	const struct uuid *case_id, struct arena *mem, const char **line,
	struct err *e) MUST_CHECK;

#endif
