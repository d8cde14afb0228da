/*
 * static.h - the files of the web app (proto/webroot) as answers.
 */
#ifndef SERVER_HTTP_STATIC_H
#define SERVER_HTTP_STATIC_H

#include "proto/webroot.h"
#include "server/http/gate.h"

/* Answers for the file at g->uri.path, or ERR_NOT_FOUND. */
bool static_reply(const struct webroot *files, const struct gate_result *g,
	struct req *r, struct err *e) MUST_CHECK;

#endif
