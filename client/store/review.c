/*
 * review.c - see review.h.
 *
 * The order is proto/queue.h's. The centre begins with those in most danger
 * when there are too many; so do we.
 */
#include "client/store/review.h"

#include "proto/queue.h"

#include <stdlib.h>
#include <string.h>

struct gather {
	struct view *v;
	struct queue *q;
	const struct uuid *case_id;
	struct arena *mem;
};

/* Who wrote it works at the site the directory says. */
static struct uuid site_of(struct gather *g, const struct uuid *staff)
{
	struct uuid site = {0};
	struct err ignored;
	struct seen one;

	if (view_record(g->v, staff, g->mem, &one, &ignored) &&
		json_str(one.body, "site") &&
		!uuid_parse(json_str(one.body, "site"), &site))
		memset(&site, 0, sizeof(site));
	return site;
}

/* The client and the manager are no records of the case. */
static void add(void *ctx, const struct seen *one)
{
	struct gather *g = ctx;
	const struct rtype *t = one->r.type;
	struct uuid site;

	if (!t || (t->scope != SCOPE_CASE && t->scope != SCOPE_LETTER))
		return;
	site = site_of(g, &one->r.by);
	queue_add(g->q, g->case_id, &one->r, one->body, &site);
}

static int by_danger(const void *p, const void *q)
{
	const json_t *const *a = p, *const *b = q;
	int64_t x = json_int(*a, "danger", -1), y = json_int(*b, "danger", -1);
	const char *due = json_str(*a, "next_due");
	const char *other = json_str(*b, "next_due");

	if (x != y)
		return x < y ? 1 : -1;
	return strcmp(due ? due : "~", other ? other : "~");
}

static void add_cases(struct queue *q, const json_t *lines, struct arena *mem)
{
	size_t n = json_array_size(lines);
	const json_t **list = ARENA_ARRAY(mem, const json_t *, n + 1);

	for (size_t i = 0; i < n; i++)
		list[i] = json_array_get(lines, i);
	if (n)
		qsort(list, n, sizeof(const json_t *), by_danger);
	for (size_t i = 0; i < n; i++) {
		const char *text = json_str(list[i], "case");
		struct uuid id;

		if (text && uuid_parse(text, &id))
			queue_case(q, &id, list[i]);
	}
}

bool review_doc(struct view *v, const json_t *lines, const struct date *today,
	const char *after, size_t limit, struct arena *mem, json_t **out,
	struct err *e)
{
	struct uuid staff = view_reader(v, "staff");
	struct gather g = {.v = v, .mem = mem};
	const struct uuid *ids;
	size_t n;

	g.q = queue_begin(store_catalogue(view_store(v)), &staff, today, mem);
	add_cases(g.q, lines, mem);
	ids = queue_cases(g.q, &n);
	for (size_t i = 0; i < n; i++) {
		g.case_id = &ids[i];
		if (!view_case(v, &ids[i], mem, add, &g, e))
			return false;
	}
	*out = queue_end(g.q, after, limit, 0);
	return true;
}
