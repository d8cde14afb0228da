/*
 * arena.c - a list of chunks and a list of handles to release.
 *
 * New memory is cut from the newest chunk. A request that does not fit gets a
 * new chunk; the tail of the old one is wasted, which is cheaper than keeping
 * books. Sanitizer builds set ARENA_CHUNK to 0 so that each allocation is a
 * malloc of its own and an overrun is caught on the byte.
 */
#include "proto/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ARENA_CHUNK
#define ARENA_CHUNK 16384
#endif

struct chunk {
	struct chunk *older;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char data[];
};

struct adopted {
	struct adopted *older;
	void *handle;
	void (*release)(void *);
};

struct arena {
	struct chunk *chunks;
	struct adopted *adopted;
};

static struct chunk *add_chunk(struct arena *a, size_t need)
{
	size_t size = need > ARENA_CHUNK ? need : ARENA_CHUNK;
	struct chunk *c = calloc(1, sizeof(*c) + size);

	if (!c)
		die("out of memory (%zu bytes)", size);
	c->size = size;
	c->older = a->chunks;
	a->chunks = c;
	return c;
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		die("out of memory (arena)");
	return a;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t step = alignof(max_align_t);
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX / 2)
		die("arena: impossible size %zu", size);
	size = (size + step - 1) / step * step;
	if (!c || c->size - c->used < size)
		c = add_chunk(a, size);
	p = c->data + c->used;
	c->used += size;
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		die("arena_printf: bad format '%s'", fmt);
	s = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

char *arena_strndup(struct arena *a, const char *p, size_t n)
{
	char *s = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(s, p, n);
	return s;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

void arena_adopt(struct arena *a, void *handle, void (*release)(void *))
{
	struct adopted *d = ARENA_NEW(a, struct adopted);

	d->handle = handle;
	d->release = release;
	d->older = a->adopted;
	a->adopted = d;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct adopted *d = a->adopted; d; d = d->older)
		d->release(d->handle);
	while (a->chunks) {
		struct chunk *c = a->chunks;

		a->chunks = c->older;
		free(c);
	}
	free(a);
}
