/*
 * router.h - from a path and a method to the row of routes[] that answers.
 */
#ifndef SERVER_HTTP_ROUTER_H
#define SERVER_HTTP_ROUTER_H

#include "server/http/uri.h"

/*
 * The row for this method and path on this listener, and in `segment` what
 * its braces matched. ERR_NOT_FOUND when no row has the path;
 * ERR_BAD_METHOD, its `accepts` ready for the Allow header, when one has.
 */
const struct route *router_find(const struct route *table, size_t count,
	enum listener listener, const char *method, const struct uri *u,
	const char *segment[REQ_SEGMENTS], struct err *e) MUST_CHECK;

/* Whether a space-separated list has the word. NULL has none. */
bool router_list_has(const char *list, const char *word);

#endif
