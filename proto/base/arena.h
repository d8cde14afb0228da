/*
 * arena.h - memory that lives exactly as long as one piece of work.
 *
 * The daemon opens an arena for each request, the client one for each sync
 * round. Everything made on the way is taken from it, and arena_free() gives
 * all of it back at once, so no error path has anything to free.
 *
 * Handles from other libraries (a PGresult, a json_t, a statement) join the
 * same lifetime through arena_adopt().
 *
 * Not for: objects that outlive the work (use the heap and a _free function)
 * or loops of unknown length (open a child arena inside the loop).
 */
#ifndef PROTO_ARENA_H
#define PROTO_ARENA_H

#include "proto/base/base.h"

struct arena;

struct arena *arena_new(void) NEVER_NULL;

/* Releases adopted handles, newest first, then the memory. NULL is allowed. */
void arena_free(struct arena *a);

/*
 * Zeroed memory, valid until arena_free(a). Never NULL: the process ends if
 * the machine is out of memory. Sizes that come from outside are checked
 * against a limit before they get here.
 */
void *arena_alloc(struct arena *a, size_t size) NEVER_NULL;
char *arena_printf(struct arena *a, const char *fmt, ...)
	PRINTF_LIKE(2, 3) NEVER_NULL;

char *arena_strdup(struct arena *a, const char *text) NEVER_NULL;
/* A terminated copy of n bytes; of none p may be NULL, as an empty buffer's is.
 */
char *arena_strndup(struct arena *a, const char *p, size_t n) NEVER_NULL;

/* Calls release(handle) from arena_free(a). */
void arena_adopt(struct arena *a, void *TAKES handle, void (*release)(void *));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
/* Room for n of a type; n is checked against a limit before it gets here. */
#define ARENA_ARRAY(a, type, n)                                                \
	((type *)arena_alloc((a), (size_t)(n) * sizeof(type)))

#endif
