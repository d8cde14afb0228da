/*
 * sign.h - is this signature that key's? ECDSA over P-256 with SHA-256 for
 * people and stations, Ed25519 (RFC 8032) for the heads of the trail.
 */
#ifndef PROTO_SIGN_H
#define PROTO_SIGN_H

#include "proto/base/base.h"

/* `spki` is a DER SubjectPublicKeyInfo, `sig` a DER ECDSA-Sig-Value. False for
 * anything that does not verify, or is no P-256 key. */
bool sign_verify(struct str spki, struct str text, struct str sig);

#define ED25519_KEY 32
#define ED25519_SIG 64

/* Fresh from the system: what signs, and what verifies. */
void ed25519_make(
	unsigned char secret[ED25519_KEY], unsigned char key[ED25519_KEY]);
/* What verifies the signatures of `secret`. */
void ed25519_public(const unsigned char secret[ED25519_KEY],
	unsigned char key[ED25519_KEY]);
void ed25519_sign(const unsigned char secret[ED25519_KEY], struct str text,
	unsigned char sig[ED25519_SIG]);
bool ed25519_verify(const unsigned char key[ED25519_KEY], struct str text,
	const unsigned char sig[ED25519_SIG]);

#endif
