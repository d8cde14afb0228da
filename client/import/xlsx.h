/*
 * xlsx.h - rows from a sheet of a workbook (.xlsx).
 *
 * A cell's value is what its program saved: of a formula, the result as it
 * was then. Whether a number is a day is decided by its format, as on the
 * screen it was typed at.
 */
#ifndef CLIENT_IMPORT_XLSX_H
#define CLIENT_IMPORT_XLSX_H

#include "client/import/say.h"

/* As rows_open(). */
struct rows *xlsx_open(const struct reading *r, struct str bytes,
	const char *sheet, struct err *e) MUST_CHECK;

#endif
