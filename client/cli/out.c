/*
 * out.c - see out.h. Widths are libunistring's: it needs no locale, which a
 * fresh machine may not have.
 */
#include "client/cli/out.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwidth.h>

#define CELL_WIDTH 46 /* on a terminal; whole texts are in --json and show */

size_t out_width(const char *text)
{
	int n = u8_strwidth((const uint8_t *)text, "UTF-8");

	return n > 0 ? (size_t)n : 0;
}

static bool is_control(ucs4_t uc)
{
	return uc < 0x20 || (uc >= 0x7f && uc < 0xa0) || uc == 0x2028 ||
	       uc == 0x2029 || (uc >= 0x202a && uc <= 0x202e) ||
	       (uc >= 0x2066 && uc <= 0x2069);
}

const char *out_plain(struct cli *c, const char *text, size_t columns)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t left = strlen(text), used = 0;
	bool cut = columns && out_width(text) > columns;
	struct buf out;
	char *copy;

	buf_init(&out, (size_t)1 << 24);
	while (left) {
		ucs4_t uc;
		int n = u8_mbtouc(&uc, p, left);
		size_t wide = is_control(uc) ? 1
			      : uc_width(uc, "UTF-8") > 0
				      ? (size_t)uc_width(uc, "UTF-8")
				      : 0;

		if (cut && used + wide + 2 > columns)
			break;
		if (is_control(uc))
			buf_char(&out, ' ');
		else
			buf_add(&out, p, (size_t)n);
		used += wide;
		p += n;
		left -= (size_t)n;
	}
	if (cut)
		buf_text(&out, "..");
	copy = arena_strndup(c->mem, out.p, out.n);
	buf_free(&out);
	return copy;
}

void out_line(struct cli *c, const char *text)
{
	(void)c;
	puts(text);
}

static void pad(const char *text, size_t width)
{
	size_t w = out_width(text);

	printf("%s%*s", text, w < width ? (int)(width - w) : 0, "");
}

void out_pair(struct cli *c, enum text_id label, const char *value)
{
	pad(text_raw(c->lang, label), 22);
	puts(value);
}

void out_json(struct cli *c, json_t *j)
{
	puts(json_canonical(json_keep(j, c->mem), c->mem));
}

void out_error(struct cli *c, const struct err *e)
{
	struct buf text;

	buf_init(&text, 65536);
	if (c->json) {
		buf_text(&text, "{\"error\":{");
		err_json(e, &text);
		buf_text(&text, "}}");
		puts(text.p);
	} else {
		buf_text(&text, "casebridge: ");
		err_sentence(e, c->lang, &text);
		fflush(stdout);
		fputs(out_plain(c, text.p, 0), stderr);
		fputc('\n', stderr);
	}
	buf_free(&text);
}

const char *out_why(struct cli *c, const json_t *said)
{
	const char *code = json_str(said, "code");
	const char *field = json_str(said, "field");
	const char *accepts = json_str(said, "accepts");
	struct buf text;
	const char *out;
	struct err e;

	err_field(&e, code ? err_from_name(code) : ERR_INTERNAL,
		field ? field : "", "%s", accepts ? accepts : "");
	buf_init(&text, 4096);
	err_sentence(&e, c->lang, &text);
	out = arena_strdup(c->mem, text.p ? text.p : "");
	buf_free(&text);
	return out;
}

/* ---- tables ---- */

static void release_table(void *p)
{
	struct table *t = p;

	buf_free(&t->cells);
}

struct table *table_new(struct cli *c, const enum text_id *heads)
{
	struct table *t = ARENA_NEW(c->mem, struct table);

	t->c = c;
	for (; heads[t->columns] != T_COUNT; t->columns++)
		t->head[t->columns] = text_raw(c->lang, heads[t->columns]);
	buf_init(&t->cells, (size_t)1 << 28);
	arena_adopt(c->mem, t, release_table);
	return t;
}

void table_add(struct table *t, const char *text)
{
	const char *cell = out_plain(
		t->c, text ? text : "", isatty(STDOUT_FILENO) ? CELL_WIDTH : 0);

	buf_add(&t->cells, &cell, sizeof(const char *));
}

static size_t terminal_width(void)
{
	struct winsize w;

	if (isatty(STDOUT_FILENO) &&
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20)
		return w.ws_col;
	return 0;
}

static void measure(const struct table *t, const char *const *cells, size_t n,
	size_t width[TABLE_COLUMNS])
{
	for (size_t i = 0; i < t->columns; i++)
		width[i] = out_width(t->head[i]);
	for (size_t i = 0; i < n; i++)
		if (out_width(cells[i]) > width[i % t->columns])
			width[i % t->columns] = out_width(cells[i]);
}

static void print_cells(const struct table *t, const char *const *cells,
	const size_t width[TABLE_COLUMNS], size_t line)
{
	size_t used = 0;

	for (size_t i = 0; i < t->columns; i++) {
		bool last = i + 1 == t->columns;
		size_t left = line > used + 4 ? line - used : 4;

		if (last) {
			fputs(out_plain(t->c, cells[i], line ? left : 0),
				stdout);
			break;
		}
		pad(cells[i], width[i] + 2);
		used += width[i] + 2;
	}
}

/* One row; the last cell is not padded, and cut to what the line has left. */
static void print_row(const struct table *t, const char *const *cells,
	const size_t width[TABLE_COLUMNS], size_t line, bool head)
{
	bool bold = head && t->c->colour;

	if (bold)
		fputs("\033[1m", stdout);
	print_cells(t, cells, width, line);
	puts(bold ? "\033[0m" : "");
}

void table_print(struct table *t)
{
	const char *const *cells = (const char *const *)(void *)t->cells.p;
	size_t n = t->cells.n / sizeof(const char *), line = terminal_width();
	size_t width[TABLE_COLUMNS];

	if (!n || !t->columns) {
		out_line(t->c, text_raw(t->c->lang, T_NOTHING_HERE));
		return;
	}
	measure(t, cells, n, width);
	print_row(t, t->head, width, line, true);
	for (size_t i = 0; i < n; i += t->columns)
		print_row(t, cells + i, width, line, false);
}
