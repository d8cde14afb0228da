/*
 * secret.c - see secret.h. One pass over the bytes; nothing is parsed into a
 * tree, because the bytes are what is hashed and sent.
 */
#include "proto/secret.h"

#include <string.h>

/* How the members of an object are judged: as fields of a type, or, deep down
 * and by their names, as questions of a list. */
struct look {
	const struct rtype *type;
	const json_t *list; /* questions; NULL: as fields of the type */
	bool all;           /* restricted: every text */
	bool known;         /* false: a type nobody knows, all of it */
	bool change;        /* the members of a change, not of a body */
};

struct scan {
	const struct catalogue *c;
	struct arena *mem;
	const char *begin, *p, *end;
	const char *top; /* where the object of the fields begins */
	struct span *span;
	size_t n, room;
};

/* ---- reading ---- */

static void blank(struct scan *s)
{
	while (s->p < s->end && strchr(" \t\r\n", *s->p) && *s->p)
		s->p++;
}

static bool sees(struct scan *s, char c)
{
	blank(s);
	return s->p < s->end && *s->p == c;
}

static bool takes(struct scan *s, char c)
{
	if (!sees(s, c))
		return false;
	s->p++;
	return true;
}

/* What is between the quotes, as it is spelt. */
static struct str text(struct scan *s)
{
	struct str out = {s->p, 0};

	if (!takes(s, '"'))
		return out;
	out.p = s->p;
	while (s->p < s->end && *s->p != '"')
		s->p += *s->p == '\\' && s->p + 1 < s->end ? 2 : 1;
	out.n = (size_t)(s->p - out.p);
	takes(s, '"');
	return out;
}

/* The text was read as JSON by whoever took it, so brackets are balanced. */
static void skip(struct scan *s)
{
	int depth = 0;

	blank(s);
	do {
		if (s->p >= s->end)
			return;
		if (*s->p == '"') {
			text(s);
			continue;
		}
		depth += (*s->p == '{' || *s->p == '[') -
			 (*s->p == '}' || *s->p == ']');
		s->p++;
	} while (depth > 0 || (s->p < s->end && !strchr(",}] \t\r\n", *s->p)));
}

static bool is(struct str name, const char *word)
{
	return name.n == strlen(word) && memcmp(name.p, word, name.n) == 0;
}

/* ---- judging ---- */

bool secret_question(const json_t *question)
{
	const char *check = json_str(question, "check");

	return json_flag(question, "sealed") ||
	       (check && (strcmp(check, "phone") == 0 ||
				 strcmp(check, "resident_id") == 0));
}

/* Whether a list, or a list in it, has a secret question; of that name, unless
 * it is empty. */
static bool has_secret(const json_t *list, struct str name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *q = json_array_get(list, i);
		const char *own = json_str(q, "name");

		if (secret_question(q) && (!name.n || (own && is(name, own))))
			return true;
		if (has_secret(json_object_get(q, "fields"), name))
			return true;
	}
	return false;
}

static const json_t *rows_of(const struct rtype *t, const struct field *f)
{
	return json_object_get(
		json_find(json_object_get(t->json, "fields"), "name", f->name),
		"rows");
}

static bool is_value_of_conflict(const struct rtype *t, const struct field *f)
{
	return f->kind == KIND_JSON && strcmp(t->name, "conflict") == 0 &&
	       strcmp(f->name, "fields") != 0;
}

static bool is_answers(const struct rtype *t, const struct field *f)
{
	return strcmp(t->name, "response") == 0 &&
	       strcmp(f->name, "answers") == 0;
}

bool secret_possible(const struct rtype *t, int cls)
{
	static const struct str any;

	if (!t || cls == CLASS_RESTRICTED)
		return true;
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->sealed || is_answers(t, f) ||
			is_value_of_conflict(t, f) ||
			(f->kind == KIND_JSON &&
				has_secret(rows_of(t, f), any)))
			return true;
	}
	return false;
}

/* A text of the object all of it is, without escapes; "" when there is none. */
static const char *top_text(const struct scan *outer, const char *name)
{
	struct scan s = *outer;

	s.p = s.top;
	if (!takes(&s, '{'))
		return "";
	while (sees(&s, '"')) {
		struct str key = text(&s), value;

		takes(&s, ':');
		if (is(key, name) && sees(&s, '"')) {
			value = text(&s);
			return arena_strndup(s.mem, value.p, value.n);
		}
		skip(&s);
		takes(&s, ',');
	}
	return "";
}

/* The questions of the form this response is to; NULL when it is not known. */
static const json_t *questions(const struct scan *s)
{
	const char *version = top_text(s, "version");
	const json_t *form = catalogue_form(
		s->c, top_text(s, "form"), *version ? version : NULL);

	return json_object_get(form, "fields");
}

static void note(struct scan *s, const char *from)
{
	if (s->n == s->room) {
		struct span *more = ARENA_ARRAY(
			s->mem, struct span, s->room ? s->room * 2 : 8);

		if (s->n)
			memcpy(more, s->span, s->n * sizeof(*more));
		s->room = s->room ? s->room * 2 : 8;
		s->span = more;
	}
	s->span[s->n].at = (size_t)(from - s->begin);
	s->span[s->n++].n = (size_t)(s->p - from);
}

static void take(struct scan *s)
{
	const char *from;

	blank(s);
	from = s->p;
	skip(s);
	note(s, from);
}

static void look_into(struct scan *s, const struct look *l);

/* Texts, and what may hold texts. What the centre fills in (which record a
 * conflict is about) and a file's hash are looked for by others. */
static bool is_text_of_restricted(const struct field *f)
{
	bool hash = f->check && strcmp(f->check, "sha256") == 0;

	return !f->server && !hash &&
	       (f->kind == KIND_TEXT || f->kind == KIND_JSON);
}

static void field_value(
	struct scan *s, const struct look *l, const struct field *f)
{
	struct look inner = {.known = true, .all = l->all};
	bool of_conflict = is_value_of_conflict(l->type, f);

	if (f->sealed || (l->all && !of_conflict && is_text_of_restricted(f)))
		take(s);
	else if (of_conflict) {
		inner.type = catalogue_type(s->c, top_text(s, "record_type"));
		inner.known = inner.type != NULL;
		look_into(s, &inner);
	} else if (is_answers(l->type, f)) {
		inner.list = questions(s);
		if (inner.list)
			look_into(s, &inner);
		else
			take(s);
	} else if (f->kind == KIND_JSON) {
		inner.list = rows_of(l->type, f);
		look_into(s, &inner);
	} else
		skip(s);
}

static void part_of_change(
	struct scan *s, const struct look *l, struct str name)
{
	struct look fields = *l;

	fields.change = false;
	if (is(name, "set") || is(name, "seen")) {
		blank(s);
		s->top = s->p;
		look_into(s, &fields);
	} else if (l->all && is(name, "reason"))
		/* Of an addition it is the text. */
		take(s);
	else
		skip(s);
}

static void member(struct scan *s, const struct look *l, struct str name)
{
	const struct field *f = NULL;

	for (size_t i = 0;
		l->type && !l->change && !f && i < l->type->field_count; i++)
		if (is(name, l->type->fields[i].name))
			f = &l->type->fields[i];
	if (f)
		field_value(s, l, f);
	else if (!l->type && l->known)
		has_secret(l->list, name) ? take(s) : look_into(s, l);
	else if (l->change)
		part_of_change(s, l, name);
	else if (l->all || !l->known || is(name, "~"))
		take(s);
	else
		skip(s);
}

static void look_into(struct scan *s, const struct look *l)
{
	if (takes(s, '{')) {
		while (sees(s, '"')) {
			struct str name = text(s);

			takes(s, ':');
			member(s, l, name);
			takes(s, ',');
		}
		takes(s, '}');
	} else if (takes(s, '[')) {
		while (s->p < s->end && !sees(s, ']')) {
			look_into(s, l);
			takes(s, ',');
		}
		takes(s, ']');
	} else
		skip(s);
}

static size_t find(const struct catalogue *c, const struct look *l,
	struct str text, struct arena *mem, struct span **out)
{
	struct scan s = {.c = c,
		.mem = mem,
		.begin = text.p,
		.p = text.p,
		.end = text.p + text.n,
		.top = text.p};

	look_into(&s, l);
	*out = s.span;
	return s.n;
}

/* A stranger's member of that name in the first place would be taken for ours.
 */
static bool looks_sealed(struct str body)
{
	struct scan s = {.p = body.p, .end = body.p + body.n};

	return takes(&s, '{') && sees(&s, '"') && is(text(&s), "~");
}

size_t secret_find(const struct catalogue *c, const struct rtype *t, int cls,
	struct str body, struct arena *mem, struct span **out)
{
	struct look l = {
		.type = t, .known = t != NULL, .all = cls == CLASS_RESTRICTED};

	*out = NULL;
	return secret_possible(t, cls) || looks_sealed(body)
		       ? find(c, &l, body, mem, out)
		       : 0;
}

size_t secret_find_change(const struct catalogue *c, const struct rtype *t,
	bool restricted, struct str change, struct arena *mem,
	struct span **out)
{
	struct look l = {.type = t,
		.known = t != NULL,
		.all = restricted,
		.change = true};

	return find(c, &l, change, mem, out);
}
