/*
 * h_withdraw.c - POST /v1/withdrawals and its preview: a membership ends, a
 * consent is withdrawn, in one step.
 *
 * The step is a group of ordinary patches through the one door; what falls with
 * it is written in the same transaction (withdrawn.h), as it is when the same
 * patches come from a station or a form. Asked again it changes nothing and
 * says the same.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/base/utf8.h"
#include "proto/merge.h"
#include "server/audit/audit.h"
#include "server/records/apply.h"
#include "server/records/copies.h"
#include "server/records/withdrawn.h"

#include <string.h>

struct order {
	struct req *r;
	struct uuid case_id;
	struct uuid ids[LIMIT_WITHDRAWAL_RECORDS];
	size_t n;
	const char *reason;
	int64_t now;
	struct withdrawn seen;
};

static bool read_order(struct order *o, struct req *r, struct err *e)
{
	const char *text = json_str(r->json, "case");
	const json_t *list = json_object_get(r->json, "records");

	memset(o, 0, sizeof(*o));
	o->r = r;
	o->now = host_now_ms();
	o->n = json_array_size(list);
	o->reason = json_str(r->json, "reason");
	if (!text || !uuid_parse(text, &o->case_id))
		return err_field(e, ERR_BAD_REQUEST, "case", "UUID");
	if (!o->n || o->n > LIMIT_WITHDRAWAL_RECORDS)
		return err_field(e, ERR_BAD_REQUEST, "records",
			"1-%d (member, consent)", LIMIT_WITHDRAWAL_RECORDS);
	if (o->reason && utf8_count(o->reason) > LIMIT_WITHDRAWAL_REASON)
		return err_field(e, ERR_BAD_REQUEST, "reason", "1-%d",
			LIMIT_WITHDRAWAL_REASON);
	for (size_t i = 0; i < o->n; i++) {
		text = json_string_value(json_array_get(list, i));
		if (!text || !uuid_parse(text, &o->ids[i]))
			return err_field(e, ERR_BAD_REQUEST, "records", "UUID");
	}
	return true;
}

/* ---- what is asked ---- */

static size_t place_of(const struct order *o, const struct uuid *id)
{
	size_t i = 0;

	while (i < o->seen.w.n && uuid_cmp(&o->seen.recs[i].id, id) != 0)
		i++;
	return i;
}

/* Whether the reader may end each of them, and what becomes of it. */
static bool plan(struct order *o, struct err *e)
{
	struct access_facts f = {.mask = CLASS_CORE, .cls = CLASS_CORE};

	if (!withdrawn_read(o->r->mem, o->r->catalogue, o->r->db, &o->case_id,
		    o->now, &o->seen, e))
		return false;
	o->seen.w.reason = o->reason;
	for (size_t i = 0; i < o->n; i++) {
		size_t at = place_of(o, &o->ids[i]);
		struct withdraw_rec *r = &o->seen.recs[at];
		json_t *after;

		if (at == o->seen.w.n || !r->before || !withdraw_ends(r->type))
			return err_field(
				e, ERR_NOT_FOUND, "records", "member, consent");
		f.type = o->seen.records[at].type;
		if (!access_decide(&o->r->reader, VERB_PATCH, &f, e))
			return false;
		after = json_keep(
			json_deep_copy((json_t *)(uintptr_t)r->before),
			o->r->mem);
		json_object_update(after, withdraw_ending(&o->seen.w, r));
		r->after = after;
	}
	return true;
}

static bool reads(struct order *o, struct err *e)
{
	if (!db_begin(o->r->db, &o->r->reader, false, e))
		return false;
	if (plan(o, e))
		return true;
	db_rollback(o->r->db);
	return false;
}

/* ---- the preview ---- */

static bool is_lost(const json_t *losses, const json_t *copy)
{
	for (size_t i = 0; i < json_array_size(losses); i++) {
		const json_t *one = json_array_get(losses, i);
		const char *staff = json_str(one, "staff");
		const char *key = staff ? "staff" : "site";

		if (!json_array_size(json_object_get(one, "after")) &&
			strcmp(json_str(copy, key), json_str(one, key)) == 0)
			return true;
	}
	return false;
}

/* {"case","records","reason"?} → who loses what, what falls with it, and which
 * stations hold copies */
bool withdrawal_preview_post(struct req *r, struct err *e)
{
	struct order o;
	json_t *out, *copies, *list;
	char text[UUID_TEXT];

	if (!read_order(&o, r, e) || !reads(&o, e))
		return false;
	copies = copies_json(r, &o.case_id, e);
	if (!copies) {
		db_rollback(r->db);
		return false;
	}
	out = withdraw_json(&o.seen.w);
	list = json_object_get(copies, "copies");
	for (size_t i = 0; i < json_array_size(list); i++)
		json_object_set_new(json_array_get(list, i), "loses",
			json_boolean(is_lost(json_object_get(out, "losses"),
				json_array_get(list, i))));
	json_object_set_new(
		out, "case", json_string(uuid_format(&o.case_id, text)));
	json_object_set_new(out, "from", json_string("centre"));
	json_object_set(out, "copies", list);
	if (!audit_end(r, "withdrawal_preview", "ok", &o.case_id, 1, e))
		return false;
	return req_reply_text(r, 200, json_canonical(out, r->mem));
}

/* ---- the step ---- */

static json_t *change_of(struct order *o, const struct uuid *id, const char *tx)
{
	size_t at = place_of(o, id);
	const struct withdraw_rec *r = &o->seen.recs[at];
	json_t *set = withdraw_ending(&o->seen.w, r);
	struct uuid change = uuid_new();
	char text[UUID_TEXT], rec[UUID_TEXT], kase[UUID_TEXT], when[TIME_TEXT];

	if (!json_object_size(set))
		return NULL;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O, s:O, s:s}", "id",
		uuid_format(&change, text), "tx", tx, "rec",
		uuid_format(id, rec), "type", r->type, "case",
		uuid_format(&o->case_id, kase), "op", "patch", "set", set,
		"seen",
		merge_seen(o->seen.records[at].type, r->before, set, NULL,
			o->r->mem),
		"entered_at", time_format(o->now, when));
}

static json_t *changes_of(struct order *o)
{
	json_t *list = json_array();
	struct uuid tx = uuid_new();
	char text[UUID_TEXT];

	uuid_format(&tx, text);
	for (size_t i = 0; i < o->n; i++) {
		json_t *one = change_of(o, &o->ids[i], text);

		if (one)
			json_array_append_new(list, one);
	}
	return json_keep(json_pack("{s:o}", "changes", list), o->r->mem);
}

/* Together or not at all: the first that does not stand says why. */
static bool end_all(struct order *o, struct err *e)
{
	json_t *doc = changes_of(o);
	struct apply a = {.mem = o->r->mem,
		.catalogue = o->r->catalogue,
		.reader = &o->r->reader,
		.db = o->r->db,
		.now = o->now};
	struct change_result *results;
	struct commit_head head;
	struct change *changes;
	size_t n;

	if (!json_array_size(json_object_get(doc, "changes")))
		return true;
	if (!change_batch_decode(
		    o->r->catalogue, doc, o->r->mem, &changes, &n, e))
		return false;
	results = ARENA_ARRAY(o->r->mem, struct change_result, n);
	if (!apply_changes(&a, changes, n, results, &head, e))
		return false;
	changes_committed(o->r, &head);
	for (size_t i = 0; i < n; i++)
		if (results[i].status != CHANGE_APPLIED &&
			results[i].status != CHANGE_NOTED) {
			*e = results[i].why;
			return results[i].status == CHANGE_CONFLICT
				       ? err_field(
						 e, ERR_DECIDED, "records", "-")
				       : false;
		}
	return true;
}

/* What was written with it, one line a record. */
static json_t *fell(struct order *o, struct err *e)
{
	int64_t *csn = ARENA_ARRAY(o->r->mem, int64_t, o->n);
	json_t *list = json_keep(json_array(), o->r->mem);
	struct db_rows *rows;
	struct db_args a;

	for (size_t i = 0; i < o->n; i++)
		csn[i] = o->seen.records[place_of(o, &o->ids[i])].csn;
	db_args_init(&a, o->r->mem);
	db_ints(&a, csn, o->n);
	db_uuids(&a, o->ids, o->n);
	if (!db_run(o->r->db, Q_FELL_WITH, &a, &rows, e))
		return NULL;
	for (int i = 0; i < db_count(rows); i++) {
		struct record rec;
		struct uuid unit;
		char text[UUID_TEXT];
		const json_t *body;
		struct err ignored;

		row_record(o->r->catalogue, rows, i, &rec, &unit);
		body = json_read(rec.body.p, rec.body.n, &json_limits_own,
			o->r->mem, &ignored);
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:I, s:s?, s:s?}", "rec",
				      uuid_format(&rec.id, text), "type",
				      rec.type_name, "ver", (json_int_t)rec.ver,
				      "status", json_str(body, "status"),
				      "cancel_reason",
				      json_str(body, "cancel_reason")));
	}
	return list;
}

/* Who withdrew was the one to lose it: what became of it is no longer theirs
 * to see. */
static bool reply_gone(struct req *r)
{
	return req_reply_json(r, 200,
		json_pack("{s:O, s:[], s:[], s:i, s:i, s:i}", "ended",
			json_object_get(r->json, "records"), "fell", "copies",
			"asked", 0, "purged", 0, "held", 0));
}

/* {"case","records","reason"} → {"ended":[…],"fell":[…],"copies":[…],…} */
bool withdrawal_post(struct req *r, struct err *e)
{
	struct order o;
	json_t *out = NULL, *list;

	if (!read_order(&o, r, e) || !reads(&o, e))
		return false;
	db_rollback(r->db);
	if (!end_all(&o, e))
		return false;
	if (!reads(&o, e))
		return e->code == ERR_NOT_FOUND && reply_gone(r);
	list = fell(&o, e);
	if (list)
		out = copies_json(r, &o.case_id, e);
	if (!out) {
		db_rollback(r->db);
		return false;
	}
	json_object_set(out, "fell", list);
	json_object_set(out, "ended", json_object_get(r->json, "records"));
	if (!audit_end(r, "withdrawal", "ok", o.ids, o.n, e))
		return false;
	return req_reply_text(r, 200, json_canonical(out, r->mem));
}
