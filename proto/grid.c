/*
 * grid.c - see grid.h.
 */
#include "proto/grid.h"

#include "proto/base/buf.h"

#include <stdio.h>
#include <string.h>

/* Blanks that are no ASCII: a wide one, one that does not break, none at all.
 */
static const char *const blanks[] = {
	GRID_CSV_MARK, "\u3000", "\u00a0", "\u200b"};

/* Spreadsheets of China and Japan take the wide forms for the narrow ones. */
static const char *const signs[] = {
	"=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "｜", "％"};

/* How many bytes of the list's first that fits stand at p; 0: none does. */
static size_t one_of(const char *p, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(p, list[i], strlen(list[i])) == 0)
			return strlen(list[i]);
	return 0;
}

/* OWASP's list, and what spreadsheets skip before it. */
static bool runs_as_formula(const char *text)
{
	const char *p = text;
	size_t n = 0;

	if (*p == '\t' || *p == '\r')
		return true;
	do {
		p += n;
		n = (unsigned char)*p <= ' ' && *p
			    ? 1
			    : one_of(p, blanks, ARRAY_LEN(blanks));
	} while (n);
	return one_of(p, signs, ARRAY_LEN(signs)) > 0;
}

static void add_text(struct buf *out, const char *text)
{
	buf_text(out, runs_as_formula(text) ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text);
	}
	buf_char(out, '"');
}

char *grid_number(double v, char out[GRID_NUMBER])
{
	size_t n = (size_t)snprintf(out, GRID_NUMBER, "%.4f", v);

	if (n >= GRID_NUMBER) /* too large for decimals to say anything */
		n = (size_t)snprintf(out, GRID_NUMBER, "%.15g", v);
	else
		while (n && out[n - 1] == '0')
			out[--n] = 0;
	if (n && out[n - 1] == '.')
		out[--n] = 0;
	if (strcmp(out, "-0") == 0)
		out[0] = '0', out[1] = 0;
	return out;
}

void grid_csv(const struct grid_cell *cells, size_t n, struct buf *out)
{
	char number[GRID_NUMBER];

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(out, ',');
		if (cells[i].text)
			add_text(out, cells[i].text);
		else
			buf_text(out, grid_number(cells[i].number, number));
	}
	buf_text(out, "\r\n");
}
