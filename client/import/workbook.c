/*
 * workbook.c - see workbook.h.
 */
#include "client/import/workbook.h"

#include "proto/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SHEETS_MAX    1000
#define RELATIONS_MAX 4000
#define RELATION_MAX  4096  /* bytes */
#define FORMATS_MAX   65536 /* Excel's limit for cell formats */
#define CODE_MAX      1024  /* bytes; Excel's limit is 255 characters */

static void release(void *p)
{
	struct workbook *w = p;

	buf_free(&w->sheets);
	buf_free(&w->shown);
	buf_free(&w->texts);
	buf_free(&w->text_at);
}

static bool ends(const char *text, const char *with)
{
	size_t n = strlen(text), m = strlen(with);

	return n >= m && strcmp(text + n - m, with) == 0;
}

/* ---- relations ---- */

/* Where a part says its neighbours are. */
struct relation {
	const char *id;
	const char *type;
	const char *path;
};

struct relations {
	struct arena *mem;
	const char *folder; /* of the part they are about, with its "/" or "" */
	struct buf list;    /* struct relation */
};

/* A target as a name in the archive: from the root, or beside the part. */
static const char *path_of(
	struct arena *mem, const char *folder, const char *target)
{
	char *path = target[0] == '/'
			     ? arena_strdup(mem, target + 1)
			     : arena_printf(mem, "%s%s", folder, target);
	char *up;

	while ((up = strstr(path, "../"))) {
		char *from = up > path ? up - 1 : up;

		while (from > path && from[-1] != '/')
			from--;
		memmove(from, up + 3, strlen(up + 3) + 1);
	}
	return path;
}

static void on_relation(
	struct xml *x, void *ctx, const char *name, const char **attrs)
{
	struct relations *q = ctx;
	const char *id = xml_attr(attrs, "Id"), *type = xml_attr(attrs, "Type");
	const char *target = xml_attr(attrs, "Target");
	const char *mode = xml_attr(attrs, "TargetMode");
	struct relation one;

	(void)x;
	if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
		(mode && strcmp(mode, "External") == 0) ||
		strlen(id) + strlen(type) + strlen(target) > RELATION_MAX ||
		q->list.n >= RELATIONS_MAX * sizeof(one))
		return;
	one.id = arena_strdup(q->mem, id);
	one.type = arena_strdup(q->mem, type);
	one.path = path_of(q->mem, q->folder, target);
	buf_add(&q->list, &one, sizeof(one));
}

static void release_relations(void *p)
{
	buf_free(&((struct relations *)p)->list);
}

/* Of a part of the archive ("" is the archive); none when it names none. */
static bool read_relations(struct workbook *w, const char *part,
	struct relations **out, struct err *e)
{
	static const struct xml_calls calls = {on_relation, NULL, NULL};
	struct relations *q = ARENA_NEW(w->r->mem, struct relations);
	const char *slash = strrchr(part, '/'), *base, *path;

	q->mem = w->r->mem;
	q->folder =
		slash ? arena_strndup(q->mem, part, (size_t)(slash - part) + 1)
		      : "";
	base = slash ? slash + 1 : part;
	path = arena_printf(q->mem, "%s_rels/%s.rels", q->folder, base);
	buf_init(&q->list, RELATIONS_MAX * sizeof(struct relation));
	arena_adopt(q->mem, q, release_relations);
	*out = q;
	return !archive_has(w->zip, path) ||
	       xml_walk(w->r, w->zip, path, &calls, q, e);
}

static const struct relation *relation_by(
	const struct relations *q, const char *id, const char *type)
{
	const struct relation *all = (const void *)q->list.p;

	for (size_t i = 0; i < q->list.n / sizeof(*all); i++)
		if ((id && strcmp(all[i].id, id) == 0) ||
			(type && ends(all[i].type, type)))
			return &all[i];
	return NULL;
}

/* ---- the workbook ---- */

struct book_walk {
	struct workbook *w;
	const struct relations *relations;
};

static void add_sheet(struct book_walk *q, const char **attrs)
{
	const char *name = xml_attr(attrs, "name");
	const char *id = xml_attr_prefixed(attrs, "id");
	const char *state = xml_attr(attrs, "state");
	const struct relation *at =
		id ? relation_by(q->relations, id, NULL) : NULL;
	struct sheet_place s;

	/* Charts and dialogs are sheets as well, but have no cells. */
	if (!name || !at || !ends(at->type, "/worksheet") ||
		workbook_sheets(q->w) >= SHEETS_MAX)
		return;
	s.name = arena_strdup(q->w->r->mem, name);
	s.path = at->path;
	s.hidden = state && strcmp(state, "visible") != 0;
	buf_add(&q->w->sheets, &s, sizeof(s));
}

static void on_book(
	struct xml *x, void *ctx, const char *name, const char **attrs)
{
	struct book_walk *q = ctx;

	(void)x;
	if (strcmp(name, "workbookPr") == 0)
		q->w->from_1904 = xml_flag(attrs, "date1904");
	else if (strcmp(name, "sheet") == 0)
		add_sheet(q, attrs);
}

size_t workbook_sheets(const struct workbook *w)
{
	return w->sheets.n / sizeof(struct sheet_place);
}

const struct sheet_place *workbook_sheet(const struct workbook *w, size_t i)
{
	return (const struct sheet_place *)(const void *)w->sheets.p + i;
}

/* ---- formats ---- */

/* A format code a workbook brings along. */
struct own_format {
	long id;
	enum shown shown;
};

struct style_walk {
	struct workbook *w;
	struct buf own; /* struct own_format */
	bool in_cells;  /* cellXfs, not the styles the formats are based on */
};

static enum shown shown_by(const struct style_walk *q, long id)
{
	const struct own_format *own = (const void *)q->own.p;

	for (size_t i = 0; i < q->own.n / sizeof(*own); i++)
		if (own[i].id == id)
			return own[i].shown;
	return serial_format_id(id);
}

static void add_format(struct style_walk *q, const char **attrs)
{
	const char *id = xml_attr(attrs, "numFmtId");
	const char *code = xml_attr(attrs, "formatCode");
	struct own_format f;

	if (!id || !code || strlen(code) > CODE_MAX)
		return;
	f.id = strtol(id, NULL, 10);
	f.shown = serial_format(code);
	buf_add(&q->own, &f, sizeof(f));
}

static void on_style(
	struct xml *x, void *ctx, const char *name, const char **attrs)
{
	struct style_walk *q = ctx;
	const char *id;

	(void)x;
	if (strcmp(name, "numFmt") == 0)
		add_format(q, attrs);
	else if (strcmp(name, "cellXfs") == 0)
		q->in_cells = true;
	else if (q->in_cells && strcmp(name, "xf") == 0) {
		id = xml_attr(attrs, "numFmtId");
		buf_char(&q->w->shown,
			(char)shown_by(q, id ? strtol(id, NULL, 10) : 0));
	}
}

static void on_style_end(struct xml *x, void *ctx, const char *name)
{
	struct style_walk *q = ctx;

	(void)x;
	if (strcmp(name, "cellXfs") == 0)
		q->in_cells = false;
}

static bool read_styles(struct workbook *w, struct err *e)
{
	static const struct xml_calls calls = {on_style, on_style_end, NULL};
	struct style_walk q;
	bool ok;

	if (!w->styles_path || !archive_has(w->zip, w->styles_path))
		return true;
	memset(&q, 0, sizeof(q));
	q.w = w;
	buf_init(&q.own, FORMATS_MAX * sizeof(struct own_format));
	ok = xml_walk(w->r, w->zip, w->styles_path, &calls, &q, e);
	buf_free(&q.own);
	return ok;
}

enum shown workbook_shown(const struct workbook *w, size_t format)
{
	return format < w->shown.n ? (enum shown)w->shown.p[format]
				   : SHOWS_NO_DATE;
}

/* ---- shared texts ---- */

struct text_walk {
	struct workbook *w;
	size_t start;
	bool in_text;
	unsigned aside; /* within what tells how a text is read aloud */
};

static void on_si(
	struct xml *x, void *ctx, const char *name, const char **attrs)
{
	struct text_walk *q = ctx;

	(void)x;
	(void)attrs;
	if (strcmp(name, "si") == 0) {
		q->start = q->w->texts.n;
		buf_add(&q->w->text_at, &q->start, sizeof(q->start));
	} else if (strcmp(name, "rPh") == 0) {
		q->aside++;
	} else if (strcmp(name, "t") == 0) {
		q->in_text = !q->aside;
	}
}

static void on_si_end(struct xml *x, void *ctx, const char *name)
{
	struct text_walk *q = ctx;

	(void)x;
	if (strcmp(name, "t") == 0) {
		q->in_text = false;
	} else if (strcmp(name, "rPh") == 0) {
		q->aside -= q->aside > 0;
	} else if (strcmp(name, "si") == 0) {
		workbook_unescape(&q->w->texts, q->start);
		buf_char(&q->w->texts, 0);
	}
}

static void on_si_text(struct xml *x, void *ctx, const char *p, size_t n)
{
	struct text_walk *q = ctx;

	if (!q->in_text)
		return;
	buf_add(&q->w->texts, p, n);
	if (q->w->texts.full || q->w->text_at.full)
		xml_refuse(x, SAY_BOMB, NULL);
}

bool workbook_texts(struct workbook *w, struct err *e)
{
	static const struct xml_calls calls = {on_si, on_si_end, on_si_text};
	struct text_walk q;

	if (!w->strings_path || !archive_has(w->zip, w->strings_path))
		return true;
	memset(&q, 0, sizeof(q));
	q.w = w;
	if (!xml_walk(w->r, w->zip, w->strings_path, &calls, &q, e))
		return false;
	return !w->text_at.full || refuse_file(w->r, e, SAY_BOMB, NULL);
}

const char *workbook_text(const struct workbook *w, size_t i)
{
	const size_t *at = (const void *)w->text_at.p;

	return i < w->text_at.n / sizeof(size_t) ? w->texts.p + at[i] : NULL;
}

static bool escape_at(const char *p, size_t left, uint32_t *c)
{
	*c = 0;
	if (left < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return false;
	for (int i = 2; i < 6; i++) {
		if (hex_digit(p[i]) < 0)
			return false;
		*c = *c * 16 + (uint32_t)hex_digit(p[i]);
	}
	/* Halves of a character beyond 16 bits are written as such. */
	return *c != 0 && (*c < 0xd800 || *c > 0xdfff);
}

static void unescape(char *p, size_t *n)
{
	size_t to = 0;
	uint32_t c;

	for (size_t i = 0; i < *n;) {
		struct buf one;

		if (!escape_at(p + i, *n - i, &c)) {
			p[to++] = p[i++];
			continue;
		}
		buf_init(&one, 8);
		utf8_add(&one, c);
		memcpy(p + to, one.p, one.n); /* 4 bytes at most, for 7 */
		to += one.n;
		buf_free(&one);
		i += 7;
	}
	p[to] = 0;
	*n = to;
}

void workbook_unescape(struct buf *text, size_t start)
{
	size_t n = text->n - start;

	if (n)
		unescape(text->p + start, &n);
	text->n = start + n;
}

/* ---- opening ---- */

/* clang-format off */
/* What else comes as a zip: an entry that gives it away. */
static const struct {
	const char *entry;
	enum say what;
} others[] = {
	{"xl/workbook.bin",      SAY_IS_XLSB},
	{"word/document.xml",    SAY_IS_DOC},
	{"ppt/presentation.xml", SAY_IS_DOC},
	{"content.xml",          SAY_IS_ODS},
	{"Index/Document.iwa",   SAY_IS_NUMBERS},
	{"Index.zip",            SAY_IS_NUMBERS},
	{"AndroidManifest.xml",  SAY_IS_ZIP},
};
static const char *const lists[] = {".xlsx", ".xls", ".csv", ".et", ".txt"};
/* clang-format on */

static bool no_workbook(struct workbook *w, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (archive_has(w->zip, others[i].entry))
			return refuse_file(w->r, e, others[i].what, NULL);
	for (size_t i = 0; i < archive_count(w->zip); i++)
		for (size_t k = 0; k < ARRAY_LEN(lists); k++)
			if (ends(archive_name(w->zip, i), lists[k]))
				return refuse_file(
					w->r, e, SAY_IS_ZIPPED, NULL);
	return refuse_file(w->r, e, SAY_IS_ZIP, NULL);
}

static bool find_book(struct workbook *w, const char **book, struct err *e)
{
	struct relations *root;
	const struct relation *at;

	if (!read_relations(w, "", &root, e))
		return false;
	at = relation_by(root, NULL, "/officeDocument");
	*book = at ? at->path : "xl/workbook.xml";
	if (ends(*book, ".bin") || strncmp(*book, "word/", 5) == 0 ||
		strncmp(*book, "ppt/", 4) == 0 || !archive_has(w->zip, *book))
		return no_workbook(w, e);
	return true;
}

static bool read_book(struct workbook *w, struct err *e)
{
	static const struct xml_calls calls = {on_book, NULL, NULL};
	struct relations *relations;
	const struct relation *at;
	struct book_walk q;
	const char *book;

	if (!find_book(w, &book, e) || !read_relations(w, book, &relations, e))
		return false;
	q.w = w;
	q.relations = relations;
	if (!xml_walk(w->r, w->zip, book, &calls, &q, e))
		return false;
	at = relation_by(relations, NULL, "/styles");
	w->styles_path = at ? at->path : NULL;
	at = relation_by(relations, NULL, "/sharedStrings");
	w->strings_path = at ? at->path : NULL;
	return read_styles(w, e);
}

struct workbook *workbook_open(
	const struct reading *r, struct str bytes, struct err *e)
{
	struct workbook *w = ARENA_NEW(r->mem, struct workbook);

	w->r = r;
	buf_init(&w->sheets, SHEETS_MAX * sizeof(struct sheet_place));
	buf_init(&w->shown, FORMATS_MAX);
	buf_init(&w->texts, r->limits->strings);
	buf_init(&w->text_at, r->limits->cells * sizeof(size_t));
	arena_adopt(r->mem, w, release);
	w->zip = archive_open(r, bytes, e);
	if (!w->zip || !read_book(w, e))
		return NULL;
	return w;
}
