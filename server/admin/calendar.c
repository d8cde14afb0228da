/*
 * calendar.c - verbs about the calendar of working days.
 *
 * The notices that were published when this program was built come with it;
 * a later one is a file of the same shape (docs/packs.md "The calendar"). A day
 * that is there already stays as the district has it.
 */
#include "server/admin/admin.h"

#include "proto/calendar.h"
#include "proto/change.h"
#include "server/admin/place.h"
#include "server/admin/table.h"
#include "server/db/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX 1048576

/* ---- what there is ---- */

static bool read_rows(struct call *c, struct db *db, enum query q,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, c->mem);
	if (!db_begin_system(db, e))
		return false;
	if (db_run(db, q, &a, rows, e))
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

static bool is_there(const struct db_rows *rows, const char *day)
{
	for (int i = 0; i < db_count(rows); i++)
		if (strcmp(db_get_text(rows, i, "date"), day) == 0)
			return true;
	return false;
}

/* ---- what is to be added ---- */

static json_t *read_file(struct call *c, const char *path, struct err *e)
{
	char *text = arena_alloc(c->mem, FILE_MAX + 1);
	FILE *f = fopen(path, "r");
	json_t *j = NULL;
	size_t n;

	if (!f) {
		err_set(e, ERR_BAD_FILE, "%s: %s", path, strerror(errno));
		return NULL;
	}
	n = fread(text, 1, FILE_MAX + 1, f);
	if (ferror(f) || n > FILE_MAX)
		err_set(e, ERR_BAD_FILE, "%s: at most %d bytes of JSON", path,
			FILE_MAX);
	else
		j = json_read(text, n, &json_limits_own, c->mem, e);
	fclose(f);
	return j;
}

/* The days of one file, or, without a path, those that come with us. */
static json_t *days_of(struct call *c, const struct catalogue *catalogue,
	const char *path, struct err *e)
{
	json_t *file;

	if (path)
		file = read_file(c, path, e);
	else
		file = json_keep(
			json_pack("{s:O, s:s}", "items",
				catalogue_codes(catalogue, "public_holiday")
					->items,
				"source",
				"国务院办公厅关于部分节假日安排的通知"),
			c->mem);
	return file ? calendar_days(file, c->mem, e) : NULL;
}

/* ---- writing: one request's worth at a time ---- */

static bool write_some(struct call *c, struct db *db,
	const struct catalogue *catalogue, json_t *changes, struct err *e)
{
	struct reader author = {.staff = uuid_new(), .role = ROLE_SYSTEM_ADMIN};

	return place_write_all(c, db, catalogue, &author, changes, e);
}

static bool write_days(struct call *c, struct db *db,
	const struct catalogue *catalogue, const json_t *days,
	const struct db_rows *rows, int *added, int *kept, struct err *e)
{
	json_t *changes = json_array();
	struct uuid tx = uuid_new();

	for (size_t i = 0; i < json_array_size(days); i++) {
		json_t *body = json_array_get(days, i);
		struct uuid id = uuid_new();

		if (is_there(rows, json_str(body, "date"))) {
			++*kept;
			continue;
		}
		++*added;
		json_array_append_new(
			changes, place_change("holiday", &id, &tx, 0,
					 json_incref(body), NULL));
		if (json_array_size(changes) < LIMIT_CHANGES)
			continue;
		if (!write_some(c, db, catalogue, changes, e))
			return false;
		changes = json_array();
		tx = uuid_new();
	}
	if (json_array_size(changes))
		return write_some(c, db, catalogue, changes, e);
	json_decref(changes);
	return true;
}

static bool load_one(struct call *c, struct db *db,
	const struct catalogue *catalogue, const char *path, int *added,
	int *kept, struct err *e)
{
	struct db_rows *rows;
	json_t *days = days_of(c, catalogue, path, e);

	return days && read_rows(c, db, Q_HOLIDAYS, &rows, e) &&
	       write_days(c, db, catalogue, days, rows, added, kept, e);
}

bool admin_calendar_load(struct call *c, struct err *e)
{
	struct catalogue *catalogue = catalogue_load();
	struct db *db = admin_db(c, e);
	int added = 0, kept = 0;
	bool ok = db != NULL;

	for (size_t i = 0; ok && i < (c->files ? c->files : 1); i++)
		ok = load_one(c, db, catalogue, c->files ? c->file[i] : NULL,
			&added, &kept, e);
	if (ok)
		printf("%d days added, %d were there\n", added, kept);
	db_close(db);
	catalogue_free(catalogue);
	return ok;
}

/* ---- list ---- */

bool admin_calendar_list(struct call *c, struct err *e)
{
	static const struct column columns[] = {
		{"year",             "year",     COLUMN_INT, NULL},
		{"holidays",         "holidays", COLUMN_INT, NULL},
		{"make-up workdays", "workdays", COLUMN_INT, NULL},
	};
	struct db *db = admin_db(c, e);
	struct db_rows *rows;
	bool ok = db && read_rows(c, db, Q_HOLIDAY_YEARS, &rows, e);

	if (ok)
		table_print(c, "years", rows, columns, ARRAY_LEN(columns));
	db_close(db);
	return ok;
}
