/*
 * h_requests.c - see request.h.
 *
 * A password is hashed between two transactions, because that takes a while:
 * the first looks whether it may be granted at all, so that who may not costs
 * nothing; the second looks again, with the row locked, and does it.
 */
#include "server/office/request.h"

#include "proto/base/timeutil.h"
#include "server/app.h"
#include "server/auth/attempt.h"
#include "server/auth/device.h"
#include "server/auth/factor.h"
#include "server/office/people.h"

#include <string.h>

struct asked {
	struct uuid id;
	enum request_kind kind;
	struct uuid made_by;
	int64_t due_ms;
	bool early;
	bool second; /* the reader is a second person */
	struct account who;
};

/* ---- what is done ---- */

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

static bool add_account(struct req *r, const struct account *a, struct err *e)
{
	return account_add(r->db, a, r->mem, e);
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

static bool resume(struct req *r, const struct account *a, struct err *e)
{
	static const bool no = false;

	return run_one(r, Q_AUTH_ACCOUNT_DISABLE, &a->id, &no, e);
}

static const struct kind {
	const char *name;
	const char *asked; /* on the trail */
	const char *done;
	bool in_post;
	bool notice; /* whom it is done to is told a day before */
	bool makes_password;
	bool (*run)(struct req *r, const struct account *a, struct err *e);
} kinds[REQUEST_KINDS] = {
	[REQUEST_ACCOUNT] = {"account",  "account_ask",  "account_add",      true,
			     false,						       true,  add_account },
	[REQUEST_PASSWORD] = {"password", "password_ask", "account_password",
			     true,						  true, true,  set_password},
	[REQUEST_FACTOR] = {"factor",   "factor_ask",   "factor_reset",     false, true,
			     false,							      reset_factor},
	[REQUEST_RESUME] = {"resume",   "resume_ask",   "account_enable",   true,
			     false,						       false, resume      },
};

/* ---- asking ---- */

static bool reply_asked(struct req *r, const struct uuid *id, int64_t due_ms)
{
	char text[UUID_TEXT], due[TIME_TEXT];

	return req_reply_json(r, 202,
		json_pack("{s:s, s:s}", "request", uuid_format(id, text), "due",
			time_format(due_ms, due)));
}

bool request_make(struct req *r, enum request_kind kind,
	const struct account *a, struct err *e)
{
	/* Who has never chosen a password has nothing to be taken over, and
	 * could not be told. */
	bool notice = kinds[kind].notice && !a->must_change;
	struct uuid id = uuid_new(), ids[2] = {a->staff, id};
	struct db_rows *rows;
	struct db_args args, old;
	int64_t due_ms;

	db_args_init(&old, r->mem);
	db_uuid(&old, &a->staff);
	db_text(&old, kinds[kind].name);
	db_int(&old, REQUEST_DAYS);
	db_args_init(&args, r->mem);
	db_uuid(&args, &id);
	db_text(&args, kinds[kind].name);
	db_uuid(&args, &a->staff);
	db_text(&args, kind == REQUEST_ACCOUNT ? a->login : NULL);
	db_uuid(&args, &r->reader.staff);
	db_bool(&args, notice);
	if (!db_run(r->db, Q_AUTH_REQUEST_LATE, &old, NULL, e) ||
		!db_run(r->db, Q_AUTH_REQUEST_ADD, &args, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_BAD_INPUT, "staff",
			"尚未申请的；已申请的请另一位管理员核准" ERR_BOTH
			"what was not asked for yet; another administrator "
			"grants what was");
	due_ms = db_get_ms(rows, 0, "due");
	return audit_end(r, kinds[kind].asked, "ok", ids, ARRAY_LEN(ids), e) &&
	       reply_asked(r, &id, due_ms);
}

/* ---- the list ---- */

static const struct column columns[] = {
	{NULL, "id",        COLUMN_ID,   NULL},
	{NULL, "kind",      COLUMN_TEXT, NULL},
	{NULL, "staff",     COLUMN_ID,   NULL},
	{NULL, "name",      COLUMN_TEXT, NULL},
	{NULL, "role",      COLUMN_TEXT, NULL},
	{NULL, "login",     COLUMN_TEXT, NULL},
	{NULL, "site",      COLUMN_ID,   NULL},
	{NULL, "site_name", COLUMN_TEXT, NULL},
	{NULL, "made_by",   COLUMN_ID,   NULL},
	{NULL, "at",        COLUMN_TIME, NULL},
	{NULL, "due",       COLUMN_TIME, NULL},
	{NULL, "second",    COLUMN_FLAG, NULL},
};

bool request_list(
	struct req *r, const struct uuid *site, json_t **out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, site);
	db_uuid(&a, &r->reader.staff);
	db_int(&a, REQUEST_DAYS);
	if (!db_run(r->db, Q_AUTH_REQUEST_LIST, &a, &rows, e))
		return false;
	*out = json_keep(
		columns_json(r->mem, rows, columns, ARRAY_LEN(columns)),
		r->mem);
	return true;
}

/* ---- deciding ---- */

static enum request_kind kind_of(const char *name)
{
	enum request_kind k = 0;

	while (k < REQUEST_KINDS - 1 && strcmp(kinds[k].name, name) != 0)
		k++;
	return k;
}

/* The request, as it stands, locked; and whom it is about. */
static bool find(
	struct req *r, const struct uuid *site, struct asked *q, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &q->id);
	db_uuid(&a, &r->reader.staff);
	db_int(&a, REQUEST_DAYS);
	if (!db_run(r->db, Q_AUTH_REQUEST_GET, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	q->kind = kind_of(db_get_text(rows, 0, "kind"));
	q->made_by = db_get_uuid(rows, 0, "made_by");
	q->due_ms = db_get_ms(rows, 0, "due");
	q->early = db_get_int(rows, 0, "early") != 0;
	q->second = db_get_int(rows, 0, "second") != 0;
	q->who.staff = db_get_uuid(rows, 0, "staff");
	q->who.login = db_get_text(rows, 0, "login");
	if (db_get_int(rows, 0, "decided"))
		return err_field(e, ERR_DECIDED, "grant", "-");
	return q->kind == REQUEST_ACCOUNT
		       ? person_find(
				 r, site, kinds[q->kind].in_post, &q->who, e)
		       : person_account(
				 r, site, kinds[q->kind].in_post, &q->who, e);
}

static bool may_grant(const struct asked *q, struct err *e)
{
	char due[TIME_TEXT];

	if (!q->second)
		return err_field(e, ERR_FORBIDDEN, "grant",
			"与申请人无关的另一位管理员" ERR_BOTH
			"an administrator other than who asked, neither having "
			"given the other account, password or second step "
			"within a day");
	return !q->early || err_field(e, ERR_NOTICE, "grant", "%s",
				    time_format(q->due_ms, due));
}

static bool begin(struct req *r, bool grant, struct asked *q, struct err *e)
{
	const struct uuid *site;

	return desk_begin(r, ACT_ACCOUNT, &site, e) && find(r, site, q, e) &&
	       (!grant || may_grant(q, e));
}

static bool decide(struct req *r, const struct asked *q, const char *outcome,
	const char *action, struct err *e)
{
	const struct uuid ids[2] = {q->who.staff, q->id};
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &q->id);
	db_uuid(&a, &r->reader.staff);
	db_text(&a, outcome);
	return db_run(r->db, Q_AUTH_REQUEST_DECIDE, &a, NULL, e) &&
	       audit_end(r, action, "ok", ids, ARRAY_LEN(ids), e);
}

static bool refuse(struct req *r, struct asked *q, struct err *e)
{
	return begin(r, false, q, e) &&
	       decide(r, q, "refused", "request_refuse", e) &&
	       req_reply_text(r, 200, "{\"done\":true}");
}

static bool new_password(
	struct req *r, struct asked *q, char shown[CODE_TEXT], struct err *e)
{
	char *hash = arena_alloc(r->mem, PASSWORD_HASH_MAX);

	code_make(shown);
	q->who.hash = hash;
	q->who.must_change = true;
	return password_hash(
		shown, (enum password_cost)r->app->conf.password_cost, hash, e);
}

static bool grant(
	struct req *r, struct asked *q, char shown[CODE_TEXT], struct err *e)
{
	const struct kind *k;

	if (!begin(r, true, q, e))
		return false;
	k = &kinds[q->kind];
	if (k->makes_password) {
		db_rollback(r->db);
		if (!new_password(r, q, shown, e) || !begin(r, true, q, e))
			return false;
		q->who.must_change = true;
	}
	if (!k->run(r, &q->who, e) || !decide(r, q, "granted", k->done, e))
		return false;
	return k->makes_password
		       ? req_reply_secret(r, 201,
				 json_pack("{s:s, s:s}", "login", q->who.login,
					 "password", shown))
		       : req_reply_text(r, 200, "{\"done\":true}");
}

/* {"grant":true|false} → {"done":true}, or 201 {"login","password"} */
bool request_post(struct req *r, struct err *e)
{
	const json_t *given = json_object_get(r->json, "grant");
	struct asked q = {.who = {.hash = NULL}};
	char shown[CODE_TEXT];
	bool ok;

	if (!req_segment_id(r, 0, &q.id, e) || !json_only(r->json, "grant", e))
		return false;
	if (!json_is_boolean(given))
		return err_field(e, ERR_BAD_KIND, "grant", "true, false");
	if (!json_is_true(given))
		return refuse(r, &q, e);
	ok = grant(r, &q, shown, e);
	secret_wipe(shown, sizeof(shown));
	return ok;
}
