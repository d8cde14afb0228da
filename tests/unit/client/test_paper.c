/*
 * test_paper.c - what the fonts of this machine do with the text people write:
 * rare characters, endless words, characters nobody has.
 *
 * Needs a Chinese font, as printing does.
 */
#include "client/print/paper.h"

#include "tests/lib/tap.h"

#include <stdlib.h>

struct desk {
	struct arena *mem;
	struct paper *p;
	struct setter s;
	struct err e;
};

static bool begin(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	d->mem = arena_new();
	d->p = paper_new(d->mem, &d->e);
	CHECK(d->p != NULL);
	if (d->p)
		d->s = paper_setter(d->p);
	return d->p != NULL;
}

static double width(struct desk *d, const char *text)
{
	size_t n;
	const struct line *l = d->s.set(d->s.ctx, FACE_BODY, text, 0, &n);

	CHECK(n == 1);
	return l[0].width;
}

static void a_word_of_three_hundred_letters_stays_in_its_column(void)
{
	char word[301];
	struct desk d;

	memset(word, 'w', 300);
	word[300] = 0;
	if (begin(&d)) {
		size_t n;
		const struct line *l =
			d.s.set(d.s.ctx, FACE_SMALL, word, 120, &n);

		CHECK(n > 10);
		for (size_t i = 0; i < n; i++)
			CHECK(l[i].width <= 120);
	}
	arena_free(d.mem);
}

/* As wide as a Han character it would be 10.5 points. */
static void an_apostrophe_in_a_latin_word_is_narrow(void)
{
	struct desk d;

	if (begin(&d)) {
		double both = width(&d, "client") + width(&d, "s view");

		CHECK(width(&d, "client’s view") < both + 5);
		CHECK(width(&d, "他说“好”") > 5 * 10.4);
	}
	arena_free(d.mem);
}

static void markup_is_text(void)
{
	struct desk d;

	if (begin(&d)) {
		CHECK(width(&d, "<b>甲</b>") > width(&d, "甲") + 20);
		CHECK(width(&d, "&lt;") > width(&d, "<") + 5);
	}
	arena_free(d.mem);
}

/* Of GB 18030-2022: Ext E, Ext A, Ext A, and a name's middle dot. */
static void rare_characters_of_names_have_a_glyph(void)
{
	struct desk d;

	if (begin(&d)) {
		CHECK(width(&d, "王𬱖 龚䶮 㛃 艾山·买买提") > 0);
		for (int f = 0; f < FACE_COUNT; f++) {
			size_t n;

			d.s.set(d.s.ctx, (enum face)f,
				"𬱖䶮㛃·□■●○▲〓", 0, &n);
		}
		CHECK(paper_missing(d.p) == NULL);
	}
	arena_free(d.mem);
}

/* U+12000 is cuneiform; U+2FFFD is in no script at all. */
static void a_character_nobody_has_becomes_a_mark_and_is_named(void)
{
	struct desk d;

	if (begin(&d)) {
		CHECK(width(&d, "a\xf0\xaf\xbf\xbd"
				"b") == width(&d, "a〓b"));
		CHECK(paper_missing(d.p) &&
			strcmp(paper_missing(d.p), "U+2FFFD") == 0);
		width(&d, "\xf0\xaf\xbf\xbd");
		CHECK(paper_missing(d.p) &&
			strcmp(paper_missing(d.p), "U+2FFFD") == 0);
	}
	arena_free(d.mem);
}

static void lines_of_one_face_are_equally_high(void)
{
	struct desk d;

	if (begin(&d)) {
		size_t n;
		const struct line *l = d.s.set(
			d.s.ctx, FACE_BODY, "汉字 latin\nالعربية\n😀", 300, &n);

		CHECK(n == 3);
		for (size_t i = 0; i < n; i++)
			CHECK(l[i].height == l[0].height &&
				l[i].base == l[0].base);
	}
	arena_free(d.mem);
}

static void make(struct desk *d, struct buf *out, int64_t ms)
{
	struct frame f = {.site = "平桥街道康复站",
		.running = "个案服务摘要",
		.printed = "打印",
		.secrecy = "保密",
		.page_of = "{0}/{1}"};
	struct doc *doc = doc_new(d->mem, &f);
	struct pages pages;

	doc_title(doc, "个案服务摘要", "QQ-2025-001");
	doc_para(doc, FACE_BODY, "如果需要，王𬱖可以联系我们。");
	buf_init(out, 1 << 24);
	CHECK(layout_doc(doc, &d->s, &pages, &d->e));
	CHECK(paper_pdf(d->p, &pages, "Casebridge", ms, out, &d->e));
}

static void the_same_pages_at_the_same_time_are_the_same_bytes(void)
{
	const int64_t ms = INT64_C(1795000000000);
	struct buf a, b, c;
	struct desk d, e;

	if (begin(&d) && begin(&e)) {
		make(&d, &a, ms);
		make(&e, &b, ms);
		make(&e, &c, ms + 60000);
		CHECK(a.n > 1000 && memcmp(a.p, "%PDF-", 5) == 0);
		CHECK(a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
		CHECK(a.n != c.n || memcmp(a.p, c.p, a.n) != 0);
		buf_free(&a);
		buf_free(&b);
		buf_free(&c);
		arena_free(e.mem);
	}
	arena_free(d.mem);
}

int main(void)
{
	RUN(a_word_of_three_hundred_letters_stays_in_its_column);
	RUN(an_apostrophe_in_a_latin_word_is_narrow);
	RUN(markup_is_text);
	RUN(rare_characters_of_names_have_a_glyph);
	RUN(a_character_nobody_has_becomes_a_mark_and_is_named);
	RUN(lines_of_one_face_are_equally_high);
	RUN(the_same_pages_at_the_same_time_are_the_same_bytes);
	return tap_done();
}
