/*
 * types.c - answers questions about the catalogue.
 *
 * Lists are short (a type has some twenty fields, a code list at most sixty
 * items), so a linear search stays within a few cache lines; names of types and
 * of code lists are looked up by binary search.
 */
#include "proto/types_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const char catalogue_bundle[];
extern const char catalogue_bundle_end[];

static const struct {
	const char *name;
	enum record_class cls;
} classes[] = {
	{"core",       CLASS_CORE      },
	{"identity",   CLASS_IDENTITY  },
	{"assessment", CLASS_ASSESSMENT},
	{"plan",       CLASS_PLAN      },
	{"note",       CLASS_NOTE      },
	{"restricted", CLASS_RESTRICTED},
};

int catalogue_cmp_list(const void *a, const void *b)
{
	return strcmp(((const struct code_list *)a)->name,
		((const struct code_list *)b)->name);
}

int catalogue_cmp_type(const void *a, const void *b)
{
	return strcmp(((const struct named_type *)a)->name,
		((const struct named_type *)b)->name);
}

static void release_text(void *text)
{
	free(text);
}

void catalogue_publish(struct catalogue *c)
{
	struct sha256 sum;
	char *text;

	waiting_read(c, "forms", NULL);
	waiting_read(c, "packs", NULL);
	text = json_dumps(c->doc, JSON_COMPACT);

	if (!text)
		die("catalogue: cannot write the document");
	arena_adopt(c->mem, text, release_text);
	c->text.p = text;
	c->text.n = strlen(text);
	sum = sha256_of(c->text.p, c->text.n);
	hex_format(sum.b, sizeof(sum.b), c->etag);
}

static struct catalogue *read_now(struct arena *mem, struct waiting *w,
	const char *text, size_t n, struct err *e)
{
	struct catalogue *c = ARENA_NEW(mem, struct catalogue);

	c->mem = mem;
	c->waiting = w;
	c->doc = json_read(text, n, &json_limits_own, mem, e);
	if (c->doc) {
		catalogue_make_lists(c->doc, NULL);
		if (catalogue_fill(c, e))
			return c;
	}
	arena_free(mem);
	return NULL;
}

struct catalogue *catalogue_read(const char *text, size_t n, struct err *e)
{
	return read_now(arena_new(), NULL, text, n, e);
}

struct catalogue *catalogue_load(void)
{
	size_t n = (size_t)(catalogue_bundle_end - catalogue_bundle);
	struct arena *mem = arena_new();
	struct waiting *w;
	struct catalogue *c;
	struct buf heads;
	struct err e;

	buf_init(&heads, n + 1);
	w = waiting_new(catalogue_bundle, n, mem, &heads);
	if (heads.full)
		die("catalogue: the heads are longer than the whole");
	c = read_now(mem, w, heads.p, heads.n, &e);
	buf_free(&heads);
	if (!c)
		die("%s", e.msg);
	return c;
}

void catalogue_free(struct catalogue *c)
{
	if (c)
		arena_free(c->mem);
}

int version_cmp(const char *a, const char *b)
{
	for (;;) {
		size_t n = strcspn(a, ".-"), m = strcspn(b, ".-");
		bool numbers = n && m && strspn(a, "0123456789") == n &&
			       strspn(b, "0123456789") == m;
		int order;

		for (; numbers && n > 1 && *a == '0'; a++)
			n--;
		for (; numbers && m > 1 && *b == '0'; b++)
			m--;
		order = strncmp(a, b, n < m ? n : m);
		if (numbers && n != m)
			return n < m ? -1 : 1;
		if (order || n != m)
			return order ? order : n < m ? -1 : 1;
		if (!a[n] || !b[m])
			return (a[n] != 0) - (b[m] != 0);
		a += n + 1;
		b += m + 1;
	}
}

struct str catalogue_text(const struct catalogue *c)
{
	if (!c->text.p)
		die("catalogue: asked for the text of one that is not served");
	return c->text;
}

const char *catalogue_etag(const struct catalogue *c)
{
	return c->etag;
}

const struct rtype *catalogue_type(const struct catalogue *c, const char *name)
{
	struct named_type key = {name, NULL};
	const struct named_type *at = bsearch(&key, c->by_name, c->type_count,
		sizeof(*c->by_name), catalogue_cmp_type);

	return at ? at->type : NULL;
}

const struct rtype *catalogue_type_no(const struct catalogue *c, int no)
{
	return no >= 1 && no <= CATALOGUE_MAX_NO ? c->by_no[no] : NULL;
}

const struct rtype *catalogue_type_at(const struct catalogue *c, size_t i)
{
	return i < c->type_count ? &c->types[i] : NULL;
}

const struct field *rtype_field(const struct rtype *t, const char *name)
{
	for (size_t i = 0; i < t->field_count; i++)
		if (strcmp(t->fields[i].name, name) == 0)
			return &t->fields[i];
	return NULL;
}

/* An older version stands under name@version. */
static const json_t *of_version(
	const json_t *all, const char *name, const char *version)
{
	const json_t *newest = json_object_get(all, name);
	const char *own = json_str(newest, "version");
	char key[VERSIONED_NAME];

	if (!version || (own && strcmp(own, version) == 0))
		return newest;
	if (snprintf(key, sizeof(key), "%s@%s", name, version) >=
		(int)sizeof(key))
		return NULL;
	return json_object_get(all, key);
}

const json_t *catalogue_scale(const struct catalogue *c, const char *name)
{
	return json_object_get(c->scales, name);
}

const json_t *catalogue_pack(const struct catalogue *c, const char *name)
{
	waiting_read(c, "packs", name);
	return json_object_get(c->packs, name);
}

const json_t *catalogue_form(
	const struct catalogue *c, const char *name, const char *version)
{
	waiting_read(c, "forms", name);
	return of_version(c->forms, name, version);
}

const json_t *catalogue_scale_version(
	const struct catalogue *c, const char *name, const char *version)
{
	return of_version(c->scales, name, version);
}

const json_t *catalogue_pack_version(
	const struct catalogue *c, const char *name, const char *version)
{
	waiting_read(c, "packs", name);
	return of_version(c->packs, name, version);
}

const json_t *catalogue_forms(const struct catalogue *c)
{
	waiting_read(c, "forms", NULL);
	return c->forms;
}

const json_t *catalogue_scales(const struct catalogue *c)
{
	return c->scales;
}

const json_t *catalogue_pack_of(
	const struct catalogue *c, const json_t *case_body)
{
	const char *name = json_str(case_body, "programme");
	const char *version = json_str(case_body, "programme_version");

	return name ? catalogue_pack_version(c, name, version) : NULL;
}

const json_t *catalogue_packs(const struct catalogue *c)
{
	waiting_read(c, "packs", NULL);
	return c->packs;
}

const struct code_list *catalogue_codes(
	const struct catalogue *c, const char *name)
{
	struct code_list key = {name, NULL};

	return bsearch(&key, c->lists, c->list_count, sizeof(*c->lists),
		catalogue_cmp_list);
}

const json_t *code_list_item(const struct code_list *l, const char *code)
{
	return json_find(l->items, "code", code);
}

const char *label_of(const json_t *labelled, enum lang lang)
{
	const json_t *own = json_object_get(labelled, "label");
	const char *text =
		json_str(own ? own : labelled, lang == LANG_ZH ? "zh" : "en");

	return text ? text : "";
}

const char *code_label(
	const struct code_list *l, const char *code, enum lang lang)
{
	const json_t *it = code_list_item(l, code);

	return it ? label_of(it, lang) : code;
}

const char *class_name(enum record_class c)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (classes[i].cls == c)
			return classes[i].name;
	return "";
}

int class_from_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (strcmp(classes[i].name, name) == 0)
			return (int)classes[i].cls;
	return 0;
}
