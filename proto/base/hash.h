/*
 * hash.h - SHA-256, HMAC, hex and base64url. The only door to them.
 */
#ifndef PROTO_HASH_H
#define PROTO_HASH_H

#include "proto/base/arena.h"

#define SHA256_LEN 32
#define SHA256_HEX 65 /* with the final 0 */

struct sha256 {
	unsigned char b[SHA256_LEN];
};

/* Running hash; sha256_end() returns the digest and releases the state. */
struct sha256_run;
struct sha256_run *sha256_begin(void) NEVER_NULL;
void sha256_add(struct sha256_run *run, const void *p, size_t n);
struct sha256 sha256_end(struct sha256_run *TAKES run);

struct sha256 sha256_of(const void *p, size_t n);
/* HMAC-SHA-256 (RFC 2104). */
struct sha256 hmac_of(const void *key, size_t key_n, const void *p, size_t n);
bool sha256_equal(const struct sha256 *a, const struct sha256 *b);

/* Lower-case hex with a final 0; out has 2n + 1 bytes. Returns out. */
char *hex_format(const void *p, size_t n, char *out);
/* Exactly 2n hex digits, then the end. */
bool hex_parse(const char *text, void *out, size_t n);

/* RFC 4648 §5 without padding. */
char *base64url_format(const void *p, size_t n, struct arena *mem) NEVER_NULL;
/* NULL when text is not base64url; *n is the length in bytes. */
unsigned char *base64url_parse(
	const char *text, size_t *n, struct arena *mem) MUST_CHECK;

/* RFC 4648 §4 with padding, as the texts of others have it. */
char *base64_format(const void *p, size_t n, struct arena *mem) NEVER_NULL;
/* As strict as can be: what base64_format() gives for these bytes, and no other
 * text, is read. NULL when it is none. */
unsigned char *base64_parse(
	struct str text, size_t *n, struct arena *mem) MUST_CHECK;

#endif
