/*
 * doc.c - see doc.h: records, cases, the directory.
 */
#include "client/store/doc.h"

#include "client/store/amounts.h"
#include "client/store/files.h"
#include "proto/withhold.h"

#include <string.h>

#define RECORD_MAX ((size_t)16 << 20)

static json_t *write_record(
	const struct seen *one, bool told, struct arena *mem)
{
	struct record copy = one->r;
	struct err ignored;
	struct buf text;
	json_t *j;

	copy.body.p = json_canonical(one->body, mem);
	copy.body.n = strlen(copy.body.p);
	if (told)
		record_withhold(&copy, mem);
	buf_init(&text, RECORD_MAX);
	record_json(&copy, &text);
	j = json_read(text.p, text.n, &json_limits_own, mem, &ignored);
	buf_free(&text);
	if (!j)
		return json_keep(json_null(), mem);
	json_object_set_new(
		j, "waiting", json_integer((json_int_t)one->waiting));
	json_object_set_new(j, "collides", json_boolean(one->collides));
	return j;
}

json_t *doc_record(const struct seen *one, struct arena *mem)
{
	return write_record(one, false, mem);
}

json_t *doc_told(const struct seen *one, struct arena *mem)
{
	return write_record(one, true, mem);
}

/* ---- one unit ---- */

struct gather {
	struct view *v;
	struct arena *mem;
	json_t *list;
	json_t *there; /* ids of persons in it already */
};

/* The persons a record names stand beside the case, as at the centre. */
static void add_person(struct gather *g, const json_t *body, const char *key)
{
	const char *text = json_str(body, key);
	struct err ignored;
	struct seen one;
	struct uuid id;

	if (!text || json_object_get(g->there, text) ||
		!uuid_parse(text, &id) ||
		!view_record(g->v, &id, g->mem, &one, &ignored))
		return;
	json_object_set_new(g->there, text, json_true());
	json_array_append(g->list, doc_told(&one, g->mem));
}

static bool add_records(struct gather *g, const struct uuid *id, struct err *e)
{
	static const char *const names[] = {"person", "subject"};
	size_t n;
	const struct uuid *ids = view_unit(g->v, id, g->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(g->v, &ids[i], g->mem, &one, e))
			return false;
		json_array_append(g->list, doc_told(&one, g->mem));
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			if (strcmp(one.type, "assessment") != 0)
				add_person(g, one.body, names[k]);
	}
	return true;
}

static json_t *digest_of(struct view *v, const struct uuid *id)
{
	const struct unit *u = store_unit(view_store(v), id);
	char hex[SHA256_HEX];

	return u ? json_string(hex_format(u->digest.b, SHA256_LEN, hex))
		 : json_null();
}

/* Where the files of these records are, by record; what is left out is not
 * here. Of what is restricted nothing is told, as at the centre. */
static json_t *files_of(
	struct view *v, const json_t *records, struct arena *mem)
{
	static const char *const states[FILE_STATES] = {
		[FILE_WAITING] = "waiting",
		[FILE_REFUSED] = "refused",
		[FILE_KEPT] = "here",
		[FILE_PART] = "part",
	};
	const struct store *s = view_store(v);
	json_t *out = json_keep(json_object(), mem);
	const json_t *one;
	size_t i;

	json_array_foreach(records, i, one)
	{
		const char *id = json_str(one, "id");
		const char *sha =
			json_str(json_object_get(one, "body"), "sha256");
		const struct file *f = NULL;
		struct sha256 hash;
		struct uuid rec;

		if (sha && uuid_parse(id, &rec) &&
			hex_parse(sha, hash.b, SHA256_LEN))
			f = file_find(s, &rec, &hash);
		if (f)
			json_object_set_new(out, id,
				json_pack("{s:s}", "state", states[f->state]));
	}
	return out;
}

bool doc_unit(struct view *v, const struct uuid *id, const struct date *today,
	struct arena *mem, json_t **out, struct err *e)
{
	struct gather g = {v, mem, json_keep(json_array(), mem),
		json_keep(json_object(), mem)};
	struct amounts a;
	char text[UUID_TEXT];
	json_t *line;

	if (!amounts_take(v, id, today, mem, &a, e) ||
		!view_summary(v, id, mem, &line, e) || !add_records(&g, id, e))
		return false;
	*out = a.result;
	json_object_set_new(*out, "case", json_string(uuid_format(id, text)));
	json_object_set(*out, "summary", line);
	json_object_set_new(*out, "digest", digest_of(v, id));
	if (a.run)
		json_object_set(*out, "due",
			schedule_json(measure_schedule(a.run), mem));
	else
		json_object_set_new(*out, "due", json_null());
	json_object_set(*out, "files", files_of(v, g.list, mem));
	json_object_set(*out, "records", g.list);
	return true;
}

/* ---- the directory ---- */

bool doc_directory(
	struct view *v, struct arena *mem, json_t **out, struct err *e)
{
	static const struct uuid directory;
	struct gather g = {v, mem, json_keep(json_array(), mem), NULL};
	size_t n;
	const struct uuid *ids = view_unit(v, &directory, mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(v, &ids[i], mem, &one, e))
			return false;
		json_array_append(g.list, doc_record(&one, mem));
	}
	*out = json_keep(
		json_pack("{s:i, s:O}", "head", 0, "records", g.list), mem);
	return true;
}
