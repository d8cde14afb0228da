/*
 * keyfile.h - the keys that wrap all others, as the operator keeps them.
 *
 * The file holds one key a line, 64 hex digits; the first wraps what is made
 * now (data keys, the keys of files, second factors), the others still open
 * what they wrapped, so a key is changed by putting a new one on top.
 * PostgreSQL never sees them: a dump without this file tells nothing of what is
 * sealed, and this file is to be backed up apart from the dumps.
 */
#ifndef SERVER_FILES_KEYS_H
#define SERVER_FILES_KEYS_H

#include "proto/base/err.h"
#include "proto/base/hash.h"
#include "server/config.h"

#define FILE_KEY    32
#define FILE_KEY_ID 8
#define FILE_KEYS   8 /* at most */

struct file_key {
	unsigned char id[FILE_KEY_ID]; /* the first bytes of its SHA-256 */
	unsigned char b[FILE_KEY];
};

struct file_keys {
	size_t n;
	struct file_key key[FILE_KEYS];
};

/* Where it is: `files-key`, or files.key as a credential of systemd, or in the
 * state directory. */
const char *file_keys_path(
	const struct config *c, struct arena *mem) NEVER_NULL;
/* Makes one with a random key (mode 0600) when there is none; *made tells. */
bool file_keys_make(const char *path, bool *made, struct err *e) MUST_CHECK;
/* Fills *out, which the caller keeps and wipes; errors as below. */
bool file_keys_load(
	const char *path, struct file_keys *out, struct err *e) MUST_CHECK;
/* ERR_USAGE for a file others may read, or that is not as above. The keys
 * belong to mem and are wiped with it. */
struct file_keys *file_keys_read(
	const char *path, struct arena *mem, struct err *e) MUST_CHECK;
/* Reads the text of such a file. */
bool file_keys_parse(
	struct str text, struct file_keys *out, struct err *e) MUST_CHECK;
/* NULL when no key has that id. */
const struct file_key *file_keys_find(
	const struct file_keys *k, struct str id) MUST_CHECK;

#endif
