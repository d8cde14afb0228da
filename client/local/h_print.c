/*
 * h_print.c - GET /v1/print: a document as a PDF, made as `casebridge print`
 * makes it. Only a station can: the fonts are on this computer.
 */
#include "client/local/local_in.h"

#include "client/print/print.h"
#include "proto/base/host.h"

#include <string.h>

#define PDF_MAX  ((size_t)64 << 20)
#define CHINA_MS INT64_C(28800000) /* UTC+8, no summer time */

static bool is_asked(const struct ask *a, const char *name)
{
	const char *text = ask_query(a, name);

	return text && strcmp(text, "1") == 0;
}

static const char *documents(struct arena *mem)
{
	const char *out = "";

	for (int w = 0; w < PRINT_COUNT; w++)
		out = arena_printf(mem, "%s%s%s", out, w ? ", " : "",
			print_what_name((enum print_what)w));
	return out;
}

/* Which document, of what, in which words. */
static bool read_asked(struct ask *a, struct print_job *j, struct err *e)
{
	const char *doc = ask_query(a, "doc"), *id = ask_query(a, "id");
	const char *lang = ask_query(a, "lang");

	j->what = doc ? print_what_of(doc) : PRINT_COUNT;
	if (j->what == PRINT_COUNT)
		return err_field(
			e, ERR_BAD_REQUEST, "doc", "%s", documents(a->mem));
	if (j->what != PRINT_MENU && (!id || !uuid_parse(id, &j->id)))
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	if (lang && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
		return err_field(e, ERR_BAD_REQUEST, "lang", "zh, en");
	j->lang = lang && strcmp(lang, "en") == 0 ? LANG_EN : LANG_ZH;
	j->masked = is_asked(a, "masked");
	j->clinical = is_asked(a, "clinical");
	j->returning = is_asked(a, "returning");
	return true;
}

static void read_station(struct local *l, struct ask *a, struct print_job *j)
{
	const json_t *reader = store_get(l->s, "reader");
	const char *name = json_str(reader, "name");
	const char *site_name = json_str(reader, "site_name");
	const char *site = json_str(reader, "site");

	j->mem = a->mem;
	j->view = local_view(l, a);
	j->catalogue = store_catalogue(l->s);
	j->demo = json_is_true(store_get(l->s, "demo"));
	j->person = name ? name : "";
	j->site_name = site_name ? site_name : "";
	if (!site || !uuid_parse(site, &j->site))
		memset(&j->site, 0, sizeof(j->site));
	j->now_ms = host_now_ms();
}

/* A name that says nothing about anybody. */
static const char *file_name(struct arena *mem, int64_t ms)
{
	char t[TIME_TEXT];

	time_format(ms + CHINA_MS, t);
	return arena_printf(mem,
		"attachment; filename=\"casebridge-%.4s%.2s%.2s-%.2s%.2s%.2s."
		"pdf\"",
		t, t + 5, t + 8, t + 11, t + 14, t + 17);
}

bool local_print(struct local *l, struct ask *a, struct err *e)
{
	const char *missing = NULL;
	struct print_job j;
	struct buf pdf;
	size_t pages;

	memset(&j, 0, sizeof(j));
	/* The one document that is restricted itself. */
	if (!read_asked(a, &j, e) ||
		(j.what == PRINT_DIGNITY && !local_fresh(l, e)))
		return false;
	read_station(l, a, &j);
	buf_init(&pdf, PDF_MAX);
	if (!print_make(&j, &pdf, &pages, &missing, e)) {
		buf_free(&pdf);
		return false;
	}
	ask_header(a, "Content-Disposition", file_name(a->mem, j.now_ms));
	/* U+2CC56 …: characters no font of this computer has. */
	if (missing)
		ask_header(a, "Casebridge-Missing", missing);
	ask_reply(a, 200, "application/pdf",
		arena_strndup(a->mem, pdf.p, pdf.n), pdf.n);
	buf_free(&pdf);
	return true;
}
