/*
 * demo_words.c - see demo_words.h: filling the slots.
 */
#include "server/admin/demo_words.h"

#include <string.h>

static const char *slot(const struct slots *s, char name)
{
	switch (name) {
	case 'c':
		return s->client;
	case 'f':
		return s->carer;
	case 's':
		return s->place;
	case 'g':
		return s->goal ? s->goal : "";
	default:
		die("demo: a text has no slot {%c}", name);
	}
}

void words_fill(struct buf *out, const char *text, const struct slots *s)
{
	const char *open;

	while ((open = strchr(text, '{')) != NULL) {
		buf_add(out, text, (size_t)(open - text));
		buf_text(out, slot(s, open[1]));
		text = open + 3;
	}
	buf_text(out, text);
}

size_t words_count(const char *const texts[WORDS_MAX])
{
	size_t n = 0;

	while (n < WORDS_MAX && texts[n])
		n++;
	return n;
}
