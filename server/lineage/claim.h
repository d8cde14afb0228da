/*
 * claim.h - the head of the log as a text, and what it proves in a station's
 * hand.
 *
 *   epoch.csn.chain16.mac24
 *
 * The last part is an HMAC under a key that lies beside the database, not in
 * it. A station shows the newest head it was ever given; with the right mac, we
 * gave it, so the log was there - also when the database no longer knows. A
 * head without it proves nothing: anybody can make up numbers.
 */
#ifndef SERVER_LINEAGE_CLAIM_H
#define SERVER_LINEAGE_CLAIM_H

#include "proto/base/err.h"
#include "proto/base/hash.h"

#define HEAD_TEXT  96
#define HEAD_CHAIN 16 /* hex digits shown of a chain */

struct log_head {
	int64_t epoch;
	int64_t csn; /* 0: nothing was committed yet */
	struct sha256 chain;
};

/* As it goes into Sync-Head. Returns out. */
char *head_text(const struct log_head *h, const unsigned char key[32],
	char out[HEAD_TEXT]);

struct head_claim {
	bool given; /* false: the header is absent */
	bool ours;  /* the mac is there, and right */
	int64_t epoch;
	int64_t csn;
	char chain[HEAD_CHAIN + 1];
};

/* Reads Sync-Seen, with or without a mac; NULL is a station that saw nothing
 * yet. ERR_BAD_REQUEST for anything else. */
bool head_claim_read(const char *text, const unsigned char key[32],
	struct head_claim *out, struct err *e) MUST_CHECK;

#endif
