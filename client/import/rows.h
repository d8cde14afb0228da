/*
 * rows.h - rows out of a file, whichever program wrote it.
 *
 * A reader hands out one row at a time and keeps no more than that, the texts
 * a workbook shares between its cells excepted. Everything of a stranger's
 * size is held against `import_limits` before it is kept.
 */
#ifndef CLIENT_IMPORT_ROWS_H
#define CLIENT_IMPORT_ROWS_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

/* How much of a file is taken. Sizes in bytes. */
struct import_limits {
	size_t file;     /* as it lies on the disk */
	size_t entries;  /* of a zip */
	size_t unpacked; /* all that comes out of a zip */
	size_t ratio;    /* bytes out for one in, once RATIO_FROM came out */
	size_t strings;  /* texts that cells of a workbook share */
	size_t rows;
	size_t columns;
	size_t cells;
	size_t cell; /* one text: Excel's own limit is 32,767 characters */
};

#define RATIO_FROM ((size_t)1 << 20)

extern const struct import_limits import_limits;

/* What every reader needs to read and to refuse. */
struct reading {
	struct arena *mem;
	enum lang lang;
	const char *name; /* of the file, for errors */
	const struct import_limits *limits;
};

enum cell_kind {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER,
	CELL_DAY,    /* text is a day, YYYY-MM-DD, or as much of it as is shown
			there: YYYY-MM, YYYY */
	CELL_NO_DAY, /* a number in the form of a date that is none */
	CELL_BOOL,   /* text is TRUE or FALSE */
	CELL_ERROR,  /* text is #N/A, #REF!, … */
	CELL_UNSAVED /* a formula whose result is not in the file */
};

struct cell {
	enum cell_kind kind;
	bool lost;        /* a number too long to be exact */
	const char *text; /* never NULL */
};

struct row {
	size_t line; /* where it begins in the file, from 1 */
	size_t n;
	const struct cell *cell; /* by column; n of them */
	bool hidden;
};

/* What a person should know of the file; counts are complete at the end. */
struct rows_facts {
	const char *format; /* "csv", "xlsx" */
	const char *detail; /* encoding and mark, or the sheet's name */
	size_t rows;        /* with a value */
	size_t hidden_rows; /* of these */
	size_t hidden_columns;
	const size_t *merged; /* the last line of each range of merged cells */
	size_t merged_count;
	size_t formulas;
	size_t unsaved;      /* formulas without a result */
	size_t other_sheets; /* with something on them, not read */
	const char *others;  /* their names */
	bool from_1904;      /* how the file counts days (serial.h) */
};

struct rows;

/* The bytes of the file, in the reading's mem. One that is too large is
 * refused by its size, before anything is read. */
bool rows_file(
	const struct reading *r, struct str *out, struct err *e) MUST_CHECK;

/*
 * From the bytes of a file, which outlive the table. `sheet` names one of a
 * workbook's, NULL takes the first visible one with a value. ERR_BAD_FILE says
 * what the file is instead, and how to save it.
 */
struct rows *rows_open(const struct reading *r, struct str bytes,
	const char *sheet, struct err *e) MUST_CHECK;
/* The next row with a value, good until the next call; *end when there is none
 * left. */
bool rows_next(
	struct rows *t, struct row *out, bool *end, struct err *e) MUST_CHECK;
const struct rows_facts *rows_facts(const struct rows *t) NEVER_NULL;
/* How far it is read, for a progress bar: bytes of a total that is an estimate
 * until the end. */
void rows_progress(const struct rows *t, size_t *done, size_t *total);

/* A row that stays, in mem. */
struct row row_copy(const struct row *r, struct arena *mem);
/* The text of a column, "" beyond the last. */
const char *row_text(const struct row *r, size_t column) NEVER_NULL;
bool row_has(const struct row *r, size_t column);

/* ---- for the readers ---- */

struct rows_kind {
	bool (*next)(void *ctx, struct row *out, bool *end, struct err *e);
	const struct rows_facts *(*facts)(const void *ctx);
	void (*progress)(const void *ctx, size_t *done, size_t *total);
};

struct rows *rows_new(
	const struct reading *r, const struct rows_kind *kind, void *ctx);

#endif
