/*
 * measure_in.h - what the parts of the measures share: the records by kind, and
 * where results are put.
 */
#ifndef PROTO_MEASURE_IN_H
#define PROTO_MEASURE_IN_H

#include "proto/fold.h"
#include "proto/measure.h"
#include "proto/pairs.h"

enum measure_list {
	M_PERSON,
	M_STAFF,
	M_SERVICE,
	M_RESPONSE,
	M_ASSESSMENT,
	M_SEGMENT,
	M_MEMBER,
	M_REVIEW,
	M_SUPERVISION,
	M_PLAN,
	M_GOAL,
	M_NEED,
	M_TASK,
	M_REFERRAL,
	M_APPLICATION,
	M_DOCUMENT,
	M_CONTRACT,
	M_SCREENING,
	MEASURE_LISTS
};

struct measure_run {
	const struct catalogue *c;
	const struct calendar *cal;
	struct uuid case_id;
	struct date asked; /* the day asked for */
	struct arena *mem;
	struct entries of[MEASURE_LISTS];
	const json_t *kase;
	struct schedule_run *schedule;
	const struct schedule *due; /* from here on since measure_end() */
	const json_t *client;
	const json_t *pack;
	struct date today; /* the day asked for, or the closing day */
	json_t *out;       /* measures by name */
	json_t *gaps;
	json_t *coverage;
};

/* ---- results: one measure each; a name measure.def does not have ends the
 * program ---- */

void put(json_t *out, const char *name, json_t *TAKES v);
void put_count(json_t *out, const char *name, int64_t n);
/* Rounded half up to two decimals; a whole one is an integer. */
void put_number(json_t *out, const char *name, double v);
/* a ÷ b in per cent; nothing when b is 0. */
void put_share(json_t *out, const char *name, double a, double b);
json_t *rounded(double v);

/* A set of texts in the order of a code list, or of the texts (list NULL). */
void set_add(json_t *set, const char *text);
bool set_has(const json_t *set, const char *text);
json_t *set_sorted(const json_t *set, const struct code_list *list);

bool body_is(const json_t *body, const char *field, const char *value);
int64_t days_between(const struct date *from, const struct date *to);

/* The first direct service, its day; NULL when there is none. */
const struct entry *measure_first_service(const struct measure_run *run);
bool measure_is_service(const struct measure_run *run, const struct entry *x);

/* The parts; each puts its measures. */
void measure_services(struct measure_run *run);
void measure_settings(struct measure_run *run);
void measure_people(struct measure_run *run);
void measure_coverage(struct measure_run *run);
void measure_goals(struct measure_run *run);
void measure_needs(struct measure_run *run);
void measure_work(struct measure_run *run);

/* The group's own record; NULL: it has not come. */
const json_t *measure_group_body(const struct measure_group *run);

/* The instrument with more decimals than it shows, for what is reckoned from
 * its scores and rounded once. NULL for NULL. */
const json_t *scale_unrounded(const json_t *scale, struct arena *mem);

#endif
