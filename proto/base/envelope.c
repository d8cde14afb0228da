/*
 * envelope.c - see envelope.h.
 */
#include "proto/base/envelope.h"

#include "proto/base/seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#define POINT   65 /* 04 ‖ x ‖ y */
#define SECRET  32
#define DER_MAX 512

/* The private key is OpenSSL's own. */
static EVP_PKEY *pkey(const struct keypair *k)
{
	return (EVP_PKEY *)(uintptr_t)k;
}

static bool is_p256(EVP_PKEY *key)
{
	char group[32];
	size_t n;

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1 &&
	       strcmp(group, "prime256v1") == 0;
}

struct keypair *keypair_new(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	if (!key)
		die("envelope: no P-256");
	return (struct keypair *)key;
}

struct keypair *keypair_read(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.p;
	EVP_PKEY *key = der.n && der.n <= DER_MAX
				? d2i_AutoPrivateKey(NULL, &at, (long)der.n)
				: NULL;

	if (is_p256(key))
		return (struct keypair *)key;
	EVP_PKEY_free(key);
	return NULL;
}

void keypair_free(struct keypair *k)
{
	EVP_PKEY_free((EVP_PKEY *)k);
}

static struct str der_of(EVP_PKEY *key, bool private, struct arena *mem)
{
	PKCS8_PRIV_KEY_INFO *p8 = private ? EVP_PKEY2PKCS8(key) : NULL;
	unsigned char *der = NULL;
	struct str out = {"", 0};
	int n = private ? i2d_PKCS8_PRIV_KEY_INFO(p8, &der)
			: i2d_PUBKEY(key, &der);

	if (n <= 0)
		die("envelope: a key of ours cannot be written");
	out.p = arena_strndup(mem, (const char *)der, (size_t)n);
	out.n = (size_t)n;
	OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(p8);
	return out;
}

struct str keypair_private(const struct keypair *k, struct arena *mem)
{
	return der_of(pkey(k), true, mem);
}

struct str keypair_public(const struct keypair *k, struct arena *mem)
{
	return der_of(pkey(k), false, mem);
}

char *key_name(struct str spki, char out[KEY_NAME])
{
	struct sha256 h = sha256_of(spki.p, spki.n);

	return hex_format(h.b, (KEY_NAME - 1) / 2, out);
}

struct str keypair_sign(
	const struct keypair *k, struct str text, struct arena *mem)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char sig[128];
	size_t n = sizeof(sig);
	struct str out;

	if (!c ||
		EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, pkey(k)) != 1 ||
		EVP_DigestSign(
			c, sig, &n, (const unsigned char *)text.p, text.n) != 1)
		die("envelope: cannot sign");
	EVP_MD_CTX_free(c);
	out.p = arena_strndup(mem, (const char *)sig, n);
	out.n = n;
	return out;
}

/* ---- the key of one envelope ---- */

static EVP_PKEY *read_public(struct str spki)
{
	const unsigned char *at = (const unsigned char *)spki.p;
	EVP_PKEY *key = spki.n && spki.n <= DER_MAX
				? d2i_PUBKEY(NULL, &at, (long)spki.n)
				: NULL;

	if (is_p256(key))
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

/* The passing public key from its point; OpenSSL refuses one that is not on
 * the curve. */
static EVP_PKEY *read_point(const char *p)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char group[] = "prime256v1";
	EVP_PKEY *out = NULL;
	OSSL_PARAM params[3];

	params[0] = OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
		OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)p, POINT);
	params[2] = OSSL_PARAM_construct_end();
	if (!c || EVP_PKEY_fromdata_init(c) != 1 ||
		EVP_PKEY_fromdata(c, &out, EVP_PKEY_PUBLIC_KEY, params) != 1)
		out = NULL;
	EVP_PKEY_CTX_free(c);
	return out;
}

static bool write_point(EVP_PKEY *key, char out[POINT])
{
	size_t n = 0;

	return EVP_PKEY_get_octet_string_param(key,
		       OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, (unsigned char *)out,
		       POINT, &n) == 1 &&
	       n == POINT && out[0] == 4;
}

static bool agree(EVP_PKEY *own, EVP_PKEY *other, unsigned char out[SECRET])
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(own, NULL);
	size_t n = SECRET;
	bool ok = c && EVP_PKEY_derive_init(c) == 1 &&
		  EVP_PKEY_derive_set_peer(c, other) == 1 &&
		  EVP_PKEY_derive(c, out, &n) == 1 && n == SECRET;

	EVP_PKEY_CTX_free(c);
	return ok;
}

/* HKDF (RFC 5869) of the shared secret; both public keys are part of it, so
 * that an envelope cannot be turned to another receiver. */
static struct seal_key derive(const unsigned char secret[SECRET],
	const char point[POINT], struct str spki)
{
	static const char label[] = "casebridge envelope 1";
	struct sha256 prk = hmac_of(label, sizeof(label) - 1, secret, SECRET);
	unsigned char info[POINT + DER_MAX + 1];
	struct seal_key out;
	struct sha256 t;

	memcpy(info, point, POINT);
	memcpy(info + POINT, spki.p, spki.n);
	info[POINT + spki.n] = 1;
	t = hmac_of(prk.b, SHA256_LEN, info, POINT + spki.n + 1);
	memcpy(out.b, t.b, SEAL_KEY);
	seal_wipe(&prk, sizeof(prk));
	seal_wipe(&t, sizeof(t));
	return out;
}

bool envelope_seal(
	struct str spki, struct str about, struct str text, struct buf *out)
{
	EVP_PKEY *to = read_public(spki);
	EVP_PKEY *passing = EVP_EC_gen("P-256");
	unsigned char secret[SECRET];
	char point[POINT];
	struct seal_key key;
	bool ok = to && passing && write_point(passing, point) &&
		  agree(passing, to, secret);

	EVP_PKEY_free(passing);
	EVP_PKEY_free(to);
	if (ok) {
		struct sealer *s = sealer_new();

		key = derive(secret, point, spki);
		buf_add(out, point, POINT);
		seal(s, &key, about, text, out);
		sealer_free(s);
		seal_wipe(&key, sizeof(key));
	}
	seal_wipe(secret, sizeof(secret));
	return ok;
}

bool envelope_open(const struct keypair *k, struct str about, struct str sealed,
	struct arena *mem, struct str *text)
{
	struct str spki = keypair_public(k, mem);
	EVP_PKEY *passing = sealed.n > POINT ? read_point(sealed.p) : NULL;
	unsigned char secret[SECRET];
	bool ok = passing && agree(pkey(k), passing, secret);

	EVP_PKEY_free(passing);
	if (ok) {
		struct str rest = {sealed.p + POINT, sealed.n - POINT};
		struct seal_key key = derive(secret, sealed.p, spki);
		struct sealer *s = sealer_new();

		ok = unseal(s, &key, about, rest, mem, text);
		sealer_free(s);
		seal_wipe(&key, sizeof(key));
	}
	seal_wipe(secret, sizeof(secret));
	return ok;
}
