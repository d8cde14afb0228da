/*
 * device.h - stations: enrolled with a one-time code, known by their key.
 */
#ifndef SERVER_AUTH_DEVICE_H
#define SERVER_AUTH_DEVICE_H

#include "server/req.h"

#define CODE_LENGTH  16
#define CODE_TEXT    20 /* XXXX-XXXX-XXXX-XXXX and a 0 */
#define CODE_MINUTES 30
/* How long a request to be let in waits for the second person, and its station
 * for its certificate. */
#define ENROLMENT_HOURS 24

struct device {
	struct uuid id;
	struct uuid site;
	const char *site_name;
};

/* An active device by the hex SHA-256 of its public key, within the caller's
 * transaction. A NULL spki finds none. */
bool device_find(struct db *db, const char *spki, struct arena *mem,
	struct device *out, bool *found, struct err *e) MUST_CHECK;

/*
 * For a route without a session, to which a certificate was shown: fills
 * r->reader with the station and nobody's name, when the route takes one as it
 * is now. ERR_DEVICE_LOCKED and ERR_DEVICE_WIPE while an order stands, else
 * ERR_DEVICE_UNKNOWN. In a transaction of its own.
 */
bool device_reader(struct req *r, struct err *e) MUST_CHECK;

handler device_get;          /* GET /v1/device: is there an order? */
handler device_report;       /* POST /v1/device: how it stands; renewal */
handler device_receipt_post; /* POST /v1/device/receipt: it was carried out */
handler share_post;          /* POST /v1/shares: half of what opens a store */

/*
 * A new code of 80 random bits in Crockford's base 32 (no I, L, O, U), in
 * groups of four, as a person reads it aloud.
 */
void code_make(char out[CODE_TEXT]);
/* Upper case, no hyphens or spaces, I and L as 1, O as 0; false when it is no
 * code. */
bool code_normalise(const char *text, char out[CODE_LENGTH + 1]);

/*
 * A new code for a site, in the caller's transaction (db_begin_system): shown
 * once, kept as its hash. `by`: who makes it (NULL: the console); `alone`: no
 * second person is needed.
 */
struct new_code {
	char shown[CODE_TEXT];
	struct uuid id;
	int64_t expires_ms;
};
bool code_add(struct db *db, struct arena *mem, const struct uuid *site,
	const char *site_name, const struct uuid *by, bool alone,
	struct new_code *out, struct err *e) MUST_CHECK;

/*
 * Orders, in the caller's transaction: the order stands and every session of
 * the station is over with one commit. A wipe takes the place of a lock;
 * nothing undoes one that was carried out. ERR_NOT_FOUND on `device`;
 * ERR_BAD_STEP when another order stands, or none to take back.
 */
bool order_give(struct db *db, struct arena *mem, const struct uuid *device,
	const char *kind, const char *reason, struct err *e) MUST_CHECK;
bool order_take_back(struct db *db, struct arena *mem,
	const struct uuid *device, struct err *e) MUST_CHECK;
/* Never again with this certificate. */
bool device_revoke(struct db *db, struct arena *mem, const struct uuid *device,
	struct err *e) MUST_CHECK;
#define ORDER_REASON_MAX 500 /* bytes */

/* POST /v1/devices */
handler device_post;

#endif
