/*
 * blob.h - the sealed bytes of one file, in a file of their own.
 *
 * A scan or a recording would make the store too large to be checked from end
 * to end whenever it is opened, so its bytes lie beside the store; what they
 * are, and the key that opens them, stand in it (files.h). Once open, a blob
 * needs the store no longer: bytes can travel while other commands use it.
 *
 * Chunks are sealed one by one (seal.h), each as that chunk of that row, and
 * each, but for the last, takes the same room: where a chunk lies follows from
 * its number, and how much is here from the length. So a download cut anywhere
 * goes on behind its last whole chunk.
 */
#ifndef CLIENT_BLOB_H
#define CLIENT_BLOB_H

#include "client/store/seal.h"
#include "proto/base/hash.h"

/* Bytes in a chunk. */
#define BLOB_CHUNK SEAL_CHUNK

enum blob_use {
	BLOB_READ,
	BLOB_ADD, /* keeps other writers off; ERR_STORE_BUSY when there is one
		   */
	BLOB_MAKE /* the same, from nothing: what was there goes */
};

struct blob_name {
	const char *path;
	struct seal_key key;
	unsigned char row[SHA256_LEN]; /* what its chunks are about */
	int64_t size;                  /* when it is whole */
};

struct blob;

/* ERR_FILE_DAMAGED when it cannot be read, ERR_NOT_SAVED when it cannot be
 * written. */
struct blob *blob_open(const struct blob_name *name, enum blob_use use,
	struct err *e) MUST_CHECK;
/* Wipes the key. NULL is allowed. */
void blob_close(struct blob *TAKES b);

/* How many bytes are here, from the first on; the size when it is whole. */
int64_t blob_have(const struct blob *b);
int64_t blob_size(const struct blob *b);
/* How many bytes chunk `no` has. */
size_t blob_chunk(const struct blob *b, int64_t no);

/* ERR_NOT_SAVED, on a full disk saying so. */
bool blob_put(
	struct blob *b, int64_t no, struct str plain, struct err *e) MUST_CHECK;
/* What was put is on the disk afterwards, name and all. */
bool blob_keep(struct blob *b, struct err *e) MUST_CHECK;
/* ERR_FILE_DAMAGED when the chunk is missing or does not open. */
bool blob_get(struct blob *b, int64_t no, struct arena *mem, struct str *plain,
	struct err *e) MUST_CHECK;
/* The hash of the whole, read back and opened. */
bool blob_hash(struct blob *b, struct sha256 *out, struct err *e) MUST_CHECK;

#endif
