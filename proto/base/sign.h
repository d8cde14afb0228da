/*
 * sign.h - is this signature that key's? ECDSA over P-256 with SHA-256.
 */
#ifndef PROTO_SIGN_H
#define PROTO_SIGN_H

#include "proto/base/base.h"

/* `spki` is a DER SubjectPublicKeyInfo, `sig` a DER ECDSA-Sig-Value. False for
 * anything that does not verify, or is no P-256 key. */
bool sign_verify(struct str spki, struct str text, struct str sig);

#endif
