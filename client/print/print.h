/*
 * print.h - the documents a station can print, as PDF files in A4.
 *
 * Each is made from what the person may see here (client/store/view.h) and
 * from nothing else. Restricted records appear in none, but for the document
 * somebody asks for by name and may read.
 */
#ifndef CLIENT_PRINT_PRINT_H
#define CLIENT_PRINT_PRINT_H

#include "client/store/view.h"

enum print_what {
	PRINT_CASE,
	PRINT_PLAN,
	PRINT_REFERRAL,
	PRINT_GROUP,
	PRINT_MENU,
	PRINT_DIGNITY,
	PRINT_COUNT, /* of those asked for by name */
	PRINT_FIGURES = PRINT_COUNT,
	PRINT_ALL
};

struct print_job {
	enum print_what what;
	struct uuid id;   /* the record; for a menu nil */
	const char *name; /* programme of a menu, or NULL: all */
	struct arena *mem;
	struct view *view;
	const struct catalogue *catalogue;
	enum lang lang;
	const json_t *figures; /* of PRINT_FIGURES: p_figures.c */
	bool masked;           /* names of clients hidden */
	bool clinical;         /* the menu in the words of the clinic */
	bool returning;        /* of a referral, the return letter */
	bool demo;             /* the data are made up; every page says so */
	int64_t now_ms;
	const char *person; /* who prints */
	const char *site_name;
	struct uuid site;
};

/* "case", "plan" …; PRINT_COUNT when there is no such document. */
enum print_what print_what_of(const char *name);
const char *print_what_name(enum print_what w);

/*
 * Makes the document. *missing names characters that no installed font has
 * (paper.h), or is NULL; `pages` is how many. ERR_NO_FONT without a Chinese
 * font, ERR_NOT_FOUND when the record is not here, ERR_BAD_INPUT when there is
 * nothing of that kind to print.
 */
bool print_make(const struct print_job *job, struct buf *pdf, size_t *pages,
	const char **missing, struct err *e) MUST_CHECK;

#endif
