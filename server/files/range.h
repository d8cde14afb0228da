/*
 * range.h - which part of a file a request is about: Range and Upload-Offset.
 */
#ifndef SERVER_FILES_RANGE_H
#define SERVER_FILES_RANGE_H

#include "proto/base/base.h"

/* So much is answered at a time, at most. */
#define FILE_PART ((int64_t)4 << 20)

enum range_kind {
	RANGE_NONE,   /* not asked for, or not in a way we take: the whole */
	RANGE_PART,   /* at … at + n */
	RANGE_OUTSIDE /* no byte of the file is in it */
};

struct range {
	enum range_kind kind;
	int64_t at;
	int64_t n; /* at least 1, at most FILE_PART */
};

/*
 * One range of bytes (RFC 9110 §14.1.2) of a file of `size` bytes. What is not
 * well-formed, another unit, or several ranges count as none, as §14.2 has it.
 * A longer part is cut at FILE_PART.
 */
struct range range_parse(const char *text, int64_t size);

/* Decimal digits and nothing else, up to 2^53. */
bool offset_parse(const char *text, int64_t *out);

#endif
