/*
 * mistake.c - see mistake.h. The sentences are mistake.def, included again.
 */
#include "proto/mistake.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const char *text[2];
} codes[] = {
/* clang-format off */
#define MISTAKE(name, wire, zh, en) {wire, {zh, en}},
/* clang-format on */
#include "proto/mistake.def"
#undef MISTAKE
};

struct place place_key(const struct place *up, const char *key)
{
	struct place p = {up, key, 0};

	return p;
}

struct place place_at(const struct place *up, size_t index)
{
	struct place p = {up, NULL, index};

	return p;
}

char *place_path(const struct place *at, struct arena *mem)
{
	const char *up;

	if (!at)
		return arena_strdup(mem, "");
	up = place_path(at->up, mem);
	if (!at->key)
		return arena_printf(mem, "%s[%zu]", up, at->index);
	return arena_printf(mem, "%s%s%s", up, *up ? "." : "", at->key);
}

void mistakes_init(struct mistakes *m, struct arena *mem)
{
	memset(m, 0, sizeof(*m));
	m->mem = mem;
}

static struct mistake *one_more(struct mistakes *m)
{
	struct mistake *wider;

	if (m->count == MISTAKES_MAX) {
		m->more = true;
		return NULL;
	}
	if (m->count == m->room) {
		m->room = m->room ? m->room * 2 : 8;
		wider = ARENA_ARRAY(m->mem, struct mistake, m->room);
		if (m->count)
			memcpy(wider, m->list, m->count * sizeof(*wider));
		m->list = wider;
	}
	return &m->list[m->count++];
}

static bool is_told(const struct mistakes *m, const char *path,
	enum mistake_code code, const char *what)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].code == code &&
			strcmp(m->list[i].path, path) == 0 &&
			strcmp(m->list[i].what, what) == 0)
			return true;
	return false;
}

void mistake_add(struct mistakes *m, const struct place *at,
	enum mistake_code code, const char *what, const char *accepts, ...)
{
	const char *path = place_path(at, m->mem);
	struct mistake *one;
	char text[200];
	va_list ap;

	what = what ? what : "";
	if (is_told(m, path, code, what) || !(one = one_more(m)))
		return;
	va_start(ap, accepts);
	vsnprintf(text, sizeof(text), accepts, ap);
	va_end(ap);
	one->code = code;
	one->path = path;
	one->what = arena_strdup(m->mem, what);
	one->accepts = arena_strdup(m->mem, text);
}

void mistakes_join(struct mistakes *m, const struct mistakes *more)
{
	for (size_t i = 0; i < more->count; i++) {
		struct place at = place_key(NULL, more->list[i].path);

		mistake_add(m, &at, more->list[i].code, more->list[i].what,
			"%s", more->list[i].accepts);
	}
	m->more = m->more || more->more;
}

const char *mistake_name(enum mistake_code code)
{
	return codes[code].name;
}

void mistake_sentence(const struct mistake *m, enum lang lang, struct buf *out)
{
	for (const char *t = codes[m->code].text[lang]; *t; t++) {
		if (strncmp(t, "{w}", 3) == 0)
			buf_text(out, m->what);
		else if (strncmp(t, "{a}", 3) == 0)
			buf_text(out, m->accepts);
		else {
			buf_char(out, *t);
			continue;
		}
		t += 2;
	}
}
