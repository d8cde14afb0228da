/*
 * types_lists.c - the code lists that follow from what there is.
 *
 * A programme, a form and an instrument are chosen by code like anything else,
 * but nobody keeps their lists: they are made of the files and records there
 * are, when the catalogue is read.
 */
#include "proto/types_in.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *list;
	const char *section;
	const char *zh, *en;
} made[] = {
	{"programme",  "packs",  "服务项目", "Programme" },
	{"form",       "forms",  "表单",       "Form"      },
	{"instrument", "scales", "量表",       "Instrument"},
};

static const json_t *item_of(const json_t *items, const char *code)
{
	struct code_list l = {"", items};

	return code_list_item(&l, code);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The codes of both, each once, in order. */
static const char **all_codes(
	json_t *section, const json_t *before, struct arena *mem, size_t *n)
{
	size_t room = json_object_size(section) + json_array_size(before);
	const char **out = ARENA_ARRAY(mem, const char *, room + 1), *key;
	json_t *v;

	*n = 0;
	json_object_foreach(section, key, v)
	{
		if (!strchr(key, '@'))
			out[(*n)++] = key;
	}
	for (size_t i = 0; i < json_array_size(before); i++) {
		const char *code = json_str(json_array_get(before, i), "code");

		if (code && !json_object_get(section, code))
			out[(*n)++] = code;
	}
	if (*n)
		qsort(out, *n, sizeof(*out), by_text);
	return out;
}

/* What has no name is called by its code, until it is checked and refused. */
static const char *name_of(const json_t *own, const char *code, enum lang lang)
{
	const char *name = label_of(own, lang);

	return *name ? name : code;
}

static json_t *item(
	const char *code, const json_t *own, const json_t *before, bool retired)
{
	json_t *out;

	if (!own && before)
		return json_incref((json_t *)(uintptr_t)before);
	out = json_pack("{s:s, s:s, s:s}", "code", code, "zh",
		name_of(own, code, LANG_ZH), "en", name_of(own, code, LANG_EN));
	if (retired)
		json_object_set_new(out, "retired", json_true());
	return out;
}

static json_t *make(
	size_t i, json_t *section, const json_t *file, const json_t *retired)
{
	const json_t *before = json_object_get(file, "items");
	struct arena *mem = arena_new();
	json_t *items = json_array(), *label;
	size_t n;
	const char **codes = all_codes(section, before, mem, &n);

	for (size_t k = 0; k < n; k++)
		json_array_append_new(items,
			item(codes[k], json_object_get(section, codes[k]),
				item_of(before, codes[k]),
				json_flag(retired, codes[k])));
	arena_free(mem);
	label = json_pack("{s:s, s:s}", "zh", made[i].zh, "en", made[i].en);
	return json_pack("{s:s, s:o, s:o}", "codes", made[i].list, "label",
		label, "items", items);
}

void catalogue_make_lists(json_t *doc, const json_t *retired)
{
	json_t *codes = json_object_get(doc, "codes");

	for (size_t i = 0; i < ARRAY_LEN(made) && codes; i++) {
		json_t *section = json_object_get(doc, made[i].section);
		const json_t *file = json_object_get(codes, made[i].list);

		if (json_object_size(section) == 0 && !file)
			continue;
		json_object_set_new(codes, made[i].list,
			make(i, section, file,
				json_object_get(retired, made[i].list)));
	}
}
