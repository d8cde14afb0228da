/*
 * body.h - a small request: an object of texts.
 */
#ifndef SERVER_AUTH_BODY_H
#define SERVER_AUTH_BODY_H

#include "proto/base/err.h"
#include "proto/base/json.h"

/* Whether it is an object whose members are texts with one of these names,
 * blank-separated. ERR_BAD_KIND and ERR_UNKNOWN_FIELD name the member. */
bool body_texts(
	const json_t *body, const char *names, struct err *e) MUST_CHECK;

#endif
