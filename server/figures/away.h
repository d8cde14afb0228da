/*
 * away.h - figures as a file to take along: CSV or XLSX.
 *
 * It is written year by year into a file without a name and sent from there, so
 * 120,000 rows take no more of the daemon's memory than one year of them.
 */
#ifndef SERVER_FIGURES_AWAY_H
#define SERVER_FIGURES_AWAY_H

#include "server/figures/table.h"

#define AWAY_ROWS 50000 /* more are given as a file only */

enum away_format { AWAY_JSON, AWAY_CSV, AWAY_XLSX };

struct away {
	enum away_format format;
	enum lang lang;
};

/* The query's `format` and `lang`. */
bool away_read(struct req *r, struct away *out, struct err *e) MUST_CHECK;

/* Makes a part of a figure: rows and totals of the ask, with the answer's
 * members that are read (proto/figure.h), in the request's arena. */
typedef bool away_part(struct req *r, const struct figure_ask *ask,
	json_t **answer, struct err *e);

/* Sets the reply to the whole figure, made part by part. `head` is what stands
 * on the sheet of definitions (figure_head_json). */
bool away_figure(struct req *r, const struct figure_ask *ask,
	const struct away *how, const json_t *head, away_part *part,
	struct err *e) MUST_CHECK;
/* The same of an answer of GET /v1/outcomes, which is short. */
bool away_outcomes(struct req *r, const struct away *how, const json_t *answer,
	struct err *e) MUST_CHECK;

#endif
