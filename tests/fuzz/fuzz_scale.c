/*
 * fuzz_scale.c - a description the check lets pass can be scored, whatever is
 * answered.
 *
 * The input is a scale, a line feed, answers, and perhaps a line feed and a
 * wording. Whoever adds a scale is trusted with its meaning, not with the
 * memory of the daemon.
 */
#include "proto/scale_change.h"
#include "proto/scale_fit.h"
#include "proto/scale_wording.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

/* The JSON up to a line feed; NULL when it is none. */
static json_t *next_json(const char **at, const char *end, struct arena *mem)
{
	const char *from = *at;
	const char *stop = memchr(from, '\n', (size_t)(end - from));
	struct err e;

	if (!stop)
		stop = end;
	*at = stop < end ? stop + 1 : end;
	return json_read(
		from, (size_t)(stop - from), &json_limits_body, mem, &e);
}

static void check_result(
	const json_t *scale, const struct scale_result *r, struct arena *mem)
{
	struct scale_change c;
	struct age_span age = {3, 70};

	MUST(r->headline && r->version && r->score_count <= SCALE_SCORES);
	for (size_t i = 0; i < r->score_count; i++)
		MUST(isfinite(r->scores[i].value));
	MUST(r->alert_count <= SCALE_ALERTS);
	MUST(scale_pairs(r, r));
	MUST(json_canonical(scale_result_json(r, mem), mem)[0] == '{');
	scale_change(scale, r->headline->value, r->headline->value + 1, &c);
	MUST(!c.has_rci || isfinite(c.rci.rci));
	MUST(json_canonical(scale_change_json(&c, mem), mem)[0] == '{');
	scale_warnings_json(scale_age_outside(scale, &age), mem);
}

static void score(const json_t *scale, const json_t *answers, struct arena *mem)
{
	const json_t *variants = json_object_get(scale, "variants");
	const json_t *alerts[SCALE_ALERTS];
	struct scale_result r;
	struct err e = {0};

	for (size_t i = 0; i <= json_array_size(variants); i++) {
		const char *code =
			i ? json_str(json_array_get(variants, i - 1), "code")
			  : NULL;

		if (scale_score(scale, code, answers, &r, &e))
			check_result(scale, &r, mem);
		else
			MUST(e.code != ERR_NONE && e.field[0]);
	}
	MUST(scale_item_alerts(scale, answers, alerts) <= SCALE_ALERTS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new();
	const char *at = (const char *)data, *end = at + n;
	json_t *scale = next_json(&at, end, mem), *answers, *wording, *worded;
	struct mistakes found;
	struct err e;

	mistakes_init(&found, mem);
	scale_mistakes(scale, NULL, &found);
	if (found.count == 0) {
		answers = next_json(&at, end, mem);
		wording = next_json(&at, end, mem);
		score(scale, answers, mem);
		worded = scale_with_wording(scale, wording, mem, &e);
		/* What was put on changes no more than words. */
		if (worded) {
			MUST(scale_check(worded, &e));
			score(worded, answers, mem);
		}
	}
	arena_free(mem);
	return 0;
}
