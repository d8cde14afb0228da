/*
 * h_kept.c - what pages keep for the person whose store this is: drafts as
 * typed, saved views. It lies in the store, sealed like everything there,
 * because the address of these pages, and so the browser's own storage, is
 * another each time they are opened.
 *
 * What is about a case goes with it (store.h), and a page that still shows it
 * is told: what it brings again is not kept.
 */
#include "client/local/local_in.h"

#include "proto/base/utf8.h"

#include <string.h>

#define PAPER     "page"
#define KEYS_MAX  500
#define KEY_MAX   200
#define VALUE_MAX ((size_t)256 << 10)
#define TOTAL_MAX ((size_t)8 << 20)

json_t *local_kept_gone(const struct local *l)
{
	const json_t *gone = store_papers_gone(l->s, PAPER);

	return gone ? json_deep_copy(gone) : json_array();
}

bool local_kept_get(struct local *l, struct ask *a, struct err *e)
{
	json_t *papers, *kept;

	if (!store_papers(l->s, PAPER, a->mem, &papers, e))
		return false;
	kept = json_array();
	for (size_t i = 0; i < json_array_size(papers); i++)
		json_array_append(kept,
			json_object_get(json_array_get(papers, i), "doc"));
	return ask_json(
		a, 200, json_keep(json_pack("{s:o}", "kept", kept), a->mem));
}

/* ---- what is asked for ---- */

struct order {
	const json_t *put;
	const json_t *drop;
};

static bool read_list(const struct ask *a, const char *name, const json_t **out,
	struct err *e)
{
	*out = json_object_get(a->json, name);
	return !*out || json_is_array(*out) ||
	       err_field(e, ERR_BAD_INPUT, name, "[…]");
}

static bool is_key(const char *key, const char *field, struct err *e)
{
	return (key && *key && utf8_count(key) <= KEY_MAX) ||
	       err_field(e, ERR_BAD_INPUT, field, "1-%d", KEY_MAX);
}

/* *bytes: of its value. */
static bool check_one(
	struct ask *a, const json_t *one, size_t *bytes, struct err *e)
{
	const json_t *value = json_object_get(one, "value");

	if (!is_key(json_str(one, "key"), "put.key", e))
		return false;
	if (!value)
		return err_field(e, ERR_MISSING, "put.value", "JSON");
	*bytes = strlen(json_canonical(value, a->mem));
	return *bytes <= VALUE_MAX ||
	       err_field(e, ERR_TOO_LARGE, "put.value", "%zu", VALUE_MAX);
}

/* How many and how much there would be. What an order names twice counts
 * twice. */
struct total {
	size_t n;
	size_t bytes;
};

static bool take_off(
	struct local *l, struct total *t, const char *key, struct err *e)
{
	size_t bytes;

	if (!store_paper_size(l->s, PAPER, key, &bytes, e))
		return false;
	t->n -= bytes && t->n;
	t->bytes -= bytes < t->bytes ? bytes : t->bytes;
	return true;
}

static bool check_put(struct local *l, struct ask *a, const json_t *put,
	struct total *t, struct err *e)
{
	for (size_t i = 0; i < json_array_size(put); i++) {
		const json_t *one = json_array_get(put, i);
		size_t bytes = 0;

		if (!check_one(a, one, &bytes, e) ||
			!take_off(l, t, json_str(one, "key"), e))
			return false;
		t->n++;
		t->bytes += bytes;
	}
	return true;
}

static bool check_drop(
	struct local *l, const json_t *drop, struct total *t, struct err *e)
{
	for (size_t i = 0; i < json_array_size(drop); i++) {
		const char *key = json_string_value(json_array_get(drop, i));

		if (!is_key(key, "drop", e) || !take_off(l, t, key, e))
			return false;
	}
	return true;
}

static bool read_order(
	struct local *l, struct ask *a, struct order *o, struct err *e)
{
	struct total t;

	if (!read_list(a, "put", &o->put, e) ||
		!read_list(a, "drop", &o->drop, e) ||
		!store_papers_total(l->s, PAPER, &t.n, &t.bytes, e) ||
		!check_drop(l, o->drop, &t, e) ||
		!check_put(l, a, o->put, &t, e))
		return false;
	if (t.n > KEYS_MAX)
		return err_field(e, ERR_TOO_LARGE, "put", "%d", KEYS_MAX);
	return t.bytes <= TOTAL_MAX ||
	       err_field(e, ERR_TOO_LARGE, "put", "%zu bytes", TOTAL_MAX);
}

/* ---- about what is not here ---- */

static bool is_here(struct view *v, const json_t *value, const char *member,
	struct arena *mem, bool *named)
{
	const char *text = json_str(value, member);
	struct uuid id;
	struct seen r;
	struct err ignored;

	*named = text && uuid_parse(text, &id);
	return *named && view_record(v, &id, mem, &r, &ignored);
}

/* A page that was open while its case was taken away brings what it shows. */
static bool is_gone(struct view *v, const json_t *value, struct arena *mem)
{
	bool of_case, of_rec;
	bool unit = is_here(v, value, "case", mem, &of_case);
	bool rec = is_here(v, value, "rec", mem, &of_rec);

	if (of_rec && json_is_object(json_object_get(value, "base")))
		return !rec;
	return of_case && !unit && !rec;
}

static bool put_one(struct local *l, struct ask *a, const json_t *one,
	json_t *gone, struct err *e)
{
	const char *key = json_str(one, "key");
	bool lost = is_gone(
		local_view(l, a), json_object_get(one, "value"), a->mem);

	if (lost)
		json_array_append_new(gone, json_string(key));
	return store_paper_put(l->s, PAPER, key,
		lost ? NULL : json_deep_copy((json_t *)(uintptr_t)one), e);
}

bool local_kept_drop(struct local *l, const json_t *keys, struct err *e)
{
	for (size_t i = 0; i < json_array_size(keys); i++)
		if (!store_paper_put(l->s, PAPER,
			    json_string_value(json_array_get(keys, i)), NULL,
			    e))
			return false;
	return true;
}

static bool write_all(struct local *l, struct ask *a, const struct order *o,
	json_t *gone, struct err *e)
{
	for (size_t i = 0; i < json_array_size(o->put); i++)
		if (!put_one(l, a, json_array_get(o->put, i), gone, e))
			return false;
	return local_kept_drop(l, o->drop, e);
}

/* {"put":[{"key","value","at"}],"drop":[key…]}: all of it or nothing. */
bool local_kept_post(struct local *l, struct ask *a, struct err *e)
{
	json_t *gone = json_keep(json_array(), a->mem);
	struct order o;

	if (!read_order(l, a, &o, e) || !store_begin(l->s, e))
		return false;
	if (!write_all(l, a, &o, gone, e)) {
		store_rollback(l->s);
		return false;
	}
	return store_commit(l->s, e) &&
	       ask_json(a, 200,
		       json_keep(json_pack("{s:O}", "gone", gone), a->mem));
}
