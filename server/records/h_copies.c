/*
 * h_copies.c - GET /v1/cases/{id}/copies: who holds this case?
 *
 * A station that lost the case owes a purge until its signed receipt came. Who
 * answers for the case sees how many do, and when each was last there; a
 * station that never comes again stays on the list.
 */
#include "server/records/copies.h"

#include "proto/base/timeutil.h"
#include "server/audit/audit.h"
#include "server/records/records.h"

#include <string.h>

static json_t *id_of(const struct db_rows *rows, int i, const char *column)
{
	struct uuid id = db_get_uuid(rows, i, column);
	char text[UUID_TEXT];

	return json_string(uuid_format(&id, text));
}

static json_t *moment_of(const struct db_rows *rows, int i, const char *column)
{
	int64_t ms = db_get_ms(rows, i, column);
	char text[TIME_TEXT];

	return ms ? json_string(time_format(ms, text)) : json_null();
}

static json_t *row_json(const struct db_rows *rows, int i)
{
	return json_pack("{s:o, s:o, s:o, s:s?, s:o, s:s?, s:s, s:o, s:o}",
		"replica", id_of(rows, i, "replica"), "station",
		id_of(rows, i, "device"), "staff", id_of(rows, i, "staff"),
		"name", db_get_text(rows, i, "staff_name"), "site",
		id_of(rows, i, "site_id"), "site_name",
		db_get_text(rows, i, "site_name"), "state",
		db_get_text(rows, i, "state"), "since",
		moment_of(rows, i, "since"), "last_seen",
		moment_of(rows, i, "last_seen"));
}

json_t *copies_json(struct req *r, const struct uuid *case_id, struct err *e)
{
	json_t *list = json_array();
	int64_t owed = 0, purged = 0;
	struct db_rows *rows;
	struct db_args a;
	int n;

	json_keep(list, r->mem);
	db_args_init(&a, r->mem);
	db_uuid(&a, case_id);
	if (!db_run(r->db, Q_COPIES, &a, &rows, e))
		return NULL;
	n = db_count(rows);
	for (int i = 0; i < n; i++) {
		const char *state = db_get_text(rows, i, "state");

		json_array_append_new(list, row_json(rows, i));
		purged += strcmp(state, "purged") == 0 ||
			  strcmp(state, "wiped") == 0;
		owed += strncmp(state, "purge_", 6) == 0;
	}
	return json_keep(json_pack("{s:O, s:I, s:I, s:I}", "copies", list,
				 "asked", (json_int_t)(owed + purged), "purged",
				 (json_int_t)purged, "held",
				 (json_int_t)(n - owed - purged)),
		r->mem);
}

/* Whether the case is one the reader answers for; others learn nothing. */
static bool answers_for(struct req *r, const struct uuid *id, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	if (!db_run(r->db, Q_ANSWERS_FOR, &a, &rows, e))
		return false;
	if (db_get_int(rows, 0, "answers"))
		return true;
	return db_get_int(rows, 0, "reaches")
		       ? err_field(e, ERR_FORBIDDEN, "copies", "%s",
				 role_name(r->reader.role))
		       : err_field(e, ERR_NOT_FOUND, "id", "-");
}

bool copies_get(struct req *r, struct err *e)
{
	struct uuid id;
	json_t *out;

	if (!req_segment_id(r, 0, &id, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	out = answers_for(r, &id, e) ? copies_json(r, &id, e) : NULL;
	if (!out) {
		db_rollback(r->db);
		return false;
	}
	if (!audit_end(r, "copies", "ok", &id, 1, e))
		return false;
	return req_reply_text(r, 200, json_canonical(out, r->mem));
}
