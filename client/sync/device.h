/*
 * device.h - the station's own key: made here, certified by the centre, used
 * for TLS and for signing receipts. ECDSA on P-256.
 */
#ifndef CLIENT_DEVICE_H
#define CLIENT_DEVICE_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/hash.h"

/* A new key and the request to certify it, both PEM. The name in the request
 * is a placeholder: the centre decides what the certificate says. */
bool device_make(struct arena *mem, const char **key, const char **csr,
	struct err *e) MUST_CHECK;

/* The request to certify a key that is there, PEM. */
bool device_request(const char *key, struct arena *mem, const char **csr,
	struct err *e) MUST_CHECK;
/* The SHA-256 of the key's SubjectPublicKeyInfo. */
bool device_key_id(
	const char *key, struct sha256 *out, struct err *e) MUST_CHECK;

/* Appends the DER signature of text (SHA-256). */
bool device_sign(const char *key, const char *text, size_t n, struct buf *out,
	struct err *e) MUST_CHECK;

/* The public key (DER, in mem) of an authority's certificate. */
bool device_authority(const char *ca, struct arena *mem, struct str *spki,
	struct err *e) MUST_CHECK;
/* The public key of a station's certificate, whatever its dates, when that
 * authority signed it. */
bool device_certified(const char *certificate, const char *ca,
	struct arena *mem, struct str *spki, struct err *e) MUST_CHECK;

struct device_dates {
	int64_t from_ms;
	int64_t until_ms;
};

/* The certificate's dates; fails when it cannot be read, or is not for the
 * key (`key` may be NULL: not compared). */
bool device_certificate(const char *certificate, const char *key,
	struct device_dates *out, struct err *e) MUST_CHECK;

#endif
