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

size_t utf8_sequence(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char lead_min, lead_max, next_min, next_max;
		size_t length;
	} forms[] = {
		{0x00, 0x7f, 0,    0,    1},
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		size_t length = forms[i].length;

		if (p[0] < forms[i].lead_min || p[0] > forms[i].lead_max)
			continue;
		if (length > n)
			return 0;
		if (length > 1 &&
			(p[1] < forms[i].next_min || p[1] > forms[i].next_max))
			return 0;
		for (size_t k = 2; k < length; k++)
			if (p[k] < 0x80 || p[k] > 0xbf)
				return 0;
		return length;
	}
	return 0;
}
