/*
 * sign.c - see sign.h.
 */
#include "proto/base/sign.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

#define P256_BITS 256

static EVP_PKEY *read_key(struct str spki)
{
	const unsigned char *at = (const unsigned char *)spki.p;
	EVP_PKEY *key =
		spki.n <= 512 ? d2i_PUBKEY(NULL, &at, (long)spki.n) : NULL;

	if (key && (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
			   EVP_PKEY_get_bits(key) != P256_BITS)) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

bool sign_verify(struct str spki, struct str text, struct str sig)
{
	EVP_PKEY *key = read_key(spki);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = key && c &&
		  EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestVerify(c, (const unsigned char *)sig.p, sig.n,
			  (const unsigned char *)text.p, text.n) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
	return ok;
}

/* ---- Ed25519 ---- */

static EVP_PKEY *ed25519_secret(const unsigned char secret[ED25519_KEY])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
		EVP_PKEY_ED25519, NULL, secret, ED25519_KEY);

	if (!key)
		die("ed25519: no key");
	return key;
}

void ed25519_public(
	const unsigned char secret[ED25519_KEY], unsigned char key[ED25519_KEY])
{
	EVP_PKEY *pair = ed25519_secret(secret);
	size_t n = ED25519_KEY;

	if (EVP_PKEY_get_raw_public_key(pair, key, &n) != 1 || n != ED25519_KEY)
		die("ed25519: no public key");
	EVP_PKEY_free(pair);
}

void ed25519_make(
	unsigned char secret[ED25519_KEY], unsigned char key[ED25519_KEY])
{
	if (RAND_priv_bytes(secret, ED25519_KEY) != 1)
		die("ed25519: no random bytes");
	ed25519_public(secret, key);
}

void ed25519_sign(const unsigned char secret[ED25519_KEY], struct str text,
	unsigned char sig[ED25519_SIG])
{
	EVP_PKEY *key = ed25519_secret(secret);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t n = ED25519_SIG;

	if (!c || EVP_DigestSignInit(c, NULL, NULL, NULL, key) != 1 ||
		EVP_DigestSign(c, sig, &n, (const unsigned char *)text.p,
			text.n) != 1 ||
		n != ED25519_SIG)
		die("ed25519: cannot sign");
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
}

bool ed25519_verify(const unsigned char key[ED25519_KEY], struct str text,
	const unsigned char sig[ED25519_SIG])
{
	EVP_PKEY *k = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, key, ED25519_KEY);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = k && c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, k) == 1 &&
		  EVP_DigestVerify(c, sig, ED25519_SIG,
			  (const unsigned char *)text.p, text.n) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(k);
	return ok;
}
