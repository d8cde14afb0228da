/*
 * utf8.c - see utf8.h.
 */
#include "proto/base/utf8.h"

#define REPLACEMENT 0xfffd

uint32_t utf8_next(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	unsigned more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0;
	uint32_t c = more ? s[0] & (0x3fU >> more) : s[0];

	if (s[0] == 0)
		return 0;
	*p += 1;
	if (s[0] >= 0x80 && (more == 0 || s[0] >= 0xf8))
		return REPLACEMENT;
	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return REPLACEMENT;
	*p += more;
	return c;
}

void utf8_add(struct buf *b, uint32_t c)
{
	unsigned more = c >= 0x10000 ? 3 : c >= 0x800 ? 2 : c >= 0x80;
	static const unsigned lead[] = {0, 0xc0, 0xe0, 0xf0};

	buf_char(b, (char)(lead[more] | c >> 6 * more));
	while (more--)
		buf_char(b, (char)(0x80 | (c >> 6 * more & 0x3f)));
}

size_t utf8_count(const char *text)
{
	size_t n = 0;

	while (utf8_next(&text))
		n++;
	return n;
}
