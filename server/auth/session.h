/*
 * session.h - signing in, and who is asking afterwards.
 *
 * A session is 32 random bytes at the other end and their SHA-256 in the
 * database. Opened on a station's listener it belongs to that station's
 * certificate and is good on no other.
 */
#ifndef SERVER_AUTH_SESSION_H
#define SERVER_AUTH_SESSION_H

#include "server/auth/account.h"
#include "server/req.h"

#define SESSION_TOKEN  32 /* bytes */
#define SESSION_COOKIE "Path=/; Secure; HttpOnly; SameSite=Strict"

/*
 * Fills r->reader and r->packs from the token and r->device_spki, in one read
 * outside any transaction. ERR_SIGNED_OUT, ERR_OTHER_READER when the request
 * names somebody else, or ERR_DEVICE_UNKNOWN when the certificate is revoked,
 * expired or not the session's own.
 */
bool session_reader(struct req *r, const char *token, struct err *e) MUST_CHECK;

/* The reply of POST and GET; `token` only where the caller keeps it itself. */
bool session_reply(struct req *r, unsigned status, const struct account *a,
	int64_t expires_ms, const char *token);

handler session_post, session_get, session_delete;

#endif
