/*
 * export.c - see notary.h: the trail as a file that proves itself.
 */
#include "server/notary/in.h"

#include <inttypes.h>
#include <string.h>

#include "proto/trail_check.h"

#define N PRId64

struct writer {
	FILE *out;
	struct sha256_run *sha;
	int64_t lines;
	struct db *db;
	int64_t epoch, size;
	struct notary_export *x;
};

/* ---- lines ---- */

static void line(struct writer *w, const char *text)
{
	size_t n = strlen(text);

	sha256_add(w->sha, text, n);
	sha256_add(w->sha, "\n", 1);
	fwrite(text, 1, n, w->out);
	fputc('\n', w->out);
	w->lines++;
}

static void note_lines(
	struct writer *w, const char *word, struct str note, struct arena *mem)
{
	char *text = arena_strndup(mem, note.p, note.n), *at = text, *end;

	line(w, word);
	for (; (end = strchr(at, '\n')); at = end + 1) {
		*end = 0;
		line(w, at);
	}
}

static void head_lines(struct writer *w, const char *note, struct arena *mem)
{
	note_lines(w, "head", (struct str){note, strlen(note)}, mem);
}

static void key_lines(struct writer *w, struct arena *mem)
{
	struct str rest = {w->x->handovers, strlen(w->x->handovers)}, one;

	line(w, arena_printf(mem, "key %s", w->x->key_line));
	while ((one = handover_next(&rest)).p)
		note_lines(w, "handover", one, mem);
}

static const char *hash_text(const struct sha256 *s, struct arena *mem)
{
	return base64_format(s->b, SHA256_LEN, mem);
}

/* What lies beside a range, subtree by subtree. */
static bool beside(struct writer *w, const char *word, int64_t from, int64_t to,
	struct arena *mem, struct err *e)
{
	struct tree_part part[2 * TREE_PROOF_MOST];
	struct tile_reader r = {w->db, mem, w->epoch, NULL};
	size_t n = tree_cover(from, to, part);

	for (size_t i = 0; i < n; i++) {
		struct sha256 s;

		if (!tile_read(&r, part[i].level, part[i].index, &s, e))
			return false;
		line(w, arena_printf(mem, "%s %s", word, hash_text(&s, mem)));
	}
	return true;
}

/* ---- leaves ---- */

static void leaf_line(struct writer *w, int64_t index, const struct entry *x,
	bool known, const struct sha256 *sealed, struct arena *mem)
{
	static const char letters[] = "ecs";
	const char *bytes =
		x->bytes.p ? base64_format(x->bytes.p, x->bytes.n, mem) : "-";

	line(w, arena_printf(mem, "leaf %" N " %c %" N " %s %s", index,
			known ? letters[x->kind] : '?', known ? x->no : 0,
			hash_text(sealed, mem), bytes));
}

static bool write_leaves(struct writer *w, int64_t from, int64_t to,
	struct arena *mem, struct err *e)
{
	size_t count = (size_t)(to - from);
	struct entry *x = ARENA_ARRAY(mem, struct entry, count);
	bool *known = ARENA_ARRAY(mem, bool, count);
	struct sha256 *sealed = ARENA_ARRAY(mem, struct sha256, count);
	static const unsigned char no_mark[32];
	struct tile_reader r = {w->db, mem, w->epoch, NULL};
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, w->epoch);
	db_int(&a, from);
	db_int(&a, to);
	if (!db_run(w->db, Q_SEAL_LEAVES, &a, &rows, e))
		return false;
	for (size_t i = 0; i < count; i++)
		x[i].kind = 3;
	for (int i = 0; i < db_count(rows); i++) {
		size_t at = (size_t)(db_get_int(rows, i, "n") - from);
		char kind = *db_get_text(rows, i, "kind");

		known[at] = true;
		x[at].kind = kind == 'e' ? 0 : kind == 'c' ? 1 : 2;
		x[at].no = db_get_int(rows, i, "no");
	}
	if (!entries_read(w->db, mem, x, count, w->epoch, no_mark, e) ||
		!tile_leaves(&r, from, to, sealed, e))
		return false;
	for (size_t i = 0; i < count; i++)
		leaf_line(
			w, from + (int64_t)i, &x[i], known[i], &sealed[i], mem);
	w->x->leaves += (int64_t)count;
	return true;
}

static bool each_batch(
	struct writer *w, int64_t from, int64_t to, struct err *e)
{
	bool ok = true;

	while (ok && from < to) {
		int64_t next = from + 2048 < to ? from + 2048 : to;
		struct arena *mem = arena_new();

		ok = write_leaves(w, from, next, mem, e);
		arena_free(mem);
		from = next;
	}
	return ok;
}

/* Events that are not sealed yet, or that were put in later. */
static bool write_open(struct writer *w, struct err *e)
{
	static const unsigned char no_mark[32];
	int64_t after = 0;
	bool more = true, ok = true;

	while (ok && more) {
		struct arena *mem = arena_new();
		struct entry *x = ARENA_ARRAY(mem, struct entry, 1024);
		struct db_rows *rows;
		struct db_args a;
		size_t n = 0;

		db_args_init(&a, mem);
		db_int(&a, after);
		db_int(&a, 1024);
		ok = db_run(w->db, Q_SEAL_OPEN, &a, &rows, e);
		for (int i = 0; ok && i < db_count(rows); i++)
			x[n++].no = after = db_get_int(rows, i, "id");
		more = n == 1024;
		ok = ok && entries_read(w->db, mem, x, n, w->epoch, no_mark, e);
		for (size_t i = 0; ok && i < n; i++)
			if (x[i].bytes.p) {
				line(w, arena_printf(mem, "open %s",
						base64_format(x[i].bytes.p,
							x[i].bytes.n, mem)));
				w->x->open++;
			}
		arena_free(mem);
	}
	return ok;
}

/* ---- an epoch ---- */

static bool range_of(struct writer *w, struct arena *mem, int64_t *from,
	int64_t *to, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	*from = 0;
	*to = w->size;
	if (!w->x->to_ms)
		return true;
	db_args_init(&a, mem);
	db_int(&a, w->epoch);
	db_ms(&a, w->x->from_ms);
	db_ms(&a, w->x->to_ms);
	if (!db_run(w->db, Q_SEAL_RANGE, &a, &rows, e))
		return false;
	*from = db_get_int(rows, 0, "first");
	*to = db_get_int(rows, 0, "behind");
	if (*to > w->size)
		*to = w->size;
	return true;
}

static bool write_older(struct writer *w, struct arena *mem, struct err *e)
{
	struct tile_reader r = {w->db, mem, w->epoch, NULL};
	struct tree_proof p;
	struct buf b;

	if (!tree_consistency(w->x->older, w->size, tile_read, &r, &p, e))
		return err_field(
			e, ERR_USAGE, "since", "1-%" N " leaves", w->size);
	buf_init(&b, 8192);
	buf_printf(&b, "older %" N, w->x->older);
	for (size_t i = 0; i < p.n; i++)
		buf_printf(&b, " %s", hash_text(&p.node[i], mem));
	line(w, b.p);
	buf_free(&b);
	return true;
}

static bool write_epoch(struct writer *w, const struct db_rows *rows, int i,
	bool last, struct arena *mem, struct err *e)
{
	const char *reason = db_get_text(rows, i, "reason");
	int64_t from, to;

	w->epoch = db_get_int(rows, i, "epoch");
	w->size = db_get_int(rows, i, "size");
	if (!range_of(w, mem, &from, &to, e))
		return false;
	if (from == to && !last)
		return true;
	line(w, arena_printf(mem, "epoch %" N, w->epoch));
	head_lines(w, db_get_text(rows, i, "note"), mem);
	if (reason && *reason && from == 0)
		line(w, arena_printf(mem, "why %s",
				base64_format(reason, strlen(reason), mem)));
	line(w, arena_printf(mem, "range %" N " %" N, from, to));
	return beside(w, "left", 0, from, mem, e) &&
	       each_batch(w, from, to, e) &&
	       beside(w, "right", to, w->size, mem, e) &&
	       (!last || !w->x->older || write_older(w, mem, e));
}

static bool write_all(struct writer *w, struct arena *mem, struct err *e)
{
	struct db_args none;
	struct db_rows *rows;

	db_args_init(&none, mem);
	if (!db_run(w->db, Q_BEGIN_SNAPSHOT, &none, NULL, e) ||
		!db_run(w->db, Q_SEAL_HEADS, &none, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_set(e, ERR_NOT_FOUND,
			"nothing is sealed yet: casebridged seal does it");
	line(w, TRAIL_FIRST_LINE);
	key_lines(w, mem);
	for (int i = 0; i < db_count(rows); i++)
		if (!write_epoch(w, rows, i, i + 1 == db_count(rows), mem, e))
			return false;
	return w->x->to_ms || write_open(w, e);
}

static void end_line(struct writer *w)
{
	struct sha256 sha = sha256_end(w->sha);
	char hex[SHA256_HEX];

	fprintf(w->out, "end %" N " %s\n", w->lines,
		hex_format(sha.b, SHA256_LEN, hex));
}

bool notary_export(const struct config *c, struct notary_export *x, FILE *out,
	struct err *e)
{
	struct arena *mem = arena_new();
	struct writer w = {.out = out, .x = x, .sha = sha256_begin()};
	bool ok;

	w.db = db_open_only(c->database_seal, "seal_", e);
	ok = w.db && write_all(&w, mem, e);
	end_line(&w);
	if (ok && (fflush(out) != 0 || ferror(out)))
		ok = err_set(e, ERR_INTERNAL, "the file could not be written");
	db_close(w.db);
	arena_free(mem);
	return ok;
}
