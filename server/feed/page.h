/*
 * page.h - one answer of the feed: the units chosen for it, and its lines.
 *
 * pull.c decides what belongs into the answer; here it becomes bytes. A line is
 * assembled around the stored text of a body, which is never parsed.
 *
 * A reader on a poor line asks for pieces: the answer is then several pages in
 * a row, each with its own footer and the place after it, so that what arrived
 * before the line broke counts. A unit much larger than a piece is given alone,
 * in parts: its rows are read from the log a few at a time.
 */
#ifndef SERVER_FEED_PAGE_H
#define SERVER_FEED_PAGE_H

#include "server/feed/token.h"
#include "server/lineage/claim.h"
#include "server/req.h"

struct unit {
	struct uuid id;
	const char *kind;
	int64_t n;
	int64_t bytes;
	int64_t since; /* versions above it; 0: all, and the unit is replaced */
	bool held;
	int64_t gen;
};

struct page {
	struct req *r;
	struct token token; /* as the replica sent it */
	int64_t max_bytes;
	int64_t piece; /* bytes of a page within the answer; 0: one page */
	int64_t head_csn, epoch, durable;
	char head[HEAD_TEXT];
	struct db_rows *purges;
	/* What there is to send: first what the station holds more of than it
	 * may, then news of what it holds, then what it does not hold yet. */
	struct unit *units;
	size_t unit_count;
	size_t first;      /* of how many it holds too much */
	size_t chosen;     /* how many of them fit */
	bool in_parts;     /* the one unit chosen goes out in parts */
	struct uuid *anew; /* held, with too much news: to be offered anew */
	size_t anew_count;
	bool done; /* after this page nothing is left */
	int64_t left_units, left_records, left_bytes, left_cases;
	struct buf out;
	size_t began; /* where the page being written begins in it */
	int64_t lines;
};

/* About what an envelope adds to a body. */
#define PAGE_ENVELOPE 420
/* Rows log.unit_part() gives at most. */
#define PAGE_PART_ROWS 20000

/* What the last line before the footer says when nothing is left. */
struct holding {
	int64_t units;
	int64_t records;
	struct str digest;
};

/*
 * Writes the whole answer; `rows` are feed_rows of the chosen units, or
 * feed_part of the one in parts, or NULL when there are none. Where a piece
 * ends is noted in p->r. False when it would not fit into memory.
 */
bool page_write(struct page *p, const struct db_rows *rows,
	const struct holding *holding, struct err *e) MUST_CHECK;

#endif
