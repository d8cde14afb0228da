/*
 * h_kept.c - what pages keep for the person whose store this is: drafts as
 * typed, saved views. It lies in the store, sealed like everything there,
 * because the address of these pages, and so the browser's own storage, is
 * another each time they are opened.
 */
#include "client/local/local_in.h"

#include "proto/base/host.h"

#include <string.h>

#define PAPER     "page"
#define KEYS_MAX  500
#define KEY_MAX   200
#define VALUE_MAX ((size_t)256 << 10)

static bool read_kept(
	struct local *l, struct ask *a, json_t **out, struct err *e)
{
	return store_papers(l->s, PAPER, a->mem, out, e);
}

bool local_kept_get(struct local *l, struct ask *a, struct err *e)
{
	json_t *papers, *kept = json_array();

	if (!read_kept(l, a, &papers, e)) {
		json_decref(kept);
		return false;
	}
	for (size_t i = 0; i < json_array_size(papers); i++)
		json_array_append(kept,
			json_object_get(json_array_get(papers, i), "doc"));
	return ask_json(
		a, 200, json_keep(json_pack("{s:o}", "kept", kept), a->mem));
}

static bool is_key(const char *key, const char *field, struct err *e)
{
	return (key && *key && strlen(key) <= KEY_MAX) ||
	       err_field(e, ERR_BAD_INPUT, field, "1-%d", KEY_MAX);
}

static bool check_one(struct ask *a, const json_t *one, struct err *e)
{
	const json_t *value = json_object_get(one, "value");

	if (!is_key(json_str(one, "key"), "put.key", e))
		return false;
	if (!value)
		return err_field(e, ERR_MISSING, "put.value", "JSON");
	return strlen(json_canonical(value, a->mem)) <= VALUE_MAX ||
	       err_field(e, ERR_TOO_LARGE, "put.value", "%zu", VALUE_MAX);
}

static bool check_all(struct local *l, struct ask *a, const json_t *put,
	const json_t *drop, struct err *e)
{
	json_t *papers;

	for (size_t i = 0; i < json_array_size(put); i++)
		if (!check_one(a, json_array_get(put, i), e))
			return false;
	for (size_t i = 0; i < json_array_size(drop); i++)
		if (!is_key(json_string_value(json_array_get(drop, i)), "drop",
			    e))
			return false;
	return read_kept(l, a, &papers, e) &&
	       (json_array_size(papers) + json_array_size(put) <= KEYS_MAX ||
		       err_field(e, ERR_TOO_LARGE, "put", "%d", KEYS_MAX));
}

static bool write_all(
	struct local *l, const json_t *put, const json_t *drop, struct err *e)
{
	for (size_t i = 0; i < json_array_size(put); i++) {
		json_t *one = json_array_get(put, i);

		if (!store_paper_put(l->s, PAPER, json_str(one, "key"),
			    json_deep_copy(one), e))
			return false;
	}
	for (size_t i = 0; i < json_array_size(drop); i++)
		if (!store_paper_put(l->s, PAPER,
			    json_string_value(json_array_get(drop, i)), NULL,
			    e))
			return false;
	return true;
}

/* {"put":[{"key","value","at"}],"drop":[key…]}: all of it or nothing. */
bool local_kept_post(struct local *l, struct ask *a, struct err *e)
{
	const json_t *put = json_object_get(a->json, "put");
	const json_t *drop = json_object_get(a->json, "drop");

	if (!check_all(l, a, put, drop, e) || !store_begin(l->s, e))
		return false;
	if (!write_all(l, put, drop, e)) {
		store_rollback(l->s);
		return false;
	}
	return store_commit(l->s, e) && ask_reply(a, 204, NULL, "", 0);
}
