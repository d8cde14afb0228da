/*
 * import_show.h - a plan for a list, as tables, as JSON and as a file.
 */
#ifndef CLIENT_IMPORT_SHOW_H
#define CLIENT_IMPORT_SHOW_H

#include "client/cli/desk.h"
#include "client/import/batch.h"

/* What the file is and what its columns were taken for. */
void show_list(struct cli *c, const struct plan *p);
/* Rows with their fates: all of them, or those somebody should look at. */
void show_rows(struct cli *c, const struct plan *p, bool all);
/* The count line. */
void show_counts(struct cli *c, const struct plan *p);
/* All of it as one value; `batch` NULL: nothing was written. */
void show_json(struct desk *d, const struct plan *p, const char *batch);

/* The fates as a new CSV file that no spreadsheet takes for formulas. */
bool report_write(
	struct cli *c, const struct plan *p, struct err *e) MUST_CHECK;

/* One line on the terminal while rows are read and written. */
struct count_bar {
	struct cli *c;
	bool shown;
	int64_t drawn_ms;
};
void count_bar_draw(void *ctx, size_t rows, size_t done, size_t total);
void count_bar_end(struct count_bar *b);

#endif
