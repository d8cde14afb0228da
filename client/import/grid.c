/*
 * grid.c - see grid.h.
 *
 * The walk stops behind each row that has a value; what the row says lies in
 * two buffers that the next one overwrites.
 */
#include "client/import/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MERGED_MAX 100000
#define EXACT      15 /* digits a spreadsheet keeps of a number */

enum part { PART_NONE, PART_VALUE, PART_INLINE };

struct grid {
	struct workbook *w;
	const struct reading *r;
	struct xml *x;
	struct rows_facts facts;
	struct buf merged; /* size_t, last lines */
	struct buf text;   /* of the row, each cell terminated */
	struct cell *cell;
	size_t *start; /* where a cell's text begins in it */
	size_t n;      /* cells of the row, up to the last with a value */
	size_t line;
	size_t cells;
	bool hidden;
	/* of the cell being read */
	size_t column; /* from 0 */
	const char *type;
	size_t format;
	bool formula;
	enum part part;
	unsigned aside;
	size_t from; /* its text */
	bool valued; /* it had a value, if an empty one */
};

static void release(void *p)
{
	struct grid *s = p;

	buf_free(&s->merged);
	buf_free(&s->text);
}

/* ---- references ---- */

/* "AB12" as column (from 0) and line; what is not there stays as it was. */
static void read_place(const char *ref, size_t *column, size_t *line)
{
	size_t c = 0, l = 0;

	for (; *ref >= 'A' && *ref <= 'Z' && c < 1000000; ref++)
		c = c * 26 + (size_t)(*ref - 'A' + 1);
	for (; *ref >= '0' && *ref <= '9' && l < 100000000; ref++)
		l = l * 10 + (size_t)(*ref - '0');
	if (c)
		*column = c - 1;
	if (l)
		*line = l;
}

/* The last line of "A1:C3". */
static void note_merged(struct grid *s, const char *ref)
{
	const char *colon = ref ? strchr(ref, ':') : NULL;
	size_t column = 0, line = 0;

	if (!colon)
		return;
	read_place(colon + 1, &column, &line);
	if (line && s->merged.n < MERGED_MAX * sizeof(line))
		buf_add(&s->merged, &line, sizeof(line));
}

/* ---- a value ---- */

static char *text_of_cell(struct grid *s)
{
	return s->text.p + s->from;
}

static void set_text(struct grid *s, const char *text)
{
	s->text.n = s->from;
	buf_text(&s->text, text);
	buf_char(&s->text, 0);
}

static bool plain_digits(const char *t, size_t *n)
{
	t += *t == '-';
	*n = strspn(t, "0123456789");
	return *n > 0 && !t[*n];
}

/* A number as its cell would show it without a format. */
static void put_number(struct grid *s, struct cell *c, double d)
{
	char *t = text_of_cell(s);
	size_t n = 0, zeros = 0;
	char out[64];

	c->kind = CELL_NUMBER;
	if (plain_digits(t, &n)) {
		/* Some programs write every digit they were given. */
		while (zeros < n && t[strlen(t) - 1 - zeros] == '0')
			zeros++;
		c->lost = n > EXACT && zeros >= n - EXACT;
		return;
	}
	c->lost = fabs(d) >= 1e15;
	if (c->lost || d != floor(d))
		snprintf(out, sizeof(out), "%.15g", d);
	else
		snprintf(out, sizeof(out), "%.0f", d);
	set_text(s, out);
}

static void put_day(struct grid *s, struct cell *c, double d, enum shown shown)
{
	static const int keep[] = {
		[SHOWS_DAY] = 10, [SHOWS_MONTH] = 7, [SHOWS_YEAR] = 4};
	char text[DATE_TEXT];
	struct date day;

	if (!serial_day(d, s->w->from_1904, &day)) {
		put_number(s, c, d);
		c->kind = CELL_NO_DAY;
		return;
	}
	c->kind = CELL_DAY;
	date_format(&day, text);
	text[keep[shown]] = 0;
	set_text(s, text);
}

static void finish_number(struct grid *s, struct cell *c)
{
	enum shown shown = workbook_shown(s->w, s->format);
	char *t = text_of_cell(s), *end;
	double d = strtod(t, &end);

	if (end == t || *end || !isfinite(d))
		c->kind = CELL_ERROR;
	else if (shown == SHOWS_NO_DATE)
		put_number(s, c, d);
	else
		put_day(s, c, d, shown);
}

static void finish_shared(struct grid *s, struct cell *c)
{
	char *t = text_of_cell(s), *end;
	unsigned long i = strtoul(t, &end, 10);
	const char *text = end != t && !*end ? workbook_text(s->w, i) : NULL;

	c->kind = CELL_TEXT;
	if (!text)
		xml_refuse(s->x, SAY_BROKEN_XLSX, NULL);
	else
		set_text(s, text);
}

/* ISO 8601: the day before the T. */
static void finish_iso(struct grid *s, struct cell *c)
{
	char *t = text_of_cell(s), *clock = strchr(t, 'T');
	struct date day;

	if (clock)
		*clock = 0;
	c->kind = date_parse(t, &day) ? CELL_DAY : CELL_NO_DAY;
}

static void finish_value(struct grid *s, struct cell *c)
{
	switch (s->type[0]) {
	case 's':
		if (strcmp(s->type, "s") == 0) {
			finish_shared(s, c);
			break;
		}
		c->kind = CELL_TEXT; /* str: a formula's text */
		break;
	case 'i':
		c->kind = CELL_TEXT;
		break;
	case 'b':
		c->kind = CELL_BOOL;
		set_text(s, text_of_cell(s)[0] == '1' ? "TRUE" : "FALSE");
		break;
	case 'e':
		c->kind = CELL_ERROR;
		break;
	case 'd':
		finish_iso(s, c);
		break;
	default:
		finish_number(s, c);
	}
}

/* ---- cells ---- */

static void begin_cell(struct grid *s, const char **attrs)
{
	static const char *const types[] = {
		"s", "str", "inlineStr", "b", "e", "d"};
	const char *ref = xml_attr(attrs, "r"), *type = xml_attr(attrs, "t");
	const char *format = xml_attr(attrs, "s");
	size_t line = s->line;

	if (ref)
		read_place(ref, &s->column, &line);
	s->type = "n";
	for (size_t i = 0; type && i < ARRAY_LEN(types); i++)
		if (strcmp(type, types[i]) == 0)
			s->type = types[i];
	s->format = format ? strtoul(format, NULL, 10) : 0;
	s->formula = false;
	s->valued = false;
	s->aside = 0;
	s->part = PART_NONE;
	s->from = s->text.n;
}

/* Cells between the last one and this have nothing in them. */
static void fill_up(struct grid *s, size_t column)
{
	for (; s->n < column; s->n++) {
		memset(&s->cell[s->n], 0, sizeof(struct cell));
		s->start[s->n] = SIZE_MAX;
	}
}

static bool may_stand(struct grid *s)
{
	const struct import_limits *l = s->r->limits;

	if (s->column >= l->columns)
		xml_refuse(s->x, SAY_MANY_COLUMNS,
			say_number(s->r->mem, l->columns),
			say_number(s->r->mem, s->line), NULL);
	else if (++s->cells > l->cells)
		xml_refuse(s->x, SAY_MANY_CELLS,
			say_number(s->r->mem, l->cells), NULL);
	else
		return true;
	return false;
}

static void end_cell(struct grid *s)
{
	size_t column = s->column++;
	struct cell *c;

	s->facts.formulas += s->formula;
	if (!s->valued && !s->formula)
		return;
	if (!may_stand(s))
		return;
	buf_char(&s->text, 0);
	/* A cell given twice is no spreadsheet's; the later one counts. */
	if (column >= s->n)
		fill_up(s, column);
	c = &s->cell[column];
	memset(c, 0, sizeof(*c));
	s->start[column] = s->from;
	if (s->n <= column)
		s->n = column + 1;
	if (!s->valued) {
		c->kind = CELL_UNSAVED;
		s->facts.unsaved++;
	} else if (text_of_cell(s)[0]) {
		workbook_unescape(&s->text, s->from);
		finish_value(s, c);
		if (!text_of_cell(s)[0])
			c->kind = CELL_EMPTY;
	}
}

/* ---- the walk ---- */

static void begin_row(struct grid *s, const char **attrs)
{
	const char *line = xml_attr(attrs, "r");
	size_t n = line ? strtoul(line, NULL, 10) : 0;

	s->line = n ? n : s->line + 1;
	s->hidden = xml_flag(attrs, "hidden");
	s->column = 0;
	s->n = 0;
	buf_clear(&s->text);
}

static void end_row(struct grid *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n; i++)
		any |= s->cell[i].kind != CELL_EMPTY;
	if (!any)
		return;
	if (s->facts.rows >= s->r->limits->rows) {
		xml_refuse(s->x, SAY_MANY_ROWS,
			say_number(s->r->mem, s->r->limits->rows), NULL);
		return;
	}
	s->facts.rows++;
	s->facts.hidden_rows += s->hidden;
	xml_pause(s->x);
}

static void note_columns(struct grid *s, const char **attrs)
{
	const char *min = xml_attr(attrs, "min"), *max = xml_attr(attrs, "max");
	size_t from = min ? strtoul(min, NULL, 10) : 0;
	size_t to = max ? strtoul(max, NULL, 10) : 0;

	/* Sheets end by hiding everything to the right of what is used. */
	if (xml_flag(attrs, "hidden") && from && to >= from && to < 16384)
		s->facts.hidden_columns += to - from + 1;
}

static void on_open(
	struct xml *x, void *ctx, const char *name, const char **attrs)
{
	struct grid *s = ctx;

	(void)x;
	if (strcmp(name, "c") == 0)
		begin_cell(s, attrs);
	else if (strcmp(name, "v") == 0) {
		s->part = PART_VALUE;
		s->valued = true;
	} else if (strcmp(name, "t") == 0)
		s->part = s->aside ? PART_NONE : PART_INLINE;
	else if (strcmp(name, "rPh") == 0)
		s->aside++;
	else if (strcmp(name, "f") == 0)
		s->formula = true;
	else if (strcmp(name, "row") == 0)
		begin_row(s, attrs);
	else if (strcmp(name, "col") == 0)
		note_columns(s, attrs);
	else if (strcmp(name, "mergeCell") == 0)
		note_merged(s, xml_attr(attrs, "ref"));
}

static void on_close(struct xml *x, void *ctx, const char *name)
{
	struct grid *s = ctx;

	(void)x;
	if (strcmp(name, "c") == 0)
		end_cell(s);
	else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		s->part = PART_NONE;
	else if (strcmp(name, "rPh") == 0)
		s->aside -= s->aside > 0;
	else if (strcmp(name, "row") == 0)
		end_row(s);
}

static void on_text(struct xml *x, void *ctx, const char *p, size_t n)
{
	struct grid *s = ctx;

	if (s->part == PART_NONE)
		return;
	s->valued = true;
	if (s->text.n - s->from + n > s->r->limits->cell)
		xml_refuse(
			x, SAY_LONG_CELL, say_number(s->r->mem, s->line), NULL);
	else
		buf_add(&s->text, p, n);
}

struct grid *grid_open(struct workbook *w, const struct reading *r,
	const struct sheet_place *at, struct err *e)
{
	static const struct xml_calls calls = {on_open, on_close, on_text};
	struct grid *s = ARENA_NEW(r->mem, struct grid);
	size_t columns = r->limits->columns;

	s->w = w;
	s->r = r;
	s->facts.format = "xlsx";
	s->facts.detail = at->name;
	s->facts.others = "";
	s->facts.from_1904 = w->from_1904;
	s->type = "n";
	s->cell = ARENA_ARRAY(r->mem, struct cell, columns + 1);
	s->start = ARENA_ARRAY(r->mem, size_t, columns + 1);
	buf_init(&s->merged, MERGED_MAX * sizeof(size_t));
	buf_init(&s->text, columns * (r->limits->cell + 64));
	arena_adopt(r->mem, s, release);
	if (!archive_has(w->zip, at->path)) {
		refuse_file(r, e, SAY_BROKEN_XLSX, NULL);
		return NULL;
	}
	s->x = xml_open(r, w->zip, at->path, &calls, s, e);
	return s->x ? s : NULL;
}

bool grid_next(struct grid *s, struct row *out, bool *end, struct err *e)
{
	bool more;

	memset(out, 0, sizeof(*out));
	if (!xml_run(s->x, &more, e))
		return false;
	*end = !more;
	if (!more)
		return true;
	while (s->n && s->cell[s->n - 1].kind == CELL_EMPTY)
		s->n--;
	/* Only now: the buffer may have moved while it grew. */
	for (size_t i = 0; i < s->n; i++)
		s->cell[i].text =
			s->start[i] == SIZE_MAX ? "" : s->text.p + s->start[i];
	out->line = s->line;
	out->hidden = s->hidden;
	out->n = s->n;
	out->cell = s->cell;
	return true;
}

struct rows_facts *grid_facts(struct grid *s)
{
	s->facts.merged = (const size_t *)(const void *)s->merged.p;
	s->facts.merged_count = s->merged.n / sizeof(size_t);
	return &s->facts;
}

void grid_progress(const struct grid *s, size_t *done, size_t *total)
{
	xml_progress(s->x, done, total);
}
