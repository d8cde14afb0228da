/*
 * fetch_many.h - the files of a case, or of the whole caseload, the newest
 * first, up to a budget.
 */
#ifndef CLIENT_FETCH_MANY_H
#define CLIENT_FETCH_MANY_H

#include "client/cli/desk.h"

/* What --case or --all asks for. Ended by the line, what came is told, and the
 * next run goes on. */
bool fetch_many(struct desk *d, struct err *e) MUST_CHECK;

#endif
