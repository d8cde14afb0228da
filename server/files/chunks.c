/*
 * chunks.c - see chunks.h.
 */
#include "server/files/chunks.h"

#define AT_ONCE 4 /* chunks read at a time: a MiB of a file in memory */

static bool some(struct db *db, const struct file_box *box,
	const struct uuid *chunks, int64_t from, int64_t to, chunk_taker *take,
	void *ctx, struct err *e)
{
	struct arena *mem = arena_new();
	unsigned char *plain = arena_alloc(mem, FILE_CHUNK);
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	db_args_init(&a, mem);
	db_uuid(&a, chunks);
	db_int(&a, from);
	db_int(&a, to);
	ok = db_run(db, Q_UPLOAD_CHUNKS, &a, &rows, e) &&
	     (db_count(rows) == to - from + 1 ||
		     err_set(e, ERR_INTERNAL, "a file with a part missing"));
	for (int64_t no = from; ok && no <= to; no++) {
		size_t n = file_chunk_bytes(box->size, no);

		ok = chunk_open(box, no,
			db_get_bytes(rows, (int)(no - from), "sealed"), n,
			plain, e);
		if (ok)
			take(ctx, no, plain, n);
	}
	arena_free(mem);
	return ok;
}

bool chunks_each(struct db *db, const struct file_box *box,
	const struct uuid *chunks, int64_t from, int64_t to, chunk_taker *take,
	void *ctx, struct err *e)
{
	for (int64_t no = from; no <= to; no += AT_ONCE)
		if (!some(db, box, chunks, no,
			    no + AT_ONCE <= to ? no + AT_ONCE - 1 : to, take,
			    ctx, e))
			return false;
	return true;
}
