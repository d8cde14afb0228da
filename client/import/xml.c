/*
 * xml.c - see xml.h. The only file that knows expat.
 *
 * expat keeps an unfinished tag and reads it again from its beginning whenever
 * more comes; with a limit on how long one may be that stays cheap.
 */
#include "client/import/xml.h"

#include <expat.h>
#include <stdarg.h>
#include <string.h>

#define STRETCH  65536
#define DEPTH    64
#define MARK_MAX ((XML_Index)1 << 20) /* bytes of one tag or comment */

struct xml {
	const struct reading *r;
	struct entry *entry;
	XML_Parser parser;
	const struct xml_calls *calls;
	void *ctx;
	size_t done;
	unsigned depth;
	bool last; /* the entry's end was given to the parser */
	bool paused;
	bool failed;
	struct err why;
};

static void release(void *p)
{
	struct xml *x = p;

	if (x->parser)
		XML_ParserFree(x->parser);
	if (x->entry)
		entry_close(x->entry);
}

void xml_pause(struct xml *x)
{
	if (x->failed)
		return;
	x->paused = true;
	XML_StopParser(x->parser, XML_TRUE);
}

void xml_refuse(struct xml *x, enum say what, ...)
{
	const char *text;
	va_list ap;

	if (x->failed)
		return;
	va_start(ap, what);
	text = say_list(x->r->mem, x->r->lang, what, ap);
	va_end(ap);
	x->failed = true;
	err_field(&x->why, ERR_BAD_FILE, x->r->name, "%s", text);
	XML_StopParser(x->parser, XML_FALSE);
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

/* ---- what expat calls ---- */

static void XMLCALL on_open(void *p, const char *name, const char **attrs)
{
	struct xml *x = p;

	if (++x->depth > DEPTH) {
		xml_refuse(x, SAY_BROKEN_XLSX, NULL);
		return;
	}
	if (!x->failed && x->calls->open)
		x->calls->open(x, x->ctx, local(name), attrs);
}

static void XMLCALL on_close(void *p, const char *name)
{
	struct xml *x = p;

	x->depth--;
	if (!x->failed && x->calls->close)
		x->calls->close(x, x->ctx, local(name));
}

static void XMLCALL on_text(void *p, const char *text, int n)
{
	struct xml *x = p;

	if (!x->failed && x->calls->text)
		x->calls->text(x, x->ctx, text, (size_t)n);
}

/* Spreadsheets declare none; whoever does wants entities. */
static void XMLCALL on_doctype(void *p, const char *name, const char *system_id,
	const char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	xml_refuse(p, SAY_BROKEN_XLSX, NULL);
}

/* ---- walking ---- */

struct xml *xml_open(const struct reading *r, struct archive *a,
	const char *name, const struct xml_calls *calls, void *ctx,
	struct err *e)
{
	struct xml *x = ARENA_NEW(r->mem, struct xml);

	x->r = r;
	x->calls = calls;
	x->ctx = ctx;
	x->entry = entry_open(a, name, e);
	arena_adopt(r->mem, x, release);
	if (!x->entry)
		return NULL;
	x->parser = XML_ParserCreate(NULL);
	if (!x->parser)
		die("expat: out of memory");
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_open, on_close);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	return x;
}

static bool judge(struct xml *x, enum XML_Status s, struct err *e)
{
	if (x->failed) {
		*e = x->why;
		return false;
	}
	if (s == XML_STATUS_ERROR)
		return refuse_file(x->r, e, SAY_BROKEN_XLSX, NULL);
	return true;
}

/* True while the parser may hold on to the mark it is in. */
static bool is_short(const struct xml *x)
{
	return (XML_Index)x->done - XML_GetCurrentByteIndex(x->parser) <=
	       MARK_MAX;
}

static bool feed(struct xml *x, struct err *e)
{
	void *to = XML_GetBuffer(x->parser, STRETCH);
	size_t n;

	if (!to)
		die("expat: out of memory");
	if (!entry_read(x->entry, to, STRETCH, &n, e))
		return false;
	x->done += n;
	x->last = n == 0;
	return judge(x, XML_ParseBuffer(x->parser, (int)n, x->last), e) &&
	       (x->last || x->paused || is_short(x) ||
		       refuse_file(x->r, e, SAY_BROKEN_XLSX, NULL));
}

bool xml_run(struct xml *x, bool *more, struct err *e)
{
	bool was_paused = x->paused;

	*more = true;
	x->paused = false;
	if (was_paused && !judge(x, XML_ResumeParser(x->parser), e))
		return false;
	while (!x->paused && !x->last)
		if (!feed(x, e))
			return false;
	*more = x->paused;
	return true;
}

bool xml_walk(const struct reading *r, struct archive *a, const char *name,
	const struct xml_calls *calls, void *ctx, struct err *e)
{
	struct reading once = *r;
	struct xml *x;
	bool more, ok;

	once.mem = arena_new();
	x = xml_open(&once, a, name, calls, ctx, e);
	ok = x && xml_run(x, &more, e);
	arena_free(once.mem);
	return ok;
}

void xml_progress(const struct xml *x, size_t *done, size_t *total)
{
	*done = x->done;
	*total = entry_size(x->entry);
	if (*total < *done)
		*total = *done;
}

/* ---- attributes ---- */

const char *xml_attr(const char **attrs, const char *name)
{
	for (; *attrs; attrs += 2)
		if (strcmp(attrs[0], name) == 0)
			return attrs[1];
	return NULL;
}

const char *xml_attr_prefixed(const char **attrs, const char *name)
{
	for (; *attrs; attrs += 2)
		if (strchr(attrs[0], ':') && strcmp(local(attrs[0]), name) == 0)
			return attrs[1];
	return NULL;
}

bool xml_flag(const char **attrs, const char *name)
{
	const char *v = xml_attr(attrs, name);

	return v && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
}
