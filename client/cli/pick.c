/*
 * pick.c - see pick.h.
 */
#include "client/cli/pick.h"

#include "client/cli/out.h"

#include <stdio.h>
#include <string.h>

#define SHORTEST 8
#define LISTED   5

/* ---- ids and beginnings ---- */

/* The hex digits of what was typed; 0 when it is no beginning of an id. */
static size_t digits_of(const char *typed, char out[33])
{
	size_t n = 0;

	for (; *typed; typed++) {
		char c = *typed;

		if (c == '-')
			continue;
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) ||
			n == 32)
			return 0;
		out[n++] = c;
	}
	out[n] = 0;
	return n;
}

static bool begins(const struct uuid *id, const char *digits, size_t n)
{
	char hex[33];

	hex_format(id->b, sizeof(id->b), hex);
	return strncmp(hex, digits, n) == 0;
}

/* What fits so far. */
struct fit {
	struct desk *d;
	const char *field;
	struct uuid first;
	size_t n;
	char list[160];
};

static void add_fit(struct fit *f, const struct uuid *id, const char *shown)
{
	size_t at = strlen(f->list);

	if (f->n && uuid_cmp(&f->first, id) == 0)
		return;
	if (!f->n)
		f->first = *id;
	if (f->n++ < LISTED)
		snprintf(f->list + at, sizeof(f->list) - at, "%s%s",
			at ? ", " : "", shown);
}

static bool settle_fit(const struct fit *f, struct uuid *out, struct err *e)
{
	if (f->n == 1) {
		*out = f->first;
		return true;
	}
	if (f->n == 0)
		return err_set(e, ERR_NOT_FOUND, "nothing fits");
	return err_field(e, ERR_AMBIGUOUS, f->field, "%s%s", f->list,
		f->n > LISTED ? " …" : "");
}

/* Calls fn for every record here, made ones included. */
static void each_record(
	struct desk *d, void (*fn)(void *ctx, const struct uuid *id), void *ctx)
{
	for (size_t i = 0; i < store_unit_count(d->s); i++) {
		const struct unit *u = store_unit_at(d->s, i);

		for (size_t k = 0; k < u->n; k++)
			fn(ctx, &u->records[k].id);
	}
	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);

		if (!store_held(d->s, &w->rec, NULL))
			fn(ctx, &w->rec);
	}
}

struct prefix {
	struct fit fit;
	char digits[33];
	size_t n;
};

static void try_prefix(void *ctx, const struct uuid *id)
{
	struct prefix *p = ctx;
	char text[UUID_TEXT];

	if (begins(id, p->digits, p->n))
		add_fit(&p->fit, id, uuid_format(id, text));
}

/* ---- numbers of cases and groups ---- */

static bool read_root(struct desk *d, const char *type, const struct uuid *id,
	struct arena *mem, struct seen *out)
{
	struct err ignored;

	return view_record(desk_view(d), id, mem, out, &ignored) &&
	       strcmp(out->type, type) == 0;
}

static void find_number(
	struct desk *d, const char *type, const char *typed, struct fit *f)
{
	size_t n;
	const struct uuid *ids = view_roots(desk_view(d), type, d->c->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct arena *mem = arena_new();
		struct seen one;
		char text[UUID_TEXT];
		const char *number = NULL;

		if (read_root(d, type, &ids[i], mem, &one))
			number = json_str(one.body, "number");
		if (number && strcmp(number, typed) == 0)
			add_fit(f, &ids[i], uuid_format(&ids[i], text));
		arena_free(mem);
	}
}

bool pick_record(struct desk *d, const char *typed, const char *field,
	struct uuid *out, struct err *e)
{
	struct prefix p;

	memset(&p, 0, sizeof(p));
	p.fit.d = d;
	p.fit.field = field;
	p.n = digits_of(typed, p.digits);
	if (p.n >= SHORTEST)
		each_record(d, try_prefix, &p);
	if (!p.fit.n)
		find_number(d, "case", typed, &p.fit);
	if (!p.fit.n)
		find_number(d, "group", typed, &p.fit);
	return settle_fit(&p.fit, out, e);
}

bool pick_root(struct desk *d, const char *type, const char *typed,
	const char *field, struct uuid *out, struct err *e)
{
	struct arena *mem;
	struct seen one;
	bool ok;

	if (!pick_record(d, typed, field, out, e))
		return false;
	mem = arena_new();
	ok = read_root(d, type, out, mem, &one);
	arena_free(mem);
	return ok || err_field(e, ERR_BAD_INPUT, field, "%s", type);
}

bool pick_case(struct desk *d, const char *typed, const char *field,
	struct uuid *out, struct err *e)
{
	return pick_root(d, "case", typed, field, out, e);
}

const struct work *pick_work(struct desk *d, const char *typed)
{
	const struct work *found = NULL;
	char digits[33];
	size_t n = digits_of(typed, digits);

	for (size_t i = 0; n >= SHORTEST && i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);

		if (!begins(&w->id, digits, n))
			continue;
		if (found)
			return NULL;
		found = w;
	}
	return found;
}

/* ---- names ---- */

static bool may_name(const struct field *f, const char *type)
{
	for (size_t i = 0; i < json_array_size(f->to); i++)
		if (strcmp(json_string_value(json_array_get(f->to, i)), type) ==
			0)
			return true;
	return false;
}

static void try_name(
	struct desk *d, const char *typed, const struct uuid *id, struct fit *f)
{
	struct arena *mem = arena_new();
	struct err ignored;
	struct seen one;
	const char *name = NULL;
	char text[UUID_TEXT];

	if (view_record(desk_view(d), id, mem, &one, &ignored) &&
		one.r.state != STATE_RETRACTED)
		name = json_str(one.body, "name");
	if (name && strcmp(name, typed) == 0)
		add_fit(f, id, uuid_format(id, text));
	arena_free(mem);
}

static const char *type_of_held(struct desk *d, const struct uuid *id)
{
	const struct held *h = store_held(d->s, id, NULL);

	return h ? h->type : NULL;
}

static void find_name(struct desk *d, const struct field *field,
	const char *typed, struct fit *f)
{
	for (size_t i = 0; i < store_unit_count(d->s); i++) {
		const struct unit *u = store_unit_at(d->s, i);

		for (size_t k = 0; k < u->n; k++)
			if (may_name(field, u->records[k].type))
				try_name(d, typed, &u->records[k].id, f);
	}
	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);
		const char *type = json_str(work_change(w), "type");

		if (type && may_name(field, type) && !type_of_held(d, &w->rec))
			try_name(d, typed, &w->rec, f);
	}
}

bool pick_ref(struct desk *d, const struct field *f, const char *typed,
	struct uuid *out, struct err *e)
{
	struct fit fit;

	/* A whole id is taken as it is: what it names may be elsewhere. */
	if (uuid_parse(typed, out))
		return true;
	memset(&fit, 0, sizeof(fit));
	fit.d = d;
	fit.field = f->name;
	find_name(d, f, typed, &fit);
	if (fit.n)
		return settle_fit(&fit, out, e);
	if (pick_record(d, typed, f->name, out, e))
		return true;
	return e->code == ERR_AMBIGUOUS ||
	       err_field(e, ERR_BAD_INPUT, f->name, "id, %s",
		       f->to ? json_string_value(json_array_get(f->to, 0))
			     : "id");
}

/* ---- showing ---- */

struct near {
	const struct uuid *id;
	size_t common; /* hex digits shared with the id most like it */
};

static void compare_ids(void *ctx, const struct uuid *other)
{
	struct near *q = ctx;
	size_t n = 0;

	while (n < 16 && other->b[n] == q->id->b[n])
		n++;
	if (n == 16)
		return;
	n = 2 * n + ((other->b[n] ^ q->id->b[n]) < 16);
	if (n > q->common)
		q->common = n;
}

const char *pick_short(struct desk *d, const struct uuid *id)
{
	struct near q = {id, 0};
	char text[UUID_TEXT];
	size_t digits, at = 0;

	each_record(d, compare_ids, &q);
	digits = q.common + 1 > SHORTEST ? q.common + 1 : SHORTEST;
	uuid_format(id, text);
	for (; digits && text[at]; at++)
		digits -= text[at] != '-';
	return arena_strndup(d->c->mem, text, at);
}

const char *pick_name(struct desk *d, const struct uuid *id)
{
	struct arena *mem = arena_new();
	const char *name = NULL;
	struct err ignored;
	struct seen one;

	if (view_record(desk_view(d), id, mem, &one, &ignored)) {
		name = json_str(one.body, "name");
		if (!name)
			name = json_str(one.body, "title");
		if (!name)
			name = json_str(one.body, "number");
	}
	name = name ? arena_strdup(d->c->mem, name) : pick_short(d, id);
	arena_free(mem);
	return name;
}
