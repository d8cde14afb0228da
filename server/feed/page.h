/*
 * page.h - one page of the feed: the units chosen for it, and its lines.
 *
 * pull.c decides what belongs on the page; here it becomes bytes. A line is
 * assembled around the stored text of a body, which is never parsed.
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
	int64_t head_csn, epoch, durable;
	char head[HEAD_TEXT];
	struct db_rows *purges;
	struct unit *units; /* what there is to send, held ones first */
	size_t unit_count;
	size_t chosen; /* how many of them fit */
	bool done;     /* after this page nothing is left */
	int64_t left_units, left_records, left_bytes;
	struct buf out;
	int64_t lines;
};

/* What the last line before the footer says when nothing is left. */
struct holding {
	int64_t units;
	int64_t records;
	struct str digest;
};

/*
 * Writes the whole page; `rows` are feed_rows of the chosen units, or NULL when
 * there are none. False when it would not fit into memory.
 */
bool page_write(struct page *p, const struct db_rows *rows,
	const struct holding *holding, struct err *e) MUST_CHECK;

#endif
