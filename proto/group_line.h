/*
 * group_line.h - a group in a line of a list: how many are in it, how many of
 * its sessions were held, and when the next one is.
 */
#ifndef PROTO_GROUP_LINE_H
#define PROTO_GROUP_LINE_H

#include "proto/record.h"

/* All zero at first. */
struct group_line {
	int64_t members; /* who have not left */
	int64_t sessions;
	int64_t held;
	bool planned;
	int64_t next; /* ms since 1970: the first that is planned */
};

/* A record of the group; those that say nothing here are passed over. */
void group_line_add(
	struct group_line *line, const struct record *r, const json_t *body);
/* {"group":record,"members","sessions","held","next":time|null}; takes over
 * the reference to `record`, and returns a new one. */
json_t *group_line_json(
	const struct group_line *line, json_t *TAKES record) NEVER_NULL;

#endif
