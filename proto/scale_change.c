/*
 * scale_change.c - see scale_change.h.
 */
#include "proto/scale_change.h"

#include <math.h>
#include <string.h>

struct rci rci_of(double sd, double r, double before, double after)
{
	struct rci out;

	out.sem = sd * sqrt(1 - r);
	out.sdiff = sqrt(2) * out.sem;
	out.threshold = RCI_CRITICAL * out.sdiff;
	out.rci = (after - before) / out.sdiff;
	out.reliable = fabs(out.rci) > RCI_CRITICAL;
	return out;
}

static double number_in(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static struct change_points points_of(
	const json_t *change, const char *key, double points)
{
	struct change_points out;

	out.json = json_object_get(change, key);
	/* Scores have four decimals at most; a sum of them may be a hair off.
	 */
	out.reached =
		out.json && points + 1e-9 >= number_in(out.json, "points");
	return out;
}

static enum change_way way_of(const json_t *scale, double change)
{
	const char *good = json_str(scale, "good");
	bool high = good && strcmp(good, "high") == 0;

	if (fabs(change) < 1e-9)
		return CHANGE_NONE;
	return (change > 0) == high ? CHANGE_BETTER : CHANGE_WORSE;
}

double change_cutoff(double mean, double sd, double norm_mean, double norm_sd)
{
	return (norm_sd * mean + sd * norm_mean) / (norm_sd + sd);
}

static bool enough(const struct change_own *own)
{
	return own && own->n >= OWN_BASELINES && own->sd > 0;
}

static double cutoff_of(const json_t *change, const struct change_own *own)
{
	const json_t *points = json_object_get(change, "cutoff");
	const json_t *norm = json_object_get(change, "norm");

	if (points)
		return number_in(points, "points");
	return norm && enough(own)
		       ? change_cutoff(own->mean, own->sd,
				 number_in(norm, "mean"), number_in(norm, "sd"))
		       : (double)NAN;
}

/* From one side of the cut-off to the other; what stands on it is trouble where
 * low is good, and none where high is. */
static bool crossed(const struct scale_change *c)
{
	bool low = c->after < c->before;

	if (isnan(c->cutoff))
		return false;
	return low ? c->before >= c->cutoff && c->after < c->cutoff
		   : c->before < c->cutoff && c->after >= c->cutoff;
}

static enum change_class class_of(const struct scale_change *c)
{
	if (!c->by)
		return CLASS_UNKNOWN;
	if (!c->reliable || c->way == CHANGE_NONE)
		return CLASS_UNCHANGED;
	if (c->way == CHANGE_WORSE)
		return CLASS_DETERIORATED;
	return crossed(c) ? CLASS_RECOVERED : CLASS_IMPROVED;
}

static void reckon_rci(struct scale_change *out, const struct change_own *own)
{
	out->has_rci = json_object_get(out->json, "r") != NULL;
	if (!out->has_rci)
		return;
	out->own = enough(own);
	out->rci = rci_of(out->own ? own->sd : number_in(out->json, "sd"),
		number_in(out->json, "r"), out->before, out->after);
	out->by = "rci";
	out->reliable = out->rci.reliable;
}

void scale_change_own(const json_t *scale, const struct change_own *own,
	double before, double after, struct scale_change *out)
{
	const json_t *change = json_object_get(scale, "change");
	double points = fabs(after - before);

	memset(out, 0, sizeof(*out));
	out->scale = scale;
	out->before = before;
	out->after = after;
	out->way = way_of(scale, after - before);
	out->json = change;
	out->rule = points_of(change, "rule", points);
	out->mcid = points_of(change, "mcid", points);
	reckon_rci(out, own);
	if (out->rule.json) {
		out->by = "rule";
		out->reliable = out->rule.reached;
	}
	out->cutoff = cutoff_of(change, own);
	out->cls = class_of(out);
}

void scale_change(const json_t *scale, double before, double after,
	struct scale_change *out)
{
	scale_change_own(scale, NULL, before, after, out);
}

const char *change_class_name(enum change_class c)
{
	static const char *const names[CHANGE_CLASSES] = {
		[CLASS_UNKNOWN] = "unknown",
		[CLASS_RECOVERED] = "recovered",
		[CLASS_IMPROVED] = "improved",
		[CLASS_UNCHANGED] = "unchanged",
		[CLASS_DETERIORATED] = "deteriorated",
	};

	return names[c];
}

const char *change_way_name(enum change_way w)
{
	static const char *const names[] = {
		[CHANGE_NONE] = "none",
		[CHANGE_BETTER] = "better",
		[CHANGE_WORSE] = "worse",
	};

	return names[w];
}

/* ---- as JSON ---- */

static json_t *two_decimals(double v)
{
	double rounded = floor(v * 100 + 0.5 + 1e-9) / 100;

	if (rounded == floor(rounded))
		return json_integer((json_int_t)rounded);
	return json_real(rounded);
}

static void add_points(
	json_t *out, const char *key, const struct change_points *p)
{
	if (p->json)
		json_object_set_new(out, key,
			json_pack("{s:O, s:s, s:b}", "points",
				json_object_get(p->json, "points"), "source",
				json_str(p->json, "source"), "reached",
				p->reached));
}

static void add_rci(json_t *out, const struct scale_change *c)
{
	if (c->has_rci)
		json_object_set_new(out, "rci",
			json_pack("{s:o, s:o, s:O, s:O, s:s, s:s, s:b}",
				"value", two_decimals(c->rci.rci), "threshold",
				two_decimals(c->rci.threshold), "sd",
				json_object_get(c->json, "sd"), "r",
				json_object_get(c->json, "r"), "r_kind",
				json_str(c->json, "r_kind"), "source",
				json_str(c->json, "source"), "reliable",
				c->rci.reliable));
}

json_t *scale_change_json(const struct scale_change *c, struct arena *mem)
{
	json_t *out = json_pack("{s:o, s:o, s:o, s:s, s:o, s:s?}", "before",
		two_decimals(c->before), "after", two_decimals(c->after),
		"change", two_decimals(c->after - c->before), "way",
		change_way_name(c->way), "reliable",
		c->by ? json_boolean(c->reliable) : json_null(), "by", c->by);

	add_rci(out, c);
	add_points(out, "rule", &c->rule);
	add_points(out, "mcid", &c->mcid);
	return json_keep(out, mem);
}
