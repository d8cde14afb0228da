/*
 * rule_pack.c - a district's own pack: sound when it is added, and afterwards
 * only taken out of use.
 *
 * Records say with which version they were made, so what a version says never
 * changes. A pack may name forms that come in the same batch.
 */
#include "server/records/decide.h"

#include "proto/pack_check.h"

#include <stdio.h>
#include <string.h>

static bool same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || (x && y && json_equal(x, y));
}

static void draft(const json_t *body, struct overlay *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = json_str(body, "kind");
	out->name = json_str(body, "name");
	out->version = json_str(body, "version");
	out->data = json_object_get(body, "data");
}

/* The packs this batch made so far. */
static struct overlay *drafts_of(struct world *w, size_t *n)
{
	struct overlay *list =
		ARENA_ARRAY(w->mem, struct overlay, w->fresh_count + 1);

	*n = 0;
	for (size_t i = 0; i < w->fresh_count; i++)
		if (strcmp(w->fresh[i].rec.type->name, "pack") == 0 &&
			!w->fresh[i].old)
			draft(entry_body(w, w->fresh[i].entry), &list[(*n)++]);
	return list;
}

/* The first mistake, with its place in the data as the field. */
static bool refuse(const struct mistake *m, struct err *e)
{
	struct buf zh, en;
	char field[sizeof(e->field)];

	snprintf(field, sizeof(field), "data%s%.80s", *m->path ? "." : "",
		m->path);
	buf_init(&zh, 4096);
	buf_init(&en, 4096);
	mistake_sentence(m, LANG_ZH, &zh);
	mistake_sentence(m, LANG_EN, &en);
	err_field(e, ERR_BAD_INPUT, field, "%s" ERR_BOTH "%s", zh.p, en.p);
	buf_free(&zh);
	buf_free(&en);
	return false;
}

bool decide_pack(struct world *w, const json_t *before, const json_t *after,
	struct err *e)
{
	static const char *const fixed[] = {"kind", "name", "version", "data"};
	struct overlay own, *others;
	struct mistakes wrong;
	size_t n;

	for (size_t i = 0; before && i < ARRAY_LEN(fixed); i++)
		if (!same(before, after, fixed[i]))
			return err_field(
				e, ERR_FORBIDDEN, fixed[i], "active, sites");
	if (before)
		return true;
	draft(after, &own);
	others = drafts_of(w, &n);
	mistakes_init(&wrong, w->mem);
	pack_record_mistakes(w->catalogue, &own, others, n, &wrong);
	return wrong.count == 0 || refuse(&wrong.list[0], e);
}
