/*
 * csv.c - see csv.h.
 */
#include "client/cli/csv.h"

#include <iconv.h>
#include <string.h>
#include <unistr.h>

struct reader {
	struct cli *c;
	const char *at;
	const char *end;
	char mark; /* between cells */
	size_t line;
	struct buf rows;  /* struct csv_row */
	struct buf cells; /* char * of the row being read */
	struct buf cell;
	size_t opened; /* the line where an open quote began */
};

static bool refuse(const char *name, const char *accepts, struct err *e)
{
	return err_field(e, ERR_BAD_FILE, name, "%s", accepts);
}

/* ---- encodings ---- */

static bool convert(
	struct cli *c, const char *from, struct str in, struct str *out)
{
	iconv_t cd = iconv_open("UTF-8", from);
	/* iconv's prototype takes a non-const pointer it does not write to. */
	char *p = (char *)(uintptr_t)in.p, *to;
	size_t left = in.n, room = 3 * in.n + 16, rest = room;
	size_t rc;

	if (cd == (iconv_t)-1)
		return false;
	to = arena_alloc(c->mem, room + 1);
	out->p = to;
	rc = iconv(cd, &p, &left, &to, &rest);
	iconv_close(cd);
	out->n = room - rest;
	return rc != (size_t)-1 && left == 0;
}

static bool starts(struct str s, const char *mark, size_t n)
{
	return s.n >= n && memcmp(s.p, mark, n) == 0;
}

static bool is_utf8(struct str s)
{
	return u8_check((const uint8_t *)s.p, s.n) == NULL;
}

static bool decode(struct cli *c, const char *name, struct str in,
	struct str *out, struct err *e)
{
	const char *what = text_raw(c->lang, T_NOT_TEXT);

	*out = in;
	if (starts(in, "PK\003\004", 4) || starts(in, "\320\317\021\340", 4))
		return refuse(name, "CSV (.csv)", e);
	if (starts(in, "\377\376", 2) || starts(in, "\376\377", 2))
		return convert(c, "UTF-16", in, out) || refuse(name, what, e);
	if (memchr(in.p, 0, in.n))
		return refuse(name, what, e);
	if (starts(in, "\357\273\277", 3)) {
		out->p += 3;
		out->n -= 3;
	}
	if (is_utf8(*out))
		return true;
	return (convert(c, "GB18030", in, out) && is_utf8(*out)) ||
	       refuse(name, what, e);
}

/* ---- cells ---- */

/* Full-width forms and the ideographic space as their ASCII counterparts. */
static uint32_t narrow(uint32_t uc)
{
	if (uc >= 0xff01 && uc <= 0xff5e)
		return uc - 0xfee0;
	return uc == 0x3000 || uc == 0xa0 ? ' ' : uc;
}

static void put_char(struct buf *out, uint32_t uc)
{
	uint8_t b[6];
	int n = u8_uctomb(b, uc, sizeof(b));

	if (n > 0)
		buf_add(out, b, (size_t)n);
}

static char *finish_text(struct reader *r)
{
	const uint8_t *p = (const uint8_t *)r->cell.p;
	size_t left = r->cell.n, from = 0, n;
	struct buf out;
	char *text;

	buf_init(&out, CSV_MAX);
	while (left) {
		ucs4_t uc;
		int step = u8_mbtouc(&uc, p, left);

		put_char(&out, narrow(uc));
		p += step;
		left -= (size_t)step;
	}
	n = out.n;
	while (from < n && out.p[from] == ' ')
		from++;
	while (n > from && (out.p[n - 1] == ' ' || out.p[n - 1] == '\t'))
		n--;
	/* A spreadsheet's ways to say "this is text": 'x and ="x". */
	if (from < n && out.p[from] == '\'')
		from++;
	if (n - from >= 3 && out.p[from] == '=' && out.p[from + 1] == '"' &&
		out.p[n - 1] == '"') {
		from += 2;
		n--;
	}
	text = arena_strndup(r->c->mem, out.p ? out.p + from : "", n - from);
	buf_free(&out);
	buf_clear(&r->cell);
	return text;
}

static void end_cell(struct reader *r)
{
	char *text = finish_text(r);

	buf_add(&r->cells, &text, sizeof(char *));
}

static void end_row(struct reader *r, size_t line)
{
	struct csv_row row = {line, r->cells.n / sizeof(char *), NULL};
	bool empty = true;

	row.cell = arena_alloc(r->c->mem, r->cells.n + sizeof(char *));
	if (r->cells.n)
		memcpy(row.cell, r->cells.p, r->cells.n);
	for (size_t i = 0; i < row.n; i++)
		empty &= !row.cell[i][0];
	if (!empty)
		buf_add(&r->rows, &row, sizeof(row));
	buf_clear(&r->cells);
}

static char next(struct reader *r)
{
	return r->at < r->end ? *r->at : 0;
}

/* What stands between quotes; "" is one quote. False when they never end. */
static bool quoted(struct reader *r)
{
	r->opened = r->line;
	for (r->at++; r->at < r->end; r->at++) {
		if (*r->at == '"') {
			r->at++;
			if (next(r) != '"')
				return true;
		}
		r->line += *r->at == '\n';
		buf_char(&r->cell, *r->at);
	}
	return false;
}

static bool read_cell(struct reader *r)
{
	buf_clear(&r->cell);
	while (next(r) == ' ')
		r->at++;
	if (next(r) == '"' && !quoted(r))
		return false;
	while (r->at < r->end && *r->at != r->mark && *r->at != '\n' &&
		*r->at != '\r')
		buf_char(&r->cell, *r->at++);
	end_cell(r);
	return true;
}

static bool read_row(struct reader *r)
{
	size_t line = r->line;

	for (;;) {
		if (!read_cell(r))
			return false;
		if (next(r) != r->mark || r->at == r->end ||
			r->cells.n / sizeof(char *) >= CSV_COLUMNS)
			break;
		r->at++;
	}
	while (r->at < r->end && *r->at != '\n' && *r->at != '\r')
		r->at++;
	if (next(r) == '\r')
		r->at++;
	if (next(r) == '\n')
		r->at++;
	r->line++;
	end_row(r, line);
	return true;
}

/* What the first line uses most. */
static char find_mark(struct str text)
{
	static const char marks[] = {',', ';', '\t'};
	size_t count[sizeof(marks)] = {0}, best = 0;
	bool quote = false;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && !quote)
			break;
		quote ^= text.p[i] == '"';
		for (size_t m = 0; !quote && m < sizeof(marks); m++)
			count[m] += text.p[i] == marks[m];
	}
	for (size_t m = 1; m < sizeof(marks); m++)
		if (count[m] > count[best])
			best = m;
	return marks[best];
}

bool csv_parse(struct cli *c, const char *name, struct str bytes,
	struct csv *out, struct err *e)
{
	struct reader r;
	struct str text;
	bool ok = true;

	if (!decode(c, name, bytes, &text, e))
		return false;
	memset(&r, 0, sizeof(r));
	r.c = c;
	r.at = text.p;
	r.end = text.p + text.n;
	r.mark = find_mark(text);
	r.line = 1;
	buf_init(&r.rows, (size_t)1 << 30);
	buf_init(&r.cells, (size_t)1 << 20);
	buf_init(&r.cell, CSV_MAX);
	while (ok && r.at < r.end)
		ok = read_row(&r);
	out->n = r.rows.n / sizeof(struct csv_row);
	out->row = arena_alloc(c->mem, r.rows.n + sizeof(struct csv_row));
	if (r.rows.n)
		memcpy(out->row, r.rows.p, r.rows.n);
	buf_free(&r.rows);
	buf_free(&r.cells);
	buf_free(&r.cell);
	return ok || refuse(name,
			     text_of(c, T_BAD_QUOTES,
				     number_text(c, (int64_t)r.opened), NULL),
			     e);
}
