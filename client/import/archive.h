/*
 * archive.h - the entries of a zip, unpacked in stretches and within limits.
 *
 * What an archive says about its sizes is not believed: what comes out is
 * counted, of one entry against what went in, and altogether. Names are looked
 * up and never become files.
 */
#ifndef CLIENT_IMPORT_ARCHIVE_H
#define CLIENT_IMPORT_ARCHIVE_H

#include "client/import/say.h"

struct archive;
struct entry;

/* `bytes` outlives it. ERR_BAD_FILE when it is no whole zip. */
struct archive *archive_open(
	const struct reading *r, struct str bytes, struct err *e) MUST_CHECK;
size_t archive_count(const struct archive *a);
/* By number; "" when there is none. */
const char *archive_name(const struct archive *a, size_t i);
bool archive_has(const struct archive *a, const char *name);

/* NULL with *e: no such entry, packed in a way that is not known, or locked
 * with a password. */
struct entry *entry_open(
	struct archive *a, const char *name, struct err *e) MUST_CHECK;
/* Up to n bytes; *got 0 at the end. */
bool entry_read(struct entry *x, void *to, size_t n, size_t *got,
	struct err *e) MUST_CHECK;
void entry_close(struct entry *x);
/* Packed bytes of the entry, as the archive has it. */
size_t entry_size(const struct entry *x);

#endif
