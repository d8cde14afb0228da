/*
 * state.h - the files of the state directory: keys nobody else may read.
 */
#ifndef SERVER_STATE_H
#define SERVER_STATE_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

/* Makes the directory (mode 0700) when it is missing; refuses one that others
 * may enter. */
bool state_open(const char *dir, struct err *e) MUST_CHECK;
bool state_has(const char *dir, const char *name);
/* A whole file of at most 64 KiB. */
bool state_read(const char *dir, const char *name, struct arena *mem,
	struct str *out, struct err *e) MUST_CHECK;
/*
 * Writes a whole file or nothing: beside it first, synced, then renamed. Mode
 * 0600, or 0644 for certificates (`is_public`).
 */
bool state_write(const char *dir, const char *name, const void *p, size_t n,
	bool is_public, struct err *e) MUST_CHECK;

#endif
