/*
 * print.c - see print.h: a table of documents, and what all of them carry on
 * every page.
 */
#include "client/print/print.h"

#include "client/print/layout.h"
#include "client/print/paper.h"
#include "client/print/print_in.h"

#include <string.h>

static const struct {
	const char *name;
	enum word running;
	enum word secrecy;
	bool (*make)(const struct print_job *, struct doc *, struct err *);
} documents[PRINT_ALL] = {
	[PRINT_CASE] = {"case",     W_CASE_TITLE,      W_SECRET,        print_case   },
	[PRINT_PLAN] = {"plan",     W_PLAN_TITLE,      W_SECRET,        print_plan   },
	[PRINT_REFERRAL] = {"referral", W_REFERRAL_TITLE,  W_SECRET_LETTER,
			print_referral					       },
	[PRINT_GROUP] = {"group",    W_GROUP_TITLE,     W_SECRET,        print_group  },
	[PRINT_MENU] = {"menu",     W_MENU_RUNNING,    W_OPEN,          print_menu   },
	[PRINT_FIGURES] = {"",         W_FIGURES_TITLE,   W_FIGURES_OPEN,  print_figures},
	[PRINT_DIGNITY] = {"dignity",  W_DIGNITY_RUNNING, W_SECRET_OWN,
			print_dignity						},
};

enum print_what print_what_of(const char *name)
{
	int i = 0;

	while (i < PRINT_COUNT && strcmp(documents[i].name, name) != 0)
		i++;
	return (enum print_what)i;
}

const char *print_what_name(enum print_what w)
{
	return documents[w].name;
}

static struct doc *begin(const struct print_job *j)
{
	struct frame f;

	memset(&f, 0, sizeof(f));
	f.lang = j->lang;
	f.site = j->site_name;
	f.running = word(j, documents[j->what].running);
	/* What hangs on a wall does not say who made it. */
	f.printed = words(j, j->what == PRINT_MENU ? W_PRINTED_ON : W_PRINTED,
		clock_text(j, j->now_ms), j->person, NULL);
	f.secrecy = word(j, documents[j->what].secrecy);
	f.page_of = word(j, W_PAGE_OF);
	f.demo = j->demo ? word(j, W_DEMO) : NULL;
	return doc_new(j->mem, &f);
}

bool print_make(const struct print_job *j, struct buf *pdf, size_t *pages,
	const char **missing, struct err *e)
{
	struct paper *paper = paper_new(j->mem, e);
	struct setter setter;
	struct pages laid;
	struct doc *d;

	if (!paper)
		return false;
	d = begin(j);
	if (!documents[j->what].make(j, d, e))
		return false;
	setter = paper_setter(paper);
	if (!layout_doc(d, &setter, &laid, e))
		return false;
	*missing = paper_missing(paper);
	if (*missing) {
		doc_space(d, 10);
		doc_para(d, FACE_LABEL, words(j, W_NO_GLYPH, *missing, NULL));
		if (!layout_doc(d, &setter, &laid, e))
			return false;
	}
	*pages = laid.n;
	return paper_pdf(
		paper, &laid, word(j, W_FILE_TITLE), j->now_ms, pdf, e);
}
