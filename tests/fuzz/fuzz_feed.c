/*
 * fuzz_feed.c - whatever arrives as a page, a station reads it or finds it
 * void.
 *
 * The first byte decides: even, the rest is the page as it is; odd, a footer
 * that fits is put behind it, so that what lies below is reached too. What the
 * reader hands out must lie inside the page, in the order the page promises.
 */
#include "client/sync/page.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static struct str with_footer(const uint8_t *p, size_t n, struct arena *mem)
{
	struct sha256 sha = sha256_of(p, n);
	char hex[SHA256_HEX];
	struct buf b;
	struct str out;
	size_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	buf_init(&b, 1 << 24);
	buf_add(&b, p, n);
	buf_printf(&b,
		"{\"f\":{\"lines\":%zu,\"sha256\":\"%s\",\"next\":\"t\","
		"\"more\":false}}\n",
		lines, hex_format(sha.b, SHA256_LEN, hex));
	out.p = arena_strndup(mem, b.p, b.n);
	out.n = b.n;
	buf_free(&b);
	return out;
}

static void check_unit(const struct catalogue *c, const struct page *p,
	const struct page_item *u, struct arena *mem)
{
	MUST(u->unit_kind && u->gen >= 0);
	for (size_t i = 0; i < u->n; i++) {
		const struct str *line = &u->lines[i];
		struct record r;
		struct sha256 sha;
		struct err e;

		MUST(line->p >= p->text.p &&
			line->p + line->n <= p->text.p + p->text.n);
		MUST(!memchr(line->p, '\n', line->n));
		if (!record_parse_line(c, *line, &r, mem, &e)) {
			MUST(e.code == ERR_VOID_PAGE);
			continue;
		}
		sha = sha256_of(r.body.p, r.body.n);
		MUST(sha256_equal(&sha, &r.sha) && r.ver >= 1);
	}
}

static void walk(
	const struct catalogue *c, const struct page *p, struct arena *mem)
{
	struct page_walk w = page_begin(p);
	bool end = false, delivering = false, done = false;

	while (!end) {
		struct page_item item;
		struct err e;

		if (!page_next(&w, mem, &item, &end, &e)) {
			/* … or of a later release, which is told as that */
			MUST(e.code == ERR_VOID_PAGE || e.code == ERR_UPGRADE);
			return;
		}
		if (end)
			break;
		MUST(!done);
		MUST(item.kind != PAGE_PURGE || (!delivering && item.purge));
		delivering |= item.kind == PAGE_UNIT;
		done |= item.kind == PAGE_DONE;
		if (item.kind == PAGE_UNIT)
			check_unit(c, p, &item, mem);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct catalogue *c; /* read once: it is the same for all */
	struct arena *mem = arena_new();
	struct page p;
	struct str text;
	struct err e;

	if (!c)
		c = catalogue_load();
	if (n > 1 && n < 65536) {
		text = data[0] & 1
			       ? with_footer(data + 1, n - 1, mem)
			       : (struct str){(const char *)data + 1, n - 1};
		if (page_open(text, mem, &p, &e))
			walk(c, &p, mem);
		else
			MUST(e.code == ERR_VOID_PAGE);
	}
	arena_free(mem);
	return 0;
}
