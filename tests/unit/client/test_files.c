/*
 * test_files.c - files at a station as they lie there: sealed beside the store,
 * noticed when touched, gone with their case.
 */
#include "tests/unit/client/centre.h"
#include "tests/unit/client/filed.h"

#include <sqlite3.h>

/* ---- at rest ---- */

static void a_file_is_sealed_and_read_again(void)
{
	struct fixture f;
	struct str one, two;

	set_up(&f);
	one = content(&f, LONG, 1);
	two = content(&f, BLOB_CHUNK, 2);
	CHECK(attach(&f, 50, 1, one) && attach(&f, 51, 2, two));
	CHECK(attach(&f, 52, 1, content(&f, 1, 3)));
	CHECK(reads_as(&f, 50, one) && reads_as(&f, 51, two));
	reopen(&f);
	CHECK(file_count(f.s) == 3 && state_is(&f, 50, one, FILE_WAITING));
	CHECK(reads_as(&f, 50, one) && reads_as(&f, 51, two));
	CHECK(reads_as(&f, 52, content(&f, 1, 3)));
	CHECK(store_verify(f.s, &f.e));
	CHECK(!contains(all_of(&f, the_blob(&f)), MARKER));
	CHECK(!contains(all_of(&f, f.path), "application/pdf"));
	end(&f, NULL);
}

static void a_blob_that_was_touched_is_noticed(void)
{
	struct fixture f;
	struct str bytes, was;
	const char *path;
	size_t room = seal_size(BLOB_CHUNK);
	char *p;

	set_up(&f);
	bytes = content(&f, LONG, 1);
	CHECK(attach(&f, 50, 1, bytes));
	path = the_blob(&f);
	was = all_of(&f, path);
	p = arena_strndup(f.mem, was.p, was.n);
	p[room + 1000] ^= 1;
	write_back(path, (struct str){p, was.n});
	CHECK(!opens(&f, 50, bytes, 1) && f.e.code == ERR_FILE_DAMAGED);
	CHECK(opens(&f, 50, bytes, 0) && opens(&f, 50, bytes, 2));
	CHECK(!store_verify(f.s, &f.e) && f.e.code == ERR_FILE_DAMAGED);
	/* Two chunks in each other's place. */
	memcpy(p, was.p + room, room);
	memcpy(p + room, was.p, room);
	write_back(path, (struct str){p, was.n});
	CHECK(!opens(&f, 50, bytes, 0) && !opens(&f, 50, bytes, 1));
	/* The end cut off: a byte, a chunk. */
	write_back(path, (struct str){was.p, was.n - 1});
	CHECK(!opens(&f, 50, bytes, 5) && !store_verify(f.s, &f.e));
	write_back(path, (struct str){was.p, room * 5});
	CHECK(!opens(&f, 50, bytes, 5) && !store_verify(f.s, &f.e));
	write_back(path, was);
	CHECK(reads_as(&f, 50, bytes));
	unlink(path);
	CHECK(!store_verify(f.s, &f.e) && f.e.code == ERR_FILE_DAMAGED);
	/* The records are not held back by it. */
	reopen(&f);
	CHECK(file_count(f.s) == 1);
	end(&f, NULL);
}

static void tamper(struct fixture *f, const char *sql)
{
	sqlite3 *db;

	store_close(f->s);
	f->s = NULL;
	if (sqlite3_open(f->path, &db) != SQLITE_OK ||
		sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die("tamper: %s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void a_row_taken_out_is_noticed(void)
{
	static const char *const ways[] = {
		"DELETE FROM file",
		"UPDATE file SET rev = rev - 1",
		"DELETE FROM file_unit",
		"UPDATE file SET unit = (SELECT max(key) FROM file_unit)",
	};

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct fixture f;

		set_up(&f);
		CHECK(attach(&f, 50, 1, content(&f, 10, 1)));
		CHECK(attach(&f, 51, 2, content(&f, 10, 2)));
		tamper(&f, ways[i]);
		open_again(&f);
		CHECK(!f.s && f.e.code == ERR_STORE_DAMAGED);
		end(&f, NULL);
	}
}

static void bytes_nobody_knows_are_removed(void)
{
	struct fixture f;
	struct str bytes;
	struct file_about a;
	struct blob *b;

	set_up(&f);
	bytes = content(&f, 100, 1);
	a = about(50, 1, bytes);
	CHECK(store_begin(f.s, &f.e));
	b = file_add(f.s, &a, FILE_WAITING, &f.e);
	CHECK(b && fill(b, bytes, &f.e));
	blob_close(b);
	CHECK(blobs_on_disk(&f) == 1);
	reopen(&f); /* killed before the commit */
	CHECK(file_count(f.s) == 0 && blobs_on_disk(&f) == 0);
	end(&f, NULL);
}

static void a_purge_takes_files_and_their_key(void)
{
	struct fixture f;
	struct uuid one = id(1);
	struct str mine, other, kept;
	const char *path;

	set_up(&f);
	deliver_case(&f);
	mine = content(&f, LONG, 1);
	CHECK(attach(&f, 50, 1, mine));
	path = the_blob(&f);
	kept = all_of(&f, path);
	other = content(&f, 500, 2);
	CHECK(attach(&f, 51, 2, other));
	CHECK(store_begin(f.s, &f.e) && store_drop_unit(f.s, &one, &f.e));
	CHECK(blobs_on_disk(&f) == 2); /* nothing goes before the commit */
	CHECK(store_commit(f.s, &f.e));
	CHECK(blobs_on_disk(&f) == 1 && file_count(f.s) == 1);
	CHECK(reads_as(&f, 51, other));
	CHECK(all_of(&f, arena_printf(f.mem, "%s-wal", f.path)).n == 0);
	/* Attached again, the bytes of before do not open: the key is new. */
	CHECK(attach(&f, 50, 1, mine));
	write_back(path, kept);
	CHECK(!reads_as(&f, 50, mine));
	end(&f, NULL);
}

static void a_purge_of_a_case_that_is_not_here_takes_its_files(void)
{
	struct fixture f;
	struct uuid nine = id(9);

	set_up(&f);
	CHECK(attach(&f, 50, 9, content(&f, 100, 1)));
	CHECK(store_begin(f.s, &f.e) && store_drop_unit(f.s, &nine, &f.e));
	CHECK(store_commit(f.s, &f.e));
	CHECK(file_count(f.s) == 0 && blobs_on_disk(&f) == 0);
	end(&f, NULL);
}

static void files_without_a_record_are_tidied_away(void)
{
	struct fixture f;
	struct str a, b, c;
	size_t n;

	set_up(&f);
	deliver_case(&f);
	a = content(&f, 100, 1);
	b = content(&f, 100, 2);
	c = content(&f, 100, 3);
	/* Of a record that is held, of one that is not, and one that waits. */
	CHECK(attach(&f, 3, 1, a) && attach(&f, 60, 1, b) &&
		attach(&f, 61, 1, c));
	CHECK(store_begin(f.s, &f.e));
	CHECK(file_set(f.s, find(&f, 3, a), FILE_KEPT, NULL, &f.e));
	CHECK(file_set(f.s, find(&f, 60, b), FILE_KEPT, NULL, &f.e));
	CHECK(files_tidy(f.s, &n, &f.e) && n == 1);
	CHECK(store_commit(f.s, &f.e));
	CHECK(find(&f, 3, a) && !find(&f, 60, b) && find(&f, 61, c));
	CHECK(blobs_on_disk(&f) == 2);
	end(&f, NULL);
}

int main(void)
{
	RUN(a_file_is_sealed_and_read_again);
	RUN(a_blob_that_was_touched_is_noticed);
	RUN(a_row_taken_out_is_noticed);
	RUN(bytes_nobody_knows_are_removed);
	RUN(a_purge_takes_files_and_their_key);
	RUN(a_purge_of_a_case_that_is_not_here_takes_its_files);
	RUN(files_without_a_record_are_tidied_away);
	return tap_done();
}
