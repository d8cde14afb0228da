/*
 * vectors.h - tests/data/vectors.json for the tests driven by it: values made
 * by hand and by an independent program from the norms and manuals.
 */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include "proto/base/json.h"

#include <stdio.h>

/* The whole file, or the end of the test program when it cannot be read. */
static inline const json_t *vectors_read(struct arena *mem)
{
	char *text = arena_alloc(mem, 65536);
	FILE *f = fopen("tests/data/vectors.json", "r");
	size_t n = f ? fread(text, 1, 65536, f) : 0;
	struct err e;
	const json_t *v = json_read(text, n, &json_limits_own, mem, &e);

	if (f)
		fclose(f);
	if (!v)
		die("tests/data/vectors.json: cannot read it");
	return v;
}

#endif
