/*
 * files.h - inside server/lineage only: the two files beside the database.
 *
 * `high-water`: one line, "epoch csn chain", written anew as a whole.
 * `decisions`: one JSON object a line, only ever added to; a line that was cut
 * by a crash is taken away when the file is opened again (it is not yet noted
 * as filed, so it comes again).
 */
#ifndef SERVER_LINEAGE_FILES_H
#define SERVER_LINEAGE_FILES_H

#include "proto/base/arena.h"
#include "server/lineage/claim.h"

/* *out is all zero when there is no file. */
bool water_read(
	const char *dir, struct log_head *out, struct err *e) MUST_CHECK;
bool water_write(
	const char *dir, const struct log_head *h, struct err *e) MUST_CHECK;

/* Returns a descriptor to add to, -1 with *e. */
int decisions_open(const char *dir, struct err *e) MUST_CHECK;
/* On the disk when it returns. */
bool decisions_add(
	int fd, const char *const *lines, size_t n, struct err *e) MUST_CHECK;
/* All lines, oldest first, in mem; ERR_USAGE names a line that is none. */
bool decisions_read(const char *dir, struct arena *mem, const char ***out,
	size_t *n, struct err *e) MUST_CHECK;

#endif
