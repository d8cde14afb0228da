/*
 * test_store.c - what a sealed store promises: nothing readable on the disk,
 * nothing lost by a kill, nothing put back unnoticed, nothing mended unasked.
 */
#include "tests/unit/client/papers.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

static struct str file_bytes(struct fixture *f, const char *path)
{
	struct str out = {"", 0};
	struct stat st;
	int fd = open(path, O_RDONLY);
	char *p;

	if (fd < 0)
		return out;
	if (fstat(fd, &st) != 0)
		die("fstat");
	p = arena_alloc(f->mem, (size_t)st.st_size + 1);
	out.p = p;
	out.n = (size_t)read(fd, p, (size_t)st.st_size);
	close(fd);
	return out;
}

static bool holds(struct str bytes, const char *marker)
{
	size_t n = strlen(marker);

	for (size_t i = 0; i + n <= bytes.n; i++)
		if (memcmp(bytes.p + i, marker, n) == 0)
			return true;
	return false;
}

static bool on_disk(struct fixture *f, const char *marker)
{
	static const char *const parts[] = {"", "-wal", "-shm", "-journal"};
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		found |= holds(file_bytes(f, arena_printf(f->mem, "%s%s",
						     f->path, parts[i])),
			marker);
	return found;
}

/* The file as somebody else would change it. */
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

static bool read_body(struct fixture *f, unsigned rec, const char *body)
{
	const struct unit *u;
	struct uuid want = id(rec);
	const struct held *h = store_held(f->s, &want, &u);
	struct record r;

	return h && store_read(f->s, u, h, f->mem, &r, &f->e) &&
	       r.body.n == strlen(body) &&
	       memcmp(r.body.p, body, r.body.n) == 0;
}

static bool add_work(struct fixture *f, unsigned n)
{
	return store_begin(f->s, &f->e) &&
	       store_work_add(f->s,
		       json_pack("{s:s, s:s, s:s, s:s, s:s}", "id",
			       id_text(f, n), "rec", id_text(f, n + 1), "type",
			       "person", "op", "create", "note",
			       "MARKER-IN-WORK"),
		       &f->e) &&
	       store_commit(f->s, &f->e);
}

static void what_is_written_is_read_after_reopening(void)
{
	struct fixture f;

	set_up(&f);
	deliver_case(&f);
	CHECK(add_work(&f, 50));
	reopen(&f);
	CHECK(store_unit_count(f.s) == 2);
	CHECK(read_body(&f, 2, "{\"name\":\"刘建国\",\"sex\":\"1\"}"));
	CHECK(store_work_count(f.s) == 1);
	CHECK(store_work_at(f.s, 0)->state == WORK_UNSENT);
	CHECK_STR(store_text(f.s, "token"), "token");
	tear_down(&f);
}

static void no_readable_byte_reaches_the_disk(void)
{
	static const char *const markers[] = {"MARKER", "刘建国", "SMD-0001",
		"home_visit", "01990000-0000", "person", "token"};
	struct fixture f;
	struct record r;

	set_up(&f);
	r = make_record(&f, "person", 2, 0, 1, "{\"name\":\"MARKER 刘建国\"}");
	CHECK(deliver(&f, 2, "person", 1, true, &r, 1));
	deliver_case(&f);
	CHECK(add_work(&f, 50));
	for (size_t i = 0; i < ARRAY_LEN(markers); i++)
		CHECK(!on_disk(&f, markers[i]));
	store_close(f.s);
	f.s = NULL;
	for (size_t i = 0; i < ARRAY_LEN(markers); i++)
		CHECK(!on_disk(&f, markers[i]));
	/* The search itself works: the table's name is there. */
	CHECK(on_disk(&f, "keywrap"));
	tear_down(&f);
}

static void a_wrong_passphrase_opens_nothing_and_the_recovery_key_does(void)
{
	struct fixture f;

	set_up(&f);
	store_close(f.s);
	f.s = store_open(f.path, f.c, SECRET_PASSPHRASE, "correct hors", &f.e);
	CHECK(!f.s && f.e.code == ERR_BAD_PASSPHRASE);
	f.s = store_open(f.path, f.c, SECRET_RECOVERY, "correct horse", &f.e);
	CHECK(!f.s && f.e.code == ERR_BAD_PASSPHRASE);
	f.s = store_open(f.path, f.c, SECRET_RECOVERY, f.recovery, &f.e);
	if (!f.s)
		die("test: %s", f.e.msg);
	CHECK(store_rewrap(f.s, "another one", &cheap, &f.e));
	store_close(f.s);
	f.s = store_open(f.path, f.c, SECRET_PASSPHRASE, "correct horse", &f.e);
	CHECK(!f.s && f.e.code == ERR_BAD_PASSPHRASE);
	f.s = store_open(f.path, f.c, SECRET_PASSPHRASE, "another one", &f.e);
	CHECK(f.s != NULL);
	tear_down(&f);
}

static void a_lower_version_never_replaces_a_higher_one(void)
{
	struct fixture f;
	struct record new, old;

	set_up(&f);
	new = make_record(&f, "person", 2, 0, 3, "{\"name\":\"三\"}");
	old = make_record(&f, "person", 2, 0, 2, "{\"name\":\"二\"}");
	CHECK(deliver(&f, 2, "person", 1, true, &new, 1));
	CHECK(deliver(&f, 2, "person", 1, false, &old, 1));
	CHECK(read_body(&f, 2, "{\"name\":\"三\"}"));
	CHECK(deliver(&f, 2, "person", 2, true, &old, 1));
	CHECK(read_body(&f, 2, "{\"name\":\"三\"}"));
	tear_down(&f);
}

static void a_full_delivery_replaces_and_a_partial_one_adds(void)
{
	struct fixture f;
	struct record more, all[2];

	set_up(&f);
	deliver_case(&f);
	more = make_record(&f, "service", 4, 1, 1, SERVICE_BODY);
	CHECK(deliver(&f, 1, "case", 1, false, &more, 1));
	CHECK(store_unit(f.s, &(struct uuid){{0}}) == NULL);
	all[0] = make_record(&f, "case", 1, 1, 1, CASE_BODY);
	all[1] = more;
	{
		struct uuid one = id(1), three = id(3);

		CHECK(store_unit(f.s, &one)->n == 3);
		CHECK(deliver(&f, 1, "case", 2, true, all, 2));
		CHECK(store_unit(f.s, &one)->n == 2);
		CHECK(store_unit(f.s, &one)->gen == 2);
		CHECK(!store_held(f.s, &three, NULL));
	}
	open_again(&f);
	CHECK(f.s && read_body(&f, 4,
			     json_canonical(json_keep(json_loads(SERVICE_BODY,
							      0, NULL),
						    f.mem),
				     f.mem)));
	CHECK(store_verify(f.s, &f.e));
	tear_down(&f);
}

/* The digest of one unit, computed from the definition in docs/wire.md. */
static void the_digest_is_the_one_of_the_wire(void)
{
	struct fixture f;
	struct record p;
	struct sha256_run *run;
	unsigned char leaf[52], one = CLASS_IDENTITY;
	struct sha256 cls, unit, holding, got;
	struct uuid u = id(2);

	set_up(&f);
	p = make_record(&f, "person", 2, 0, 258, "{\"name\":\"一\"}");
	CHECK(deliver(&f, 2, "person", 1, true, &p, 1));
	memcpy(leaf, u.b, 16);
	memcpy(leaf + 16, "\0\0\1\2", 4);
	memcpy(leaf + 20, p.sha.b, 32);
	cls = sha256_of(leaf, sizeof(leaf));
	run = sha256_begin();
	sha256_add(run, &one, 1);
	sha256_add(run, cls.b, 32);
	unit = sha256_end(run);
	run = sha256_begin();
	sha256_add(run, u.b, 16);
	sha256_add(run, unit.b, 32);
	holding = sha256_end(run);
	got = store_digest(f.s);
	CHECK(sha256_equal(&got, &holding));
	open_again(&f);
	got = store_digest(f.s);
	CHECK(sha256_equal(&got, &holding));
	tear_down(&f);
}

/* The store has its file to itself: others look at a copy. */
static const char *copy_of_store(struct fixture *f)
{
	static const char *const ends[] = {"", "-wal"};
	const char *path = arena_printf(f->mem, "%s.copy", f->path);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct str bytes = file_bytes(
			f, arena_printf(f->mem, "%s%s", f->path, ends[i]));
		FILE *to = fopen(
			arena_printf(f->mem, "%s%s", path, ends[i]), "wb");

		CHECK(to && fwrite(bytes.p, 1, bytes.n, to) == bytes.n);
		CHECK(to && fclose(to) == 0);
	}
	return path;
}

static void a_purge_leaves_nothing_even_sealed(void)
{
	struct fixture f;
	struct uuid one = id(1), three = id(3);
	struct str before, after;
	char row[24];

	set_up(&f);
	deliver_case(&f);
	/* Sixteen sealed bytes of the service's row, to look for later. */
	{
		sqlite3 *db;
		sqlite3_stmt *q;

		CHECK(sqlite3_open(copy_of_store(&f), &db) == SQLITE_OK);
		CHECK(sqlite3_prepare_v2(db,
			      "SELECT substr(sealed, 20, 16) FROM record "
			      "ORDER BY id DESC LIMIT 1",
			      -1, &q, NULL) == SQLITE_OK);
		CHECK(sqlite3_step(q) == SQLITE_ROW);
		memcpy(row, sqlite3_column_blob(q, 0), 16);
		sqlite3_finalize(q);
		sqlite3_close(db);
	}
	before = file_bytes(&f, arena_printf(f.mem, "%s-wal", f.path));
	CHECK(before.n > 0);
	CHECK(store_begin(f.s, &f.e));
	CHECK(store_drop_unit(f.s, &one, &f.e));
	CHECK(store_commit(f.s, &f.e));
	after = file_bytes(&f, arena_printf(f.mem, "%s-wal", f.path));
	CHECK(after.n == 0);
	row[16] = 0;
	after = file_bytes(&f, f.path);
	for (size_t i = 0; i + 16 <= after.n; i++)
		CHECK(memcmp(after.p + i, row, 16) != 0);
	CHECK(!store_unit(f.s, &one));
	CHECK(!store_held(f.s, &three, NULL));
	open_again(&f);
	CHECK(f.s && store_unit_count(f.s) == 1);
	tear_down(&f);
}

/* Pages others read would stay in the log: a purge need not wait for anybody.
 */
static void nobody_else_holds_the_log_while_a_unit_is_purged(void)
{
	struct fixture f;
	struct uuid one = id(1);
	sqlite3_stmt *q;
	sqlite3 *db;

	set_up(&f);
	deliver_case(&f);
	CHECK(sqlite3_open(f.path, &db) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, "SELECT * FROM record", -1, &q, NULL) ==
		SQLITE_BUSY);
	sqlite3_close(db);
	CHECK(store_begin(f.s, &f.e) && store_drop_unit(f.s, &one, &f.e));
	CHECK(store_commit(f.s, &f.e));
	CHECK(!store_unit(f.s, &one));
	tear_down(&f);
}

/* Each of these is what somebody with the disk, but not the key, could do. */
static void deleted_moved_and_old_rows_are_noticed(void)
{
	static const char *const attacks[] = {
		"DELETE FROM record WHERE id = 1",
		"DELETE FROM unit WHERE rev = (SELECT min(rev) FROM unit)",
		"DELETE FROM work",
		"UPDATE work SET state = 3",
		"UPDATE record SET rev = rev - 1 WHERE id = 1",
		"UPDATE state SET counter = counter - 1",
		"UPDATE unit SET data_key = zeroblob(108)",
		"DELETE FROM state",
		"DELETE FROM paper",
		"UPDATE paper SET rev = rev - 1",
	};

	for (size_t i = 0; i < ARRAY_LEN(attacks); i++) {
		struct fixture f;

		set_up(&f);
		deliver_case(&f);
		CHECK(add_work(&f, 50));
		CHECK(put_paper(&f, "list", "a", "{}"));
		tamper(&f, attacks[i]);
		open_again(&f);
		if (f.s)
			printf("# not noticed: %s\n", attacks[i]);
		CHECK(!f.s && f.e.code == ERR_STORE_DAMAGED);
		tear_down(&f);
	}
}

/* An older copy of single rows, taken from the file itself, put back. */
static void a_row_put_back_from_before_is_noticed(void)
{
	struct fixture f;
	struct record p;

	set_up(&f);
	p = make_record(&f, "person", 2, 0, 1, "{\"name\":\"before\"}");
	CHECK(deliver(&f, 2, "person", 1, true, &p, 1));
	tamper(&f, "CREATE TABLE old AS SELECT * FROM record;"
		   "CREATE TABLE old_unit AS SELECT * FROM unit");
	open_again(&f);
	p = make_record(&f, "person", 2, 0, 2, "{\"name\":\"after\"}");
	CHECK(f.s && deliver(&f, 2, "person", 1, false, &p, 1));
	tamper(&f, "UPDATE record SET rev = o.rev, sealed = o.sealed "
		   "FROM old o WHERE o.key = record.key");
	open_again(&f);
	CHECK(!f.s && f.e.code == ERR_STORE_DAMAGED);
	/* Record and unit together still do not fit the state row. */
	tamper(&f,
		"UPDATE unit SET rev = o.rev, sealed = o.sealed, "
		"data_key = o.data_key FROM old_unit o WHERE o.key = unit.key");
	open_again(&f);
	CHECK(!f.s && f.e.code == ERR_STORE_DAMAGED);
	tear_down(&f);
}

static void a_damaged_file_is_reported_and_not_touched(void)
{
	struct fixture f;
	struct str before, after;
	int fd;

	set_up(&f);
	deliver_case(&f);
	for (unsigned i = 0; i < 40; i++)
		CHECK(add_work(&f, 100 + 2 * i));
	store_close(f.s);
	f.s = NULL;
	/* A stripe through the middle of every page but the first. */
	fd = open(f.path, O_RDWR);
	for (off_t at = 4096; at < 60000; at += 4096)
		CHECK(pwrite(fd, "damage damage damage", 20, at) == 20);
	close(fd);
	before = file_bytes(&f, f.path);
	open_again(&f);
	CHECK(!f.s && f.e.code == ERR_STORE_DAMAGED);
	after = file_bytes(&f, f.path);
	CHECK(before.n == after.n && memcmp(before.p, after.p, after.n) == 0);
	tear_down(&f);
}

static void a_file_that_is_no_store_is_reported_and_not_touched(void)
{
	struct fixture f;
	struct str after;
	int fd;

	set_up(&f);
	store_close(f.s);
	f.s = NULL;
	fd = open(f.path, O_WRONLY | O_TRUNC);
	CHECK(write(fd, "no store at all", 15) == 15);
	close(fd);
	open_again(&f);
	CHECK(!f.s && f.e.code == ERR_STORE_DAMAGED);
	after = file_bytes(&f, f.path);
	CHECK(after.n == 15);
	tear_down(&f);
}

static void unsent_work_is_saved_from_a_store_that_does_not_open(void)
{
	struct fixture f;
	struct str before, after;
	json_t *work;
	size_t lost;

	set_up(&f);
	deliver_case(&f);
	CHECK(add_work(&f, 50));
	CHECK(add_work(&f, 60));
	tamper(&f, "DELETE FROM unit; DELETE FROM state;"
		   "UPDATE work SET sealed = zeroblob(200) WHERE seq = 1");
	open_again(&f);
	CHECK(!f.s);
	before = file_bytes(&f, f.path);
	CHECK(store_salvage(f.path, SECRET_PASSPHRASE, "correct horse", f.mem,
		&work, &lost, &f.e));
	after = file_bytes(&f, f.path);
	CHECK(before.n == after.n && memcmp(before.p, after.p, after.n) == 0);
	CHECK(lost == 1);
	CHECK(json_array_size(work) == 1);
	CHECK_STR(json_str(json_object_get(json_array_get(work, 0), "change"),
			  "id"),
		id_text(&f, 60));
	CHECK(!store_salvage(
		f.path, SECRET_PASSPHRASE, "wrong", f.mem, &work, &lost, &f.e));
	tear_down(&f);
}

/* The child says over the pipe what it committed, until it is killed. */
static void write_until_killed(struct fixture *f, int out)
{
	for (unsigned i = 0;; i++) {
		struct record r[3] = {
			make_record(f, "case", 1, 1, i + 2, CASE_BODY),
			make_record(f, "service", 3, 1, i + 2, SERVICE_BODY),
			make_record(
				f, "service", 1000 + i, 1, 1, SERVICE_BODY)};

		if (!add_work(f, 10000 + 2 * i) ||
			!deliver(f, 1, "case", i + 2, false, r, 3))
			_exit(1);
		if (write(out, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

static void a_kill_at_any_moment_leaves_a_whole_store(void)
{
	for (unsigned round = 0; round < 12; round++) {
		struct timespec wait = {0, 1000000 + (long)round * 3700000};
		struct fixture f;
		struct uuid one = id(1);
		unsigned last = 0, got = 0;
		bool any = false;
		int pipes[2];
		pid_t child;

		set_up(&f);
		deliver_case(&f);
		store_close(f.s);
		f.s = NULL;
		CHECK(pipe(pipes) == 0);
		child = fork();
		if (child == 0) {
			open_again(&f);
			write_until_killed(&f, pipes[1]);
		}
		close(pipes[1]);
		CHECK(read(pipes[0], &last, sizeof(last)) == sizeof(last));
		nanosleep(&wait, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		while (read(pipes[0], &got, sizeof(got)) == sizeof(got)) {
			last = got;
			any = true;
		}
		close(pipes[0]);
		open_again(&f);
		CHECK(f.s != NULL);
		CHECK(any || last == 0);
		if (f.s) {
			/* Acknowledged is there; at most one more round is. */
			size_t n = store_unit(f.s, &one)->n;

			CHECK(n >= last + 3 && n <= last + 4);
			CHECK(store_work_count(f.s) >= last + 1);
			CHECK(store_work_count(f.s) <= last + 2);
			CHECK(store_verify(f.s, &f.e));
		}
		tear_down(&f);
	}
}

static void a_failed_transaction_closes_the_store_to_more_work(void)
{
	struct fixture f;

	set_up(&f);
	CHECK(store_begin(f.s, &f.e));
	store_set(f.s, "token", json_string("another"));
	store_rollback(f.s);
	CHECK(!store_begin(f.s, &f.e));
	open_again(&f);
	CHECK_STR(store_text(f.s, "token"), "token");
	tear_down(&f);
}

static void a_receipt_takes_the_place_of_an_older_one(void)
{
	struct fixture f;
	json_t *all;

	set_up(&f);
	CHECK(store_begin(f.s, &f.e));
	for (int gen = 1; gen < 4; gen++)
		CHECK(store_receipt_add(f.s,
			json_pack("{s:s, s:s, s:i}", "kind", "stored", "unit",
				id_text(&f, 1), "gen", gen),
			&f.e));
	CHECK(store_receipt_add(f.s,
		json_pack("{s:s, s:s, s:i}", "kind", "purged", "unit",
			id_text(&f, 1), "gen", 3),
		&f.e));
	CHECK(store_commit(f.s, &f.e));
	open_again(&f);
	all = store_receipts(f.s, f.mem);
	CHECK(json_array_size(all) == 2);
	CHECK(json_int(json_array_get(all, 0), "gen", 0) == 3);
	/* One that changed after the list was made is not dropped. */
	CHECK(store_begin(f.s, &f.e));
	CHECK(store_receipt_add(f.s,
		json_pack("{s:s, s:s, s:i}", "kind", "stored", "unit",
			id_text(&f, 1), "gen", 4),
		&f.e));
	CHECK(store_receipts_drop(f.s, all, &f.e));
	CHECK(store_commit(f.s, &f.e));
	CHECK(json_array_size(store_receipts(f.s, f.mem)) == 1);
	open_again(&f);
	CHECK(f.s && json_array_size(store_receipts(f.s, f.mem)) == 1);
	tear_down(&f);
}

static void records_of_unknown_types_are_kept_as_they_came(void)
{
	struct fixture f;
	struct record r, back = {0};
	const struct held *h;
	const struct unit *u;
	struct uuid seven = id(7);

	set_up(&f);
	r = make_record(
		&f, "hologram", 7, 1, 1, "{\"z\":1,\"a\":[1.50,\"\\u00e9\"]}");
	CHECK(r.type == NULL);
	CHECK(deliver(&f, 1, "case", 1, true, &r, 1));
	open_again(&f);
	h = store_held(f.s, &seven, &u);
	CHECK(h && strcmp(h->type, "hologram") == 0);
	CHECK(h && store_read(f.s, u, h, f.mem, &back, &f.e));
	CHECK(back.body.p && back.body.n == r.body.n &&
		memcmp(back.body.p, r.body.p, r.body.n) == 0);
	tear_down(&f);
}

static void papers_are_kept_by_kind_and_name(void)
{
	struct fixture f;
	json_t *all;

	set_up(&f);
	CHECK_STR(paper(&f, "list", "a"), "none");
	CHECK(put_paper(&f, "list", "a", "{\"n\":1}"));
	CHECK(put_paper(&f, "list", "b", "[\"MARKER-PAPER\"]"));
	CHECK(put_paper(&f, "other", "a", "[3]"));
	CHECK(put_paper(&f, "list", "a", "{\"n\":2}"));
	CHECK(!on_disk(&f, "MARKER-PAPER"));
	reopen(&f);
	CHECK_STR(paper(&f, "list", "a"), "{\"n\":2}");
	CHECK_STR(paper(&f, "other", "a"), "[3]");
	CHECK(store_papers(f.s, "list", f.mem, &all, &f.e));
	CHECK(json_array_size(all) == 2);
	CHECK(put_paper(&f, "list", "a", NULL));
	CHECK(put_paper(&f, "list", "nobody", NULL));
	CHECK_STR(paper(&f, "list", "a"), "none");
	reopen(&f);
	CHECK_STR(paper(&f, "list", "a"), "none");
	CHECK_STR(paper(&f, "list", "b"), "[\"MARKER-PAPER\"]");
	CHECK(store_verify(f.s, &f.e));
	tear_down(&f);
}

/* A paper whose seal was changed is found when it is read, or by doctor. */
static void a_changed_paper_does_not_open(void)
{
	struct fixture f;

	set_up(&f);
	CHECK(put_paper(&f, "list", "a", "[1]"));
	tamper(&f, "UPDATE paper SET sealed = zeroblob(length(sealed))");
	reopen(&f);
	CHECK(!store_verify(f.s, &f.e) && f.e.code == ERR_STORE_DAMAGED);
	CHECK(strstr(paper(&f, "list", "a"), "paper") != NULL);
	tear_down(&f);
}

static void a_store_from_before_papers_is_opened_and_brought_up(void)
{
	struct fixture f;

	set_up(&f);
	deliver_case(&f);
	CHECK(add_work(&f, 50));
	/* What 0001-store.sql alone makes. */
	tamper(&f, "DROP TABLE paper; DROP TABLE file; "
		   "DROP TABLE file_unit; DROP TABLE courier; "
		   "DROP TABLE passport; "
		   "ALTER TABLE keywrap DROP COLUMN shared; "
		   "PRAGMA user_version = 1");
	reopen(&f);
	CHECK(store_unit_count(f.s) == 2 && store_work_count(f.s) == 1);
	CHECK(put_paper(&f, "list", "a", "[1]"));
	reopen(&f);
	CHECK_STR(paper(&f, "list", "a"), "[1]");
	tear_down(&f);
}

static void work_is_dropped_from_anywhere(void)
{
	static const unsigned ids[] = {50, 60, 70, 80, 90};
	struct fixture f;

	set_up(&f);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		CHECK(add_work(&f, ids[i]));
	for (size_t i = 0; i < 3; i++) {
		struct uuid u = id((unsigned[]){70, 90, 50}[i]);

		CHECK(store_begin(f.s, &f.e));
		CHECK(store_work_drop(f.s, store_work(f.s, &u), &f.e));
		CHECK(store_commit(f.s, &f.e));
		CHECK(!store_work(f.s, &u));
	}
	reopen(&f);
	CHECK(store_work_count(f.s) == 2);
	CHECK(store_work_at(f.s, 0)->id.b[15] == 60);
	CHECK(store_work_at(f.s, 1)->id.b[15] == 80);
	tear_down(&f);
}

static bool part(struct fixture *f, int64_t gen, int64_t no, bool more,
	unsigned rec, int64_t ver)
{
	struct record r = make_record(f, rec == 1 ? "case" : "service", rec, 1,
		ver, rec == 1 ? CASE_BODY : SERVICE_BODY);
	struct incoming in = {r, line_of(f, &r)};
	struct delivery d = {id(1), "case", gen, true, &in, 1, no, more, false};

	if (!store_begin(f->s, &f->e))
		return false;
	if (!store_deliver(f->s, &d, &f->e)) {
		store_rollback(f->s);
		return false;
	}
	return store_commit(f->s, &f->e);
}

static void a_unit_in_parts_is_seen_whole_or_not_at_all(void)
{
	struct uuid old = id(3), first = id(1), later = id(4);
	struct fixture f;
	struct sha256 before, now;

	set_up(&f);
	deliver_case(&f);
	before = store_digest(f.s);
	CHECK(part(&f, 2, 1, true, 1, 5));
	open_again(&f); /* as after a cut, or a kill */
	CHECK(part(&f, 2, 2, true, 4, 1));
	open_again(&f);
	now = store_digest(f.s);
	CHECK(sha256_equal(&before, &now));
	CHECK(store_held(f.s, &old, NULL) && !store_held(f.s, &later, NULL));
	CHECK(store_held(f.s, &first, NULL)->ver == 1);
	CHECK(store_verify(f.s, &f.e));
	/* A later version of what came before, in the last part. */
	CHECK(part(&f, 2, 3, false, 4, 2));
	CHECK(!store_held(f.s, &old, NULL));
	CHECK(store_held(f.s, &first, NULL)->ver == 5);
	CHECK(store_held(f.s, &later, NULL)->ver == 2);
	CHECK(store_unit(f.s, &first)->gen == 2);
	CHECK(store_unit(f.s, &first)->n == 2);
	open_again(&f);
	CHECK(store_held(f.s, &later, NULL)->ver == 2);
	CHECK(store_verify(f.s, &f.e));
	/* What it became is a unit like any other. */
	CHECK(part(&f, 3, 1, true, 1, 6));
	deliver_case(&f);
	open_again(&f);
	CHECK(store_verify(f.s, &f.e));
	CHECK(!part(&f, 3, 2, false, 4, 3));
	tear_down(&f);
}

static void a_part_that_follows_nothing_is_refused(void)
{
	struct fixture f;

	set_up(&f);
	CHECK(!part(&f, 2, 2, true, 4, 1) && f.e.code == ERR_VOID_PAGE);
	open_again(&f);
	CHECK(part(&f, 2, 1, true, 1, 1));
	CHECK(!part(&f, 2, 3, true, 4, 1) && f.e.code == ERR_VOID_PAGE);
	open_again(&f);
	CHECK(!part(&f, 3, 2, true, 4, 1) && f.e.code == ERR_VOID_PAGE);
	open_again(&f);
	CHECK(part(&f, 3, 1, true, 1, 1));
	CHECK(part(&f, 3, 2, false, 4, 1));
	CHECK(store_verify(f.s, &f.e));
	tear_down(&f);
}

static void a_purge_takes_the_parts_along(void)
{
	struct uuid one = id(1);
	struct fixture f;

	set_up(&f);
	CHECK(part(&f, 2, 1, true, 1, 1));
	CHECK(store_begin(f.s, &f.e) && store_drop_unit(f.s, &one, &f.e) &&
		store_commit(f.s, &f.e));
	CHECK(!part(&f, 2, 2, false, 4, 1));
	open_again(&f);
	CHECK(store_verify(f.s, &f.e) && store_unit_count(f.s) == 0);
	tear_down(&f);
}

int main(void)
{
	RUN(a_unit_in_parts_is_seen_whole_or_not_at_all);
	RUN(a_part_that_follows_nothing_is_refused);
	RUN(a_purge_takes_the_parts_along);
	RUN(what_is_written_is_read_after_reopening);
	RUN(no_readable_byte_reaches_the_disk);
	RUN(a_wrong_passphrase_opens_nothing_and_the_recovery_key_does);
	RUN(a_lower_version_never_replaces_a_higher_one);
	RUN(a_full_delivery_replaces_and_a_partial_one_adds);
	RUN(the_digest_is_the_one_of_the_wire);
	RUN(a_purge_leaves_nothing_even_sealed);
	RUN(nobody_else_holds_the_log_while_a_unit_is_purged);
	RUN(deleted_moved_and_old_rows_are_noticed);
	RUN(a_row_put_back_from_before_is_noticed);
	RUN(a_damaged_file_is_reported_and_not_touched);
	RUN(a_file_that_is_no_store_is_reported_and_not_touched);
	RUN(unsent_work_is_saved_from_a_store_that_does_not_open);
	RUN(a_kill_at_any_moment_leaves_a_whole_store);
	RUN(a_failed_transaction_closes_the_store_to_more_work);
	RUN(a_receipt_takes_the_place_of_an_older_one);
	RUN(records_of_unknown_types_are_kept_as_they_came);
	RUN(papers_are_kept_by_kind_and_name);
	RUN(a_changed_paper_does_not_open);
	RUN(a_store_from_before_papers_is_opened_and_brought_up);
	RUN(work_is_dropped_from_anywhere);
	return tap_done();
}
