/*
 * keys.h - the centre's courier keys: the one parcels are sealed to now, and
 * those they were sealed to before.
 *
 * courier.key is the one in use. When another takes its place it is kept as
 * courier-NAME.key, NAME being what parcels call it, so that what was sealed
 * before still opens; a station learns of the new one with its next sync. A key
 * no parcel can be expected for any more is taken away by removing its file.
 */
#ifndef SERVER_COURIER_KEYS_H
#define SERVER_COURIER_KEYS_H

#include "proto/base/envelope.h"

/* For one process; any thread may ask. */
struct courier_keys;

/* With the key in use, made when there is none yet. */
struct courier_keys *courier_keys_open(
	const char *state_dir, struct err *e) MUST_CHECK;
/* NULL is allowed. */
void courier_keys_free(struct courier_keys *TAKES k);
/* The key in use is read again; on failure the old one stays. */
bool courier_keys_reload(struct courier_keys *k, struct err *e) MUST_CHECK;

/* The key in use, and its name; both stay until the keys are freed. */
const struct keypair *courier_key_now(struct courier_keys *k) NEVER_NULL;
const char *courier_key_name(struct courier_keys *k) NEVER_NULL;
/* The key of that name, in use or before; NULL when there is none. */
const struct keypair *courier_key_named(
	struct courier_keys *k, const char *name) MUST_CHECK;

/* Puts a new key into use and keeps the old one; the names of both. A daemon
 * that runs goes on with the old one until it is told to reload. */
bool courier_key_rotate(const char *state_dir, char was[KEY_NAME],
	char now[KEY_NAME], struct err *e) MUST_CHECK;

#endif
