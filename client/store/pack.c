/*
 * pack.c - see pack.h.
 */
#include "client/store/pack.h"

#include <string.h>

void pack_int(struct buf *out, int64_t v)
{
	unsigned char b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
	buf_add(out, b, sizeof(b));
}

void pack_bytes(struct buf *out, const void *p, size_t n)
{
	buf_add(out, p, n);
}

void pack_text(struct buf *out, const char *text)
{
	size_t n = strlen(text);

	if (n > 255)
		n = 255;
	buf_char(out, (char)(unsigned char)n);
	buf_add(out, text, n);
}

struct unpack unpack_begin(struct str from)
{
	struct unpack u = {(const unsigned char *)from.p, from.n, false};

	return u;
}

static const unsigned char *take(struct unpack *u, size_t n)
{
	const unsigned char *at = u->p;

	if (u->bad || n > u->left) {
		u->bad = true;
		return NULL;
	}
	u->p += n;
	u->left -= n;
	return at;
}

int64_t unpack_int(struct unpack *u)
{
	const unsigned char *at = take(u, 8);
	uint64_t v = 0;

	for (int i = 0; at && i < 8; i++)
		v = v << 8 | at[i];
	return (int64_t)v;
}

void unpack_bytes(struct unpack *u, void *to, size_t n)
{
	const unsigned char *at = take(u, n);

	if (at)
		memcpy(to, at, n);
	else
		memset(to, 0, n);
}

struct str unpack_text(struct unpack *u)
{
	const unsigned char *n = take(u, 1);
	struct str out = {"", n ? *n : 0};
	const unsigned char *at = take(u, out.n);

	if (at)
		out.p = (const char *)at;
	else
		out.n = 0;
	return out;
}
