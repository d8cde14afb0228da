/*
 * figure.h - an answer of GET /v1/figures/{id} as a spreadsheet reads it.
 *
 * One truth for the server (format=csv) and the station client (--csv).
 */
#ifndef PROTO_FIGURE_H
#define PROTO_FIGURE_H

#include "proto/base/json.h"

/*
 * CSV of RFC 4180: UTF-8 with a byte order mark, CRLF, every text in quotes;
 * text that a spreadsheet would run as a formula gets an apostrophe before it.
 * Rows, then totals.
 */
void figure_csv(const json_t *answer, enum lang lang, struct buf *out);

/* A cell for a person: "12", "74.85", "＜5", "—", or "" where nothing was
 * counted to divide by. `member` is "num", "den" or "value". */
const char *figure_text(const json_t *answer, const json_t *row,
	const char *member, struct arena *mem) NEVER_NULL;

#endif
