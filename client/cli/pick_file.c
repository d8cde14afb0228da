/*
 * pick_file.c - see pick_file.h.
 */
#include "client/cli/pick_file.h"

#include "client/cli/pick.h"

#include <string.h>

static bool no_file(struct cli *c, struct err *e)
{
	return err_field(e, ERR_BAD_INPUT, "DOCUMENT", "%s",
		text_raw(c->lang, T_NO_FILE));
}

/* A consent is asked for its scan. */
static bool follow_scan(struct desk *d, struct seen *r, struct err *e)
{
	const char *scan = json_str(r->body, "scan");
	struct uuid id;

	if (strcmp(r->type, "consent") != 0)
		return true;
	if (!scan || !uuid_parse(scan, &id))
		return no_file(d->c, e);
	return view_record(desk_view(d), &id, d->c->mem, r, e);
}

bool pick_file(struct desk *d, const char *typed, struct file_about *out,
	struct err *e)
{
	struct cli *c = d->c;
	const char *sha, *media;
	struct uuid id;
	struct seen r;

	if (!pick_record(d, typed, "DOCUMENT", &id, e) ||
		!view_record(desk_view(d), &id, c->mem, &r, e) ||
		!follow_scan(d, &r, e))
		return false;
	sha = json_str(r.body, "sha256");
	if (!sha || !hex_parse(sha, out->sha.b, SHA256_LEN))
		return no_file(c, e);
	media = json_str(r.body, "media");
	out->rec = r.r.id;
	out->unit = r.unit;
	out->size = json_int(r.body, "size", 0);
	out->media = arena_strdup(
		c->mem, media ? media : "application/octet-stream");
	return true;
}
