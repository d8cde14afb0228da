/*
 * csrf.h - whether a write came from our own pages.
 *
 * The session cookie is SameSite=Strict already; these checks stand on their
 * own for browsers that get that wrong.
 */
#ifndef SERVER_AUTH_CSRF_H
#define SERVER_AUTH_CSRF_H

#include "proto/base/err.h"

struct csrf_facts {
	bool is_write;
	const char *host;       /* Host, already known to be ours */
	const char *origin;     /* Origin or NULL */
	const char *fetch_site; /* Sec-Fetch-Site or NULL */
	const char *marker;     /* X-Casebridge or NULL */
};

/*
 * A write must carry "X-Casebridge: web", which no other site can make a
 * browser send unasked; Origin and Sec-Fetch-Site, where there, must be ours.
 * ERR_FORBIDDEN says which is wrong.
 */
bool csrf_check(const struct csrf_facts *f, struct err *e) MUST_CHECK;

#endif
