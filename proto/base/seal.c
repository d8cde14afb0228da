/*
 * seal.c - see seal.h.
 */
#include "proto/base/seal.h"

#include "proto/base/host.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define NONCE    12
#define TAG      16
#define STEP     64
#define LENGTH   4
#define TEXT_MAX (64u << 20)

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

struct str seal_chunk_about(const unsigned char row[SHA256_LEN], int64_t no,
	unsigned char room[SEAL_CHUNK_ABOUT])
{
	struct str out = {(const char *)room, SEAL_CHUNK_ABOUT};

	room[0] = 1; /* the format */
	room[1] = 'b';
	memcpy(room + 2, row, SHA256_LEN);
	for (int i = 0; i < 8; i++)
		room[2 + SHA256_LEN + i] =
			(unsigned char)((uint64_t)no >> (56 - 8 * i));
	return out;
}
