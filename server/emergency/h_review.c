/*
 * h_review.c - emergencies listed, and reviewed by another.
 */
#include "server/emergency/emergency.h"

#include "proto/base/host.h"
#include "proto/base/utf8.h"
#include "server/audit/audit.h"
#include "server/records/apply.h"

#include <string.h>

#define NOTE_MAX 1000 /* characters */

/* ---- the list ---- */

static void put_id(
	json_t *o, const char *key, const struct db_rows *rows, int i)
{
	struct uuid id = db_get_uuid(rows, i, key);
	char text[UUID_TEXT];

	json_object_set_new(o, key,
		uuid_is_nil(&id) ? json_null()
				 : json_string(uuid_format(&id, text)));
}

static void put_time(
	json_t *o, const char *key, const struct db_rows *rows, int i)
{
	int64_t ms = db_get_ms(rows, i, key);
	char text[TIME_TEXT];

	json_object_set_new(
		o, key, ms ? json_string(time_format(ms, text)) : json_null());
}

static void put_text(
	json_t *o, const char *key, const struct db_rows *rows, int i)
{
	const char *s = db_get_text(rows, i, key);

	json_object_set_new(o, key, s ? json_string(s) : json_null());
}

static json_t *row_json(const struct db_rows *rows, int i)
{
	static const char *const ids[] = {"id", "staff", "site_id", "case_id",
		"home_site", "task", "reviewed_by"};
	static const char *const times[] = {"at", "until", "reviewed_at"};
	static const char *const texts[] = {"role", "category", "reason",
		"outcome", "note", "staff_name", "site_name", "number"};
	static const char *const flags[] = {"live", "late", "mine"};
	json_t *o = json_object();

	for (size_t k = 0; k < ARRAY_LEN(ids); k++)
		put_id(o, ids[k], rows, i);
	for (size_t k = 0; k < ARRAY_LEN(times); k++)
		put_time(o, times[k], rows, i);
	for (size_t k = 0; k < ARRAY_LEN(texts); k++)
		put_text(o, texts[k], rows, i);
	for (size_t k = 0; k < ARRAY_LEN(flags); k++)
		json_object_set_new(o, flags[k],
			json_boolean(db_get_int(rows, i, flags[k])));
	return o;
}

/* ?all=yes: also those that were reviewed → {"rows":[…]} */
bool break_glass_list(struct req *r, struct err *e)
{
	json_t *list = json_keep(json_array(), r->mem);
	struct db_rows *rows;
	struct db_args a;
	int all;

	if (!req_query_word(r, "all", "yes", &all, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_bool(&a, all == 0);
	if (!db_run(r->db, Q_EMERGENCIES, &a, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	for (int i = 0; i < db_count(rows); i++)
		json_array_append_new(list, row_json(rows, i));
	if (!audit_end(r, "break_glass_list", "ok", NULL, 0, e))
		return false;
	return req_reply_json(r, 200, json_pack("{s:O}", "rows", list));
}

/* ---- the review ---- */

struct review {
	struct req *r;
	struct uuid id;
	struct uuid case_id;
	struct uuid task;
	const char *outcome;
	const char *note;
};

static bool read_review(struct review *v, struct req *r, struct err *e)
{
	memset(v, 0, sizeof(*v));
	v->r = r;
	v->outcome = json_str(r->json, "outcome");
	v->note = json_str(r->json, "note");
	if (!req_segment_id(r, 0, &v->id, e))
		return false;
	if (!v->outcome || (strcmp(v->outcome, "justified") != 0 &&
				   strcmp(v->outcome, "unjustified") != 0))
		return err_field(
			e, ERR_BAD_CODE, "outcome", "justified unjustified");
	if (!v->note || !*v->note || utf8_count(v->note) > NOTE_MAX)
		return err_field(e, ERR_MISSING, "note", "1-%d", NOTE_MAX);
	return true;
}

/* Which task it is, of those the reader is shown. */
static bool find(struct review *v, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	if (!db_begin(v->r->db, &v->r->reader, false, e))
		return false;
	db_args_init(&a, v->r->mem);
	db_bool(&a, true);
	ok = db_run(v->r->db, Q_EMERGENCIES, &a, &rows, e);
	db_rollback(v->r->db);
	for (int i = 0; ok && i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "id");

		if (uuid_cmp(&id, &v->id) != 0)
			continue;
		v->case_id = db_get_uuid(rows, i, "case_id");
		v->task = db_get_uuid(rows, i, "task");
		return true;
	}
	return ok && err_field(e, ERR_NOT_FOUND, "id", "-");
}

static bool review_first(void *ctx, struct db *db, struct err *e)
{
	struct review *v = ctx;
	struct uuid ids[] = {v->id, v->case_id};
	struct db_rows *rows;
	struct db_args a;
	const char *verdict;

	db_args_init(&a, v->r->mem);
	db_uuid(&a, &v->id);
	db_text(&a, v->outcome);
	db_text(&a, v->note);
	if (!db_run(db, Q_EMERGENCY_REVIEW, &a, &rows, e))
		return false;
	verdict = db_get_text(rows, 0, "verdict");
	if (strcmp(verdict, "none") == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	if (strcmp(verdict, "done") == 0)
		return err_field(e, ERR_DECIDED, "outcome", "-");
	if (strcmp(verdict, "ok") != 0)
		return err_field(e, ERR_FORBIDDEN, "break_glass",
			"本人以外的督导" ERR_BOTH
			"a supervisor other than who opened it");
	audit_queue(db, v->r->mem, &v->r->reader, "break_glass_review",
		v->outcome, ids, ARRAY_LEN(ids));
	return true;
}

/* The task is done with it. Somebody may have said so already: the review
 * stands all the same. */
static json_t *task_done(struct review *v)
{
	char id[UUID_TEXT], rec[UUID_TEXT], of[UUID_TEXT], at[TIME_TEXT];
	struct uuid change = uuid_new();
	bool good = strcmp(v->outcome, "justified") == 0;

	return json_keep(
		json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}, "
			  "s:{s:s, s:n}}]}",
			"changes", "id", uuid_format(&change, id), "rec",
			uuid_format(&v->task, rec), "case",
			uuid_format(&v->case_id, of), "type", "task", "op",
			"patch", "entered_at", time_format(host_now_ms(), at),
			"set", "status", "done", "result",
			arena_printf(v->r->mem, "%s：%s",
				good ? "合理" : "不合理", v->note),
			"seen", "status", "open", "result"),
		v->r->mem);
}

/* {"outcome":"justified|unjustified","note"} → {"reviewed":true} */
bool break_glass_review_post(struct req *r, struct err *e)
{
	struct review v;
	struct apply a = {.mem = r->mem,
		.catalogue = r->catalogue,
		.reader = &r->reader,
		.db = r->db,
		.now = host_now_ms(),
		.before = review_first,
		.ctx = &v};
	struct change_result result;
	struct commit_head head;
	struct change *changes;
	size_t n;

	if (!read_review(&v, r, e) || !find(&v, e))
		return false;
	if (!change_batch_decode(
		    r->catalogue, task_done(&v), r->mem, &changes, &n, e) ||
		!apply_changes(&a, changes, n, &result, &head, e))
		return false;
	changes_committed(r, &head);
	return req_reply_text(r, 200, "{\"reviewed\":true}");
}
