/*
 * doc.h - a document before it is pages: titles, paragraphs, facts, tables,
 * charts, signature lines, one after the other.
 *
 * Nothing here knows records, fonts or pages. Text is text: what looks like
 * markup is printed as it stands, control characters and the marks that turn
 * the direction of writing are taken out, and names that must not be read are
 * replaced wherever they occur (doc_hide). A table row is the only thing that
 * is ever split over pages, so everything is one: a paragraph is a row with
 * one cell.
 *
 * Lengths are points (1/72 inch). All memory is the document's arena.
 */
#ifndef CLIENT_PRINT_DOC_H
#define CLIENT_PRINT_DOC_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

/* ---- how text looks ---- */

enum ink {
	INK_TEXT,
	INK_SOFT,   /* labels, notes */
	INK_FAINT,  /* hairlines */
	INK_ACCENT, /* headings, the newest point of a line */
	INK_TINT,   /* a background */
	INK_WARN,
	INK_COUNT
};

enum face {
	FACE_BODY, /* 10.5 pt */
	FACE_BOLD,
	FACE_SOFT,
	FACE_WARN,
	FACE_SMALL, /* tables */
	FACE_SMALL_BOLD,
	FACE_LABEL,
	FACE_TITLE,
	FACE_SUBTITLE,
	FACE_HEADING,
	FACE_SUBHEADING,
	FACE_RUNNING, /* head and foot of a page */
	FACE_MARK,    /* the demo mark */
	FACE_TINY,    /* figures in charts */
	FACE_LARGE,   /* for patients */
	FACE_LARGE_BOLD,
	FACE_NUMBER,
	FACE_LETTER, /* letters */
	FACE_SERIF,  /* documents to keep */
	FACE_SERIF_TITLE,
	FACE_SERIF_SMALL,
	FACE_COUNT
};

struct look {
	double size;
	double leading; /* from line to line, at least */
	bool bold;
	bool serif;
	enum ink ink;
};

/* One for every face. */
extern const struct look looks[FACE_COUNT];

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/* ---- what it is made of ---- */

struct point {
	double x; /* days, or places */
	double y;
	const char *mark; /* what stands at the foot of it, or NULL */
	const char *value;
};

struct chart {
	double height;
	double low, high; /* of y, as the scale has them */
	bool bar;         /* one point, as a bar of its share of `high` */
	bool labelled;    /* with values and marks; else the line alone */
	const struct point *points;
	size_t n;
};

/* Part of a cell: a text, a chart, or a text with a line to write on. */
struct piece {
	struct piece *next;
	enum face face;
	const char *text;
	const struct chart *chart;
	bool blank;
};

struct cell {
	struct cell *next;
	struct piece *first, *last;
};

/* width 0: an equal part of what the others leave. */
struct column {
	const char *head; /* NULL in all columns: no head */
	double width;
	enum align align;
};

enum style {
	STYLE_TITLE,
	STYLE_SUBTITLE,
	STYLE_HEADING,
	STYLE_SUBHEADING,
	STYLE_PARA,
	STYLE_FACTS,
	STYLE_LIST,
	STYLE_TABLE,
	STYLE_GRID, /* narrow columns, ruled both ways */
	STYLE_CARD, /* never split where a page can hold it */
	STYLE_BOX,  /* tinted */
	STYLE_SIGN,
	STYLE_COUNT
};

enum block_kind {
	BLOCK_ROWS,
	BLOCK_SPACE, /* nothing, `height` high; not at the top of a page */
	BLOCK_DROP,  /* the same, at the top of a page too */
	BLOCK_PAGE,  /* what follows begins a page */
	BLOCK_CUT,   /* a dashed line with a word in it */
	BLOCK_FOOT,  /* what follows and is kept together ends the page */
};

struct block {
	struct block *next;
	enum block_kind kind;
	enum style style;
	bool keep;    /* stays on the page of the block after it */
	double inset; /* more margin on either side */
	double height;
	const char *text; /* of a cut */
	const struct column *columns;
	size_t column_count;
	struct cell *first, *last;
	size_t cell_count; /* rows follow one another */
};

/* What stands on every page. All but `demo` may be "". */
struct frame {
	enum lang lang;
	const char *site;
	const char *running; /* what it is, at the top right */
	const char *printed; /* when and by whom */
	const char *secrecy; /* the line on confidentiality */
	const char *page_of; /* "第 {0} 页，共 {1} 页" */
	const char *demo;    /* NULL: the data are real */
	bool quiet_first;    /* only the demo mark on the first page */
};

struct doc {
	struct arena *mem;
	struct frame frame;
	struct block *first, *last;
	struct hidden *hidden;
	bool keeping;
	double inset;
};

/* ---- building ---- */

struct doc *doc_new(struct arena *mem, const struct frame *frame) NEVER_NULL;

/* From here on `text` (a name) stands as `shown`, in every text added. */
void doc_hide(struct doc *d, const char *text, const char *shown);

/*
 * The text as it will be printed: line ends made one kind, tabs made spaces,
 * other control characters and direction marks dropped, what is no character
 * made U+FFFD, empty lines at the end dropped, hidden names replaced.
 */
const char *doc_text(const struct doc *d, const char *text) NEVER_NULL;

void doc_title(struct doc *d, const char *title, const char *subtitle);
void doc_heading(struct doc *d, const char *text);
void doc_subheading(struct doc *d, const char *text);
/* "" and NULL add nothing. */
void doc_para(struct doc *d, enum face face, const char *text);
void doc_para_at(
	struct doc *d, enum face face, enum align align, const char *text);
/* Each line of the text a paragraph of its own, `gap` apart. */
void doc_paras(struct doc *d, enum face face, double gap, const char *text);
/* A remark in a tinted box. */
void doc_box(struct doc *d, enum face face, const char *text);

/* Facts: pairs of label and value, two pairs a line. One without a value is
 * left out; a wide one has its own line. Ends with doc_facts_end(). */
void doc_facts(struct doc *d);
void doc_fact(struct doc *d, const char *label, const char *value);
void doc_fact_wide(struct doc *d, const char *label, const char *value);
void doc_facts_end(struct doc *d);

/* What is added between the two stays on one page with what follows. */
void doc_together(struct doc *d);
void doc_together_end(struct doc *d);

/* From here on more margin, on either side. */
void doc_inset(struct doc *d, double inset);

/* An item with its mark ("·", "1."). */
void doc_item(
	struct doc *d, const char *mark, enum face face, const char *text);

/* Columns must live as long as the document. Then cells, row by row. */
void doc_table(struct doc *d, enum style style, const struct column *columns,
	size_t n);
void doc_cell(struct doc *d, const char *text);
void doc_cell_in(struct doc *d, enum face face, const char *text);
void doc_cell_chart(struct doc *d, const struct chart *chart);
/* One more paragraph in the last cell; "" and NULL add nothing. */
void doc_more(struct doc *d, enum face face, const char *text);
/* The number of rows begun so far. */
size_t doc_rows(const struct doc *d);

void doc_chart(struct doc *d, const struct chart *chart);
/* A line to sign on and one for the day, side by side. */
void doc_sign(struct doc *d, const char *who, const char *day);

void doc_space(struct doc *d, double height);
void doc_drop(struct doc *d, double height);
void doc_page(struct doc *d);
void doc_cut(struct doc *d, const char *text);
/* What is added between the two stands at the foot of a page, together. */
void doc_foot(struct doc *d);
void doc_foot_end(struct doc *d);

#endif
