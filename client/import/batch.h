/*
 * batch.h - a list that was taken in, as one thing that can be taken back.
 *
 * A batch is a paper of the store (store.h): what was made, row by row, and
 * nothing of what the rows said.
 */
#ifndef CLIENT_IMPORT_BATCH_H
#define CLIENT_IMPORT_BATCH_H

#include "client/import/plan.h"

/*
 * Writes what a plan makes into the outbox, the records of a row as one group
 * so that no case arrives without its person, and the batch with it, all in
 * one transaction of its own. *id is the batch's: the day and a number.
 */
bool batch_save(const struct plan_job *job, const struct plan *p,
	const char **id, struct err *e) MUST_CHECK;

/* What is remembered of the columns of a list with these heads; NULL when
 * nothing is. */
bool batch_columns(struct store *s, const char *signature, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;

/* {"batch","at","file","rows","new","undone"?} for each, newest first. */
bool batch_list(struct store *s, struct arena *mem, json_t **out,
	struct err *e) MUST_CHECK;

/* Why a row, or a record of it, stays when its batch is taken back. */
enum left {
	LEFT_EDITED,   /* somebody worked on it since */
	LEFT_AT_CENTRE /* it was sent, and nobody may retract such a record */
};
const char *left_name(enum left l);

struct undone {
	size_t dropped;   /* records that never left this computer */
	size_t retracted; /* that were sent; the retraction waits in the outbox
			   */
	json_t *left;     /* [{"row","type","id","why"}] */
};

/*
 * Takes a batch back: what was not sent goes, what was sent is retracted where
 * anybody may, and rows that were worked on since stay whole. ERR_NOT_FOUND
 * when there is no such batch; doing it twice finds nothing more to do.
 */
bool batch_undo(struct view *v, const char *id, struct arena *mem,
	struct undone *out, struct err *e) MUST_CHECK;

#endif
