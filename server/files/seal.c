/*
 * seal.c - see seal.h. With keys.c the only files of the room that know
 * OpenSSL.
 */
#include "server/files/seal.h"

#include "proto/base/host.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define NONCE     12
#define TAG       16
#define ABOUT_MAX 96

/* What a seal is about, as bytes. */
struct about {
	unsigned char b[ABOUT_MAX];
	size_t n;
};

static void add(struct about *a, const void *p, size_t n)
{
	if (n > ABOUT_MAX - a->n)
		die("files: about more than %d bytes", ABOUT_MAX);
	memcpy(a->b + a->n, p, n);
	a->n += n;
}

static void add_number(struct about *a, int64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--) {
		unsigned char c = (unsigned char)((uint64_t)v >> (8 * i));

		add(a, &c, 1);
	}
}

static struct about about_key(
	const unsigned char *id, const struct sha256 *sha, int64_t size)
{
	static const char what[] = "casebridge file key v1";
	struct about a = {{0}, 0};

	add(&a, what, sizeof(what));
	add(&a, id, FILE_KEY_ID);
	add(&a, sha->b, SHA256_LEN);
	add_number(&a, size, 8);
	return a;
}

static struct about about_chunk(const struct file_box *b, int64_t no)
{
	static const char what[] = "casebridge chunk v1";
	struct about a = {{0}, 0};

	add(&a, what, sizeof(what));
	add(&a, b->sha.b, SHA256_LEN);
	add_number(&a, b->size, 8);
	add_number(&a, no, 4);
	return a;
}

static void seal(const unsigned char key[FILE_KEY], const struct about *about,
	struct str plain, unsigned char *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	unsigned char *body = out + NONCE;
	int done = 0, last = 0;

	if (plain.n > INT32_MAX)
		die("files: a chunk of %zu bytes", plain.n);
	host_random(out, NONCE);
	if (!c ||
		EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, out) != 1 ||
		EVP_EncryptUpdate(c, NULL, &done, about->b, (int)about->n) !=
			1 ||
		EVP_EncryptUpdate(c, body, &done,
			(const unsigned char *)plain.p, (int)plain.n) != 1 ||
		EVP_EncryptFinal_ex(c, body + done, &last) != 1 ||
		EVP_CIPHER_CTX_ctrl(
			c, EVP_CTRL_GCM_GET_TAG, TAG, body + plain.n) != 1)
		die("files: the cipher failed");
	EVP_CIPHER_CTX_free(c);
}

static bool unseal(const unsigned char key[FILE_KEY], const struct about *about,
	struct str sealed, unsigned char *out)
{
	const unsigned char *p = (const unsigned char *)sealed.p;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	size_t n = sealed.n - SEAL_EXTRA;
	unsigned char tag[TAG];
	int done = 0, last = 0;
	bool ok;

	if (!c)
		die("files: out of memory (cipher)");
	memcpy(tag, p + NONCE + n, TAG);
	ok = EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, p) == 1 &&
	     EVP_DecryptUpdate(c, NULL, &done, about->b, (int)about->n) == 1 &&
	     EVP_DecryptUpdate(c, out, &done, p + NONCE, (int)n) == 1 &&
	     EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	     EVP_DecryptFinal_ex(c, out + done, &last) == 1;
	EVP_CIPHER_CTX_free(c);
	return ok;
}

void file_box_new(const struct file_keys *k, const struct sha256 *sha,
	int64_t size, struct file_box *out, unsigned char sealed[SEALED_KEY])
{
	out->sha = *sha;
	out->size = size;
	host_random(out->key, FILE_KEY);
	file_box_seal(k, out, sealed);
}

void file_box_seal(const struct file_keys *k, const struct file_box *b,
	unsigned char sealed[SEALED_KEY])
{
	const struct file_key *by = &k->key[0];
	struct about about = about_key(by->id, &b->sha, b->size);

	seal(by->b, &about, (struct str){(const char *)b->key, FILE_KEY},
		sealed);
}

bool file_box_open(const struct file_keys *k, const struct sha256 *sha,
	int64_t size, struct str key_id, struct str sealed,
	struct file_box *out, struct err *e)
{
	const struct file_key *by = file_keys_find(k, key_id);
	struct about about;

	if (!by)
		return err_set(e, ERR_INTERNAL,
			"a file is sealed with a key that is not in files-key");
	out->sha = *sha;
	out->size = size;
	about = about_key(by->id, sha, size);
	if (sealed.n != SEALED_KEY || !unseal(by->b, &about, sealed, out->key))
		return err_set(e, ERR_INTERNAL, "the key of a file is damaged");
	return true;
}

void file_box_wipe(struct file_box *b)
{
	OPENSSL_cleanse(b->key, sizeof(b->key));
}

static struct about about_secret(
	const char *what, const unsigned char *id, const struct uuid *row)
{
	static const char by[] = "casebridge ", version[] = " v1";
	struct about a = {{0}, 0};

	add(&a, by, sizeof(by) - 1);
	add(&a, what, strlen(what));
	add(&a, version, sizeof(version));
	add(&a, id, FILE_KEY_ID);
	add(&a, row->b, sizeof(row->b));
	return a;
}

void secret_seal(const struct file_keys *k, const char *what,
	const struct uuid *row, struct str plain, unsigned char *out)
{
	struct about about = about_secret(what, k->key[0].id, row);

	seal(k->key[0].b, &about, plain, out);
}

bool secret_open(const struct file_keys *k, const char *what,
	const struct uuid *row, struct str key_id, struct str sealed,
	size_t want, unsigned char *out, struct err *e)
{
	const struct file_key *by = file_keys_find(k, key_id);
	struct about about;

	if (!by)
		return err_set(e, ERR_INTERNAL,
			"a %s is sealed with a key that is not in files-key",
			what);
	about = about_secret(what, by->id, row);
	if (sealed.n != want + SEAL_EXTRA ||
		!unseal(by->b, &about, sealed, out))
		return err_set(e, ERR_INTERNAL, "a %s is damaged", what);
	return true;
}

int64_t file_chunks(int64_t size)
{
	return (size + (int64_t)FILE_CHUNK - 1) / (int64_t)FILE_CHUNK;
}

size_t file_chunk_bytes(int64_t size, int64_t no)
{
	int64_t left = size - no * (int64_t)FILE_CHUNK;

	if (left <= 0)
		return 0;
	return left < (int64_t)FILE_CHUNK ? (size_t)left : FILE_CHUNK;
}

void chunk_seal(const struct file_box *b, int64_t no, struct str plain,
	unsigned char *out)
{
	struct about about = about_chunk(b, no);

	seal(b->key, &about, plain, out);
}

bool chunk_open(const struct file_box *b, int64_t no, struct str sealed,
	size_t want, unsigned char *out, struct err *e)
{
	struct about about = about_chunk(b, no);

	if (sealed.n != want + SEAL_EXTRA ||
		!unseal(b->key, &about, sealed, out))
		return err_set(e, ERR_INTERNAL,
			"chunk %lld of a file is damaged", (long long)no);
	return true;
}
