/*
 * page.h - reading one page of the feed, which a stranger may have written.
 *
 *   {"h":…}            what is still to come
 *   {"p":…} …          purges, always before anything is delivered
 *   {"u":…} {"r":…,"b":…} …   a unit, or a part of one, and its records
 *   {"d":…}            nothing is left; what the reader should hold now
 *   {"f":…}            lines and hash of every byte before this line
 *
 * page_open() looks at the last line first: a page whose footer is missing or
 * does not fit is void, whatever else it says - a captive portal's HTML, half
 * a page, two pages run together. Nothing of a void page is ever applied.
 */
#ifndef CLIENT_PAGE_H
#define CLIENT_PAGE_H

#include "proto/base/hash.h"
#include "proto/record.h"

struct page {
	struct str text;  /* without the footer */
	const char *next; /* the position after this page */
	bool more;
};

/* Bytes of the first whole page of an answer, which may hold several in a row;
 * 0 when none has ended yet. Says nothing about whether it is sound. */
size_t page_length(struct str text);

/* Fails with ERR_VOID_PAGE. Points into `text`, which must live on. */
bool page_open(struct str text, struct arena *mem, struct page *out,
	struct err *e) MUST_CHECK;

enum page_kind { PAGE_HEAD, PAGE_PURGE, PAGE_UNIT, PAGE_DONE };

struct page_totals {
	int64_t units;
	int64_t cases; /* not said of what is held */
	int64_t records;
	int64_t bytes;
};

struct page_item {
	enum page_kind kind;
	struct uuid unit;        /* purge, unit */
	int64_t gen;             /* purge, unit */
	const char *purge;       /* purge: its id */
	const char *unit_kind;   /* unit: "case", "person", "directory" */
	bool full;               /* unit */
	int64_t part;            /* unit: 1, 2 … of a large one; 0: whole */
	bool more;               /* unit: further parts follow */
	const struct str *lines; /* unit: its record lines */
	size_t n;
	struct page_totals totals; /* head: still to come; done: held */
	struct sha256 digest;      /* done */
	const char *head;          /* done */
	bool in_pieces; /* head: the centre answers in pieces when asked */
};

/* Walks a page. *end is true, and the item not filled, after the last line. */
struct page_walk {
	struct str left;
	bool started;    /* the head was read */
	bool delivering; /* a unit was read: no purge may follow */
	bool done;
};

struct page_walk page_begin(const struct page *p);
bool page_next(struct page_walk *w, struct arena *mem, struct page_item *out,
	bool *end, struct err *e) MUST_CHECK;

#endif
