/*
 * packs.c - the district's own programmes, forms and scales, as the store holds
 * them (store.h).
 */
#include "client/store/store_in.h"

#include <string.h>

static bool is_pack(const struct held *h)
{
	return strcmp(h->type, "pack") == 0 && h->state != STATE_RETRACTED;
}

/* Bodies that stand, in mem; a row that does not open is no pack. */
static struct overlay *read_packs(struct store *s, const struct unit *u,
	const struct uuid *site, struct arena *mem, size_t *n)
{
	struct overlay *list = ARENA_ARRAY(mem, struct overlay, u->n + 1);

	*n = 0;
	for (size_t i = 0; i < u->n; i++) {
		struct record r;
		struct err ignored;
		json_t *body;

		if (!is_pack(&u->records[i]) ||
			!store_read(s, u, &u->records[i], mem, &r, &ignored))
			continue;
		body = json_read(
			r.body.p, r.body.n, &json_limits_own, mem, &ignored);
		*n += body && overlay_read(body, site, &list[*n]);
	}
	return list;
}

struct catalogue *store_packs(struct store *s, const struct catalogue *base,
	struct mistakes *left_out)
{
	static const struct uuid directory;
	const char *own = json_str(store_get(s, "reader"), "site");
	const struct unit *u = store_unit(s, &directory);
	struct catalogue *c = NULL;
	struct overlay *list;
	struct arena *mem;
	struct uuid site;
	size_t n;

	if (!u)
		return NULL;
	if (!own || !uuid_parse(own, &site))
		memset(&site, 0, sizeof(site));
	mem = arena_new();
	list = read_packs(s, u, &site, mem, &n);
	if (n)
		c = catalogue_with(base, list, n, left_out);
	arena_free(mem);
	return c;
}

void store_use(struct store *s, const struct catalogue *c)
{
	s->catalogue = c;
}
