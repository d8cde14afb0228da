/*
 * v_account.c - casebridge account: one's own account at the centre, as the web
 * app's "My account" has it.
 *
 * All of it is asked of the centre and nothing kept here but a new password's
 * seal on the store: what opens the store stays the word a person types.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/cli/sign_in.h"
#include "client/cli/value.h"

#include <stdio.h>
#include <string.h>

/* ---- proving once more who one is ---- */

static bool prove(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	bool by_code = c->option[O_CODE_FILE] && !c->option[O_PASSWORD_FILE];
	const char *text = secret_get(c,
		by_code ? O_CODE_FILE : O_PASSWORD_FILE,
		text_of(c, T_ASK_PASSWORD, store_text(d->s, "login"), NULL),
		"--password-file FILE", e);

	return text &&
	       desk_tell(d, "POST", "/v1/session/proof",
		       json_keep(json_pack("{s:s}",
					 by_code ? "code" : "password", text),
			       c->mem),
		       e);
}

/* Asked only when the centre asks for it. */
static bool proved(bool done, struct desk *d, bool *again, struct err *e)
{
	*again = !done && !*again && e->code == ERR_STEP_UP;
	return done || (*again && prove(d, e));
}

/* ---- what there is ---- */

static const char *moment(struct cli *c, const json_t *one, const char *key)
{
	const char *text = json_str(one, key);
	int64_t ms;

	return text && time_parse(text, &ms) ? time_show(c, ms) : "";
}

static const char *where(struct cli *c, const json_t *one)
{
	const char *station = json_str(one, "station");
	const char *browser = json_str(one, "browser");

	if (station)
		return text_of(c, T_AC_STATION, station, NULL);
	return browser ? browser : text_raw(c->lang, T_AC_BROWSER);
}

static void print_places(struct cli *c, const json_t *list, enum text_id title,
	const char *const *times)
{
	static const enum text_id sessions[] = {
		T_C_ID, T_AC_WHERE, T_C_SINCE, T_C_SEEN, T_COUNT};
	static const enum text_id devices[] = {
		T_C_ID, T_AC_WHERE, T_C_SEEN, T_COUNT};
	struct table *t = table_new(c, times[1] ? sessions : devices);

	out_line(c, "");
	out_line(c, text_raw(c->lang, title));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *id = json_str(one, "id");
		const char *at = where(c, one);

		table_add(t, id ? id : "");
		table_add(t, json_flag(one, "this")
				     ? text_of(c, T_AC_THIS, at, NULL)
				     : at);
		for (size_t k = 0; k < 2 && times[k]; k++)
			table_add(t, moment(c, one, times[k]));
	}
	table_print(t);
}

static void print_notices(struct cli *c, const json_t *list)
{
	static const struct {
		const char *kind;
		enum text_id text;
	} kinds[] = {
		{"account",  T_AC_N_ACCOUNT },
		{"password", T_AC_N_PASSWORD},
		{"factor",   T_AC_N_FACTOR  },
		{"resume",   T_AC_N_RESUME  },
	};

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *kind = json_str(one, "kind");
		const char *by = json_str(one, "by"), *id = json_str(one, "id");

		if (!by)
			by = text_raw(c->lang, T_AC_SOMEBODY);
		for (size_t k = 0; kind && id && k < ARRAY_LEN(kinds); k++)
			if (strcmp(kinds[k].kind, kind) == 0)
				out_line(c, text_of(c, kinds[k].text, by,
						    moment(c, one, "due"), id,
						    NULL));
	}
}

static void print_account(
	struct cli *c, const json_t *account, const json_t *notices)
{
	static const char *const signed_in[] = {"created_at", "last_seen"};
	static const char *const known[] = {"last_ok", NULL};
	const json_t *before = json_object_get(account, "before");
	const json_t *factor = json_object_get(account, "factor");
	const char *login = json_str(account, "login");

	print_notices(c, notices);
	out_pair(c, T_AC_LOGIN, login ? login : "");
	if (json_is_object(before))
		out_pair(c, T_AC_BEFORE,
			text_of(c, T_AC_BEFORE_AT, moment(c, before, "at"),
				number_text(c, json_int(before, "missed", 0)),
				NULL));
	out_pair(c, T_AC_FACTOR,
		json_flag(factor, "on")
			? text_of(c, T_AC_ON, moment(c, factor, "since"),
				  number_text(c, json_int(factor, "codes", 0)),
				  NULL)
			: text_raw(c->lang, T_AC_OFF));
	print_places(c, json_object_get(account, "sessions"), T_AC_SESSIONS,
		signed_in);
	print_places(
		c, json_object_get(account, "devices"), T_AC_DEVICES, known);
}

static bool show(struct desk *d, struct err *e)
{
	json_t *session = desk_ask(d, "/v1/session", e);
	json_t *account = session ? desk_ask(d, "/v1/account", e) : NULL;
	json_t *notices = json_object_get(session, "notices");

	if (!account)
		return false;
	if (!d->c->json) {
		print_account(d->c, account, notices);
		return true;
	}
	if (notices)
		json_object_set(account, "notices", notices);
	out_json(d->c, json_incref(account));
	return true;
}

/* ---- what can be done ---- */

static bool done(struct desk *d, enum text_id said)
{
	if (d->c->json)
		out_json(d->c, json_pack("{s:b}", "done", 1));
	else
		out_line(d->c, text_raw(d->c->lang, said));
	return true;
}

/* What follows must be an id: it becomes part of an address. */
static bool end_at(
	struct desk *d, const char *path, const char *what, struct err *e)
{
	const char *id = d->c->arg[1];
	char text[UUID_TEXT];
	struct uuid u;

	if (!id || !uuid_parse(id, &u))
		return err_field(e, ERR_USAGE, what, "%s",
			text_raw(d->c->lang, T_AC_AN_ID));
	return desk_tell(d, "DELETE",
		       arena_printf(
			       d->c->mem, "%s/%s", path, uuid_format(&u, text)),
		       NULL, e) &&
	       done(d, T_AC_DONE);
}

static bool end_session(struct desk *d, struct err *e)
{
	if (d->c->arg[1] && strcmp(d->c->arg[1], "others") == 0)
		return desk_tell(
			       d, "DELETE", "/v1/account/sessions", NULL, e) &&
		       done(d, T_AC_DONE);
	return end_at(d, "/v1/account/sessions", "SESSION", e);
}

static bool forget(struct desk *d, struct err *e)
{
	return end_at(d, "/v1/account/devices", "PLACE", e);
}

static bool object(struct desk *d, struct err *e)
{
	return end_at(d, "/v1/account/requests", "NOTICE", e);
}

static bool new_codes(struct desk *d, struct err *e)
{
	json_t *answer = NULL;
	bool again = false;

	do
		answer = desk_post(d, "/v1/account/codes", NULL, e);
	while (!answer && proved(false, d, &again, e) && again);
	if (!answer)
		return false;
	sign_in_print_codes(d->c, answer);
	return done(d, T_AC_CODES);
}

static bool factor_on(struct desk *d, struct err *e)
{
	struct transport *t = desk_transport(d, NULL, d->c->mem, e);
	bool again = false, ok;

	if (!t)
		return false;
	do
		ok = sign_in_set_up(d->c, t, store_text(d->s, "token"), e);
	while (!ok && proved(false, d, &again, e) && again);
	return ok && done(d, T_AC_FACTOR_ON);
}

static bool factor_off(struct desk *d, struct err *e)
{
	bool again = false, ok;

	do
		ok = desk_tell(d, "DELETE", "/v1/account/factor", NULL, e);
	while (!ok && proved(false, d, &again, e) && again);
	return ok && done(d, T_AC_FACTOR_OFF);
}

/* ---- the password ---- */

/* The store follows, unless it was given a word of its own. Killed between,
 * `login` asks for the old one, as after a change elsewhere. */
static bool follow(
	struct desk *d, const json_t *session, const char *fresh, struct err *e)
{
	const char *token = json_str(session, "token");

	if (token) {
		if (!store_begin(d->s, e))
			return false;
		store_set(d->s, "token", json_string(token));
		if (!store_commit(d->s, e))
			return false;
	}
	return store_get(d->s, "own_passphrase") ||
	       store_rewrap(d->s, fresh, &seal_cost_usual, e);
}

static bool change_password(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	const char *old = secret_get(c, O_PASSWORD_FILE,
		text_of(c, T_ASK_PASSWORD, store_text(d->s, "login"), NULL),
		"--password-file FILE", e);
	const char *fresh =
		old ? sign_in_new_password(c, T_AC_ASK_NEW, e) : NULL;
	json_t *session;

	if (!fresh)
		return false;
	session = desk_post(d, "/v1/password",
		json_keep(
			json_pack("{s:s, s:s}", "password", old, "new", fresh),
			c->mem),
		e);
	return session && follow(d, session, fresh, e) &&
	       done(d, store_get(d->s, "own_passphrase") ? T_AC_PASSWORD
							 : T_AC_BOTH);
}

/* ---- the verb ---- */

static const struct {
	const char *name;
	size_t args; /* with itself */
	bool (*run)(struct desk *d, struct err *e);
} acts[] = {
	{"password",   1, change_password},
	{"end",        2, end_session    },
	{"forget",     2, forget         },
	{"object",     2, object         },
	{"codes",      1, new_codes      },
	{"factor-on",  1, factor_on      },
	{"factor-off", 1, factor_off     },
};

bool verb_account(struct cli *c, struct err *e)
{
	const char *act = c->args ? c->arg[0] : NULL;
	struct desk *d;

	for (size_t i = 0; act && i < ARRAY_LEN(acts); i++)
		if (strcmp(acts[i].name, act) == 0 && c->args == acts[i].args) {
			d = desk_open(c, false, e);
			return d && acts[i].run(d, e);
		}
	if (act)
		return cli_usage(e, act, c->verb->usage);
	d = desk_open(c, false, e);
	return d && show(d, e);
}
