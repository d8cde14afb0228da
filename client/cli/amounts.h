/*
 * amounts.h - how what falls due and what is measured is shown, for every verb
 * that shows it.
 */
#ifndef CLIENT_CLI_AMOUNTS_H
#define CLIENT_CLI_AMOUNTS_H

#include "client/cli/desk.h"
#include "client/store/amounts.h"

/* "眼底检查", or a task's "任务 …". */
const char *due_what(struct cli *c, const struct due_item *d);
/* "12 d overdue", "today", "in 3 d"; what is missing when the day is not known.
 * `pack` is the name of the case's programme, or NULL. */
const char *due_when(struct desk *d, const struct due_item *item,
	const char *pack, const struct date *today);
/* The day, or "" when it is not known. */
const char *due_day(struct cli *c, const struct due_item *d);
/* The first year whose calendar was missing in any of the items, or 0. */
int due_calendar_missing(const struct schedule *s);
void print_calendar_missing(struct cli *c, int year);

/* Due items of one case as a table; nothing when there are none. */
void print_due(struct desk *d, const struct schedule *s, const char *pack);
/* What the pack's evidence misses; nothing when it misses nothing. */
void print_gaps(struct desk *d, const json_t *gaps);

/* A measure's value as people read it: codes in words, fen as yuan, percent
 * with its sign; NULL for one that wants a table of its own. */
const char *measure_show(
	struct desk *d, const struct measure *m, const json_t *v);
const char *measure_label(struct cli *c, const struct measure *m);

#endif
