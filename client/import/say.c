/*
 * say.c - see say.h.
 */
#include "client/import/say.h"

#define PARTS 10

static const char *const sentences[][2] = {
#define SAY(name, zh, en) [SAY_##name] = {zh, en},
#include "client/import/say.def"
#undef SAY
};

const char *say_raw(enum lang lang, enum say what)
{
	return sentences[what][lang];
}

const char *say_list(
	struct arena *mem, enum lang lang, enum say what, va_list ap)
{
	const char *part[PARTS], *copy;
	struct buf out;
	size_t n = 0;

	while (n < PARTS && (part[n] = va_arg(ap, const char *)))
		n++;
	buf_init(&out, 1 << 20);
	buf_fill(&out, say_raw(lang, what), part, n);
	copy = arena_strndup(mem, out.p, out.n);
	buf_free(&out);
	return copy;
}

const char *say(struct arena *mem, enum lang lang, enum say what, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, what);
	text = say_list(mem, lang, what, ap);
	va_end(ap);
	return text;
}

const char *say_number(struct arena *mem, size_t n)
{
	return arena_printf(mem, "%zu", n);
}

bool refuse_file(const struct reading *r, struct err *e, enum say what, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, what);
	text = say_list(r->mem, r->lang, what, ap);
	va_end(ap);
	return err_field(e, ERR_BAD_FILE, r->name, "%s", text);
}
