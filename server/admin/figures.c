/*
 * figures.c - verbs about figures: what there is, and whether it is right.
 *
 * What there is needs no database. Checking counts everything anew beside what
 * is kept and compares every cell; rebuilding throws the cells away first,
 * counts in steps as the daemon does, and then checks.
 */
#include "server/figures/figures.h"
#include "server/admin/admin.h"
#include "server/db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 20
#define STEP  2000 /* units in one transaction */

static void print_one(const json_t *j)
{
	const json_t *by = json_object_get(j, "by");

	printf("%s  %s  %s\n    %s\n    %s\n    by:", json_str(j, "id"),
		json_str(json_object_get(j, "name"), "zh"),
		json_str(json_object_get(j, "name"), "en"),
		json_str(json_object_get(j, "definition"), "zh"),
		json_str(json_object_get(j, "definition"), "en"));
	if (strcmp(json_str(j, "when"), "period") == 0)
		printf(" month quarter year");
	for (size_t i = 0; i < json_array_size(by); i++)
		printf(" %s", json_string_value(json_array_get(by, i)));
	printf("\n");
}

bool admin_indicators(struct call *c, struct err *e)
{
	const json_t *all = figures_catalogue(c->mem);

	(void)e;
	if (call_option(c, "json")) {
		printf("%s\n", json_canonical(all, c->mem));
		return true;
	}
	for (size_t i = 0; i < json_array_size(all); i++)
		print_one(json_array_get(all, i));
	return true;
}

static bool run(struct db *db, enum query q, struct db_args *a,
	struct db_rows **rows, struct err *e)
{
	if (!db_begin_system(db, e))
		return false;
	if (db_run(db, q, a, rows, e))
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

/* While the daemon runs, changes may come in the middle; then it is tried
 * again. */
static bool compare(struct call *c, struct db *db, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;
	int64_t wrong;

	db_args_init(&none, c->mem);
	for (int i = 0; i < TRIES; i++) {
		if (!run(db, Q_FIGURES_COMPARE, &none, &rows, e))
			return false;
		if (db_get_int(rows, 0, "behind") == 0)
			break;
	}
	wrong = db_get_int(rows, 0, "wrong");
	printf("%lld cells, %lld of them wrong\n",
		(long long)db_get_int(rows, 0, "cells"), (long long)wrong);
	return wrong == 0 ||
	       err_set(e, ERR_INTERNAL,
		       "the kept counts are wrong; run casebridged figures "
		       "rebuild");
}

bool admin_figures_check(struct call *c, struct err *e)
{
	struct db *db = db_open(c->conf.database_owner, e);
	bool ok = db && compare(c, db, e);

	db_close(db);
	return ok;
}

/* In steps of their own, so that nobody who asks waits for all of it. */
static bool count_all(struct call *c, struct db *db, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	do {
		db_args_init(&a, c->mem);
		db_int(&a, STEP);
		db_bool(&a, true);
		if (!run(db, Q_FIGURES_CATCH_UP, &a, &rows, e))
			return false;
	} while (db_get_int(rows, 0, "more"));
	return true;
}

bool admin_figures_rebuild(struct call *c, struct err *e)
{
	struct db *db = db_open(c->conf.database_owner, e);
	struct db_rows *rows;
	struct db_args none;
	bool ok;

	db_args_init(&none, c->mem);
	ok = db && run(db, Q_FIGURES_FORGET, &none, &rows, e) &&
	     count_all(c, db, e) && compare(c, db, e);
	db_close(db);
	return ok;
}
