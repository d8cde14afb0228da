/*
 * measure.c - see measure.h.
 */
#include "proto/measure.h"

#include <string.h>

/* clang-format off */
const struct measure measures[] = {
#define MEASURE(name, of, kind, codes, unit, needs, zh, en, formula)           \
	{#name, MEASURE_##of, KIND_##kind, codes, unit, needs, zh, en, formula},
#include "proto/measure.def"
#undef MEASURE
};
/* clang-format on */

const size_t measure_count = ARRAY_LEN(measures);

const struct measure *measure_find(const char *path)
{
	size_t n = strcspn(path, ".");

	for (size_t i = 0; i < ARRAY_LEN(measures); i++)
		if (strncmp(measures[i].name, path, n) == 0 &&
			!measures[i].name[n] &&
			(!path[n] || measures[i].kind == KIND_JSON))
			return &measures[i];
	return NULL;
}
