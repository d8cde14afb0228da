/*
 * totp.c - see totp.h.
 */
#include "server/auth/totp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#define SHA1_LEN 20

int64_t totp_step(int64_t unix_ms)
{
	return unix_ms / 1000 / TOTP_SECONDS;
}

void totp_code(const unsigned char *secret, size_t n, int64_t step, int digits,
	char *out)
{
	unsigned char counter[8], mac[SHA1_LEN];
	unsigned len = sizeof(mac);
	uint32_t value;
	uint64_t power = 1;
	size_t at;

	for (int i = 0; i < 8; i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret, (int)n, counter, sizeof(counter), mac,
		    &len))
		die("totp: the hash failed");
	/* dynamic truncation, RFC 4226 §5.3 */
	at = mac[SHA1_LEN - 1] & 15;
	value = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
		(uint32_t)mac[at + 2] << 8 | mac[at + 3];
	for (int i = 0; i < digits; i++)
		power *= 10;
	snprintf(out, (size_t)digits + 1, "%0*u", digits,
		(unsigned)(value % power));
	OPENSSL_cleanse(mac, sizeof(mac));
}

static bool is_code(const char *code)
{
	return strlen(code) == TOTP_DIGITS &&
	       strspn(code, "0123456789") == TOTP_DIGITS;
}

int64_t totp_match(const unsigned char secret[TOTP_SECRET], const char *code,
	int64_t now_ms, int64_t last)
{
	int64_t now = totp_step(now_ms), found = -1;
	char want[TOTP_DIGITS + 1];

	if (!is_code(code))
		return -1;
	for (int64_t step = now - 1; step <= now; step++) {
		totp_code(secret, TOTP_SECRET, step, TOTP_DIGITS, want);
		if (CRYPTO_memcmp(want, code, TOTP_DIGITS) == 0 && step > last)
			found = step;
	}
	OPENSSL_cleanse(want, sizeof(want));
	return found;
}

void totp_text(const unsigned char secret[TOTP_SECRET], char out[TOTP_BASE32])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	_Static_assert(TOTP_SECRET * 8 / 5 + 1 == TOTP_BASE32,
		"five bits a character, without a rest");
	for (size_t i = 0; i < TOTP_BASE32 - 1; i++) {
		size_t bit = i * 5, byte = bit / 8;
		unsigned two = (unsigned)secret[byte] << 8 |
			       (byte + 1 < TOTP_SECRET ? secret[byte + 1] : 0u);

		out[i] = alphabet[two >> (11 - bit % 8) & 31];
	}
	out[TOTP_BASE32 - 1] = 0;
}

const char *totp_uri(const char *secret, const char *issuer, const char *login,
	struct arena *mem)
{
	/* A login is a-z 0-9 . _ - @, all of which may stand there. */
	return arena_printf(mem,
		"otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1"
		"&digits=%d&period=%d",
		issuer, login, secret, issuer, TOTP_DIGITS, TOTP_SECONDS);
}
