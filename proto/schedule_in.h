/*
 * schedule_in.h - what the parts of the schedule share: the records by kind,
 * and where due items are put.
 */
#ifndef PROTO_SCHEDULE_IN_H
#define PROTO_SCHEDULE_IN_H

#include "proto/fold.h"
#include "proto/schedule.h"

enum schedule_list {
	OF_PERSON,
	OF_SERVICE,
	OF_RESPONSE,
	OF_ASSESSMENT,
	OF_TASK,
	OF_PLAN,
	OF_REVIEW,
	OF_CONSENT,
	OF_CONTRACT,
	OF_CLOSURE,
	OF_REFERRAL,
	SCHEDULE_LISTS
};

struct schedule_run {
	const struct catalogue *c;
	const struct calendar *cal;
	struct uuid case_id;
	struct arena *mem;
	struct entries of[SCHEDULE_LISTS];
	const json_t *kase;   /* NULL: its record has not come */
	const json_t *client; /* from here on since schedule_end() */
	const json_t *pack;
	const json_t *kinds; /* items of the code list service_kind */
	const json_t *facts; /* NULL: nobody asked yet */
	bool closed, ended;
	bool died; /* the client, on that day */
	struct date died_on;
	struct due_item *items;
	size_t count, room;
};

static inline bool day_known(const struct date *d)
{
	return d->year != 0;
}

bool text_is(const json_t *body, const char *field, const char *value);

/* A new item at the end of the list. */
struct due_item *schedule_item(struct schedule_run *run, const char *kind,
	const char *code, const char *zh, const char *en) NEVER_NULL;
void item_unknown(
	struct schedule_run *run, struct due_item *d, const char *name);

/* A completed service of a kind that is direct. */
bool is_direct(const struct schedule_run *run, const struct entry *service);
/* The first direct service, or NULL. */
const struct entry *first_direct(const struct schedule_run *run);

/* The newest contract that is in force, or NULL. */
const struct entry *newest_contract(const struct schedule_run *run);

/* The client's birth date, its last possible day; false when not known. */
bool client_birth(const struct schedule_run *run, struct date *out);
/* A day of the case's own record. */
bool case_day(
	const struct schedule_run *run, const char *field, struct date *out);

/* The form a response was filled in by, of its version if that is here. */
const json_t *form_of(
	const struct schedule_run *run, const struct entry *response);

/* The three sources: the pack's periodic items, clocks that run by themselves,
 * days that records name. */
void schedule_pack_items(struct schedule_run *run);
void schedule_clock_items(struct schedule_run *run);
void schedule_owed_items(struct schedule_run *run);

/* ---- one item of a pack: its days ---- */

struct course;

/* `k` times as far from a day as a spec says ({"months":3}); months end on the
 * last day a month has. *missing as in calendar.h, kept when it is set. */
struct date day_shifted(struct schedule_run *run, const struct date *from,
	const json_t *by, int k, int *missing);
/* The day an item starts. False when something it needs is not known, which is
 * added to course->unknown, or did not happen yet. */
bool day_of_start(struct schedule_run *run, const json_t *spec,
	struct date *out, struct course *course);

struct days {
	struct date *list;
	size_t n, room;
};

/* Days on which an item was done, in order, each once. */
struct days days_done(struct schedule_run *run, const json_t *done_by);

/* ---- one item of a pack, walked from its start ---- */

/* One time it fell due; `done` NULL: it was not done. */
typedef void each_time(
	void *ctx, const struct date *due, const struct date *done);

struct course {
	bool applies;      /* the pack asks it of this case */
	bool over;         /* it was done as often as asked */
	bool stopped;      /* the case is over for it */
	struct date since; /* the day its start is reckoned from */
	struct date due;   /* when it is due next */
	struct date from;  /* when its window opens */
	struct date last;  /* when it was done last */
	struct date end;   /* since when it is; year 0: not known */
	int64_t times;     /* how often it was done */
	json_t *unknown;   /* what is missing, an array */
	bool not_yet;      /* it waits for what did not happen yet */
	int calendar_missing;
};

/* `until`: times left out are told up to that day; NULL: none of them is. */
void course_walk(struct schedule_run *run, const json_t *item,
	const struct date *until, each_time *tell, void *ctx,
	struct course *out);

/* ---- follow-ups after closing ---- */

#define AFTER_CLOSE_MAX 8

struct after_close {
	int months;
	struct date due;
	struct date from;
	bool was_done;
	struct date done;
};

/* Those this case is owed; how many. */
size_t after_close_list(const struct schedule_run *run,
	struct after_close out[AFTER_CLOSE_MAX]);
void after_close_label(const struct schedule_run *run, int months,
	const char **zh, const char **en);

#endif
