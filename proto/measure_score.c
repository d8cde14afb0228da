/*
 * measure_score.c - scores before and after, of the same person only.
 */
#include "proto/measure_in.h"

#include "proto/scale.h"
#include "proto/scale_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *text_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

const json_t *scale_unrounded(const json_t *scale, struct arena *mem)
{
	json_t *copy = scale ? json_keep(json_deep_copy(scale), mem) : NULL;
	const json_t *scores = json_object_get(copy, "scores");

	for (size_t i = 0; i < json_array_size(scores); i++)
		json_object_set_new(
			json_array_get(scores, i), "decimals", json_integer(6));
	return copy;
}

/* The share of answers that are good, unrounded; NAN where none is scored. */
static double top_box(const json_t *scale, const struct entry *x,
	const struct scale_result *shown, struct arena *mem)
{
	struct scale_result r;
	struct err ignored;

	for (size_t i = 0; i < shown->score_count; i++)
		if (strcmp(shown->scores[i].name, "top_box") == 0 &&
			scale_score(scale_unrounded(scale, mem),
				json_str(x->body, "variant"),
				json_object_get(x->body, "answers"), &r,
				&ignored))
			return r.scores[i].value;
	return (double)NAN;
}

/* False when it cannot be scored: an instrument, version or answer there is
 * not. */
static bool score_one(const struct catalogue *c, const struct entry *x,
	struct arena *mem, struct scored *out)
{
	const char *name = json_str(x->body, "instrument");
	const json_t *scale = name ? scale_of_version(catalogue_scales(c), name,
					     json_str(x->body, "version"))
				   : NULL;
	struct scale_result r;
	struct err ignored;

	memset(out, 0, sizeof(*out));
	if (!scale || !x->dated ||
		!scale_score(scale, json_str(x->body, "variant"),
			json_object_get(x->body, "answers"), &r, &ignored) ||
		!r.headline)
		return false;
	out->instrument = name;
	out->version = r.version;
	out->scale = scale;
	out->value = r.headline->value;
	out->top = top_box(scale, x, &r, mem);
	out->respondent = text_or(json_str(x->body, "respondent"), "");
	out->day = x->day;
	out->baseline = body_is(x->body, "timepoint", "baseline");
	out->id = x->id;
	return true;
}

/* Of the same person by the same ruler: what two scores must share. */
static int by_pair(const struct scored *a, const struct scored *b)
{
	int order = strcmp(a->instrument, b->instrument);

	if (!order)
		order = strcmp(a->who, b->who);
	if (!order)
		order = strcmp(a->version, b->version);
	return order ? order : strcmp(a->respondent, b->respondent);
}

bool scored_alike(const struct scored *a, const struct scored *b)
{
	return by_pair(a, b) == 0;
}

static int by_pair_and_day(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	int order = by_pair(x, y);

	if (!order)
		order = date_cmp(&x->day, &y->day);
	return order ? order : uuid_cmp(&x->id, &y->id);
}

size_t scores_of(const struct catalogue *c, const struct entries *l,
	const char *who, const char *otherwise, struct arena *mem,
	struct scored **out)
{
	size_t n = 0;

	*out = ARENA_ARRAY(mem, struct scored, l->n + 1);
	for (size_t i = 0; i < l->n; i++)
		if (score_one(c, &l->list[i], mem, &(*out)[n]))
			(*out)[n++].who = text_or(
				json_str(l->list[i].body, who), otherwise);
	if (n > 1)
		qsort(*out, n, sizeof(**out), by_pair_and_day);
	return n;
}

/*
 * Among scores that may be compared, in order of their day: the first that is
 * called baseline, else the first; the last that is not. A baseline dated after
 * everything else has nothing to be compared with.
 */
static bool pair_in(const struct scored *list, size_t n, struct pair *out)
{
	const struct scored *first = &list[0], *last = NULL;

	for (size_t i = n; i-- > 0;)
		if (list[i].baseline)
			first = &list[i];
	for (size_t i = 0; i < n; i++)
		if (!list[i].baseline)
			last = &list[i];
	if (!last || date_cmp(&last->day, &first->day) <= 0)
		return false;
	*out = (struct pair){first, last, (int64_t)(last - first) + 1};
	return true;
}

size_t pairs_of(const struct scored *list, size_t n, struct arena *mem,
	struct pair **out)
{
	size_t pairs = 0;

	*out = ARENA_ARRAY(mem, struct pair, n + 1);
	for (size_t i = 0, k; i < n; i = k) {
		k = i + 1;
		while (k < n && scored_alike(&list[i], &list[k]))
			k++;
		pairs += pair_in(list + i, k - i, &(*out)[pairs]);
	}
	return pairs;
}

int pair_way(const struct pair *p)
{
	double change = p->last->value - p->first->value;
	int up = (change > 1e-9) - (change < -1e-9);

	return body_is(p->first->scale, "good", "low") ? -up : up;
}
