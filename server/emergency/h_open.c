/*
 * h_open.c - POST /v1/break-glass: an emergency begins.
 *
 * First the person proves who they are, then the case is looked for with what
 * they may see anyway (a token of POST /v1/match, or its very number), and then
 * one commit opens it and tells those who answer for it. The notice is written
 * into a case the asker does not reach, so for it they stand at the door of its
 * home site, as when they ask to join; who they are, the database takes from
 * their account.
 */
#include "server/emergency/emergency.h"

#include "proto/base/host.h"
#include "proto/base/utf8.h"
#include "server/audit/audit.h"
#include "server/auth/stepup.h"
#include "server/records/apply.h"

#include <string.h>

#define NUMBER_MAX  40
#define REVIEW_DAYS 3 /* 72 hours */

struct order {
	struct req *r;
	const char *number;
	const char *category;
	const char *label; /* of the category, Chinese */
	const char *reason;
	struct uuid token, id, task;
	struct uuid case_id, home, manager, reviewer;
	int64_t now;
};

/* ---- what is asked ---- */

static bool read_reason(struct order *o, struct err *e)
{
	const struct code_list *list =
		catalogue_codes(o->r->catalogue, "emergency_category");
	size_t n;

	o->reason = json_str(o->r->json, "reason");
	o->category = json_str(o->r->json, "category");
	n = o->reason ? utf8_count(o->reason) : 0;
	if (n < LIMIT_GLASS_REASON_LEAST || n > LIMIT_GLASS_REASON)
		return err_field(e, ERR_MISSING, "reason", "%d-%d",
			LIMIT_GLASS_REASON_LEAST, LIMIT_GLASS_REASON);
	o->label = o->category && list && code_list_item(list, o->category)
			   ? code_label(list, o->category, LANG_ZH)
			   : NULL;
	return o->label ||
	       err_field(e, ERR_BAD_CODE, "category", "emergency_category");
}

static bool read_order(struct order *o, struct req *r, struct err *e)
{
	const char *token = json_str(r->json, "token");

	memset(o, 0, sizeof(*o));
	o->r = r;
	o->now = host_now_ms();
	o->id = uuid_new();
	o->task = uuid_new();
	o->number = json_str(r->json, "number");
	if ((token != NULL) == (o->number != NULL) ||
		(token && !uuid_parse(token, &o->token)) ||
		(o->number &&
			(!*o->number || strlen(o->number) > NUMBER_MAX * 4)))
		return err_field(e, ERR_MISSING, "number", "number, token");
	if (r->sync_replica)
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "-");
	return read_reason(o, e);
}

/* ---- the case ---- */

static bool within_a_day(struct order *o, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, o->r->mem);
	if (!db_run(o->r->db, Q_EMERGENCY_TRIES, &none, &rows, e))
		return false;
	return db_get_int(rows, 0, "n") < LIMIT_GLASS_TRIES ||
	       err_field(e, ERR_GLASS_LIMIT, "break_glass", "%d / 24 h",
		       LIMIT_GLASS_TRIES);
}

static bool find_case(
	struct order *o, bool *found, bool *reached, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, o->r->mem);
	db_uuid(&a, uuid_is_nil(&o->token) ? NULL : &o->token);
	db_text(&a, o->number);
	if (!db_run(o->r->db, Q_EMERGENCY_CASE, &a, &rows, e))
		return false;
	*found = db_count(rows) == 1;
	*reached = *found && db_get_int(rows, 0, "reached");
	if (!*found)
		return true;
	o->case_id = db_get_uuid(rows, 0, "case_id");
	o->home = db_get_uuid(rows, 0, "home_site");
	o->manager = db_get_uuid(rows, 0, "manager");
	o->reviewer = db_get_uuid(rows, 0, "reviewer");
	return true;
}

/* Every try is on the trail, also of what is not there. */
static bool look_up(struct order *o, struct err *e)
{
	struct req *r = o->r;
	bool found, reached;
	const char *outcome;

	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!within_a_day(o, e) || !find_case(o, &found, &reached, e)) {
		db_rollback(r->db);
		return false;
	}
	outcome = !found ? "not_found" : reached ? "reached" : "asked";
	if (!audit_end(
		    r, "break_glass", outcome, &o->case_id, found ? 1 : 0, e))
		return false;
	if (!found)
		return err_field(e, ERR_NOT_FOUND, "number", "-");
	return !reached || err_field(e, ERR_REACHED, "number", "-");
}

/* ---- the commit ---- */

static const struct {
	const char *verdict;
	enum err_code code;
	const char *why;
} verdicts[] = {
	{"role",       ERR_FORBIDDEN,   "照护岗位" ERR_BOTH "a role of care"},
	{"case",       ERR_NOT_FOUND,   "-"				     },
	{"active",     ERR_GLASS_LIMIT,
         "上一次尚未结束" ERR_BOTH "the last one is not over"            },
	{"same_case",  ERR_GLASS_LIMIT,
         "此个案的上一次尚未复核" ERR_BOTH
		"the last one of this case was not reviewed"                    },
	{"unreviewed", ERR_GLASS_LIMIT,
         "有一次超过 72 小时未复核" ERR_BOTH
		"one of yours waits for its review for more than 72 hours"      },
	{"day",        ERR_GLASS_LIMIT, "3 / 24 h"                              },
};

/* Inside the transaction of the notice, before it. */
static bool open_first(void *ctx, struct db *db, struct err *e)
{
	struct order *o = ctx;
	struct uuid ids[] = {o->id, o->case_id};
	struct db_rows *rows;
	struct db_args a;
	const char *verdict;

	db_args_init(&a, o->r->mem);
	db_uuid(&a, &o->id);
	db_uuid(&a, &o->case_id);
	db_text(&a, o->category);
	db_text(&a, o->reason);
	db_uuid(&a, &o->task);
	if (!db_run(db, Q_EMERGENCY_OPEN, &a, &rows, e))
		return false;
	verdict = db_get_text(rows, 0, "verdict");
	if (strcmp(verdict, "ok") == 0) {
		audit_queue(db, o->r->mem, &o->r->reader, "break_glass_open",
			"ok", ids, ARRAY_LEN(ids));
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
		if (strcmp(verdicts[i].verdict, verdict) == 0)
			return err_field(e, verdicts[i].code, "break_glass",
				"%s", verdicts[i].why);
	return err_set(e, ERR_INTERNAL, "emergency: %s", verdict);
}

static json_t *task_of(struct order *o, const struct uuid *rec,
	const char *kind, const char *title, const struct uuid *assignee,
	int64_t days, const char *tx)
{
	char id[UUID_TEXT], text[UUID_TEXT], of[UUID_TEXT], site[UUID_TEXT];
	char me[UUID_TEXT], who[UUID_TEXT], at[TIME_TEXT], day[DATE_TEXT];
	struct uuid change = uuid_new();
	struct date due = time_day_cn(o->now);
	json_t *set;

	due = date_add_days(&due, (int)days);
	set = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title", title,
		"kind", kind, "status", "open", "raised_by", "staff", "site",
		uuid_format(&o->home, site), "response_owed_to",
		uuid_format(&o->r->reader.staff, me), "due",
		date_format(&due, day));
	if (!uuid_is_nil(assignee))
		json_object_set_new(set, "assignee",
			json_string(uuid_format(assignee, who)));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id",
		uuid_format(&change, id), "tx", tx, "rec",
		uuid_format(rec, text), "case", uuid_format(&o->case_id, of),
		"type", "task", "op", "create", "entered_at",
		time_format(o->now, at), "set", set);
}

static json_t *notice(struct order *o)
{
	struct uuid rec = uuid_new(), tx = uuid_new();
	char group[UUID_TEXT];
	json_t *list = json_array();
	const char *said =
		arena_printf(o->r->mem, "（%s）：%s", o->label, o->reason);

	uuid_format(&tx, group);
	json_array_append_new(
		list, task_of(o, &o->task, "break_glass_review",
			      arena_printf(o->r->mem, "复核紧急查看%s", said),
			      &o->reviewer, REVIEW_DAYS, group));
	json_array_append_new(list,
		task_of(o, &rec, "break_glass",
			arena_printf(o->r->mem, "本个案被紧急查看%s", said),
			&o->manager, 0, group));
	return json_keep(json_pack("{s:o}", "changes", list), o->r->mem);
}

static bool open_case(struct order *o, struct err *e)
{
	struct req *r = o->r;
	struct reader at_the_door = r->reader;
	struct apply a = {.mem = r->mem,
		.catalogue = r->catalogue,
		.reader = &at_the_door,
		.trail = &r->reader,
		.db = r->db,
		.now = o->now,
		.before = open_first,
		.ctx = o};
	struct change_result results[2];
	struct commit_head head;
	struct change *changes;
	size_t n;

	at_the_door.site = o->home;
	at_the_door.role = ROLE_SOCIAL_WORKER;
	memset(&at_the_door.replica, 0, sizeof(at_the_door.replica));
	if (!change_batch_decode(
		    r->catalogue, notice(o), r->mem, &changes, &n, e) ||
		!apply_changes(&a, changes, n, results, &head, e))
		return false;
	changes_committed(r, &head);
	if (results[0].status == CHANGE_APPLIED)
		return true;
	*e = results[0].why;
	return false;
}

static bool note_refusal(struct order *o, const struct err *why)
{
	struct req *r = o->r;
	struct err ignored;

	if (!db_begin(r->db, &r->reader, false, &ignored))
		return false;
	return audit_end(r, "break_glass_open", err_name(why->code),
		&o->case_id, 1, &ignored);
}

static bool reply(struct order *o, struct err *e)
{
	char id[UUID_TEXT], of[UUID_TEXT], until[TIME_TEXT];
	int64_t until_ms;

	return emergency_of(o->r, &o->id, &o->case_id, &until_ms, e) &&
	       req_reply_json(o->r, 201,
		       json_pack("{s:s, s:s, s:s}", "id",
			       uuid_format(&o->id, id), "case",
			       uuid_format(&o->case_id, of), "until",
			       time_format(until_ms, until)));
}

/* {"number" | "token","category","reason","password"} → 201 {"id","case",
 * "until"} */
bool break_glass_post(struct req *r, struct err *e)
{
	struct order o;

	if (!read_order(&o, r, e) || !stepup_check(r, e) || !look_up(&o, e))
		return false;
	if (open_case(&o, e))
		return reply(&o, e);
	(void)note_refusal(&o, e);
	return false;
}
