/*
 * h_retention.c - see retention.h: the list, and holds.
 */
#include "server/duty/retention.h"

#include "proto/base/utf8.h"
#include "server/audit/audit.h"
#include "server/db/columns.h"
#include "server/duty/certificate.h"

#include <string.h>

/* ---- shared ---- */

bool kept_words(struct req *r, const char *member, int most, const char **out,
	struct err *e)
{
	size_t n;

	*out = json_str(r->json, member);
	n = *out ? utf8_count(*out) : 0;
	return (n >= 1 && n <= (size_t)most) ||
	       err_field(e, ERR_MISSING, member, "1-%d", most);
}

static void take_case(const struct db_rows *rows, struct kept_case *c)
{
	c->id = db_get_uuid(rows, 0, "case_id");
	c->site = db_get_uuid(rows, 0, "site");
	c->site_name = db_get_text(rows, 0, "site_name");
	c->held = db_get_int(rows, 0, "held") != 0;
	c->ground = db_is_null(rows, 0, "ground")
			    ? NULL
			    : db_get_text(rows, 0, "ground");
	c->until = db_is_null(rows, 0, "until") ? NULL
						: db_get_text(rows, 0, "until");
}

bool kept_begin(
	struct req *r, enum access_act act, struct kept_case *c, struct err *e)
{
	const char *name = json_str(r->json, "case");
	const struct uuid *site;
	struct db_rows *rows;
	struct db_args a;

	if (!access_act(&r->reader, act, &site, e))
		return false;
	if (!name || !*name)
		return err_field(e, ERR_MISSING, "case",
			"个案号或标识" ERR_BOTH "an id, or a case number");
	if (utf8_count(name) > LIMIT_DUTY_NUMBER) /* no case is called so */
		return err_field(e, ERR_NOT_FOUND, "case", "-");
	if (!db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_text(&a, name);
	db_uuid(&a, site);
	if (!db_run(r->db, Q_RETENTION_CASE, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "case", "-");
	if (db_count(rows) > 1)
		return err_field(e, ERR_BAD_INPUT, "case",
			"个案标识（此编号不止一个）" ERR_BOTH
			"the id: there is more than one of this number");
	take_case(rows, c);
	return true;
}

/* ---- the list ---- */

struct view {
	bool keeps, destroys, sets, numbers, audits;
	const struct uuid *site; /* NULL: everywhere */
};

static bool find_view(struct req *r, struct view *v, struct err *e)
{
	const struct uuid *site;
	struct err none = {0};

	memset(v, 0, sizeof(*v));
	v->audits = access_act(&r->reader, ACT_TRAIL, &v->site, &none);
	v->keeps = access_act(&r->reader, ACT_RETENTION, &v->site, &none);
	v->destroys = access_act(&r->reader, ACT_DESTROY, &site, &none);
	v->sets = access_act(&r->reader, ACT_SETTING, &site, &none);
	v->numbers = access_act(&r->reader, ACT_REQUEST, &site, &none);
	return v->keeps || v->audits ||
	       err_field(e, ERR_FORBIDDEN, "retention", "%s",
		       role_name(r->reader.role));
}

static const struct column span_columns[] = {
	{NULL, "code",      COLUMN_TEXT, NULL},
	{NULL, "least",     COLUMN_INT,  NULL},
	{NULL, "years",     COLUMN_INT,  NULL},
	{NULL, "law",       COLUMN_FLAG, NULL},
	{NULL, "zh",        COLUMN_TEXT, NULL},
	{NULL, "en",        COLUMN_TEXT, NULL},
	{NULL, "source_zh", COLUMN_TEXT, NULL},
	{NULL, "source_en", COLUMN_TEXT, NULL},
	{NULL, "proposal",  COLUMN_ID,   NULL},
	{NULL, "to_years",  COLUMN_INT,  NULL},
	{NULL, "made_name", COLUMN_TEXT, NULL},
	{NULL, "due",       COLUMN_TIME, NULL},
	{NULL, "second",    COLUMN_FLAG, NULL},
};
static const struct column row_columns[] = {
	{NULL, "case",           COLUMN_ID,   NULL},
	{NULL, "number",         COLUMN_TEXT, NULL},
	{NULL, "site",           COLUMN_ID,   NULL},
	{NULL, "site_name",      COLUMN_TEXT, NULL},
	{NULL, "ended",          COLUMN_TEXT, NULL},
	{NULL, "span",           COLUMN_TEXT, NULL},
	{NULL, "until",          COLUMN_TEXT, NULL},
	{NULL, "law_until",      COLUMN_TEXT, NULL},
	{NULL, "request",        COLUMN_ID,   NULL},
	{NULL, "ground",         COLUMN_TEXT, NULL},
	{NULL, "hold",           COLUMN_ID,   NULL},
	{NULL, "hold_reason",    COLUMN_TEXT, NULL},
	{NULL, "hold_reference", COLUMN_TEXT, NULL},
	{NULL, "hold_by",        COLUMN_TEXT, NULL},
	{NULL, "hold_at",        COLUMN_TIME, NULL},
	{NULL, "proposal",       COLUMN_ID,   NULL},
	{NULL, "made_name",      COLUMN_TEXT, NULL},
	{NULL, "made_at",        COLUMN_TIME, NULL},
	{NULL, "due",            COLUMN_TIME, NULL},
	{NULL, "second",         COLUMN_FLAG, NULL},
};

static bool list_spans(struct req *r, json_t **out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_RETENTION_SPANS, &a, &rows, e))
		return false;
	*out = json_keep(columns_json(r->mem, rows, span_columns,
				 ARRAY_LEN(span_columns)),
		r->mem);
	return true;
}

/* The number is for who answers at the site; why a case is held, and by which
 * reference, not for who only audits. */
static void hide(const struct view *v, json_t *rows)
{
	size_t i;
	json_t *one;

	json_array_foreach(rows, i, one)
	{
		if (!v->numbers)
			json_object_set_new(one, "number", json_null());
		if (v->keeps)
			continue;
		json_object_set_new(one, "hold_reason", json_null());
		json_object_set_new(one, "hold_reference", json_null());
	}
}

static bool list_rows(
	struct req *r, const struct view *v, json_t **out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, v->site);
	db_uuid(&a, &r->reader.staff);
	db_int(&a, LIMIT_RETENTION_LINES);
	if (!db_run(r->db, Q_RETENTION_ROWS, &a, &rows, e))
		return false;
	*out = json_keep(
		columns_json(r->mem, rows, row_columns, ARRAY_LEN(row_columns)),
		r->mem);
	hide(v, *out);
	return true;
}

static json_t *may_json(const struct view *v)
{
	json_t *out = json_array();

	if (v->keeps)
		json_array_append_new(out, json_string("keep"));
	if (v->destroys)
		json_array_append_new(out, json_string("grant"));
	if (v->sets)
		json_array_append_new(out, json_string("span"));
	return out;
}

/* → {"spans":[…],"rows":[…],"certificates":[…],"may":[…]} */
bool retention_get(struct req *r, struct err *e)
{
	json_t *spans, *rows, *papers;
	struct view v;

	if (!find_view(r, &v, e) || !db_begin_system(r->db, e) ||
		!list_spans(r, &spans, e) || !list_rows(r, &v, &rows, e) ||
		!certificates_list(r->db, r->mem, v.site, NULL, &papers, e))
		return false;
	return audit_end(r, "retention", "ok", NULL, 0, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:O, s:O, s:O, s:o}", "spans", spans, "rows",
			       rows, "certificates", papers, "may",
			       may_json(&v)));
}

/* ---- holds ---- */

static bool put_hold(struct req *r, const struct kept_case *c,
	const char *reason, const char *reference, struct uuid *id,
	struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &c->id);
	db_uuid(&a, &c->site);
	db_text(&a, c->site_name);
	db_text(&a, reason);
	db_text(&a, reference);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_HOLD_ADD, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "case", "-");
	*id = db_get_uuid(rows, 0, "id");
	return true;
}

/* {"case","reason","reference"} → 201 {"id"} */
bool hold_post(struct req *r, struct err *e)
{
	const char *reason, *reference;
	char text[UUID_TEXT];
	struct kept_case c;
	struct uuid ids[2];

	if (!json_only(r->json, "case reason reference", e) ||
		!kept_words(r, "reason", LIMIT_RETENTION_REASON, &reason, e) ||
		!kept_words(r, "reference", LIMIT_RETENTION_REFERENCE,
			&reference, e) ||
		!kept_begin(r, ACT_RETENTION, &c, e) ||
		!put_hold(r, &c, reason, reference, &ids[1], e))
		return false;
	ids[0] = c.id;
	return audit_end(r, "hold", "ok", ids, ARRAY_LEN(ids), e) &&
	       req_reply_json(r, 201,
		       json_pack("{s:s}", "id", uuid_format(&ids[1], text)));
}

/* The hold, at a site the reader keeps. */
static bool find_hold(struct req *r, const struct uuid *id,
	struct uuid *case_id, struct err *e)
{
	const struct uuid *own;
	struct db_rows *rows;
	struct uuid site;
	struct db_args a;

	if (!access_act(&r->reader, ACT_RETENTION, &own, e) ||
		!db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	if (!db_run(r->db, Q_HOLD_GET, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	site = db_get_uuid(rows, 0, "site");
	if (own && uuid_cmp(own, &site) != 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	*case_id = db_get_uuid(rows, 0, "case_id");
	return !db_get_int(rows, 0, "released") ||
	       err_field(e, ERR_DECIDED, "id", "-");
}

/* {"reason"} → {"done":true} */
bool release_post(struct req *r, struct err *e)
{
	struct uuid ids[2];
	struct db_rows *rows;
	const char *reason;
	struct db_args a;

	if (!req_segment_id(r, 0, &ids[1], e) ||
		!json_only(r->json, "reason", e) ||
		!kept_words(r, "reason", LIMIT_RETENTION_REASON, &reason, e) ||
		!find_hold(r, &ids[1], &ids[0], e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &ids[1]);
	db_text(&a, reason);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_HOLD_RELEASE, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_DECIDED, "id", "-");
	return audit_end(r, "hold_release", "ok", ids, ARRAY_LEN(ids), e) &&
	       req_reply_text(r, 200, "{\"done\":true}");
}
