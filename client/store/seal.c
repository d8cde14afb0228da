/*
 * seal.c - see seal.h. The only file of the store that knows OpenSSL.
 */
#include "client/store/seal.h"

#include "proto/base/hash.h"
#include "proto/base/host.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define NONCE    12
#define TAG      16
#define STEP     64
#define LENGTH   4
#define TEXT_MAX (64u << 20)

const struct seal_cost seal_cost_usual = {65536, 8, 1};

/* Crockford's base 32: no I, L, O or U, which people mistake. */
static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct sealer *sealer_new(void)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

	/* The cipher is set once; each seal only changes key and nonce. */
	if (!c ||
		EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, NULL, NULL) != 1)
		die("seal: no AES-256-GCM");
	return (struct sealer *)c;
}

void sealer_free(struct sealer *s)
{
	EVP_CIPHER_CTX_free((EVP_CIPHER_CTX *)s);
}

static size_t padded(size_t n)
{
	return (LENGTH + n + STEP - 1) / STEP * STEP;
}

size_t seal_size(size_t n)
{
	return NONCE + padded(n) + TAG;
}

static void put_length(unsigned char *to, size_t n)
{
	for (int i = 0; i < LENGTH; i++)
		to[i] = (unsigned char)(n >> (24 - 8 * i));
}

static size_t get_length(const unsigned char *from)
{
	size_t n = 0;

	for (int i = 0; i < LENGTH; i++)
		n = n << 8 | from[i];
	return n;
}

void seal(struct sealer *s, const struct seal_key *key, struct str about,
	struct str text, struct buf *out)
{
	EVP_CIPHER_CTX *c = (EVP_CIPHER_CTX *)s;
	size_t n = padded(text.n), whole = seal_size(text.n);
	unsigned char *p, *body;
	int done = 0, last = 0;

	if (text.n > TEXT_MAX || about.n > INT32_MAX)
		die("seal: %zu bytes", text.n);
	p = (unsigned char *)buf_reserve(out, whole);
	if (!p)
		return;
	body = p + NONCE;
	host_random(p, NONCE);
	put_length(body, text.n);
	if (text.n)
		memcpy(body + LENGTH, text.p, text.n);
	memset(body + LENGTH + text.n, 0, n - LENGTH - text.n);
	if (EVP_EncryptInit_ex(c, NULL, NULL, key->b, p) != 1 ||
		EVP_EncryptUpdate(c, NULL, &done,
			(const unsigned char *)about.p, (int)about.n) != 1 ||
		EVP_EncryptUpdate(c, body, &done, body, (int)n) != 1 ||
		EVP_EncryptFinal_ex(c, body + done, &last) != 1 ||
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, body + n) !=
			1)
		die("seal: the cipher failed");
	out->n += whole;
	out->p[out->n] = 0;
}

bool unseal(struct sealer *s, const struct seal_key *key, struct str about,
	struct str sealed, struct arena *mem, struct str *text)
{
	EVP_CIPHER_CTX *c = (EVP_CIPHER_CTX *)s;
	const unsigned char *p = (const unsigned char *)sealed.p;
	unsigned char tag[TAG], *out;
	int done = 0, last = 0;
	size_t n;

	if (sealed.n < NONCE + STEP + TAG || sealed.n > TEXT_MAX ||
		(sealed.n - NONCE - TAG) % STEP != 0 || about.n > INT32_MAX)
		return false;
	n = sealed.n - NONCE - TAG;
	out = arena_alloc(mem, n + 1);
	memcpy(tag, p + NONCE + n, TAG);
	if (EVP_DecryptInit_ex(c, NULL, NULL, key->b, p) != 1 ||
		EVP_DecryptUpdate(c, NULL, &done,
			(const unsigned char *)about.p, (int)about.n) != 1 ||
		EVP_DecryptUpdate(c, out, &done, p + NONCE, (int)n) != 1 ||
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) != 1 ||
		EVP_DecryptFinal_ex(c, out + done, &last) != 1)
		return false;
	text->p = (const char *)out + LENGTH;
	text->n = get_length(out);
	if (text->n > n - LENGTH)
		return false;
	out[LENGTH + text->n] = 0;
	return true;
}

struct seal_key seal_key_new(void)
{
	struct seal_key k;

	host_random(k.b, sizeof(k.b));
	return k;
}

struct seal_key seal_derive(const struct seal_key *from, const char *purpose)
{
	static const unsigned char no_salt[SHA256_LEN];
	struct sha256 prk =
		hmac_of(no_salt, sizeof(no_salt), from->b, SEAL_KEY);
	unsigned char info[128];
	size_t n = strlen(purpose);
	struct seal_key out;
	struct sha256 t;

	if (n >= sizeof(info))
		die("seal: purpose too long");
	memcpy(info, purpose, n);
	info[n] = 1;
	t = hmac_of(prk.b, SHA256_LEN, info, n + 1);
	memcpy(out.b, t.b, SEAL_KEY);
	seal_wipe(&prk, sizeof(prk));
	seal_wipe(&t, sizeof(t));
	return out;
}

void seal_wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}

static bool is_cost(const struct seal_cost *c)
{
	return c->n >= 2 && c->n <= (1 << 20) && (c->n & (c->n - 1)) == 0 &&
	       c->r >= 1 && c->r <= 16 && c->p >= 1 && c->p <= 4;
}

bool seal_from_passphrase(const char *passphrase,
	const unsigned char salt[SEAL_SALT], const struct seal_cost *cost,
	struct seal_key *out, struct err *e)
{
	if (!is_cost(cost))
		return err_field(e, ERR_STORE_DAMAGED, "keys", "-");
	if (EVP_PBE_scrypt(passphrase, strlen(passphrase), salt, SEAL_SALT,
		    (uint64_t)cost->n, (uint64_t)cost->r, (uint64_t)cost->p,
		    (uint64_t)2 << 30, out->b, SEAL_KEY) != 1)
		return err_field(e, ERR_NOT_SAVED, "", "memory for the key");
	return true;
}

void seal_recovery_new(char out[SEAL_RECOVERY])
{
	unsigned char random[32];
	char *to = out;

	host_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i && i % 4 == 0)
			*to++ = '-';
		*to++ = crockford[random[i] & 31];
	}
	*to = 0;
	seal_wipe(random, sizeof(random));
}

/* The digit a typed character stands for, or 0. */
static char digit_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	return c && strchr(crockford, c) ? c : 0;
}

bool seal_recovery_normal(const char *typed, char out[SEAL_RECOVERY])
{
	size_t digits = 0, at = 0;

	for (; *typed; typed++) {
		char c = digit_of(*typed);

		if (*typed == '-' || *typed == ' ')
			continue;
		if (!c || digits == 32)
			return false;
		if (digits && digits % 4 == 0)
			out[at++] = '-';
		out[at++] = c;
		digits++;
	}
	out[at] = 0;
	return digits == 32;
}
