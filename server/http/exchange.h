/*
 * exchange.h - one request in flight, from its first line to its last byte.
 *
 * It is owned by one thread at a time: by the I/O thread while it reads, by a
 * worker between lanes_push() and resume(), by the I/O thread again while it
 * sends. The lane's lock and libmicrohttpd's own carry it across. It knows no
 * library type; `carrier` is the I/O side's business.
 */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include "server/app.h"
#include "server/http/gate.h"

enum exchange_state {
	EX_HEAD, /* nothing judged yet */
	EX_BODY, /* through the gate; the body may be arriving */
	EX_WORK, /* a worker has it, or it is parked */
	EX_DONE, /* req.status and req.out are the reply */
	EX_SENT  /* handed to the library */
};

struct exchange {
	struct req req;
	enum exchange_state state;
	const char *target;
	struct gate_result gate;
	struct buf body;
	size_t charged; /* of the memory budget, for body and tree */
	bool must_close;
	enum err_code failed; /* for the log */

	struct exchange *next; /* in a lane, parked, or back in its loop */
	bool reads;            /* writes nothing but its own traces */
	int64_t queued_ms;
	int64_t wait_until_ms;
	int64_t seen_csn;   /* the head when this round began */
	int64_t parked_csn; /* what the park had looked at when it came */

	void *carrier;
	struct loop *loop;                  /* where the reply goes */
	void (*resume)(struct exchange *x); /* the reply is ready; once */
};

/* One worker's own things; never shared. */
struct workshop {
	struct db *db;
	struct ZSTD_CCtx_s *zstd;
};

struct exchange *exchange_new(struct app *app, const char *target) NEVER_NULL;
void exchange_free(struct exchange *x);

/*
 * Copies what handlers may see from the gate's result. CSRF and the presence
 * of a token are judged here, before a body is read.
 */
bool exchange_admit(
	struct exchange *x, enum listener listener, struct err *e) MUST_CHECK;
/* Takes more of the body; ERR_BUSY when memory is short. */
bool exchange_body(
	struct exchange *x, const char *p, size_t n, struct err *e) MUST_CHECK;

/*
 * Signs the reader in, reads the JSON, runs the handler. Afterwards the
 * exchange is EX_DONE, or wants to wait (req.wait_ms > 0) and is not.
 */
void exchange_run(struct exchange *x, struct workshop *w);
/* Makes the error the reply. */
void exchange_fail(struct exchange *x, const struct err *e);

#endif
