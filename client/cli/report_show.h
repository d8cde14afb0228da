/*
 * report_show.h - the report of client/store/report.h as a person reads it:
 * first one line that says whether anything is only here, then what asks for
 * something, a line a record.
 */
#ifndef CLIENT_REPORT_SHOW_H
#define CLIENT_REPORT_SHOW_H

#include "client/cli/desk.h"

/* "3 records are only on this machine; last in step …" */
void report_headline(struct cli *c, const json_t *report);
/* The records and files of the report; nothing when it lists none. */
void report_print(struct desk *d, const json_t *report);

#endif
