/*
 * common.c - see common.h.
 */
#include "server/auth/common.h"

#include "proto/base/hash.h"

#include <string.h>

#define PIECE     5 /* bytes of each hash */
#define DIFFERENT 5 /* bytes, at least */
#define STEM_CORE 4 /* letters left, to be called a word */

extern const unsigned char common_list[] __attribute__((visibility("hidden")));
extern const unsigned char common_list_end[]
	__attribute__((visibility("hidden")));

static bool listed(const char *p, size_t n)
{
	struct sha256 hash = sha256_of(p, n);
	size_t from = 0, to = (size_t)(common_list_end - common_list) / PIECE;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = memcmp(hash.b, common_list + middle * PIECE, PIECE);

		if (order == 0)
			return true;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return false;
}

/* The shortest beginning that said over and over gives the text; n: none. */
static size_t period(const char *p, size_t n)
{
	for (size_t k = 1; k <= n / 2; k++)
		if (n % k == 0 && memcmp(p, p + k, n - k) == 0)
			return k;
	return n;
}

static size_t different(const char *p, size_t n)
{
	bool seen[256] = {false};
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		count += !seen[(unsigned char)p[i]];
		seen[(unsigned char)p[i]] = true;
	}
	return count;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c & 0x80);
}

bool common_password(const char *lower)
{
	size_t n = strlen(lower), from = 0, to = n;

	if (different(lower, n) < DIFFERENT || listed(lower, n) ||
		listed(lower, period(lower, n)))
		return true;
	while (from < to && !is_letter(lower[from]))
		from++;
	while (to > from && !is_letter(lower[to - 1]))
		to--;
	if (to - from < STEM_CORE)
		return true;
	return listed(lower + from, to - from) ||
	       listed(lower + from, period(lower + from, to - from));
}
