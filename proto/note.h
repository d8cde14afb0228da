/*
 * note.h - a signed head of the trail: "so many leaves, this root", as a C2SP
 * checkpoint in a signed note, so that programs of others read it.
 *
 *   casebridge/6f1e…/1            origin: the log's name, its epoch
 *   20852163                      leaves
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *   2026-11-22T18:30:00.000Z      when it was sealed (an extension line)
 *                                 (a blank line)
 *   — casebridge/6f1e… Az3grl…    key id (4 bytes), Ed25519 signature
 *
 * The key in one line, as it is pinned: name+<key id in hex>+<base64 of 1,
 * key>.
 */
#ifndef PROTO_NOTE_H
#define PROTO_NOTE_H

#include "proto/base/err.h"
#include "proto/base/hash.h"
#include "proto/base/sign.h"

#define NOTE_NAME 64  /* with the final 0 */
#define NOTE_MOST 512 /* bytes of a note */

struct note_key {
	char name[NOTE_NAME];
	unsigned char key[ED25519_KEY];
};

struct note_head {
	int64_t epoch;
	int64_t size;
	struct sha256 root;
	int64_t at_ms;
};

/* "casebridge/…+a1b2c3d4+AZ…"; blanks and line ends around it do not count.
 * ERR_BAD_INPUT on `key` for anything else. */
bool note_key_read(
	struct str text, struct note_key *out, struct err *e) MUST_CHECK;
char *note_key_text(const struct note_key *k, struct arena *mem) NEVER_NULL;

/* The whole note, with the line end behind its signature. */
char *note_write(const struct note_head *h, const struct note_key *k,
	const unsigned char secret[ED25519_KEY], struct arena *mem) NEVER_NULL;

/* Reads a note and verifies it with that key. ERR_BAD_INPUT on `head` (it is no
 * head), on `key` (another key signed it) or on `signature` (not that key's).
 */
bool note_read(struct str text, const struct note_key *k, struct note_head *out,
	struct err *e) MUST_CHECK;

#endif
