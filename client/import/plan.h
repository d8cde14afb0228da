/*
 * plan.h - what would become of a list, row by row, before anything is
 * written.
 *
 * Every row is judged by itself: a new person with a case, a new case of a
 * person who is known, a duplicate, or refused with column and reason. A bad
 * row never holds up a good one.
 */
#ifndef CLIENT_IMPORT_PLAN_H
#define CLIENT_IMPORT_PLAN_H

#include "client/import/known.h"
#include "client/import/values.h"

enum fate { FATE_NEW, FATE_KNOWN, FATE_DUPLICATE, FATE_REFUSED, FATES };

/* What becomes of a row that is there already, or may be. */
enum duplicates {
	DUPLICATES_SKIP, /* nothing; it is shown */
	DUPLICATES_LINK, /* who may be the same is the same */
	DUPLICATES_NEW   /* who may be the same is not; the same person gets a
			    second case */
};

/* A record to be made. */
struct made {
	const struct rtype *type;
	struct uuid id;
	json_t *body;
};

#define ROW_RECORDS (2 + WHO_COUNT + 2)

struct plan_row {
	size_t line;
	enum fate fate;
	enum same_by by;  /* why it is taken for somebody known */
	const char *of;   /* duplicate of */
	const char *head; /* refused: the column, "" the whole row */
	const struct err *why;
	const struct remark *remark;
	size_t remarks;
	struct uuid of_case; /* that is made */
	struct made *made;   /* NULL in a trial */
	size_t made_count;
};

struct plan {
	struct columns columns;
	struct header header;
	struct rows_facts facts;
	const struct plan_row *row;
	size_t n;
	size_t count[FATES];
	size_t warned;      /* rows with remarks that are taken */
	size_t repeated;    /* rows that only repeat the heads */
	size_t merged;      /* ranges of merged cells among the rows */
	const char *memory; /* of the columns: signature, NULL: not kept */
};

struct plan_job {
	struct reading r;
	struct store *s;
	struct view *v;
	const char *site;      /* the reader's own, as text */
	const char *sheet;     /* NULL: the first with something on it */
	const char *maps;      /* as columns_read() */
	const char *programme; /* of rows that name none, or NULL */
	enum duplicates duplicates;
	bool trial; /* nothing is to be written: keeps no bodies */
	/* Called now and then; NULL: not wanted. */
	void (*progress)(void *ctx, size_t rows, size_t done, size_t total);
	void *ctx;
};

/* Reads and judges. The plan belongs to the job's memory. */
struct plan *plan_make(
	const struct plan_job *job, struct str bytes, struct err *e) MUST_CHECK;

#endif
