/*
 * station.c - see station.h.
 */
#include "proto/station.h"

#include <stdio.h>
#include <string.h>

const char *check_number(const struct sha256 *spki, char out[CHECK_TEXT])
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | spki->b[i];
	for (int part = 3; part >= 0; part--, v /= 10000u) {
		char four[5];

		snprintf(four, sizeof(four), "%04u", (unsigned)(v % 10000u));
		memcpy(out + part * 5, four, 4);
		out[part * 5 + 4] = part < 3 ? '-' : 0;
	}
	return out;
}
