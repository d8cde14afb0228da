/*
 * sign.c - see sign.h.
 */
#include "proto/base/sign.h"

#include <openssl/evp.h>
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
