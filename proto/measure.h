/*
 * measure.h - what the records of a case or a group amount to.
 *
 * One table, measure.def, says what each measure is called, what it counts and
 * how; packs judge themselves by it. The results are plain facts of one case or
 * group: whoever adds them up over many keeps the rules on small numbers.
 */
#ifndef PROTO_MEASURE_H
#define PROTO_MEASURE_H

#include "proto/schedule.h"

enum measure_of { MEASURE_CASE, MEASURE_GROUP, MEASURE_PROGRAMME };

struct measure {
	const char *name;
	enum measure_of of;
	enum field_kind kind; /* KIND_JSON: an object or an array */
	const char *codes;    /* the list its codes are of, or NULL */
	const char *unit;     /* "%", "days" …; "" when it has none */
	const char *needs;    /* record types it reads, with blanks between */
	const char *zh, *en;
	const char *formula;
};

extern const struct measure measures[];
extern const size_t measure_count;

/* By its name, or a path into it ("needs.economic.last"); NULL when there is
 * no such measure. */
const struct measure *measure_find(const char *path);

/* ---- a case ---- */

struct measure_run;

/*
 * Starts the measures of one case on a day (for a closed case its closing day
 * counts instead, but for what is overdue). `cal` may be NULL.
 */
struct measure_run *measure_begin(const struct catalogue *c,
	const struct calendar *cal, const struct uuid *case_id,
	const struct date *on, struct arena *mem) NEVER_NULL;
/* True when records of that type can change a measure of a case. */
bool measure_uses(const struct rtype *t);
/*
 * Adds a record of the case, a letter about it, or one of the persons and
 * staff it names. Order does not matter; `body` must outlive the run. What the
 * reader sees is measured, restricted records too; only what falls due leaves
 * them out (schedule.h).
 */
void measure_add(
	struct measure_run *run, const struct record *r, const json_t *body);
/*
 * {"measures":{…},"gaps":[{"code","zh","en","unknown":[…]}],"coverage":{…}},
 * owned by the run's arena. Once, after the last record. A gap with `unknown`
 * could not be judged, because of these measures. Coverage is null without a
 * pack that asks for it, else {"rows":{"codes","items":[…]},"columns":{…},
 * "cells":[[n,…],…],"empty":n}; zh and en stand in the items.
 */
json_t *measure_end(struct measure_run *run);
/* What falls due in the case, after measure_end(). */
const struct schedule *measure_schedule(const struct measure_run *run);

/* ---- a programme over many cases ---- */

struct measure_group;
struct measure_programme;

/* The roll-up of a pack's cases and groups; `pack` is its name. */
struct measure_programme *measure_programme_begin(const struct catalogue *c,
	const char *pack, struct arena *mem) NEVER_NULL;
/* Adds a case after measure_end(), or a group by what measure_group_end() gave;
 * those of other programmes add nothing. Neither is needed afterwards. */
void measure_programme_add(
	struct measure_programme *p, const struct measure_run *run);
void measure_programme_add_group(struct measure_programme *p,
	const struct measure_group *run, const json_t *result);
/*
 * {"measures":{"cases":…,"funnel":{"referred","reached","assessed","eligible",
 * "enrolled","left":{"reached":{reason:n}…}},…},"rolled":{NAME:{"n","sum",
 * "mean"}…},"by_setting":{SETTING:{"visits","persons","days"}…}}: the measures
 * of a programme, and of each number of its cases and groups how many have it,
 * their sum and their mean (of yes and no: how many yes, and the share in per
 * cent). Only cases that were opened are rolled up. Persons are told apart
 * across cases.
 */
json_t *measure_programme_end(struct measure_programme *p);

/* ---- a group ---- */

/* The same of a group (docs/packs.md "groups"): its record, participants,
 * sessions, attendances and assessments. {"measures":{…}}. */
struct measure_group *measure_group_begin(const struct catalogue *c,
	const struct uuid *group_id, struct arena *mem) NEVER_NULL;
void measure_group_add(
	struct measure_group *run, const struct record *r, const json_t *body);
json_t *measure_group_end(struct measure_group *run);

#endif
