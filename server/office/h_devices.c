/*
 * h_devices.c - stations: codes, requests, those that are in, and their end.
 */
#include "server/office/desk.h"

#include "proto/base/timeutil.h"
#include "proto/station.h"
#include "server/auth/device.h"

#include <string.h>

/* ---- the list ---- */

/* Sixteen digits that the station shows as well. */
static const char *check_of(
	struct arena *mem, const struct db_rows *rows, int i)
{
	struct str spki = db_get_bytes(rows, i, "spki");
	char *out = arena_alloc(mem, CHECK_TEXT);
	struct sha256 key;

	memcpy(key.b, spki.p, SHA256_LEN);
	return check_number(&key, out);
}

static const struct column device_columns[] = {
	{NULL, "id",           COLUMN_ID,   NULL},
	{NULL, "site",         COLUMN_ID,   NULL},
	{NULL, "site_name",    COLUMN_TEXT, NULL},
	{NULL, "enrolled_at",  COLUMN_TIME, NULL},
	{NULL, "granted_by",   COLUMN_ID,   NULL},
	{NULL, "expires_at",   COLUMN_TIME, NULL},
	{NULL, "renewed_at",   COLUMN_TIME, NULL},
	{NULL, "revoked_at",   COLUMN_TIME, NULL},
	{NULL, "seen",         COLUMN_TIME, NULL},
	{NULL, "program",      COLUMN_TEXT, NULL},
	{NULL, "told_at",      COLUMN_TIME, NULL},
	{NULL, "unsent",       COLUMN_INT,  NULL},
	{NULL, "unsent_since", COLUMN_TIME, NULL},
	{NULL, "stores",       COLUMN_INT,  NULL},
	{NULL, "waiting",      COLUMN_INT,  NULL},
	{NULL, "owed",         COLUMN_INT,  NULL},
	{NULL, "owed_since",   COLUMN_TIME, NULL},
	{NULL, "kept",         COLUMN_INT,  NULL},
	{NULL, "lost",         COLUMN_INT,  NULL},
	{NULL, "unread",       COLUMN_INT,  NULL},
	{NULL, "ordered",      COLUMN_TEXT, NULL},
	{NULL, "ordered_at",   COLUMN_TIME, NULL},
	{NULL, "done_at",      COLUMN_TIME, NULL},
	{NULL, "reason",       COLUMN_TEXT, NULL},
};
static const struct column code_columns[] = {
	{NULL, "id",         COLUMN_ID,   NULL},
	{NULL, "site",       COLUMN_ID,   NULL},
	{NULL, "site_name",  COLUMN_TEXT, NULL},
	{NULL, "made_by",    COLUMN_ID,   NULL},
	{NULL, "made_at",    COLUMN_TIME, NULL},
	{NULL, "expires_at", COLUMN_TIME, NULL},
};
static const struct column request_columns[] = {
	{NULL, "id",        COLUMN_ID,   NULL    },
	{NULL, "site",      COLUMN_ID,   NULL    },
	{NULL, "site_name", COLUMN_TEXT, NULL    },
	{NULL, "made_by",   COLUMN_ID,   NULL    },
	{NULL, "at",        COLUMN_TIME, NULL    },
	{NULL, "check",     COLUMN_TEXT, check_of},
};

static bool list_requests(struct req *r, const struct uuid *site,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, site);
	db_int(&a, ENROLMENT_HOURS);
	return db_run(r->db, Q_AUTH_ENROLMENT_LIST, &a, rows, e);
}

/* → {"devices":[…],"codes":[…],"requests":[…]} */
bool devices_get(struct req *r, struct err *e)
{
	struct db_rows *devices, *codes, *requests;
	const struct uuid *site;
	json_t *out;

	if (!desk_begin(r, ACT_DEVICE, &site, e) ||
		!desk_list(r, Q_AUTH_DEVICES, site, &devices, e) ||
		!desk_list(r, Q_AUTH_CODE_OPEN, site, &codes, e) ||
		!list_requests(r, site, &requests, e))
		return false;
	out = json_pack("{s:o, s:o, s:o}", "devices",
		columns_json(r->mem, devices, device_columns,
			ARRAY_LEN(device_columns)),
		"codes",
		columns_json(
			r->mem, codes, code_columns, ARRAY_LEN(code_columns)),
		"requests",
		columns_json(r->mem, requests, request_columns,
			ARRAY_LEN(request_columns)));
	req_reply_json(r, 200, out);
	return audit_end(r, "devices", "ok", NULL, 0, e);
}

/* ---- codes ---- */

static bool find_site(struct req *r, const char *id, const char **name,
	struct uuid *site, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	if (!id || !uuid_parse(id, site))
		return err_field(e, ERR_BAD_KIND, "site", "UUID");
	db_args_init(&a, r->mem);
	db_text(&a, id);
	if (!db_run(r->db, Q_AUTH_SITE_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) != 1)
		return err_field(e, ERR_NOT_FOUND, "site", "-");
	*name = db_get_text(rows, 0, "name");
	return true;
}

/* {"site"} → 201 {"id","code","expires"} */
bool code_post(struct req *r, struct err *e)
{
	char id[UUID_TEXT], at[TIME_TEXT];
	const struct uuid *only;
	struct new_code code;
	const char *name = NULL;
	struct uuid site;

	if (!json_only(r->json, "site", e) ||
		!desk_begin(r, ACT_ENROLMENT, &only, e) ||
		!find_site(r, json_str(r->json, "site"), &name, &site, e))
		return false;
	if (only && uuid_cmp(only, &site) != 0)
		return err_field(e, ERR_NOT_FOUND, "site", "-");
	if (!code_add(r->db, r->mem, &site, name, &r->reader.staff, false,
		    &code, e) ||
		!audit_end(r, "enrol_code", "ok", &code.id, 1, e))
		return false;
	return req_reply_json(r, 201,
		json_pack("{s:s, s:s, s:s}", "id", uuid_format(&code.id, id),
			"code", code.shown, "expires",
			time_format(code.expires_ms, at)));
}

bool code_delete(struct req *r, struct err *e)
{
	const struct uuid *site;
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!desk_begin(r, ACT_ENROLMENT, &site, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	db_uuid(&a, site);
	if (!db_run(r->db, Q_AUTH_CODE_END, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	return audit_end(r, "enrol_code_end", "ok", &id, 1, e) &&
	       req_reply_bytes(r, 204, NULL, "", 0);
}

/* ---- requests ---- */

static bool find_request(struct req *r, const struct uuid *id,
	const struct uuid *site, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	db_uuid(&a, site);
	db_int(&a, ENROLMENT_HOURS);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_AUTH_ENROLMENT_GET, &a, rows, e))
		return false;
	if (db_count(*rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	return !db_get_int(*rows, 0, "decided") ||
	       err_field(e, ERR_DECIDED, "grant", "-");
}

/* Not whoever made the code, nor who is theirs (0080-second-person.sql), and
 * with the number the station shows. */
static bool may_grant(
	struct req *r, const struct db_rows *rows, bool grant, struct err *e)
{
	const char *check = json_str(r->json, "check");

	if (!db_get_int(rows, 0, "second"))
		return err_field(e, ERR_FORBIDDEN, "grant",
			"发码人以外的管理员" ERR_BOTH
			"an administrator other than who made the code");
	if (!grant)
		return true;
	return (check && strcmp(check, check_of(r->mem, rows, 0)) == 0) ||
	       err_field(e, ERR_BAD_INPUT, "check",
		       "站点屏幕上的核对号" ERR_BOTH
		       "the check number the station shows");
}

/* {"grant":true,"check"} or {"grant":false} → {"done":true} */
bool enrolment_post(struct req *r, struct err *e)
{
	const json_t *given = json_object_get(r->json, "grant");
	bool grant = json_is_true(given);
	const struct uuid *site;
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!json_only(r->json, "grant check", e))
		return false;
	if (!json_is_boolean(given))
		return err_field(e, ERR_BAD_KIND, "grant", "true, false");
	if (!desk_begin(r, ACT_ENROLMENT, &site, e) ||
		!find_request(r, &id, site, &rows, e) ||
		!may_grant(r, rows, grant, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	db_uuid(&a, &r->reader.staff);
	db_bool(&a, grant);
	return db_run(r->db, Q_AUTH_ENROLMENT_DECIDE, &a, NULL, e) &&
	       audit_end(r, grant ? "enrol_grant" : "enrol_refuse", "ok", &id,
		       1, e) &&
	       req_reply_text(r, 200, "{\"done\":true}");
}

/* ---- a station that is in ---- */

struct order {
	struct uuid device;
	const char *reason;
};

static bool lock(struct req *r, const struct order *o, struct err *e)
{
	return order_give(r->db, r->mem, &o->device, "lock", o->reason, e);
}

static bool wipe(struct req *r, const struct order *o, struct err *e)
{
	return order_give(r->db, r->mem, &o->device, "wipe", o->reason, e);
}

static bool unlock(struct req *r, const struct order *o, struct err *e)
{
	return order_take_back(r->db, r->mem, &o->device, e);
}

static bool revoke(struct req *r, const struct order *o, struct err *e)
{
	return device_revoke(r->db, r->mem, &o->device, e);
}

static const struct {
	const char *name;
	const char *action;
	bool (*run)(struct req *r, const struct order *o, struct err *e);
} orders[] = {
	{"lock",   "device_lock",   lock  },
	{"unlock", "device_unlock", unlock},
	{"wipe",   "device_wipe",   wipe  },
	{"revoke", "device_revoke", revoke},
};

static bool is_here(struct req *r, const struct uuid *device,
	const struct uuid *site, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, device);
	db_uuid(&a, site);
	if (!db_run(r->db, Q_AUTH_DEVICE_SITE, &a, &rows, e))
		return false;
	return db_count(rows) || err_field(e, ERR_NOT_FOUND, "device", "-");
}

/* {"do","reason"?} → {"done":true} */
bool device_change_post(struct req *r, struct err *e)
{
	const char *what = json_str(r->json, "do");
	struct order o = {.reason = json_str(r->json, "reason")};
	const struct uuid *site;
	size_t i = 0;

	if (!req_segment_id(r, 0, &o.device, e) ||
		!json_only(r->json, "do reason", e))
		return false;
	while (what && i < ARRAY_LEN(orders) &&
		strcmp(orders[i].name, what) != 0)
		i++;
	if (!what || i == ARRAY_LEN(orders))
		return err_field(
			e, ERR_BAD_CODE, "do", "lock unlock wipe revoke");
	return desk_begin(r, ACT_DEVICE, &site, e) &&
	       is_here(r, &o.device, site, e) && orders[i].run(r, &o, e) &&
	       audit_end(r, orders[i].action, "ok", &o.device, 1, e) &&
	       req_reply_text(r, 200, "{\"done\":true}");
}
