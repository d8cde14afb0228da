/*
 * conn.h - how long a connection may take over what it is doing.
 *
 * libmicrohttpd's own timeout counts silence only: one byte every few seconds
 * holds a connection for ever. These limits run from the start of each phase,
 * whatever trickles in.
 */
#ifndef SERVER_HTTP_CONN_H
#define SERVER_HTTP_CONN_H

#include "proto/base/base.h"

enum conn_phase {
	CONN_OPENING, /* handshake and the first request line */
	CONN_HEADERS,
	CONN_BODY,
	CONN_WORKING, /* ours to finish; the lanes have their own limits */
	CONN_SENDING,
	CONN_IDLE /* between requests */
};

/* No reply keeps a connection open that is older than this. */
#define CONN_LIFETIME_MS 600000

/*
 * Milliseconds a phase may last; `bytes` are those it moves. 0: no limit.
 * Bodies and replies get ten (thirty) seconds and then 16 KiB a second.
 */
int64_t conn_limit_ms(enum conn_phase phase, size_t bytes);

#endif
