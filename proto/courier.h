/*
 * courier.h - work of one person, carried by another's sync.
 *
 * A *parcel* is one change, or the key of one file, signed by the key of the
 * author's store and sealed to the centre's courier key. Whoever carries it
 * can neither read nor alter it; the centre takes it as the author's.
 *
 *   {"kind":"change"|"file","id","tx"|null,"replica","key","sealed","sig"}
 *
 * What stands in clear says which replica (and so which author) it comes from,
 * which changes belong together, and which key opens it; all of it is signed,
 * and what the seal is about.
 *
 * A *passport* is the centre's word that a key is that of a replica of a site:
 * with it, any station of the district tells a forged parcel without asking.
 */
#ifndef PROTO_COURIER_H
#define PROTO_COURIER_H

#include "proto/base/envelope.h"
#include "proto/base/json.h"
#include "proto/base/uuid.h"

#define PARCEL_SEALED    ((size_t)1500000) /* bytes sealed, at most */
#define COURIER_BODY_MAX ((size_t)2 << 20)

enum parcel_kind { PARCEL_CHANGE, PARCEL_FILE, PARCEL_KINDS };
/* "change"; the names of the wire. */
const char *parcel_kind_name(enum parcel_kind kind);

struct parcel {
	enum parcel_kind kind;
	struct uuid id;
	struct uuid tx; /* nil: stands alone */
	struct uuid replica;
	char key[KEY_NAME]; /* the courier key it is sealed to */
	struct str sealed;
	struct str sig; /* DER */
};

/* Closes one; only kind, id, tx and replica of `about` are read. NULL when
 * `centre` (DER) is no P-256 key. The caller owns it. */
json_t *parcel_make(const struct parcel *about, struct str centre,
	const struct keypair *author, struct str text) MUST_CHECK;
/* Its shape; ERR_BAD_INPUT with the member that is wrong. Points into mem. */
bool parcel_read(const json_t *j, struct arena *mem, struct parcel *out,
	struct err *e) MUST_CHECK;
/* Whether the author's key (DER) signed it. */
bool parcel_is_from(const struct parcel *p, struct str author);
bool parcel_open(const struct parcel *p, const struct keypair *centre,
	struct arena *mem, struct str *text) MUST_CHECK;

struct passport {
	struct uuid replica;
	struct uuid site;
	struct uuid device;
	struct str author; /* the store's public key, DER */
	struct str sig;    /* of the authority that certifies devices */
};

/* The text the authority signs; in mem. */
struct str passport_text(const struct passport *p, struct arena *mem);
json_t *passport_json(const struct passport *p) NEVER_NULL;
bool passport_read(const json_t *j, struct arena *mem, struct passport *out,
	struct err *e) MUST_CHECK;
/* `authority` is the public key of ca.crt, DER. */
bool passport_is_real(const struct passport *p, struct str authority);

#endif
