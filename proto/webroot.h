/*
 * webroot.h - the built web app, read once at start, and what every page of it
 * is sent with. The daemon serves it, and a station on its own computer.
 *
 * The table of what was there then is the allow-list: a path that is not in
 * it does not exist, so no request ever reaches the file system.
 */
#ifndef PROTO_WEBROOT_H
#define PROTO_WEBROOT_H

#include "proto/base/err.h"

struct webroot;

/* An empty table when the directory is not there; *e for what cannot be read
 * or is too large. */
struct webroot *webroot_load(const char *root, struct err *e) MUST_CHECK;
void webroot_free(struct webroot *TAKES f);
size_t webroot_count(const struct webroot *f);

struct webfile {
	const char *type;
	const char *etag;
	const char *cache; /* Cache-Control */
	bool packed;       /* bytes are brotli */
	struct str bytes;  /* as long as the table */
};

/* The file at a path as it stood in the request; "/" is the page itself. */
bool webroot_find(const struct webroot *f, const char *path, bool accepts_br,
	struct webfile *out);

/* What keeps a page from doing, or being used for, anything but its work. */
struct web_header {
	const char *name;
	const char *value;
};
extern const struct web_header web_headers[];
extern const size_t web_header_count;

#endif
