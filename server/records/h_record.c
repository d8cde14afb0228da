/*
 * h_record.c - one record by itself: what is restricted, when its reader asks
 * for it, and every version of any.
 */
#include "server/records/records.h"

#include "proto/merge.h"
#include "proto/withhold.h"
#include "server/access/fresh.h"
#include "server/audit/audit.h"
#include "server/records/reading.h"
#include "server/records/world.h"

#include <string.h>

#define REPLY_MAX ((size_t)64 << 20)

/* ---- as it stands ---- */

static bool reply_record(
	struct req *r, const struct db_rows *rows, struct err *e)
{
	struct record rec;
	struct uuid unit;
	struct buf b;

	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	row_record(r->catalogue, rows, 0, &rec, &unit);
	buf_init(&b, REPLY_MAX);
	record_json(&rec, &b);
	return reading_reply(r, &b, e);
}

bool record_get(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	if (!db_run(r->db, Q_RECORD_NOW, &a, &rows, e) ||
		!reply_record(r, rows, e)) {
		db_rollback(r->db);
		return false;
	}
	return audit_end(r, "record_open", "ok", &id, 1, e);
}

/* ---- history ---- */

static void write_version(
	struct req *r, const struct db_rows *rows, int i, struct buf *b)
{
	const char *name = db_get_text(rows, i, "by_name");
	struct record rec, older;
	json_t *before = i + 1 < db_count(rows)
				 ? reading_row(r, rows, i + 1, &older)
				 : json_keep(json_object(), r->mem);
	json_t *now = reading_row(r, rows, i, &rec);

	record_json(&rec, b);
	b->n--; /* reopens the object */
	buf_text(b, ",\"by_name\":");
	if (name)
		buf_json(b, name, strlen(name));
	else
		buf_text(b, "null");
	buf_printf(b, ",\"changed\":%s}",
		json_canonical(
			merge_changed_fields(before, now, r->mem), r->mem));
}

/* Also where it was restricted once: those versions are as they were. */
static bool any_withheld(const struct db_rows *rows)
{
	for (int i = 0; i < db_count(rows); i++)
		if (withholds((int)db_get_int(rows, i, "class")))
			return true;
	return false;
}

static bool reply_history(struct req *r, const struct uuid *id,
	const struct db_rows *rows, struct err *e)
{
	char text[UUID_TEXT];
	struct record rec;
	struct uuid unit;
	struct buf b;

	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	row_record(r->catalogue, rows, 0, &rec, &unit);
	if (any_withheld(rows) && !fresh_reader(r, e))
		return false;
	buf_init(&b, REPLY_MAX);
	buf_printf(&b, "{\"id\":\"%s\",\"type\":\"%s\",\"versions\":[",
		uuid_format(id, text), rec.type_name);
	for (int i = 0; i < db_count(rows); i++) {
		if (i)
			buf_char(&b, ',');
		write_version(r, rows, i, &b);
	}
	buf_text(&b, "]}");
	return reading_reply(r, &b, e);
}

bool history_get(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	if (!db_run(r->db, Q_RECORD_HISTORY, &a, &rows, e) ||
		!reply_history(r, &id, rows, e)) {
		db_rollback(r->db);
		return false;
	}
	return audit_end(r, "history", "ok", &id, 1, e);
}
