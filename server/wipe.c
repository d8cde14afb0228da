/*
 * wipe.c - memory that is given back is forgotten first.
 *
 * Passwords, tokens and what people wrote pass through buffers that are not
 * ours: the HTTP library's pool, TLS records, JSON trees, rows. What each of
 * those frees would stay readable in the heap until somebody else needs it, for
 * days. So the program has a free() of its own, which all libraries call, too:
 * it overwrites, then gives back. A core image or a swapped page then holds
 * what is being worked on, and no more (tests/flow/canary.t looks).
 *
 * Programs that look into their own memory (sanitizers) have theirs, and this
 * is not compiled.
 */
#define _GNU_SOURCE /* explicit_bzero() */
#include "proto/base/base.h"

#if defined(__GLIBC__) && !defined(LOOKS_INTO_ITSELF)

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* The C library's own, by the names it gives them for this. */
extern void __libc_free(void *p);

__attribute__((visibility("default"))) void free(void *p)
{
	if (!p)
		return;
	explicit_bzero(p, malloc_usable_size(p));
	__libc_free(p);
}

/* The library's would leave what it moved where it was. */
__attribute__((visibility("default"))) void *realloc(void *p, size_t n)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *to;

	if (p && n == 0) {
		free(p);
		return NULL;
	}
	if (p && n <= had && n >= had / 2)
		return p;
	to = malloc(n);
	if (!to || !p)
		return to;
	memcpy(to, p, n < had ? n : had);
	free(p);
	return to;
}

#endif
