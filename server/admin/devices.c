/*
 * devices.c - verbs about stations: let one in, look at them, shut one out.
 */
#include "server/admin/admin.h"

#include "proto/base/timeutil.h"
#include "server/admin/place.h"
#include "server/admin/table.h"
#include "server/audit/audit.h"
#include "server/auth/device.h"

#include <stdio.h>
#include <string.h>

static bool commit_noted(struct call *c, struct db *db, const char *action,
	const struct uuid *device, const struct uuid *site, struct err *e)
{
	struct reader where = {0};

	if (device)
		where.device = *device;
	if (site)
		where.site = *site;
	return audit_commit(db, c->mem, &where, action, "ok", NULL, 0, e);
}

static void print_code(struct call *c, const char *code, int64_t expires_ms,
	const struct named_site *site)
{
	char at[TIME_TEXT], id[UUID_TEXT];
	struct buf b;

	time_format(expires_ms, at);
	if (!call_option(c, "json")) {
		printf("%s\n", code);
		fprintf(stderr, "for %s, once, until %s\n", site->name, at);
		return;
	}
	buf_init(&b, 4096);
	buf_printf(&b, "{\"code\":\"%s\",\"expires\":\"%s\",\"site\":\"%s\",",
		code, at, uuid_format(&site->id, id));
	buf_text(&b, "\"site_name\":");
	buf_json(&b, site->name, strlen(site->name));
	printf("%s}\n", b.p);
	buf_free(&b);
}

/* Whose code needs nobody else's yes is said, and on the trail. */
static bool make_code(struct call *c, struct db *db, struct err *e)
{
	bool alone = call_option(c, "alone") != NULL;
	struct named_site site;
	struct new_code code;

	if (!db_begin_system(db, e) ||
		!place_find(db, call_option(c, "site"), c->mem, &site, e) ||
		!code_add(db, c->mem, &site.id, site.name, NULL, alone, &code,
			e) ||
		!commit_noted(c, db, alone ? "enrol_code_alone" : "enrol_code",
			NULL, &site.id, e))
		return false;
	print_code(c, code.shown, code.expires_ms, &site);
	return true;
}

bool admin_enrol_code(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && make_code(c, db, e);

	db_close(db);
	return ok;
}

/* What nobody has: ", 2 entries lost". */
static const char *lost(struct arena *mem, const struct db_rows *rows, int i)
{
	int64_t entries = db_get_int(rows, i, "lost");
	int64_t stores = db_get_int(rows, i, "unread");
	const char *text = "";

	if (entries)
		text = arena_printf(mem, ", %lld entr%s lost",
			(long long)entries, entries == 1 ? "y" : "ies");
	if (stores)
		text = arena_printf(mem, "%s, %lld store%s unread", text,
			(long long)stores, stores == 1 ? "" : "s");
	return text;
}

/* "wiped, receipt at …", "wipe ordered, not seen for 6 days" */
static const char *standing(
	struct arena *mem, const struct db_rows *rows, int i)
{
	const char *kind = db_get_text(rows, i, "order");
	int64_t days = db_get_int(rows, i, "days");
	char at[TIME_TEXT];

	if (!kind)
		return db_is_null(rows, i, "revoked") ? "active" : "revoked";
	if (!db_is_null(rows, i, "receipt"))
		return arena_printf(mem, "%s, receipt at %s%s%s",
			strcmp(kind, "wipe") == 0 ? "wiped" : "locked",
			time_format(db_get_ms(rows, i, "receipt"), at),
			db_get_int(rows, i, "kept") ? ", parcels kept" : "",
			lost(mem, rows, i));
	return arena_printf(mem, "%s ordered, not seen for %lld day%s", kind,
		(long long)days, days == 1 ? "" : "s");
}

static bool list(struct call *c, struct db *db, struct err *e)
{
	static const struct column columns[] = {
		{"device",       "device",       COLUMN_ID,   NULL    },
		{"site",         "site",         COLUMN_TEXT, NULL    },
		{"enrolled",     "enrolled",     COLUMN_TIME, NULL    },
		{"expires",      "expires",      COLUMN_TIME, NULL    },
		{"revoked",      "revoked",      COLUMN_TIME, NULL    },
		{"last sign-in", "last_sign_in", COLUMN_TIME, NULL    },
		{"state",        "state",        COLUMN_TEXT, standing},
		{NULL,           "order",        COLUMN_TEXT, NULL    },
		{NULL,           "receipt",      COLUMN_TIME, NULL    },
		{NULL,           "kept",         COLUMN_INT,  NULL    },
		{NULL,           "lost",         COLUMN_INT,  NULL    },
		{NULL,           "unread",       COLUMN_INT,  NULL    },
		{NULL,           "days",         COLUMN_INT,  NULL    },
	};
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, c->mem);
	if (!db_begin_system(db, e) ||
		!db_run(db, Q_AUTH_DEVICE_LIST, &a, &rows, e) ||
		!db_commit(db, e))
		return false;
	table_print(c, "devices", rows, columns, ARRAY_LEN(columns));
	return true;
}

bool admin_device_list(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && list(c, db, e);

	db_close(db);
	return ok;
}

/* ---- orders ---- */

static bool no_device(struct err *e)
{
	return err_field(
		e, ERR_USAGE, "device", "an id of casebridged device list");
}

/* Other words for what the room of stations says. */
static bool named(bool ok, const char *else_what, struct err *e)
{
	if (ok || (e->code != ERR_NOT_FOUND && e->code != ERR_BAD_STEP))
		return ok;
	return e->code == ERR_NOT_FOUND
		       ? no_device(e)
		       : err_field(e, ERR_USAGE, "device",
				 "%s; see casebridged device list", else_what);
}

static bool order(
	struct call *c, struct db *db, const char *kind, struct err *e)
{
	const char *reason = call_option(c, "reason");
	struct uuid device;

	if (!uuid_parse(call_option(c, "device"), &device))
		return no_device(e);
	if (!reason[0] || strlen(reason) > ORDER_REASON_MAX)
		return err_field(
			e, ERR_USAGE, "reason", "1-%d bytes", ORDER_REASON_MAX);
	return db_begin_system(db, e) &&
	       named(order_give(db, c->mem, &device, kind, reason, e),
		       "one for which nothing was ordered yet", e) &&
	       commit_noted(c, db,
		       strcmp(kind, "lock") == 0 ? "device_lock"
						 : "device_wipe",
		       &device, NULL, e);
}

static bool unlock(struct call *c, struct db *db, struct err *e)
{
	struct uuid device;

	return (uuid_parse(call_option(c, "device"), &device) ||
		       no_device(e)) &&
	       db_begin_system(db, e) &&
	       named(order_take_back(db, c->mem, &device, e),
		       "a station that is locked, or was not wiped yet", e) &&
	       commit_noted(c, db, "device_unlock", &device, NULL, e);
}

bool admin_device_lock(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && order(c, db, "lock", e);

	db_close(db);
	return ok;
}

bool admin_device_unlock(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && unlock(c, db, e);

	db_close(db);
	return ok;
}

bool admin_device_wipe(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && order(c, db, "wipe", e);

	db_close(db);
	return ok;
}

static bool revoke(struct call *c, struct db *db, struct err *e)
{
	struct uuid id;

	return (uuid_parse(call_option(c, "device"), &id) || no_device(e)) &&
	       db_begin_system(db, e) &&
	       named(device_revoke(db, c->mem, &id, e), "", e) &&
	       commit_noted(c, db, "device_revoke", &id, NULL, e);
}

bool admin_device_revoke(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && revoke(c, db, e);

	db_close(db);
	return ok;
}
