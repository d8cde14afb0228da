/*
 * figures_report.h - a report of figures as a PDF file.
 */
#ifndef CLIENT_FIGURES_REPORT_H
#define CLIENT_FIGURES_REPORT_H

#include "client/cli/desk.h"

/* Of the answers: {"period","answers":[answer…]}, each of GET /v1/figures/{id}
 * or GET /v1/outcomes, with a "section" in the report of a period. */
bool figures_pdf(struct desk *d, const json_t *answers, const char *file,
	struct err *e) MUST_CHECK;

/* Asks for all that a report of a period is made of. `from` and `to` as typed,
 * or NULL; `more` is put behind every address ("&for=outside" or ""). */
json_t *figures_report(struct desk *d, const char *from, const char *to,
	const char *more, struct err *e) MUST_CHECK;

#endif
