/*
 * world.c - see world.h: finding and adding things by id.
 */
#include "server/records/world.h"

#include <stdlib.h>
#include <string.h>

/* Where id is, or would go, among n sorted pointers. */
static size_t place(const struct world *w, const struct uuid *id)
{
	size_t lo = 0, hi = w->entry_count;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (uuid_cmp(&w->entries[mid]->id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct entry *world_find(const struct world *w, const struct uuid *id)
{
	size_t at = place(w, id);

	if (at < w->entry_count && uuid_cmp(&w->entries[at]->id, id) == 0)
		return w->entries[at];
	return NULL;
}

struct entry *world_add(struct world *w, const struct uuid *id)
{
	size_t at = place(w, id);
	struct entry *x = ARENA_NEW(w->mem, struct entry);

	if (w->entry_count == w->entry_room) {
		size_t room = w->entry_room ? w->entry_room * 2 : 64;
		struct entry **more = ARENA_ARRAY(w->mem, struct entry *, room);

		if (w->entry_count)
			memcpy(more, w->entries,
				w->entry_count * sizeof(struct entry *));
		w->entries = more;
		w->entry_room = room;
	}
	memmove(w->entries + at + 1, w->entries + at,
		(w->entry_count - at) * sizeof(struct entry *));
	w->entries[at] = x;
	w->entry_count++;
	x->id = *id;
	return x;
}

static int ref_by_id(const void *key, const void *item)
{
	return uuid_cmp(key, &((const struct ref_head *)item)->id);
}

const struct ref_head *world_ref(const struct world *w, const struct uuid *id)
{
	if (!w->ref_count)
		return NULL;
	return bsearch(id, w->refs, w->ref_count, sizeof(*w->refs), ref_by_id);
}

int world_mask(const struct world *w, const struct uuid *unit)
{
	const struct entry *x;

	for (size_t i = 0; i < w->mask_count; i++)
		if (uuid_cmp(&w->masks[i].unit, unit) == 0)
			return w->masks[i].classes;
	x = world_find(w, unit);
	return x && !x->stored.ver && x->now.ver
		       ? CLASS_ALL_SHARED | CLASS_RESTRICTED
		       : 0;
}

struct case_facts *world_facts(struct world *w, const struct uuid *case_id)
{
	for (size_t i = 0; i < w->fact_count; i++)
		if (uuid_cmp(&w->facts[i].id, case_id) == 0)
			return &w->facts[i];
	return NULL;
}

const struct known *world_known(const struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->known_count; i++)
		if (uuid_cmp(&w->known[i].id, id) == 0)
			return &w->known[i];
	return NULL;
}

bool world_is_taken(const struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->taken_count; i++)
		if (uuid_cmp(&w->taken[i], id) == 0)
			return true;
	return false;
}

json_t *entry_body(struct world *w, struct entry *x)
{
	struct err e;

	if (!x->body)
		x->body = json_read(x->now.body.p, x->now.body.n,
			&json_limits_own, w->mem, &e);
	if (!x->body)
		die("a stored body is no JSON");
	return x->body;
}

/* The named readers of a restricted record, for the second wall. */
static const char *readers_text(struct world *w, struct entry *x, json_t *body)
{
	const json_t *list = json_object_get(body, "readers");
	struct uuid *ids;
	size_t n = json_array_size(list), at = 0;
	char *text;

	x->readers = NULL;
	x->reader_count = 0;
	if (!n || x->now.cls != CLASS_RESTRICTED)
		return NULL;
	ids = ARENA_ARRAY(w->mem, struct uuid, n);
	text = arena_alloc(w->mem, n * UUID_TEXT + 1);
	for (size_t i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (!s || !uuid_parse(s, &ids[i]))
			continue;
		if (at)
			text[at++] = ',';
		uuid_format(&ids[i], text + at);
		at += UUID_TEXT - 1;
	}
	x->readers = ids;
	x->reader_count = n;
	return text;
}

void world_push(struct world *w, struct entry *x, const struct record *r,
	json_t *body, const struct uuid *change)
{
	struct fresh *f;

	if (w->fresh_count == w->fresh_room) {
		size_t room = w->fresh_room ? w->fresh_room * 2 : 64;
		struct fresh *more = ARENA_ARRAY(w->mem, struct fresh, room);

		if (w->fresh_count)
			memcpy(more, w->fresh, w->fresh_count * sizeof(*more));
		w->fresh = more;
		w->fresh_room = room;
	}
	for (size_t i = 0; i < w->fresh_count; i++)
		if (w->fresh[i].entry == x)
			w->fresh[i].old = true;
	x->now = *r;
	x->body = body;
	f = &w->fresh[w->fresh_count++];
	memset(f, 0, sizeof(*f));
	f->rec = *r;
	f->unit = x->unit;
	f->change = *change;
	f->entry = x;
	f->readers = readers_text(w, x, body);
}

/* The entry goes back to the newest of its remaining versions, or to what it
 * is in the database. */
static void restore(struct world *w, struct entry *x)
{
	x->body = NULL;
	for (size_t i = w->fresh_count; i-- > 0;)
		if (w->fresh[i].entry == x) {
			x->now = w->fresh[i].rec;
			w->fresh[i].old = false;
			return;
		}
	x->now = x->stored;
}

void world_rewind(struct world *w, size_t fresh_count)
{
	while (w->fresh_count > fresh_count) {
		const struct fresh *gone = &w->fresh[--w->fresh_count];
		struct entry *x = world_find(w, &gone->entry->id);

		if (x)
			restore(w, x);
	}
}
