/*
 * utf8.h - walking text by characters.
 *
 * Text from outside was checked by the JSON reader; a damaged sequence met all
 * the same is one U+FFFD a byte, so a walk always ends.
 */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include "proto/base/buf.h"

/* The code point at *p, and *p moved behind it; 0 at the end of the text. */
uint32_t utf8_next(const char **p);
void utf8_add(struct buf *b, uint32_t c);
/* Bytes of the well-formed sequence at p (RFC 3629 §4), of which n > 0 are
 * there; 0 when it is none, or not whole. For text nobody has checked yet. */
size_t utf8_sequence(const unsigned char *p, size_t n);
/* How many code points the text has. */
size_t utf8_count(const char *text);

#endif
