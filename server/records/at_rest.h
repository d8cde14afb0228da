/*
 * at_rest.h - what a batch writes, sealed before it leaves for the database.
 */
#ifndef SERVER_RECORDS_AT_REST_H
#define SERVER_RECORDS_AT_REST_H

#include "server/records/world.h"

#define LOOKS_MAX 2 /* values one person is looked for by */

/* A sealed value of a person, as it is looked for. */
struct look {
	const char *field;
	struct str value;
};

/* Fills fresh[].stored and parked. ERR_INTERNAL when there is no key. */
bool at_rest_seal(struct world *w, struct db *db, struct err *e) MUST_CHECK;
/* Queues what the persons of the batch are found by, and the lock on the data
 * key that was used. */
void at_rest_queue(struct world *w, struct db *db);

/* The values of a person's body that are looked for. Strings in mem. */
size_t at_rest_looks(
	const json_t *person, struct arena *mem, struct look out[LOOKS_MAX]);
/* The same as they are found under one data key; returns how many. In mem. */
size_t at_rest_macs(const struct sealing *by, int64_t key, const json_t *person,
	struct arena *mem, const char *field[LOOKS_MAX],
	struct str mac[LOOKS_MAX]);
/* The last eight digits of a telephone; NULL when it has none. */
const char *at_rest_digits(const char *phone, struct arena *mem);
#endif
