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
	bool is_public;      /* not about clients: nothing is hidden */
	const char *records; /* what it reads */
	const char *codes;   /* "kind=close_reason setting=…", or "" */
	const char *sum[FIGURE_SUMS]; /* what m1 … m8 are, or NULL */
	const char *within, *amounts, *kinds, *same, *beside,
		*feeds; /* how its sums are tied (links.h), or "" */
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
	double per;       /* what the result is multiplied by */
	bool of_district; /* of no single site */
	bool is_public;   /* not about clients: nothing is hidden */
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
/* The code list behind a way of telling a source apart, or NULL: "site_kind",
 * "age_band". Sites and subdistricts have none. */
const char *indicator_codes(const struct figure_source *s, const char *by,
	const char *dim, struct arena *mem);
/* NULL when there is none of that name, of n bytes. */
const struct figure_source *figure_source_find(const char *name, size_t n);
/* The i-th of all, or NULL. */
const struct figure_source *figure_source_at(size_t i);
const char *figure_type_name(enum figure_type t);

#endif
