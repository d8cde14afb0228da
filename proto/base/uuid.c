/*
 * uuid.c - see uuid.h.
 */
#include "proto/base/uuid.h"

#include "proto/base/host.h"

#include <string.h>

struct uuid uuid_v7(int64_t unix_ms, const unsigned char random[10])
{
	struct uuid u;

	for (int i = 0; i < 6; i++)
		u.b[i] = (unsigned char)(unix_ms >> (40 - 8 * i));
	memcpy(u.b + 6, random, 10);
	u.b[6] = (unsigned char)(0x70 | (u.b[6] & 0x0f));
	u.b[8] = (unsigned char)(0x80 | (u.b[8] & 0x3f));
	return u;
}

struct uuid uuid_new(void)
{
	unsigned char random[10];

	host_random(random, sizeof(random));
	return uuid_v7(host_now_ms(), random);
}

static bool is_hyphen_at(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

bool uuid_is_text(const char *text, size_t n)
{
	if (n != UUID_TEXT - 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_hyphen_at(i) ? text[i] != '-' : hex_digit(text[i]) < 0)
			return false;
	return true;
}

bool uuid_parse(const char *text, struct uuid *out)
{
	size_t at = 0;

	if (!uuid_is_text(text, strlen(text)))
		return false;
	for (size_t i = 0; i < UUID_TEXT - 1; i += 2) {
		if (is_hyphen_at(i))
			i++;
		out->b[at++] = (unsigned char)(hex_digit(text[i]) * 16 +
					       hex_digit(text[i + 1]));
	}
	return true;
}

char *uuid_format(const struct uuid *u, char out[UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	char *p = out;

	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[u->b[i] >> 4];
		*p++ = digits[u->b[i] & 15];
	}
	*p = 0;
	return out;
}

int uuid_cmp(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

bool uuid_is_nil(const struct uuid *u)
{
	static const struct uuid nil;

	return uuid_cmp(u, &nil) == 0;
}
