/*
 * h_session.c - who is at this page: the key of the address for a session, the
 * passphrase for the store, and locking it again.
 */
#include "client/local/local_in.h"

#include "proto/base/host.h"

#include <string.h>

#define TRIES   5
#define WAIT_MS 30000

/* Wrong passphrases cost time, so that nobody tries many at an open screen. */
static bool may_try(const struct local *l, struct err *e)
{
	int64_t left = l->wrong_until_ms - host_boot_ms();

	return left <= 0 || err_field(e, ERR_LOCKED_OUT, "passphrase", "%lld",
				    (long long)(left + 999) / 1000);
}

static bool wrong(struct local *l, struct err *e)
{
	if (++l->wrong % TRIES == 0)
		l->wrong_until_ms = host_boot_ms() + WAIT_MS;
	return err_set(e, ERR_BAD_PASSPHRASE, "not this store's");
}

static void right(struct local *l)
{
	l->wrong = 0;
	l->proved_ms = host_boot_ms();
}

static bool unlock(struct local *l, const char *passphrase, struct err *e)
{
	if (!may_try(l, e))
		return false;
	if (!l->locked)
		return true;
	if (l->s) /* a round that was cut off has it for a moment */
		return err_set(e, ERR_BUSY, "the store is being closed");
	l->s = l->host->unlock(l->host->ctx, passphrase, e);
	if (!l->s)
		return e->code == ERR_BAD_PASSPHRASE && wrong(l, e);
	right(l);
	l->locked = false;
	round_soon(l);
	return true;
}

bool local_fresh(const struct local *l, struct err *e)
{
	return host_boot_ms() - l->proved_ms <= l->conf->fresh_ms ||
	       err_field(e, ERR_STEP_UP, "session", "passphrase");
}

/* {"passphrase"}: the one who has the store open is still there. */
bool local_session_proof(struct local *l, struct ask *a, struct err *e)
{
	const char *passphrase = json_str(a->json, "passphrase");

	if (!passphrase)
		return err_field(e, ERR_MISSING, "passphrase", "text");
	if (!may_try(l, e))
		return false;
	if (!l->host->is_own(l->host->ctx, passphrase))
		return wrong(l, e);
	right(l);
	return ask_reply(a, 204, NULL, "", 0);
}

bool local_session_get(struct local *l, struct ask *a, struct err *e)
{
	const json_t *reader;

	if (l->locked)
		return err_set(e, ERR_SCREEN_LOCKED, "the store is closed");
	reader = store_get(l->s, "reader");
	return ask_json(a, 200,
		json_keep(json_pack("{s:s, s:O?, s:b}", "mode", "station",
				  "reader", reader, "must_change", 0),
			a->mem));
}

/* {"key"}: the first to bring it is let in. {"passphrase"}: opens the store. */
bool local_session_post(struct local *l, struct ask *a, struct err *e)
{
	const char *key = json_str(a->json, "key");
	const char *passphrase = json_str(a->json, "passphrase");

	if (!key && !passphrase)
		return err_field(e, ERR_MISSING, "passphrase", "text");
	if (key && !door_enter(l, a, key, e))
		return false;
	if (!key && !door_session(l, a, e))
		return false;
	if (passphrase && !unlock(l, passphrase, e))
		return false;
	if (!local_session_get(l, a, e))
		return false;
	a->status = 201;
	return true;
}

bool local_session_delete(struct local *l, struct ask *a, struct err *e)
{
	(void)e;
	local_lock(l);
	return ask_reply(a, 204, NULL, "", 0);
}
