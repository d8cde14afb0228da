/*
 * account.c - see account.h.
 */
#include "server/auth/account.h"

#include <string.h>

bool login_normalise(const char *text, char out[LIMIT_LOGIN_BYTES + 1])
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789"
				      "._@-";
	size_t n = strlen(text);

	if (n == 0 || n > LIMIT_LOGIN_BYTES)
		return false;
	for (size_t i = 0; i <= n; i++)
		out[i] = text[i] >= 'A' && text[i] <= 'Z'
				 ? (char)(text[i] - 'A' + 'a')
				 : text[i];
	return strspn(out, allowed) == n && !strchr("._@-", out[0]);
}

bool account_add(struct db *db, const struct account *a, struct arena *mem,
	struct err *e)
{
	struct uuid *id = ARENA_NEW(mem, struct uuid);
	char login[LIMIT_LOGIN_BYTES + 1];
	struct db_rows *rows;
	struct db_args args;

	if (!login_normalise(a->login, login))
		return err_field(e, ERR_BAD_INPUT, "login",
			"up to %d of a-z 0-9 . _ - @, first a letter or digit",
			LIMIT_LOGIN_BYTES);
	if (a->role == ROLE_NONE)
		return err_field(e, ERR_BAD_INPUT, "role", "a staff role");
	*id = uuid_is_nil(&a->id) ? uuid_new() : a->id;
	db_args_init(&args, mem);
	db_uuid(&args, id);
	db_text(&args, login);
	db_uuid(&args, &a->staff);
	db_text(&args, role_name(a->role));
	db_uuid(&args, &a->site);
	db_uuid(&args, uuid_is_nil(&a->district) ? NULL : &a->district);
	db_text(&args, a->name);
	db_text(&args, a->site_name);
	db_text(&args, a->hash);
	db_bool(&args, a->must_change);
	if (!db_run(db, Q_AUTH_ACCOUNT_ADD, &args, &rows, e))
		return false;
	return db_count(rows) == 1 ||
	       err_field(e, ERR_BAD_INPUT, "login",
		       "a login and a member of staff without an account");
}

bool account_find(struct db *db, const char *login, struct arena *mem,
	struct account *out, bool *found, struct err *e)
{
	struct db_rows *rows;
	struct db_args args;

	memset(out, 0, sizeof(*out));
	db_args_init(&args, mem);
	db_text(&args, login);
	if (!db_run(db, Q_AUTH_ACCOUNT_FIND, &args, &rows, e))
		return false;
	*found = db_count(rows) == 1;
	if (!*found)
		return true;
	out->id = db_get_uuid(rows, 0, "id");
	out->login = login;
	out->staff = db_get_uuid(rows, 0, "staff");
	out->role = role_from_name(db_get_text(rows, 0, "role"));
	out->site = db_get_uuid(rows, 0, "site");
	out->district = db_get_uuid(rows, 0, "district");
	out->name = db_get_text(rows, 0, "name");
	out->site_name = db_get_text(rows, 0, "site_name");
	out->hash = db_get_text(rows, 0, "hash");
	out->must_change = db_get_int(rows, 0, "must_change") != 0;
	out->must_enrol = db_get_int(rows, 0, "must_enrol") != 0;
	out->has_factor = db_get_int(rows, 0, "has_factor") != 0;
	out->is_disabled = !db_is_null(rows, 0, "disabled_at");
	out->too_late = db_get_int(rows, 0, "too_late") != 0;
	return true;
}
