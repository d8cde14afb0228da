/*
 * papers.c - what the station keeps for itself (see store.h).
 *
 * Opening the store only counts them into the sum; a paper is read when it is
 * asked for, because most commands never do.
 */
#include "client/store/store_in.h"

#include <string.h>

static void paper_key(const struct store *s, const char *kind, const char *name,
	unsigned char out[SHA256_LEN])
{
	struct sha256_run *run = sha256_begin();
	struct sha256 id;

	sha256_add(run, kind, strlen(kind) + 1);
	sha256_add(run, name, strlen(name) + 1);
	id = sha256_end(run);
	store_key(s, ROW_PAPER, id.b, sizeof(id.b), out);
}

bool papers_load(struct store *s, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_PAPER_REVISIONS);
	unsigned char key[SHA256_LEN];
	bool row;

	for (;;) {
		struct str id;

		if (!sql_step(s->db, r, &row, e))
			return false;
		if (!row)
			break;
		id = sql_col_blob(r, 0);
		if (id.n != sizeof(key))
			return store_damaged("paper", e);
		memcpy(key, id.p, sizeof(key));
		store_sum(s, ROW_PAPER, key, sql_col_int(r, 1));
	}
	sql_end(r);
	return true;
}

/* {"kind","name","doc"}, or NULL when the row does not open. */
static json_t *open_paper(struct store *s, const unsigned char *key,
	int64_t rev, struct str sealed, struct arena *mem)
{
	json_t *paper = NULL;
	struct str text;

	if (store_unseal(
		    s, &s->keys.paper, ROW_PAPER, key, rev, sealed, mem, &text))
		paper = json_loadb(text.p, text.n, 0, NULL);
	return paper ? json_keep(paper, mem) : NULL;
}

/* ---- reading ---- */

bool store_paper(struct store *s, const char *kind, const char *name,
	struct arena *mem, json_t **out, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_PAPER_GET);
	unsigned char key[SHA256_LEN];
	json_t *paper = NULL;
	bool row;

	*out = NULL;
	paper_key(s, kind, name, key);
	sql_blob(r, 1, key, sizeof(key));
	if (!sql_step(s->db, r, &row, e))
		return false;
	if (row)
		paper = open_paper(
			s, key, sql_col_int(r, 0), sql_col_blob(r, 1), mem);
	sql_end(r);
	*out = json_object_get(paper, "doc");
	return !row || paper || store_damaged("paper", e);
}

typedef void (*use_paper)(const json_t *paper, void *ctx);

static bool each_paper(struct store *s, struct arena *mem, use_paper use,
	void *ctx, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_PAPER_ALL);
	bool row;

	for (;;) {
		json_t *paper;
		struct str key;

		if (!sql_step(s->db, r, &row, e))
			return false;
		if (!row)
			break;
		key = sql_col_blob(r, 0);
		paper = key.n == SHA256_LEN
				? open_paper(s, (const unsigned char *)key.p,
					  sql_col_int(r, 1), sql_col_blob(r, 2),
					  mem)
				: NULL;
		if (!paper) {
			sql_end(r);
			return store_damaged("paper", e);
		}
		use(paper, ctx);
	}
	sql_end(r);
	return true;
}

struct listing {
	const char *kind;
	json_t *out;
};

static void list_one(const json_t *paper, void *ctx)
{
	struct listing *q = ctx;

	if (strcmp(json_str(paper, "kind"), q->kind) == 0)
		json_array_append_new(
			q->out, json_pack("{s:O, s:O}", "name",
					json_object_get(paper, "name"), "doc",
					json_object_get(paper, "doc")));
}

bool store_papers(struct store *s, const char *kind, struct arena *mem,
	json_t **out, struct err *e)
{
	struct listing q = {kind, json_keep(json_array(), mem)};

	*out = q.out;
	return each_paper(s, mem, list_one, &q, e);
}

static void look_at(const json_t *paper, void *ctx)
{
	(void)paper;
	(void)ctx;
}

bool papers_verify(struct store *s, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = each_paper(s, mem, look_at, NULL, e);

	arena_free(mem);
	return ok;
}

/* ---- writing ---- */

/* Takes an older paper out of the sum. */
static bool forget(
	struct store *s, const unsigned char key[SHA256_LEN], struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_PAPER_GET);
	bool row;

	sql_blob(r, 1, key, SHA256_LEN);
	if (!sql_step(s->db, r, &row, e))
		return store_broke(s);
	if (row)
		store_sum(s, ROW_PAPER, key, sql_col_int(r, 0));
	sql_end(r);
	return true;
}

static bool drop(
	struct store *s, const unsigned char key[SHA256_LEN], struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_PAPER_DROP);

	sql_blob(q, 1, key, SHA256_LEN);
	return sql_do(s->db, q, e) || store_broke(s);
}

static bool write_paper(struct store *s, const unsigned char key[SHA256_LEN],
	const json_t *paper, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_PAPER_PUT);
	struct arena *mem = arena_new();
	int64_t rev = store_rev(s);
	struct str text;
	bool ok;

	text.p = json_canonical(paper, mem);
	text.n = strlen(text.p);
	text = store_seal(s, &s->keys.paper, ROW_PAPER, key, rev, text);
	sql_blob(q, 1, key, SHA256_LEN);
	sql_int(q, 2, rev);
	sql_blob(q, 3, text.p, text.n);
	store_sum(s, ROW_PAPER, key, rev);
	ok = sql_do(s->db, q, e);
	arena_free(mem);
	return ok || store_broke(s);
}

bool store_paper_put(struct store *s, const char *kind, const char *name,
	json_t *doc, struct err *e)
{
	unsigned char key[SHA256_LEN];
	json_t *paper;
	bool ok;

	paper_key(s, kind, name, key);
	if (!forget(s, key, e)) {
		json_decref(doc);
		return false;
	}
	if (!doc)
		return drop(s, key, e);
	paper = json_pack(
		"{s:s, s:s, s:o}", "kind", kind, "name", name, "doc", doc);
	ok = write_paper(s, key, paper, e);
	json_decref(paper);
	return ok;
}
