/*
 * seal.h - everything readable is sealed before it reaches a disk, under keys
 * that come from what a person knows.
 */
#ifndef CLIENT_SEAL_H
#define CLIENT_SEAL_H

#include "proto/base/seal.h"

#define SEAL_SALT     16
#define SEAL_RECOVERY 40 /* eight groups of four, hyphens, a final 0 */

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
