/*
 * seal.h - a file as sealed chunks.
 *
 * AES-256-GCM, a random nonce for each seal. Every file has a random key of
 * its own (its box), which is kept beside it, itself sealed by a server key
 * (keys.h). What a sealed thing is about is not in it but goes into the seal:
 * a chunk opens only as that chunk of a file of that hash and size, so neither
 * a chunk put elsewhere, nor one taken away at the end, goes unnoticed.
 *
 *   nonce (12) ‖ ciphertext ‖ tag (16)
 *   key:   "casebridge file key v1" 0 ‖ key id (8) ‖ sha256 (32) ‖ size (8)
 *   chunk: "casebridge chunk v1" 0 ‖ sha256 (32) ‖ size (8) ‖ number (4)
 *
 * Numbers are big-endian. 2^32 seals under one key are safe with random nonces
 * (NIST SP 800-38D §8.3); the largest file has a few thousand, rewritten ones
 * counted.
 */
#ifndef SERVER_FILES_SEAL_H
#define SERVER_FILES_SEAL_H

#include "proto/base/uuid.h"
#include "server/vault/keyfile.h"

#define FILE_CHUNK ((size_t)262144) /* bytes of a file in a chunk */
#define SEAL_EXTRA 28               /* what a seal adds */
#define SEALED_KEY (FILE_KEY + SEAL_EXTRA)

/* An open file key, with what its chunks are about. */
struct file_box {
	struct sha256 sha;
	int64_t size;
	unsigned char key[FILE_KEY];
};

/* A new box; `sealed` is its key as it is to be stored, under k's first. */
void file_box_new(const struct file_keys *k, const struct sha256 *sha,
	int64_t size, struct file_box *out, unsigned char sealed[SEALED_KEY]);
/* ERR_INTERNAL when the server key is not there, or the seal does not fit. */
bool file_box_open(const struct file_keys *k, const struct sha256 *sha,
	int64_t size, struct str key_id, struct str sealed,
	struct file_box *out, struct err *e) MUST_CHECK;
/* The key of an open box as it is to be stored, under k's first. */
void file_box_seal(const struct file_keys *k, const struct file_box *b,
	unsigned char sealed[SEALED_KEY]);
void file_box_wipe(struct file_box *b);

/*
 * A secret of `what` ("second factor") that belongs to one row of a table,
 * under k's first key; opens only as that. `out` takes plain.n + SEAL_EXTRA.
 *   "casebridge " what " v1" 0 ‖ key id (8) ‖ id of the row (16)
 */
void secret_seal(const struct file_keys *k, const char *what,
	const struct uuid *row, struct str plain, unsigned char *out);
/* `out` takes `want` bytes. ERR_INTERNAL as in file_box_open(). */
bool secret_open(const struct file_keys *k, const char *what,
	const struct uuid *row, struct str key_id, struct str sealed,
	size_t want, unsigned char *out, struct err *e) MUST_CHECK;

/* How many chunks a file of that size has. */
int64_t file_chunks(int64_t size);
/* How many bytes of it are in one of them. */
size_t file_chunk_bytes(int64_t size, int64_t no);

/* Writes plain.n + SEAL_EXTRA bytes. */
void chunk_seal(const struct file_box *b, int64_t no, struct str plain,
	unsigned char *out);
/* Writes sealed.n - SEAL_EXTRA bytes, which must be `want`; ERR_INTERNAL when
 * the chunk is not the one that was sealed. */
bool chunk_open(const struct file_box *b, int64_t no, struct str sealed,
	size_t want, unsigned char *out, struct err *e) MUST_CHECK;

#endif
