/*
 * v_print.c - casebridge print: a document as a PDF file (saving.h).
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/saving.h"
#include "client/print/print.h"
#include "proto/base/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PDF_MAX  ((size_t)256 << 20)
#define CHINA_MS INT64_C(28800000) /* UTC+8, no summer time */

/* ---- what to print ---- */

/* What the record must be; NULL: the document says. */
static const char *const roots[PRINT_COUNT] = {
	[PRINT_CASE] = "case",
	[PRINT_GROUP] = "group",
};

static const char *names_of_documents(struct cli *c)
{
	const char *out = "";

	for (int w = 0; w < PRINT_COUNT; w++)
		out = arena_printf(c->mem, "%s%s%s", out, w ? ", " : "",
			print_what_name((enum print_what)w));
	return out;
}

static bool only_for(const struct cli *c, enum option o, const char *name,
	bool fits, struct err *e)
{
	return !cli_flag(c, o) || fits || cli_usage(e, name, c->arg[0]);
}

/* A programme by its code or one of its labels. */
static bool read_programme(
	struct desk *d, const char *typed, const char **out, struct err *e)
{
	const struct code_list *l = catalogue_codes(d->catalogue, "programme");
	const char *list = "";

	for (size_t i = 0; l && i < json_array_size(l->items); i++) {
		const json_t *item = json_array_get(l->items, i);
		const char *code = json_str(item, "code");
		const char *zh = json_str(item, "zh");
		const char *en = json_str(item, "en");

		if (strcmp(code, typed) == 0 ||
			(zh && strcmp(zh, typed) == 0) ||
			(en && strcasecmp(en, typed) == 0)) {
			*out = code;
			return true;
		}
		list = arena_printf(
			d->c->mem, "%s%s%s", list, i ? " " : "", code);
	}
	return err_field(e, ERR_BAD_CODE, "PROGRAMME", "%s", list);
}

static bool read_target(struct desk *d, struct print_job *j, struct err *e)
{
	struct cli *c = d->c;

	if (j->what == PRINT_MENU)
		return c->args < 2 || read_programme(d, c->arg[1], &j->name, e);
	if (c->args < 2)
		return cli_usage(
			e, c->arg[0], arena_printf(c->mem, "%s ID", c->arg[0]));
	if (roots[j->what])
		return pick_root(
			d, roots[j->what], c->arg[1], c->arg[1], &j->id, e);
	return pick_record(d, c->arg[1], c->arg[1], &j->id, e);
}

/* The moment of printing; SOURCE_DATE_EPOCH fixes it, so that the same
 * records make the same file. */
static bool read_moment(struct cli *c, int64_t *ms, struct err *e)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	char *end;
	long long s;

	*ms = host_now_ms();
	if (!fixed || !fixed[0])
		return true;
	errno = 0;
	s = strtoll(fixed, &end, 10);
	if (errno || *end || s < 0 || s > INT64_C(7258118400))
		return err_field(e, ERR_USAGE, "SOURCE_DATE_EPOCH", "%s",
			text_raw(c->lang, T_BAD_EPOCH));
	*ms = s * 1000;
	return true;
}

static bool read_job(struct desk *d, struct print_job *j, struct err *e)
{
	struct cli *c = d->c;

	j->mem = c->mem;
	j->view = desk_view(d);
	j->catalogue = d->catalogue;
	j->lang = c->lang;
	j->masked = cli_flag(c, O_MASKED);
	j->clinical = cli_flag(c, O_CLINICAL);
	j->returning = cli_flag(c, O_RETURN);
	j->demo = json_is_true(store_get(d->s, "demo"));
	j->person = desk_reader(d, "name");
	j->site_name = desk_reader(d, "site_name");
	if (!uuid_parse(desk_reader(d, "site"), &j->site))
		memset(&j->site, 0, sizeof(j->site));
	return read_moment(c, &j->now_ms, e) && read_target(d, j, e);
}

/* ---- the file ---- */

/* A name that says nothing about anybody. */
static const char *usual_path(struct cli *c, int64_t ms)
{
	char t[TIME_TEXT];

	time_format(ms + CHINA_MS, t);
	return arena_printf(c->mem, "casebridge-%.4s%.2s%.2s-%.2s%.2s%.2s.pdf",
		t, t + 5, t + 8, t + 11, t + 14, t + 17);
}

/* ---- the verb ---- */

static void report(
	struct cli *c, const char *path, size_t pages, const char *missing)
{
	if (missing)
		fprintf(stderr, "casebridge: %s\n",
			text_of(c, T_NO_GLYPH, missing, NULL));
	if (c->json)
		out_json(c, json_pack("{s:s, s:I, s:s?}", "file", path, "pages",
				    (json_int_t)pages, "missing", missing));
	else
		out_line(c, text_of(c, T_PRINTED, path,
				    number_text(c, (int64_t)pages), NULL));
}

static void release_buf(void *p)
{
	buf_free(p);
}

bool verb_print(struct cli *c, struct err *e)
{
	struct buf *pdf = ARENA_NEW(c->mem, struct buf);
	struct print_job j;
	const char *path = c->option[O_OUTPUT], *missing;
	struct desk *d;
	size_t pages;

	memset(&j, 0, sizeof(j));
	j.what = print_what_of(c->arg[0]);
	if (j.what == PRINT_COUNT)
		return cli_usage(e, c->arg[0], names_of_documents(c));
	if (!only_for(c, O_CLINICAL, "--clinical", j.what == PRINT_MENU, e) ||
		!only_for(c, O_RETURN, "--return", j.what == PRINT_REFERRAL, e))
		return false;
	d = desk_open(c, true, e);
	buf_init(pdf, PDF_MAX);
	arena_adopt(c->mem, pdf, release_buf);
	if (!d || !read_job(d, &j, e) ||
		!print_make(&j, pdf, &pages, &missing, e))
		return false;
	if (!path || !path[0])
		path = usual_path(c, j.now_ms);
	if (!saving_whole(c, path, cli_flag(c, O_YES),
		    (struct str){pdf->p, pdf->n}, e))
		return false;
	report(c, path, pages, missing);
	return true;
}
