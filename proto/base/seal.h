/*
 * seal.h - AES-256-GCM with a random nonce for each seal.
 *
 * The text is padded to steps of 64 bytes first, so that a file's size does not
 * tell one short note from another. What a sealed text is *about* (which row,
 * which revision) is not in it but in the `about` given to both calls: a row
 * moved elsewhere, or an old revision put back, does not open.
 *
 *   nonce (12) ‖ ciphertext of (length (4) ‖ text ‖ zeros) ‖ tag (16)
 *
 * 2^32 seals under one key are safe with random nonces (NIST SP 800-38D §8.3);
 * a store has a key for each unit.
 */
#ifndef PROTO_SEAL_H
#define PROTO_SEAL_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/hash.h"

#define SEAL_KEY 32

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

/*
 * A file is sealed in chunks, one by one, each as that chunk of that row: how
 * both ends take a sealed file apart. All but the last have SEAL_CHUNK bytes.
 */
#define SEAL_CHUNK       ((size_t)262144)
#define SEAL_CHUNK_ABOUT (2 + SHA256_LEN + 8)
struct str seal_chunk_about(const unsigned char row[SHA256_LEN], int64_t no,
	unsigned char room[SEAL_CHUNK_ABOUT]);

#endif
