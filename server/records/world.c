/*
 * world.c - see world.h: finding and adding things by id.
 */
#include "server/records/world.h"

#include "proto/deadline.h"

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

const struct uuid *world_link(const struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->link_count; i++)
		if (uuid_cmp(&w->links[i].id, id) == 0)
			return &w->links[i].next;
	return NULL;
}

bool world_is_link(const struct rtype *t, const struct field *f)
{
	for (size_t i = 0; f->kind == KIND_REF && i < json_array_size(f->to);
		i++)
		if (strcmp(json_string_value(json_array_get(f->to, i)),
			    t->name) == 0)
			return true;
	return false;
}

const struct case_facts *world_facts(
	const struct world *w, const struct uuid *case_id)
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

int64_t world_item_hours(const struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->item_count; i++)
		if (uuid_cmp(&w->items[i].id, id) == 0)
			return w->items[i].hours;
	return DEADLINE_NO_HOURS;
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

bool entry_moved(struct world *w, struct entry *x, const char *field)
{
	const struct str text = x->stored.body;
	const json_t *now, *was;
	struct err e;

	if (!x->stored.ver)
		return true;
	now = json_object_get(entry_body(w, x), field);
	was = json_object_get(
		json_read(text.p, text.n, &json_limits_own, w->mem, &e), field);
	return now != was && (!now || !was || !json_equal(now, was));
}

void entry_name_readers(struct world *w, struct entry *x, const json_t *body)
{
	const json_t *list = json_object_get(body, "readers");
	size_t n = json_array_size(list);
	struct uuid *ids = ARENA_ARRAY(w->mem, struct uuid, n + 1);

	x->readers = ids;
	x->reader_count = 0;
	for (size_t i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s && uuid_parse(s, &ids[x->reader_count]))
			x->reader_count++;
	}
}

const json_t *world_set_of(const struct world *w, const struct uuid *rec)
{
	for (size_t i = w->n; i-- > 0;)
		if (!w->changes[i].refused && w->changes[i].op == OP_PATCH &&
			uuid_cmp(&w->changes[i].rec, rec) == 0)
			return w->changes[i].set;
	return NULL;
}

/* The named readers of a restricted record, for the second wall. A conflict
 * names none: its readers are those of the record it is about. */
static const char *readers_text(struct world *w, struct entry *x, json_t *body)
{
	char *text, *at;

	if (x->now.cls != CLASS_RESTRICTED)
		x->reader_count = 0;
	else if (strcmp(x->now.type_name, "conflict") != 0)
		entry_name_readers(w, x, body);
	if (!x->reader_count)
		return NULL;
	at = text = arena_alloc(w->mem, x->reader_count * UUID_TEXT);
	for (size_t i = 0; i < x->reader_count; i++) {
		if (i)
			*at++ = ',';
		uuid_format(&x->readers[i], at);
		at += UUID_TEXT - 1;
	}
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
	f = &w->fresh[w->fresh_count++];
	memset(f, 0, sizeof(*f));
	f->was = x->now;
	f->was_readers = x->readers;
	f->was_reader_count = x->reader_count;
	x->now = *r;
	x->body = body;
	f->rec = *r;
	f->unit = x->unit;
	f->change = *change;
	f->entry = x;
	f->readers = readers_text(w, x, body);
}

/* The entry of a version goes back to what it was before that version. */
static void take_back(struct world *w, const struct fresh *gone)
{
	struct entry *x = gone->entry;

	x->now = gone->was.ver ? gone->was : x->stored;
	x->body = NULL;
	x->readers = gone->was_readers;
	x->reader_count = gone->was_reader_count;
	for (size_t i = w->fresh_count; i-- > 0;)
		if (w->fresh[i].entry == x) {
			w->fresh[i].old = false;
			return;
		}
}

void world_rewind(struct world *w, size_t fresh_count)
{
	while (w->fresh_count > fresh_count)
		take_back(w, &w->fresh[--w->fresh_count]);
}
