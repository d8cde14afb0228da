/*
 * h_accounts.c - who may sign in.
 *
 * A member of staff is a record, an account is not: it is given to a member of
 * staff, with a password that is shown once and must be changed at the first
 * sign-in. Role, site and name are the record's.
 */
#include "server/office/desk.h"

#include "server/app.h"
#include "server/auth/account.h"
#include "server/auth/attempt.h"
#include "server/auth/device.h"
#include "server/auth/factor.h"

#include <string.h>

/* ---- the list ---- */

static const struct column columns[] = {
	{NULL, "staff",       COLUMN_ID,   NULL},
	{NULL, "login",       COLUMN_TEXT, NULL},
	{NULL, "name",        COLUMN_TEXT, NULL},
	{NULL, "role",        COLUMN_TEXT, NULL},
	{NULL, "site",        COLUMN_ID,   NULL},
	{NULL, "must_change", COLUMN_FLAG, NULL},
	{NULL, "disabled_at", COLUMN_TIME, NULL},
	{NULL, "created_at",  COLUMN_TIME, NULL},
	{NULL, "sessions",    COLUMN_INT,  NULL},
	{NULL, "seen",        COLUMN_TIME, NULL},
};

/* → {"rows":[…]} */
bool accounts_get(struct req *r, struct err *e)
{
	const struct uuid *site;
	struct db_rows *rows;
	json_t *list;

	if (!desk_begin(r, ACT_ACCOUNT, &site, e) ||
		!desk_list(r, Q_AUTH_ACCOUNTS, site, &rows, e))
		return false;
	list = json_keep(
		columns_json(r->mem, rows, columns, ARRAY_LEN(columns)),
		r->mem);
	return desk_end(r, "accounts", NULL, 0, e) &&
	       req_reply_json(r, 200, json_pack("{s:O}", "rows", list));
}

/* ---- one of them ---- */

/* The member of staff, as far as it is the reader's business. */
static bool find_staff(struct req *r, const struct uuid *site,
	struct account *a, bool *active, struct err *e)
{
	struct db_rows *rows;
	struct db_args args;

	db_args_init(&args, r->mem);
	db_uuid(&args, &a->staff);
	if (!db_run(r->db, Q_AUTH_STAFF_RECORD, &args, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "staff", "-");
	a->site = db_get_uuid(rows, 0, "site");
	if (site && uuid_cmp(site, &a->site) != 0)
		return err_field(e, ERR_NOT_FOUND, "staff", "-");
	a->role = role_from_name(db_get_text(rows, 0, "role"));
	a->name = db_get_text(rows, 0, "name");
	a->site_name = db_get_text(rows, 0, "site_name");
	a->district = db_get_uuid(rows, 0, "district");
	*active = db_get_int(rows, 0, "active") != 0;
	if (uuid_cmp(&a->staff, &r->reader.staff) == 0)
		return err_field(e, ERR_FORBIDDEN, "staff",
			"本人以外的管理员" ERR_BOTH
			"an administrator other than oneself");
	return access_grants(r->reader.role, role_name(a->role)) ||
	       err_field(e, ERR_FORBIDDEN, "role", "%s", role_name(a->role));
}

static bool new_password(
	struct req *r, struct account *a, char shown[CODE_TEXT], struct err *e)
{
	char *hash = arena_alloc(r->mem, PASSWORD_HASH_MAX);

	code_make(shown);
	a->hash = hash;
	a->must_change = true;
	return password_hash(
		shown, (enum password_cost)r->app->conf.password_cost, hash, e);
}

static bool reply_password(struct req *r, const char *login, char *shown)
{
	req_reply_json(r, 201,
		json_pack("{s:s, s:s}", "login", login, "password", shown));
	secret_wipe(shown, CODE_TEXT);
	return true;
}

/* {"staff","login"} → 201 {"login","password"} */
bool account_post(struct req *r, struct err *e)
{
	const char *staff = json_str(r->json, "staff");
	char login[LOGIN_MAX + 1], shown[CODE_TEXT];
	struct account a = {0};
	const struct uuid *site;
	bool active;

	if (!json_only(r->json, "staff login", e))
		return false;
	if (!staff || !uuid_parse(staff, &a.staff))
		return err_field(e, ERR_BAD_KIND, "staff", "UUID");
	a.login = json_str(r->json, "login");
	if (!a.login || !login_normalise(a.login, login))
		return err_field(e, ERR_BAD_INPUT, "login",
			"a-z 0-9 . _ - @, 1-%d", LOGIN_MAX);
	a.login = login;
	/* The password first: it takes a while, and holds no row. */
	if (!new_password(r, &a, shown, e) ||
		!desk_begin(r, ACT_ACCOUNT, &site, e) ||
		!find_staff(r, site, &a, &active, e))
		return false;
	if (!active)
		return err_field(e, ERR_BAD_INPUT, "staff",
			"在岗人员" ERR_BOTH "somebody in post");
	return account_add(r->db, &a, r->mem, e) &&
	       desk_end(r, "account_add", &a.staff, 1, e) &&
	       reply_password(r, login, shown);
}

/* ---- changes ---- */

static bool run_one(struct req *r, enum query q, const struct uuid *account,
	const bool *flag, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, account);
	if (flag)
		db_bool(&a, *flag);
	return db_run(r->db, q, &a, NULL, e);
}

static bool set_password(struct req *r, const struct account *a, struct err *e)
{
	struct db_args args;

	db_args_init(&args, r->mem);
	db_uuid(&args, &a->id);
	db_text(&args, a->hash);
	db_bool(&args, true);
	return db_run(r->db, Q_AUTH_ACCOUNT_HASH, &args, NULL, e) &&
	       attempts_forgive(r->db, r->mem, &a->id, e) &&
	       run_one(r, Q_AUTH_SESSIONS_END, &a->id, NULL, e);
}

static bool reset_factor(struct req *r, const struct account *a, struct err *e)
{
	const struct factor_room f = {r->db, r->app->file_keys, r->mem, a->id};

	return factor_reset(&f, e);
}

static bool suspend(struct req *r, const struct account *a, struct err *e)
{
	static const bool yes = true;

	return run_one(r, Q_AUTH_ACCOUNT_DISABLE, &a->id, &yes, e) &&
	       run_one(r, Q_AUTH_SESSIONS_END, &a->id, NULL, e);
}

static bool resume(struct req *r, const struct account *a, struct err *e)
{
	static const bool no = false;

	return run_one(r, Q_AUTH_ACCOUNT_DISABLE, &a->id, &no, e);
}

static bool end_sessions(struct req *r, const struct account *a, struct err *e)
{
	return run_one(r, Q_AUTH_SESSIONS_END, &a->id, NULL, e);
}

static const struct change {
	const char *name;
	const char *action; /* on the trail */
	bool in_post;       /* only for those who are */
	bool (*run)(struct req *r, const struct account *a, struct err *e);
} changes[] = {
	{"password",     "account_password", true,  set_password},
	{"suspend",      "account_disable",  false, suspend     },
	{"resume",       "account_enable",   true,  resume      },
	{"end_sessions", "sessions_end",     false, end_sessions},
	{"factor",       "factor_reset",     false, reset_factor},
};

static const struct change *change_of(const struct req *r, struct err *e)
{
	const char *what = json_str(r->json, "do");

	for (size_t i = 0; what && i < ARRAY_LEN(changes); i++)
		if (strcmp(changes[i].name, what) == 0)
			return &changes[i];
	err_field(e, ERR_BAD_CODE, "do",
		"password suspend resume end_sessions factor");
	return NULL;
}

static bool find_account(struct req *r, const struct uuid *site,
	const struct change *c, struct account *a, struct err *e)
{
	struct db_rows *rows;
	struct db_args args;
	bool active;

	if (!find_staff(r, site, a, &active, e))
		return false;
	db_args_init(&args, r->mem);
	db_uuid(&args, &a->staff);
	db_uuid(&args, site);
	if (!db_run(r->db, Q_AUTH_ACCOUNT_BY_STAFF, &args, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "staff", "-");
	a->id = db_get_uuid(rows, 0, "id");
	a->login = db_get_text(rows, 0, "login");
	return active || !c->in_post ||
	       err_field(e, ERR_BAD_INPUT, "staff",
		       "在岗人员" ERR_BOTH "somebody in post");
}

/* {"do"} → {"done":true}, or 201 {"login","password"} */
bool account_change_post(struct req *r, struct err *e)
{
	char shown[CODE_TEXT];
	struct account a = {0};
	const struct uuid *site;
	const struct change *c;

	if (!req_segment_id(r, 0, &a.staff, e) ||
		!json_only(r->json, "do", e) || !(c = change_of(r, e)))
		return false;
	if (c->run == set_password && !new_password(r, &a, shown, e))
		return false;
	if (!desk_begin(r, ACT_ACCOUNT, &site, e) ||
		!find_account(r, site, c, &a, e) || !c->run(r, &a, e) ||
		!desk_end(r, c->action, &a.staff, 1, e))
		return false;
	return c->run == set_password
		       ? reply_password(r, a.login, shown)
		       : req_reply_text(r, 200, "{\"done\":true}");
}
