/*
 * schedule.h - what falls due in a case, folded from its records and its pack.
 *
 * Two sources: what people agreed on in records (a task, the next visit, a
 * plan's review …) and what the programme's pack asks for (first contact,
 * periodic reviews, follow-ups after closing …; docs/packs.md). Nothing here
 * looks at a clock: what is due does not depend on the day on which one asks,
 * so the centre can keep the answer and a station finds the same. Lateness is
 * the reader's to reckon.
 *
 * Restricted records take no part, for the reason summary.h gives: everybody
 * who sees the case is to read the same worklist.
 */
#ifndef PROTO_SCHEDULE_H
#define PROTO_SCHEDULE_H

#include "proto/calendar.h"
#include "proto/record.h"

struct schedule_run;

/* The days a person reads; a day that is not known has the year 0. */
struct due_item {
	const char *kind; /* schedule after_close first_contact clock consent
			     assent contract plan review task response service
			     visit contact_try referral closing */
	const char *code; /* the pack's code, else like the kind */
	const char *zh, *en;
	struct date due;
	int64_t due_at;        /* ms since 1970 of a clock of hours; 0: a day */
	struct date from;      /* from here on it may be done */
	struct date last_done; /* of an item that comes again */
	int64_t times;         /* how often it was done, or tried */
	const json_t *unknown; /* names of what is missing; an empty array when
				  nothing is. Then `due` may not be known */
	int calendar_missing;  /* the year whose calendar is not here, or 0 */
	struct uuid record;    /* the record it comes from, or nil */
	const char *text;      /* of that record: a task's title, or NULL */
	const char *form;      /* the form that does it, or NULL */
};

/* In order of the day due, those not known last. */
struct schedule {
	const struct due_item *items;
	size_t n;
};

/* Starts the schedule of one case; `cal` may be NULL (calendar.h). */
struct schedule_run *schedule_begin(const struct catalogue *c,
	const struct calendar *cal, const struct uuid *case_id,
	struct arena *mem) NEVER_NULL;
/* True when records of that type can change the schedule. */
bool schedule_uses(const struct rtype *t);
/* Adds a record of the case, of its client, or a letter about it. Order does
 * not matter; `body` must outlive the run. */
void schedule_add(
	struct schedule_run *run, const struct record *r, const json_t *body);
/* What stands open, owned by the run's arena. Once, after the last record. */
const struct schedule *schedule_end(struct schedule_run *run);

/* The first item whose day is known, or NULL. */
const struct due_item *schedule_next(const struct schedule *s);
/* Whole days `on` lies after the due day; 0: not late. Overdue counts from the
 * end of the due day. */
int64_t due_days_late(const struct due_item *d, const struct date *on);
/* The array docs/wire.md calls `due`. */
json_t *schedule_json(const struct schedule *s, struct arena *mem) NEVER_NULL;

/* ---- whether it was done in time ---- */

struct kept {
	const char *code;
	const char *zh, *en;
	int64_t due;  /* how often it fell due in the year, up to `on` */
	int64_t done; /* of these, by their day */
	int64_t late; /* after their day, before the next */
	int64_t missing;
};

/*
 * What the pack's schedule and the follow-ups after closing asked of a calendar
 * year, item by item and in all; after schedule_end(). What is not due yet on
 * the day `on` counts only when it was done. An item that comes again and was
 * left out is missing once for every time it would have been due.
 */
size_t schedule_completeness(struct schedule_run *run, int year,
	const struct date *on, const struct kept **items, struct kept *total);

/* ---- ages ---- */

/*
 * The day a person turns so many years old. Who was born on 29 February turns
 * on 1 March in common years: the year is complete only at the end of 28
 * February, and where the law protects the younger (PIPL art. 28: under 14) the
 * later day is the careful one. date_age() counts the same way.
 */
struct date birthday(const struct date *birth, int years);

#endif
