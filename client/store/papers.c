/*
 * papers.c - what the station keeps for itself (see store.h).
 *
 * Opening the store only counts them into the sum; a paper is read when it is
 * asked for, because most commands never do. What is asked of all of them (how
 * many, how large, about whom) is read once and then remembered.
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

/* ---- what is remembered of each ---- */

struct paper_row {
	unsigned char key[SHA256_LEN];
	const char *kind;
	const char *name;
	size_t bytes;
	struct uuid of;  /* the unit it says it is about; nil: none */
	struct uuid rec; /* the record */
	bool edits;      /* it holds that record as it was */
};

static struct paper_row *rows_of(const struct store *s)
{
	return (struct paper_row *)(void *)s->papers.p;
}

static size_t row_count(const struct store *s)
{
	return s->papers.n / sizeof(struct paper_row);
}

static struct paper_row *row_of(
	const struct store *s, const unsigned char key[SHA256_LEN])
{
	for (size_t i = 0; i < row_count(s); i++)
		if (memcmp(rows_of(s)[i].key, key, SHA256_LEN) == 0)
			return &rows_of(s)[i];
	return NULL;
}

static void get_id(const json_t *j, const char *member, struct uuid *out)
{
	const char *text = json_str(j, member);

	if (!text || !uuid_parse(text, out))
		memset(out, 0, sizeof(*out));
}

/* `bytes`: of the whole paper. */
static void remember(struct store *s, const unsigned char key[SHA256_LEN],
	const json_t *paper, size_t bytes)
{
	const json_t *doc = json_object_get(paper, "doc");
	const json_t *value = json_object_get(doc, "value");
	struct paper_row *row = row_of(s, key), made;

	if (!row) {
		const char *name = json_str(paper, "name");

		memset(&made, 0, sizeof(made));
		memcpy(made.key, key, SHA256_LEN);
		made.kind = arena_strdup(s->mem, json_str(paper, "kind"));
		made.name = arena_strdup(s->mem, name);
		buf_add(&s->papers, &made, sizeof(made));
		row = &rows_of(s)[row_count(s) - 1];
	}
	row->bytes = bytes;
	get_id(value, "case", &row->of);
	get_id(value, "rec", &row->rec);
	row->edits = json_is_object(json_object_get(value, "base"));
}

static void unremember(struct store *s, const unsigned char key[SHA256_LEN])
{
	struct paper_row *row = row_of(s, key);
	size_t after;

	if (!row)
		return;
	after = row_count(s) - 1 - (size_t)(row - rows_of(s));
	memmove(row, row + 1, after * sizeof(*row));
	s->papers.n -= sizeof(*row);
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

typedef void (*use_paper)(
	const json_t *paper, const unsigned char *key, size_t bytes, void *ctx);

static bool each_paper(struct store *s, struct arena *mem, use_paper use,
	void *ctx, struct err *e)
{
	struct sql_run *r = sql_take(s->db, S_PAPER_ALL);
	bool row;

	for (;;) {
		json_t *paper;
		struct str key, sealed;

		if (!sql_step(s->db, r, &row, e))
			return false;
		if (!row)
			break;
		key = sql_col_blob(r, 0);
		sealed = sql_col_blob(r, 2);
		paper = key.n == SHA256_LEN
				? open_paper(s, (const unsigned char *)key.p,
					  sql_col_int(r, 1), sealed, mem)
				: NULL;
		if (!paper) {
			sql_end(r);
			return store_damaged("paper", e);
		}
		use(paper, (const unsigned char *)key.p, sealed.n, ctx);
	}
	sql_end(r);
	return true;
}

struct listing {
	const char *kind;
	json_t *out;
};

static void list_one(
	const json_t *paper, const unsigned char *key, size_t bytes, void *ctx)
{
	struct listing *q = ctx;

	(void)key;
	(void)bytes;
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

static void look_at(
	const json_t *paper, const unsigned char *key, size_t bytes, void *ctx)
{
	(void)paper;
	(void)key;
	(void)bytes;
	(void)ctx;
}

bool papers_verify(struct store *s, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = each_paper(s, mem, look_at, NULL, e);

	arena_free(mem);
	return ok;
}

static void remember_one(
	const json_t *paper, const unsigned char *key, size_t bytes, void *ctx)
{
	remember(ctx, key, paper, bytes);
}

static bool know_all(struct store *s, struct err *e)
{
	struct arena *mem;

	if (s->papers_known)
		return true;
	mem = arena_new();
	s->papers_known = each_paper(s, mem, remember_one, s, e);
	arena_free(mem);
	return s->papers_known;
}

bool store_papers_total(struct store *s, const char *kind, size_t *n,
	size_t *bytes, struct err *e)
{
	*n = *bytes = 0;
	if (!know_all(s, e))
		return false;
	for (size_t i = 0; i < row_count(s); i++)
		if (strcmp(rows_of(s)[i].kind, kind) == 0) {
			++*n;
			*bytes += rows_of(s)[i].bytes;
		}
	return true;
}

bool store_paper_size(struct store *s, const char *kind, const char *name,
	size_t *bytes, struct err *e)
{
	unsigned char key[SHA256_LEN];
	const struct paper_row *row;

	if (!know_all(s, e))
		return false;
	paper_key(s, kind, name, key);
	row = row_of(s, key);
	*bytes = row ? row->bytes : 0;
	return true;
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
	unremember(s, key);
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
	if (s->papers_known)
		remember(s, key, paper, text.n);
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

/* ---- papers about a unit ---- */

static bool is_about(const struct paper_row *row, const struct uuid *unit)
{
	return uuid_cmp(&row->of, unit) == 0 || uuid_cmp(&row->rec, unit) == 0;
}

/* Of a unit that is still here: what is kept of a record that no longer is. */
static bool outlives(const struct store *s, const struct paper_row *row,
	const struct uuid *unit)
{
	return !store_unit(s, unit) ||
	       (row->edits && !store_held(s, &row->rec, NULL));
}

static void tell_gone(struct store *s, const struct paper_row *row)
{
	json_t *names;

	if (!s->papers_gone)
		s->papers_gone = json_object();
	names = json_object_get(s->papers_gone, row->kind);
	if (!names) {
		names = json_array();
		json_object_set_new(s->papers_gone, row->kind, names);
	}
	json_array_append_new(names, json_string(row->name));
}

bool papers_drop_unit(struct store *s, const struct uuid *unit, struct err *e)
{
	if (!know_all(s, e))
		return false;
	for (size_t i = row_count(s); i-- > 0;) {
		const struct paper_row *row = &rows_of(s)[i];
		unsigned char key[SHA256_LEN];

		if (!is_about(row, unit) || !outlives(s, row, unit))
			continue;
		s->purged = true;
		tell_gone(s, row);
		memcpy(key, row->key, SHA256_LEN);
		if (!forget(s, key, e) || !drop(s, key, e))
			return false;
	}
	return true;
}

const json_t *store_papers_gone(const struct store *s, const char *kind)
{
	return json_object_get(s->papers_gone, kind);
}

void papers_free(struct store *s)
{
	buf_free(&s->papers);
	json_decref(s->papers_gone);
}
