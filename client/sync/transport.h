/*
 * transport.h - one request, one answer. What lies between is libcurl in the
 * program, and whatever a test wants it to be in a test.
 *
 * send() returns false only when there is no whole answer: ERR_OFFLINE,
 * ERR_TLS, ERR_VOID_PAGE (cut short, or larger than allowed). Any status is an
 * answer; what it means is for the engine. The reply is filled in every case:
 * with nothing when nothing came.
 */
#ifndef CLIENT_TRANSPORT_H
#define CLIENT_TRANSPORT_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

#define HEADER_TEXT 160

struct reply;

/*
 * Takes an answer while it arrives, so that what came before the line broke is
 * not lost. `have` is what came and was not taken; *used is set to how many of
 * its first bytes were, which are not shown again. False ends the transfer.
 * A transport that cannot do this leaves the whole body in the reply.
 */
struct taker {
	void *ctx;
	bool (*take)(void *ctx, const struct reply *a, struct str have,
		size_t *used);
};

struct request {
	const char *method;
	const char *path;  /* with its query */
	struct str body;   /* empty: none */
	const char *type;  /* of the body; NULL: JSON */
	const char *token; /* of the session, or NULL */
	/* Sync-Replica, Sync-Req, Sync-Seen; NULL and 0: not a replica's */
	const char *replica;
	int64_t number;
	const char *seen;
	const char *upload_offset; /* Upload-Offset, Range, or NULL */
	const char *range;
	int64_t wait_s;  /* how long the centre may hold the answer */
	size_t max_body; /* of the answer, decoded; of what is not yet taken */
	const struct taker *taker; /* of an answer 200, or NULL */
};

struct reply {
	unsigned status;
	char type[HEADER_TEXT];    /* content type, without parameters */
	char head[HEADER_TEXT];    /* Sync-Head */
	char durable[HEADER_TEXT]; /* Sync-Durable */
	char courier[HEADER_TEXT]; /* Sync-Courier */
	char range[HEADER_TEXT];   /* Content-Range */
	int64_t retry_after_s;
	int64_t length;  /* Content-Length; 0: not said */
	int64_t date_ms; /* the centre's clock, 0: not said */
	/* Terminated, in the arena of the call: what no taker took. Also when
	 * the line broke: what came of it. */
	struct str body;
	int64_t took_ms; /* from its first byte to its last, 0: not measured */
};

struct transport {
	void *ctx;
	bool (*send)(void *ctx, const struct request *q, struct arena *mem,
		struct reply *out, struct err *e);
};

/* ---- the real one ---- */

struct https {
	const char *server;      /* https://host:port */
	const char *ca;          /* file: the only authority believed */
	const char *certificate; /* file, or NULL before enrolment */
	const char *key;
	/* Called while bytes arrive, with those of this answer not yet taken.
	 */
	void (*received)(void *ctx, size_t bytes);
	void *received_ctx;
	/* Called at least once a second while an answer is awaited; false gives
	 * it up. */
	bool (*waiting)(void *ctx);
	void *waiting_ctx;
};

/* One connection, kept between requests. The texts must outlive it. */
struct transport *https_open(
	const struct https *h, struct arena *mem, struct err *e) MUST_CHECK;

#endif
