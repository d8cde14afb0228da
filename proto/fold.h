/*
 * fold.h - a case's records, taken in any order, folded into what they say
 * together: the bookkeeping that summary, schedule and measures share.
 *
 * Records come in whatever order a database or a station has them. What is
 * folded therefore only asks "the newest of", "how many" and "in order of their
 * day"; ties are broken by record id, so that every copy says the same.
 */
#ifndef PROTO_FOLD_H
#define PROTO_FOLD_H

#include "proto/record.h"

/*
 * When a field says something was: an instant, or the first one of a day where
 * our users live. Texts cannot be compared instead: the same instant is written
 * in many ways. False when the field has no such value.
 */
bool fold_moment(const json_t *body, const char *field, int64_t *at);

/* The day a field names; of a date known in part the last it may be (2014-02 is
 * 2014-02-28), of an instant the day where our users live. */
bool fold_day(const json_t *body, const char *field, struct date *out);

/* One more place at the end of a list of n things of `size` bytes, in room
 * that doubles. The list it returns takes the place of `list`. */
void *fold_grown(
	struct arena *mem, void *list, size_t n, size_t *room, size_t size);

/* The newest (or first) of something: by its moment, then by id. */
struct newest {
	bool found;
	int64_t at; /* ms since 1970 UTC */
	struct uuid id;
	const json_t *body;
};

/* sign: +1 keeps the later moment, -1 the earlier one. True when it was kept.
 */
bool newest_keep(struct newest *n, int sign, int64_t at, const struct record *r,
	const json_t *body);

/* Records of a kind, to be put in order of their moment and id; those without
 * a moment come first. */
struct entry {
	struct uuid id;
	bool dated;
	int64_t at;
	struct date day; /* where our users live */
	bool is_signed;
	const json_t *body;
};

/* How many times over one person may have been found to be another. */
#define PERSON_STEPS 8

struct entries {
	struct entry *list;
	size_t n, room;
};

/* `field` is the one that says when; NULL: none does. */
void entries_add(struct entries *l, struct arena *mem, const struct record *r,
	const json_t *body, const char *field);
void entries_sort(struct entries *l);
/* Which records a fold keeps, in which of its lists, and the field that says
 * when they were. */
struct kept_type {
	const char *type;
	int list;
	const char *when; /* NULL: none does */
};
bool kept_uses(const struct kept_type *kept, size_t n, const char *type);
/* Adds it to the list of its type, if it is kept. */
void kept_add(const struct kept_type *kept, size_t n, struct entries *lists,
	struct arena *mem, const struct record *r, const json_t *body);

/* The body of the record of that id (as text), or NULL. */
const json_t *entries_find(const struct entries *l, const char *id);
/* The client of a case among its persons: who the case names, or, where that
 * person was found to be somebody on file already, that one. */
const json_t *entries_client(const struct entries *persons, const json_t *kase);

#endif
