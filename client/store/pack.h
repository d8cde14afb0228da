/*
 * pack.h - small binary records inside sealed blobs: big-endian numbers,
 * counted texts. Writing cannot fail but for the buffer's cap; a reader that
 * ran past the end says so once, at the end.
 */
#ifndef CLIENT_PACK_H
#define CLIENT_PACK_H

#include "proto/base/buf.h"

void pack_int(struct buf *out, int64_t v); /* 8 bytes */
void pack_bytes(struct buf *out, const void *p, size_t n);
void pack_text(struct buf *out, const char *text); /* ≤ 255 bytes */

struct unpack {
	const unsigned char *p;
	size_t left;
	bool bad; /* something was missing; nothing read counts */
};

struct unpack unpack_begin(struct str from);
int64_t unpack_int(struct unpack *u);
void unpack_bytes(struct unpack *u, void *to, size_t n);
/* Not terminated; empty when bad. */
struct str unpack_text(struct unpack *u);

#endif
