/*
 * session.h - signing in, and who is asking afterwards.
 *
 * A session is 32 random bytes at the other end and their SHA-256 in the
 * database. Opened on a station's listener it belongs to that station's
 * certificate and is good on no other.
 */
#ifndef SERVER_AUTH_SESSION_H
#define SERVER_AUTH_SESSION_H

#include "proto/base/hash.h"
#include "server/auth/account.h"
#include "server/req.h"

#define SESSION_TOKEN  32 /* bytes */
#define SESSION_COOKIE "Path=/; Secure; HttpOnly; SameSite=Strict"

/*
 * Fills r->reader, r->packs, r->account, r->step and what belongs to it from
 * the token and r->device_spki, in one read outside any transaction.
 * ERR_SIGNED_OUT, also for a sign-in nobody finished in a quarter of an hour;
 * ERR_OTHER_READER when the request names somebody else; ERR_DEVICE_UNKNOWN
 * when the certificate is revoked, expired or not the session's own.
 */
bool session_reader(struct req *r, const char *token, struct err *e) MUST_CHECK;
/* Whether the session may call r->route: ERR_STEP names the step that is
 * outstanding, ERR_LOCKED and ERR_STEP_UP what is to be proved first. */
bool session_admits(const struct req *r, struct err *e) MUST_CHECK;

struct session_state {
	struct account account;
	enum step step; /* without the screen's lock */
	int64_t expires_ms;
	bool was_whole;           /* before now */
	int64_t before_ms;        /* the sign-in before this one; 0: none */
	const char *before_place; /* where; or NULL */
	int64_t before_missed;    /* wrong passwords since then */
	const struct db_rows *notices; /* what is asked to be done to it */
};

/* What r's session is now, in the caller's transaction. */
bool session_load(
	struct req *r, struct session_state *s, struct err *e) MUST_CHECK;
/* The reply of POST and GET: of a session that is not whole only its step.
 * `token` only where the caller keeps it itself. */
bool session_reply(struct req *r, unsigned status,
	const struct session_state *s, const char *token);

/* {"at","place","missed"} of the sign-in before, or null. */
json_t *session_before(const struct session_state *s) NEVER_NULL;

/* A new token: its hash, and what the other end is to hold. */
const char *session_token(struct arena *mem, struct sha256 *hash) NEVER_NULL;
void session_give_cookie(struct req *r, const char *token);
/*
 * A step was taken: within the caller's transaction the session gets a new
 * token when `token` is not NULL, its second factor when `factored`, and with
 * either counts as proved now. With the last step the browser or station
 * becomes known, and room is made: LIMIT_SESSIONS whole ones in browsers an
 * account. Notes `action`, commits, and fills s.
 */
bool session_go_on(struct req *r, bool factored, const char **token,
	const char *action, const char *outcome, struct session_state *s,
	struct err *e) MUST_CHECK;

handler session_post, session_get, session_delete;
handler session_factor_post;    /* POST /v1/session/factor */
handler session_proof_post;     /* POST /v1/session/proof */
handler session_lock_post;      /* POST /v1/session/lock */
handler password_post;          /* POST /v1/password */
handler account_get;            /* GET /v1/account */
handler account_request_delete; /* DELETE /v1/account/requests/{id} */
handler account_session_delete, account_sessions_delete, account_device_delete;
handler factor_post, factor_confirm_post, factor_delete, codes_post;

#endif
