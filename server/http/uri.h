/*
 * uri.h - the request target, taken apart once, by us.
 *
 * libmicrohttpd hands its callers a decoded path that ends at the first %00
 * and has dot segments in it, so the raw target is read here instead. What
 * passes has exactly one reading: no encoded slash, backslash, NUL or percent
 * sign in the path, no empty or dot segment, valid UTF-8 without controls.
 */
#ifndef SERVER_HTTP_URI_H
#define SERVER_HTTP_URI_H

#include "server/req.h"

struct uri {
	const char *path;                    /* as sent, without the query */
	const char *segment[LIMIT_SEGMENTS]; /* decoded; "/" has none */
	size_t segment_count;
	struct {
		const char *name;
		const char *value; /* decoded; '+' is a space */
	} query[LIMIT_PARAMETERS];
	size_t query_count;
};

/* ERR_BAD_REQUEST names what is wrong with it. Texts belong to mem. */
bool uri_parse(const char *raw, struct arena *mem, struct uri *out,
	struct err *e) MUST_CHECK;

#endif
