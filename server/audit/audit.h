/*
 * audit.h - the trail: ids only, written in the transaction of the act.
 */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H

#include "proto/trail.h"
#include "server/db/db.h"

struct req;

/*
 * Queues one event into the current transaction (call before db_flush or
 * db_queue_commit). `action` and `outcome` are our own words ("write", "read",
 * "signin" … / "ok", or an error code); `records` may be NULL. No audit, no
 * answer: when the event cannot be stored, the transaction fails.
 */
void audit_queue(struct db *db, struct arena *mem, const struct reader *r,
	const char *action, const char *outcome, const struct uuid *records,
	size_t n);
/*
 * Queues the event, commits, and waits for all that is queued: the end of
 * every act, to be called inside its transaction. False: nothing of it is
 * kept, or it is not known to be (ERR_BUSY); then there must be no answer. The
 * arena is used for the statements only.
 */
bool audit_commit(struct db *db, struct arena *mem, const struct reader *r,
	const char *action, const char *outcome, const struct uuid *records,
	size_t n, struct err *e) MUST_CHECK;
/*
 * For an act that a function of the database does (log.epoch_bump …), which
 * would else write the event itself, without a mark: before it is called. The
 * act's event is then written here, by audit_commit().
 */
bool audit_is_ours(struct db *db, struct err *e) MUST_CHECK;
/* audit_commit() for a request: by its reader, in its transaction. */
bool audit_end(struct req *r, const char *action, const char *outcome,
	const struct uuid *records, size_t n, struct err *e) MUST_CHECK;

/* The mark an event carries until it is sealed: an HMAC, under a key that is
 * not in the database, over all of it but what the database gives (id, time,
 * transaction). */
struct sha256 audit_mac(
	const struct trail_leaf *l, const unsigned char key[32]);

/*
 * The canonical bytes of what the rows of one of the statements seal_events,
 * seal_commits … say (server/sql/seal.sql). `columns` is looked up once a
 * result.
 */
struct audit_columns {
	enum trail_kind kind;
	int at[TRAIL_FIELDS];
};
struct audit_columns audit_columns_of(
	const struct db_rows *rows, enum trail_kind kind);
/* Fields point into the rows; numbers into `room`. */
void audit_leaf(const struct db_rows *rows, int row,
	const struct audit_columns *c, struct arena *mem,
	struct trail_leaf *out);

#endif
