/*
 * seal.h - everything readable is sealed before it reaches a disk.
 *
 * AES-256-GCM with a random nonce for each seal. The text is padded to steps
 * of 64 bytes first, so that a file's size does not tell one short note from
 * another. What a sealed text is *about* (which row, which revision) is not in
 * it but in the `about` given to both calls: a row moved elsewhere, or an old
 * revision put back, does not open.
 *
 *   nonce (12) ‖ ciphertext of (length (4) ‖ text ‖ zeros) ‖ tag (16)
 *
 * 2^32 seals under one key are safe with random nonces (NIST SP 800-38D §8.3);
 * a store has a key for each unit.
 */
#ifndef CLIENT_SEAL_H
#define CLIENT_SEAL_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

#define SEAL_KEY      32
#define SEAL_SALT     16
#define SEAL_RECOVERY 40 /* eight groups of four, hyphens, a final 0 */

struct seal_key {
	unsigned char b[SEAL_KEY];
};

/* One cipher context, used over and over; not for two threads at once. */
struct sealer;
struct sealer *sealer_new(void) NEVER_NULL;
void sealer_free(struct sealer *s);

/* How many bytes a text of n becomes. */
size_t seal_size(size_t n);
/* Appends the sealed text to `out`. */
void seal(struct sealer *s, const struct seal_key *key, struct str about,
	struct str text, struct buf *out);
/* False when key, `about` or bytes do not belong together. The text is
 * terminated and lives in mem. */
bool unseal(struct sealer *s, const struct seal_key *key, struct str about,
	struct str sealed, struct arena *mem, struct str *text) MUST_CHECK;

struct seal_key seal_key_new(void);
/* HKDF-SHA-256 (RFC 5869) of a key for one purpose, without salt. */
struct seal_key seal_derive(const struct seal_key *from, const char *purpose);
/* Overwrites in a way no optimiser removes. */
void seal_wipe(void *p, size_t n);

/* scrypt's cost (RFC 7914): n is a power of two; 128·r·n bytes of memory. */
struct seal_cost {
	int64_t n;
	int64_t r;
	int64_t p;
};
extern const struct seal_cost seal_cost_usual; /* 64 MiB, about 0.2 s */

/* Fails when the costs are not ones this program would have written. */
bool seal_from_passphrase(const char *passphrase,
	const unsigned char salt[SEAL_SALT], const struct seal_cost *cost,
	struct seal_key *out, struct err *e) MUST_CHECK;

/* A new recovery key of 160 random bits in Crockford's alphabet. */
void seal_recovery_new(char out[SEAL_RECOVERY]);
/* The same key however a person typed it: case, hyphens and spaces do not
 * matter, O is 0, I and L are 1. False when it cannot be one. */
bool seal_recovery_normal(const char *typed, char out[SEAL_RECOVERY]);

#endif
