/*
 * page.c - see page.h.
 */
#include "client/sync/page.h"

#include <string.h>

/* No unit is larger; a longer claim is not believed before it is read. */
#define UNIT_LINES 200000

static bool is_void(const char *why, struct err *e)
{
	return err_set(e, ERR_VOID_PAGE, "page: %s", why);
}

/* Takes the next line off; without its line feed. False when none is left. */
static bool take_line(struct str *left, struct str *line)
{
	const char *end;

	if (!left->n)
		return false;
	end = memchr(left->p, '\n', left->n);
	line->p = left->p;
	line->n = end ? (size_t)(end - left->p) : left->n;
	left->n -= line->n + (end != NULL);
	left->p += line->n + (end != NULL);
	return true;
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* Where the last line begins; the page ends in a line feed. */
static size_t last_line(struct str text)
{
	size_t at = text.n - 1;

	while (at && text.p[at - 1] != '\n')
		at--;
	return at;
}

/* The one member of a control line, which must be an object. */
static const json_t *member_of(
	struct str line, const char *name, struct arena *mem, struct err *e)
{
	const json_t *o = json_read(line.p, line.n, &json_limits_body, mem, e);
	const json_t *m = json_object_get(o, name);

	if (json_object_size(o) != 1 || !json_is_object(m)) {
		is_void("control line", e);
		return NULL;
	}
	return m;
}

size_t page_length(struct str text)
{
	static const char footer[] = "{\"f\":";
	struct str left = text, line;

	while (take_line(&left, &line)) {
		bool whole = line.p + line.n < text.p + text.n;

		if (whole && line.n > sizeof(footer) &&
			memcmp(line.p, footer, sizeof(footer) - 1) == 0)
			return (size_t)(left.p - text.p);
	}
	return 0;
}

bool page_open(
	struct str text, struct arena *mem, struct page *out, struct err *e)
{
	const json_t *f;
	struct sha256 want, is;
	const char *hex, *next;
	struct str line;
	size_t at;

	if (text.n < 2 || text.p[text.n - 1] != '\n')
		return is_void("no end", e);
	at = last_line(text);
	line.p = text.p + at;
	line.n = text.n - at - 1;
	f = member_of(line, "f", mem, e);
	if (!f)
		return false;
	hex = json_str(f, "sha256");
	next = json_str(f, "next");
	out->text.p = text.p;
	out->text.n = at;
	out->next = next;
	out->more = json_flag(f, "more");
	if (!hex || !next || !hex_parse(hex, want.b, SHA256_LEN))
		return is_void("footer", e);
	is = sha256_of(text.p, at);
	if (!sha256_equal(&is, &want))
		return is_void("hash", e);
	if (json_int(f, "lines", -1) != (int64_t)count_lines(out->text))
		return is_void("line count", e);
	return true;
}

struct page_walk page_begin(const struct page *p)
{
	struct page_walk w = {p->text, false, false, false};

	return w;
}

static bool get_unit(const json_t *m, struct page_item *out)
{
	const char *id = json_str(m, "unit");

	out->gen = json_int(m, "gen", -1);
	return id && uuid_parse(id, &out->unit) && out->gen >= 0;
}

static void get_totals(const json_t *m, struct page_totals *t)
{
	t->units = json_int(m, "units", 0);
	t->cases = json_int(m, "cases", 0);
	t->records = json_int(m, "records", 0);
	t->bytes = json_int(m, "bytes", 0);
}

static bool read_head(struct page_walk *w, const json_t *m, struct arena *mem,
	struct page_item *out, struct err *e)
{
	int64_t v = json_int(m, "v", 0);

	(void)mem;
	if (!w->started && v > CASEBRIDGE_PROTOCOL)
		return err_set(
			e, ERR_UPGRADE, "page of version %lld", (long long)v);
	if (w->started || v != CASEBRIDGE_PROTOCOL)
		return is_void("head", e);
	out->in_pieces = json_object_get(m, "cases") != NULL;
	w->started = true;
	out->kind = PAGE_HEAD;
	get_totals(m, &out->totals);
	return true;
}

static bool read_purge(struct page_walk *w, const json_t *m, struct arena *mem,
	struct page_item *out, struct err *e)
{
	(void)mem;
	out->kind = PAGE_PURGE;
	out->purge = json_str(m, "purge");
	if (w->delivering || !get_unit(m, out) || !out->purge ||
		!uuid_is_text(out->purge, strlen(out->purge)))
		return is_void("purge", e);
	return true;
}

static bool read_unit(struct page_walk *w, const json_t *m, struct arena *mem,
	struct page_item *out, struct err *e)
{
	int64_t n = json_int(m, "n", -1);
	struct str *lines;

	w->delivering = true;
	out->kind = PAGE_UNIT;
	out->unit_kind = json_str(m, "kind");
	out->full = json_flag(m, "full");
	out->part = json_int(m, "part", 0);
	out->more = json_flag(m, "more");
	if (out->part < 0 || (out->part == 0 && out->more) ||
		(out->part > 0 && !out->full))
		return is_void("part", e);
	if (!get_unit(m, out) || !out->unit_kind || n < 0 || n > UNIT_LINES ||
		(size_t)n > w->left.n)
		return is_void("unit", e);
	lines = ARENA_ARRAY(mem, struct str, (size_t)n + 1);
	for (int64_t i = 0; i < n; i++)
		if (!take_line(&w->left, &lines[i]) || lines[i].n < 5 ||
			memcmp(lines[i].p, "{\"r\":", 5) != 0)
			return is_void("record missing", e);
	out->lines = lines;
	out->n = (size_t)n;
	return true;
}

static bool read_done(struct page_walk *w, const json_t *m, struct arena *mem,
	struct page_item *out, struct err *e)
{
	const char *digest = json_str(m, "digest");

	(void)mem;
	w->done = true;
	out->kind = PAGE_DONE;
	out->head = json_str(m, "head");
	get_totals(m, &out->totals);
	if (!digest || !out->head ||
		!hex_parse(digest, out->digest.b, SHA256_LEN))
		return is_void("done", e);
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct page_walk *w, const json_t *m, struct arena *mem,
		struct page_item *out, struct err *e);
} kinds[] = {
	{"h", read_head },
        {"p", read_purge},
        {"u", read_unit },
	{"d", read_done }
};

bool page_next(struct page_walk *w, struct arena *mem, struct page_item *out,
	bool *end, struct err *e)
{
	struct str line;
	const json_t *m;

	memset(out, 0, sizeof(*out));
	*end = !take_line(&w->left, &line);
	if (*end)
		return w->started || is_void("empty", e);
	if (line.n < 3 || w->done)
		return is_void("line after the end", e);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (line.p[2] != kinds[i].name[0])
			continue;
		if (i != 0 && !w->started)
			return is_void("no head", e);
		m = member_of(line, kinds[i].name, mem, e);
		return m && kinds[i].read(w, m, mem, out, e);
	}
	return is_void("unknown line", e);
}
