/*
 * files_part.h - a file that comes in pieces, whoever brings it: the answers of
 * the centre, fetched by a command or handed on to a page, and a page that has
 * one to send.
 *
 * Whole chunks are sealed behind those that are here, under a row that says
 * "part of it is here" and stood in the store before the first of them.
 */
#ifndef CLIENT_SYNC_FILES_PART_H
#define CLIENT_SYNC_FILES_PART_H

#include "client/store/files.h"
#include "client/sync/transport.h"

/* ---- rows, each in a transaction of its own ---- */

bool part_begin(struct store *s, const struct file_about *about,
	struct err *e) MUST_CHECK;
/* `why` may be NULL. */
bool part_set(struct store *s, const struct file *f, enum file_state state,
	json_t *TAKES why, struct err *e) MUST_CHECK;
bool part_drop(struct store *s, const struct file *f, struct err *e) MUST_CHECK;

/* ---- a range of the centre's ---- */

struct range {
	struct str bytes;
	int64_t from;
	int64_t total; /* of the file, as the centre says; no more than any is
			*/
};

/* ERR_VOID_PAGE for another range than was asked for, ERR_TOO_LARGE for a total
 * no file has, ERR_FILE_AWAY when the centre does not give it. */
bool part_read(const struct reply *a, int64_t from, struct range *out,
	struct err *e) MUST_CHECK;
/* The same of an answer that was cut: what came is less than it says. */
bool part_read_cut(
	const struct reply *a, int64_t from, struct range *out) MUST_CHECK;

/* ---- chunks ---- */

/* Keeps the whole chunks of `bytes` behind *have, which moves. */
bool part_put(struct blob *b, struct str bytes, int64_t *have,
	struct err *e) MUST_CHECK;

/*
 * Keeps them in a file that is here in part; with the last it becomes `whole`,
 * when it is the file its record names (and, to be sent, begins as its kind
 * does), else ERR_FILE_MISMATCH and nothing of it stays. *have: so far.
 */
bool part_take(struct store *s, const struct file *f, struct str bytes,
	enum file_state whole, int64_t *have, struct err *e) MUST_CHECK;

/* Keeps a range that came where it goes on with what is here; one from another
 * place only has to fit the file. */
bool part_came(struct store *s, const struct file_about *about,
	const struct range *r, struct err *e) MUST_CHECK;

#endif
