/*
 * device.c - see device.h.
 */
#include "client/sync/device.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

static bool fail(const char *what, struct err *e)
{
	err_field(e, ERR_NOT_ENROLLED, what, "casebridge enrol");
	return false;
}

static const char *bio_text(BIO *bio, struct arena *mem)
{
	char *p = NULL;
	long n = BIO_get_mem_data(bio, &p);

	return n > 0 ? arena_strndup(mem, p, (size_t)n) : NULL;
}

static EVP_PKEY *read_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return key;
}

static const char *key_pem(EVP_PKEY *key, struct arena *mem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = NULL;

	if (bio && PEM_write_bio_PrivateKey(
			   bio, key, NULL, NULL, 0, NULL, NULL) == 1)
		text = bio_text(bio, mem);
	BIO_free(bio);
	return text;
}

static const char *csr_pem(EVP_PKEY *key, struct arena *mem)
{
	static const unsigned char name[] = "station";
	X509_REQ *req = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = NULL;

	if (req && bio && X509_REQ_set_version(req, 0) == 1 &&
		X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN",
			MBSTRING_ASC, name, -1, -1, 0) == 1 &&
		X509_REQ_set_pubkey(req, key) == 1 &&
		X509_REQ_sign(req, key, EVP_sha256()) > 0 &&
		PEM_write_bio_X509_REQ(bio, req) == 1)
		text = bio_text(bio, mem);
	X509_REQ_free(req);
	BIO_free(bio);
	return text;
}

bool device_make(
	struct arena *mem, const char **key, const char **csr, struct err *e)
{
	EVP_PKEY *made = EVP_EC_gen("P-256");

	*key = made ? key_pem(made, mem) : NULL;
	*csr = made ? csr_pem(made, mem) : NULL;
	EVP_PKEY_free(made);
	return (*key && *csr) ||
	       err_field(e, ERR_NOT_SAVED, "device.key", "P-256");
}

bool device_request(
	const char *key, struct arena *mem, const char **csr, struct err *e)
{
	EVP_PKEY *own = read_key(key);

	*csr = own ? csr_pem(own, mem) : NULL;
	EVP_PKEY_free(own);
	return *csr || fail("device.key", e);
}

bool device_key_id(const char *key, struct sha256 *out, struct err *e)
{
	EVP_PKEY *own = read_key(key);
	unsigned char *der = NULL;
	int n = own ? i2d_PUBKEY(own, &der) : 0;

	if (n > 0)
		*out = sha256_of(der, (size_t)n);
	OPENSSL_free(der);
	EVP_PKEY_free(own);
	return n > 0 || fail("device.key", e);
}

bool device_sign(const char *key, const char *text, size_t n, struct buf *out,
	struct err *e)
{
	EVP_PKEY *own = read_key(key);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char sig[128];
	size_t len = sizeof(sig);
	bool ok = own && c &&
		  EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, own) == 1 &&
		  EVP_DigestSign(c, sig, &len, bytes, n) == 1;

	if (ok)
		buf_add(out, sig, len);
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(own);
	return ok || fail("device.key", e);
}

static X509 *read_certificate(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return x;
}

static bool public_of(X509 *x, struct arena *mem, struct str *spki)
{
	unsigned char *der = NULL;
	int n = x ? i2d_PUBKEY(X509_get0_pubkey(x), &der) : 0;

	if (n <= 0)
		return false;
	spki->p = arena_strndup(mem, (const char *)der, (size_t)n);
	spki->n = (size_t)n;
	OPENSSL_free(der);
	return true;
}

bool device_authority(
	const char *ca, struct arena *mem, struct str *spki, struct err *e)
{
	X509 *x = read_certificate(ca);
	bool ok = public_of(x, mem, spki);

	X509_free(x);
	return ok || fail("ca.crt", e);
}

bool device_certified(const char *certificate, const char *ca,
	struct arena *mem, struct str *spki, struct err *e)
{
	X509 *x = read_certificate(certificate), *by = read_certificate(ca);
	bool ok = x && by && X509_verify(x, X509_get0_pubkey(by)) == 1 &&
		  public_of(x, mem, spki);

	X509_free(x);
	X509_free(by);
	return ok || fail("device.crt", e);
}

static int64_t asn1_ms(const ASN1_TIME *t)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;

	if (epoch)
		ASN1_TIME_diff(&days, &seconds, epoch, t);
	ASN1_TIME_free(epoch);
	return ((int64_t)days * 86400 + seconds) * 1000;
}

static bool fits(X509 *cert, const char *key)
{
	EVP_PKEY *own = read_key(key);
	bool ok = own && X509_check_private_key(cert, own) == 1;

	EVP_PKEY_free(own);
	return ok;
}

bool device_certificate(const char *certificate, const char *key,
	struct device_dates *out, struct err *e)
{
	X509 *cert = read_certificate(certificate);
	bool ok = cert && (!key || fits(cert, key));

	if (ok) {
		out->from_ms = asn1_ms(X509_get0_notBefore(cert));
		out->until_ms = asn1_ms(X509_get0_notAfter(cert));
	}
	X509_free(cert);
	return ok || fail("device.crt", e);
}
