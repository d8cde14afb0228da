/*
 * table.h - one indicator over some periods, told apart in one way.
 *
 * Whole years are read and hidden as wholes, whatever part of them is asked
 * for, so that every answer shows the same of a year.
 */
#ifndef SERVER_FIGURES_TABLE_H
#define SERVER_FIGURES_TABLE_H

#include "server/figures/hide.h"
#include "server/figures/indicator.h"
#include "server/figures/period.h"
#include "server/req.h"

struct figure_ask {
	const struct indicator *i;
	struct period period; /* of a live one: not used */
	const char *by;       /* "site", "programme" …; NULL: nothing more */
	const char *dim;
	int64_t below; /* 0: nothing is hidden */
	bool own_site; /* the reader is given one site only */
	bool alone;    /* whatever it is beside or feeds (links.h) */
};

struct figure_site {
	const char *id, *name, *name_en, *kind, *subdistrict;
};

struct figure_cell {
	enum hide_sign sign;
	int64_t num, den;
	bool has_den; /* it may be seen */
};

struct figure_table;

/* In the caller's transaction; remembers what it hides. */
struct figure_table *figure_table(
	struct req *r, const struct figure_ask *ask, struct err *e) MUST_CHECK;
size_t figure_rows(const struct figure_table *t);
/* What the i-th row is: a site's id, a code, a name; "" is not stated. */
const char *figure_key(const struct figure_table *t, size_t i);
/* The site of a row, when rows are sites. */
const struct figure_site *figure_site(const struct figure_table *t, size_t i);
/* FIGURE_TOTAL for the sum of all rows; `month` is the first of the period. */
#define FIGURE_TOTAL SIZE_MAX
void figure_cell(const struct figure_table *t, size_t row, int64_t month,
	struct figure_cell *out);

#endif
