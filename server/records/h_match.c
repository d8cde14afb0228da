/*
 * h_match.c - is this person known already? Of people the reader reaches, their
 * records are named; of others only that a care group may exist, with a token
 * under which one may ask to join it. Every question is on the trail with the
 * records it touched.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/base/utf8.h"
#include "proto/match.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/records/apply.h"
#include "server/records/at_rest.h"

#include <string.h>

#define MATCHES_SHOWN 20

struct found {
	struct uuid person;
	enum match_how how;
	bool own;
};

struct search {
	struct req *r;
	struct found list[MATCHES_SHOWN];
	size_t n;
};

static bool within_a_day(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	if (!db_run(r->db, Q_MATCH_COUNT, &a, &rows, e))
		return false;
	return db_get_int(rows, 0, "n") < LIMIT_MATCHES ||
	       err_field(
		       e, ERR_LOCKED_OUT, "match", "%d / 24 h", LIMIT_MATCHES);
}

/* A value of the probe as it is looked for, under every data key there is. */
static size_t macs_of(
	struct req *r, const char *field, const char *value, struct str *out)
{
	struct vault_mac *mac =
		ARENA_ARRAY(r->mem, struct vault_mac, VAULT_KEYS);
	struct vault *v = db_sealing(r->db).vault;
	size_t n = value && v ? vault_macs(v, field,
					(struct str){value, strlen(value)}, mac)
			      : 0;

	for (size_t i = 0; i < n; i++)
		out[i] = (struct str){(const char *)mac[i].b, VAULT_MAC};
	return n;
}

static void add_macs(struct req *r, const struct probe *p, struct db_args *a)
{
	struct str *mac =
		ARENA_ARRAY(r->mem, struct str, LOOKS_MAX * VAULT_KEYS);
	const char *phone = probe_phone(p);
	size_t n = macs_of(r, "id_number", probe_number(p), mac);

	if (phone)
		n += macs_of(
			r, "phone", at_rest_digits(phone, r->mem), mac + n);
	db_bytes_array(a, mac, n);
}

static bool search(struct search *s, const struct probe *p, struct err *e)
{
	struct req *r = s->r;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_text(&a, probe_number(p));
	db_text(&a, probe_year(p));
	db_text(&a, probe_phone(p));
	add_macs(r, p, &a);
	if (!db_run(r->db, Q_MATCH_ROWS, &a, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows) && s->n < MATCHES_SHOWN; i++) {
		const char *text = db_get_text(rows, i, "body");
		struct err ignored;
		const json_t *body = json_read(
			text, strlen(text), &json_limits_own, r->mem, &ignored);
		enum match_how how = body ? probe_match(p, body) : MATCH_NONE;

		if (how == MATCH_NONE)
			continue;
		s->list[s->n].person = db_get_uuid(rows, i, "record_id");
		s->list[s->n].how = how;
		s->list[s->n++].own = db_get_int(rows, i, "own") != 0;
	}
	return true;
}

/* Of those the reader does not reach, one who is looked after; nil: none. */
static bool elsewhere(struct search *s, struct uuid *person, struct err *e)
{
	struct uuid others[MATCHES_SHOWN];
	struct db_rows *rows;
	struct db_args a;
	size_t n = 0;

	memset(person, 0, sizeof(*person));
	for (size_t i = 0; i < s->n; i++)
		if (!s->list[i].own)
			others[n++] = s->list[i].person;
	if (!n)
		return true;
	db_args_init(&a, s->r->mem);
	db_uuids(&a, others, n);
	if (!db_run(s->r->db, Q_IN_CARE, &a, &rows, e))
		return false;
	if (db_count(rows))
		*person = db_get_uuid(rows, 0, "person");
	return true;
}

static bool token_for(
	struct req *r, const struct uuid *person, char *out, struct err *e)
{
	struct db_rows *rows;
	struct uuid token;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, person);
	if (!db_run(r->db, Q_MATCH_PUT, &a, &rows, e))
		return false;
	token = db_get_uuid(rows, 0, "token");
	uuid_format(&token, out);
	return true;
}

static json_t *known(const struct search *s)
{
	json_t *list = json_array();
	char id[UUID_TEXT];

	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].own)
			json_array_append_new(list,
				json_pack("{s:s, s:s}", "person",
					uuid_format(&s->list[i].person, id),
					"how", match_name(s->list[i].how)));
	return list;
}

static bool answer(struct search *s, struct err *e)
{
	struct req *r = s->r;
	struct uuid other, records[MATCHES_SHOWN];
	char token[UUID_TEXT] = "";
	json_t *out;

	if (!elsewhere(s, &other, e) ||
		(!uuid_is_nil(&other) && !token_for(r, &other, token, e)))
		return false;
	for (size_t i = 0; i < s->n; i++)
		records[i] = s->list[i].person;
	if (!audit_end(r, "match", "ok", records, s->n, e))
		return false;
	out = json_keep(json_pack("{s:o, s:b}", "known", known(s), "elsewhere",
				!uuid_is_nil(&other)),
		r->mem);
	if (*token)
		json_object_set_new(out, "token", json_string(token));
	req_reply_text(r, 200, json_canonical(out, r->mem));
	return true;
}

bool match_post(struct req *r, struct err *e)
{
	struct search s = {.r = r};
	struct probe *p;

	p = probe_new(r->json, r->mem, e);
	if (!p || !db_begin(r->db, &r->reader, false, e))
		return false;
	if (within_a_day(r, e) && search(&s, p, e) && answer(&s, e))
		return true;
	db_rollback(r->db);
	return false;
}

/* ---- asking to join ---- */

/* Who asks, and why: what the care group needs to decide. */
static json_t *question(
	struct req *r, const struct db_rows *rows, const char *reason)
{
	char id[UUID_TEXT], case_id[UUID_TEXT], rec[UUID_TEXT], at[TIME_TEXT];
	char site[UUID_TEXT], manager[UUID_TEXT], me[UUID_TEXT], day[DATE_TEXT];
	struct uuid change = uuid_new(), task = uuid_new();
	struct uuid of = db_get_uuid(rows, 0, "case_id");
	struct uuid home = db_get_uuid(rows, 0, "home_site");
	struct uuid who = db_get_uuid(rows, 0, "manager");
	struct date due = time_day_cn(host_now_ms());
	json_t *set;

	due = date_add_days(&due, 7);
	set = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title",
		arena_printf(
			r->mem, "其他机构请求加入关爱帮扶小组：%s", reason),
		"kind", "join_request", "status", "open", "raised_by", "staff",
		"site", uuid_format(&home, site), "response_owed_to",
		uuid_format(&r->reader.staff, me), "due",
		date_format(&due, day));
	if (!uuid_is_nil(&who))
		json_object_set_new(set, "assignee",
			json_string(uuid_format(&who, manager)));
	return json_keep(json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:o}]}",
				 "changes", "id", uuid_format(&change, id),
				 "rec", uuid_format(&task, rec), "case",
				 uuid_format(&of, case_id), "type", "task",
				 "op", "create", "entered_at",
				 time_format(host_now_ms(), at), "set", set),
		r->mem);
}

/* The task is written into a case the asker does not reach: for this one note
 * the asker stands at the door of its home site. What it says is ours. */
static bool leave_note(struct req *r, const struct db_rows *rows, struct err *e)
{
	const char *reason = json_str(r->json, "reason");
	struct reader at_the_door = r->reader;
	struct apply a = {.mem = r->mem,
		.catalogue = r->catalogue,
		.reader = &at_the_door,
		.trail = &r->reader,
		.db = r->db,
		.now = host_now_ms()};
	struct change_result result;
	struct commit_head head;
	struct change *changes;
	size_t n;

	at_the_door.site = db_get_uuid(rows, 0, "home_site");
	at_the_door.role = ROLE_SOCIAL_WORKER;
	memset(&at_the_door.replica, 0, sizeof(at_the_door.replica));
	if (!change_batch_decode(r->catalogue, question(r, rows, reason),
		    r->mem, &changes, &n, e) ||
		!apply_changes(&a, changes, n, &result, &head, e))
		return false;
	changes_committed(r, &head);
	if (result.status == CHANGE_APPLIED)
		return true;
	*e = result.why;
	return false;
}

bool match_ask_post(struct req *r, struct err *e)
{
	const char *reason = json_str(r->json, "reason");
	struct db_rows *rows;
	struct uuid token;
	struct db_args a;

	if (!uuid_parse(r->segment[0], &token))
		return err_field(e, ERR_NOT_FOUND, "token", "-");
	if (!reason || !*reason || utf8_count(reason) > LIMIT_MATCH_REASON)
		return err_field(
			e, ERR_MISSING, "reason", "1-%d", LIMIT_MATCH_REASON);
	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &token);
	if (!db_run(r->db, Q_MATCH_ASK, &a, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	if (!audit_end(r, "match_ask", db_count(rows) ? "ok" : "not_found",
		    NULL, 0, e))
		return false;
	if (!db_count(rows))
		return err_field(e, ERR_NOT_FOUND, "token", "-");
	if (!leave_note(r, rows, e))
		return false;
	req_reply_text(r, 202, "{\"asked\":true}");
	return true;
}
