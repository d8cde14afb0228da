/*
 * scale_in.h - what the files of the scoring engine share, and nobody else
 * sees: scale_answers.c fills a sheet, scale.c makes the scores of it.
 */
#ifndef PROTO_SCALE_IN_H
#define PROTO_SCALE_IN_H

#include "proto/scale.h"

/* What was answered, ready for sums. Of a goal, x is the level reached. */
struct sheet {
	const json_t *scale;
	size_t n;
	int given[SCALE_ANSWERS];
	int x[SCALE_ANSWERS]; /* as it counts: reversed, or right 1, wrong 0 */
	int w[SCALE_ANSWERS];
	bool counts[SCALE_ANSWERS];
};

/*
 * Everything that can be wrong with answers is found here: the item is the
 * field, and what it takes stands beside it.
 */
bool scale_read_sheet(struct sheet *s, const json_t *scale,
	const json_t *answers, struct err *e) MUST_CHECK;

/* What was given and can be taken; the other items do not count. */
void scale_read_given(
	struct sheet *s, const json_t *scale, const json_t *answers);

const json_t *scale_item_at(const json_t *scale, size_t i);
/* The options an item names, or NULL. */
const json_t *scale_options(const json_t *scale, const char *name);
/* Whether an option counts; one that means "does not apply" does not. */
bool scale_option_counts(const json_t *option);
/* What an item takes: "0, 1, 2, 3" or, without options, "0-9". */
void scale_describe(
	const json_t *options, const json_t *limits, char *out, size_t room);
/* The member of a list of objects whose `key` is `want`, or NULL. */
const json_t *scale_find(const json_t *list, const char *key, const char *want);
bool scale_lists(const json_t *texts, const char *text);

#endif
