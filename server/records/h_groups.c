/*
 * h_groups.c - GET /v1/groups: every group the reader sees, in a line each; and
 * POST /v1/groups/plan, one that is to be. A group itself is read like a case.
 */
#include "server/records/records.h"

#include "proto/ask.h"
#include "proto/base/host.h"
#include "proto/group_line.h"
#include "proto/record.h"
#include "server/audit/audit.h"
#include "server/records/reading.h"

#include <string.h>

/* Rows stand together by group. */
static int one_group(struct req *r, const struct db_rows *rows, int i,
	json_t *lines, struct uuid *id)
{
	struct group_line line = {0};
	json_t *root = NULL;

	*id = db_get_uuid(rows, i, "unit_id");
	for (; i < db_count(rows); i++) {
		struct uuid unit = db_get_uuid(rows, i, "unit_id");
		struct record rec;
		json_t *body;

		if (uuid_cmp(&unit, id) != 0)
			break;
		body = reading_row(r, rows, i, &rec);
		group_line_add(&line, &rec, body);
		if (uuid_cmp(&rec.id, id) == 0)
			root = reading_json(r, &rec, body);
	}
	if (root)
		json_array_append_new(lines, group_line_json(&line, root));
	return i;
}

bool groups_get(struct req *r, struct err *e)
{
	static const char *const names[] = {"group", "participant", "session"};
	int64_t types[ARRAY_LEN(names)];
	json_t *lines = json_keep(json_array(), r->mem);
	struct db_rows *rows;
	struct db_args a;
	struct uuid *ids;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		types[i] = catalogue_type(r->catalogue, names[i])->no;
	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_ints(&a, types, ARRAY_LEN(types));
	if (!db_run(r->db, Q_GROUPS, &a, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	ids = ARENA_ARRAY(r->mem, struct uuid, db_count(rows) + 1);
	for (int i = 0; i < db_count(rows);)
		i = one_group(r, rows, i, lines, &ids[n++]);
	req_reply_json(r, 200, json_pack("{s:O}", "groups", lines));
	return audit_end(r, "groups", "ok", ids, n, e);
}

bool group_plan_post(struct req *r, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	json_t *out =
		group_plan_answer(r->catalogue, &today, r->json, r->mem, e);

	return out && req_reply_json(r, 200, json_incref(out));
}
