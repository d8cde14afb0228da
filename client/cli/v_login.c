/*
 * v_login.c - casebridge login: the centre knows the person, the person's
 * store opens.
 *
 * The password is checked by the centre and not kept; the passphrase opens the
 * store and never leaves the computer. They are the same word unless the
 * person says otherwise, because one word more is one word forgotten.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/cli/sign_in.h"
#include "client/sync/orders.h"
#include "client/sync/whole.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct login {
	struct desk *d;
	const char *user;
	const char *server;
	const char *password;
	json_t *session; /* the centre's answer */
	bool made;       /* the store is new */
	bool resealed;
	char recovery[SEAL_RECOVERY];
};

static bool ask_centre(struct cli *c, struct login *l, struct err *e)
{
	struct transport *t = desk_transport(l->d, NULL, l->d->c->mem, e);

	return t && sign_in(c, t, l->user, &l->password, &l->session, e);
}

/* ---- the store ---- */

static bool make_store(struct login *l, const char *path, struct err *e)
{
	l->made = true;
	return store_create(path, l->d->passphrase, &seal_cost_usual,
		       l->recovery, e) &&
	       desk_open_store(l->d, e);
}

/* With the recovery key, or the old passphrase, sealed anew. */
static bool open_other(
	struct cli *c, struct login *l, const char *path, struct err *e)
{
	const char *key = NULL;

	if (c->option[O_RECOVERY_FILE]) {
		key = secret_from_file(c, c->option[O_RECOVERY_FILE], e);
		if (!key)
			return false;
		l->d->s = store_open(
			path, l->d->catalogue, SECRET_RECOVERY, key, e);
		if (!l->d->s)
			return false;
		l->resealed = true;
		return store_rewrap(
			l->d->s, l->d->passphrase, &seal_cost_usual, e);
	}
	if (!c->json)
		fprintf(stderr, "%s\n", text_raw(c->lang, T_OTHER_PASSPHRASE));
	return err_field(e, ERR_BAD_PASSPHRASE, "passphrase", "%s",
		text_raw(c->lang, T_OTHER_PASSPHRASE));
}

/* The old passphrase was given and the password has changed: from now on the
 * password opens the store again. */
static bool adopt_password(struct cli *c, struct login *l, struct err *e)
{
	if (!c->option[O_PASSPHRASE_FILE] || l->made ||
		store_get(l->d->s, "own_passphrase") ||
		strcmp(l->password, l->d->passphrase) == 0)
		return true;
	l->resealed = true;
	return store_rewrap(l->d->s, l->password, &seal_cost_usual, e);
}

/* A station that was locked has given it away. */
static bool take_share(struct login *l, struct err *e)
{
	struct transport *t = desk_transport(l->d, NULL, l->d->c->mem, e);
	struct err why;

	if (!t)
		return false;
	if (orders_fetch_share(&l->d->place, l->d->store_name, t,
		    json_str(l->session, "token"), &why) ||
		why.code == ERR_STORE_DAMAGED)
		return true;
	*e = why;
	return false;
}

static bool open_store(struct cli *c, struct login *l, struct err *e)
{
	const char *path;

	l->d->store_name = place_store_name(&l->d->place, l->server, l->user);
	path = place_file(&l->d->place, l->d->store_name);
	if (!desk_lock_store(l->d, e))
		return false;
	/* The centre let the station in: no order stands any more. */
	if (access(path, F_OK) == 0 && !take_share(l, e))
		return false;
	orders_unlocked(&l->d->place);
	if (access(path, F_OK) != 0)
		return make_store(l, path, e);
	if (desk_open_store(l->d, e))
		return adopt_password(c, l, e);
	return e->code == ERR_BAD_PASSPHRASE && open_other(c, l, path, e);
}

/* The store belongs to one person for good. */
static bool same_person(const struct login *l, struct err *e)
{
	const char *before = desk_reader(l->d, "staff");
	const char *now =
		json_str(json_object_get(l->session, "reader"), "staff");

	return !before[0] || strcmp(before, now) == 0 ||
	       err_field(e, ERR_BAD_LOGIN, "--user", "-");
}

static bool keep_session(struct login *l, struct err *e)
{
	struct store *s = l->d->s;
	json_t *reader = json_object_get(l->session, "reader");

	if (!same_person(l, e) || !store_begin(s, e))
		return false;
	store_set(s, "server", json_string(l->server));
	store_set(s, "login", json_string(l->user));
	store_set(s, "reader", json_deep_copy(reader));
	/* What is printed here says so too. */
	store_set(
		s, "demo", json_flag(l->session, "demo") ? json_true() : NULL);
	store_set(s, "token", json_string(json_str(l->session, "token")));
	if (l->made && strcmp(l->password, l->d->passphrase) != 0)
		store_set(s, "own_passphrase", json_true());
	if (!store_commit(s, e))
		return false;
	return place_write(&l->d->place, "current", l->d->store_name,
		strlen(l->d->store_name), e);
}

/*
 * The centre learns of the store and the store the centre's courier key at
 * once, so that what is written before the first sync can be carried by others
 * already; and half of what opens it lies with the centre from now on. What
 * fails here is done by the next sync.
 */
static void introduce(struct login *l)
{
	struct err ignored;
	struct transport *t =
		desk_transport(l->d, NULL, l->d->c->mem, &ignored);

	if (t && sync_register(l->d->s, t, &ignored))
		whole_introduce(l->d->s, t);
}

/*
 * A change of shift without a network: whoever signed in here before may go on
 * with their own store. The session in it may have ended; only sync asks.
 */
static bool open_offline(struct cli *c, struct login *l, struct err *e)
{
	const struct err why = *e;

	l->d->store_name = place_store_name(&l->d->place, l->server, l->user);
	if (access(place_file(&l->d->place, l->d->store_name), F_OK) != 0) {
		*e = why;
		return false;
	}
	if (!desk_open_store(l->d, e) ||
		!place_write(&l->d->place, "current", l->d->store_name,
			strlen(l->d->store_name), e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:s, s:s, s:b}", "login", l->user,
				    "store", "opened", "online", 0));
	else
		out_line(c, text_of(c, T_OPENED_OFFLINE, l->user, NULL));
	return true;
}

static bool is_offline(const struct err *e)
{
	return e->code == ERR_OFFLINE || e->code == ERR_BUSY;
}

static void report(struct cli *c, const struct login *l)
{
	const json_t *reader = json_object_get(l->session, "reader");
	const char *name = json_str(reader, "name");
	const char *site = json_str(reader, "site_name");

	if (c->json) {
		out_json(c, json_pack("{s:s, s:O, s:s, s:s*, s:b, s:b}",
				    "login", l->user, "reader", reader, "store",
				    l->made ? "new" : "opened", "recovery_key",
				    l->made ? l->recovery : NULL, "must_change",
				    json_flag(l->session, "must_change"),
				    "online", 1));
		return;
	}
	out_line(c, text_of(c, T_SIGNED_IN, name ? name : l->user,
			    site ? site : "", NULL));
	if (l->made) {
		out_line(c, text_raw(c->lang, T_STORE_NEW));
		out_line(c, text_raw(c->lang, T_RECOVERY_KEY));
		out_line(c, arena_printf(c->mem, "  %s", l->recovery));
	}
	if (l->resealed)
		out_line(c, text_raw(c->lang, T_RESEALED));
}

bool verb_login(struct cli *c, struct err *e)
{
	struct login l;
	bool own;

	memset(&l, 0, sizeof(l));
	if (!cli_need(c, O_USER, e))
		return false;
	l.user = c->option[O_USER];
	l.d = desk_new(c, false, e);
	if (!l.d || !place_enrolled(&l.d->place, e))
		return false;
	l.server = json_str(l.d->place.station, "server");
	l.password = secret_get(c, O_PASSWORD_FILE,
		text_of(c, T_ASK_PASSWORD, l.user, NULL),
		"--password-file FILE", e);
	if (!l.password || !secret_passphrase_given(c, &l.d->passphrase, e))
		return false;
	own = l.d->passphrase != NULL;
	if (!own)
		l.d->passphrase = l.password;
	if (!ask_centre(c, &l, e))
		return is_offline(e) && open_offline(c, &l, e);
	if (!own)
		l.d->passphrase = l.password;
	if (!open_store(c, &l, e) || !keep_session(&l, e))
		return false;
	introduce(&l);
	report(c, &l);
	return true;
}
