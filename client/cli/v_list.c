/*
 * v_list.c - casebridge list: the records of one type that are here, whatever
 * they belong to: requests that came in, resources, teams, tasks.
 */
#include "client/cli/items.h"
#include "client/cli/out.h"
#include "client/cli/value.h"
#include "client/store/doc.h"

/* Whether a record has every value asked for; of a set, whether it holds one
 * of them. */
static bool fits(const struct seen *r, const json_t *wanted)
{
	const char *name;
	json_t *want;

	json_object_foreach((json_t *)(uintptr_t)wanted, name, want)
	{
		const json_t *have = json_object_get(r->body, name);
		bool found = json_equal(have, want);

		for (size_t i = 0; i < json_array_size(want) && !found; i++)
			for (size_t k = 0; k < json_array_size(have); k++)
				found |= json_equal(json_array_get(have, k),
					json_array_get(want, i));
		if (!found)
			return false;
	}
	return true;
}

static size_t keep_fitting(struct item *items, size_t n, const json_t *wanted)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (items[i].r.r.state != STATE_RETRACTED &&
			fits(&items[i].r, wanted))
			items[kept++] = items[i];
	return kept;
}

static void print_json(struct desk *d, const struct item *items, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append(list, doc_told(&items[i].r, d->c->mem));
	out_json(d->c, list);
}

bool verb_list(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *wanted = json_keep(json_object(), c->mem);
	const struct uuid *ids;
	const struct rtype *t;
	struct item *items;
	size_t n;

	if (!d)
		return false;
	t = value_type(d, c->arg[0], e);
	if (!t || !value_assignments(d, t, 1, wanted, NULL, e))
		return false;
	ids = view_of_type(desk_view(d), t->name, c->mem, &n);
	if (!items_read(d, ids, n, &items, e))
		return false;
	n = keep_fitting(items, n, wanted);
	if (c->json)
		print_json(d, items, n);
	else
		items_print(d, items, n);
	return true;
}
