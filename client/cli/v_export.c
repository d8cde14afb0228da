/*
 * v_export.c - casebridge export --unsent: what has not reached the centre, in
 * a sealed file.
 *
 * As a rule it is closed for the centre, everybody's on this machine, and asks
 * for nothing: any station of the site can take it (client/sync/bundle.h).
 * Where the own work is not closed like that, because the store is damaged or
 * has never met the centre, it is sealed with the passphrase instead, and only
 * its author takes it back; of a damaged store everything of the outbox that
 * can still be read is saved, and the store is left as it is.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/saving.h"
#include "client/cli/secret.h"
#include "client/cli/unsent.h"
#include "client/store/outside.h"
#include "client/sync/courier.h"

#include <string.h>

static json_t *waiting_changes(const struct desk *d)
{
	json_t *out = json_array();

	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);

		if (work_waits(w))
			json_array_append(
				out, (json_t *)(uintptr_t)work_change(w));
	}
	return out;
}

static json_t *rescued_changes(const json_t *work)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(work); i++)
		json_array_append(out,
			json_object_get(json_array_get(work, i), "change"));
	return out;
}

static bool save(struct desk *d, json_t *changes, size_t lost, struct err *e)
{
	struct cli *c = d->c;
	size_t n = json_array_size(changes);
	json_t *doc =
		json_keep(json_pack("{s:s, s:s, s:o}", "server",
				  json_str(d->place.station, "server"), "login",
				  d->s ? store_text(d->s, "login") : "",
				  "changes", changes),
			c->mem);
	struct str bytes;

	if (!unsent_write(c->mem, d->passphrase, doc, &bytes, e) ||
		!saving_whole(c, c->option[O_UNSENT], false, bytes, e))
		return false;
	if (c->json) {
		out_json(c, json_pack("{s:s, s:s, s:I, s:I}", "file",
				    c->option[O_UNSENT], "sealed_for",
				    "passphrase", "changes", (json_int_t)n,
				    "lost", (json_int_t)lost));
		return true;
	}
	out_line(c, text_of(c, T_EXPORTED, number_text(c, (int64_t)n),
			    c->option[O_UNSENT], NULL));
	out_line(c, text_raw(c->lang, T_EXPORTED_OWN));
	if (lost)
		out_line(c, text_of(c, T_LOST, number_text(c, (int64_t)lost),
				    NULL));
	return true;
}

static bool rescue(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	enum secret kind = SECRET_PASSPHRASE;
	const char *secret = d->passphrase;
	json_t *work;
	size_t lost;

	if (c->option[O_RECOVERY_FILE]) {
		kind = SECRET_RECOVERY;
		secret = secret_from_file(c, c->option[O_RECOVERY_FILE], e);
	}
	return secret &&
	       store_salvage(place_file(&d->place, d->store_name), kind, secret,
		       c->mem, &work, &lost, e) &&
	       save(d, rescued_changes(work), lost, e);
}

/* Sealed with the passphrase. */
static bool export_own(struct desk *d, struct err *e)
{
	struct cli *c = d->c;

	if (!d->store_name)
		return err_set(e, ERR_SIGNED_OUT, "nobody signed in yet");
	d->passphrase = secret_passphrase(c, e);
	if (!d->passphrase)
		return false;
	if (!c->option[O_RECOVERY_FILE] && desk_open_store(d, e))
		return save(d, waiting_changes(d), 0, e);
	if (!c->option[O_RECOVERY_FILE] && e->code != ERR_STORE_DAMAGED)
		return false;
	return desk_lock_store(d, e) && rescue(d, e);
}

/* Whether everything that waits in the own store is closed for the centre. */
static bool is_closed(struct desk *d, bool *closed, struct err *e)
{
	struct outside_counts n;
	struct outside *o;
	struct err why;

	*closed = false;
	if (!desk_lock_store(d, e))
		return false;
	o = outside_open(place_file(&d->place, d->store_name), &why);
	if (o && outside_count(o, &n, &why))
		*closed = n.waiting == n.closed;
	outside_close(o);
	desk_close_store(d);
	return true;
}

static bool export_all(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	struct exported x;

	if (!courier_export(&d->place, c->option[O_UNSENT], &x, e))
		return false;
	if (c->json) {
		out_json(
			c, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}",
				   "file", c->option[O_UNSENT], "sealed_for",
				   "centre", "changes", (json_int_t)x.changes,
				   "files", (json_int_t)x.files, "people",
				   (json_int_t)x.people, "uncovered",
				   (json_int_t)x.uncovered, "unread",
				   (json_int_t)x.unread, "lost",
				   (json_int_t)x.lost));
		return true;
	}
	out_line(c, text_of(c, T_EXPORTED_ALL, number_text(c, x.changes),
			    number_text(c, x.files), number_text(c, x.people),
			    c->option[O_UNSENT], NULL));
	out_line(c, text_raw(c->lang, T_EXPORTED_FOR));
	if (x.uncovered || x.unread || x.lost)
		out_line(c, text_of(c, T_EXPORT_LEFT,
				    number_text(c, x.uncovered + x.lost),
				    number_text(c, x.unread), NULL));
	return true;
}

bool verb_export(struct cli *c, struct err *e)
{
	bool closed = true;
	struct desk *d;

	if (!cli_need(c, O_UNSENT, e))
		return false;
	d = desk_new(c, false, e);
	if (!d || !place_enrolled(&d->place, e))
		return false;
	d->store_name = place_current(&d->place);
	if (d->store_name && !is_closed(d, &closed, e))
		return false;
	if (c->option[O_RECOVERY_FILE] || !closed)
		return export_own(d, e);
	return export_all(d, e);
}
