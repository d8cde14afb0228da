/*
 * figure.h - answers of GET /v1/figures/{id} and GET /v1/outcomes as people and
 * spreadsheets read them.
 *
 * One truth for the server's files and the station client's tables.
 */
#ifndef PROTO_FIGURE_H
#define PROTO_FIGURE_H

#include "proto/base/json.h"
#include "proto/grid.h"

/* Period, key, name, numerator, denominator, value, unit. */
#define FIGURE_COLUMNS 7
void figure_heads(enum lang lang, struct grid_cell cells[FIGURE_COLUMNS]);
/* A row or a total; of the answer only `labels`, `unit`, `below` and
 * `denominator` are read. */
void figure_cells(const json_t *answer, const json_t *row, enum lang lang,
	struct arena *mem, struct grid_cell cells[FIGURE_COLUMNS]);

/* A cell for a person: "12", "74.85" (two places at most), "＜5", "—", or ""
 * where nothing was counted to divide by. `member` is "num", "den" or "value".
 */
const char *figure_text(const json_t *answer, const json_t *row,
	const char *member, struct arena *mem) NEVER_NULL;

/* Whether numbers of it have a part and a whole worth a column: shares and
 * means, not counts and sums. */
bool figure_has_parts(const json_t *answer);

/* What a number of an indicator's unit counts, as it stands behind one: "例"
 * and "cases" of "cases". NULL for a unit that nobody named. */
const char *figure_unit(const char *unit, enum lang lang);

/* The same of scores before and after. */
#define OUTCOME_COLUMNS 27
void outcome_heads(enum lang lang, struct grid_cell cells[OUTCOME_COLUMNS]);
void outcome_cells(const json_t *answer, const json_t *row, enum lang lang,
	struct grid_cell cells[OUTCOME_COLUMNS]);

#endif
