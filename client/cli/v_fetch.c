/*
 * v_fetch.c - casebridge fetch: the file of a document, kept here sealed, and
 * taken out in the clear only when a path is given; or many, fetch_many.c.
 */
#include "client/cli/carry.h"
#include "client/cli/fetch_many.h"
#include "client/cli/out.h"
#include "client/cli/pick_file.h"
#include "client/cli/saving.h"

#include <string.h>

/* ---- taking it out ---- */

static bool write_chunks(struct saving *s, struct blob *b, struct err *e)
{
	bool ok = true;

	for (int64_t no = 0; ok && blob_chunk(b, no); no++) {
		struct arena *mem = arena_new();
		struct str plain;

		ok = blob_get(b, no, mem, &plain, e) &&
		     saving_write(s, plain.p, plain.n, e);
		arena_free(mem);
	}
	return ok;
}

/* All of it or nothing; never over what is there. */
static bool take_out(struct cli *c, struct blob *b, struct err *e)
{
	struct saving s;

	if (!saving_begin(&s, c, c->option[O_OUTPUT], false, e))
		return false;
	if (write_chunks(&s, b, e))
		return saving_end(&s, e);
	saving_drop(&s);
	return false;
}

static void say(struct cli *c, const struct file *f)
{
	const char *out = c->option[O_OUTPUT];
	char id[UUID_TEXT], hex[SHA256_HEX];

	if (c->json)
		out_json(c, json_pack("{s:s, s:s, s:I, s:s, s:s*}", "id",
				    uuid_format(&f->rec, id), "sha256",
				    hex_format(f->sha.b, SHA256_LEN, hex),
				    "size", (json_int_t)f->size, "media",
				    f->media, "out", out));
	else if (out)
		out_line(c, text_of(c, T_FILE_WRITTEN, out, NULL));
	else
		out_line(c,
			text_of(c, T_FILE_HERE, carry_size(c, f->size), NULL));
}

static bool show(struct desk *d, const struct file_about *about, struct err *e)
{
	const struct file *f = file_find(d->s, &about->rec, &about->sha);
	struct blob *b;
	bool ok = true;

	if (!f)
		return err_set(e, ERR_FILE_AWAY, "given up meanwhile");
	if (d->c->option[O_OUTPUT]) {
		b = file_open(d->s, f, BLOB_READ, e);
		ok = b && take_out(d->c, b, e);
		blob_close(b);
	}
	if (ok)
		say(d->c, f);
	return ok;
}

/* One document, or the files of a case, or all. */
static bool asks_one_thing(struct cli *c, struct err *e)
{
	int asked = (c->args > 0) + cli_flag(c, O_CASE) + cli_flag(c, O_ALL);

	if (asked != 1 || (c->args == 0 && c->option[O_OUTPUT]) ||
		(c->args > 0 && c->option[O_BUDGET]))
		return cli_usage(e, "fetch",
			"DOCUMENT [--output FILE] | --case CASE | --all "
			"[--budget MB]");
	return true;
}

bool verb_fetch(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct file_about about;
	struct transport *t;
	struct progress bar;
	struct carry k;
	bool ok;

	memset(&about, 0, sizeof(about));
	if (!d || !asks_one_thing(c, e))
		return false;
	if (c->args == 0)
		return fetch_many(d, e);
	if (!pick_file(d, c->arg[0], &about, e))
		return false;
	t = desk_transport(d, NULL, d->c->mem, e);
	if (!t)
		return false;
	progress_begin(&bar, c);
	carry_begin(&k, d, &bar);
	ok = files_fetch(d->s, t, &k.hooks, &about, e);
	progress_end(&bar);
	return ok && show(d, &about, e);
}
