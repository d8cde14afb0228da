/*
 * files.h - which files are here, and which wait to be sent.
 *
 * A file is known by the document record that names it and the hash of its
 * bytes, and belongs to the unit of that record. Rows stand in the store and
 * are sealed like any other; the bytes lie beside it (blob.h), under a key of
 * the unit's own. When the unit is dropped, the key goes with it, in the same
 * transaction, and then the bytes: what is left on a disk opens no more.
 */
#ifndef CLIENT_FILES_H
#define CLIENT_FILES_H

#include "client/store/blob.h"
#include "client/store/store.h"

enum file_state {
	FILE_WAITING, /* attached here, not at the centre yet */
	FILE_REFUSED, /* the centre will not take it; `why` says why */
	FILE_KEPT,    /* at the centre and here */
	FILE_PART,    /* being fetched */
	FILE_STATES
};

struct file {
	struct uuid rec;
	struct uuid unit;
	struct sha256 sha;
	int64_t size;
	const char *media;
	int64_t added_ms;
	bool own; /* attached here */
	enum file_state state;
	const json_t *why; /* error members, or NULL */
	/* the store's own */
	int64_t rev;
	unsigned char key[SHA256_LEN];
	json_t *doc;
};

/* The order means nothing. Valid until a file is added or dropped. */
size_t file_count(const struct store *s);
const struct file *file_at(const struct store *s, size_t i);
/* NULL when it is not here. */
const struct file *file_find(const struct store *s, const struct uuid *rec,
	const struct sha256 *sha);
/* Whether it waits and the centre may take it: not while its record is here
 * alone. */
bool file_may_go(const struct store *s, const struct file *f);
/* Whether a file of that unit does: it must not be dropped yet. */
bool file_unit_waits(const struct store *s, const struct uuid *unit);

/* ---- inside a transaction ---- */

struct file_about {
	struct uuid rec;
	struct uuid unit;
	struct sha256 sha;
	int64_t size;
	const char *media;
};

/*
 * Adds a file, and opens its blob, empty, to be filled. Killed before the
 * transaction ends, the bytes are removed when the store is opened again.
 */
struct blob *file_add(struct store *s, const struct file_about *about,
	enum file_state state, struct err *e) MUST_CHECK;
/* `why` may be NULL. */
bool file_set(struct store *s, const struct file *f, enum file_state state,
	json_t *TAKES why, struct err *e) MUST_CHECK;
bool file_drop(struct store *s, const struct file *f, struct err *e) MUST_CHECK;
/* What was sent is to be sent again: the centre was restored. */
bool files_rewind(struct store *s, struct err *e) MUST_CHECK;
/* Drops the files whose record is neither held nor in the outbox, unless they
 * wait; *n counts them. */
bool files_tidy(struct store *s, size_t *n, struct err *e) MUST_CHECK;

/* ---- at any time ---- */

/* Its bytes, which then need the store no longer. */
struct blob *file_open(struct store *s, const struct file *f, enum blob_use use,
	struct err *e) MUST_CHECK;

#endif
