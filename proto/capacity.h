/*
 * capacity.h - who could take a request from the menu, and whether the day has
 * room for it.
 *
 * Demand meets supply by two numbers people can check: how many requests each
 * provider of the site has in hand, and how many of the item were taken up
 * today against the number the site offers a day (capacity_day). A proposal,
 * nothing more: a person names the provider.
 */
#ifndef PROTO_CAPACITY_H
#define PROTO_CAPACITY_H

#include "proto/record.h"

struct capacity_run;

struct provider {
	struct uuid id;
	const char *name; /* in the record that was added */
	int64_t open;     /* accepted or in progress, theirs */
	int64_t today;    /* taken up today, ended or not */
};

struct capacity {
	const struct provider *providers; /* the least loaded first */
	size_t n;
	int64_t taken; /* of the item, today */
	int64_t limit; /* capacity_day; < 0: the item names none */
	bool full;
};

/* For one item of a site (ids as text, `item` may be NULL) on a day where our
 * users live. */
struct capacity_run *capacity_begin(const char *site, const char *item,
	const struct date *today, struct arena *mem) NEVER_NULL;
/* Adds a staff record, the item's own, or a request; others are passed over.
 * `body` must outlive the run; order does not matter. */
void capacity_add(
	struct capacity_run *run, const struct record *r, const json_t *body);
/* Owned by the run's arena. Once, after the last record. */
struct capacity capacity_end(struct capacity_run *run);

/* {"providers":[{"staff","name","open","today"}],"taken","capacity"|null,
 * "full"}; a new reference. */
json_t *capacity_json(const struct capacity *k) NEVER_NULL;

#endif
