/*
 * opened.c - opened CONNINFO KEYFILE [ID…]: the newest bodies of these records,
 * one a line, with what is sealed in them open; without ids every version that
 * has something sealed. For tests that look into the database itself.
 */
#include "server/db/db.h"
#include "server/vault/vault.h"

#include <stdio.h>
#include <string.h>

#define AT_ONCE 1000

static void print(const struct db_rows *rows)
{
	for (int i = 0; i < db_count(rows); i++)
		printf("%s\n", db_get_text(rows, i, "body"));
}

static bool print_all(struct db *db, struct arena *mem, struct err *e)
{
	struct uuid last = {{0}};
	int64_t version = 0;
	struct db_rows *rows;
	int n = AT_ONCE;

	while (n == AT_ONCE) {
		struct db_args a;

		db_args_init(&a, mem);
		db_uuid(&a, &last);
		db_int(&a, version);
		db_int(&a, AT_ONCE);
		if (!db_run(db, Q_BACKUP_SEALED, &a, &rows, e))
			return false;
		print(rows);
		n = db_count(rows);
		if (n) {
			last = db_get_uuid(rows, n - 1, "record_id");
			version = db_get_int(rows, n - 1, "version");
		}
	}
	return true;
}

static bool print_some(
	struct db *db, struct arena *mem, char **text, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct db_rows *rows;
		struct db_args a;
		struct uuid id;

		if (!uuid_parse(text[i], &id))
			return err_set(e, ERR_USAGE, "ids of records");
		db_args_init(&a, mem);
		db_uuids(&a, &id, 1);
		if (!db_run(db, Q_HEADS, &a, &rows, e))
			return false;
		print(rows);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct arena *mem = arena_new();
	struct vault *v;
	struct db *db;
	struct err e;
	bool ok;

	if (argc < 3) {
		fprintf(stderr, "opened CONNINFO KEYFILE [ID...]\n");
		return 2;
	}
	v = vault_open(argv[2], &e);
	db = v ? db_open_with(argv[1], v, &e) : NULL;
	ok = db &&
	     (argc > 3 ? print_some(db, mem, argv + 3, (size_t)argc - 3, &e)
		       : print_all(db, mem, &e));
	if (!ok)
		fprintf(stderr, "opened: %s\n", e.msg);
	db_close(db);
	vault_free(v);
	arena_free(mem);
	return ok ? 0 : 1;
}
