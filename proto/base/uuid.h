/*
 * uuid.h - 16-byte identifiers, made where a record is born.
 *
 * UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits. The time
 * inside serves index locality only; nothing ever reads it.
 */
#ifndef PROTO_UUID_H
#define PROTO_UUID_H

#include "proto/base/base.h"

#define UUID_TEXT 37 /* with the final 0 */

struct uuid {
	unsigned char b[16];
};

/* A v7 id from a time and 10 random bytes. */
struct uuid uuid_v7(int64_t unix_ms, const unsigned char random[10]);
/* A v7 id from this machine's clock and randomness. */
struct uuid uuid_new(void);

/* Lower or upper case, with hyphens, any version; exactly 36 characters. */
bool uuid_parse(const char *text, struct uuid *out);
bool uuid_is_text(const char *text, size_t n);
/* Writes 36 lower-case characters and a 0; returns `out`. */
char *uuid_format(const struct uuid *u, char out[UUID_TEXT]);

int uuid_cmp(const struct uuid *a, const struct uuid *b);
bool uuid_is_nil(const struct uuid *u);

#endif
