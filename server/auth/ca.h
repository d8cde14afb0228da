/*
 * ca.h - our own certificate authority for stations and this server.
 *
 * Keys are ECDSA P-256. A station's certificate says nothing but the device's
 * id; what its request claims about itself is never looked at, only the proof
 * that it has the key.
 */
#ifndef SERVER_AUTH_CA_H
#define SERVER_AUTH_CA_H

#include "proto/base/hash.h"
#include "proto/base/uuid.h"
#include "server/config.h"

#define DEVICE_DAYS 90

struct ca;

struct device_certificate {
	const char *pem;
	struct sha256 spki;
	int64_t expires_ms;
};

/*
 * Makes in the state directory what is missing of ca.pem, ca.key, server.pem,
 * server.key (for the configured host names), token.key and trail.key; files
 * that are there stay. *made counts the new ones. `renew` makes a new server
 * certificate in any case.
 */
bool ca_init(const struct config *c, bool renew, int *made,
	struct err *e) MUST_CHECK;

/* Reads ca.pem and ca.key. */
struct ca *ca_open(const char *state_dir, struct err *e) MUST_CHECK;
void ca_free(struct ca *TAKES ca);
/* The certificate stations trust. */
const char *ca_pem(const struct ca *ca);

/*
 * Signs a PKCS#10 request for a device: valid for DEVICE_DAYS, for client
 * authentication only. ERR_BAD_INPUT on `csr` when it is no request, its key
 * is not P-256, or its signature does not prove the key.
 */
bool ca_sign_device(const struct ca *ca, const char *csr,
	const struct uuid *device, struct arena *mem,
	struct device_certificate *out, struct err *e) MUST_CHECK;

/* The authority's signature (ECDSA, SHA-256, DER) of a text that is no
 * certificate: it begins with a letter, and a certificate never does. */
bool ca_sign_text(const struct ca *ca, struct str text, struct arena *mem,
	struct str *sig, struct err *e) MUST_CHECK;

/* Whether server.pem is ours, covers every host name and is valid now. */
bool ca_check_server(const struct config *c, struct err *e) MUST_CHECK;

/* Reads token.key. */
bool token_key_read(
	const char *state_dir, unsigned char out[32], struct err *e) MUST_CHECK;

/* What marks events on the trail until they are sealed (server/audit); made
 * when it is missing. */
#define TRAIL_KEY "trail.key"
bool trail_key_read(
	const char *state_dir, unsigned char out[32], struct err *e) MUST_CHECK;

#endif
