/*
 * accounts.c - verbs about who may sign in.
 */
#include "server/admin/admin.h"

#include "server/admin/place.h"
#include "server/audit/audit.h"
#include "server/auth/account.h"
#include "server/auth/attempt.h"
#include "server/auth/factor.h"
#include "server/auth/step.h"

#include <stdio.h>
#include <string.h>

/* The first line of standard input: never an argument, which anybody on the
 * machine may read. */
static bool read_password(char out[LIMIT_PASSWORD_BYTES + 2], struct err *e)
{
	size_t n;

	if (!fgets(out, LIMIT_PASSWORD_BYTES + 2, stdin))
		return err_field(
			e, ERR_USAGE, "password", "one line on standard input");
	n = strcspn(out, "\r\n");
	out[n] = 0;
	return true;
}

static bool read_hash(struct call *c, const struct account *a,
	char hash[PASSWORD_HASH_MAX], struct err *e)
{
	const struct password_owner owner = {a->login, a->name, a->site_name,
		step_must_have_factor(a->role, c->conf.second_factor)};
	char password[LIMIT_PASSWORD_BYTES + 2] = "";
	bool ok = read_password(password, e) &&
		  password_acceptable(password, &owner, "password", e) &&
		  password_hash(password,
			  (enum password_cost)c->conf.password_cost, hash, e);

	secret_wipe(password, sizeof(password));
	return ok;
}

/* Who acts on the trail: the machine itself, on the account's staff. */
static bool commit_noted(struct call *c, struct db *db, const char *action,
	const struct uuid *staff, struct err *e)
{
	struct reader nobody = {0};

	return audit_commit(db, c->mem, &nobody, action, "ok", staff, 1, e);
}

/* --staff, or the one staff record of that name and role at the site. */
static bool staff_of(struct call *c, struct db *db, const struct account *a,
	struct uuid *out, bool *found, struct err *e)
{
	const char *given = call_option(c, "staff");
	struct db_rows *rows;
	struct db_args args;

	*found = true;
	if (given)
		return uuid_parse(given, out) ||
		       err_field(e, ERR_USAGE, "staff", "an id");
	db_args_init(&args, c->mem);
	db_uuid(&args, &a->site);
	db_text(&args, a->name);
	db_text(&args, role_name(a->role));
	if (!db_run(db, Q_AUTH_STAFF_FIND, &args, &rows, e))
		return false;
	if (db_count(rows) == 2)
		return err_field(e, ERR_USAGE, "staff",
			"the id: several people have that name there");
	*found = db_count(rows) == 1;
	*out = *found ? db_get_uuid(rows, 0, "id") : uuid_new();
	return true;
}

/* A person who has no staff record yet gets one. */
static bool write_staff(
	struct call *c, struct db *db, const struct account *a, struct err *e)
{
	char site[UUID_TEXT];

	return place_write(c, db, &a->site, "staff", &a->staff,
		json_pack("{s:s, s:s, s:s, s:b}", "name", a->name, "site",
			uuid_format(&a->site, site), "role", role_name(a->role),
			"active", 1),
		e);
}

/* What the options say, checked before anything is written. */
static bool read_account(
	struct call *c, struct db *db, struct account *a, struct err *e)
{
	char login[LIMIT_LOGIN_BYTES + 1];
	struct account other;
	struct named_site site;
	bool taken = false;

	if (!place_find(db, call_option(c, "site"), c->mem, &site, e))
		return false;
	a->login = call_option(c, "login");
	a->name = call_option(c, "name");
	a->role = role_from_name(call_option(c, "role"));
	a->must_change = call_option(c, "must-change") != NULL;
	a->site = site.id;
	a->site_name = site.name;
	a->district = site.district;
	if (a->role == ROLE_NONE)
		return err_field(e, ERR_USAGE, "role",
			"a staff role, such as social_worker");
	if (!db_begin_system(db, e) ||
		(login_normalise(a->login, login) &&
			!account_find(db, login, c->mem, &other, &taken, e)) ||
		!db_commit(db, e))
		return false;
	return !taken ||
	       err_field(e, ERR_BAD_INPUT, "login", "a login nobody has yet");
}

static bool add(struct call *c, struct db *db, struct err *e)
{
	char hash[PASSWORD_HASH_MAX], text[UUID_TEXT];
	struct account a = {0};
	bool found;

	if (!read_account(c, db, &a, e) || !read_hash(c, &a, hash, e) ||
		!staff_of(c, db, &a, &a.staff, &found, e) ||
		(!found && !write_staff(c, db, &a, e)))
		return false;
	a.hash = hash;
	if (!db_begin_system(db, e) || !account_add(db, &a, c->mem, e) ||
		!commit_noted(c, db, "account_add", &a.staff, e))
		return false;
	printf("%s\n", uuid_format(&a.staff, text));
	return true;
}

bool admin_account_add(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && add(c, db, e);

	db_close(db);
	return ok;
}

static bool set_hash(
	struct call *c, struct db *db, const struct account *a, struct err *e)
{
	char hash[PASSWORD_HASH_MAX];
	struct db_args args;

	if (!read_hash(c, a, hash, e))
		return false;
	db_args_init(&args, c->mem);
	db_uuid(&args, &a->id);
	db_text(&args, hash);
	db_bool(&args, call_option(c, "must-change") != NULL);
	return db_run(db, Q_AUTH_ACCOUNT_HASH, &args, NULL, e);
}

static bool set_disabled(struct call *c, struct db *db, const struct account *a,
	bool disabled, struct err *e)
{
	struct db_args args;

	db_args_init(&args, c->mem);
	db_uuid(&args, &a->id);
	db_bool(&args, disabled);
	return db_run(db, Q_AUTH_ACCOUNT_DISABLE, &args, NULL, e);
}

static bool end_sessions(
	struct call *c, struct db *db, const struct account *a, struct err *e)
{
	struct db_args args;

	db_args_init(&args, c->mem);
	db_uuid(&args, &a->id);
	return db_run(db, Q_AUTH_SESSIONS_END, &args, NULL, e);
}

enum change { SET_PASSWORD, DISABLE, ENABLE, RESET_FACTOR };

static bool apply_change(struct call *c, struct db *db, const struct account *a,
	enum change what, struct err *e)
{
	switch (what) {
	case SET_PASSWORD:
		return set_hash(c, db, a, e) &&
		       /* also forgives wrong guesses at the old one */
		       attempts_forgive(db, c->mem, &a->id, e) &&
		       end_sessions(c, db, a, e);
	case DISABLE:
		return set_disabled(c, db, a, true, e) &&
		       end_sessions(c, db, a, e);
	case ENABLE:
		return set_disabled(c, db, a, false, e);
	case RESET_FACTOR: {
		const struct factor_room f = {db, NULL, c->mem, a->id};

		return factor_reset(&f, e);
	}
	}
	return false;
}

/* One change of the account --login names. */
static bool change(
	struct call *c, enum change what, const char *action, struct err *e)
{
	struct db *db = admin_db(c, e);
	char login[LIMIT_LOGIN_BYTES + 1];
	struct account a = {0};
	bool found = false, ok;

	if (!db)
		return false;
	ok = db_begin_system(db, e) &&
	     (!login_normalise(call_option(c, "login"), login) ||
		     account_find(db, login, c->mem, &a, &found, e));
	if (ok && !found)
		ok = err_field(e, ERR_USAGE, "login", "a login that exists");
	ok = ok && apply_change(c, db, &a, what, e) &&
	     commit_noted(c, db, action, &a.staff, e);
	db_close(db);
	return ok;
}

bool admin_account_password(struct call *c, struct err *e)
{
	return change(c, SET_PASSWORD, "account_password", e);
}

bool admin_account_disable(struct call *c, struct err *e)
{
	return change(c, DISABLE, "account_disable", e);
}

bool admin_account_enable(struct call *c, struct err *e)
{
	return change(c, ENABLE, "account_enable", e);
}

bool admin_account_factor_reset(struct call *c, struct err *e)
{
	return change(c, RESET_FACTOR, "factor_reset", e);
}
