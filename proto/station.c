/*
 * station.c - see station.h.
 */
#include "proto/station.h"

#include <stdio.h>

const char *check_number(const struct sha256 *spki, char out[CHECK_TEXT])
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | spki->b[i];
	v %= 1000000000000u;
	snprintf(out, CHECK_TEXT, "%04u-%04u-%04u", (unsigned)(v / 100000000u),
		(unsigned)(v / 10000u % 10000u), (unsigned)(v % 10000u));
	return out;
}
