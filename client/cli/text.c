/*
 * text.c - sentences from text.def, filled in.
 */
#include "client/cli/cli.h"

#include <stdarg.h>
#include <string.h>

#define PARTS 8

static const char *const texts[][2] = {
#define TEXT(name, zh, en) [T_##name] = {zh, en},
#include "client/cli/text.def"
#undef TEXT
};

const char *text_raw(enum lang lang, enum text_id t)
{
	return texts[t][lang == LANG_EN];
}

const char *text_of(struct cli *c, enum text_id t, ...)
{
	const char *part[PARTS];
	struct buf out;
	char *copy;
	size_t n = 0;
	va_list ap;

	va_start(ap, t);
	while (n < PARTS && (part[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	buf_init(&out, 1 << 20);
	buf_fill(&out, text_raw(c->lang, t), part, n);
	copy = arena_strndup(c->mem, out.p, out.n);
	buf_free(&out);
	return copy;
}

const char *number_text(struct cli *c, int64_t n)
{
	return arena_printf(c->mem, "%lld", (long long)n);
}
