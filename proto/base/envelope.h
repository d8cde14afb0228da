/*
 * envelope.h - a text only one key opens, and a signature only one key makes.
 *
 * Keys are P-256. An envelope is sealed to a public key by a key pair made for
 * it alone and forgotten (ECDH, HKDF-SHA-256, AES-256-GCM), so that not even
 * whoever closed it opens it again:
 *
 *   the passing key's point, uncompressed (65) ‖ sealed text (seal.h)
 *
 * Who wrote it is not in it: that is said by a signature over it (sign.h reads
 * one). One key pair seals or signs, never both.
 */
#ifndef PROTO_ENVELOPE_H
#define PROTO_ENVELOPE_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

#define KEY_NAME 17 /* sixteen hex digits and a 0 */

/* A private key. */
struct keypair;
struct keypair *keypair_new(void) NEVER_NULL;
/* From DER (PKCS#8); NULL when it is no P-256 key. */
struct keypair *keypair_read(struct str der) MUST_CHECK;
/* NULL is allowed. */
void keypair_free(struct keypair *TAKES k);

/* DER, in mem. Whoever asks for the private half wipes it. */
struct str keypair_private(const struct keypair *k, struct arena *mem);
struct str keypair_public(const struct keypair *k, struct arena *mem);
/* A short name for a public key (DER): the beginning of its SHA-256. */
char *key_name(struct str spki, char out[KEY_NAME]);

/* ECDSA with SHA-256, DER, in mem. */
struct str keypair_sign(
	const struct keypair *k, struct str text, struct arena *mem);

/* Appends the envelope; false when `spki` is no P-256 key. What it is `about`
 * is not in it, and both sides must say the same. */
bool envelope_seal(struct str spki, struct str about, struct str text,
	struct buf *out) MUST_CHECK;
/* False when it is not for this key, not about that, or was changed. */
bool envelope_open(const struct keypair *k, struct str about, struct str sealed,
	struct arena *mem, struct str *text) MUST_CHECK;

#endif
