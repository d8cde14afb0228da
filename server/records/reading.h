/*
 * reading.h - what the handlers of this room that only read have in common.
 */
#ifndef SERVER_RECORDS_READING_H
#define SERVER_RECORDS_READING_H

#include "server/req.h"

struct record;

/* Answers 200 with what b holds, and frees b. ERR_TOO_LARGE when it did not
 * hold all of it. */
bool reading_reply(struct req *r, struct buf *b, struct err *e) MUST_CHECK;
/* A record of Q_UNIT_RECORDS' columns, and its body, which is ours to trust. */
json_t *reading_row(struct req *r, const struct db_rows *rows, int i,
	struct record *out) NEVER_NULL;
/* The record as it is answered, with that body in the place of its own. A new
 * reference. */
json_t *reading_json(
	struct req *r, const struct record *rec, const json_t *body) NEVER_NULL;

/*
 * A page of the reader's caseload and, in rows[0], nothing of interest: the
 * statement's arguments are Q_CASELOAD's. Lines that waited are folded first.
 * The transaction stays open.
 */
bool reading_caseload(struct req *r, struct db_args *a, struct db_rows *rows[2],
	struct err *e) MUST_CHECK;
/* The line in row i of Q_CASELOAD or Q_CASE_LINE, as this reader sees it: the
 * stored one, or one of what a consent leaves them. */
bool reading_line(struct req *r, const struct db_rows *rows, int i,
	const struct uuid *id, struct buf *b, struct err *e) MUST_CHECK;

#endif
