/*
 * wire.h - one kept-alive TLS 1.3 connection that asks as a station asks.
 *
 * The bench needs a client that costs next to nothing, so that what is timed is
 * the other end: one blocking socket, one buffer that keeps its memory, answers
 * with a Content-Length only. Anything unexpected ends the program with a
 * sentence: a bench that goes on after an error measures the error.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include "proto/base/buf.h"

struct wire_options {
	const char *host;
	const char *port;
	const char *ca;          /* PEM file; required */
	const char *certificate; /* PEM files, or NULL */
	const char *key;
	const char *token;   /* bearer, or NULL */
	const char *replica; /* numbers the requests (docs/wire.md), or NULL */
	int64_t number;      /* of the replica's last request */
	const char *seen;    /* the head it saw last, or NULL */
};

struct wire;

struct answer {
	unsigned status;
	struct str body; /* valid until the next question */
};

/* Connects and shakes hands. */
struct wire *wire_open(const struct wire_options *o) NEVER_NULL;
void wire_close(struct wire *w);

/* Sends a request and reads its answer whole; ends the program when the status
 * is not 2xx. An empty body sends none. */
struct answer wire_ask(
	struct wire *w, const char *method, const char *path, struct str body);

/* Of the last request; the head the last answer named, or "". */
int64_t wire_number(const struct wire *w);
const char *wire_seen(const struct wire *w);

/* Bytes of the connection so far, TLS and its handshake included. */
struct wire_bytes {
	uint64_t down;
	uint64_t up;
};
struct wire_bytes wire_bytes(const struct wire *w);

#endif
