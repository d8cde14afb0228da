/*
 * template.h - records made from what a pack prepares: goals of a plan, a group
 * with its sessions. The person changes what they like before or after; what
 * was made is ordinary records.
 */
#ifndef PROTO_TEMPLATE_H
#define PROTO_TEMPLATE_H

#include "proto/base/timeutil.h"
#include "proto/types.h"

/* The goal template of that code in a pack, or NULL. */
const json_t *template_goal(const json_t *pack, const char *code);

/*
 * The codes of the goals a response proposes (docs/packs.md "plan_from"), in
 * the order of the rules and once each; an empty array when the pack proposes
 * none from that form. `facts` are those of a form's rules.
 */
json_t *template_proposed(const json_t *pack, const char *form,
	const json_t *facts, struct arena *mem) NEVER_NULL;

/* The body of a goal record: title, indicator, levels in that language. */
json_t *template_goal_body(
	const json_t *goal, enum lang lang, struct arena *mem) NEVER_NULL;

/* The group template of that code and the pack it stands in, or NULL. */
const json_t *template_group(
	const struct catalogue *c, const char *code, const char **pack);

/* The body of a group record in preparation, beginning on `opened`. */
json_t *template_group_body(const json_t *group, const char *pack,
	const struct date *opened, enum lang lang,
	struct arena *mem) NEVER_NULL;
/* The body of its i-th session (from 0), planned a week after the one before,
 * at two in the afternoon. NULL past the last. */
json_t *template_session_body(const json_t *group, size_t i,
	const struct date *opened, enum lang lang, struct arena *mem);

#endif
