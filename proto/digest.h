/*
 * digest.h - what a reader holds, as one comparable value.
 *
 * leaf    = record id ‖ int32 version, big-endian ‖ SHA-256(body)   52 bytes
 * class   = SHA-256(leaves of one unit and class, sorted by record id)
 * unit    = SHA-256((class byte ‖ class digest) of each class, ascending)
 * holding = SHA-256((unit id ‖ unit digest) sorted by unit id)
 *
 * No sums and no XOR: both ends hash the same bytes or do not agree.
 */
#ifndef PROTO_DIGEST_H
#define PROTO_DIGEST_H

#include "proto/base/hash.h"
#include "proto/base/uuid.h"

#define DIGEST_LEAF 52

struct leaf {
	struct uuid id;
	int64_t ver;
	struct sha256 sha;
	int cls;
};

void digest_leaf(const struct leaf *l, unsigned char out[DIGEST_LEAF]);

/* Sorts the leaves (by class, then id) and hashes them into a unit digest. */
struct sha256 digest_unit(struct leaf *leaves, size_t n);

/* The holding: units must be added in ascending order of id. */
struct digest_holding;
struct digest_holding *digest_holding_begin(void) NEVER_NULL;
void digest_holding_add(struct digest_holding *h, const struct uuid *unit,
	const struct sha256 *digest);
struct sha256 digest_holding_end(struct digest_holding *TAKES h);

#endif
