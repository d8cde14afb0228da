/*
 * tls.h - certificates of a listener, and whose certificate the other end has.
 *
 * libmicrohttpd verifies no client certificate at all: one signed by anybody
 * completes the handshake. tls_device() verifies; nothing else may be believed.
 * Credentials are swapped as a whole: connections keep the ones they began
 * with until they end.
 */
#ifndef SERVER_HTTP_TLS_H
#define SERVER_HTTP_TLS_H

#include "proto/base/err.h"
#include "proto/base/hash.h"

struct tls;
struct tls_credentials;

enum tls_oldest { TLS_12, TLS_13 };

/* Reads server.pem, server.key and, for device certificates, ca.pem from the
 * state directory; refuses a pair that does not fit or has expired. */
struct tls *tls_open(
	const char *state_dir, bool asks_device, struct err *e) MUST_CHECK;
/* No connection may be left. NULL is allowed. */
void tls_close(struct tls *TAKES t);
/* Reads the files again. On failure the old ones stay in use. */
bool tls_reload(struct tls *t, struct err *e) MUST_CHECK;

/* GnuTLS priority string. */
const char *tls_priority(enum tls_oldest oldest);
/* PEM texts libmicrohttpd wants at its start; they live as long as *t. */
const char *tls_certificate_pem(const struct tls *t);
const char *tls_key_pem(const struct tls *t);

/* Sets up one connection before its handshake; the result is given back with
 * tls_end() after the session is gone. */
struct tls_credentials *tls_begin(struct tls *t, void *session) MUST_CHECK;
void tls_end(struct tls *t, struct tls_credentials *TAKES c);

/* A device's public key: SubjectPublicKeyInfo in DER, and its SHA-256. */
struct tls_peer {
	char spki[SHA256_HEX];
	unsigned char key[256]; /* 91 bytes for P-256 */
	size_t key_n;
};

/*
 * Whether the other end proved a device certificate of our CA, meant for
 * clients and valid now. Whether the device is still active is the database's
 * to say.
 */
bool tls_device(void *session, struct tls_peer *out);

#endif
