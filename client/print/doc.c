/*
 * doc.c - see doc.h: lists that only grow, in the document's arena.
 */
#include "client/print/doc.h"

#include "proto/base/utf8.h"

#include <string.h>

#define TEXT_MAX ((size_t)1 << 20)

/* clang-format off */
const struct look looks[FACE_COUNT] = {
	/*                     size  leading  bold   serif  ink */
	[FACE_BODY] =         {10.5, 17.0,    false, false, INK_TEXT},
	[FACE_BOLD] =         {10.5, 17.0,    true,  false, INK_TEXT},
	[FACE_SOFT] =         {10.5, 17.0,    false, false, INK_SOFT},
	[FACE_WARN] =         {10.5, 17.0,    true,  false, INK_WARN},
	[FACE_SMALL] =        {9.5,  15.0,    false, false, INK_TEXT},
	[FACE_SMALL_BOLD] =   {9.5,  15.0,    true,  false, INK_TEXT},
	[FACE_LABEL] =        {9.0,  15.0,    false, false, INK_SOFT},
	[FACE_TITLE] =        {20.0, 28.0,    true,  false, INK_TEXT},
	[FACE_SUBTITLE] =     {11.0, 18.0,    false, false, INK_SOFT},
	[FACE_HEADING] =      {13.0, 20.0,    true,  false, INK_ACCENT},
	[FACE_SUBHEADING] =   {11.0, 18.0,    true,  false, INK_TEXT},
	[FACE_RUNNING] =      {8.0,  11.5,    false, false, INK_SOFT},
	[FACE_MARK] =         {8.5,  11.5,    true,  false, INK_WARN},
	[FACE_TINY] =         {7.5,  10.0,    false, false, INK_SOFT},
	[FACE_LARGE] =        {14.0, 24.0,    false, false, INK_TEXT},
	[FACE_LARGE_BOLD] =   {18.0, 28.0,    true,  false, INK_TEXT},
	[FACE_NUMBER] =       {24.0, 30.0,    true,  false, INK_ACCENT},
	[FACE_LETTER] =       {11.5, 20.0,    false, false, INK_TEXT},
	[FACE_SERIF] =        {13.0, 25.0,    false, true,  INK_TEXT},
	[FACE_SERIF_TITLE] =  {30.0, 44.0,    false, true,  INK_TEXT},
	[FACE_SERIF_SMALL] =  {12.0, 22.0,    false, true,  INK_SOFT},
};
/* clang-format on */

struct hidden {
	struct hidden *next;
	const char *text;
	const char *shown;
};

struct doc *doc_new(struct arena *mem, const struct frame *frame)
{
	struct doc *d = ARENA_NEW(mem, struct doc);

	d->mem = mem;
	d->frame = *frame;
	return d;
}

/* ---- text ---- */

/* The longest name first, so that a name within a name does not spoil it. */
void doc_hide(struct doc *d, const char *text, const char *shown)
{
	struct hidden **at = &d->hidden, *h;

	if (!text || !text[0])
		return;
	while (*at && strlen((*at)->text) >= strlen(text))
		at = &(*at)->next;
	h = ARENA_NEW(d->mem, struct hidden);
	h->text = arena_strdup(d->mem, text);
	h->shown = arena_strdup(d->mem, shown);
	h->next = *at;
	*at = h;
}

static bool turns_or_hides(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x200e || c == 0x200f || c == 0x061c || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffc);
}

static bool is_no_character(uint32_t c)
{
	return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) ||
	       (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

static void add_character(struct buf *out, uint32_t c, const char **at)
{
	if (c == '\r') {
		*at += **at == '\n';
		c = '\n';
	}
	if (c == 0x2028 || c == 0x2029 || c == 0x85 || c == 0x0b || c == 0x0c)
		c = '\n';
	if (c == '\t')
		buf_text(out, "    ");
	else if (c == '\n' || (!turns_or_hides(c) && !is_no_character(c)))
		utf8_add(out, c);
	else if (is_no_character(c))
		utf8_add(out, 0xfffd);
}

static const struct hidden *hidden_at(const struct doc *d, const char *at)
{
	const struct hidden *h = d->hidden;

	while (h && strncmp(h->text, at, strlen(h->text)) != 0)
		h = h->next;
	return h;
}

static const char *replaced(const struct doc *d, const char *text)
{
	struct buf out;
	const char *kept;

	if (!d->hidden)
		return text;
	buf_init(&out, TEXT_MAX);
	while (*text) {
		const struct hidden *h = hidden_at(d, text);

		if (h) {
			buf_text(&out, h->shown);
			text += strlen(h->text);
		} else {
			buf_char(&out, *text++);
		}
	}
	kept = arena_strndup(d->mem, out.p, out.n);
	buf_free(&out);
	return kept;
}

const char *doc_text(const struct doc *d, const char *text)
{
	struct buf out;
	const char *at = text ? text : "";
	char *clean;
	uint32_t c;

	buf_init(&out, TEXT_MAX);
	while ((c = utf8_next(&at)))
		add_character(&out, c, &at);
	while (out.n && strchr(" \n", out.p[out.n - 1]))
		out.n--;
	clean = arena_strndup(d->mem, out.p, out.n);
	buf_free(&out);
	return replaced(d, clean);
}

/* ---- blocks ---- */

static struct block *add_block(struct doc *d, enum block_kind kind)
{
	struct block *b = ARENA_NEW(d->mem, struct block);

	b->kind = kind;
	b->keep = d->keeping;
	b->inset = d->inset;
	if (d->last)
		d->last->next = b;
	else
		d->first = b;
	d->last = b;
	return b;
}

static struct piece *add_piece(
	struct doc *d, struct cell *c, enum face face, const char *text)
{
	struct piece *p = ARENA_NEW(d->mem, struct piece);

	p->face = face;
	p->text = doc_text(d, text);
	if (c->last)
		c->last->next = p;
	else
		c->first = p;
	c->last = p;
	return p;
}

static struct cell *add_cell(struct doc *d)
{
	struct block *b = d->last;
	struct cell *c = ARENA_NEW(d->mem, struct cell);

	if (b->last)
		b->last->next = c;
	else
		b->first = c;
	b->last = c;
	b->cell_count++;
	return c;
}

static struct block *add_rows(
	struct doc *d, enum style style, const struct column *columns, size_t n)
{
	struct block *b = add_block(d, BLOCK_ROWS);

	b->style = style;
	b->columns = columns;
	b->column_count = n;
	return b;
}

static const struct column whole[] = {
	{NULL, 0, ALIGN_LEFT}
};

static void add_line(
	struct doc *d, enum style style, enum face face, const char *text)
{
	add_rows(d, style, whole, 1);
	add_piece(d, add_cell(d), face, text);
}

void doc_title(struct doc *d, const char *title, const char *subtitle)
{
	add_line(d, STYLE_TITLE, FACE_TITLE, title);
	if (subtitle && subtitle[0])
		add_line(d, STYLE_SUBTITLE, FACE_SUBTITLE, subtitle);
}

void doc_heading(struct doc *d, const char *text)
{
	add_line(d, STYLE_HEADING, FACE_HEADING, text);
	d->last->keep = true;
}

void doc_subheading(struct doc *d, const char *text)
{
	add_line(d, STYLE_SUBHEADING, FACE_SUBHEADING, text);
	d->last->keep = true;
}

void doc_para_at(
	struct doc *d, enum face face, enum align align, const char *text)
{
	static const struct column columns[][1] = {
		{{NULL, 0, ALIGN_LEFT}},
		{{NULL, 0, ALIGN_CENTRE}},
		{{NULL, 0, ALIGN_RIGHT}},
	};

	if (!text || !text[0])
		return;
	add_rows(d, STYLE_PARA, columns[align], 1);
	add_piece(d, add_cell(d), face, text);
}

void doc_para(struct doc *d, enum face face, const char *text)
{
	doc_para_at(d, face, ALIGN_LEFT, text);
}

void doc_paras(struct doc *d, enum face face, double gap, const char *text)
{
	text = doc_text(d, text);
	for (bool later = false; *text; later = true) {
		size_t n = strcspn(text, "\n");

		if (n && later)
			doc_space(d, gap);
		if (n)
			doc_para(d, face, arena_strndup(d->mem, text, n));
		text += n + (text[n] != 0);
	}
}

void doc_box(struct doc *d, enum face face, const char *text)
{
	if (text && text[0])
		add_line(d, STYLE_BOX, face, text);
}

/* ---- facts ---- */

/* English labels are longer. */
static const struct column pairs[][4] = {
	[LANG_ZH] = {{NULL, 62, ALIGN_LEFT}, {NULL, 0, ALIGN_LEFT},
		     {NULL, 62, ALIGN_LEFT}, {NULL, 0, ALIGN_LEFT}},
	[LANG_EN] = {{NULL, 88, ALIGN_LEFT}, {NULL, 0, ALIGN_LEFT},
		     {NULL, 88, ALIGN_LEFT}, {NULL, 0, ALIGN_LEFT}},
};

void doc_facts(struct doc *d)
{
	add_rows(d, STYLE_FACTS, pairs[d->frame.lang], 4);
}

static void add_fact(struct doc *d, const char *label, const char *value)
{
	add_piece(d, add_cell(d), FACE_LABEL, label);
	add_piece(d, add_cell(d), FACE_BODY, value);
}

void doc_fact(struct doc *d, const char *label, const char *value)
{
	if (value && value[0])
		add_fact(d, label, value);
}

void doc_facts_end(struct doc *d)
{
	while (d->last->cell_count % d->last->column_count)
		add_piece(d, add_cell(d), FACE_LABEL, "");
}

void doc_fact_wide(struct doc *d, const char *label, const char *value)
{
	if (!value || !value[0])
		return;
	doc_facts_end(d);
	add_rows(d, STYLE_FACTS, pairs[d->frame.lang], 2);
	add_fact(d, label, value);
	doc_facts(d);
}

/* ---- lists and tables ---- */

void doc_item(struct doc *d, const char *mark, enum face face, const char *text)
{
	static const struct column columns[] = {
		{NULL, 14, ALIGN_LEFT},
		{NULL, 0,  ALIGN_LEFT},
	};

	if (!d->last || d->last->kind != BLOCK_ROWS ||
		d->last->style != STYLE_LIST)
		add_rows(d, STYLE_LIST, columns, 2);
	add_piece(d, add_cell(d), face, mark);
	add_piece(d, add_cell(d), face, text);
}

void doc_table(
	struct doc *d, enum style style, const struct column *columns, size_t n)
{
	add_rows(d, style, columns, n);
}

void doc_cell(struct doc *d, const char *text)
{
	doc_cell_in(d, FACE_SMALL, text);
}

void doc_cell_in(struct doc *d, enum face face, const char *text)
{
	add_piece(d, add_cell(d), face, text);
}

void doc_cell_chart(struct doc *d, const struct chart *chart)
{
	add_piece(d, add_cell(d), FACE_TINY, "")->chart = chart;
}

void doc_more(struct doc *d, enum face face, const char *text)
{
	struct cell *c = d->last->last;
	bool none_yet = !c->last->chart && !c->last->blank && !c->last->text[0];

	if (!text || !text[0])
		return;
	/* Nothing stood there yet: no empty line above it. */
	if (none_yet && c->first == c->last)
		c->first = c->last = NULL;
	add_piece(d, c, face, text);
}

size_t doc_rows(const struct doc *d)
{
	size_t n = d->last->column_count;

	return (d->last->cell_count + n - 1) / n;
}

void doc_chart(struct doc *d, const struct chart *chart)
{
	add_rows(d, STYLE_PARA, whole, 1);
	doc_cell_chart(d, chart);
}

void doc_sign(struct doc *d, const char *who, const char *day)
{
	static const struct column columns[] = {
		{NULL, 0,   ALIGN_LEFT},
		{NULL, 160, ALIGN_LEFT},
	};

	if (!d->last || d->last->kind != BLOCK_ROWS ||
		d->last->style != STYLE_SIGN)
		add_rows(d, STYLE_SIGN, columns, 2);
	add_piece(d, add_cell(d), FACE_BODY, who)->blank = true;
	add_piece(d, add_cell(d), FACE_BODY, day)->blank = true;
}

/* ---- between them ---- */

void doc_space(struct doc *d, double height)
{
	add_block(d, BLOCK_SPACE)->height = height;
}

void doc_drop(struct doc *d, double height)
{
	add_block(d, BLOCK_DROP)->height = height;
}

void doc_page(struct doc *d)
{
	add_block(d, BLOCK_PAGE);
}

void doc_cut(struct doc *d, const char *text)
{
	add_block(d, BLOCK_CUT)->text = doc_text(d, text);
}

void doc_foot(struct doc *d)
{
	add_block(d, BLOCK_FOOT);
	d->keeping = true;
}

void doc_inset(struct doc *d, double inset)
{
	d->inset = inset;
}

void doc_together(struct doc *d)
{
	d->keeping = true;
}

void doc_together_end(struct doc *d)
{
	d->keeping = false;
}

/* The last of them is kept with nothing. */
void doc_foot_end(struct doc *d)
{
	d->keeping = false;
	d->last->keep = false;
}
