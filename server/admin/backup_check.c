/*
 * backup_check.c - see backup_check.h.
 */
#include "server/admin/backup_check.h"

#include "server/files/chunks.h"

#include <string.h>

#define COMMITS_AT_ONCE 10000
#define SEALED_AT_ONCE  1000
#define FILES_AT_ONCE   100

static bool broken(struct err *e, const char *what)
{
	return err_set(e, ERR_INTERNAL, "the backup holds %s", what);
}

/* ---- the log ---- */

/* sha256(previous chain ‖ csn ‖ leaf); the first has nothing before it. */
static struct sha256 link_of(
	const struct sha256 *before, int64_t csn, struct str leaf)
{
	struct sha256_run *run = sha256_begin();
	unsigned char number[8];

	for (int i = 0; i < 8; i++)
		number[i] = (unsigned char)((uint64_t)csn >> (56 - 8 * i));
	if (csn > 1)
		sha256_add(run, before->b, SHA256_LEN);
	sha256_add(run, number, sizeof(number));
	sha256_add(run, leaf.p, leaf.n);
	return sha256_end(run);
}

static bool link_rows(
	const struct db_rows *rows, struct log_head *at, struct err *e)
{
	for (int i = 0; i < db_count(rows); i++) {
		int64_t csn = db_get_int(rows, i, "csn");
		struct str is = db_get_bytes(rows, i, "chain");
		struct sha256 want =
			link_of(&at->chain, csn, db_get_bytes(rows, i, "leaf"));

		if (csn != at->csn + 1)
			return broken(e, "a log with a commit missing");
		if (is.n != SHA256_LEN || memcmp(is.p, want.b, SHA256_LEN) != 0)
			return broken(e, "a log whose chain does not link");
		at->csn = csn;
		at->chain = want;
	}
	return true;
}

static bool check_log(struct db *db, struct log_head *at, struct err *e)
{
	bool ok = true, more = true;

	memset(at, 0, sizeof(*at));
	while (ok && more) {
		struct arena *mem = arena_new();
		struct db_rows *rows;
		struct db_args a;

		db_args_init(&a, mem);
		db_int(&a, at->csn);
		db_int(&a, COMMITS_AT_ONCE);
		ok = db_run(db, Q_BACKUP_COMMITS, &a, &rows, e) &&
		     link_rows(rows, at, e);
		more = ok && db_count(rows) == COMMITS_AT_ONCE;
		arena_free(mem);
	}
	return ok;
}

static bool check_records(struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_args none;
	struct db_rows *rows;
	bool ok;

	db_args_init(&none, mem);
	ok = db_run(db, Q_BACKUP_PROBLEMS, &none, &rows, e);
	if (ok && db_count(rows) > 0)
		ok = broken(e, db_get_text(rows, 0, "problem"));
	arena_free(mem);
	return ok;
}

/* What is sealed is opened and hashed by the database's own door. */
static bool check_sealed(struct db *db, struct err *e)
{
	struct uuid last = {{0}};
	int64_t version = 0;
	bool ok = true, more = true;

	while (ok && more) {
		struct arena *mem = arena_new();
		struct db_rows *rows = NULL;
		struct db_args a;
		int n;

		db_args_init(&a, mem);
		db_uuid(&a, &last);
		db_int(&a, version);
		db_int(&a, SEALED_AT_ONCE);
		ok = db_run(db, Q_BACKUP_SEALED, &a, &rows, e);
		n = ok ? db_count(rows) : 0;
		more = n == SEALED_AT_ONCE;
		if (n) {
			last = db_get_uuid(rows, n - 1, "record_id");
			version = db_get_int(rows, n - 1, "version");
		}
		arena_free(mem);
	}
	return ok;
}

/* ---- the files ---- */

static void add_chunk(
	void *ctx, int64_t no, const unsigned char *plain, size_t n)
{
	(void)no;
	sha256_add(ctx, plain, n);
}

static bool check_file(struct db *db, const struct file_box *box,
	const struct uuid *chunks, struct err *e)
{
	struct sha256_run *run = sha256_begin();
	bool ok = chunks_each(db, box, chunks, 0, file_chunks(box->size) - 1,
		add_chunk, run, e);
	struct sha256 is = sha256_end(run);

	return ok && (sha256_equal(&is, &box->sha) ||
			     broken(e, "a file that is not its hash"));
}

static bool check_files_of(struct db *db, const struct file_keys *keys,
	const struct db_rows *rows, struct backup_figures *out,
	struct sha256 *last, struct err *e)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid chunks = db_get_uuid(rows, i, "chunks");
		struct file_box box;
		bool ok;

		memcpy(last->b, db_get_bytes(rows, i, "sha256").p, SHA256_LEN);
		ok = file_box_open(keys, last, db_get_int(rows, i, "size"),
			     db_get_bytes(rows, i, "key_id"),
			     db_get_bytes(rows, i, "sealed_key"), &box, e) &&
		     check_file(db, &box, &chunks, e);
		file_box_wipe(&box);
		if (!ok)
			return false;
		out->files++;
		out->file_bytes += db_get_int(rows, i, "size");
	}
	return true;
}

static bool check_files(struct db *db, const struct file_keys *keys,
	struct backup_figures *out, struct err *e)
{
	struct sha256 last = {{0}};
	bool ok = true, more = true;

	while (ok && more) {
		struct arena *mem = arena_new();
		struct db_rows *rows;
		struct db_args a;

		db_args_init(&a, mem);
		db_bytes(&a, last.b, SHA256_LEN);
		db_int(&a, FILES_AT_ONCE);
		ok = db_run(db, Q_BACKUP_FILES, &a, &rows, e) &&
		     check_files_of(db, keys, rows, out, &last, e);
		more = ok && db_count(rows) == FILES_AT_ONCE;
		arena_free(mem);
	}
	return ok;
}

bool backup_check(struct db *db, const struct file_keys *keys,
	struct backup_figures *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	return check_log(db, &out->head, e) && check_records(db, e) &&
	       check_sealed(db, e) && check_files(db, keys, out, e);
}
