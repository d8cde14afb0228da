/*
 * reply.h - what answers have in common: the shape of an error, compression.
 */
#ifndef SERVER_HTTP_REPLY_H
#define SERVER_HTTP_REPLY_H

#include "server/http/exchange.h"

/* Makes *e the reply, as application/problem+json. */
void reply_problem(struct req *r, const struct err *e);
/* Shrinks a textual reply with zstd when the caller takes it. */
void reply_compress(struct req *r, struct ZSTD_CCtx_s *zstd);

#endif
