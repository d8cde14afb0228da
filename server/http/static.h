/*
 * static.h - the built web app, read once at start.
 *
 * The table of what was there then is the allow-list: a path that is not in
 * it does not exist, so no request ever reaches the file system.
 */
#ifndef SERVER_HTTP_STATIC_H
#define SERVER_HTTP_STATIC_H

#include "server/http/gate.h"

struct static_files;

/* An empty table when the directory is not there; *e for what cannot be read
 * or is too large. */
struct static_files *static_load(const char *root, struct err *e) MUST_CHECK;
void static_free(struct static_files *TAKES f);
size_t static_count(const struct static_files *f);

/* Answers for the file at g->uri.path, or ERR_NOT_FOUND. */
bool static_reply(const struct static_files *f, const struct gate_result *g,
	struct req *r, struct err *e) MUST_CHECK;

#endif
