/*
 * indicator.h - what there is to ask for: the indicators and their sources.
 */
#ifndef SERVER_FIGURES_INDICATOR_H
#define SERVER_FIGURES_INDICATOR_H

#include "proto/base/json.h"

#define FIGURE_SUMS 8

/* One SELECT; made from server/figures/sources by tools/figuresgen.awk. */
struct figure_source {
	const char *name;
	bool live;           /* as of today, not by month */
	bool clients;        /* cases are counted besides what they have */
	const char *records; /* what it reads */
	const char *codes;   /* "kind=close_reason setting=…", or "" */
	const char *sum[FIGURE_SUMS]; /* what m1 … m8 are, or NULL */
	const char *sql;
};

enum figure_type {
	FIGURE_COUNT, /* how many */
	FIGURE_SUM,  /* of something that many things have; `den` counts them */
	FIGURE_RATE, /* a part of what `den` counts */
	FIGURE_MEAN, /* a sum by what `den` counts */
	FIGURE_RATIO, /* two things that are no part of each other */
};

/* A sum of a source. */
struct figure_part {
	const struct figure_source *source; /* NULL: none */
	size_t m;                           /* 0 … 7 */
};

struct indicator {
	const json_t *json; /* the whole entry */
	const char *id;
	enum figure_type type;
	struct figure_part num, den;
	struct figure_part guard; /* what small cells are judged by besides */
	double per;               /* what the result is multiplied by */
	bool is_public;           /* not about clients: nothing is hidden */
	bool live;
};

struct indicators {
	const struct indicator *list;
	size_t n;
};

/* All of them; what they point to lives in mem. Dies on data that contradict
 * themselves: a test reads every one. */
const struct indicators *indicators_load(struct arena *mem) NEVER_NULL;
/* NULL with *e naming some that are like it. */
const struct indicator *indicator_find(
	const struct indicators *all, const char *id, struct err *e) MUST_CHECK;
/* Whether it is told apart by that; the column of a cell in *dim: "all" for
 * what follows from the site. */
bool indicator_by(const struct indicator *i, const char *by, const char **dim);
/* The code list behind a way of telling apart, or NULL: "site_kind",
 * "age_band". Programmes, sites and subdistricts have none. */
const char *indicator_codes(
	const struct indicator *i, const char *by, struct arena *mem);
const char *figure_type_name(enum figure_type t);

#endif
