/*
 * pack_check.c - files of data with their mistakes and lines; pack_check.h.
 */
#include "proto/pack_check.h"

#include "proto/form.h"
#include "proto/lines.h"
#include "proto/scale.h"
#include "proto/scale_wording.h"

#include <stdio.h>
#include <string.h>

/* What a document is, by a key it must have; the first that fits. */
static const struct {
	const char *kind;
	const char *name; /* the key of its name */
	const char *key;  /* another key, or NULL */
} kinds[] = {
	{"pack",    "pack",  NULL    },
	{"form",    "form",  NULL    },
	{"codes",   "codes", NULL    },
	{"scale",   "scale", "scores"},
	{"scale",   "scale", "label" },
	{"wording", "scale", NULL    },
};

static bool is_of_kind(const json_t *data, size_t i)
{
	return json_is_string(json_object_get(data, kinds[i].name)) &&
	       (!kinds[i].key || json_object_get(data, kinds[i].key));
}

/* ---- reading ---- */

/* The line json_read() names in what would be accepted. */
static size_t line_told(const struct err *e)
{
	const char *at = strstr(e->accepts, "line ");
	size_t n = 0;

	for (at = at ? at + 5 : ""; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (size_t)(*at - '0');
	return n ? n : 1;
}

static void note_line(struct pack_file *f, size_t line, struct arena *mem)
{
	f->line = ARENA_ARRAY(mem, size_t, MISTAKES_MAX);
	f->line[0] = line;
}

/* What the data are; a code list may leave its version to the record. */
static void name_file(struct pack_file *f)
{
	const char *version = json_str(f->data, "version");

	for (size_t i = 0; i < ARRAY_LEN(kinds) && !f->kind; i++)
		if (is_of_kind(f->data, i)) {
			f->kind = kinds[i].kind;
			f->name = json_str(f->data, kinds[i].name);
		}
	if (version)
		f->version = version;
	if (!f->kind)
		mistake_add(&f->wrong, NULL, MISTAKE_NOT_KNOWN_KIND, NULL,
			"pack form scale codes");
}

static bool read_file(struct pack_file *f, struct arena *mem)
{
	struct err e;

	if (f->text.n > PACK_BYTES) {
		mistake_add(&f->wrong, NULL, MISTAKE_TOO_MANY, NULL, "%d bytes",
			PACK_BYTES);
		note_line(f, 1, mem);
		return false;
	}
	f->data = json_read(f->text.p, f->text.n, &json_limits_own, mem, &e);
	if (!f->data) {
		mistake_add(&f->wrong, NULL, MISTAKE_NOT_JSON, NULL, "%s",
			e.accepts);
		note_line(f, line_told(&e), mem);
		return false;
	}
	name_file(f);
	return f->kind != NULL;
}

/* ---- checking ---- */

static void check_data(const struct catalogue *c, const char *kind,
	const json_t *data, const struct place *at, struct mistakes *out)
{
	const char *name = json_str(data, "scale");

	if (strcmp(kind, "scale") == 0)
		scale_mistakes(data, at, out);
	else if (strcmp(kind, "form") == 0)
		form_mistakes(c, data, at, out);
	else if (strcmp(kind, "pack") == 0)
		programme_mistakes(c, data, at, out);
	else if (strcmp(kind, "wording") == 0)
		scale_wording_mistakes(name ? catalogue_scale_version(c, name,
						      json_str(data, "version"))
					    : NULL,
			data, at, out);
}

void pack_version_taken(struct pack_file *f, struct arena *mem)
{
	struct place at = place_key(NULL, "version");
	size_t *line = ARENA_ARRAY(mem, size_t, f->wrong.count + 1);

	if (f->wrong.count)
		memcpy(line, f->line, f->wrong.count * sizeof(*line));
	line[f->wrong.count] = line_of(f->text, "version");
	mistake_add(&f->wrong, &at, MISTAKE_VERSION_TAKEN,
		arena_printf(mem, "%s@%s", f->name, f->version), "-");
	f->line = line;
}

/* A version says the same for ever; what is added has one. */
static void check_version(const struct catalogue *c, struct pack_file *f)
{
	const json_t *there = NULL;
	struct place at = place_key(NULL, "version");

	if (!f->version) {
		mistake_add(
			&f->wrong, NULL, MISTAKE_MISSING_KEY, "version", "-");
		return;
	}
	if (strcmp(f->kind, "pack") == 0)
		there = catalogue_pack_version(c, f->name, f->version);
	else if (strcmp(f->kind, "form") == 0)
		there = catalogue_form(c, f->name, f->version);
	else if (strcmp(f->kind, "scale") == 0)
		there = catalogue_scale_version(c, f->name, f->version);
	if (there && !json_equal(there, f->data))
		mistake_add(&f->wrong, &at, MISTAKE_VERSION_TAKEN,
			arena_printf(
				f->wrong.mem, "%s@%s", f->name, f->version),
			"-");
}

static bool is_made(const char *name)
{
	return strcmp(name, "programme") == 0 || strcmp(name, "form") == 0 ||
	       strcmp(name, "instrument") == 0;
}

static void check_file(const struct catalogue *c, const struct catalogue *all,
	struct pack_file *f, bool fresh)
{
	struct place at = place_key(NULL, "codes");

	if (strcmp(f->kind, "codes") == 0) {
		if (is_made(f->name))
			mistake_add(
				&f->wrong, &at, MISTAKE_BAD_NAME, f->name, "-");
		codes_mistakes(
			f->data, catalogue_codes(c, f->name), NULL, &f->wrong);
	} else {
		check_data(all, f->kind, f->data, NULL, &f->wrong);
	}
	if (fresh)
		check_version(c, f);
}

static void find_lines(struct pack_file *f, struct arena *mem)
{
	if (f->line)
		return;
	f->line = ARENA_ARRAY(mem, size_t, f->wrong.count + 1);
	for (size_t i = 0; i < f->wrong.count; i++)
		f->line[i] = line_of(f->text, f->wrong.list[i].path);
}

/* In the order a person goes through the file. */
static void sort_by_line(struct pack_file *f)
{
	for (size_t i = 1; i < f->wrong.count; i++)
		for (size_t k = i; k > 0 && f->line[k - 1] > f->line[k]; k--) {
			struct mistake one = f->wrong.list[k];
			size_t line = f->line[k];

			f->wrong.list[k] = f->wrong.list[k - 1];
			f->wrong.list[k - 1] = one;
			f->line[k] = f->line[k - 1];
			f->line[k - 1] = line;
		}
}

void pack_check(const struct catalogue *c, struct pack_file *files, size_t n,
	bool fresh, struct arena *mem)
{
	struct overlay *drafts = ARENA_ARRAY(mem, struct overlay, n + 1);
	struct catalogue *all;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		struct pack_file *f = &files[i];

		mistakes_init(&f->wrong, mem);
		f->line = NULL;
		f->kind = f->name = f->version = NULL;
		if (!read_file(f, mem))
			continue;
		drafts[count].kind = f->kind;
		drafts[count].name = f->name;
		drafts[count].version = f->version ? f->version : "1";
		drafts[count++].data = f->data;
	}
	all = count ? catalogue_try(c, drafts, count) : NULL;
	for (size_t i = 0; i < n; i++) {
		if (files[i].kind)
			check_file(c, all, &files[i], fresh);
		find_lines(&files[i], mem);
		sort_by_line(&files[i]);
	}
	catalogue_free(all);
}

/* As a file it would be the same; what it calls itself is the record's. */
void pack_record_mistakes(const struct catalogue *c, const struct overlay *own,
	struct overlay *others, size_t n, struct mistakes *out)
{
	struct overlay *all = ARENA_ARRAY(out->mem, struct overlay, n + 1);
	struct pack_file f;
	struct catalogue *tried;

	memset(&f, 0, sizeof(f));
	mistakes_init(&f.wrong, out->mem);
	f.data = own->data;
	f.version = own->version;
	name_file(&f);
	if (f.kind && strcmp(f.kind, own->kind) != 0)
		mistake_add(&f.wrong, NULL, MISTAKE_NOT_KNOWN_KIND, f.kind,
			"%s", own->kind);
	if (!f.name || strcmp(f.name, own->name) != 0 || !f.version ||
		strcmp(f.version, own->version) != 0)
		mistake_add(
			&f.wrong, NULL, MISTAKE_NOT_ITS_NAME, own->name, "-");
	if (f.kind && f.wrong.count == 0) {
		if (n)
			memcpy(all, others, n * sizeof(*all));
		all[n] = *own;
		tried = catalogue_try(c, all, n + 1);
		check_file(c, tried, &f, true);
		catalogue_free(tried);
	}
	mistakes_join(out, &f.wrong);
}

void catalogue_mistakes(const struct catalogue *c, struct mistakes *out)
{
	const struct {
		const char *kind;
		const json_t *all;
	} sections[] = {
		{"scale", catalogue_scales(c)},
		{"form",  catalogue_forms(c) },
		{"pack",  catalogue_packs(c) },
	};
	const char *name;
	json_t *v;

	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		json_object_foreach(
			(json_t *)(uintptr_t)sections[i].all, name, v)
		{
			struct place at = place_key(
				NULL, arena_printf(out->mem, "%s %s",
					      sections[i].kind, name));

			check_data(c, sections[i].kind, v, &at, out);
		}
}

/* ---- telling ---- */

void pack_mistake_text(
	const struct pack_file *f, size_t i, enum lang lang, struct buf *out)
{
	const struct mistake *m = &f->wrong.list[i];

	buf_printf(out, "%zu: ", f->line[i]);
	if (*m->path)
		buf_printf(out, "%s: ", m->path);
	mistake_sentence(m, lang, out);
}

static json_t *sentence(const struct mistake *m, enum lang lang)
{
	struct buf b;
	json_t *j;

	buf_init(&b, 4096);
	mistake_sentence(m, lang, &b);
	j = json_string(b.p ? b.p : "");
	buf_free(&b);
	return j;
}

json_t *pack_mistake_json(const struct pack_file *f, size_t i)
{
	const struct mistake *m = &f->wrong.list[i];

	return json_pack("{s:I, s:s, s:s, s:o, s:o}", "line",
		(json_int_t)f->line[i], "path", m->path, "code",
		mistake_name(m->code), "zh", sentence(m, LANG_ZH), "en",
		sentence(m, LANG_EN));
}
