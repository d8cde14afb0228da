/*
 * csv.c - see csv.h.
 *
 * The text is read through a window of UTF-8: the file itself when it is UTF-8
 * already, else what iconv makes of the next stretch of it. The window always
 * holds a few bytes more than where the reader is, so marks and doubled quotes
 * are seen whole.
 */
#include "client/import/csv.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#define WINDOW    65536
#define AHEAD     8  /* bytes to be seen from where the reader is */
#define LINES     10 /* looked at to find what stands between cells */
#define MARK_FULL "\357\274\214"

struct csv {
	const struct reading *r;
	struct rows_facts facts;
	struct str bytes; /* not yet in the window */
	size_t total;
	iconv_t cd; /* (iconv_t)-1: the window is the file */
	char *room;
	const char *at;
	const char *end;
	const char *mark;
	size_t mark_n;
	size_t line;
	size_t cells;
	struct buf text;   /* of the row, each cell terminated */
	struct buf starts; /* size_t, where cells begin in it */
	struct cell *cell;
};

static void release(void *p)
{
	struct csv *c = p;

	if (c->cd != (iconv_t)-1)
		iconv_close(c->cd);
	buf_free(&c->text);
	buf_free(&c->starts);
}

/* ---- encodings ---- */

static bool starts(struct str s, const char *mark, size_t n)
{
	return s.n >= n && memcmp(s.p, mark, n) == 0;
}

static bool is_utf8(struct str s)
{
	return !memchr(s.p, 0, s.n) &&
	       u8_check((const uint8_t *)s.p, s.n) == NULL;
}

/* Converts as much as fits; false when bytes belong to no character. */
static bool convert(struct csv *c, char *to, size_t room, size_t *made)
{
	/* iconv's prototype takes a non-const pointer it does not write to. */
	char *p = (char *)(uintptr_t)c->bytes.p, *out = to;
	size_t left = c->bytes.n, rest = room;
	size_t rc = iconv(c->cd, &p, &left, &out, &rest);

	*made = room - rest;
	c->bytes.p = p;
	c->bytes.n = left;
	/* Either it is all converted, or there was no room for more. */
	return rc != (size_t)-1 || (left && rest < AHEAD);
}

/* Reads the whole text once, so that nothing is taken of one that breaks off
 * in the middle of a character. */
static bool converts(struct csv *c, const char *from)
{
	struct str all = c->bytes;
	bool ok = true;

	c->cd = iconv_open("UTF-8", from);
	while (ok && c->cd != (iconv_t)-1 && c->bytes.n) {
		struct str made = {c->room, 0};

		ok = convert(c, c->room, WINDOW, &made.n) && is_utf8(made);
	}
	if (c->cd != (iconv_t)-1)
		iconv_close(c->cd);
	/* A new one, because only that looks for the mark of UTF-16 again. */
	c->cd = iconv_open("UTF-8", from);
	c->bytes = all;
	return ok && c->cd != (iconv_t)-1;
}

static void take_as_it_is(struct csv *c)
{
	c->at = c->bytes.p;
	c->end = c->at + c->bytes.n;
	c->bytes.p = c->end;
	c->bytes.n = 0;
}

static bool decode(struct csv *c, struct err *e)
{
	bool marked = starts(c->bytes, "\357\273\277", 3);

	c->facts.detail = "UTF-8";
	if (marked) {
		c->bytes.p += 3;
		c->bytes.n -= 3;
	}
	if (is_utf8(c->bytes)) {
		take_as_it_is(c);
		return true;
	}
	if (marked)
		return refuse_file(c->r, e, SAY_NOT_TEXT, NULL);
	c->room = arena_alloc(c->r->mem, WINDOW + 1);
	c->at = c->end = c->room;
	if (starts(c->bytes, "\377\376", 2) || starts(c->bytes, "\376\377", 2))
		c->facts.detail = "UTF-16";
	else if (memchr(c->bytes.p, 0, c->bytes.n))
		return refuse_file(c->r, e, SAY_NOT_TEXT, NULL);
	else
		c->facts.detail = "GB18030";
	return converts(c, c->facts.detail) ||
	       refuse_file(c->r, e, SAY_NOT_TEXT, NULL);
}

/* ---- the window ---- */

/* Brings the next stretch into the window; what was not read yet stays. The
 * text was converted once already, so this cannot fail. */
static void refill(struct csv *c)
{
	size_t left = (size_t)(c->end - c->at), made = 0;

	memmove(c->room, c->at, left);
	if (!convert(c, c->room + left, WINDOW - left, &made))
		c->bytes.n = 0;
	c->at = c->room;
	c->end = c->at + left + made;
}

static bool at_end(struct csv *c)
{
	if (c->end - c->at < AHEAD && c->bytes.n)
		refill(c);
	return c->at == c->end;
}

static char next(struct csv *c)
{
	return at_end(c) ? 0 : *c->at;
}

static bool at_mark(struct csv *c)
{
	return !at_end(c) && (size_t)(c->end - c->at) >= c->mark_n &&
	       memcmp(c->at, c->mark, c->mark_n) == 0;
}

static bool at_line_end(struct csv *c)
{
	return at_end(c) || *c->at == '\n' || *c->at == '\r';
}

static void end_line(struct csv *c)
{
	if (next(c) == '\r')
		c->at++;
	if (next(c) == '\n')
		c->at++;
	c->line++;
}

/* ---- what stands between cells ---- */

static const char *const marks[] = {",", ";", "\t", MARK_FULL};

struct use {
	size_t times;
	size_t lines; /* in which it stands */
	size_t last;  /* the last of these, from 1 */
};

static void count_use(struct use *u, size_t line)
{
	u->times++;
	u->lines += u->last != line;
	u->last = line;
}

/* Of two signs, the one that stands in more lines; a sentence in one cell may
 * be full of commas. */
static bool is_used_more(const struct use *a, const struct use *b)
{
	return a->lines != b->lines ? a->lines > b->lines : a->times > b->times;
}

/* What the first lines use; the full-width comma, which also stands in
 * sentences, only where there is none of the others. */
static void find_mark(struct csv *c)
{
	struct use use[ARRAY_LEN(marks)];
	size_t best = 0, line = 1;
	bool quote = false;

	memset(use, 0, sizeof(use));
	at_end(c);
	for (const char *p = c->at; p < c->end && line <= LINES; p++) {
		quote ^= *p == '"';
		line += !quote && *p == '\n';
		for (size_t m = 0; !quote && m < ARRAY_LEN(marks); m++) {
			size_t n = strlen(marks[m]);

			if ((size_t)(c->end - p) >= n &&
				memcmp(p, marks[m], n) == 0)
				count_use(&use[m], line);
		}
	}
	for (size_t m = 1; m < ARRAY_LEN(marks); m++)
		if (is_used_more(&use[m], &use[best]) &&
			(strcmp(marks[m], MARK_FULL) != 0 || !use[best].times))
			best = m;
	c->mark = marks[best];
	c->mark_n = strlen(c->mark);
}

/* "sep=;" is Excel's own way to say it. */
static void read_mark(struct csv *c)
{
	at_end(c);
	if (c->end - c->at > 5 && strncasecmp(c->at, "sep=", 4) == 0 &&
		(c->at[5] == '\r' || c->at[5] == '\n')) {
		for (size_t m = 0; m < ARRAY_LEN(marks); m++)
			if (marks[m][0] == c->at[4]) {
				c->mark = marks[m];
				c->mark_n = 1;
				c->at += 5;
				end_line(c);
				return;
			}
	}
	find_mark(c);
}

/* ---- cells ---- */

static bool too_long(struct csv *c, size_t line, struct err *e)
{
	return refuse_file(
		c->r, e, SAY_LONG_CELL, say_number(c->r->mem, line), NULL);
}

static bool add(struct csv *c, size_t start, size_t line, struct err *e)
{
	buf_char(&c->text, *c->at++);
	return c->text.n - start <= c->r->limits->cell || too_long(c, line, e);
}

/* What stands between quotes; "" is one quote. */
static bool quoted(struct csv *c, struct err *e)
{
	size_t opened = c->line, start = c->text.n;

	for (c->at++; !at_end(c);) {
		if (*c->at == '"') {
			c->at++;
			if (next(c) != '"')
				return true;
		}
		c->line += *c->at == '\n';
		if (!add(c, start, opened, e))
			return false;
	}
	return refuse_file(
		c->r, e, SAY_OPEN_QUOTE, say_number(c->r->mem, opened), NULL);
}

/* 'x and ="x" are x. */
static void undo_text_signs(struct csv *c, size_t start)
{
	size_t n = c->text.n - start, from = 0;
	char *p;

	if (!n)
		return;
	p = c->text.p + start;
	if (p[0] == '\'')
		from = 1;
	else if (n >= 3 && p[0] == '=' && p[1] == '"' && p[n - 1] == '"') {
		from = 2;
		n--;
	} else {
		return;
	}
	memmove(p, p + from, n - from);
	c->text.n = start + n - from;
	p[n - from] = 0;
}

static bool read_cell(struct csv *c, struct err *e)
{
	size_t start = c->text.n;

	buf_add(&c->starts, &start, sizeof(start));
	while (next(c) == ' ')
		c->at++;
	if (next(c) == '"' && !quoted(c, e))
		return false;
	while (!at_line_end(c) && !at_mark(c))
		if (!add(c, start, c->line, e))
			return false;
	while (c->text.n > start && (c->text.p[c->text.n - 1] == ' ' ||
					    c->text.p[c->text.n - 1] == '\t'))
		c->text.n--;
	undo_text_signs(c, start);
	buf_char(&c->text, 0);
	return true;
}

/* ---- rows ---- */

static size_t cell_count(const struct csv *c)
{
	return c->starts.n / sizeof(size_t);
}

static bool check_counts(struct csv *c, size_t line, struct err *e)
{
	const struct import_limits *l = c->r->limits;

	c->cells += cell_count(c);
	if (cell_count(c) > l->columns)
		return refuse_file(c->r, e, SAY_MANY_COLUMNS,
			say_number(c->r->mem, l->columns),
			say_number(c->r->mem, line), NULL);
	if (c->facts.rows >= l->rows)
		return refuse_file(c->r, e, SAY_MANY_ROWS,
			say_number(c->r->mem, l->rows), NULL);
	return c->cells <= l->cells ||
	       refuse_file(c->r, e, SAY_MANY_CELLS,
		       say_number(c->r->mem, l->cells), NULL);
}

static bool read_line(struct csv *c, struct err *e)
{
	size_t line = c->line;

	buf_clear(&c->text);
	buf_clear(&c->starts);
	for (;;) {
		if (!read_cell(c, e))
			return false;
		if (cell_count(c) > c->r->limits->columns || !at_mark(c))
			break;
		c->at += c->mark_n;
	}
	if (!check_counts(c, line, e))
		return false;
	end_line(c);
	return true;
}

/* Cells behind the last one with a text do not count. */
static size_t fill_cells(struct csv *c)
{
	const size_t *from = (const size_t *)(const void *)c->starts.p;
	size_t n = 0;

	for (size_t i = 0; i < cell_count(c); i++) {
		c->cell[i].text = c->text.p + from[i];
		c->cell[i].kind = CELL_EMPTY;
		if (c->cell[i].text[0]) {
			c->cell[i].kind = CELL_TEXT;
			n = i + 1;
		}
	}
	return n;
}

static bool csv_next(void *ctx, struct row *out, bool *end, struct err *e)
{
	struct csv *c = ctx;

	memset(out, 0, sizeof(*out));
	while (!(*end = at_end(c))) {
		out->line = c->line;
		if (!read_line(c, e))
			return false;
		out->n = fill_cells(c);
		if (!out->n)
			continue;
		out->cell = c->cell;
		c->facts.rows++;
		return true;
	}
	return true;
}

static const struct rows_facts *csv_facts(const void *ctx)
{
	return &((const struct csv *)ctx)->facts;
}

static void csv_progress(const void *ctx, size_t *done, size_t *total)
{
	const struct csv *c = ctx;

	*total = c->total;
	*done = c->total - c->bytes.n -
		(c->room ? 0 : (size_t)(c->end - c->at));
}

struct rows *csv_open(const struct reading *r, struct str bytes,
	const char *sheet, struct err *e)
{
	static const struct rows_kind kind = {
		csv_next, csv_facts, csv_progress};
	struct csv *c = ARENA_NEW(r->mem, struct csv);

	if (sheet) {
		refuse_file(r, e, SAY_NO_SHEETS, NULL);
		return NULL;
	}
	c->r = r;
	c->bytes = bytes;
	c->total = bytes.n;
	c->cd = (iconv_t)-1;
	c->line = 1;
	c->facts.format = "csv";
	c->facts.others = "";
	c->cell = ARENA_ARRAY(r->mem, struct cell, r->limits->columns + 2);
	buf_init(&c->text, r->limits->columns * r->limits->cell + WINDOW);
	buf_init(&c->starts, (r->limits->columns + 2) * sizeof(size_t));
	arena_adopt(r->mem, c, release);
	if (!decode(c, e))
		return NULL;
	read_mark(c);
	return rows_new(r, &kind, c);
}
