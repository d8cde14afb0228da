/*
 * packs.c - verbs about programmes, forms, scales and code lists: look at a
 * file, list what there is, add to a district's own, retire one.
 *
 * Checking and listing the built-in data needs no database. What is added goes
 * through the door like everything else, all files of a call or none.
 */
#include "server/admin/admin.h"

#include "proto/pack_check.h"
#include "server/admin/place.h"
#include "server/shelf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- files and words ---- */

/* --lang, else what the environment says. */
static bool read_lang(const struct call *c, enum lang *out, struct err *e)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *s = call_option(c, "lang");

	if (s && strcmp(s, "zh") != 0 && strcmp(s, "en") != 0)
		return err_field(e, ERR_USAGE, "lang", "zh, en");
	for (size_t i = 0; !s && i < ARRAY_LEN(names); i++)
		s = getenv(names[i]);
	*out = s && strncmp(s, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
	return true;
}

static bool read_file(
	const char *path, struct arena *mem, struct str *out, struct err *e)
{
	char *text = arena_alloc(mem, PACK_BYTES + 2);
	FILE *f = fopen(path, "r");
	bool ok;

	if (!f)
		return err_set(
			e, ERR_BAD_FILE, "%s: %s", path, strerror(errno));
	out->p = text;
	out->n = fread(text, 1, PACK_BYTES + 1, f);
	ok = !ferror(f);
	fclose(f);
	return ok || err_set(e, ERR_BAD_FILE, "%s: cannot be read", path);
}

static bool read_files(struct call *c, struct pack_file **out, struct err *e)
{
	*out = ARENA_ARRAY(c->mem, struct pack_file, c->files);
	for (size_t i = 0; i < c->files; i++)
		if (!read_file(c->file[i], c->mem, &(*out)[i].text, e))
			return false;
	return true;
}

static size_t count_wrong(const struct pack_file *files, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += files[i].wrong.count;
	return count;
}

/* ---- check ---- */

static void print_file(
	const char *path, const struct pack_file *f, enum lang lang)
{
	struct buf b;

	for (size_t i = 0; i < f->wrong.count; i++) {
		buf_init(&b, 8192);
		pack_mistake_text(f, i, lang, &b);
		printf("%s:%s\n", path, b.p);
		buf_free(&b);
	}
	if (f->wrong.more)
		printf("%s: %s\n", path,
			lang == LANG_ZH ? "还有更多" : "and there are more");
	if (f->wrong.count == 0)
		printf("%s: %s %s%s%s: %s\n", path, f->kind, f->name,
			f->version ? "@" : "", f->version ? f->version : "",
			lang == LANG_ZH ? "没有发现错误" : "no mistakes");
}

static void print_json(
	const struct call *c, const struct pack_file *files, size_t wrong)
{
	json_t *list = json_array(), *out;

	for (size_t i = 0; i < c->files; i++) {
		const struct pack_file *f = &files[i];
		json_t *told = json_array();

		for (size_t k = 0; k < f->wrong.count; k++)
			json_array_append_new(told, pack_mistake_json(f, k));
		json_array_append_new(list,
			json_pack("{s:s, s:s?, s:s?, s:s?, s:o}", "file",
				c->file[i], "kind", f->kind, "name", f->name,
				"version", f->version, "mistakes", told));
	}
	out = json_pack(
		"{s:o, s:I}", "files", list, "mistakes", (json_int_t)wrong);
	printf("%s\n", json_canonical(json_keep(out, c->mem), c->mem));
}

static bool none_wrong(size_t wrong, enum lang lang, struct err *e)
{
	fflush(stdout);
	return wrong == 0 ||
	       err_set(e, ERR_BAD_INPUT,
		       lang == LANG_ZH ? "错误：%zu 处" : "mistakes: %zu",
		       wrong);
}

bool admin_pack_check(struct call *c, struct err *e)
{
	struct pack_file *files;
	struct catalogue *catalogue;
	enum lang lang;
	size_t wrong;

	if (!read_lang(c, &lang, e) || !read_files(c, &files, e))
		return false;
	catalogue = catalogue_load();
	pack_check(catalogue, files, c->files, false, c->mem);
	catalogue_free(catalogue);
	wrong = count_wrong(files, c->files);
	for (size_t i = 0; i < c->files && !call_option(c, "json"); i++)
		print_file(c->file[i], &files[i], lang);
	if (call_option(c, "json"))
		print_json(c, files, wrong);
	return none_wrong(wrong, lang, e);
}

/* ---- list ---- */

static void release_shelf(void *s)
{
	shelf_free(s);
}

static void release_db(void *db)
{
	db_close(db);
}

static void release_catalogue(void *c)
{
	catalogue_free(c);
}

/* The catalogue with the packs of the database; all of it belongs to the call.
 */
static const struct catalogue *district_catalogue(
	struct call *c, struct db **db, struct err *e)
{
	static const struct uuid nobody;
	struct shelf *s = shelf_open(&c->conf, e);
	int64_t stamp;

	if (!s)
		return NULL;
	arena_adopt(c->mem, s, release_shelf);
	*db = admin_db(c, e);
	if (!*db)
		return NULL;
	arena_adopt(c->mem, *db, release_db);
	if (!shelf_stamp(*db, c->mem, &stamp, e))
		return NULL;
	return shelf_take(s, *db, stamp, &nobody, c->mem, e);
}

static void list_one(json_t *out, const char *kind, const char *key,
	const json_t *data, const struct catalogue *ours)
{
	const json_t *before = strcmp(kind, "pack") == 0 ? catalogue_packs(ours)
			       : strcmp(kind, "form") == 0
				       ? catalogue_forms(ours)
				       : catalogue_scales(ours);
	const char *name = json_str(data, kind);
	bool here = json_equal(json_object_get(before, key), data) ||
		    json_equal(json_object_get(before, name), data);

	json_array_append_new(out,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "kind", kind,
			"id", name, "version", json_str(data, "version"), "zh",
			label_of(data, LANG_ZH), "en", label_of(data, LANG_EN),
			"newest", (int)(strcmp(key, name) == 0), "from",
			here ? "program" : "district"));
}

static json_t *list_all(const struct catalogue *c, const struct catalogue *ours)
{
	const struct {
		const char *kind;
		const json_t *all;
	} sections[] = {
		{"pack",  catalogue_packs(c) },
		{"form",  catalogue_forms(c) },
		{"scale", catalogue_scales(c)},
	};
	json_t *out = json_array(), *data;
	const char *key;

	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		json_object_foreach((json_t *)(uintptr_t)sections[i].all, key,
			data) list_one(out, sections[i].kind, key, data, ours);
	return out;
}

static void print_list(struct call *c, json_t *list)
{
	json_keep(list, c->mem);
	if (call_option(c, "json")) {
		printf("%s\n", json_canonical(json_keep(json_pack("{s:O}",
								"packs", list),
						      c->mem),
				       c->mem));
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);

		printf("%s\t%s\t%s\t%s\t%s\t%s\n", json_str(p, "kind"),
			json_str(p, "id"), json_str(p, "version"),
			json_str(p, "from"), json_str(p, "zh"),
			json_str(p, "en"));
	}
}

bool admin_pack_list(struct call *c, struct err *e)
{
	struct catalogue *ours = catalogue_load();
	const struct catalogue *all = ours;
	struct db *db;

	arena_adopt(c->mem, ours, release_catalogue);
	if (call_option(c, "all"))
		all = district_catalogue(c, &db, e);
	if (all)
		print_list(c, list_all(all, ours));
	return all != NULL;
}

/* ---- the records ---- */

static bool read_packs(
	struct call *c, struct db *db, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, c->mem);
	return db_run(db, Q_PACKS_ALL, &a, rows, e);
}

static const json_t *body_at(struct call *c, const struct db_rows *rows, int i)
{
	struct str text = db_get_bytes(rows, i, "body");
	struct err e;

	return json_read(text.p, text.n, &json_limits_own, c->mem, &e);
}

static bool write_all(struct call *c, struct db *db,
	const struct catalogue *catalogue, const struct uuid *author,
	json_t *changes, struct err *e)
{
	struct reader who = {.staff = *author, .role = ROLE_SYSTEM_ADMIN};

	return place_write_all(c, db, catalogue, &who, changes, e);
}

/* ---- add ---- */

/* Sites by id or name, with commas between. */
static bool read_sites(
	struct call *c, struct db *db, json_t **out, struct err *e)
{
	const char *at = call_option(c, "sites");

	*out = json_keep(json_array(), c->mem);
	while (at && *at) {
		size_t n = strcspn(at, ",");
		char id[UUID_TEXT];
		struct named_site site;

		if (!db_begin_system(db, e) ||
			!place_find(db, arena_strndup(c->mem, at, n), c->mem,
				&site, e))
			return false;
		db_rollback(db);
		json_array_append_new(
			*out, json_string(uuid_format(&site.id, id)));
		at += n + (at[n] == ',');
	}
	return true;
}

static bool has_text(const json_t *o, const char *key, const char *text)
{
	const char *own = json_str(o, key);

	return own && strcmp(own, text) == 0;
}

/* A record of that version stands; one with other content is a mistake. */
static bool is_there(
	struct call *c, const struct db_rows *rows, struct pack_file *f)
{
	for (int i = 0; i < db_count(rows); i++) {
		const json_t *body = body_at(c, rows, i);

		if (!has_text(body, "kind", f->kind) ||
			!has_text(body, "name", f->name) ||
			!has_text(body, "version", f->version))
			continue;
		if (!json_equal(json_object_get(body, "data"), f->data))
			pack_version_taken(f, c->mem);
		return true;
	}
	return false;
}

/* What is named is added before what names it. */
static int layer_of(const struct pack_file *f)
{
	static const char *const order[] = {
		"codes", "scale", "wording", "form", "pack"};
	int i = 0;

	while (strcmp(order[i], f->kind) != 0)
		i++;
	return i;
}

static json_t *body_of(const struct pack_file *f, const json_t *sites)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:O, s:b}", "kind", f->kind,
		"name", f->name, "version", f->version, "data", f->data,
		"active", 1);

	if (json_array_size(sites))
		json_object_set_new(
			body, "sites", json_incref((json_t *)(uintptr_t)sites));
	return body;
}

static bool add_all(struct call *c, struct db *db,
	const struct catalogue *catalogue, const struct pack_file *files,
	const bool *there, const json_t *sites, struct err *e)
{
	struct uuid tx = uuid_new(), first = uuid_new();
	json_t *changes = json_array();

	for (int layer = 0; layer <= 4; layer++)
		for (size_t i = 0; i < c->files; i++) {
			struct uuid id = uuid_new();

			if (layer_of(&files[i]) == layer && !there[i])
				json_array_append_new(changes,
					place_change("pack", &id, &tx, 0,
						body_of(&files[i], sites),
						NULL));
		}
	if (json_array_size(changes))
		return write_all(c, db, catalogue, &first, changes, e);
	json_decref(changes);
	return true;
}

/* Finds the mistakes, and which of the files are there already. */
static bool look(struct call *c, const struct catalogue *catalogue,
	const struct db_rows *rows, struct pack_file *files, bool *there,
	enum lang lang, struct err *e)
{
	pack_check(catalogue, files, c->files, true, c->mem);
	for (size_t i = 0; i < c->files; i++) {
		if (files[i].wrong.count == 0)
			there[i] = is_there(c, rows, &files[i]);
		if (files[i].wrong.count)
			print_file(c->file[i], &files[i], lang);
	}
	return none_wrong(count_wrong(files, c->files), lang, e);
}

bool admin_pack_add(struct call *c, struct err *e)
{
	static const char *const outcomes[2][2] = {
		{"已加入", "已经有了"    },
                {"added",     "is there already"}
        };
	bool *there = ARENA_ARRAY(c->mem, bool, c->files);
	const struct catalogue *catalogue;
	struct pack_file *files;
	struct db_rows *rows;
	enum lang lang;
	json_t *sites;
	struct db *db;

	if (!read_lang(c, &lang, e) || !read_files(c, &files, e))
		return false;
	catalogue = district_catalogue(c, &db, e);
	if (!catalogue || !read_packs(c, db, &rows, e) ||
		!read_sites(c, db, &sites, e) ||
		!look(c, catalogue, rows, files, there, lang, e) ||
		!add_all(c, db, catalogue, files, there, sites, e))
		return false;
	for (size_t i = 0; i < c->files; i++)
		printf("%s %s@%s: %s\n", files[i].kind, files[i].name,
			files[i].version, outcomes[lang][there[i]]);
	return true;
}

/* ---- retire ---- */

static bool is_asked_for(const struct call *c, const json_t *body)
{
	const char *kind = json_str(body, "kind");
	const char *name = json_str(body, "name");
	const char *version = json_str(body, "version");

	return kind && name && version &&
	       strcmp(kind, call_option(c, "kind")) == 0 &&
	       strcmp(arena_printf(c->mem, "%s@%s", name, version),
		       call_option(c, "name")) == 0;
}

static bool retire(struct call *c, struct db *db,
	const struct catalogue *catalogue, const struct db_rows *rows, int i,
	const json_t *body, struct err *e)
{
	struct uuid id = db_get_uuid(rows, i, "id"), tx = uuid_new();
	json_t *was = json_object_get(body, "active");
	json_t *seen = was ? json_pack("{s:O}", "active", was)
			   : json_pack("{s:n}", "active");

	return write_all(c, db, catalogue, &id,
		json_pack(
			"[o]", place_change("pack", &id, &tx,
				       db_get_int(rows, i, "version"),
				       json_pack("{s:b}", "active", 0), seen)),
		e);
}

bool admin_pack_retire(struct call *c, struct err *e)
{
	const struct catalogue *catalogue;
	struct db_rows *rows;
	struct db *db;

	catalogue = district_catalogue(c, &db, e);
	if (!catalogue || !read_packs(c, db, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows); i++) {
		const json_t *body = body_at(c, rows, i);

		if (is_asked_for(c, body))
			return retire(c, db, catalogue, rows, i, body, e);
	}
	return err_field(e, ERR_USAGE, "name",
		"name@version of what the district added (pack list --all)");
}
