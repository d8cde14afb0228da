/*
 * demo_people.h - inventing people: names, identity numbers that pass every
 * check and belong to nobody, telephone numbers, addresses.
 *
 * Identity numbers carry division codes that were never allotted and a right
 * check digit; telephones begin 1990000. So what checks values treats them as
 * real, and none of them is a person's.
 */
#ifndef SERVER_ADMIN_DEMO_PEOPLE_H
#define SERVER_ADMIN_DEMO_PEOPLE_H

#include "proto/base/json.h"
#include "proto/base/timeutil.h"
#include "server/admin/demo_rng.h"

#define MALE   '1' /* GB/T 2261.1 */
#define FEMALE '2'

/* What is wanted of a person; zero and NULL leave it to chance. */
struct wish {
	char sex;
	int age;               /* completed years on `today`; 0: 18 … 69 */
	struct date birth;     /* wins over age; year 0: none */
	int64_t born_by;       /* not born after that day; 0: any */
	const char *surname;   /* a child's, a sibling's */
	const char *name;      /* the whole name */
	const char *ethnicity; /* GB/T 3304 */
	const char *marital;   /* GB/T 2261.2 */
	const char *diagnosis; /* smd_diagnosis */
	const char *phone;     /* shared with somebody */
	const char *note;
	const char *id_number; /* "" : has none */
	const char *lunar;
};

/* A name: surname by frequency, given name by sex and year of birth. */
const char *people_name(struct rng *r, struct arena *mem, const char *surname,
	char sex, int birth_year);
/* The surname of such a name, of one character or two. */
const char *people_surname(struct arena *mem, const char *name);
/* How one addresses a client: 王先生, 欧阳女士; a child by the given name. */
const char *people_address(
	struct arena *mem, const char *name, char sex, int age);
/* "1990000" and four digits. */
const char *people_phone(struct rng *r, struct arena *mem);

/* The 18 characters of GB 11643-1999 for a division, birthday and sequence
 * number (0 … 999, odd: male); check digit by ISO 7064 MOD 11-2. */
const char *people_id_number(struct arena *mem, const char *division,
	const struct date *birth, int sequence);

/* A person body of the catalogue. With chance some of telephone, identity
 * number and education are missing, as they are in life. */
json_t *people_body(
	struct rng *r, struct arena *mem, int64_t today, const struct wish *w);

#endif
