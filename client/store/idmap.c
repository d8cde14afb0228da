/*
 * idmap.c - see idmap.h.
 */
#include "client/store/idmap.h"

#include <string.h>

#define SMALLEST 64
#define CAP      ((size_t)1 << 30)

struct slot {
	struct uuid id;
	void *value; /* NULL in a taken slot: forgotten, but the chain goes on
		      */
	bool taken;
};

void idmap_init(struct idmap *m)
{
	buf_init(&m->slots, CAP);
	m->used = 0;
}

void idmap_clear(struct idmap *m)
{
	buf_free(&m->slots);
	m->used = 0;
}

static struct slot *slots_of(const struct idmap *m)
{
	return (struct slot *)(void *)m->slots.p;
}

static size_t room_of(const struct idmap *m)
{
	return m->slots.n / sizeof(struct slot);
}

/* Fibonacci hashing; the fixed bits of a UUID must not decide the slot. */
static size_t hash_of(const struct uuid *id)
{
	uint64_t a, b;

	memcpy(&a, id->b, sizeof(a));
	memcpy(&b, id->b + 8, sizeof(b));
	a = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(a ^ a >> 32);
}

/* The id's slot, or the free one where it would go. */
static struct slot *find(const struct idmap *m, const struct uuid *id)
{
	size_t room = room_of(m);

	for (size_t at = hash_of(id) & (room - 1);;
		at = (at + 1) & (room - 1)) {
		struct slot *s = slots_of(m) + at;

		if (!s->taken || uuid_cmp(&s->id, id) == 0)
			return s;
	}
}

static void set_room(struct idmap *m, size_t room)
{
	struct buf old = m->slots;
	const struct slot *from = (const struct slot *)(void *)old.p;
	size_t n = old.n / sizeof(struct slot);
	char *to;

	buf_init(&m->slots, CAP);
	to = buf_reserve(&m->slots, room * sizeof(struct slot));
	if (!to)
		die("idmap: %zu ids", room);
	memset(to, 0, room * sizeof(struct slot));
	m->slots.n = room * sizeof(struct slot);
	m->used = 0;
	for (size_t i = 0; i < n; i++)
		if (from[i].value)
			idmap_put(m, &from[i].id, from[i].value);
	buf_free(&old);
}

void *idmap_get(const struct idmap *m, const struct uuid *id)
{
	return room_of(m) ? find(m, id)->value : NULL;
}

void idmap_put(struct idmap *m, const struct uuid *id, void *value)
{
	struct slot *s;

	if (!room_of(m))
		set_room(m, SMALLEST);
	s = find(m, id);
	if (!s->taken && !value)
		return;
	if (!s->taken && 2 * (m->used + 1) > room_of(m)) {
		set_room(m, 2 * room_of(m));
		s = find(m, id);
	}
	m->used += !s->taken;
	s->taken = true;
	s->id = *id;
	s->value = value;
}
