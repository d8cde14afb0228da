/*
 * types_later.c - of forms and packs only what they are called is read at first
 * (see types_in.h).
 *
 * They are two thirds of the document, and a command needs one of them or none.
 * An entry begins with what it is, its version and its label; that much of it
 * stands in the document until somebody asks for the whole. An entry that
 * begins otherwise is read at once, so nothing depends on the order but time.
 */
#include "proto/types_in.h"

#include <pthread.h>
#include <string.h>

#define HEAD 3 /* members */

struct later {
	struct str section;
	struct str name;
	struct str text;
	bool read;
};

struct waiting {
	pthread_mutex_t lock;
	struct later *entry;
	size_t n, room, left;
};

/* ---- the text, without understanding it ---- */

/* Behind the string that begins at p. */
static const char *past_string(const char *p, const char *end)
{
	const char *stop, *back;

	for (p++; (stop = memchr(p, '"', (size_t)(end - p))); p = stop + 1) {
		for (back = stop; back > p && back[-1] == '\\';)
			back--;
		if ((stop - back) % 2 == 0)
			return stop + 1;
	}
	return end;
}

/* Behind the value that begins at p: at the next comma or closing bracket of
 * where it stands. */
static const char *past_value(const char *p, const char *end)
{
	int depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = past_string(p, end);
			continue;
		}
		if (depth == 0 && (*p == ',' || *p == '}' || *p == ']'))
			return p;
		depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
		p++;
	}
	return end;
}

struct member {
	struct str name;  /* without quotes */
	struct str value; /* with what surrounds it up to comma or bracket */
};

/* The member at *p, which is left at the next one; false at the end of the
 * object. */
static bool next_member(const char **p, const char *end, struct member *out)
{
	const char *at = *p, *stop;

	at += at < end && (*at == '{' || *at == ',');
	if (at >= end || *at != '"')
		return false;
	stop = past_string(at, end);
	out->name = (struct str){at + 1, (size_t)(stop - at) - 2};
	if (stop >= end || *stop != ':')
		return false;
	out->value.p = stop + 1;
	*p = past_value(stop + 1, end);
	out->value.n = (size_t)(*p - out->value.p);
	return true;
}

static bool is_name(struct str s, const char *name)
{
	return s.n == strlen(name) && memcmp(s.p, name, s.n) == 0;
}

/* ---- heads ---- */

/* Up to where it says what it is; NULL when it does not begin with that. */
static const char *head_end(struct str entry)
{
	static const char *const wanted[HEAD] = {NULL, "version", "label"};
	const char *p = entry.p, *end = entry.p + entry.n;
	struct member m;

	for (int i = 0; i < HEAD; i++)
		if (!next_member(&p, end, &m) ||
			(wanted[i] && !is_name(m.name, wanted[i])))
			return NULL;
	return p < end && *p == ',' ? p : NULL;
}

static void put_entry(struct waiting *w, const struct member *section,
	const struct member *m, struct buf *out)
{
	const char *stop = w->n < w->room ? head_end(m->value) : NULL;

	buf_printf(out, "\"%.*s\":", (int)m->name.n, m->name.p);
	if (!stop) {
		buf_add(out, m->value.p, m->value.n);
		return;
	}
	buf_add(out, m->value.p, (size_t)(stop - m->value.p));
	buf_char(out, '}');
	w->entry[w->n++] =
		(struct later){section->name, m->name, m->value, false};
}

static void put_section(
	struct waiting *w, const struct member *section, struct buf *out)
{
	const char *p = section->value.p, *end = p + section->value.n;
	struct member m;

	buf_char(out, '{');
	for (int i = 0; next_member(&p, end, &m); i++) {
		if (i)
			buf_char(out, ',');
		put_entry(w, section, &m, out);
	}
	buf_char(out, '}');
}

struct waiting *waiting_new(
	const char *text, size_t n, struct arena *mem, struct buf *heads)
{
	struct waiting *w = ARENA_NEW(mem, struct waiting);
	const char *p = text, *end = text + n;
	struct member m;

	pthread_mutex_init(&w->lock, NULL);
	w->room = WAITING_MAX;
	w->entry = ARENA_ARRAY(mem, struct later, w->room);
	buf_char(heads, '{');
	for (int i = 0; next_member(&p, end, &m); i++) {
		buf_printf(heads, "%s\"%.*s\":", i ? "," : "", (int)m.name.n,
			m.name.p);
		if (is_name(m.name, "forms") || is_name(m.name, "packs"))
			put_section(w, &m, heads);
		else
			buf_add(heads, m.value.p, m.value.n);
	}
	buf_char(heads, '}');
	w->left = w->n;
	return w;
}

/* ---- the rest ---- */

/* Its older versions stand under name@version. */
static bool is_asked(const struct later *x, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	return !name || is_name(x->name, name) ||
	       (x->name.n > n && memcmp(x->name.p, name, n) == 0 &&
		       x->name.p[n] == '@');
}

static void read_rest(const struct catalogue *c, struct later *x)
{
	json_t *section = json_object_getn(c->doc, x->section.p, x->section.n);
	struct err e;
	json_t *whole =
		json_read(x->text.p, x->text.n, &json_limits_own, c->mem, &e);

	if (!whole)
		die("catalogue: '%.*s': %s", (int)x->name.n, x->name.p, e.msg);
	json_object_setn(section, x->name.p, x->name.n, whole);
	x->read = true;
	c->waiting->left--;
}

void waiting_read(
	const struct catalogue *c, const char *section, const char *name)
{
	struct waiting *w = c->waiting;

	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; w->left && i < w->n; i++) {
		struct later *x = &w->entry[i];

		if (!x->read && is_name(x->section, section) &&
			is_asked(x, name))
			read_rest(c, x);
	}
	pthread_mutex_unlock(&w->lock);
}
