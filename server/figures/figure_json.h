/*
 * figure_json.h - a figure as GET /v1/figures/{id} says it, whole or in parts.
 */
#ifndef SERVER_FIGURES_FIGURE_JSON_H
#define SERVER_FIGURES_FIGURE_JSON_H

#include "server/figures/table.h"

/* What the list says of it. */
json_t *figure_entry_json(const struct indicator *i) NEVER_NULL;

/* The whole answer; `counted` is of Q_FIGURES_COUNTED. */
json_t *figure_json(struct req *r, const struct figure_ask *ask,
	const struct figure_table *t, const struct db_rows *counted) NEVER_NULL;
/* All of it but labels, rows and totals. */
json_t *figure_head_json(struct req *r, const struct figure_ask *ask,
	const struct db_rows *counted) NEVER_NULL;
json_t *figure_labels_json(struct req *r, const struct figure_ask *ask,
	const struct figure_table *t) NEVER_NULL;
void figure_rows_json(const struct figure_ask *ask,
	const struct figure_table *t, json_t *rows, json_t *totals);

#endif
