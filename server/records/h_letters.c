/*
 * h_letters.c - what the web app reads of letters: the list with its clocks,
 * one letter with what may be done next, and exactly what a referral would
 * send before it leaves.
 *
 * Who waits for whom is proto/stand.h's to say, what opens proto/sending.h's;
 * the station answers the same from its store (client/local).
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/capacity.h"
#include "proto/deadline.h"
#include "proto/sending.h"
#include "proto/stand.h"
#include "server/audit/audit.h"
#include "server/records/reading.h"
#include "server/records/summaries.h"
#include "server/records/world.h"

#include <string.h>

#define LETTERS_MAX 2000
#define STATES_MAX  16
#define DAY_MS      INT64_C(86400000)

static struct stand_for asker(
	const struct req *r, const struct db_rows *holidays)
{
	return (struct stand_for){r->reader.site, r->reader.staff,
		summaries_calendar(holidays, r->mem), host_now_ms()};
}

/* As much of the case as says who stands in for the sender. */
static json_t *home_of(struct req *r, const struct db_rows *rows, int i)
{
	struct uuid site;
	char text[UUID_TEXT];

	if (db_is_null(rows, i, "home_site"))
		return NULL;
	site = db_get_uuid(rows, i, "home_site");
	return json_keep(
		json_pack("{s:s}", "home_site", uuid_format(&site, text)),
		r->mem);
}

/* ---- the list ---- */

/* The states somebody has something left to do in, of both types. */
static size_t open_states(
	const struct catalogue *c, const char *out[STATES_MAX])
{
	static const struct {
		const char *type;
		const char *codes;
	} kinds[] = {
		{"referral", "referral_status"},
		{"request",  "request_status" },
	};
	size_t n = 0, i;
	json_t *item;

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		json_array_foreach(
			catalogue_codes(c, kinds[k].codes)->items, i, item)
		{
			const char *code = json_str(item, "code");

			if (n < STATES_MAX && !steps_ended(kinds[k].type, code))
				out[n++] = code;
		}
	return n;
}

static json_t *line(struct req *r, const struct db_rows *rows, int i,
	const struct stand_for *who, bool whole, struct uuid *id)
{
	struct record rec;
	json_t *body = reading_row(r, rows, i, &rec), *out;
	struct stand at;

	*id = rec.id;
	stand_of(rec.type_name, &rec.site, body, home_of(r, rows, i), who, &at);
	if (!whole) {
		body = json_keep(json_copy(body), r->mem);
		stand_shorten(body);
	}
	out = stand_json(rec.type_name, &at);
	json_object_set_new(out, "letter", reading_json(r, &rec, body));
	return out;
}

static json_t *list(struct req *r, struct db_rows *const rows[2],
	struct uuid *ids, size_t *n)
{
	struct stand_for who = asker(r, rows[1]);
	json_t *lines = json_array();
	int count = db_count(rows[0]);
	bool more = count > LETTERS_MAX;

	if (more)
		count = LETTERS_MAX;
	for (int i = 0; i < count; i++)
		json_array_append_new(
			lines, line(r, rows[0], i, &who, false, &ids[i]));
	*n = (size_t)count;
	return json_pack("{s:o, s:b}", "letters", lines, "more", (int)more);
}

bool letters_get(struct req *r, struct err *e)
{
	const char *left[STATES_MAX];
	struct db_rows *rows[2];
	struct db_args a, none;
	struct uuid *ids;
	size_t n;
	int state;

	if (!req_query_word(r, "state", "open all", &state, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	db_args_init(&a, r->mem);
	db_args_init(&none, r->mem);
	db_bool(&a, state == 1);
	db_texts(&a, left, open_states(r->catalogue, left));
	db_int(&a, LETTERS_MAX + 1);
	db_queue(r->db, Q_LETTERS, &a);
	db_queue(r->db, Q_HOLIDAYS, &none);
	if (!db_flush(r->db, r->mem, rows, 2, e)) {
		db_rollback(r->db);
		return false;
	}
	ids = ARENA_ARRAY(r->mem, struct uuid, db_count(rows[0]) + 1);
	req_reply_json(r, 200, list(r, rows, ids, &n));
	return audit_end(r, "letters", "ok", ids, n, e);
}

/* ---- one ---- */

/* Who could take it up, of a request that waits for somebody here. */
static bool add_proposal(
	struct req *r, const json_t *letter, json_t *out, struct err *e)
{
	const json_t *body = json_object_get(letter, "body");
	const char *to = json_str(body, "to_site"), *item;
	int64_t now = host_now_ms();
	struct date today = time_day_cn(now);
	struct capacity_run *run;
	struct capacity k;
	struct db_rows *rows;
	struct db_args a;
	struct uuid site, item_id;

	item = json_str(body, "item");
	if (!to || !uuid_parse(to, &site))
		return true;
	db_args_init(&a, r->mem);
	db_uuid(&a, &site);
	db_uuid(&a, item && uuid_parse(item, &item_id) ? &item_id : NULL);
	db_ms(&a, now - DAY_MS);
	if (!db_run(r->db, Q_LETTER_HANDS, &a, &rows, e))
		return false;
	run = capacity_begin(to, item, &today, r->mem);
	for (int i = 0; i < db_count(rows); i++) {
		struct record rec;
		json_t *of = reading_row(r, rows, i, &rec);

		capacity_add(run, &rec, of);
	}
	k = capacity_end(run);
	json_object_set_new(out, "proposal", capacity_json(&k));
	return true;
}

static bool read_one(struct req *r, const struct uuid *id,
	struct db_rows *rows[2], struct err *e)
{
	struct db_args a, none;

	db_args_init(&a, r->mem);
	db_args_init(&none, r->mem);
	db_uuid(&a, id);
	db_queue(r->db, Q_LETTER, &a);
	db_queue(r->db, Q_HOLIDAYS, &none);
	if (!db_flush(r->db, r->mem, rows, 2, e))
		return false;
	return db_count(rows[0]) > 0 || err_field(e, ERR_NOT_FOUND, "id", "-");
}

bool letter_get(struct req *r, struct err *e)
{
	struct db_rows *rows[2];
	struct stand_for who;
	struct uuid id;
	json_t *out;

	if (!req_segment_id(r, 0, &id, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	if (!read_one(r, &id, rows, e)) {
		db_rollback(r->db);
		return false;
	}
	who = asker(r, rows[1]);
	out = json_keep(line(r, rows[0], 0, &who, true, &id), r->mem);
	if (stand_wants_hands(out) &&
		!add_proposal(r, json_object_get(out, "letter"), out, e)) {
		db_rollback(r->db);
		return false;
	}
	req_reply_json(r, 200, json_incref(out));
	return audit_end(r, "letter", "ok", &id, 1, e);
}

/* ---- before one leaves ---- */

/* What the daemon would fill in when it is sent. */
static bool fill(struct req *r, const struct db_rows *holidays, json_t *body,
	struct err *e)
{
	const struct rtype *t = catalogue_type(r->catalogue, "referral");

	json_object_set_new(body, "status", json_string("requested"));
	steps_fill(t->name, NULL, body, host_now_ms(), &r->reader.staff);
	if (deadline_wanted(t->name, NULL, body))
		deadline_fill(t->name, NULL, body,
			summaries_calendar(holidays, r->mem),
			DEADLINE_NO_HOURS);
	return record_check(r->catalogue, t, body, false, e) &&
	       steps_check(t->name, NULL, body, SIDE_SENDER, e);
}

static bool weigh(struct req *r, const struct uuid *case_id,
	struct db_rows *const rows[4], const json_t *body, struct sending *out,
	struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	char own[UUID_TEXT];
	struct sending_run *run = sending_begin(case_id, body,
		uuid_format(&r->reader.site, own), &today, r->mem, e);

	if (!run)
		return false;
	for (size_t k = 0; k < 3; k++)
		for (int i = 0; i < db_count(rows[k]); i++) {
			struct record rec;
			json_t *of = reading_row(r, rows[k], i, &rec);

			sending_add(run, &rec, of);
		}
	sending_end(run, out);
	return true;
}

static bool read_case(struct req *r, const struct uuid *id,
	struct db_rows *rows[4], struct err *e)
{
	struct db_args a, none;

	db_args_init(&a, r->mem);
	db_args_init(&none, r->mem);
	db_uuid(&a, id);
	db_queue(r->db, Q_UNIT_RECORDS, &a);
	db_queue(r->db, Q_CASE_BESIDE, &a);
	db_queue(r->db, Q_CASE_HANDS, &a);
	db_queue(r->db, Q_HOLIDAYS, &none);
	if (!db_flush(r->db, r->mem, rows, 4, e))
		return false;
	return (!uuid_is_nil(id) && db_count(rows[0]) > 0) ||
	       err_field(e, ERR_NOT_FOUND, "case", "-");
}

static bool preview(struct req *r, const struct uuid *id, json_t *body,
	json_t **out, struct err *e)
{
	struct db_rows *rows[4];
	struct sending s;

	if (!read_case(r, id, rows, e) || !weigh(r, id, rows, body, &s, e))
		return false;
	sending_name(&s, json_flag(r->json, "nameless"), body);
	if (!fill(r, rows[3], body, e))
		return false;
	*out = sending_json(&s);
	json_object_set(*out, "letter", body);
	return true;
}

bool letter_preview_post(struct req *r, struct err *e)
{
	const char *text = json_str(r->json, "case");
	const json_t *typed = json_object_get(r->json, "body");
	json_t *out;
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		return err_field(e, ERR_BAD_REQUEST, "case", "id");
	if (!json_is_object(typed))
		return err_field(e, ERR_BAD_REQUEST, "body", "object");
	if (!db_begin(r->db, &r->reader, true, e))
		return false;
	if (!preview(r, &id,
		    json_keep(json_copy((json_t *)(uintptr_t)typed), r->mem),
		    &out, e)) {
		db_rollback(r->db);
		return false;
	}
	req_reply_json(r, 200, out);
	return audit_end(r, "letter_preview", "ok", &id, 1, e);
}
