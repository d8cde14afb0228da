/*
 * about.h - whether a record fits what is on file about the person it is about:
 * their birth, their death, whether they may consent by themselves.
 *
 * These are the rules one body cannot answer alone. Where the other records are
 * kept differs at the two ends, so find() is given; which ones are asked for,
 * and what is made of them, is here. What is not found (a station holds a part,
 * a reader sees a part) leaves its rule out: nobody is refused for what cannot
 * be known, and the centre asks again with more.
 */
#ifndef PROTO_ABOUT_H
#define PROTO_ABOUT_H

#include "proto/base/timeutil.h"
#include "proto/base/uuid.h"
#include "proto/types.h"

/* PIPL art. 28 and 31: the data of a child under 14 are sensitive, and a parent
 * or guardian consents. From 8 on the Civil Code (art. 19) hears the child. */
#define ABOUT_CHILD_UNTIL 14
#define ABOUT_ASSENT_FROM 8

/* The body of a record as it stands, or NULL: it is not here, was retracted, or
 * the reader does not see it. Good until the check is over. */
typedef const json_t *about_find(void *ctx, const struct uuid *id);

struct about {
	const char *type;
	const struct uuid *unit; /* the case or group; nil: none */
	const json_t *before;    /* NULL: a new record */
	const json_t *after;
	struct date today;
	const struct uuid *writer;
	/* Of an assessment after the baseline: the day of the first baseline of
	 * the same person by the same instrument, YYYY-MM-DD; NULL: none. */
	const char *baseline;
	about_find *find;
	void *ctx;
};

/* Whether there is anything to ask of records of that type. */
bool about_concerns(const char *type);

/*
 * Fails with the field that does not fit: ERR_BAD_ORDER (found out about
 * somebody before their birth or after their death; a later score before the
 * baseline), ERR_MISSING (a child's guardian or assent, `after_death`),
 * ERR_FORBIDDEN (one's own work verified), ERR_CONTRADICTION (a care group's
 * member of another site's staff). What has not changed was checked when it was
 * written.
 */
bool about_check(const struct about *a, struct err *e) MUST_CHECK;

/* Tells the ids of the records the check looks at that this body names: each is
 * to be found, and of cases and participants the `person` they name. */
void about_names(const char *type, const json_t *body,
	void (*tell)(void *ctx, const struct uuid *id), void *ctx);

/* The person of that id, or who they were found to be (merged_into). */
const json_t *about_person(about_find *find, void *ctx, const char *id);
/* The client of a case. */
const json_t *about_client(
	about_find *find, void *ctx, const struct uuid *case_id);
/* The id of that client, as about_person() follows it; nil: not known. Two
 * cases with the same one are cases of the same person. */
struct uuid about_client_id(
	about_find *find, void *ctx, const struct uuid *case_id);

/* Whether an assessment is compared with a baseline: timepoint, not the
 * baseline itself. */
bool about_has_baseline(const char *type, const json_t *body);

/* What a case says by itself that moves to closing: the client's death is the
 * reason, when nobody gave another. Changes `after` only. */
void about_close(const json_t *before, json_t *after, const json_t *client);

#endif
