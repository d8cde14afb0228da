/*
 * view.h - what the person sees: the centre's copy with the own work on it.
 *
 * Nothing of this is stored. A record is shown as the centre last sent it,
 * with every change of the outbox merged into it by the very rules the centre
 * will use, and so are changes the centre has taken but not yet sent back.
 * Where an own change no longer fits what stands, the centre's value is shown,
 * as it will stand until a person settles the conflict.
 */
#ifndef CLIENT_VIEW_H
#define CLIENT_VIEW_H

#include "client/store/store.h"
#include "proto/calendar.h"
#include "proto/phase.h"

struct view;

/* A view is good until the store changes; it belongs to mem. */
struct view *view_new(struct store *s, struct arena *mem) NEVER_NULL;
struct store *view_store(struct view *v);
/* Of the person signed in here, a member such as `staff` or `site`; nil when
 * nobody is. */
struct uuid view_reader(struct view *v, const char *member);

struct seen {
	struct record r;  /* ver 0: the centre has not taken it yet */
	json_t *body;     /* with the own work on it; belongs to mem */
	const char *type; /* also when the catalogue does not know it */
	struct uuid unit;
	size_t waiting; /* own changes the centre has not answered */
	bool collides;  /* one of them no longer fits what stands */
};

/* ERR_NOT_FOUND when there is no such record here. */
bool view_record(struct view *v, const struct uuid *id, struct arena *mem,
	struct seen *out, struct err *e) MUST_CHECK;

/* Ids of a unit's records, made ones included, in order of id; with a case's,
 * those of the letters about it. */
struct uuid *view_unit(
	struct view *v, const struct uuid *unit, struct arena *mem, size_t *n);
/* Ids of the roots of a kind of unit (`case`, `group`), made ones included, in
 * order of id. */
struct uuid *view_roots(
	struct view *v, const char *type, struct arena *mem, size_t *n);
struct uuid *view_cases(struct view *v, struct arena *mem, size_t *n);
/* Ids of the records of a type wherever they are, made ones included, in order
 * of id. */
struct uuid *view_of_type(
	struct view *v, const char *type, struct arena *mem, size_t *n);
/* Calls tell for every record a case amounts to: its own, the letters about it,
 * its client and its manager. */
typedef void view_each(void *ctx, const struct seen *one);
bool view_case(struct view *v, const struct uuid *case_id, struct arena *mem,
	view_each *tell, void *ctx, struct err *e) MUST_CHECK;
/* Which days are worked, from the directory. */
const struct calendar *view_calendar(struct view *v) NEVER_NULL;
/* The line of one case (docs/wire.md "Summary"). */
bool view_summary(struct view *v, const struct uuid *case_id, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;
/* What is on file in a case, for the gates between phases. */
bool view_facts(struct view *v, const struct uuid *case_id,
	struct phase_facts *out, struct err *e) MUST_CHECK;

/* The last own change on a record the centre has not answered, or NULL. */
const struct work *view_last_waiting(struct view *v, const struct uuid *rec);

#endif
