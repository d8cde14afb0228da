/*
 * outcome.h - scores before and after, of everybody the reader answers for.
 *
 * A pair is of one person, instrument, version and respondent, within a case or
 * group (proto/pairs.h says which two scores). It belongs to the year of its
 * second score; what came after the year is not looked at, so a year stays as
 * it is. Of somebody with several pairs in a year the latest counts: pairs are
 * of different people. Who has a first score in the year and none to compare it
 * with at its end is counted as alone.
 */
#ifndef SERVER_FIGURES_OUTCOME_H
#define SERVER_FIGURES_OUTCOME_H

#include "server/figures/table.h"

enum outcome_by {
	OUTCOME_ALL,
	OUTCOME_SITE,
	OUTCOME_SITE_KIND,
	OUTCOME_SUBDISTRICT,
	OUTCOME_PROGRAMME,
	OUTCOME_BYS
};

/* What is compared with what. */
struct outcome_ruler {
	const char *instrument, *version, *respondent;
	const json_t *scale; /* NULL: it is no longer there */
};

struct outcome_pair {
	const char *id; /* of the record of the first score, as text */
	size_t ruler, site, programme; /* places in the lists below */
	double before, after;
};

struct outcome_list {
	struct outcome_pair *list;
	size_t n, room;
};

struct outcomes {
	struct arena *mem;
	const struct figure_site *sites;
	size_t site_count;
	const char **programmes;
	size_t programme_count, programme_room;
	struct outcome_ruler *rulers;
	size_t ruler_count, ruler_room;
	struct outcome_list pairs;
	struct outcome_list alone; /* `after` is not used */
	/* Groups of each way of telling apart, and their names. */
	struct {
		size_t n;
		const char **key;
		size_t *of; /* of the site, or of the programme */
	} by[OUTCOME_BYS];
};

/* "site"; NULL for OUTCOME_ALL. False: there is none of that name. */
const char *outcome_by_name(enum outcome_by by);
bool outcome_by_from_name(const char *name, enum outcome_by *out);

/* Reads and scores what there is of a year, in the caller's transaction. */
bool outcomes_read(struct req *r, int64_t year, struct outcomes *out,
	struct err *e) MUST_CHECK;
/* The group a pair is in, and whether the site of an id is known. */
size_t outcome_group(const struct outcomes *o, enum outcome_by by,
	const struct outcome_pair *p);
bool outcome_site(const struct outcomes *o, const char *id, size_t *out);
/* The place of a ruler or programme; a new one when it is not there yet. Groups
 * are told anew by outcomes_group(). */
size_t outcome_ruler(struct outcomes *o, const struct outcome_ruler *like);
size_t outcome_programme(struct outcomes *o, const char *code);
void outcomes_group(struct outcomes *o);
/* One more. */
void outcome_add(struct outcomes *o, struct outcome_list *l,
	const struct outcome_pair *p);

#endif
