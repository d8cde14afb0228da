/*
 * links.h - which sums a figure hangs on: those it shows, what they are a part
 * of, and what gives them away.
 *
 * How sums are tied stands in the heads of server/figures/sources:
 *
 *   within   m2<m1 m3<m1-m2 m1<caseload.m1@all,sex: a part of it; of what is
 *            left without another; of another source's, told apart so
 *   amounts  m2~m1 m3~m1!: minutes, money, of what m1 counts; ! may be negative
 *   kinds    m2=goals_met,mostly_met: m2 is those kinds of m1
 *   same     m1=caseload.m1:programme=smd_kinship_care: that row of another
 *   beside   figures that, added up, are m1 of today, or in the same cells tell
 *            much of it: where one is hidden, m1 is
 *   feeds    the figure of today that m1 feeds: where that is small, m1 of this
 *            year is hidden
 */
#ifndef SERVER_FIGURES_LINKS_H
#define SERVER_FIGURES_LINKS_H

#include "server/figures/hide.h"
#include "server/figures/indicator.h"

#define LINK_KINDS 24

struct link_sum {
	struct figure_part part;
	bool hidden; /* small cells of it are; else it is about no client */
	bool amount, is_signed;
	size_t base; /* of an amount */
};

struct link_form {
	size_t of, parts, part[HIDE_PARTS];
	const char *dims; /* "all,sex"; NULL: however it is told apart */
};

/* A row of a sum told apart by dim, or several, is all of another; total
 * HIDE_SUMS: of one the figure does not hang on. */
struct link_same {
	size_t sum, total;
	const char *dim;
	size_t codes;
	const char *code[LINK_KINDS];
};

struct links {
	size_t sums, forms, sames;
	struct link_sum sum[HIDE_SUMS];
	struct link_form form[HIDE_FORMS];
	struct link_same same[HIDE_SAMES];
};

/* In an order in which each sum comes after what it hangs on. `hidden` false:
 * nothing is, so only what is shown. Dies on heads that make no sense. */
const struct links *links_of(
	const struct indicator *i, bool hidden, struct arena *mem) NEVER_NULL;
/* HIDE_SUMS when it is not among them. */
size_t links_find(const struct links *l, const struct figure_part *part);
/* Whether a sum is told apart by dim where the figure's own sources are. */
bool links_has(const struct links *l, const struct indicator *i, size_t sum,
	const char *dim);
/* Whether "all,sex" names dim. */
bool links_lists(const char *dims, const char *dim);
/* The i-th word of a head, or NULL. */
const char *links_word(const char *head, size_t i, struct arena *mem);

#endif
