/*
 * buf.h - bytes that grow to a stated cap, and remember when they hit it.
 *
 *   p[0 .. n)     what was written; p[n] is always 0 once something was
 *   full          a write did not fit under the cap; nothing after it counts
 *
 * Writers do not check each call: they write, then look at `full` once.
 * Heap-backed; buf_free() releases, buf_clear() keeps the memory.
 */
#ifndef PROTO_BUF_H
#define PROTO_BUF_H

#include "proto/base/base.h"

struct buf {
	char *p;
	size_t n;
	size_t room;
	size_t cap;
	bool full;
};

/* An empty buffer that will hold at most cap bytes. */
void buf_init(struct buf *b, size_t cap);
void buf_free(struct buf *b);
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* In decimal; what buf_printf does, without reading a format. */
void buf_int(struct buf *b, int64_t v);
/* `text` as a JSON string with its quotes; text is valid UTF-8. */
void buf_json(struct buf *b, const char *text, size_t n);
/* A sentence with {0} … {9} replaced by parts; one that is not there is empty.
 */
void buf_fill(
	struct buf *b, const char *sentence, const char *const *part, size_t n);

/* Makes room for n more bytes and returns where they go; NULL when full. */
char *buf_reserve(struct buf *b, size_t n);

#endif
