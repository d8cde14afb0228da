/*
 * lines.c - see lines.h. A reader moves through the text and counts lines.
 */
#include "proto/lines.h"

#include <string.h>

struct reader_at {
	const char *p;
	size_t n;
	size_t at;
	size_t line;
};

static char now(const struct reader_at *r)
{
	return r->at < r->n ? r->p[r->at] : 0;
}

static void step(struct reader_at *r)
{
	if (now(r) == '\n')
		r->line++;
	if (r->at < r->n)
		r->at++;
}

static void skip_space(struct reader_at *r)
{
	while (now(r) && strchr(" \t\r\n", now(r)))
		step(r);
}

static void skip_string(struct reader_at *r)
{
	step(r);
	while (r->at < r->n && now(r) != '"') {
		if (now(r) == '\\')
			step(r);
		step(r);
	}
	step(r);
}

/* Past one value, whatever is in it. */
static void skip_value(struct reader_at *r)
{
	unsigned deep = 0;

	skip_space(r);
	while (r->at < r->n) {
		char c = now(r);

		if (c == '"') {
			skip_string(r);
		} else if (c == '{' || c == '[') {
			deep++;
			step(r);
		} else if (deep == 0 && strchr(",}]", c)) {
			return;
		} else {
			deep -= c == '}' || c == ']';
			step(r);
		}
		if (deep == 0 && strchr("\"}]", c))
			return;
	}
}

/* To the value of a member; *line is where its key stands. */
static bool enter_member(
	struct reader_at *r, const char *key, size_t n, size_t *line)
{
	if (now(r) != '{')
		return false;
	step(r);
	for (;;) {
		size_t from, here;
		bool same;

		skip_space(r);
		if (now(r) != '"')
			return false;
		here = r->line;
		from = r->at + 1;
		skip_string(r);
		same = r->at >= from + 1 && r->at - 1 - from == n &&
		       memcmp(r->p + from, key, n) == 0;
		skip_space(r);
		step(r); /* the colon */
		skip_space(r);
		if (same) {
			*line = here;
			return true;
		}
		skip_value(r);
		skip_space(r);
		if (now(r) != ',')
			return false;
		step(r);
	}
}

static bool enter_element(struct reader_at *r, size_t index, size_t *line)
{
	if (now(r) != '[')
		return false;
	step(r);
	skip_space(r);
	while (index--) {
		skip_value(r);
		skip_space(r);
		if (now(r) != ',')
			return false;
		step(r);
	}
	skip_space(r);
	*line = r->line;
	return now(r) && now(r) != ']';
}

/* One part of the path: a key, or [index]. */
static bool enter(struct reader_at *r, const char **path, size_t *line)
{
	size_t index = 0, n;

	if (**path == '.')
		(*path)++;
	if (**path != '[') {
		n = strcspn(*path, ".[");
		*path += n;
		return enter_member(r, *path - n, n, line);
	}
	for ((*path)++; **path >= '0' && **path <= '9'; (*path)++)
		index = index * 10 + (size_t)(**path - '0');
	if (**path == ']')
		(*path)++;
	return enter_element(r, index, line);
}

size_t line_of(struct str text, const char *path)
{
	struct reader_at r = {text.p, text.n, 0, 1};
	size_t line;

	skip_space(&r);
	line = r.line;
	while (*path && enter(&r, &path, &line))
		;
	return line;
}
