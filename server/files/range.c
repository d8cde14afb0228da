/*
 * range.c - see range.h.
 */
#include "server/files/range.h"

#include <string.h>
#include <strings.h>

#define MOST ((int64_t)1 << 53)

/* The number at *p, and *p behind it; false when there is none, or a larger
 * one than any file has. */
static bool number(const char **p, int64_t *out)
{
	const char *from = *p;
	int64_t v = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++) {
		v = v * 10 + (**p - '0');
		if (v > MOST)
			return false;
	}
	*out = v;
	return *p > from;
}

bool offset_parse(const char *text, int64_t *out)
{
	return number(&text, out) && !*text;
}

static struct range part(int64_t from, int64_t last, int64_t size)
{
	struct range r = {RANGE_OUTSIDE, 0, 0};

	if (from >= size)
		return r;
	if (last >= size)
		last = size - 1;
	r.kind = RANGE_PART;
	r.at = from;
	r.n = last - from + 1 < FILE_PART ? last - from + 1 : FILE_PART;
	return r;
}

/* "-n": the last n bytes. */
static struct range suffix(const char *p, int64_t size)
{
	struct range none = {RANGE_NONE, 0, 0};
	int64_t n;

	if (!number(&p, &n) || *p)
		return none;
	if (n == 0)
		return part(size, size, size);
	return part(n < size ? size - n : 0, size - 1, size);
}

struct range range_parse(const char *text, int64_t size)
{
	static const char unit[] = "bytes=";
	struct range none = {RANGE_NONE, 0, 0};
	int64_t from, last = MOST;
	const char *p;

	if (!text || strncasecmp(text, unit, sizeof(unit) - 1) != 0)
		return none;
	p = text + sizeof(unit) - 1;
	if (*p == '-')
		return suffix(p + 1, size);
	if (!number(&p, &from) || *p++ != '-')
		return none;
	if (*p && (!number(&p, &last) || *p || last < from))
		return none;
	return part(from, last, size);
}
