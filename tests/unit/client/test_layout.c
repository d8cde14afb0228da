/*
 * test_layout.c - where things stand on a page, without a font: every Han
 * character is as wide as the face is high, every other one half of that.
 *
 * The rules of layout.h are tried at every place a page can end: a filler of
 * growing height pushes the same text down, point by point.
 */
#include "client/print/layout.h"

#include "proto/base/utf8.h"
#include "tests/lib/tap.h"

#include <stdlib.h>

#define BODY_TOP    (PAGE_MARGIN + 6)
#define BODY_BOTTOM (PAGE_HEIGHT - PAGE_MARGIN)
#define BODY        (BODY_BOTTOM - BODY_TOP)
#define STEP        7.0

/* ---- a setter that counts ---- */

static double width_of(uint32_t c, enum face face)
{
	return c >= 0x2e80 ? looks[face].size : looks[face].size / 2;
}

static const struct line *set(
	void *ctx, enum face face, const char *text, double width, size_t *n)
{
	struct arena *mem = ctx;
	struct line *lines =
		ARENA_ARRAY(mem, struct line, utf8_count(text) + 1);
	const char *from = text, *at = text;
	double used = 0;

	*n = 0;
	for (;;) {
		const char *before = at;
		uint32_t c = utf8_next(&at);
		double w = c ? width_of(c, face) : 0;

		if (!c || c == '\n' || (width > 0 && used + w > width)) {
			struct line *l = &lines[(*n)++];

			l->glyphs = arena_strndup(
				mem, from, (size_t)(before - from));
			l->width = used;
			l->height = looks[face].leading;
			l->base = looks[face].size;
			used = 0;
			from = c == '\n' ? at : before;
			if (!c)
				return lines;
			if (c == '\n')
				continue;
		}
		used += w;
	}
}

struct trial {
	struct arena *mem;
	struct doc *d;
	struct pages pages;
	struct err e;
	bool ok;
};

static const struct frame usual = {.site = "康复站",
	.running = "摘要",
	.printed = "打印",
	.secrecy = "保密",
	.page_of = "{0}/{1}"};

static void begin(struct trial *t, const struct frame *f)
{
	memset(t, 0, sizeof(*t));
	t->mem = arena_new();
	t->d = doc_new(t->mem, f);
}

static void lay(struct trial *t)
{
	struct setter s = {t->mem, set};

	t->ok = layout_doc(t->d, &s, &t->pages, &t->e);
}

static void end(struct trial *t)
{
	arena_free(t->mem);
}

/* ---- looking at pages ---- */

static bool in_body(const struct mark *m)
{
	return m->kind == MARK_TEXT && m->y > BODY_TOP && m->y < BODY_BOTTOM;
}

static const char *text_of(const struct mark *m)
{
	return m->line->glyphs;
}

/* How many lines of the body of a page begin with `text`. */
static size_t lines_with(const struct trial *t, size_t page, const char *text)
{
	const struct page *p = &t->pages.page[page];
	size_t n = 0;

	for (size_t i = 0; page < t->pages.n && i < p->n; i++)
		n += in_body(&p->marks[i]) &&
		     strncmp(text_of(&p->marks[i]), text, strlen(text)) == 0;
	return n;
}

/* Every text of the body, in the order it was put down. */
static const char *whole_text(const struct trial *t)
{
	struct buf out;
	const char *kept;

	buf_init(&out, 1 << 22);
	for (size_t i = 0; i < t->pages.n; i++)
		for (size_t k = 0; k < t->pages.page[i].n; k++)
			if (in_body(&t->pages.page[i].marks[k]))
				buf_text(&out,
					text_of(&t->pages.page[i].marks[k]));
	kept = arena_strndup(t->mem, out.p, out.n);
	buf_free(&out);
	return kept;
}

static bool page_says(const struct trial *t, size_t page, const char *text)
{
	const struct page *p = &t->pages.page[page];

	for (size_t i = 0; i < p->n; i++)
		if (p->marks[i].kind == MARK_TEXT &&
			strcmp(text_of(&p->marks[i]), text) == 0)
			return true;
	return false;
}

/* Text may touch the margins and never passes them. */
static bool within_margins(const struct trial *t)
{
	for (size_t i = 0; i < t->pages.n; i++)
		for (size_t k = 0; k < t->pages.page[i].n; k++) {
			const struct mark *m = &t->pages.page[i].marks[k];

			if (m->kind != MARK_TEXT)
				continue;
			if (m->x < PAGE_MARGIN - 0.1 ||
				m->x + m->line->width >
					PAGE_WIDTH - PAGE_MARGIN + 0.1)
				return false;
		}
	return true;
}

static const char *repeated(struct trial *t, const char *text, size_t n)
{
	struct buf out;
	const char *kept;

	buf_init(&out, 1 << 22);
	while (n--)
		buf_text(&out, text);
	kept = arena_strndup(t->mem, out.p, out.n);
	buf_free(&out);
	return kept;
}

/* ---- text ---- */

static void text_is_printed_as_it_stands_without_what_would_steer(void)
{
	struct trial t;

	begin(&t, &usual);
	CHECK_STR(doc_text(t.d, "<b>&amp;</b>"), "<b>&amp;</b>");
	CHECK_STR(doc_text(t.d, "a\r\nb\rc\n\n \n"), "a\nb\nc");
	CHECK_STR(doc_text(t.d, "x\x1b[31m\x07y"), "x[31my");
	/* U+202E, U+2066, U+200F turn the direction of what follows */
	CHECK_STR(doc_text(t.d, "\xe2\x80\xae王\xe2\x81\xa6二\xe2\x80\x8f"),
		"王二");
	CHECK_STR(doc_text(t.d, "1\t2"), "1    2");
	/* a private character, and one that is none */
	CHECK_STR(doc_text(t.d, "\xee\x80\x80\xef\xbf\xbf"), "��");
	CHECK_STR(doc_text(t.d, "𬱖䶮㛃"), "𬱖䶮㛃");
	CHECK_STR(doc_text(t.d, NULL), "");
	end(&t);
}

static void hidden_names_are_hidden_wherever_they_stand(void)
{
	struct trial t;

	begin(&t, &usual);
	doc_hide(t.d, "王建", "王*");
	doc_hide(t.d, "王建梅", "王**");
	doc_hide(t.d, "", "nothing");
	CHECK_STR(doc_text(t.d, "陪王建梅和王建散步"), "陪王**和王*散步");
	doc_para(t.d, FACE_BODY, "王建梅来电");
	doc_box(t.d, FACE_BODY, "王建梅");
	doc_facts(t.d);
	doc_fact(t.d, "姓名", "王建梅");
	doc_facts_end(t.d);
	lay(&t);
	CHECK(t.ok);
	CHECK(!strstr(whole_text(&t), "王建"));
	CHECK(lines_with(&t, 0, "王**") == 3);
	end(&t);
}

/* ---- pages ---- */

static void every_page_says_whose_it_is_and_which_of_how_many(void)
{
	struct frame f = usual;
	struct trial t;

	f.demo = "演示数据";
	begin(&t, &f);
	doc_para(t.d, FACE_BODY, "一");
	doc_page(t.d);
	doc_para(t.d, FACE_BODY, "二");
	doc_page(t.d);
	doc_para(t.d, FACE_BODY, "三");
	lay(&t);
	CHECK(t.ok && t.pages.n == 3);
	for (size_t i = 0; t.ok && i < 3; i++) {
		char which[8];

		snprintf(which, sizeof(which), "%zu/3", i + 1);
		CHECK(page_says(&t, i, which));
		CHECK(page_says(&t, i, "康复站"));
		CHECK(page_says(&t, i, "保密"));
		CHECK(page_says(&t, i, "演示数据"));
	}
	CHECK(page_says(&t, 1, "二") && !page_says(&t, 0, "二"));
	end(&t);
}

static void a_quiet_first_page_keeps_only_the_demo_mark(void)
{
	struct frame f = usual;
	struct trial t;

	f.demo = "演示数据";
	f.quiet_first = true;
	begin(&t, &f);
	doc_para(t.d, FACE_BODY, "题");
	doc_page(t.d);
	doc_para(t.d, FACE_BODY, "文");
	lay(&t);
	CHECK(t.ok && t.pages.n == 2);
	CHECK(page_says(&t, 0, "演示数据"));
	CHECK(!page_says(&t, 0, "康复站") && !page_says(&t, 0, "1/2"));
	CHECK(page_says(&t, 1, "康复站") && page_says(&t, 1, "2/2"));
	end(&t);
}

static void a_text_of_ten_thousand_characters_loses_none(void)
{
	static const double widths[] = {120, 0};
	struct column columns[2] = {
		{NULL, widths[0], ALIGN_LEFT},
                {NULL, widths[1], ALIGN_LEFT}
        };
	struct trial t;
	const char *text;

	begin(&t, &usual);
	text = repeated(&t, "今天电话联系服务对象，", 910);
	CHECK(utf8_count(text) == 10010);
	doc_para(t.d, FACE_BODY, text);
	lay(&t);
	CHECK(t.ok && t.pages.n > 5 && within_margins(&t));
	CHECK_STR(whole_text(&t), text);
	end(&t);
	/* and in the cell of a table, whose left one is done on page one */
	begin(&t, &usual);
	text = repeated(&t, "今天电话联系服务对象，", 910);
	doc_table(t.d, STYLE_TABLE, columns, 2);
	doc_cell(t.d, "");
	doc_cell(t.d, text);
	lay(&t);
	CHECK(t.ok && t.pages.n > 5 && within_margins(&t));
	CHECK_STR(whole_text(&t), text);
	end(&t);
}

static void too_many_pages_are_refused(void)
{
	struct trial t;

	begin(&t, &usual);
	for (int i = 0; i <= PAGES_MAX; i++) {
		doc_page(t.d);
		doc_para(t.d, FACE_BODY, "页");
	}
	lay(&t);
	CHECK(!t.ok && t.e.code == ERR_TOO_LARGE);
	end(&t);
}

/* ---- breaks, tried at every height ---- */

/* Builds with a filler of each height; `look` says what it finds wrong. */
static void at_every_height(void (*build)(struct trial *t),
	bool (*good)(const struct trial *t), const char *rule)
{
	for (int i = 0; i * STEP < BODY; i++) {
		double h = i * STEP;
		struct trial t;

		begin(&t, &usual);
		doc_drop(t.d, h);
		build(&t);
		lay(&t);
		if (!t.ok || !good(&t)) {
			tap_bad = 1;
			printf("# %s: broken with %.0f points above\n", rule,
				h);
		}
		end(&t);
	}
}

static void nine_lines(struct trial *t)
{
	doc_para(t->d, FACE_BODY, "甲\n甲\n甲\n甲\n甲\n甲\n甲\n甲\n甲");
}

static bool none_alone(const struct trial *t)
{
	size_t a = lines_with(t, 0, "甲"), b = lines_with(t, 1, "甲");

	return a + b == 9 && a != 1 && b != 1;
}

static void no_line_of_a_paragraph_stands_alone(void)
{
	at_every_height(nine_lines, none_alone, "nine lines");
}

static void four_lines(struct trial *t)
{
	static const struct column columns[] = {
		{NULL, 0, ALIGN_LEFT},
		{NULL, 0, ALIGN_LEFT},
	};

	doc_table(t->d, STYLE_TABLE, columns, 2);
	doc_cell(t->d, "乙\n乙\n乙\n乙");
	doc_cell(t->d, "丙");
}

static bool four_together(const struct trial *t)
{
	size_t a = lines_with(t, 0, "乙"), b = lines_with(t, 1, "乙");

	return a + b == 4 && (a == 0 || b == 0) &&
	       (a == 0) == (lines_with(t, 0, "丙") == 0);
}

static void a_short_row_is_never_split(void)
{
	at_every_height(four_lines, four_together, "four lines");
}

static void two_long_cells(struct trial *t)
{
	static const struct column columns[] = {
		{"头", 0, ALIGN_LEFT},
		{"尾", 0, ALIGN_LEFT},
	};

	doc_table(t->d, STYLE_TABLE, columns, 2);
	doc_cell(t->d, "丁\n丁\n丁\n丁\n丁\n丁\n丁\n丁\n丁\n丁\n丁");
	doc_cell(t->d, "戊\n戊\n戊\n戊\n戊");
}

static bool both_leave_two(const struct trial *t)
{
	size_t a = lines_with(t, 0, "丁"), b = lines_with(t, 1, "丁");
	size_t c = lines_with(t, 0, "戊"), d = lines_with(t, 1, "戊");

	if (a + b != 11 || c + d != 5)
		return false;
	if (a == 1 || b == 1 || c == 1 || d == 1)
		return false;
	/* the head stands over each part, and over nothing else */
	return lines_with(t, 0, "头") == (a > 0) &&
	       lines_with(t, 1, "头") == (t->pages.n > 1);
}

static void a_long_row_leaves_two_lines_of_each_cell_on_either_page(void)
{
	at_every_height(two_long_cells, both_leave_two, "long cells");
}

static void a_headed_paragraph(struct trial *t)
{
	doc_heading(t->d, "章");
	doc_subheading(t->d, "节");
	doc_para(t->d, FACE_BODY, "己\n己\n己\n己\n己\n己");
}

static bool heading_stays(const struct trial *t)
{
	for (size_t i = 0; i < t->pages.n; i++)
		if (lines_with(t, i, "章") + lines_with(t, i, "节") > 0)
			return lines_with(t, i, "章") == 1 &&
			       lines_with(t, i, "节") == 1 &&
			       lines_with(t, i, "己") >= 2;
	return false;
}

static void a_heading_stands_on_the_page_of_what_it_heads(void)
{
	at_every_height(a_headed_paragraph, heading_stays, "heading");
}

static void ten_rows(struct trial *t)
{
	static const struct column columns[] = {
		{"头", 0, ALIGN_LEFT},
	};

	doc_heading(t->d, "章");
	doc_table(t->d, STYLE_TABLE, columns, 1);
	for (int i = 0; i < 10; i++)
		doc_cell(t->d, "庚");
}

static bool rows_in_company(const struct trial *t)
{
	size_t total = 0;

	for (size_t i = 0; i < t->pages.n; i++) {
		size_t rows = lines_with(t, i, "庚");

		total += rows;
		if (rows == 1 && i > 0)
			return false; /* the last one, alone */
		if (lines_with(t, i, "头") != (rows > 0))
			return false;
		if (lines_with(t, i, "章") && !rows)
			return false;
	}
	return total == 10;
}

static void a_table_keeps_its_head_and_its_last_rows_company(void)
{
	at_every_height(ten_rows, rows_in_company, "ten rows");
}

static void facts_of_a_goal(struct trial *t)
{
	doc_together(t->d);
	doc_subheading(t->d, "目");
	doc_facts(t->d);
	doc_fact(t->d, "辛", "壬");
	doc_fact(t->d, "辛", "壬");
	doc_fact_wide(t->d, "辛", "壬");
	doc_facts_end(t->d);
	doc_together_end(t->d);
	doc_para(t->d, FACE_BODY, "癸");
}

static bool on_one_page(const struct trial *t)
{
	for (size_t i = 0; i < t->pages.n; i++)
		if (lines_with(t, i, "目"))
			return lines_with(t, i, "壬") == 3 &&
			       lines_with(t, i, "癸") == 1;
	return false;
}

static void what_is_kept_together_is_on_one_page(void)
{
	at_every_height(facts_of_a_goal, on_one_page, "together");
}

static void a_few_facts(struct trial *t)
{
	doc_heading(t->d, "目");
	doc_facts(t->d);
	for (int i = 0; i < 10; i++)
		doc_fact(t->d, "辛", "壬");
	doc_facts_end(t->d);
}

static bool facts_whole(const struct trial *t)
{
	for (size_t i = 0; i < t->pages.n; i++)
		if (lines_with(t, i, "目"))
			return lines_with(t, i, "壬") == 10;
	return false;
}

static void a_few_facts_are_not_torn(void)
{
	at_every_height(a_few_facts, facts_whole, "facts");
}

static void a_receipt(struct trial *t)
{
	doc_para(t->d, FACE_BODY, "信");
	doc_foot(t->d);
	doc_cut(t->d, "裁");
	doc_para(t->d, FACE_BODY, "回\n回\n回");
	doc_sign(t->d, "签", "日");
	doc_foot_end(t->d);
}

static bool ends_the_page(const struct trial *t)
{
	const struct page *p = &t->pages.page[t->pages.n - 1];
	double lowest = 0;

	for (size_t i = 0; i < p->n; i++)
		if (in_body(&p->marks[i]) && p->marks[i].y > lowest)
			lowest = p->marks[i].y;
	/* the last line's leading below its baseline is all that is left */
	return lines_with(t, t->pages.n - 1, "裁") == 1 &&
	       lines_with(t, t->pages.n - 1, "回") == 3 &&
	       lines_with(t, t->pages.n - 1, "签") == 1 &&
	       BODY_BOTTOM - lowest < 20;
}

static void a_receipt_ends_its_page_in_one_piece(void)
{
	at_every_height(a_receipt, ends_the_page, "receipt");
}

/* ---- columns and charts ---- */

static void columns_keep_their_widths_and_their_sides(void)
{
	static const struct column columns[] = {
		{"左", 100, ALIGN_LEFT  },
		{"中", 0,   ALIGN_CENTRE},
		{"右", 80,  ALIGN_RIGHT },
	};
	struct trial t;
	const struct mark *m[3] = {NULL, NULL, NULL};

	begin(&t, &usual);
	doc_table(t.d, STYLE_TABLE, columns, 3);
	for (int i = 0; i < 3; i++)
		doc_cell(t.d, "值");
	lay(&t);
	for (size_t i = 0, k = 0; i < t.pages.page[0].n; i++)
		if (in_body(&t.pages.page[0].marks[i]) &&
			strcmp(text_of(&t.pages.page[0].marks[i]), "值") == 0)
			m[k++] = &t.pages.page[0].marks[i];
	CHECK(m[0] && m[1] && m[2]);
	/* 595.276 − 2 × 56.693 wide, 9 between columns */
	CHECK(m[0] && m[0]->x == PAGE_MARGIN);
	CHECK(m[2] && m[2]->x + m[2]->line->width - 538.583 < 0.01);
	CHECK(m[2] && 538.583 - m[2]->x - m[2]->line->width < 0.01);
	/* the middle one: from 165.693 to 449.583 */
	CHECK(m[1] &&
		m[1]->x + m[1]->line->width / 2 - (165.693 + 449.583) / 2 <
			0.01);
	end(&t);
}

static void a_score_is_drawn_to_the_scale_of_its_instrument(void)
{
	/* 0 … 27: 27 is at the top, 13.5 halfway, what is beyond at an edge */
	static const struct point points[] = {
		{0,  27,   NULL, NULL},
		{10, 13.5, NULL, NULL},
		{20, 99,   NULL, NULL},
		{40, -5,   NULL, NULL},
	};
	static const struct chart chart = {40, 0, 27, false, false, points, 4};
	const struct mark *dot[4];
	struct trial t;
	size_t n = 0;

	begin(&t, &usual);
	doc_chart(t.d, &chart);
	lay(&t);
	for (size_t i = 0; i < t.pages.page[0].n; i++)
		if (t.pages.page[0].marks[i].kind == MARK_DOT && n < 4)
			dot[n++] = &t.pages.page[0].marks[i];
	CHECK(n == 4);
	if (n == 4) {
		double half = (dot[0]->y + dot[3]->y) / 2;

		CHECK(dot[1]->y - half < 0.01 && half - dot[1]->y < 0.01);
		CHECK(dot[2]->y == dot[0]->y);
		CHECK(dot[0]->y < dot[3]->y);
		/* a quarter of the time is a quarter of the way */
		CHECK(dot[1]->x - dot[0]->x - (dot[3]->x - dot[0]->x) / 4 <
			0.01);
		CHECK(dot[3]->ink == INK_ACCENT && dot[0]->ink == INK_SOFT);
	}
	end(&t);
}

int main(void)
{
	RUN(text_is_printed_as_it_stands_without_what_would_steer);
	RUN(hidden_names_are_hidden_wherever_they_stand);
	RUN(every_page_says_whose_it_is_and_which_of_how_many);
	RUN(a_quiet_first_page_keeps_only_the_demo_mark);
	RUN(a_text_of_ten_thousand_characters_loses_none);
	RUN(too_many_pages_are_refused);
	RUN(no_line_of_a_paragraph_stands_alone);
	RUN(a_short_row_is_never_split);
	RUN(a_long_row_leaves_two_lines_of_each_cell_on_either_page);
	RUN(a_heading_stands_on_the_page_of_what_it_heads);
	RUN(a_table_keeps_its_head_and_its_last_rows_company);
	RUN(what_is_kept_together_is_on_one_page);
	RUN(a_few_facts_are_not_torn);
	RUN(a_receipt_ends_its_page_in_one_piece);
	RUN(columns_keep_their_widths_and_their_sides);
	RUN(a_score_is_drawn_to_the_scale_of_its_instrument);
	return tap_done();
}
