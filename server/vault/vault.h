/*
 * vault.h - the keys of what is sealed at rest, and the only place that has
 * them.
 *
 * Two layers. The key file (keyfile.h) holds the keys that wrap; it is with the
 * operator and never in the database. Data keys are random, seal what is
 * stored, and lie in the database wrapped (log.data_key), so that they can be
 * changed while the centre works: the active one seals, the others still open.
 * What a sealed text is about (table and column, row, version, data key) goes
 * into its seal: moved elsewhere it does not open.
 *
 * One vault for all threads. Its memory is locked, and left out of core images.
 */
#ifndef SERVER_VAULT_H
#define SERVER_VAULT_H

#include "proto/base/seal.h"
#include "proto/base/uuid.h"
#include "server/vault/keyfile.h"

#define VAULT_KEYS  32 /* data keys at once, at most */
#define WRAPPED_KEY 92 /* bytes */
#define VAULT_MAC   16 /* bytes a value is looked for by */

struct vault;

/* ERR_USAGE as file_keys_read(). */
struct vault *vault_open(const char *path, struct err *e) MUST_CHECK;
/* Around keys that were read before; they are copied. */
struct vault *vault_new(const struct file_keys *keys) NEVER_NULL;
/* Overwrites them. NULL is allowed. */
void vault_free(struct vault *TAKES v);
const struct file_keys *vault_file_keys(const struct vault *v);

/* ---- data keys ---- */

/* A row of log.data_key. */
struct data_key {
	int64_t no;
	struct str by;      /* id of the key of the file that wraps it */
	struct str wrapped; /* WRAPPED_KEY bytes */
	bool active;        /* what is written now is sealed by it */
};

/* A new one, wrapped by the first key of the file; `out` has WRAPPED_KEY bytes.
 */
void vault_make(const struct vault *v, struct sealer *s, int64_t no,
	unsigned char *out);
/* The same key, wrapped by the first key of the file. ERR_INTERNAL as below. */
bool vault_rewrap(const struct vault *v, struct sealer *s,
	const struct data_key *k, unsigned char *out, struct err *e) MUST_CHECK;
/* Has these and no others from now on. ERR_USAGE names one that is wrapped by a
 * key the file has not, ERR_INTERNAL one that is damaged: nothing has changed
 * then. */
bool vault_take(struct vault *v, struct sealer *s, const struct data_key *list,
	size_t n, struct err *e) MUST_CHECK;
/* The key that seals now; 0: none was taken yet. */
int64_t vault_active(struct vault *v);
/* Whether something was sealed by a key that is not here: take them again. */
bool vault_is_behind(struct vault *v);

/* ---- sealing ---- */

/* Where a sealed text lies. */
struct vault_place {
	const char *column; /* "log.version.body" */
	struct uuid row;
	int64_t version;
};

/* Appends "no.text", in letters, digits, '-', '_' and a dot. ERR_INTERNAL when
 * there is no data key: nothing is ever written open instead. */
bool vault_seal(struct vault *v, struct sealer *s, const struct vault_place *at,
	struct str plain, struct buf *out, struct err *e) MUST_CHECK;
/* The text, in mem. ERR_SEALED names the row. */
bool vault_unseal(struct vault *v, struct sealer *s,
	const struct vault_place *at, struct str sealed, struct arena *mem,
	struct str *out, struct err *e) MUST_CHECK;
/* The data key a sealed text begins with; 0: none. */
int64_t vault_key_of(struct str sealed);

/*
 * What a value is looked for by: HMAC-SHA-256 under a key that follows from the
 * data key, cut. One for each data key there is, newest first, into `out`;
 * returns how many. `field` keeps a telephone from being found as a number.
 */
struct vault_mac {
	int64_t key;
	unsigned char b[VAULT_MAC];
};
size_t vault_macs(struct vault *v, const char *field, struct str value,
	struct vault_mac out[VAULT_KEYS]);

#endif
