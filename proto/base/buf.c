/*
 * buf.c - see buf.h.
 */
#include "proto/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t cap)
{
	memset(b, 0, sizeof(*b));
	b->cap = cap;
}

void buf_free(struct buf *b)
{
	free(b->p);
	memset(b, 0, sizeof(*b));
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p)
		b->p[0] = 0;
}

static bool grow(struct buf *b, size_t need)
{
	size_t room = b->room ? b->room : 256;
	char *p;

	while (room < need)
		room *= 2;
	p = realloc(b->p, room);
	if (!p)
		die("out of memory (buf, %zu bytes)", room);
	b->p = p;
	b->room = room;
	return true;
}

char *buf_reserve(struct buf *b, size_t n)
{
	if (b->full || n > b->cap || b->n > b->cap - n) {
		b->full = true;
		return NULL;
	}
	if (b->n + n + 1 > b->room)
		grow(b, b->n + n + 1);
	return b->p + b->n;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	char *to = buf_reserve(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, p, n);
	b->n += n;
	b->p[b->n] = 0;
}

void buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_int(struct buf *b, int64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (v < 0)
		buf_char(b, '-');
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		die("buf_printf: bad format '%s'", fmt);
	to = buf_reserve(b, (size_t)n);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void buf_json(struct buf *b, const char *text, size_t n)
{
	size_t from = 0;

	buf_char(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, text + from, i - from);
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else
			buf_printf(b, "\\u%04x", c);
		from = i + 1;
	}
	buf_add(b, text + from, n - from);
	buf_char(b, '"');
}

void buf_fill(
	struct buf *b, const char *sentence, const char *const *part, size_t n)
{
	for (const char *p = sentence; *p; p++) {
		if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}') {
			size_t i = (size_t)(p[1] - '0');

			buf_text(b, i < n ? part[i] : "");
			p += 2;
		} else {
			buf_char(b, *p);
		}
	}
}
