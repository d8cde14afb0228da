/*
 * ledger.c - see ledger.h.
 */
#include "tests/sim/ledger.h"

#include <string.h>

struct intent *ledger_add(struct run *r, int author, const struct uuid *change,
	const struct uuid *rec, const char *type, const char *op)
{
	struct intent *more, *in;

	if (r->intent_count == r->intent_room) {
		r->intent_room = r->intent_room ? 2 * r->intent_room : 64;
		more = ARENA_ARRAY(r->mem, struct intent, r->intent_room);
		if (r->intent_count)
			memcpy(more, r->intents,
				r->intent_count * sizeof(*more));
		r->intents = more;
	}
	in = &r->intents[r->intent_count++];
	memset(in, 0, sizeof(*in));
	in->author = author;
	in->change = *change;
	in->rec = *rec;
	in->type = arena_strdup(r->mem, type);
	in->op = op;
	in->step = r->step;
	return in;
}

const struct intent *ledger_find(const struct run *r, const struct uuid *change)
{
	for (size_t i = 0; i < r->intent_count; i++)
		if (uuid_cmp(&r->intents[i].change, change) == 0)
			return &r->intents[i];
	return NULL;
}

bool is_set_field(const struct field *f)
{
	return f->kind == KIND_CODES || f->kind == KIND_REFS;
}

bool has_value(const json_t *list, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), v))
			return true;
	return false;
}

static bool same_elements(const json_t *a, const json_t *b)
{
	if (json_array_size(a) != json_array_size(b))
		return false;
	for (size_t i = 0; i < json_array_size(a); i++)
		if (!has_value(b, json_array_get(a, i)))
			return false;
	return true;
}

bool same_value(const struct field *f, const json_t *a, const json_t *b)
{
	bool no_a = !a || json_is_null(a), no_b = !b || json_is_null(b);

	if (no_a || no_b)
		return no_a == no_b;
	return is_set_field(f) ? same_elements(a, b) : json_equal(a, b);
}
