/*
 * paper.c - see paper.h.
 *
 * Metrics are not rounded to a screen's pixels and one unit is one point, so
 * that a page looks the same wherever it is made. Every face has one height
 * of line: a word in a borrowed font does not push its line apart.
 *
 * Cairo 1.16 loses glyphs of PostScript-flavoured (CFF) fonts: to put only the
 * subroutines in use into a file it parses each glyph, and miscounts the
 * hints of those whose first hint mask stands behind a curve, 如 among them.
 * Such fonts are therefore embedded as plain outlines, which Cairo does for
 * every font with a synthesis flag; OUTLINES is one without another meaning.
 */
#include "client/print/paper.h"

#include "proto/base/timeutil.h"
#include "proto/base/utf8.h"

#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <string.h>

#define CHINA_MS    INT64_C(28800000) /* UTC+8, no summer time */
#define MISSING_MAX 64
#define GETA        "〓"
#define OUTLINES    (1u << 31)
#define MINUS       0x2212

/* Those with the rare characters of GB 18030 first; what else is installed
 * follows by itself. */
static const char *const families[2] = {
	"Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Zen Hei, "
	"WenQuanYi Micro Hei, sans-serif",
	"Noto Serif CJK SC, Source Han Serif SC, AR PL UMing CN, "
	"Noto Sans CJK SC, serif",
};

struct type {
	PangoFontDescription *font;
	double base;   /* from the top of a line to its baseline */
	double height; /* of a line */
};

/* A font in use, and how it is put into the file. */
struct font {
	struct font *next;
	PangoFont *font;
	cairo_scaled_font_t *locked; /* while `outlines` is in use */
	FT_Face face;
	cairo_font_face_t *outlines; /* NULL: as it is */
};

struct paper {
	struct arena *mem;
	PangoFontMap *map;
	PangoContext *context;
	PangoLanguage *chinese;
	struct type types[FACE_COUNT];
	uint32_t missing[MISSING_MAX];
	size_t missing_count;
	struct font *fonts;
};

static void release(void *handle)
{
	struct paper *p = handle;

	for (struct font *f = p->fonts; f; f = f->next) {
		if (f->outlines) {
			cairo_font_face_destroy(f->outlines);
			cairo_ft_scaled_font_unlock_face(f->locked);
		}
		g_object_unref(f->font);
	}
	for (size_t i = 0; i < FACE_COUNT; i++)
		pango_font_description_free(p->types[i].font);
	if (p->context)
		g_object_unref(p->context);
	g_object_unref(p->map);
}

/* ---- fonts ---- */

static cairo_font_options_t *unhinted(void)
{
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	return o;
}

static void make_context(struct paper *p)
{
	cairo_font_options_t *o = unhinted();

	p->context = pango_font_map_create_context(p->map);
	pango_cairo_context_set_resolution(p->context, 72);
	pango_cairo_context_set_font_options(p->context, o);
	pango_context_set_round_glyph_positions(p->context, FALSE);
	pango_context_set_base_dir(p->context, PANGO_DIRECTION_LTR);
	pango_context_set_language(p->context, p->chinese);
	cairo_font_options_destroy(o);
}

static double points(int units)
{
	return (double)units / PANGO_SCALE;
}

static void make_type(struct paper *p, enum face face)
{
	const struct look *look = &looks[face];
	struct type *t = &p->types[face];
	PangoFontMetrics *m;
	double ascent, own;

	t->font = pango_font_description_from_string(families[look->serif]);
	pango_font_description_set_absolute_size(
		t->font, look->size * PANGO_SCALE);
	pango_font_description_set_weight(
		t->font, look->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	m = pango_context_get_metrics(p->context, t->font, p->chinese);
	ascent = points(pango_font_metrics_get_ascent(m));
	own = ascent + points(pango_font_metrics_get_descent(m));
	pango_font_metrics_unref(m);
	t->height = own > look->leading ? own : look->leading;
	t->base = (t->height - own) / 2 + ascent;
}

/* Chinese fonts make curly quotes as wide as a character; an apostrophe within
 * Latin words wants its own width. */
static void narrow_quotes(PangoAttrList *list, const char *text)
{
	const char *at = text;

	while ((at = strstr(at, "\xe2\x80"))) {
		unsigned char last = (unsigned char)at[2];
		bool quote = (last & 0xf8) == 0x98;
		bool latin = at > text && (at[-1] & 0x80) == 0 &&
			     at[-1] != ' ' && at[-1] != '\n';

		if (quote && latin) {
			PangoAttribute *a =
				pango_attr_font_features_new("pwid");

			a->start_index = (guint)(at - text);
			a->end_index = a->start_index + 3;
			pango_attr_list_insert(list, a);
		}
		at += 3;
	}
}

static PangoLayout *layout_of(struct paper *p, enum face face, const char *text)
{
	PangoAttrList *list = pango_attr_list_new();
	PangoLayout *l = pango_layout_new(p->context);

	pango_layout_set_font_description(l, p->types[face].font);
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(l, text, -1);
	/* A hyphen nobody wrote would be copied with the text. */
	pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
	narrow_quotes(list, text);
	pango_layout_set_attributes(l, list);
	pango_attr_list_unref(list);
	return l;
}

static bool has_glyphs(struct paper *p, enum face face, const char *text)
{
	PangoLayout *l = layout_of(p, face, text);
	int unknown = pango_layout_get_unknown_glyphs_count(l);

	g_object_unref(l);
	return unknown == 0;
}

static bool any_family(struct paper *p)
{
	PangoFontFamily **list = NULL;
	int n = 0;

	pango_font_map_list_families(p->map, &list, &n);
	g_free(list);
	return n > 0;
}

struct paper *paper_new(struct arena *mem, struct err *e)
{
	struct paper *p = ARENA_NEW(mem, struct paper);

	p->mem = mem;
	p->map = pango_cairo_font_map_new();
	arena_adopt(mem, p, release);
	p->chinese = pango_language_from_string("zh-cn");
	if (any_family(p)) {
		make_context(p);
		for (size_t i = 0; i < FACE_COUNT; i++)
			make_type(p, (enum face)i);
		if (has_glyphs(p, FACE_BODY, "个案服务记录，姓名") &&
			has_glyphs(p, FACE_SERIF, "尊严文件"))
			return p;
	}
	err_field(e, ERR_NO_FONT, "fonts", "fonts-noto-cjk");
	return NULL;
}

/* ---- characters without a glyph ---- */

static void note_missing(struct paper *p, uint32_t c)
{
	for (size_t i = 0; i < p->missing_count; i++)
		if (p->missing[i] == c)
			return;
	if (p->missing_count < MISSING_MAX)
		p->missing[p->missing_count++] = c;
}

static const char *substituted(
	struct paper *p, enum face face, const char *text)
{
	const char *at = text;
	struct buf out, one;
	const char *kept;
	uint32_t c;

	buf_init(&out, (size_t)1 << 22);
	buf_init(&one, 64);
	while ((c = utf8_next(&at))) {
		buf_clear(&one);
		utf8_add(&one, c);
		if (c == '\n' || has_glyphs(p, face, one.p)) {
			buf_text(&out, one.p);
		} else if (c == MINUS) {
			buf_char(&out, '-'); /* some Chinese fonts lack it */
		} else {
			note_missing(p, c);
			buf_text(&out, GETA);
		}
	}
	kept = arena_strndup(p->mem, out.p, out.n);
	buf_free(&one);
	buf_free(&out);
	return kept;
}

const char *paper_missing(const struct paper *p)
{
	const char *out = NULL;

	for (size_t i = 0; i < p->missing_count; i++)
		out = arena_printf(p->mem, "%s%sU+%04X", out ? out : "",
			out ? " " : "", (unsigned)p->missing[i]);
	return out;
}

/* ---- setting ---- */

static void unref(void *handle)
{
	g_object_unref(handle);
}

static PangoLayout *whole_layout(
	struct paper *p, enum face face, const char *text)
{
	PangoLayout *l = layout_of(p, face, text);

	if (pango_layout_get_unknown_glyphs_count(l) == 0)
		return l;
	g_object_unref(l);
	return layout_of(p, face, substituted(p, face, text));
}

static const struct line *set(
	void *ctx, enum face face, const char *text, double width, size_t *n)
{
	struct paper *p = ctx;
	const struct type *t = &p->types[face];
	PangoLayout *l = whole_layout(p, face, text);
	struct line *lines;
	GSList *at;

	arena_adopt(p->mem, l, unref);
	if (width > 0)
		pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	*n = (size_t)pango_layout_get_line_count(l);
	lines = ARENA_ARRAY(p->mem, struct line, *n);
	at = pango_layout_get_lines_readonly(l);
	for (size_t i = 0; i < *n; i++, at = at->next) {
		PangoRectangle logical;

		pango_layout_line_get_extents(at->data, NULL, &logical);
		lines[i].glyphs = at->data;
		lines[i].width = points(logical.width);
		lines[i].height = t->height;
		lines[i].base = t->base;
	}
	return lines;
}

struct setter paper_setter(struct paper *p)
{
	return (struct setter){p, set};
}

/* ---- glyphs ---- */

static bool is_postscript(PangoFont *font)
{
	hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(font));
	hb_blob_t *table =
		hb_face_reference_table(face, HB_TAG('C', 'F', 'F', ' '));
	bool found = hb_blob_get_length(table) > 0;

	hb_blob_destroy(table);
	return found;
}

/* All sizes of a font are one in the file. */
static cairo_font_face_t *outlines_of(struct paper *p, FT_Face face)
{
	cairo_font_face_t *made;

	for (struct font *f = p->fonts; f; f = f->next)
		if (f->outlines && f->face == face)
			return cairo_font_face_reference(f->outlines);
	made = cairo_ft_font_face_create_for_ft_face(face, 0);
	cairo_ft_font_face_set_synthesize(made, OUTLINES);
	return made;
}

static void take_outlines(struct paper *p, struct font *f)
{
	cairo_scaled_font_t *s =
		pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(f->font));

	if (!s || cairo_scaled_font_get_type(s) != CAIRO_FONT_TYPE_FT)
		return;
	f->face = cairo_ft_scaled_font_lock_face(s);
	if (!f->face)
		return;
	f->locked = s;
	f->outlines = outlines_of(p, f->face);
}

/* NULL when the font goes into the file as it is. */
static const struct font *outlined(struct paper *p, PangoFont *font)
{
	struct font *f = p->fonts;

	while (f && f->font != font)
		f = f->next;
	if (!f) {
		f = ARENA_NEW(p->mem, struct font);
		f->font = g_object_ref(font);
		if (is_postscript(font))
			take_outlines(p, f);
		f->next = p->fonts;
		p->fonts = f;
	}
	return f->outlines ? f : NULL;
}

struct run {
	cairo_glyph_t *glyphs;
	int glyph_count;
	cairo_text_cluster_t *clusters;
	int cluster_count;
};

static double place_glyphs(
	const PangoGlyphString *from, struct run *r, double x, double y)
{
	for (int i = 0; i < from->num_glyphs; i++) {
		const PangoGlyphInfo *g = &from->glyphs[i];

		if (g->glyph != PANGO_GLYPH_EMPTY) {
			cairo_glyph_t *to = &r->glyphs[r->glyph_count++];

			to->index = g->glyph;
			to->x = x + points(g->geometry.x_offset);
			to->y = y + points(g->geometry.y_offset);
		}
		x += points(g->geometry.width);
	}
	return x;
}

/* Which bytes each glyph stands for, so that text can be found and copied. */
static void name_glyphs(PangoGlyphItem *item, const char *text, struct run *r)
{
	PangoGlyphItemIter at;
	gboolean more = pango_glyph_item_iter_init_start(&at, item, text);

	for (; more; more = pango_glyph_item_iter_next_cluster(&at)) {
		cairo_text_cluster_t *c = &r->clusters[r->cluster_count++];
		int from = at.start_glyph, to = at.end_glyph;

		if (from > to) {
			from = at.end_glyph + 1;
			to = at.start_glyph + 1;
		}
		c->num_bytes = at.end_index - at.start_index;
		c->num_glyphs = 0;
		for (int i = from; i < to; i++)
			c->num_glyphs += item->glyphs->glyphs[i].glyph !=
					 PANGO_GLYPH_EMPTY;
	}
}

static double show_outlines(struct paper *p, const struct font *f, cairo_t *cr,
	PangoGlyphItem *item, const char *text, double x, double y)
{
	size_t n = (size_t)item->glyphs->num_glyphs;
	bool backward = item->item->analysis.level % 2;
	cairo_matrix_t size;
	struct run r = {ARENA_ARRAY(p->mem, cairo_glyph_t, n + 1), 0,
		ARENA_ARRAY(p->mem, cairo_text_cluster_t,
			item->item->num_chars + 1),
		0};

	x = place_glyphs(item->glyphs, &r, x, y);
	name_glyphs(item, text, &r);
	cairo_scaled_font_get_font_matrix(f->locked, &size);
	cairo_set_font_face(cr, f->outlines);
	cairo_set_font_matrix(cr, &size);
	cairo_show_text_glyphs(cr, text + item->item->offset,
		item->item->length, r.glyphs, r.glyph_count, r.clusters,
		r.cluster_count,
		backward ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0);
	return x;
}

static void show_line(struct paper *p, cairo_t *cr, const struct mark *m)
{
	/* Pango takes it as changeable only to count references. */
	PangoLayoutLine *line = (PangoLayoutLine *)(uintptr_t)m->line->glyphs;
	const char *text = pango_layout_get_text(line->layout);
	double x = m->x;

	for (GSList *at = line->runs; at; at = at->next) {
		PangoGlyphItem *item = at->data;
		const struct font *f = outlined(p, item->item->analysis.font);

		if (f) {
			x = show_outlines(p, f, cr, item, text, x, m->y);
			continue;
		}
		cairo_move_to(cr, x, m->y);
		pango_cairo_show_glyph_item(cr, text, item);
		x += points(pango_glyph_string_get_width(item->glyphs));
	}
}

/* ---- painting ---- */

static void use_ink(cairo_t *cr, enum ink ink)
{
	static const double inks[INK_COUNT][3] = {
		[INK_TEXT] = {0.11,  0.12,  0.13 },
		[INK_SOFT] = {0.40,  0.43,  0.45 },
		[INK_FAINT] = {0.78,  0.80,  0.81 },
		[INK_ACCENT] = {0.10,  0.36,  0.40 },
		[INK_TINT] = {0.945, 0.961, 0.961},
		[INK_WARN] = {0.64,  0.16,  0.11 },
	};

	cairo_set_source_rgb(cr, inks[ink][0], inks[ink][1], inks[ink][2]);
}

static void stroke(cairo_t *cr, const struct mark *m)
{
	const double dash[2] = {4, 3};

	cairo_set_dash(cr, dash, m->kind == MARK_DASH ? 2 : 0, 0);
	cairo_set_line_width(cr, m->width);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
	cairo_move_to(cr, m->x, m->y);
	cairo_line_to(cr, m->x2, m->y2);
	cairo_stroke(cr);
}

static void paint(struct paper *p, cairo_t *cr, const struct mark *m)
{
	use_ink(cr, m->ink);
	switch (m->kind) {
	case MARK_TEXT:
		show_line(p, cr, m);
		break;
	case MARK_RULE:
	case MARK_DASH:
		stroke(cr, m);
		break;
	case MARK_FILL:
		cairo_rectangle(cr, m->x, m->y, m->x2 - m->x, m->y2 - m->y);
		cairo_fill(cr);
		break;
	case MARK_DOT:
		cairo_arc(cr, m->x, m->y, m->width / 2, 0, 6.2831853071795865);
		cairo_fill(cr);
		break;
	}
}

static cairo_status_t keep_bytes(
	void *ctx, const unsigned char *p, unsigned int n)
{
	struct buf *out = ctx;

	buf_add(out, p, n);
	return out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void describe(
	cairo_surface_t *surface, const char *title, int64_t made_ms)
{
	char utc[TIME_TEXT], local[TIME_TEXT + 8];

	time_format(made_ms + CHINA_MS, utc);
	snprintf(local, sizeof(local), "%.19s+08:00", utc);
	cairo_pdf_surface_set_metadata(
		surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(
		surface, CAIRO_PDF_METADATA_CREATE_DATE, local);
	cairo_pdf_surface_set_metadata(
		surface, CAIRO_PDF_METADATA_MOD_DATE, local);
}

bool paper_pdf(struct paper *p, const struct pages *pages, const char *title,
	int64_t made_ms, struct buf *out, struct err *e)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
		keep_bytes, out, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *cr = cairo_create(surface);
	cairo_font_options_t *o = unhinted();
	cairo_status_t status;

	cairo_set_font_options(cr, o);
	cairo_font_options_destroy(o);
	describe(surface, title, made_ms);
	for (size_t i = 0; i < pages->n; i++) {
		for (size_t k = 0; k < pages->page[i].n; k++)
			paint(p, cr, &pages->page[i].marks[k]);
		cairo_show_page(cr);
	}
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS ||
	       err_field(e, ERR_NOT_SAVED, "pdf", "%s",
		       cairo_status_to_string(status));
}
