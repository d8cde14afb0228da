/*
 * target.h - where a column of a list can go.
 *
 * Mostly a field of the person or of the case, by its catalogue name. Beside
 * these: people around the client, a danger level, consent, the place one
 * lives in, and what is recognised only to say why it is not taken.
 */
#ifndef CLIENT_IMPORT_TARGET_H
#define CLIENT_IMPORT_TARGET_H

#include "client/import/say.h"
#include "proto/types.h"

enum target_of {
	OF_PERSON,
	OF_CASE,
	OF_RELATION, /* of `who` */
	OF_DANGER,   /* a flag */
	OF_CONSENT,
	OF_AREA,     /* the beginning of the address */
	OF_LEFT_OUT, /* `why` */
};

enum who { WHO_GUARDIAN, WHO_CAREGIVER, WHO_CONTACT, WHO_COUNT };

struct target {
	const char *name; /* as --map takes it */
	enum target_of of;
	const struct field *field; /* NULL for area and what is left out */
	const char *label[2];      /* for people, by language */
	enum who who;
	enum say why; /* SAY_COUNT: nothing to say */
};

struct targets;

/* Lives as long as mem; the catalogue outlives it. */
struct targets *targets_new(
	const struct catalogue *c, struct arena *mem) NEVER_NULL;
/* By name; NULL when there is none. */
const struct target *target_named(const struct targets *t, const char *name);
size_t target_count(const struct targets *t);
const struct target *target_at(const struct targets *t, size_t i);

/*
 * What the head of a column means: one of the words lists use, or a name or
 * label of the catalogue. `last` is who the columns before it were about: 关系
 * and 联系电话 behind 监护人 are the guardian's. NULL: nobody knows it.
 */
struct head_context {
	bool person_phone; /* the client's own was there already */
	int last;          /* an enum who, or -1 */
};
const struct target *target_of_head(const struct targets *t, const char *head,
	const struct head_context *context);

/* A head that says nothing: empty, 列3, Column1, Unnamed: 3. */
bool head_is_empty(const char *head);
/* The head of a group of columns that says no more than the columns do:
 * 基本信息. */
bool head_is_general(const char *head);
/* Two heads that differ in nothing that matters. */
bool head_same(const char *a, const char *b);

#endif
