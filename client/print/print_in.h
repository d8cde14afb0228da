/*
 * print_in.h - what the documents share: words in both languages, records as
 * people read them, and the records of one case or group in order.
 */
#ifndef CLIENT_PRINT_IN_H
#define CLIENT_PRINT_IN_H

#include "client/print/doc.h"
#include "client/print/print.h"
#include "proto/base/timeutil.h"
#include "proto/measure.h"
#include "proto/scale.h"

/* ---- words ---- */

enum word {
#define WORD(name, zh, en) W_##name,
#include "client/print/words.def"
#undef WORD
	W_COUNT
};

const char *word(const struct print_job *j, enum word w) NEVER_NULL;
/* With {0}, {1} … filled in; NULL ends the list. */
const char *words(const struct print_job *j, enum word w, ...) NEVER_NULL;
/* Columns with their heads in the job's language; `heads` in their order,
 * W_COUNT for none. */
const struct column *columns_of(const struct print_job *j,
	const enum word *heads, const double *widths, size_t n) NEVER_NULL;
/* "a、b" or "a, b"; empty parts are left out. */
const char *joined(
	const struct print_job *j, const char *a, const char *b) NEVER_NULL;
/* The two with a middle dot between, or the one there is. */
const char *dotted(
	const struct print_job *j, const char *a, const char *b) NEVER_NULL;

/* ---- values ---- */

struct date today_of(const struct print_job *j);
/* "2026-11-22" → "2026年11月22日" or "22 November 2026"; others as they are. */
const char *long_day(const struct print_job *j, const char *day) NEVER_NULL;
/* An instant as a clock in China shows it: "2026-11-22 09:30". */
const char *clock_text(const struct print_job *j, int64_t ms) NEVER_NULL;
const char *number_text_of(const struct print_job *j, double value) NEVER_NULL;

/* A field as people read it; "" when there is no value. */
const char *value_of(const struct print_job *j, const struct seen *r,
	const char *field) NEVER_NULL;
const char *label_of_field(const struct print_job *j, const struct seen *r,
	const char *field) NEVER_NULL;
/* A code of a list in the job's language; "" for NULL. */
const char *code_text(const struct print_job *j, const char *list,
	const char *code) NEVER_NULL;
/* The name of a record, masked where names are hidden; "" when not here. */
const char *name_of(const struct print_job *j, const char *id) NEVER_NULL;
/* A person's name as it may be printed. */
const char *shown_name(const struct print_job *j, const char *name) NEVER_NULL;

/* A record of any unit that is here; false when it is not. */
bool record_at(const struct print_job *j, const char *id, struct seen *out);

/* ---- the records of a case or a group ---- */

struct folder {
	const struct print_job *j;
	const struct seen *records; /* by type, the newest first */
	size_t n;
	const struct seen *root;
	const struct seen *client; /* NULL: not here, or a group */
};

/* Retracted and restricted records are left out. */
bool folder_open(const struct print_job *j, const struct uuid *unit,
	struct folder *out, struct err *e) MUST_CHECK;
/* The next of a type; NULL to begin, NULL at the end. */
const struct seen *folder_next(
	const struct folder *f, const char *type, const struct seen *after);
/* All of a type, in the order of a whole number they hold, the lowest first;
 * those without one last, else as in the folder. NULL ends the list. */
const struct seen **folder_sorted(
	const struct folder *f, const char *type, const char *field) NEVER_NULL;
const struct seen *folder_find(const struct folder *f, const char *id);
/* The plan of the highest version, or NULL. */
const struct seen *folder_newest_plan(const struct folder *f);
/* Has every name of a person in the folder hidden in the document. */
void folder_hide(const struct folder *f, struct doc *d);
/* The day a record is sorted by: its natural one, or when it was entered. */
const char *day_of(const struct print_job *j, const struct seen *r) NEVER_NULL;
bool is_live(const struct seen *r);

/* ---- scores ---- */

struct measured {
	const struct seen *r;
	const char *day;
	struct scale_result score;
};

/* False when the instrument is not known here or does not take the answers. */
bool score_of(
	const struct print_job *j, const struct seen *r, struct measured *out);

/* ---- the course of a case ---- */

struct course {
	const json_t *measures; /* proto/measure.h */
	const json_t *gaps;
	const struct schedule *due;
};

/* Reckoned from the records of the folder alone. */
void case_course(const struct folder *f, struct course *out);
void case_scores(struct doc *d, const struct folder *f);
void case_services(
	struct doc *d, const struct folder *f, const struct course *c);
void case_due(struct doc *d, const struct folder *f, const struct course *c);
/* What was added to signed records; nothing where there is none. */
void case_added(struct doc *d, const struct folder *f);

/* ---- documents, one file each ---- */

bool print_case(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;
bool print_plan(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;
bool print_referral(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;
bool print_group(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;
bool print_figures(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;
bool print_menu(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;
bool print_dignity(
	const struct print_job *j, struct doc *d, struct err *e) MUST_CHECK;

#endif
