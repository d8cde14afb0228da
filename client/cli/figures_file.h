/*
 * figures_file.h - figures taken along as a file, as the centre makes it.
 */
#ifndef CLIENT_FIGURES_FILE_H
#define CLIENT_FIGURES_FILE_H

#include "client/cli/desk.h"

/* What a request for `path` gives, piece by piece to `file`, or to standard
 * output when it is NULL; no more than a piece is ever in memory. */
bool figures_file(struct desk *d, const char *path, const char *file,
	struct err *e) MUST_CHECK;

#endif
