/*
 * tls.c - see tls.h. Only this file and listener.c know GnuTLS.
 */
#include "server/http/tls.h"

#include "proto/base/arena.h"
#include "proto/base/crash.h"
#include "proto/base/host.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To stations, whose lines break; a sixteenth of it would be overhead. */
#define RECORD_BYTES 4096

struct tls_credentials {
	gnutls_certificate_credentials_t cred;
	gnutls_datum_t certificate;
	gnutls_datum_t key;
	unsigned users; /* connections, and one for being current */
};

struct tls {
	char *state_dir;
	bool asks_device;
	gnutls_datum_t ticket_key;
	pthread_mutex_t lock; /* of `current` and every `users` */
	struct tls_credentials *current;
	struct tls_credentials *first; /* kept: the PEM given at start */
};

const char *tls_priority(enum tls_oldest oldest)
{
	/* X25519 stays allowed: without it every handshake costs a second
	 * flight and five times the CPU (measured). */
#define COMMON                                                                 \
	"-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"            \
	"-MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:"            \
	"%SERVER_PRECEDENCE"
	return oldest == TLS_13 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3:" COMMON
				: "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"
				  "-RSA:-DHE-RSA:" COMMON;
#undef COMMON
}

static bool fail(struct err *e, const char *what, int code)
{
	return err_set(e, ERR_INTERNAL, "%s: %s", what, gnutls_strerror(code));
}

static bool load(
	const char *dir, const char *name, gnutls_datum_t *out, struct err *e)
{
	char path[512];
	int rc;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	rc = gnutls_load_file(path, out);
	return rc == 0 ||
	       err_set(e, ERR_INTERNAL,
		       "cannot read '%s'; casebridged ca init makes it", path);
}

static void free_credentials(struct tls_credentials *c)
{
	if (!c)
		return;
	if (c->cred)
		gnutls_certificate_free_credentials(c->cred);
	gnutls_free(c->certificate.data);
	if (c->key.data)
		gnutls_memset(c->key.data, 0, c->key.size);
	gnutls_free(c->key.data);
	free(c);
}

/* The certificate must be one whose time includes now. */
static bool check_dates(const gnutls_datum_t *pem, struct err *e)
{
	int64_t now = host_now_ms() / 1000;
	gnutls_x509_crt_t crt;
	bool ok = false;
	int rc;

	rc = gnutls_x509_crt_init(&crt);
	if (rc != 0)
		return fail(e, "server certificate", rc);
	rc = gnutls_x509_crt_import(crt, pem, GNUTLS_X509_FMT_PEM);
	if (rc != 0)
		fail(e, "server certificate", rc);
	else if (gnutls_x509_crt_get_activation_time(crt) > now ||
		 gnutls_x509_crt_get_expiration_time(crt) <= now)
		err_set(e, ERR_INTERNAL,
			"the server certificate is not valid now; casebridged "
			"ca renew makes a new one");
	else
		ok = true;
	gnutls_x509_crt_deinit(crt);
	return ok;
}

static bool fill(struct tls_credentials *c, const char *dir, bool asks_device,
	struct err *e)
{
	char ca[512];
	int rc = gnutls_certificate_allocate_credentials(&c->cred);

	if (rc != 0)
		return fail(e, "credentials", rc);
	if (!load(dir, "server.pem", &c->certificate, e) ||
		!load(dir, "server.key", &c->key, e) ||
		!check_dates(&c->certificate, e))
		return false;
	/* Refuses a key that does not belong to the certificate. */
	rc = gnutls_certificate_set_x509_key_mem(
		c->cred, &c->certificate, &c->key, GNUTLS_X509_FMT_PEM);
	if (rc < 0)
		return fail(e, "server certificate and key", rc);
	if (!asks_device)
		return true;
	/* Whether a station may still come is in the database, looked at on
	 * every request: one whose certificate has expired must be able to
	 * hear that it is to be wiped. */
	gnutls_certificate_set_verify_flags(
		c->cred, GNUTLS_VERIFY_DISABLE_TIME_CHECKS);
	snprintf(ca, sizeof(ca), "%s/ca.pem", dir);
	rc = gnutls_certificate_set_x509_trust_file(
		c->cred, ca, GNUTLS_X509_FMT_PEM);
	return rc > 0 || fail(e, "device CA", rc);
}

static struct tls_credentials *read_credentials(
	const char *dir, bool asks_device, struct err *e)
{
	struct tls_credentials *c = calloc(1, sizeof(*c));

	if (!c)
		die("out of memory (tls)");
	c->users = 1;
	if (fill(c, dir, asks_device, e))
		return c;
	free_credentials(c);
	return NULL;
}

struct tls *tls_open(const char *state_dir, bool asks_device, struct err *e)
{
	struct tls *t = calloc(1, sizeof(*t));

	if (!t || !(t->state_dir = strdup(state_dir)))
		die("out of memory (tls)");
	t->asks_device = asks_device;
	pthread_mutex_init(&t->lock, NULL);
	if (gnutls_session_ticket_key_generate(&t->ticket_key) != 0)
		die("tls: no ticket key");
	t->current = read_credentials(state_dir, asks_device, e);
	t->first = t->current;
	if (t->current) {
		t->current->users++;
		return t;
	}
	tls_close(t);
	return NULL;
}

void tls_close(struct tls *t)
{
	if (!t)
		return;
	if (t->first && t->first != t->current)
		free_credentials(t->first);
	free_credentials(t->current);
	if (t->ticket_key.data)
		gnutls_memset(t->ticket_key.data, 0, t->ticket_key.size);
	gnutls_free(t->ticket_key.data);
	pthread_mutex_destroy(&t->lock);
	free(t->state_dir);
	free(t);
}

bool tls_reload(struct tls *t, struct err *e)
{
	struct tls_credentials *fresh =
		read_credentials(t->state_dir, t->asks_device, e);
	struct tls_credentials *old;

	if (!fresh)
		return false;
	pthread_mutex_lock(&t->lock);
	old = t->current;
	t->current = fresh;
	pthread_mutex_unlock(&t->lock);
	tls_end(t, old);
	return true;
}

const char *tls_certificate_pem(const struct tls *t)
{
	return (const char *)t->first->certificate.data;
}

const char *tls_key_pem(const struct tls *t)
{
	return (const char *)t->first->key.data;
}

struct tls_credentials *tls_begin(struct tls *t, void *session)
{
	gnutls_session_t s = session;
	struct tls_credentials *c;

	CRASH_POINT("accepted");
	pthread_mutex_lock(&t->lock);
	c = t->current;
	c->users++;
	pthread_mutex_unlock(&t->lock);
	if (gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, c->cred) != 0)
		die("tls: credentials not taken");
	if (gnutls_session_ticket_enable_server(s, &t->ticket_key) != 0)
		die("tls: tickets not taken");
	/* Of a record that a cut line left unfinished nothing can be read. */
	if (t->asks_device && gnutls_record_set_max_size(s, RECORD_BYTES) < 0)
		die("tls: record size not taken");
	gnutls_certificate_server_set_request(
		s, t->asks_device ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
	return c;
}

void tls_end(struct tls *t, struct tls_credentials *c)
{
	unsigned left;

	pthread_mutex_lock(&t->lock);
	left = --c->users;
	pthread_mutex_unlock(&t->lock);
	if (left == 0)
		free_credentials(c);
}

/* The SubjectPublicKeyInfo of a DER certificate, and its SHA-256. */
static bool read_key(const gnutls_datum_t *der, struct tls_peer *out)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_pubkey_t key = NULL;
	struct sha256 id;
	bool ok;

	out->key_n = sizeof(out->key);
	ok = gnutls_x509_crt_init(&crt) == 0 && gnutls_pubkey_init(&key) == 0 &&
	     gnutls_x509_crt_import(crt, der, GNUTLS_X509_FMT_DER) == 0 &&
	     gnutls_pubkey_import_x509(key, crt, 0) == 0 &&
	     gnutls_pubkey_export(
		     key, GNUTLS_X509_FMT_DER, out->key, &out->key_n) == 0;
	if (key)
		gnutls_pubkey_deinit(key);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (!ok)
		return false;
	id = sha256_of(out->key, out->key_n);
	hex_format(id.b, SHA256_LEN, out->spki);
	return true;
}

bool tls_device(void *session, struct tls_peer *out)
{
	static const char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_session_t s = session;
	const gnutls_datum_t *chain;
	gnutls_typed_vdata_st data;
	unsigned status = 0, n = 0;

	memset(&data, 0, sizeof(data));
	data.type = GNUTLS_DT_KEY_PURPOSE_OID;
	data.data = (unsigned char *)(uintptr_t)purpose;
	chain = gnutls_certificate_get_peers(s, &n);
	if (!chain || n == 0)
		return false;
	/* Both must be 0: a certificate of another CA gives rc 0 and a
	 * status, a missing one an rc. */
	if (gnutls_certificate_verify_peers(s, &data, 1, &status) != 0 ||
		status != 0)
		return false;
	return read_key(&chain[0], out);
}
