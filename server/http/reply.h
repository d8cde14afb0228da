/*
 * reply.h - what every answer has in common: its security headers, the shape
 * of an error, compression.
 */
#ifndef SERVER_HTTP_REPLY_H
#define SERVER_HTTP_REPLY_H

#include "server/http/exchange.h"

struct reply_header {
	const char *name;
	const char *value;
};

/* Sent with every answer. The web app needs no exception from the policy. */
extern const struct reply_header reply_headers[];
extern const size_t reply_header_count;

/* Makes *e the reply, as application/problem+json. */
void reply_problem(struct req *r, const struct err *e);
/* Shrinks a textual reply with zstd when the caller takes it. */
void reply_compress(struct req *r, struct ZSTD_CCtx_s *zstd);

#endif
