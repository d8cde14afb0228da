/*
 * known.h - who and which cases are there already, in the store and in the
 * rows above.
 *
 * A person is the same when the identity number is, or the name as written and
 * the whole birth date are, and neither sex nor number say otherwise. A person
 * may be the same by the rules of proto/match.h, or when a name is all there
 * is to compare; that is for somebody to decide.
 */
#ifndef CLIENT_IMPORT_KNOWN_H
#define CLIENT_IMPORT_KNOWN_H

#include "client/import/say.h"
#include "client/store/view.h"

enum same_by {
	BY_NOTHING,
	BY_IDENTITY,    /* number of the document */
	BY_BIRTH,       /* name, whole birth date, no other sex */
	BY_BIRTH_PART,  /* name and what is known of the birth date */
	BY_SOUND,       /* a name, as it sounds, birth date, sex */
	BY_PHONE,       /* a name, as it sounds, and telephone */
	BY_NAME,        /* there is nothing else */
	BY_CASE_NUMBER, /* a case of this number */
	BY_CASE         /* an open case of the same person and programme */
};

/* "identity_number", … for --json; static. */
const char *same_by_name(enum same_by by);
/* What agrees, in a few words. */
const char *same_by_text(enum same_by by, enum lang lang);
/* True for identity number and whole birth date. */
bool same_is_sure(enum same_by by);

struct known {
	struct uuid id;
	const char *shown;  /* what the person reading the report recognises */
	const char *name;   /* of a person */
	const json_t *body; /* what is compared of a person */
	struct known *next; /* of the same key */
};

struct known_index;

struct known_index *known_new(struct arena *mem) NEVER_NULL;
/* Everybody and every case of the store, as it is seen now. */
void known_add_store(struct known_index *x, struct view *v);
void known_add_person(struct known_index *x, const struct uuid *id,
	const json_t *body, const char *shown);
void known_add_case(struct known_index *x, const struct uuid *id,
	const json_t *body, const char *shown);

/* NULL and BY_NOTHING when there is nobody. */
const struct known *known_person(
	struct known_index *x, const json_t *body, enum same_by *by);
const struct known *known_case(
	struct known_index *x, const json_t *body, enum same_by *by);
/* A person as somebody recognises them: by a case of theirs, if there is one.
 */
const char *known_shown(struct known_index *x, const struct known *person);

#endif
