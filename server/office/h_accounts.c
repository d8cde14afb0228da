/*
 * h_accounts.c - who may sign in.
 *
 * A member of staff is a record, an account is not: it is given to a member of
 * staff. Role, site and name are the record's. What shuts somebody out is done
 * at once, by one; what lets somebody in is asked for here and done by another
 * (request.h).
 */
#include "server/auth/step.h"
#include "server/office/people.h"
#include "server/office/request.h"

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

/* → {"rows":[…],"requests":[…]} */
bool accounts_get(struct req *r, struct err *e)
{
	const struct uuid *site;
	struct db_rows *rows;
	json_t *list, *requests;

	if (!desk_begin(r, ACT_ACCOUNT, &site, e) ||
		!desk_list(r, Q_AUTH_ACCOUNTS, site, &rows, e) ||
		!request_list(r, site, &requests, e))
		return false;
	list = json_keep(
		columns_json(r->mem, rows, columns, ARRAY_LEN(columns)),
		r->mem);
	return audit_end(r, "accounts", "ok", NULL, 0, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:O, s:O}", "rows", list, "requests",
			       requests));
}

/* ---- a new one ---- */

static bool is_free(struct req *r, const struct account *a, struct err *e)
{
	struct db_rows *rows;
	struct db_args args;

	db_args_init(&args, r->mem);
	db_text(&args, a->login);
	db_uuid(&args, &a->staff);
	if (!db_run(r->db, Q_AUTH_ACCOUNT_TAKEN, &args, &rows, e))
		return false;
	return db_count(rows) == 0 ||
	       err_field(e, ERR_BAD_INPUT, "login",
		       "未被使用的账号，本人还没有账号" ERR_BOTH
		       "a login and a member of staff without an account");
}

/* {"staff","login"} → 202 {"request","due"} */
bool account_post(struct req *r, struct err *e)
{
	const char *staff = json_str(r->json, "staff");
	char login[LIMIT_LOGIN_BYTES + 1];
	struct account a = {0};
	const struct uuid *site;

	if (!json_only(r->json, "staff login", e))
		return false;
	if (!staff || !uuid_parse(staff, &a.staff))
		return err_field(e, ERR_BAD_KIND, "staff", "UUID");
	a.login = json_str(r->json, "login");
	if (!a.login || !login_normalise(a.login, login))
		return err_field(e, ERR_BAD_INPUT, "login",
			"a-z 0-9 . _ - @, 1-%d", LIMIT_LOGIN_BYTES);
	a.login = login;
	return desk_begin(r, ACT_ACCOUNT, &site, e) &&
	       person_find(r, site, true, &a, e) && is_free(r, &a, e) &&
	       request_make(r, REQUEST_ACCOUNT, &a, e);
}

/* ---- changes ---- */

static bool run_one(struct req *r, enum query q, const struct account *account,
	const bool *flag, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &account->id);
	if (flag)
		db_bool(&a, *flag);
	return db_run(r->db, q, &a, NULL, e);
}

static bool end_sessions(struct req *r, const struct account *a, struct err *e)
{
	return run_one(r, Q_AUTH_SESSIONS_END, a, NULL, e);
}

static bool suspend(struct req *r, const struct account *a, struct err *e)
{
	static const bool yes = true;

	return run_one(r, Q_AUTH_ACCOUNT_DISABLE, a, &yes, e) &&
	       end_sessions(r, a, e);
}

static bool resume(struct req *r, const struct account *a, struct err *e)
{
	static const bool no = false;

	return run_one(r, Q_AUTH_ACCOUNT_DISABLE, a, &no, e);
}

static const struct change {
	const char *name;
	const char *action; /* on the trail */
	bool in_post;       /* only for those who are */
	enum request_kind asks;
	/* NULL: it is always a request */
	bool (*run)(struct req *r, const struct account *a, struct err *e);
} changes[] = {
	{"password",     NULL,              true,  REQUEST_PASSWORD, NULL        },
	{"suspend",      "account_disable", false, REQUEST_KINDS,    suspend     },
	{"resume",       "account_enable",  true,  REQUEST_RESUME,   resume      },
	{"end_sessions", "sessions_end",    false, REQUEST_KINDS,    end_sessions},
	{"factor",       NULL,              false, REQUEST_FACTOR,   NULL        },
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

/* Who administers or audits comes into use by two, also when it is again. */
static bool is_asked(const struct change *c, const struct account *a)
{
	return !c->run || (c->asks != REQUEST_KINDS && step_is_office(a->role));
}

/* {"do"} → {"done":true}, or 202 {"request","due"} */
bool account_change_post(struct req *r, struct err *e)
{
	struct account a = {0};
	const struct uuid *site;
	const struct change *c;

	if (!req_segment_id(r, 0, &a.staff, e) ||
		!json_only(r->json, "do", e) || !(c = change_of(r, e)) ||
		!desk_begin(r, ACT_ACCOUNT, &site, e) ||
		!person_account(r, site, c->in_post, &a, e))
		return false;
	if (is_asked(c, &a))
		return request_make(r, c->asks, &a, e);
	return c->run(r, &a, e) &&
	       audit_end(r, c->action, "ok", &a.staff, 1, e) &&
	       req_reply_text(r, 200, "{\"done\":true}");
}
