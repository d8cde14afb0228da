/*
 * token.c - see token.h. 41 bytes (version, epoch, from, upto, after; numbers
 * big-endian), 42 more within a unit in parts, and 16 bytes of HMAC-SHA-256
 * over these and the replica's id, in base64url. The version says which of the
 * two lengths it is. The first version was made over no replica; stations that
 * bring one from the release before get one of their own in return.
 */
#include "server/feed/token.h"

#include "proto/base/hash.h"

#include <string.h>

#define FIELDS  41
#define PART    42 /* five numbers, and what makes the text come out even */
#define MAC     16
#define OLD     1
#define WHOLE   3
#define IN_PART 4

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

static struct sha256 mac_of(const unsigned char *b, size_t n,
	const struct uuid *replica, const unsigned char key[32])
{
	unsigned char text[FIELDS + PART + sizeof(replica->b)];
	struct sha256 mac;

	memcpy(text, b, n);
	if (b[0] != OLD) {
		memcpy(text + n, replica->b, sizeof(replica->b));
		n += sizeof(replica->b);
	}
	mac = hmac_of(key, 32, text, n);
	memset(mac.b + MAC, 0, SHA256_LEN - MAC);
	return mac;
}

char *token_write(const struct token *t, const struct uuid *replica,
	const unsigned char key[32], struct arena *mem)
{
	const int64_t part[] = {t->part.no, t->part.gen, t->part.csn,
		t->part.ord, t->part.bytes};
	unsigned char b[FIELDS + PART + MAC];
	size_t n = FIELDS + (t->part.no ? PART : 0);
	struct sha256 mac;

	b[0] = t->part.no ? IN_PART : WHOLE;
	put(b + 1, t->epoch);
	put(b + 9, t->from);
	put(b + 17, t->upto);
	memcpy(b + 25, t->after.b, 16);
	memset(b + FIELDS, 0, PART);
	for (size_t i = 0; t->part.no && i < ARRAY_LEN(part); i++)
		put(b + FIELDS + 8 * i, part[i]);
	mac = mac_of(b, n, replica, key);
	memcpy(b + n, mac.b, MAC);
	return base64url_format(b, n + MAC, mem);
}

static bool is_ours(const unsigned char *b, size_t n,
	const struct uuid *replica, const unsigned char key[32])
{
	struct sha256 mac = mac_of(b, n, replica, key), given = {{0}};

	memcpy(given.b, b + n, MAC);
	return sha256_equal(&given, &mac);
}

static bool is_version(unsigned char v)
{
	return v == OLD || v == WHOLE || v == IN_PART;
}

bool token_read(const char *text, const struct uuid *replica,
	const unsigned char key[32], struct arena *mem, struct token *out,
	struct err *e)
{
	unsigned char *b;
	size_t n = 0, fields;

	memset(out, 0, sizeof(*out));
	if (!text || !*text)
		return true;
	b = strlen(text) < 200 ? base64url_parse(text, &n, mem) : NULL;
	fields = b && n && b[0] == IN_PART ? FIELDS + PART : FIELDS;
	if (!b || n != fields + MAC || !is_version(b[0]) ||
		!is_ours(b, fields, replica, key))
		return err_field(e, ERR_BAD_TOKEN, "since", "next");
	out->epoch = get(b + 1);
	out->from = get(b + 9);
	out->upto = get(b + 17);
	memcpy(out->after.b, b + 25, 16);
	if (b[0] != IN_PART)
		return true;
	out->part = (struct token_part){get(b + 41), get(b + 49), get(b + 57),
		get(b + 65), get(b + 73)};
	return true;
}
