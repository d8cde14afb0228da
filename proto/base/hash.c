/*
 * hash.c - see hash.h. The only file of proto that knows OpenSSL's digests.
 */
#include "proto/base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>

struct sha256_run *sha256_begin(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (!c || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		die("sha256: cannot start");
	return (struct sha256_run *)c;
}

void sha256_add(struct sha256_run *run, const void *p, size_t n)
{
	if (EVP_DigestUpdate((EVP_MD_CTX *)run, p, n) != 1)
		die("sha256: cannot add");
}

struct sha256 sha256_end(struct sha256_run *run)
{
	EVP_MD_CTX *c = (EVP_MD_CTX *)run;
	struct sha256 out;
	unsigned n = 0;

	if (EVP_DigestFinal_ex(c, out.b, &n) != 1 || n != SHA256_LEN)
		die("sha256: cannot end");
	EVP_MD_CTX_free(c);
	return out;
}

struct sha256 sha256_of(const void *p, size_t n)
{
	struct sha256 out;

	SHA256(p, n, out.b);
	return out;
}

struct sha256 hmac_of(const void *key, size_t key_n, const void *p, size_t n)
{
	struct sha256 out;
	unsigned len = 0;

	if (key_n > INT32_MAX ||
		!HMAC(EVP_sha256(), key, (int)key_n, p, n, out.b, &len))
		die("hmac: failed");
	return out;
}

bool sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
	return CRYPTO_memcmp(a->b, b->b, SHA256_LEN) == 0;
}

char *hex_format(const void *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[b[i] >> 4];
		out[2 * i + 1] = digits[b[i] & 15];
	}
	out[2 * n] = 0;
	return out;
}

bool hex_parse(const char *text, void *out, size_t n)
{
	unsigned char *b = out;

	if (strlen(text) != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int hi = hex_digit(text[2 * i]),
		    lo = hex_digit(text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		b[i] = (unsigned char)(hi * 16 + lo);
	}
	return true;
}

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *base64url_format(const void *p, size_t n, struct arena *mem)
{
	const unsigned char *b = p;
	char *out = arena_alloc(mem, (n + 2) / 3 * 4 + 1), *to = out;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)b[i] << 16;
		size_t left = n - i;

		if (left > 1)
			v |= (uint32_t)b[i + 1] << 8;
		if (left > 2)
			v |= b[i + 2];
		*to++ = alphabet[v >> 18];
		*to++ = alphabet[v >> 12 & 63];
		if (left > 1)
			*to++ = alphabet[v >> 6 & 63];
		if (left > 2)
			*to++ = alphabet[v & 63];
	}
	return out;
}

unsigned char *base64url_parse(const char *text, size_t *n, struct arena *mem)
{
	size_t len = strlen(text);
	unsigned char *out = arena_alloc(mem, len / 4 * 3 + 3), *to = out;
	uint32_t v = 0;
	int bits = 0;

	if (len % 4 == 1)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (!at)
			return NULL;
		v = v << 6 | (uint32_t)(at - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			*to++ = (unsigned char)(v >> bits);
		}
	}
	/* One text for one value (RFC 4648, 3.5): bits nobody reads are zero.
	 */
	if (v & ((1u << bits) - 1))
		return NULL;
	*n = (size_t)(to - out);
	return out;
}

/* The two alphabets differ in their last two letters, and in padding. */
static void swap_letters(char *text, const char *from, const char *to)
{
	for (; *text; text++)
		*text = *text == from[0]   ? to[0]
			: *text == from[1] ? to[1]
					   : *text;
}

char *base64_format(const void *p, size_t n, struct arena *mem)
{
	char *url = base64url_format(p, n, mem);

	swap_letters(url, "-_", "+/");
	return arena_printf(mem, "%s%s", url,
		n % 3 == 1   ? "=="
		: n % 3 == 2 ? "="
			     : "");
}

unsigned char *base64_parse(struct str text, size_t *n, struct arena *mem)
{
	size_t bare = text.n;
	char *url;

	while (bare > 0 && text.n - bare < 2 && text.p[bare - 1] == '=')
		bare--;
	url = arena_strndup(mem, text.p, bare);
	if (text.n % 4 != 0 || strlen(url) != bare || strpbrk(url, "-_"))
		return NULL;
	swap_letters(url, "+/", "-_");
	return base64url_parse(url, n, mem);
}
