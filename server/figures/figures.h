/*
 * figures.h - numbers about many cases, for those who answer for them.
 *
 * An indicator is data (server/figures/indicators): what it is called, how it
 * is defined, which sums of which sources it is made of, what it is told apart
 * by. A source is SQL (server/figures/sources). What a source counts is kept in
 * cells by month, site and one thing more (migrations/server/0040-figures.sql);
 * casebridged keeps them up to date every second.
 *
 * A coordinator is given the figures of the own district with small cells
 * hidden (hide.h), never a person; staff of a site those of their site as they
 * are. Fixed periods only: months, quarters, years. What is hidden of a year
 * does not hang on what was asked, so no two questions say more than their
 * answers.
 */
#ifndef SERVER_FIGURES_H
#define SERVER_FIGURES_H

#include "server/req.h"

/* GET /v1/figures, GET /v1/figures/{id}. */
handler figures_get;
handler figure_get;
/* GET /v1/outcomes. */
handler outcomes_get;

/* Counts what happened since the last time; for the daemon's keeper. Outside a
 * transaction. */
bool figures_keep(struct db *db, struct err *e) MUST_CHECK;

/* Every indicator as people read it, with the SQL of its sources. */
json_t *figures_catalogue(struct arena *mem) NEVER_NULL;

#endif
