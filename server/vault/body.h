/*
 * body.h - the body of a record as it is stored: its secret values sealed, its
 * other bytes as they stand.
 *
 *   {"~":"3.Nm9uY2…","address":null,"name":"王小明","phone":null}
 *
 * In the place of each secret value (proto/secret.h) is a null, and the values
 * stand in one sealed text, each with the place it goes to, so that opening
 * gives the very bytes that are hashed, sent, and held by stations. No field is
 * called "~".
 */
#ifndef SERVER_VAULT_BODY_H
#define SERVER_VAULT_BODY_H

#include "proto/record.h"
#include "server/vault/vault.h"

#define BODY_COLUMN    "log.version.body"
#define SALVAGE_COLUMN "log.salvage.body"
#define PARKED_COLUMN  "log.parked.payload"

/* Who seals: a vault for all, a cipher context for each thread. */
struct sealing {
	struct vault *vault; /* NULL: none was given */
	struct sealer *cipher;
};

struct stored_body {
	struct str text;  /* as it is stored */
	struct str plain; /* the same without "~": for the typed row */
	int64_t key;      /* the data key; 0: nothing is secret in it */
};

/* ERR_INTERNAL when something is secret and there is no key. Texts are
 * terminated and in mem. */
bool body_seal(const struct sealing *by, const struct catalogue *c,
	const struct rtype *t, int cls, const struct vault_place *at,
	struct str body, struct arena *mem, struct stored_body *out,
	struct err *e) MUST_CHECK;

/* The same of a change that waits, of a type or NULL. */
bool change_seal(const struct sealing *by, const struct catalogue *c,
	const struct rtype *t, bool restricted, const struct uuid *id,
	struct str change, struct arena *mem, struct stored_body *out,
	struct err *e) MUST_CHECK;

/* Whether a stored text has something sealed in it. */
bool body_is_sealed(struct str stored);
/* The data key it is sealed by; 0: nothing is. */
int64_t body_key(struct str stored);
/* The body's bytes, in mem; a text without anything sealed as it is. ERR_SEALED
 * when it is not of that row and version, or was changed. */
bool body_open(const struct sealing *by, const struct vault_place *at,
	struct str stored, struct arena *mem, struct str *out,
	struct err *e) MUST_CHECK;

#endif
