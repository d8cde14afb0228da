/*
 * types_overlay.c - a district's own programmes, forms, scales and code lists,
 * laid over the built-in ones.
 *
 * The document is copied one level deep: what nobody changes is shared with the
 * base. All overlays are laid, the whole is read, and each overlay is checked
 * within it, so that a pack may name a form that came with it. Those with a
 * mistake are taken out and it is done again; what hung on them then falls too.
 */
#include "proto/types_in.h"

#include "proto/form.h"
#include "proto/grammar.h"
#include "proto/pack_check.h"
#include "proto/scale.h"
#include "proto/scale_wording.h"

#include <stdlib.h>
#include <string.h>

/* One laying of all overlays that are still in. */
struct laying {
	const struct catalogue *base;
	struct arena *mem; /* of the catalogue that is made */
	json_t *doc;
	json_t *retired; /* {"form":{"name":true}} */
	bool drafts;     /* take the place of their version */
	struct mistakes *out;
};

enum layer { LAYER_CODES, LAYER_SCALE, LAYER_WORDING, LAYER_FORM, LAYER_PACK };

/* In the order of layers: what is named lies below what names it. */
static const struct {
	const char *kind;
	const char *section;
	const char *list; /* the code list made of it, or NULL */
	const char *name; /* the key by which the data name themselves */
} layers[] = {
	[LAYER_CODES] = {"codes",   "codes",  NULL,         "codes"},
	[LAYER_SCALE] = {"scale",   "scales", "instrument", "scale"},
	[LAYER_WORDING] = {"wording", "scales", NULL,         "scale"},
	[LAYER_FORM] = {"form",    "forms",  "form",       "form" },
	[LAYER_PACK] = {"pack",    "packs",  "programme",  "pack" },
};

static struct place place_of(const struct overlay *o, struct arena *mem)
{
	return place_key(NULL,
		arena_printf(mem, "%s %s@%s", o->kind, o->name, o->version));
}

static bool refuse(struct laying *l, struct overlay *o, enum mistake_code code,
	const char *what)
{
	struct place at = place_of(o, l->mem);

	mistake_add(l->out, &at, code, what, "-");
	o->left_out = true;
	return false;
}

/* ---- laying ---- */

static const char *versioned(
	const struct laying *l, const char *name, const char *version)
{
	return arena_printf(l->mem, "%s@%s", name, version);
}

static bool is_retired(
	const struct laying *l, const char *list, const char *name)
{
	return json_flag(json_object_get(l->retired, list), name);
}

static void set_retired(
	struct laying *l, const char *list, const char *name, bool retired)
{
	json_t *set = json_object_get(l->retired, list);

	if (!set) {
		set = json_object();
		json_object_set_new(l->retired, list, set);
	}
	json_object_set_new(set, name, json_boolean(retired));
}

static json_t *shared(const json_t *j)
{
	return json_incref((json_t *)(uintptr_t)j);
}

/* The newest version in use keeps the name, the other one goes to
 * name@version. */
static bool lay_version(struct laying *l, struct overlay *o,
	const char *section, const char *list)
{
	json_t *all = json_object_get(l->doc, section);
	json_t *newest = json_object_get(all, o->name);
	const char *own = json_str(newest, "version");
	const char *key = versioned(l, o->name, o->version);
	json_t *same = json_object_get(all, key);
	bool takes_over;

	if (own && strcmp(own, o->version) == 0)
		same = newest;
	if (same && l->drafts) {
		json_object_set_new(
			all, same == newest ? o->name : key, shared(o->data));
		return true;
	}
	if (same && !json_equal(same, o->data))
		return refuse(l, o, MISTAKE_VERSION_TAKEN, key);
	takes_over = !newest ||
		     (!o->retired && (is_retired(l, list, o->name) ||
					     version_cmp(o->version, own) > 0));
	if (same && !(same == newest && o->retired))
		return true;
	if (same) {
		set_retired(l, list, o->name, true);
		return true;
	}
	if (!takes_over) {
		json_object_set_new(all, key, shared(o->data));
		return true;
	}
	if (newest)
		json_object_set(all, versioned(l, o->name, own), newest);
	json_object_set_new(all, o->name, shared(o->data));
	set_retired(l, list, o->name, o->retired);
	return true;
}

static bool lay_codes(struct laying *l, struct overlay *o)
{
	struct place at = place_of(o, l->mem);
	struct mistakes own;

	if (strcmp(o->name, "programme") == 0 || strcmp(o->name, "form") == 0 ||
		strcmp(o->name, "instrument") == 0)
		return refuse(l, o, MISTAKE_BAD_NAME, o->name);
	mistakes_init(&own, l->mem);
	codes_mistakes(o->data, catalogue_codes(l->base, o->name), &at, &own);
	mistakes_join(l->out, &own);
	o->left_out = own.count > 0;
	if (!o->left_out && !o->retired)
		json_object_set_new(json_object_get(l->doc, "codes"), o->name,
			shared(o->data));
	return !o->left_out;
}

/* The licensed words go into the version of the scale they are for. */
static bool lay_wording(struct laying *l, struct overlay *o)
{
	json_t *all = json_object_get(l->doc, "scales");
	json_t *scale = json_object_get(all, o->name), *worded;
	struct place at = place_of(o, l->mem);
	const char *version = json_str(scale, "version"), *key = o->name;
	const char *wanted = json_str(o->data, "version");
	struct mistakes own;
	struct err e;

	if (o->retired)
		return true;
	if (version && wanted && strcmp(version, wanted) != 0) {
		key = versioned(l, o->name, wanted);
		scale = json_object_get(all, key);
	}
	mistakes_init(&own, l->mem);
	scale_wording_mistakes(scale, o->data, &at, &own);
	mistakes_join(l->out, &own);
	o->left_out = own.count > 0;
	if (o->left_out)
		return false;
	worded = scale_with_wording(scale, o->data, l->mem, &e);
	if (!worded)
		return refuse(l, o, MISTAKE_UNKNOWN_INSTRUMENT, o->name);
	json_object_set(all, key, worded);
	return true;
}

/* What the record says is what its data say. */
static bool fits_record(struct laying *l, struct overlay *o, enum layer at)
{
	const char *name = json_str(o->data, layers[at].name);
	const char *version = json_str(o->data, "version");

	if (!grammar_is_name(o->name) || !grammar_is_version(o->version))
		return refuse(l, o, MISTAKE_BAD_NAME, o->name);
	if (!name || strcmp(name, o->name) != 0)
		return refuse(l, o, MISTAKE_NOT_ITS_NAME, o->name);
	if (layers[at].list && (!version || strcmp(version, o->version) != 0))
		return refuse(l, o, MISTAKE_NOT_ITS_NAME, o->version);
	return true;
}

static bool lay(struct laying *l, struct overlay *o, enum layer at)
{
	if (!fits_record(l, o, at))
		return false;
	switch (at) {
	case LAYER_CODES:
		return lay_codes(l, o);
	case LAYER_WORDING:
		return lay_wording(l, o);
	case LAYER_SCALE:
	case LAYER_FORM:
	case LAYER_PACK:
		return lay_version(l, o, layers[at].section, layers[at].list);
	}
	return false;
}

/* Of one code list the higher version is laid last and stands. */
static void lay_all(struct laying *l, struct overlay *list, size_t n)
{
	for (enum layer at = LAYER_CODES; at <= LAYER_PACK; at++)
		for (size_t i = 0; i < n; i++)
			if (!list[i].left_out &&
				strcmp(list[i].kind, layers[at].kind) == 0)
				(void)lay(l, &list[i], at);
}

/* ---- checking what was laid ---- */

static void check_data(const struct catalogue *c, const struct overlay *o,
	const struct place *at, struct mistakes *out)
{
	if (strcmp(o->kind, "scale") == 0)
		scale_mistakes(o->data, at, out);
	else if (strcmp(o->kind, "form") == 0)
		form_mistakes(c, o->data, at, out);
	else if (strcmp(o->kind, "pack") == 0)
		programme_mistakes(c, o->data, at, out);
}

/* True when all that is in may stay. */
static bool check_all(const struct catalogue *c, struct overlay *list, size_t n,
	struct mistakes *out)
{
	bool sound = true;

	for (size_t i = 0; i < n; i++) {
		struct place at = place_of(&list[i], out->mem);
		struct mistakes own;

		if (list[i].left_out)
			continue;
		mistakes_init(&own, out->mem);
		check_data(c, &list[i], &at, &own);
		mistakes_join(out, &own);
		list[i].left_out = own.count > 0;
		sound = sound && !list[i].left_out;
	}
	return sound;
}

/* ---- the catalogue ---- */

/* The document and its sections are new, what is in them is shared. */
static json_t *copy_of(const json_t *doc)
{
	json_t *out = json_copy((json_t *)(uintptr_t)doc), *section;
	const char *key;
	void *next;

	json_object_foreach_safe(out, next, key, section)
		json_object_set_new(out, key, json_copy(section));
	return out;
}

/* NULL when the whole cannot be read: nothing that was checked one by one
 * should do that, and a district's data never keep a program from starting. */
static struct catalogue *lay_once(const struct catalogue *base, bool drafts,
	struct overlay *list, size_t n, struct mistakes *out)
{
	struct arena *mem = arena_new();
	struct catalogue *c = ARENA_NEW(mem, struct catalogue);
	struct laying l = {base, mem, NULL, NULL, drafts, out};
	struct err e;

	waiting_read(base, "forms", NULL);
	waiting_read(base, "packs", NULL);
	l.doc = c->doc = json_keep(copy_of(base->doc), mem);
	l.retired = json_keep(json_object(), mem);
	c->mem = mem;
	lay_all(&l, list, n);
	catalogue_make_lists(c->doc, l.retired);
	if (catalogue_fill(c, &e))
		return c;
	arena_free(mem);
	if (n == 0)
		die("%s", e.msg);
	return NULL;
}

static int by_version(const void *a, const void *b)
{
	const struct overlay *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : version_cmp(x->version, y->version);
}

static bool is_kind(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(layers); i++)
		if (strcmp(layers[i].kind, kind) == 0)
			return true;
	return false;
}

struct catalogue *catalogue_with(const struct catalogue *base,
	struct overlay *list, size_t n, struct mistakes *out)
{
	struct catalogue *c;

	for (size_t i = 0; i < n; i++)
		list[i].left_out = !is_kind(list[i].kind);
	if (n)
		qsort(list, n, sizeof(*list), by_version);
	for (;;) {
		c = lay_once(base, false, list, n, out);
		if (c && check_all(c, list, n, out))
			break;
		for (size_t i = 0; i < n && !c; i++)
			list[i].left_out = true;
		n = c ? n : 0;
		catalogue_free(c);
	}
	return c;
}

static bool is_for(const json_t *sites, const struct uuid *site)
{
	char own[UUID_TEXT];

	uuid_format(site, own);
	for (size_t i = 0; i < json_array_size(sites); i++) {
		const char *s = json_string_value(json_array_get(sites, i));

		if (s && strcmp(s, own) == 0)
			return true;
	}
	return json_array_size(sites) == 0;
}

bool overlay_read(
	const json_t *body, const struct uuid *site, struct overlay *out)
{
	bool ours = is_for(json_object_get(body, "sites"), site);

	memset(out, 0, sizeof(*out));
	out->kind = json_str(body, "kind");
	out->name = json_str(body, "name");
	out->version = json_str(body, "version");
	out->data = json_object_get(body, "data");
	out->retired = !ours || json_is_false(json_object_get(body, "active"));
	if (!out->kind || !out->name || !out->version || !out->data)
		return false;
	return ours || strcmp(out->kind, "wording") != 0;
}

struct catalogue *catalogue_try(
	const struct catalogue *base, struct overlay *list, size_t n)
{
	struct arena *mem = arena_new();
	struct catalogue *c;
	struct mistakes ignored;

	mistakes_init(&ignored, mem);
	for (size_t i = 0; i < n; i++)
		list[i].left_out = false;
	c = lay_once(base, true, list, n, &ignored);
	if (!c)
		c = lay_once(base, true, list, 0, &ignored);
	arena_free(mem);
	return c;
}
