/*
 * types_read.c - turns the catalogue document into tables, and refuses one that
 * contradicts itself.
 *
 * The document is data people edit, so reading it checks everything a typing
 * mistake can break: a code list nobody wrote, a reference to a type that does
 * not exist, a number used twice, a key no program reads. What was accepted
 * here needs no check later.
 */
#include "proto/secret.h"
#include "proto/types_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One reading of a document: what is being filled, and where we are in it. */
struct reading {
	struct catalogue *c;
	struct err *e;
	const char *place;
};

/* What each kind of field must and may say; by enum field_kind. */
enum {
	LIMITED = 1, /* must have a max, may have a min */
	COUNTED = 2, /* its limits count something, so min is 0 when absent */
	CODED = 4,   /* must name a code list */
	AIMED = 8,   /* must say what it may refer to */
};

/* clang-format off */
static const struct {
	const char *name;
	unsigned says;
} kinds[] = {
	[KIND_TEXT] =         {"text", LIMITED | COUNTED},
	[KIND_INT] =          {"int", LIMITED},
	[KIND_NUMBER] =       {"number", LIMITED},
	[KIND_BOOL] =         {"bool", 0},
	[KIND_DATE] =         {"date", LIMITED},
	[KIND_PARTIAL_DATE] = {"partial_date", 0},
	[KIND_TIME] =         {"time", 0},
	[KIND_CODE] =         {"code", CODED},
	[KIND_CODES] =        {"codes", CODED | LIMITED | COUNTED},
	[KIND_REF] =          {"ref", AIMED},
	[KIND_REFS] =         {"refs", AIMED | LIMITED | COUNTED},
	[KIND_JSON] =         {"json", LIMITED | COUNTED},
};
/* clang-format on */

static const char *const scopes[] = {
	"directory", "person", "case", "group", "letter"};

static const char *const field_keys[] = {"name", "kind", "required", "append",
	"server", "min", "max", "unit", "check", "codes", "to", "atom", "label",
	"help", "rows", "from", "sealed", NULL};
static const char *const type_keys[] = {"type", "no", "scope", "class",
	"signable", "needs_case", "sort", "label", "title", "fields", NULL};
static const char *const checks[] = {
	"resident_id", "phone", "sha256", "color", NULL};

static bool wrong(struct reading *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool wrong(struct reading *r, const char *fmt, ...)
{
	char what[240];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(r->e, ERR_INTERNAL, "catalogue: %s: %s", r->place, what);
}

/* Where `name` stands in a list that ends in NULL, or -1. */
static int place_in(const char *const *list, const char *name)
{
	for (int i = 0; name && list[i]; i++)
		if (strcmp(list[i], name) == 0)
			return i;
	return -1;
}

static bool keys_known(struct reading *r, json_t *o, const char *const *known)
{
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v)
	{
		if (place_in(known, key) < 0)
			return wrong(r, "'%s' means nothing here", key);
	}
	return true;
}

/* A {"zh","en"} object with both texts. */
static bool is_labelled(const json_t *o)
{
	const char *zh = json_str(o, "zh"), *en = json_str(o, "en");

	return zh && en && *zh && *en;
}

static bool read_items(struct reading *r, const json_t *items)
{
	size_t n = json_array_size(items);

	if (n == 0)
		return wrong(r, "no items");
	for (size_t i = 0; i < n; i++) {
		const json_t *it = json_array_get(items, i);
		const char *code = json_str(it, "code");

		if (!code || !*code || !is_labelled(it))
			return wrong(r, "item %zu lacks code, zh or en", i + 1);
		for (size_t k = 0; k < i; k++)
			if (strcmp(code, json_str(json_array_get(items, k),
						 "code")) == 0)
				return wrong(r, "'%s' occurs twice", code);
	}
	return true;
}

static bool read_lists(struct reading *r, json_t *codes)
{
	struct catalogue *c = r->c;
	const char *name;
	json_t *v;

	r->place = "codes";
	if (json_object_size(codes) == 0)
		return wrong(r, "missing");
	c->lists =
		ARENA_ARRAY(c->mem, struct code_list, json_object_size(codes));
	json_object_foreach(codes, name, v)
	{
		struct code_list *l = &c->lists[c->list_count++];
		const char *own = json_str(v, "codes");

		r->place = arena_printf(c->mem, "codes '%s'", name);
		l->name = name;
		l->items = json_object_get(v, "items");
		if (!own || strcmp(own, name) != 0)
			return wrong(r, "the file says '%s'", own ? own : "");
		if (!is_labelled(json_object_get(v, "label")))
			return wrong(r, "no label");
		if (!read_items(r, l->items))
			return false;
	}
	qsort(c->lists, c->list_count, sizeof(*c->lists), catalogue_cmp_list);
	return true;
}

static bool read_kind(struct reading *r, const json_t *o, struct field *f)
{
	const char *name = json_str(o, "kind");

	for (size_t i = 0; name && i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0) {
			f->kind = (enum field_kind)i;
			return true;
		}
	return wrong(r, "no kind of field is called '%s'", name ? name : "");
}

static bool read_limits(struct reading *r, const json_t *o, struct field *f)
{
	const json_t *min = json_object_get(o, "min");
	const json_t *max = json_object_get(o, "max");
	unsigned says = kinds[f->kind].says;

	f->min = json_int(o, "min", says & COUNTED ? 0 : INT64_MIN);
	f->max = json_int(o, "max", INT64_MAX);
	if ((min || max) && !(says & LIMITED))
		return wrong(r, "this kind has no min or max");
	if ((min && !json_is_integer(min)) || (max && !json_is_integer(max)))
		return wrong(r, "min and max are whole numbers");
	if (!max && says & LIMITED)
		return wrong(r, "a max is needed");
	if (f->min > f->max)
		return wrong(r, "min is above max");
	return true;
}

static bool read_targets(struct reading *r, const json_t *o, struct field *f)
{
	const char *codes = json_str(o, "codes");
	const char *unit = json_str(o, "unit");
	unsigned says = kinds[f->kind].says;

	f->to = json_object_get(o, "to");
	f->check = json_str(o, "check");
	f->sealed = secret_question(o);
	f->money = f->kind == KIND_INT && unit && strcmp(unit, "fen") == 0;
	if ((codes != NULL) != ((says & CODED) != 0))
		return wrong(r, "'codes' does not fit this kind");
	if ((f->to != NULL) != ((says & AIMED) != 0))
		return wrong(r, "'to' does not fit this kind");
	if (codes)
		f->codes = catalogue_codes(r->c, codes);
	if (codes && !f->codes)
		return wrong(r, "there is no code list '%s'", codes);
	if (f->to && json_array_size(f->to) == 0)
		return wrong(r, "'to' names no type");
	if (f->check &&
		(f->kind != KIND_TEXT || place_in(checks, f->check) < 0))
		return wrong(r, "there is no check '%s'", f->check);
	return true;
}

static bool read_field(struct reading *r, json_t *o, struct field *f);

/* What the rows of a JSON value are made of, for whoever draws them: fields of
 * their own, one deep. `from` names the list of a programme's pack that has a
 * row each. */
static bool read_rows(struct reading *r, const json_t *o, const struct field *f)
{
	const json_t *rows = json_object_get(o, "rows");
	size_t n = json_array_size(rows);

	if (!rows && !json_object_get(o, "from"))
		return true;
	if (f->kind != KIND_JSON || n == 0)
		return wrong(r, "'rows' and 'from' do not fit");
	for (size_t i = 0; i < n; i++) {
		struct field one = {0};
		json_t *row = json_array_get(rows, i);

		if (!json_str(row, "name") || !read_field(r, row, &one))
			return wrong(r, "row field %zu cannot be read", i + 1);
		if (one.kind == KIND_JSON || one.to)
			return wrong(r, "a row's field is plain");
	}
	return true;
}

static bool read_field(struct reading *r, json_t *o, struct field *f)
{
	if (!keys_known(r, o, field_keys) || !read_kind(r, o, f))
		return false;
	f->required = json_flag(o, "required");
	f->append = json_flag(o, "append");
	f->server = json_flag(o, "server");
	if (f->append && f->kind != KIND_TEXT)
		return wrong(r, "only text can be append");
	if (!is_labelled(json_object_get(o, "label")))
		return wrong(r, "no label");
	return read_limits(r, o, f) && read_targets(r, o, f) &&
	       read_rows(r, o, f);
}

/*
 * Numbers the atoms. An atom of one field is a misspelt name, and one called
 * like a field would make a conflict's `atom` ambiguous.
 */
static bool number_atoms(
	struct reading *r, const json_t *list, struct field *f, struct rtype *t)
{
	for (size_t i = 0; i < t->field_count; i++) {
		const char *atom = json_str(json_array_get(list, i), "atom");
		size_t first = i, n = 0;

		for (size_t k = 0; atom && k < t->field_count; k++) {
			const char *other =
				json_str(json_array_get(list, k), "atom");

			if (strcmp(f[k].name, atom) == 0)
				return wrong(
					r, "atom '%s' is also a field", atom);
			if (!other || strcmp(other, atom) != 0)
				continue;
			first = k < first ? k : first;
			n++;
		}
		if (atom && n < 2)
			return wrong(r, "atom '%s' has one field", atom);
		f[i].atom_name = atom ? atom : f[i].name;
		f[i].atom = first < i ? f[first].atom : t->atom_count++;
	}
	return true;
}

static bool read_fields(struct reading *r, const json_t *o, struct rtype *t)
{
	const json_t *list = json_object_get(o, "fields");
	struct catalogue *c = r->c;
	const char *place = r->place;
	struct field *f;

	if (json_array_size(list) == 0)
		return wrong(r, "no fields");
	f = ARENA_ARRAY(c->mem, struct field, json_array_size(list));
	t->fields = f;
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *one = json_array_get(list, i);
		const char *name = json_str(one, "name");

		if (!name)
			return wrong(r, "field %zu has no name", i + 1);
		r->place = arena_printf(c->mem, "%s, field '%s'", place, name);
		if (rtype_field(t, name))
			return wrong(r, "defined twice");
		f[i].name = name;
		t->field_count++;
		if (!read_field(r, one, &f[i]))
			return false;
	}
	r->place = place;
	return number_atoms(r, list, f, t);
}

static bool read_envelope(struct reading *r, const json_t *o, struct rtype *t)
{
	const char *scope = json_str(o, "scope"), *cls = json_str(o, "class");
	const char *own = json_str(o, "type");
	size_t s = 0;

	if (!own || strcmp(own, t->name) != 0)
		return wrong(r, "the file says '%s'", own ? own : "");
	t->no = (int)json_int(o, "no", 0);
	if (t->no < 1 || t->no > CATALOGUE_MAX_NO)
		return wrong(r, "no must be 1 to %d", CATALOGUE_MAX_NO);
	if (r->c->by_no[t->no])
		return wrong(r, "no %d is also '%s'", t->no,
			r->c->by_no[t->no]->name);
	while (s < ARRAY_LEN(scopes) &&
		(!scope || strcmp(scopes[s], scope) != 0))
		s++;
	if (s == ARRAY_LEN(scopes))
		return wrong(
			r, "scope is directory, person, case, group or letter");
	t->scope = (enum scope)s;
	t->cls = (enum record_class)(cls ? class_from_name(cls) : 0);
	if (!t->cls)
		return wrong(r, "unknown class");
	t->signable = json_flag(o, "signable");
	t->root = (t->scope == SCOPE_CASE || t->scope == SCOPE_GROUP) &&
		  strcmp(t->name, scopes[s]) == 0;
	/* A letter need not be about a case, nor a conflict in one. */
	t->needs_case =
		json_object_get(o, "needs_case")
			? json_flag(o, "needs_case")
			: (t->scope == SCOPE_CASE || t->scope == SCOPE_GROUP) &&
				  !t->root;
	t->sort = json_str(o, "sort");
	if (!is_labelled(json_object_get(o, "label")))
		return wrong(r, "no label");
	return true;
}

/* The fields the envelope names: sort is a date or time, title is shown. */
static bool check_named(struct reading *r, const json_t *o, struct rtype *t)
{
	const json_t *title = json_object_get(o, "title");
	const struct field *sort = t->sort ? rtype_field(t, t->sort) : NULL;

	if (t->sort &&
		(!sort || (sort->kind != KIND_DATE && sort->kind != KIND_TIME)))
		return wrong(r, "sort is no date or time field");
	if (json_array_size(title) == 0)
		return wrong(r, "no title");
	for (size_t i = 0; i < json_array_size(title); i++) {
		const char *name = json_string_value(json_array_get(title, i));

		if (!name || !rtype_field(t, name))
			return wrong(r, "title names no field '%s'",
				name ? name : "");
	}
	return true;
}

static bool check_refs(struct reading *r)
{
	struct catalogue *c = r->c;

	for (size_t t = 0; t < c->type_count; t++)
		for (size_t i = 0; i < c->types[t].field_count; i++) {
			const struct field *f = &c->types[t].fields[i];

			r->place = arena_printf(c->mem, "type '%s', field '%s'",
				c->types[t].name, f->name);
			for (size_t k = 0; k < json_array_size(f->to); k++) {
				const char *to = json_string_value(
					json_array_get(f->to, k));

				if (!to || !catalogue_type(c, to))
					return wrong(r, "there is no type '%s'",
						to ? to : "");
			}
		}
	return true;
}

static int cmp_no(const void *a, const void *b)
{
	return ((const struct rtype *)a)->no - ((const struct rtype *)b)->no;
}

static void index_types(struct catalogue *c)
{
	c->by_name = ARENA_ARRAY(c->mem, struct named_type, c->type_count);
	qsort(c->types, c->type_count, sizeof(*c->types), cmp_no);
	for (size_t i = 0; i < c->type_count; i++) {
		c->by_name[i].name = c->types[i].name;
		c->by_name[i].type = &c->types[i];
		c->by_no[c->types[i].no] = &c->types[i];
	}
	qsort(c->by_name, c->type_count, sizeof(*c->by_name),
		catalogue_cmp_type);
}

static bool read_types(struct reading *r, json_t *types)
{
	struct catalogue *c = r->c;
	const char *name;
	json_t *v;

	r->place = "types";
	if (json_object_size(types) == 0)
		return wrong(r, "missing");
	c->types = ARENA_ARRAY(c->mem, struct rtype, json_object_size(types));
	json_object_foreach(types, name, v)
	{
		struct rtype *t = &c->types[c->type_count++];

		r->place = arena_printf(c->mem, "type '%s'", name);
		t->name = name;
		t->json = v;
		if (!keys_known(r, v, type_keys) || !read_envelope(r, v, t) ||
			!read_fields(r, v, t) || !check_named(r, v, t))
			return false;
		c->by_no[t->no] = t;
	}
	index_types(c);
	return check_refs(r);
}

/* What a file says of itself is what it is called: NAME or NAME@VERSION. */
static bool check_names(struct reading *r, json_t *all, const char *what)
{
	const char *key;
	json_t *v;

	json_object_foreach(all, key, v)
	{
		const char *name = json_str(v, what);
		const char *version = json_str(v, "version");

		r->place = arena_printf(r->c->mem, "%s '%s'", what, key);
		if (!name || !version)
			return wrong(r, "the file says no name or no version");
		if (strcmp(key, name) != 0 &&
			strcmp(key, arena_printf(r->c->mem, "%s@%s", name,
					    version)) != 0)
			return wrong(r, "the file says '%s@%s'", name, version);
	}
	return true;
}

bool catalogue_fill(struct catalogue *c, struct err *e)
{
	struct reading r = {c, e, "document"};

	c->scales = json_object_get(c->doc, "scales");
	c->forms = json_object_get(c->doc, "forms");
	c->packs = json_object_get(c->doc, "packs");
	return read_lists(&r, json_object_get(c->doc, "codes")) &&
	       read_types(&r, json_object_get(c->doc, "types")) &&
	       check_names(&r, c->scales, "scale") &&
	       check_names(&r, c->forms, "form") &&
	       check_names(&r, c->packs, "pack");
}
