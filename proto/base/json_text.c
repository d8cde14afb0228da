/*
 * json_text.c - see json_text.h.
 */
#include "proto/base/json_text.h"

#include "proto/base/utf8.h"

#include <string.h>

#define LEVELS 8                 /* deeper is left to the full reader, */
#define DIGITS 15                /* and so are longer numbers */
#define PLAIN  ((size_t)1 << 18) /* and larger texts */

struct walk {
	const char *p, *end;
	unsigned levels; /* brackets open at a time, at most */
};

static bool value(struct walk *w, unsigned level);

static bool take(struct walk *w, char c)
{
	if (w->p == w->end || *w->p != c)
		return false;
	w->p++;
	return true;
}

static bool word(struct walk *w, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(w->end - w->p) < n || memcmp(w->p, text, n) != 0)
		return false;
	w->p += n;
	return true;
}

/* Bytes of the character at w->p; 0: not one to be sure of. A \u may stand for
 * anything. */
static size_t character(const struct walk *w)
{
	const unsigned char *p = (const unsigned char *)w->p;
	size_t n = (size_t)(w->end - w->p);

	if (*p >= 0x80)
		return utf8_sequence(p, n);
	if (*p == '\\')
		return n > 1 && p[1] && strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
	return *p >= 0x20;
}

/* The bytes between the quotes. */
static bool string(struct walk *w, struct str *out, bool *escaped)
{
	*escaped = false;
	if (!take(w, '"'))
		return false;
	out->p = w->p;
	while (w->p < w->end && *w->p != '"') {
		size_t n = character(w);

		*escaped |= *w->p == '\\';
		w->p += n;
		if (!n)
			return false;
	}
	out->n = (size_t)(w->p - out->p);
	return take(w, '"');
}

static bool digits(struct walk *w, size_t *n)
{
	size_t had = *n;

	while (w->p < w->end && *w->p >= '0' && *w->p <= '9') {
		w->p++;
		(*n)++;
	}
	return *n > had && *n <= DIGITS;
}

static bool number(struct walk *w)
{
	size_t n = 0;

	take(w, '-');
	if (w->end - w->p > 1 && w->p[0] == '0' && w->p[1] >= '0' &&
		w->p[1] <= '9')
		return false;
	return digits(w, &n) && (!take(w, '.') || digits(w, &n)) &&
	       (w->p == w->end || (*w->p != 'e' && *w->p != 'E'));
}

static bool array(struct walk *w, unsigned level)
{
	if (take(w, ']'))
		return true;
	do {
		if (!value(w, level))
			return false;
	} while (take(w, ','));
	return take(w, ']');
}

/* In order, so that none comes twice. */
static bool follows(const struct str *key, const struct str *last)
{
	size_t n = key->n < last->n ? key->n : last->n;
	int order = n ? memcmp(key->p, last->p, n) : 0;

	return order ? order > 0 : key->n > last->n;
}

static bool object(struct walk *w, unsigned level)
{
	struct str key, last = {NULL, 0};
	bool escaped;

	if (take(w, '}'))
		return true;
	do {
		if (!string(w, &key, &escaped) || escaped ||
			(last.p && !follows(&key, &last)) || !take(w, ':') ||
			!value(w, level))
			return false;
		last = key;
	} while (take(w, ','));
	return take(w, '}');
}

static bool value(struct walk *w, unsigned level)
{
	struct str ignored;
	bool escaped;

	if (w->p == w->end)
		return false;
	switch (*w->p) {
	case '{':
		w->p++;
		return level < w->levels && object(w, level + 1);
	case '[':
		w->p++;
		return level < w->levels && array(w, level + 1);
	case '"':
		return string(w, &ignored, &escaped);
	case 't':
		return word(w, "true");
	case 'f':
		return word(w, "false");
	case 'n':
		return word(w, "null");
	default:
		return number(w);
	}
}

bool json_is_object_text(const char *p, size_t n,
	const struct json_limits *limits, struct arena *mem)
{
	struct walk w = {
		p, p + n, limits->depth < LEVELS ? limits->depth : LEVELS};
	struct err ignored;

	if (n && *p == '{' && n <= PLAIN && n <= limits->bytes &&
		n / 2 <= limits->tokens && value(&w, 0) && w.p == w.end)
		return true;
	return json_is_object(json_read(p, n, limits, mem, &ignored));
}
