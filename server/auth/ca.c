/*
 * ca.c - see ca.h.
 */
#include "server/auth/ca.h"

#include "proto/base/host.h"
#include "server/state.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CA_DAYS     3650
#define SERVER_DAYS 397
#define CSR_MAX     8192
#define DAY_S       86400L
/* Before now a certificate is good already: clocks of stations, and a server's
 * after its battery died, are wrong by hours and days. */
#define EARLIER_S (7 * DAY_S)

struct ca {
	X509 *certificate;
	EVP_PKEY *key;
	char *pem;
};

/* What a new certificate shall say. */
struct wish {
	const char *common_name;
	long days;
	const char *constraints;
	const char *usage;
	const char *extended; /* or NULL */
	const char *names;    /* subjectAltName, or NULL */
};

static bool fail(struct err *e, const char *what)
{
	unsigned long code = ERR_get_error();

	ERR_clear_error();
	return err_set(e, ERR_INTERNAL, "%s: %s", what,
		code ? ERR_reason_error_string(code) : "OpenSSL failed");
}

static bool set_name(X509 *x, const char *common_name)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
		       (const unsigned char *)"Casebridge", -1, -1, 0) == 1 &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		       (const unsigned char *)common_name, -1, -1, 0) == 1;
}

/* 127 random bits: positive, and never the same twice. */
static bool set_serial(X509 *x)
{
	BIGNUM *n = BN_new();
	bool ok = n && BN_rand(n, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) &&
		  BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));

	BN_free(n);
	return ok;
}

static bool add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	bool ok;

	if (!value)
		return true;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = ext && X509_add_ext(x, ext, -1) == 1;
	X509_EXTENSION_free(ext);
	return ok;
}

static bool fill(X509 *x, X509 *issuer, EVP_PKEY *key, const struct wish *w)
{
	return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	       X509_gmtime_adj(X509_getm_notBefore(x), -EARLIER_S) &&
	       X509_gmtime_adj(X509_getm_notAfter(x), w->days * DAY_S) &&
	       set_name(x, w->common_name) &&
	       X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1 &&
	       X509_set_pubkey(x, key) == 1 &&
	       add_extension(
		       x, issuer, NID_basic_constraints, w->constraints) &&
	       add_extension(x, issuer, NID_key_usage, w->usage) &&
	       add_extension(x, issuer, NID_ext_key_usage, w->extended) &&
	       add_extension(x, issuer, NID_subject_alt_name, w->names) &&
	       add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
	       add_extension(
		       x, issuer, NID_authority_key_identifier, "keyid:always");
}

/* A certificate for `key`, signed by the issuer, or by itself when that is
 * NULL. NULL with *e. */
static X509 *make(const struct ca *issuer, EVP_PKEY *key, EVP_PKEY *signer,
	const struct wish *w, struct err *e)
{
	X509 *x = X509_new();

	if (x && fill(x, issuer ? issuer->certificate : x, key, w) &&
		X509_sign(x, signer, EVP_sha256()) > 0)
		return x;
	fail(e, "a certificate cannot be made");
	X509_free(x);
	return NULL;
}

/* OpenSSL asks at the terminal, or on standard input, for the passphrase of a
 * text that says it is encrypted, also of one a stranger sent. Nobody is asked
 * here: there is none. */
static int no_passphrase(char *buf, int size, int rwflag, void *ctx)
{
	(void)rwflag;
	(void)ctx;
	if (size > 0)
		buf[0] = 0;
	return -1;
}

/* ---- PEM in the state directory -------------------------------------------
 */

static bool write_bio(const struct config *c, const char *name, BIO *bio,
	bool is_public, struct err *e)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);

	return n > 0 &&
	       state_write(c->state_dir, name, p, (size_t)n, is_public, e);
}

static bool write_certificate(
	const struct config *c, const char *name, X509 *x, struct err *e)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool ok = bio && PEM_write_bio_X509(bio, x) == 1 ? true : fail(e, name);

	ok = ok && write_bio(c, name, bio, true, e);
	BIO_free(bio);
	return ok;
}

static bool write_key(
	const struct config *c, const char *name, EVP_PKEY *key, struct err *e)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	bool ok = bio && PEM_write_bio_PrivateKey(
				 bio, key, NULL, NULL, 0, NULL, NULL) == 1
			  ? true
			  : fail(e, name);

	ok = ok && write_bio(c, name, bio, false, e);
	BIO_free(bio);
	return ok;
}

static X509 *read_certificate(const char *dir, const char *name,
	struct arena *mem, struct str *text, struct err *e)
{
	X509 *x = NULL;
	BIO *bio;

	if (!state_read(dir, name, mem, text, e))
		return NULL;
	bio = BIO_new_mem_buf(text->p, (int)text->n);
	if (bio)
		x = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (!x)
		fail(e, name);
	return x;
}

static EVP_PKEY *read_key(const char *dir, const char *name, struct err *e)
{
	struct arena *mem = arena_new();
	EVP_PKEY *key = NULL;
	struct str text;

	if (state_read(dir, name, mem, &text, e)) {
		BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);

		if (bio)
			key = PEM_read_bio_PrivateKey(
				bio, NULL, no_passphrase, NULL);
		BIO_free(bio);
		OPENSSL_cleanse((void *)(uintptr_t)text.p, text.n);
		if (!key)
			fail(e, name);
	}
	arena_free(mem);
	return key;
}

/* ---- the authority ----------------------------------------------------------
 */

struct ca *ca_open(const char *state_dir, struct err *e)
{
	struct ca *ca = calloc(1, sizeof(*ca));
	struct arena *mem = arena_new();
	struct str text;

	if (!ca)
		die("out of memory (ca)");
	ca->certificate = read_certificate(state_dir, "ca.pem", mem, &text, e);
	if (ca->certificate)
		ca->key = read_key(state_dir, "ca.key", e);
	if (ca->key && X509_check_private_key(ca->certificate, ca->key) != 1) {
		ERR_clear_error();
		err_set(e, ERR_USAGE, "ca.key does not belong to ca.pem");
		EVP_PKEY_free(ca->key);
		ca->key = NULL;
	}
	if (ca->key && !(ca->pem = strdup(text.p)))
		die("out of memory (ca)");
	arena_free(mem);
	if (ca->key)
		return ca;
	ca_free(ca);
	return NULL;
}

void ca_free(struct ca *ca)
{
	if (!ca)
		return;
	X509_free(ca->certificate);
	EVP_PKEY_free(ca->key);
	free(ca->pem);
	free(ca);
}

const char *ca_pem(const struct ca *ca)
{
	return ca->pem;
}

static bool init_authority(const struct config *c, struct err *e)
{
	const struct wish w = {"Casebridge device CA", CA_DAYS,
		"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign",
		NULL, NULL};
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = key ? make(NULL, key, key, &w, e) : NULL;
	bool ok = x && write_key(c, "ca.key", key, e) &&
		  write_certificate(c, "ca.pem", x, e);

	if (!key)
		fail(e, "no key");
	X509_free(x);
	EVP_PKEY_free(key);
	return ok;
}

static bool is_address(const char *host)
{
	ASN1_OCTET_STRING *ip = a2i_IPADDRESS(host);

	ASN1_OCTET_STRING_free(ip);
	ERR_clear_error();
	return ip != NULL;
}

/* "DNS:localhost,IP:127.0.0.1" */
static char *alt_names(const struct config *c, struct arena *mem)
{
	char *text = arena_strdup(mem, "");

	for (size_t i = 0; i < c->host_count; i++)
		text = arena_printf(mem, "%s%s%s:%s", text, i ? "," : "",
			is_address(c->hosts[i]) ? "IP" : "DNS", c->hosts[i]);
	return text;
}

static bool init_server(const struct config *c, struct err *e)
{
	struct arena *mem = arena_new();
	const struct wish w = {c->hosts[0], SERVER_DAYS, "critical,CA:FALSE",
		"critical,digitalSignature", "serverAuth", alt_names(c, mem)};
	struct ca *ca = ca_open(c->state_dir, e);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = ca && key ? make(ca, key, ca->key, &w, e) : NULL;
	bool ok = x && write_key(c, "server.key", key, e) &&
		  write_certificate(c, "server.pem", x, e);

	if (!key)
		fail(e, "no key");
	X509_free(x);
	EVP_PKEY_free(key);
	ca_free(ca);
	arena_free(mem);
	return ok;
}

static bool init_key(const char *dir, const char *name, struct err *e)
{
	unsigned char key[32];
	bool ok;

	host_random(key, sizeof(key));
	ok = state_write(dir, name, key, sizeof(key), false, e);
	OPENSSL_cleanse(key, sizeof(key));
	return ok;
}

static bool init_token_key(const struct config *c, struct err *e)
{
	return init_key(c->state_dir, "token.key", e);
}

static bool init_trail_key(const struct config *c, struct err *e)
{
	return init_key(c->state_dir, TRAIL_KEY, e);
}

bool ca_init(const struct config *c, bool renew, int *made, struct err *e)
{
	const struct {
		const char *file; /* written last: there, all is there */
		bool (*init)(const struct config *c, struct err *e);
		bool again;
	} steps[] = {
		{"ca.pem",     init_authority, false},
		{"server.pem", init_server,    renew},
		{"token.key",  init_token_key, false},
		{TRAIL_KEY,    init_trail_key, false},
	};

	*made = 0;
	if (!state_open(c->state_dir, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (!steps[i].again && state_has(c->state_dir, steps[i].file))
			continue;
		if (!steps[i].init(c, e))
			return false;
		++*made;
	}
	return true;
}

/* ---- devices ---- */

static bool is_p256(EVP_PKEY *key)
{
	char group[32];
	size_t n;

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1 &&
	       strcmp(group, "prime256v1") == 0;
}

static bool hash_key(EVP_PKEY *key, struct sha256 *out)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	if (n <= 0)
		return false;
	*out = sha256_of(der, (size_t)n);
	OPENSSL_free(der);
	return true;
}

static X509_REQ *read_request(const char *csr)
{
	X509_REQ *req = NULL;
	size_t n = strlen(csr);
	BIO *bio;

	if (n > CSR_MAX)
		return NULL;
	bio = BIO_new_mem_buf(csr, (int)n);
	if (bio)
		req = PEM_read_bio_X509_REQ(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	ERR_clear_error();
	return req;
}

static char *to_pem(X509 *x, struct arena *mem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p, *text = NULL;
	long n;

	if (bio && PEM_write_bio_X509(bio, x) == 1) {
		n = BIO_get_mem_data(bio, &p);
		text = arena_strndup(mem, p, (size_t)n);
	}
	BIO_free(bio);
	return text;
}

static bool sign_key(const struct ca *ca, EVP_PKEY *key,
	const struct uuid *device, struct arena *mem,
	struct device_certificate *out, struct err *e)
{
	char id[UUID_TEXT];
	const struct wish w = {uuid_format(device, id), DEVICE_DAYS,
		"critical,CA:FALSE", "critical,digitalSignature",
		"critical,clientAuth",
		arena_printf(mem, "URI:urn:casebridge:device:%s", id)};
	X509 *x = make(ca, key, ca->key, &w, e);

	if (!x)
		return false;
	out->pem = to_pem(x, mem);
	out->expires_ms = host_now_ms() + DEVICE_DAYS * DAY_S * 1000;
	X509_free(x);
	return (out->pem && hash_key(key, &out->spki)) ||
	       fail(e, "device certificate");
}

bool ca_sign_device(const struct ca *ca, const char *csr,
	const struct uuid *device, struct arena *mem,
	struct device_certificate *out, struct err *e)
{
	X509_REQ *req = read_request(csr);
	EVP_PKEY *key = req ? X509_REQ_get0_pubkey(req) : NULL;
	bool ok;

	if (!req)
		ok = err_field(e, ERR_BAD_INPUT, "csr",
			"a PKCS#10 request in PEM, <= %d bytes", CSR_MAX);
	else if (!is_p256(key))
		ok = err_field(e, ERR_BAD_INPUT, "csr", "a P-256 key");
	else if (X509_REQ_verify(req, key) != 1)
		ok = err_field(
			e, ERR_BAD_INPUT, "csr", "signed by its own key");
	else
		ok = sign_key(ca, key, device, mem, out, e);
	ERR_clear_error();
	X509_REQ_free(req);
	return ok;
}

bool ca_sign_text(const struct ca *ca, struct str text, struct arena *mem,
	struct str *sig, struct err *e)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char room[128];
	size_t n = sizeof(room);
	bool ok =
		c &&
		EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, ca->key) == 1 &&
		EVP_DigestSign(c, room, &n, (const unsigned char *)text.p,
			text.n) == 1;

	EVP_MD_CTX_free(c);
	if (!ok)
		return fail(e, "a text cannot be signed");
	sig->p = arena_strndup(mem, (const char *)room, n);
	sig->n = n;
	return true;
}

/* ---- the server's certificate -----------------------------------------------
 */

static bool covers(X509 *x, const char *host)
{
	return is_address(host) ? X509_check_ip_asc(x, host, 0) == 1
				: X509_check_host(x, host, 0, 0, NULL) == 1;
}

bool ca_check_server(const struct config *c, struct err *e)
{
	struct arena *mem = arena_new();
	struct str text;
	X509 *x = read_certificate(c->state_dir, "server.pem", mem, &text, e);
	bool ok = x != NULL;

	if (ok && (X509_cmp_current_time(X509_get0_notBefore(x)) > 0 ||
			  X509_cmp_current_time(X509_get0_notAfter(x)) < 0))
		ok = err_set(e, ERR_USAGE,
			"server.pem is not valid now; run casebridged ca "
			"renew");
	for (size_t i = 0; ok && i < c->host_count; i++)
		if (!covers(x, c->hosts[i]))
			ok = err_set(e, ERR_USAGE,
				"server.pem does not name '%s'; run "
				"casebridged ca renew",
				c->hosts[i]);
	X509_free(x);
	arena_free(mem);
	return ok;
}

static bool key_read(const char *path, const char *name, unsigned char out[32],
	struct err *e)
{
	struct arena *mem = arena_new();
	struct str text;
	bool ok =
		state_read(path, name, mem, &text, e) &&
		(text.n == 32 || err_set(e, ERR_USAGE, "%s is damaged", name));

	if (ok)
		memcpy(out, text.p, 32);
	arena_free(mem);
	return ok;
}

bool token_key_read(const char *state_dir, unsigned char out[32], struct err *e)
{
	return key_read(state_dir, "token.key", out, e);
}

bool trail_key_read(const char *state_dir, unsigned char out[32], struct err *e)
{
	/* A server of a release before the trail was sealed has none yet. */
	if (!state_has(state_dir, TRAIL_KEY) &&
		!init_key(state_dir, TRAIL_KEY, e))
		return false;
	return key_read(state_dir, TRAIL_KEY, out, e);
}
