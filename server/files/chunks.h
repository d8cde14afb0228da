/*
 * chunks.h - a file's chunks, opened one after another, for whoever needs its
 * bytes: an answer, or a check.
 */
#ifndef SERVER_FILES_CHUNKS_H
#define SERVER_FILES_CHUNKS_H

#include "server/db/db.h"
#include "server/files/seal.h"

/* The bytes of chunk `no`, gone when it returns. */
typedef void chunk_taker(
	void *ctx, int64_t no, const unsigned char *plain, size_t n);

/* Gives the chunks from … to of a file to `take`, in order and few at a time.
 * ERR_INTERNAL when one is missing or does not open. */
bool chunks_each(struct db *db, const struct file_box *box,
	const struct uuid *chunks, int64_t from, int64_t to, chunk_taker *take,
	void *ctx, struct err *e) MUST_CHECK;

#endif
