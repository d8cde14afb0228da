/*
 * match.h - is this the same person? Asked at intake, before somebody is
 * written down a second time.
 *
 * Three rules, the surest first (domain reference §8.3): the same identity
 * document; else the same name with birth date and sex; else the same telephone
 * with the name. Names are compared as written and as they sound, in any of
 * their readings, former names included. Nobody is ever merged because of it:
 * it is a question for a person.
 */
#ifndef PROTO_MATCH_H
#define PROTO_MATCH_H

#include "proto/base/arena.h"
#include "proto/base/json.h"

enum match_how { MATCH_NONE, MATCH_DOCUMENT, MATCH_NAME, MATCH_PHONE };

/* "document", "name", "phone"; "" for none. */
const char *match_name(enum match_how how);

/* Whom somebody looks for, made comparable; belongs to mem. */
struct probe;

/*
 * From a body like a person's: name, birth (may be partial), sex, id_kind,
 * id_number, phone. ERR_MISSING when it holds too little for any rule; a number
 * that is none is refused as it would be on a record.
 */
struct probe *probe_new(
	const json_t *body, struct arena *mem, struct err *e) MUST_CHECK;

/* The surest rule by which the person of that body may be the one. */
enum match_how probe_match(const struct probe *p, const json_t *person);

/* Former names stand in one field, parted by commas of either kind: the next
 * one of a list that is changed by it; NULL after the last. */
char *match_next_alias(char **list);

/* What narrows the search in a database: NULL where the probe lacks it. The
 * year of birth is four digits. */
const char *probe_number(const struct probe *p);
const char *probe_year(const struct probe *p);
const char *probe_phone(const struct probe *p);

#endif
