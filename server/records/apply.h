/*
 * apply.h - the one door for writes, below HTTP: a batch of changes becomes
 * one sealed commit.
 */
#ifndef SERVER_RECORDS_APPLY_H
#define SERVER_RECORDS_APPLY_H

#include "server/records/world.h"

/*
 * Takes n decoded changes for a reader. Each gets a result (results[i], owned
 * by the caller); none rolls back its neighbours, except within a group. When
 * the database refuses a value our own checks let pass, the batch is halved
 * until only the culprit is parked. `before` (may be NULL) runs inside the
 * transaction, first, and may refuse the whole request. With `whole` every
 * change stands, or nothing is kept and *e says why: nothing is parked, a value
 * that differs is ERR_MOVED_ON.
 *
 * On return true everything acknowledged is durable; *head is the newest
 * commit. False: nothing is known to have been committed; ask again.
 */
struct apply {
	struct arena *mem;
	const struct catalogue *catalogue;
	const struct reader *reader;
	struct db *db;
	int64_t now; /* ms; the time of this request */
	bool (*before)(void *ctx, struct db *db, struct err *e);
	void *ctx;
	const struct reader *trail; /* whom the trail names; NULL: the reader */
	bool restored; /* the log was restored once; see struct world */
	bool whole;
};

bool apply_changes(const struct apply *a, struct change *changes, size_t n,
	struct change_result *results, struct commit_head *head,
	struct err *e) MUST_CHECK;

struct req;

/* h_changes.c: the changes of a request through the door, and their answer.
 * `before` as above; it may be NULL. */
bool changes_take(struct req *r,
	bool (*before)(void *ctx, struct db *db, struct err *e), void *ctx,
	struct err *e) MUST_CHECK;
/* After a commit of a handler's own, before its answer: what the answer says
 * must not be forgotten, and whoever waits for news is woken. */
void changes_committed(struct req *r, const struct commit_head *head);

#endif
