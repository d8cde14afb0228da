/*
 * scale_change.h - whether two scores of one person differ by more than the
 * instrument's own noise.
 *
 * Jacobson NS, Truax P. J Consult Clin Psychol 1991;59:12-19:
 *   SEM = SD·√(1−r)   S_diff = √2·SEM   RCI = (after − before) ÷ S_diff
 * and a change is reliable where |RCI| > 1.96. Where a rule in points was
 * published for the instrument (PHQ-9 ≥ 6, GAD-7 ≥ 4), it decides and is named
 * as such; RCI stands beside it.
 */
#ifndef PROTO_SCALE_CHANGE_H
#define PROTO_SCALE_CHANGE_H

#include "proto/scale.h"

#define RCI_CRITICAL 1.96 /* two-sided 95 % of a normal distribution */

struct rci {
	double sem;
	double sdiff;
	double threshold; /* points that are just not reliable yet */
	double rci;
	bool reliable;
};

/*
 * SD above 0; r, of retest or alpha, at least 0 and below 1. A programme with
 * 30 baselines or more gives its own SD (docs: reference of outcomes).
 */
struct rci rci_of(double sd, double r, double before, double after);

/* How many baselines of one's own say more about the spread than a publication.
 */
#define OWN_BASELINES 30

/* Baselines of the same instrument and version, of one programme or site. */
struct change_own {
	size_t n;
	double mean, sd;
};

/*
 * What became of somebody (Jacobson and Truax): recovered is a reliable change
 * for the better across the cut-off between those with and without the trouble.
 * The cut-off is the published one (`cutoff`), or, where the spread of people
 * without it was published (`norm`) and there are own baselines enough,
 * c = (S₀·M₁ + S₁·M₀) ÷ (S₀+S₁), 0 without, 1 with it. Without a cut-off nobody
 * recovers, they improve.
 */
enum change_class {
	CLASS_UNKNOWN, /* nothing says what is reliable */
	CLASS_RECOVERED,
	CLASS_IMPROVED,
	CLASS_UNCHANGED,
	CLASS_DETERIORATED,
	CHANGE_CLASSES
};

enum change_way { CHANGE_NONE, CHANGE_BETTER, CHANGE_WORSE };

/* A number of points somebody published, and whether the change reaches it. */
struct change_points {
	const json_t *json; /* {points, source}; NULL: none was published */
	bool reached;
};

struct scale_change {
	const json_t *scale;
	double before;
	double after;
	enum change_way way; /* by the instrument's direction of good */
	const json_t *json;  /* the instrument's `change`, or NULL */
	bool has_rci;        /* an SD and a reliability are known */
	struct rci rci;      /* … and this is made of them */
	struct change_points rule;
	struct change_points mcid; /* what people notice; never decides */
	const char *by;            /* what decided: "rule", "rci", or NULL */
	bool reliable;             /* as `by` says; false without it */
	bool own;      /* the SD of the RCI is the one of own baselines */
	double cutoff; /* NAN: none is known */
	enum change_class cls;
};

/* Of two headline scores made in the same way: scale_pairs() holds. */
void scale_change(const json_t *scale, double before, double after,
	struct scale_change *out);
/* The same beside own baselines, which take the place of published spreads
 * where they are OWN_BASELINES or more. */
void scale_change_own(const json_t *scale, const struct change_own *own,
	double before, double after, struct scale_change *out);
double change_cutoff(double mean, double sd, double norm_mean, double norm_sd);

/*
 * {"before","after","change","way":"none|better|worse","reliable":true|false|
 * null,"by":"rule|rci"|null,"rci"?:{"value","threshold","sd","r","r_kind",
 * "source","reliable"},"rule"?:{"points","source","reached"},"mcid"?:{…}};
 * numbers to two decimals.
 */
json_t *scale_change_json(
	const struct scale_change *c, struct arena *mem) NEVER_NULL;

const char *change_way_name(enum change_way w);     /* "better" */
const char *change_class_name(enum change_class c); /* "improved" */

#endif
