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

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names without a version, in order. */
static const char **names_of(json_t *section, struct arena *mem, size_t *n)
{
	const char **out =
		ARENA_ARRAY(mem, const char *, json_object_size(section) + 1);
	const char *key;
	json_t *v;

	*n = 0;
	json_object_foreach(section, key, v)
	{
		if (!strchr(key, '@'))
			out[(*n)++] = key;
	}
	if (*n)
		qsort(out, *n, sizeof(*out), by_text);
	return out;
}

/* What has no label is called by its name, until it is checked and refused. */
static const char *label_or_name(
	const json_t *data, const char *name, enum lang lang)
{
	const char *label = label_of(data, lang);

	return *label ? label : name;
}

static json_t *item(const char *name, const json_t *data, bool retired)
{
	json_t *out = json_pack("{s:s, s:s, s:s}", "code", name, "zh",
		label_or_name(data, name, LANG_ZH), "en",
		label_or_name(data, name, LANG_EN));

	if (retired)
		json_object_set_new(out, "retired", json_true());
	return out;
}

static json_t *make(size_t i, json_t *section, const json_t *retired)
{
	struct arena *mem = arena_new();
	json_t *items = json_array(), *label;
	size_t n;
	const char **names = names_of(section, mem, &n);

	for (size_t k = 0; k < n; k++)
		json_array_append_new(items,
			item(names[k], json_object_get(section, names[k]),
				json_flag(retired, names[k])));
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

		if (json_object_size(section))
			json_object_set_new(codes, made[i].list,
				make(i, section,
					json_object_get(
						retired, made[i].list)));
	}
}
