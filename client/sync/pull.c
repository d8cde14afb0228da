/*
 * pull.c - pages as they come in.
 *
 * An answer is several pages in a row, and each is applied as soon as it is
 * whole (pull_apply.c). How much is asked for at once: pull_ask.c.
 */
#include "client/sync/engine_in.h"
#include "client/sync/page.h"
#include "proto/base/host.h"

#include <string.h>

/* Pages that come fast are taken together: a commit costs what many of them do.
 */
#define TAKE_BYTES ((size_t)512 << 10)
#define TAKE_MS    60

static bool take_pages(
	struct engine *g, const struct reply *a, struct str text, struct err *e)
{
	struct err later;
	bool ok = true;

	while (ok && text.n) {
		struct str one = {text.p, page_length(text)};

		one.n = one.n ? one.n : text.n;
		ok = pull_take_page(g, a, one, e);
		text.p += one.n;
		text.n -= one.n;
	}
	if (!pull_settle(g, ok ? e : &later))
		return false;
	g->taken_ms = host_mono_ms();
	return ok;
}

static bool is_page(const struct reply *a)
{
	return strcmp(a->type, "application/x-ndjson") == 0;
}

/* The whole pages at the beginning of what is here. */
static struct str whole_pages(struct str have)
{
	struct str left = have;
	size_t n;

	while ((n = page_length(left)) > 0) {
		left.p += n;
		left.n -= n;
	}
	have.n -= left.n;
	return have;
}

bool pull_take(
	void *engine, const struct reply *a, struct str have, size_t *used)
{
	struct engine *g = engine;
	struct str whole = {have.p, 0};

	*used = 0;
	if (is_page(a))
		whole = whole_pages(have);
	if (!whole.n || (whole.n < TAKE_BYTES &&
				host_mono_ms() - g->taken_ms < TAKE_MS))
		return true;
	if (!engine_store(g, &g->stop) || !take_pages(g, a, whole, &g->stop))
		return false;
	*used = whole.n;
	return true;
}

bool pull_take_rest(struct engine *g, const struct reply *a, struct err *e)
{
	struct str whole = {a->body.p, 0};

	if (a->status == 200 && is_page(a))
		whole = whole_pages(a->body);
	return !whole.n || (engine_store(g, e) && take_pages(g, a, whole, e));
}

/* The pages nobody took while they came; a rest that is none is void. */
bool pull_answer(struct engine *g, const struct reply *a, struct arena *mem,
	struct err *e)
{
	(void)mem;
	if (!is_page(a))
		return err_set(e, ERR_VOID_PAGE, "answer is no page");
	if (!a->body.n && g->pages)
		return true;
	return take_pages(g, a, a->body, e);
}
