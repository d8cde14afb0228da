/*
 * v_export.c - casebridge export --unsent: what has not reached the centre, in
 * a sealed file. When the store does not open, everything of the outbox that
 * can still be read is saved, and the store is left as it is.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/cli/unsent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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

/* Its own file, never over another one. */
static bool write_file(struct cli *c, struct str bytes, struct err *e)
{
	const char *path = c->option[O_UNSENT];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	bool ok = fd >= 0;

	if (!ok)
		return err_field(e, ERR_BAD_FILE, path, "%s",
			errno == EEXIST ? text_raw(c->lang, T_FILE_EXISTS)
					: strerror(errno));
	for (size_t at = 0; ok && at < bytes.n;) {
		ssize_t n = write(fd, bytes.p + at, bytes.n - at);

		ok = n > 0;
		at += ok ? (size_t)n : 0;
	}
	ok = ok && fsync(fd) == 0;
	close(fd);
	if (ok)
		return true;
	unlink(path);
	return err_field(e, ERR_NOT_SAVED, path, "%s", strerror(errno));
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
		!write_file(c, bytes, e))
		return false;
	if (c->json) {
		out_json(c, json_pack("{s:s, s:I, s:I}", "file",
				    c->option[O_UNSENT], "changes",
				    (json_int_t)n, "lost", (json_int_t)lost));
		return true;
	}
	out_line(c, text_of(c, T_EXPORTED, number_text(c, (int64_t)n),
			    c->option[O_UNSENT], NULL));
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

bool verb_export(struct cli *c, struct err *e)
{
	struct desk *d;

	if (!cli_need(c, O_UNSENT, e))
		return false;
	d = desk_new(c, false, e);
	if (!d || !place_enrolled(&d->place, e))
		return false;
	d->store_name = place_current(&d->place);
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
