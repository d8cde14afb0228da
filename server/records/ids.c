/*
 * ids.c - see ids.h.
 */
#include "server/records/ids.h"

#include <stdlib.h>
#include <string.h>

void ids_push(struct ids *l, const struct uuid *id)
{
	if (uuid_is_nil(id))
		return;
	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 128;
		struct uuid *more = ARENA_ARRAY(l->mem, struct uuid, room);

		if (l->n)
			memcpy(more, l->v, l->n * sizeof(*more));
		l->v = more;
		l->room = room;
	}
	l->v[l->n++] = *id;
}

static int by_id(const void *a, const void *b)
{
	return uuid_cmp(a, b);
}

void ids_unique(struct ids *l)
{
	size_t n = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_id);
	for (size_t i = 0; i < l->n; i++)
		if (!n || uuid_cmp(&l->v[n - 1], &l->v[i]) != 0)
			l->v[n++] = l->v[i];
	l->n = n;
}
