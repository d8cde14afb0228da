/*
 * doc.h - what a page asks for, as the centre would answer it (docs/wire.md
 * "Calls"), made from the store with the own work on it.
 *
 * Every record says besides how many own changes the centre has not answered
 * (`waiting`), and whether one of them no longer fits what stands (`collides`).
 * All of it belongs to mem.
 */
#ifndef CLIENT_DOC_H
#define CLIENT_DOC_H

#include "client/store/view.h"

json_t *doc_record(const struct seen *one, struct arena *mem) NEVER_NULL;
/* The same among others: of a restricted one what may be told
 * (proto/withhold.h). */
json_t *doc_told(const struct seen *one, struct arena *mem) NEVER_NULL;

/* A case or a group with everything in it: GET /v1/cases/{id}. ERR_NOT_FOUND
 * when the id is of neither. */
bool doc_unit(struct view *v, const struct uuid *id, const struct date *today,
	struct arena *mem, json_t **out, struct err *e) MUST_CHECK;

/* GET /v1/letters: referrals and requests, newest first, `all` also those that
 * are over; and GET /v1/letters/{id}. */
bool doc_letters(struct view *v, bool all, struct arena *mem, json_t **out,
	struct err *e) MUST_CHECK;
bool doc_letter(struct view *v, const struct uuid *id, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;
/* POST /v1/letters/preview. */
bool doc_sending(struct view *v, const json_t *asked, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;
/* GET /v1/groups. */
bool doc_groups(struct view *v, struct arena *mem, json_t **out,
	struct err *e) MUST_CHECK;

/* GET /v1/directory. */
bool doc_directory(struct view *v, struct arena *mem, json_t **out,
	struct err *e) MUST_CHECK;

/* The lines of every case here, in order of id, each with `waiting`. */
bool doc_lines(struct view *v, struct arena *mem, json_t **out,
	struct err *e) MUST_CHECK;

/* What GET /v1/caseload may be asked for; NULL and 0 as the centre takes it. */
struct doc_query {
	const char *view;
	const char *q;
	const char *programme;
	const char *phase;
	const char *sort;
	const char *after;
	int64_t limit;
	const char *staff; /* the reader, for `mine` */
	struct date today; /* for `due` */
};

/* A page of such lines: {"rows","total","next"}. ERR_BAD_REQUEST names what
 * would be taken. */
json_t *doc_caseload(const json_t *lines, const struct doc_query *q,
	struct arena *mem, struct err *e) MUST_CHECK;

#endif
