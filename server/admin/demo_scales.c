/*
 * demo_scales.c - see demo_scales.h.
 */
#include "server/admin/demo_scales.h"

#include "proto/scale.h"

#include <math.h>
#include <string.h>

/* clang-format off */
static const struct score_model models[] = {
	/*         before  sd    after sd   r   shift */
	{"ssrs",   28.0,  6.5,   6.8,    .70,   4.8},
	{"sas",    52.0,  8.5,   8.0,    .60,  -6.0},
	{"sds",    52.0,  9.0,   8.5,    .60,  -5.5},
	{"phq9",    9.5,  5.2,   4.8,    .60,  -4.0},
	{"gad7",    8.5,  4.5,   4.2,    .60,  -3.2},
	{"who5",   44.0, 18.0,  17.0,    .55,  11.0},
	{"apgar",   5.4,  2.2,   2.0,    .60,   1.2},
	{"psss",   50.0, 11.0,  10.5,    .65,   6.0},
	{"sdss",    7.6,  3.6,   3.4,    .75,  -1.8},
};
/* clang-format on */

const struct score_model *scales_model(const char *instrument)
{
	for (size_t i = 0; i < ARRAY_LEN(models); i++)
		if (strcmp(models[i].instrument, instrument) == 0)
			return &models[i];
	return NULL;
}

void scales_pair(const struct score_model *m, struct rng *r, double *before,
	double *after)
{
	double x = rng_normal(r), y = rng_normal(r);

	*before = m->before + m->before_sd * x;
	*after = m->before + m->shift +
		 m->after_sd * (m->r * x + sqrt(1 - m->r * m->r) * y);
}

/* ---- answers ---- */

struct item {
	const char *no;
	int low, high; /* of the answer */
	bool reverse;
	int left_out; /* the answer that means "not applicable"; 0: none */
	bool skipped;
	int value; /* as it counts: a reversed answer is turned round */
};

struct sheet {
	struct item items[SCALE_ANSWERS];
	size_t n;
};

static void read_options(struct item *it, const json_t *options)
{
	bool first = true;

	for (size_t i = 0; i < json_array_size(options); i++) {
		const json_t *o = json_array_get(options, i);
		int v = (int)json_int(o, "value", 0);

		if (json_object_get(o, "applicable") &&
			!json_flag(o, "applicable")) {
			it->left_out = v;
			continue;
		}
		it->low = first || v < it->low ? v : it->low;
		it->high = first || v > it->high ? v : it->high;
		first = false;
	}
}

/* A sheet that is drawn points to no risk: an answer that raises a flag is a
 * story, and stands where that is told. */
static void spare_alerts(struct sheet *s, const json_t *scale)
{
	const json_t *alerts = json_object_get(scale, "alerts");

	for (size_t i = 0; i < json_array_size(alerts); i++) {
		const json_t *a = json_array_get(alerts, i);
		const char *no = json_str(a, "item");

		for (size_t k = 0; no && k < s->n; k++)
			if (strcmp(s->items[k].no, no) == 0 &&
				json_str(a, "flag"))
				s->items[k].high =
					(int)json_int(a, "from", 1) - 1;
	}
}

static void read_sheet(struct sheet *s, const json_t *scale)
{
	const json_t *items = json_object_get(scale, "items");
	const json_t *options = json_object_get(scale, "options");

	memset(s, 0, sizeof(*s));
	for (; s->n < json_array_size(items) && s->n < SCALE_ANSWERS; s->n++) {
		const json_t *j = json_array_get(items, s->n);
		const char *set = json_str(j, "options");
		struct item *it = &s->items[s->n];

		it->no = json_str(j, "no");
		it->low = (int)json_int(j, "min", 0);
		it->high = (int)json_int(j, "max", 0);
		it->reverse = json_flag(j, "reverse");
		if (set)
			read_options(it, json_object_get(options, set));
	}
	spare_alerts(s, scale);
}

static bool is_named(const json_t *list, const char *no)
{
	return !list || json_holds(list, no);
}

/* Gives the named items (all when `names` is NULL) values that add up to
 * `wanted`, or as near as they can: one step at a time, on a random item. */
static void spread(
	struct sheet *s, const json_t *names, int wanted, struct rng *r)
{
	struct item *used[SCALE_ANSWERS];
	size_t n = 0;
	int sum = 0, low = 0, high = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct item *it = &s->items[i];

		if (it->skipped || !is_named(names, it->no))
			continue;
		used[n++] = it;
		it->value = it->low;
		sum += it->low;
		low += it->low;
		high += it->high;
	}
	wanted = wanted < low ? low : wanted > high ? high : wanted;
	while (sum < wanted) {
		struct item *it = used[rng_below(r, n)];

		if (it->value < it->high) {
			it->value++;
			sum++;
		}
	}
}

/* A sub-score's part of the total: SSRS draws 30 % of what lies above the
 * least from objective support, 50 % from subjective, 20 % from its use. */
static double share_of(const json_t *score)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = {
		{"objective",   .30},
                {"subjective",  .50},
                {"utilization", .20}
        };

	for (size_t i = 0; i < ARRAY_LEN(shares); i++)
		if (strcmp(shares[i].name, json_str(score, "name")) == 0)
			return shares[i].share;
	return 1;
}

static const json_t *score_named(const json_t *scale, const char *name)
{
	const json_t *scores = json_object_get(scale, "scores");

	for (size_t i = 0; i < json_array_size(scores); i++)
		if (strcmp(json_str(json_array_get(scores, i), "name"), name) ==
			0)
			return json_array_get(scores, i);
	die("demo: an instrument has no score '%s'", name);
}

struct part {
	const json_t *score;
	int low, high, want;
};

/* Parts that hit an end leave the rest to those with room. */
static void settle(struct part *parts, size_t n, int wanted)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += parts[i].want;
	for (bool moved = true; sum != wanted && moved;) {
		int step = sum < wanted ? 1 : -1;

		moved = false;
		for (size_t i = 0; i < n && sum != wanted; i++) {
			int next = parts[i].want + step;

			if (next < parts[i].low || next > parts[i].high)
				continue;
			parts[i].want = next;
			sum += step;
			moved = true;
		}
	}
}

/* Gives each part of a sum its share. */
static void spread_parts(struct sheet *s, const json_t *scale,
	const json_t *total, int wanted, struct rng *r)
{
	const json_t *of = json_object_get(total, "of");
	int above = wanted - (int)json_int(total, "min", 0);
	struct part parts[SCALE_SCORES];
	size_t n = 0;

	for (; n < json_array_size(of) && n < SCALE_SCORES; n++) {
		struct part *p = &parts[n];

		p->score = score_named(
			scale, json_string_value(json_array_get(of, n)));
		p->low = (int)json_int(p->score, "min", 0);
		p->high = (int)json_int(p->score, "max", 0);
		p->want = p->low + (int)lround(share_of(p->score) * above);
		p->want = p->want < p->low    ? p->low
			  : p->want > p->high ? p->high
					      : p->want;
	}
	settle(parts, n, wanted);
	for (size_t i = 0; i < n; i++)
		spread(s, json_object_get(parts[i].score, "items"),
			parts[i].want, r);
}

/* What the sum must be for the headline score to come out as wanted. */
static void fill(
	struct sheet *s, const json_t *scale, double wanted, struct rng *r)
{
	const json_t *score = score_named(scale, json_str(scale, "headline"));
	const char *how = json_str(score, "do");

	if (strcmp(how, "times") == 0) {
		wanted /= json_number_value(json_object_get(score, "by"));
		wanted = ceil(wanted);
		score = score_named(scale, json_str(score, "of"));
		how = json_str(score, "do");
	}
	if (strcmp(how, "add") == 0)
		spread_parts(s, scale, score, (int)lround(wanted), r);
	else
		spread(s, json_object_get(score, "items"), (int)lround(wanted),
			r);
}

json_t *scales_answers(const struct catalogue *c, const char *instrument,
	double wanted, size_t not_applicable, struct rng *r, struct arena *mem)
{
	const json_t *scale = catalogue_scale(c, instrument);
	json_t *out = json_keep(json_array(), mem);
	struct sheet s;

	if (!scale)
		die("demo: no instrument '%s'", instrument);
	read_sheet(&s, scale);
	for (size_t i = 0; i < s.n && not_applicable; i++)
		if (s.items[i].left_out) {
			s.items[i].skipped = true;
			not_applicable--;
		}
	fill(&s, scale, wanted, r);
	for (size_t i = 0; i < s.n; i++) {
		const struct item *it = &s.items[i];
		int answer = it->reverse ? it->low + it->high - it->value
					 : it->value;

		json_array_append_new(
			out, json_integer(it->skipped ? it->left_out : answer));
	}
	return out;
}
