/*
 * figures_report.c - see figures_report.h. The report answers what a
 * coordinator is asked: which stations fall behind, which programme helps,
 * where referrals get stuck.
 */
#include "client/cli/figures_report.h"

#include "client/cli/out.h"
#include "client/cli/progress.h"
#include "client/cli/saving.h"
#include "client/print/print.h"
#include "proto/base/host.h"

#include <string.h>

#define PDF_MAX ((size_t)64 << 20)

static const struct part {
	const char *section, *figure, *by;
	bool live; /* as of today */
} parts[] = {
	{"work",      "services",               "month",     false},
	{"work",      "services",               "site",      false},
	{"work",      "cases_opened",           "programme", false},
	{"work",      "cases_closed",           "programme", false},
	{"work",      "services_per_case_year", "programme", false},
	{"work",      "workload",               "site",      true },
	{"stations",  "caseload_overdue",       "site",      true },
	{"stations",  "first_contact_in_time",  "site",      false},
	{"stations",  "services_signed",        "site",      false},
	{"stations",  "smd_face_to_face",       "site",      false},
	{"stations",  "stations_unseen",        "site",      true },
	{"programme", "goals_attained",         "programme", false},
	{"programme", "gas_change",             "programme", false},
	{"programme", "closed_goals_met",       "programme", false},
	{"programme", "closed_early",           "programme", false},
	{"programme", "outcomes",               "programme", false},
	{"letters",   "referral_acceptance",    "site",      false},
	{"letters",   "referral_days",          "site",      false},
	{"letters",   "referrals_waiting",      "site",      true },
	{"letters",   "referral_closed_loop",   "site",      false},
	{"letters",   "requests_met",           "site",      false},
	{"smd",       "smd_management",         NULL,        true },
	{"smd",       "smd_standard",           NULL,        true },
	{"smd",       "smd_medication",         NULL,        true },
	{"smd",       "smd_regular",            NULL,        true },
	{"smd",       "smd_stability",          NULL,        true },
	{"smd",       "smd_prevalence",         NULL,        true },
};

/* ---- asking ---- */

static bool is_month(const char *period)
{
	return period && strlen(period) == 7 && period[5] != 'Q';
}

static const char *path_of(struct cli *c, const struct part *p,
	const char *from, const char *to, const char *more)
{
	const char *path;

	if (strcmp(p->figure, "outcomes") == 0)
		return arena_printf(c->mem, "/v1/outcomes?by=%s%s%s%s", p->by,
			from ? "&year=" : "",
			from ? arena_printf(c->mem, "%.4s", from) : "", more);
	path = arena_printf(
		c->mem, "/v1/figures/%s?by=%s", p->figure, p->by ? p->by : "");
	if (!p->live && from)
		path = arena_printf(c->mem, "%s&from=%s", path, from);
	if (!p->live && to)
		path = arena_printf(c->mem, "%s&to=%s", path, to);
	return arena_printf(c->mem, "%s%s", path, more);
}

json_t *figures_report(struct desk *d, const char *from, const char *to,
	const char *more, struct err *e)
{
	struct cli *c = d->c;
	json_t *list = json_array(), *out;
	struct progress shown;
	bool ok = true;

	out = json_keep(json_pack("{s:o}", "answers", list), c->mem);
	progress_begin(&shown, c);
	for (size_t i = 0; ok && i < ARRAY_LEN(parts); i++) {
		json_t *answer;

		/* A month has no months to draw. */
		if (parts[i].by && strcmp(parts[i].by, "month") == 0 &&
			is_month(from))
			continue;
		answer = desk_ask(d, path_of(c, &parts[i], from, to, more), e);
		ok = answer != NULL;
		if (ok) {
			json_object_set_new(answer, "section",
				json_string(parts[i].section));
			json_array_append(list, answer);
		}
		progress_file(&shown, (int64_t)i + 1, ARRAY_LEN(parts));
	}
	progress_end(&shown);
	return ok ? out : NULL;
}

/* ---- the file ---- */

static void release_buf(void *p)
{
	buf_free(p);
}

bool figures_pdf(
	struct desk *d, const json_t *answers, const char *file, struct err *e)
{
	struct cli *c = d->c;
	struct buf *pdf = ARENA_NEW(c->mem, struct buf);
	struct print_job j;
	const char *missing;
	size_t pages;

	buf_init(pdf, PDF_MAX);
	arena_adopt(c->mem, pdf, release_buf);
	memset(&j, 0, sizeof(j));
	j.what = PRINT_FIGURES;
	j.mem = c->mem;
	j.catalogue = d->catalogue;
	j.lang = c->lang;
	j.figures = answers;
	j.demo = json_is_true(store_get(d->s, "demo"));
	j.person = desk_reader(d, "name");
	j.site_name = desk_reader(d, "site_name");
	j.now_ms = host_now_ms();
	if (!print_make(&j, pdf, &pages, &missing, e) ||
		!saving_whole(c, file, cli_flag(c, O_YES),
			(struct str){pdf->p, pdf->n}, e))
		return false;
	out_line(c, text_of(c, T_PRINTED, file, number_text(c, (int64_t)pages),
			    NULL));
	return true;
}
