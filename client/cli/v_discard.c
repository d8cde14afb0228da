/*
 * v_discard.c - casebridge discard: a file the centre will never take is given
 * up here.
 *
 * It is nowhere else, so it is shown first what goes and why it was refused,
 * and asked; `fetch --output` takes it out before. The record that names it
 * stays, and so does its history. Of files whose case was taken away only
 * closed bytes are left; those nobody can open go together.
 */
#include "client/cli/carry.h"
#include "client/cli/out.h"
#include "client/cli/pick_file.h"
#include "client/cli/secret.h"
#include "client/sync/files_part.h"

#include <string.h>

static bool is_refused(struct cli *c, const struct file *f, struct err *e)
{
	return (f && f->state == FILE_REFUSED) ||
	       err_field(e, ERR_BAD_INPUT, "DOCUMENT", "%s",
		       text_raw(c->lang, T_DISCARD_ONLY));
}

static bool confirm(struct cli *c, const char *what, struct err *e)
{
	if (c->json && !cli_flag(c, O_YES))
		return cli_usage(e, "--json", "--yes");
	if (!c->json)
		out_line(c, what);
	return secret_confirm(c, text_raw(c->lang, T_DISCARD_ASK)) ||
	       err_field(e, ERR_NOT_SAVED, "discard", "%s",
		       text_raw(c->lang, T_DISCARD_NOT));
}

static const char *what_goes(struct cli *c, const struct file *f)
{
	return text_of(c, T_DISCARD_WHAT, f->media, carry_size(c, f->size),
		out_why(c, f->why), NULL);
}

/* Files whose case was taken away: nothing of them is left to be named. */
static bool discard_left(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	int64_t waiting, n;

	if (!store_parcels_left(d->s, &waiting, &n, e))
		return false;
	if (!n)
		return err_field(e, ERR_BAD_INPUT, "withdrawn", "%s",
			text_raw(c->lang, T_LEFT_NONE));
	if (!confirm(c, text_of(c, T_LEFT_WHAT, number_text(c, n), NULL), e) ||
		!store_parcels_drop(d->s, e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:I}", "discarded", (json_int_t)n));
	else
		out_line(c, text_raw(c->lang, T_AC_DONE));
	return true;
}

bool verb_discard(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct file_about about;
	const struct file *f;
	char id[UUID_TEXT], hex[SHA256_HEX];

	if (d && strcmp(c->arg[0], "withdrawn") == 0)
		return discard_left(d, e);
	if (!d || !pick_file(d, c->arg[0], &about, e))
		return false;
	f = file_find(d->s, &about.rec, &about.sha);
	if (!is_refused(c, f, e) || !confirm(c, what_goes(c, f), e) ||
		!part_drop(d->s, f, e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:s, s:s}", "id",
				    uuid_format(&about.rec, id), "sha256",
				    hex_format(about.sha.b, SHA256_LEN, hex)));
	else
		out_line(c, text_raw(c->lang, T_DISCARDED));
	return true;
}
