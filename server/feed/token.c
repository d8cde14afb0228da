/*
 * token.c - see token.h. 41 bytes (version, epoch, from, upto, after; numbers
 * big-endian) and 16 bytes of HMAC-SHA-256, in base64url.
 */
#include "server/feed/token.h"

#include "proto/base/hash.h"

#include <string.h>

#define FIELDS  41
#define MAC     16
#define VERSION 1

static void put(unsigned char *p, int64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
}

static int64_t get(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

char *token_write(
	const struct token *t, const unsigned char key[32], struct arena *mem)
{
	unsigned char b[FIELDS + MAC];
	struct sha256 mac;

	b[0] = VERSION;
	put(b + 1, t->epoch);
	put(b + 9, t->from);
	put(b + 17, t->upto);
	memcpy(b + 25, t->after.b, 16);
	mac = hmac_of(key, 32, b, FIELDS);
	memcpy(b + FIELDS, mac.b, MAC);
	return base64url_format(b, sizeof(b), mem);
}

bool token_read(const char *text, const unsigned char key[32],
	struct arena *mem, struct token *out, struct err *e)
{
	unsigned char *b;
	struct sha256 mac;
	size_t n = 0;

	memset(out, 0, sizeof(*out));
	if (!text || !*text)
		return true;
	b = strlen(text) < 200 ? base64url_parse(text, &n, mem) : NULL;
	if (!b || n != FIELDS + MAC || b[0] != VERSION)
		return err_field(e, ERR_BAD_TOKEN, "since", "next");
	mac = hmac_of(key, 32, b, FIELDS);
	memset(mac.b + MAC, 0, SHA256_LEN - MAC);
	{
		struct sha256 given = {{0}};

		memcpy(given.b, b + FIELDS, MAC);
		if (!sha256_equal(&given, &mac))
			return err_field(e, ERR_BAD_TOKEN, "since", "next");
	}
	out->epoch = get(b + 1);
	out->from = get(b + 9);
	out->upto = get(b + 17);
	memcpy(out->after.b, b + 25, 16);
	return true;
}
