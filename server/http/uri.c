/*
 * uri.c - see uri.h.
 */
#include "server/http/uri.h"

#include "proto/base/utf8.h"

#include <string.h>

enum where { IN_PATH, IN_QUERY };

/* UTF-8 without control characters. */
static bool text_ok(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t i = 0, step; i < n; i += step) {
		if (p[i] < 0x20 || p[i] == 0x7f)
			return false;
		step = utf8_sequence(p + i, n - i);
		if (step == 0)
			return false;
	}
	return true;
}

/* One decoded byte of %HH at p, or -1 when it may not stand there. */
static int decode_percent(const char *p, size_t left, enum where where)
{
	int high = left >= 3 ? hex_digit(p[1]) : -1;
	int low = left >= 3 ? hex_digit(p[2]) : -1;
	int c = high * 16 + low;

	if (high < 0 || low < 0 || c == 0)
		return -1;
	if (where == IN_PATH && (c == '/' || c == '\\' || c == '%'))
		return -1;
	return c;
}

/* NULL when it cannot be decoded. */
static char *decode(
	const char *p, size_t n, enum where where, struct arena *mem)
{
	char *out = arena_alloc(mem, n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)p[i];

		if (c == '%') {
			c = decode_percent(p + i, n - i, where);
			if (c < 0)
				return NULL;
			i += 2;
		} else if (c == '+' && where == IN_QUERY) {
			c = ' ';
		}
		out[k++] = (char)c;
	}
	return text_ok(out, k) ? out : NULL;
}

static bool add_segment(struct uri *u, const char *p, size_t n,
	struct arena *mem, struct err *e)
{
	char *s;

	if (n == 0)
		return err_field(
			e, ERR_BAD_REQUEST, "path", "no empty segment");
	if (u->segment_count == LIMIT_SEGMENTS)
		return err_field(e, ERR_BAD_REQUEST, "path", "<= %d segments",
			LIMIT_SEGMENTS);
	s = decode(p, n, IN_PATH, mem);
	if (!s)
		return err_field(e, ERR_BAD_REQUEST, "path",
			"UTF-8, without %%00 %%2f %%5c %%25");
	if (strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return err_field(e, ERR_BAD_REQUEST, "path", "no dot segment");
	u->segment[u->segment_count++] = s;
	return true;
}

static bool parse_path(
	struct uri *u, size_t n, struct arena *mem, struct err *e)
{
	const char *p = u->path + 1, *end = u->path + n;

	if (p == end)
		return true;
	for (;;) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		const char *stop = slash ? slash : end;

		if (!add_segment(u, p, (size_t)(stop - p), mem, e))
			return false;
		if (!slash)
			return true;
		p = slash + 1;
	}
}

static bool add_parameter(struct uri *u, const char *p, size_t n,
	struct arena *mem, struct err *e)
{
	const char *eq = memchr(p, '=', n);
	char *name, *value;

	if (u->query_count == LIMIT_PARAMETERS)
		return err_field(e, ERR_BAD_REQUEST, "query",
			"<= %d parameters", LIMIT_PARAMETERS);
	if (!eq || eq == p)
		return err_field(e, ERR_BAD_REQUEST, "query", "name=value");
	name = decode(p, (size_t)(eq - p), IN_QUERY, mem);
	value = decode(eq + 1, n - (size_t)(eq + 1 - p), IN_QUERY, mem);
	if (!name || !value)
		return err_field(
			e, ERR_BAD_REQUEST, "query", "UTF-8, %%-encoded");
	u->query[u->query_count].name = name;
	u->query[u->query_count].value = value;
	u->query_count++;
	return true;
}

static bool parse_query(
	struct uri *u, const char *p, struct arena *mem, struct err *e)
{
	while (*p) {
		size_t n = strcspn(p, "&");

		if (!add_parameter(u, p, n, mem, e))
			return false;
		p += n;
		if (*p == '&' && !p[1])
			return err_field(
				e, ERR_BAD_REQUEST, "query", "name=value");
		p += *p == '&';
	}
	return true;
}

bool uri_parse(
	const char *raw, struct arena *mem, struct uri *out, struct err *e)
{
	size_t n = strlen(raw), path_n = strcspn(raw, "?");

	memset(out, 0, sizeof(*out));
	if (n > LIMIT_TARGET_BYTES)
		return err_field(e, ERR_BAD_REQUEST, "target", "<= %d bytes",
			LIMIT_TARGET_BYTES);
	if (raw[0] != '/')
		return err_field(e, ERR_BAD_REQUEST, "target", "/…");
	for (size_t i = 0; i < n; i++)
		if (raw[i] <= ' ' || raw[i] > '~' || raw[i] == '\\' ||
			raw[i] == '#')
			return err_field(e, ERR_BAD_REQUEST, "target",
				"printable ASCII, %%-encoded");
	out->path = arena_strndup(mem, raw, path_n);
	if (!parse_path(out, path_n, mem, e))
		return false;
	return !raw[path_n] || parse_query(out, raw + path_n + 1, mem, e);
}
