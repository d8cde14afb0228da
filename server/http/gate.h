/*
 * gate.h - the one place where a stranger's request is believed or refused.
 *
 * libmicrohttpd 0.9.75 lets through what two programs may read in two ways:
 * two Content-Lengths, Content-Length beside Transfer-Encoding, a name with a
 * space before its colon, two Hosts, folded lines glued onto a name. The gate
 * refuses all of them before anything else looks at the request; whoever calls
 * it closes the connection after a refusal. What the library has already lost
 * cannot be seen from here: it ends a value at NUL and takes a bare LF for a
 * line end. It knows no library type, so unit tests and the fuzzer call it
 * directly.
 */
#ifndef SERVER_HTTP_GATE_H
#define SERVER_HTTP_GATE_H

#include "server/http/uri.h"

/* The headers that are ever read, in the order of the table in gate.c. */
enum gate_header {
	H_HOST,
	H_CONTENT_LENGTH,
	H_TRANSFER_ENCODING,
	H_CONTENT_TYPE,
	H_CONTENT_ENCODING,
	H_EXPECT,
	H_AUTHORIZATION,
	H_COOKIE,
	H_ORIGIN,
	H_SEC_FETCH_SITE,
	H_X_CASEBRIDGE,
	H_CASEBRIDGE_STAFF,
	H_IF_NONE_MATCH,
	H_RANGE,
	H_IF_RANGE,
	H_UPLOAD_OFFSET,
	H_USER_AGENT,
	H_ACCEPT_ENCODING,
	H_SYNC_REPLICA,
	H_SYNC_REQ,
	H_SYNC_SEEN,
	H_SYNC_PROTOCOL,
	H_SYNC_SCHEMA,
	H_COUNT
};

struct gate_rules {
	const struct route *routes;
	size_t route_count;
	const char *const *hosts; /* lower case */
	size_t host_count;
	bool has_static; /* paths outside /v1 are files */
	enum listener listener;
};

/* A request line and headers as they came; lengths, because a value with a
 * NUL in it looks shorter than it is. */
struct gate_request {
	const char *method;
	const char *target;
	const char *version;
	size_t header_count; /* may exceed LIMIT_HEADERS: then it is refused */
	struct {
		struct str name;
		struct str value;
	} header[LIMIT_HEADERS];
};

struct gate_result {
	const struct route *route; /* NULL: the static file at uri.path */
	bool is_head;
	struct uri uri;
	const char *segment[REQ_SEGMENTS];
	size_t content_length;
	const char *value[H_COUNT]; /* NULL when absent */
	const char
		*token; /* from the cookie on the web listener, else Bearer */
	const char *browser; /* from the cookie of a known browser, or NULL */
	bool accepts_zstd;
	bool accepts_br;
};

/*
 * False with ERR_BAD_REQUEST, ERR_NOT_FOUND, ERR_BAD_METHOD, ERR_BAD_MEDIA or
 * ERR_TOO_LARGE. Texts in the result belong to mem.
 */
bool gate_check(const struct gate_rules *rules, const struct gate_request *q,
	struct arena *mem, struct gate_result *out, struct err *e) MUST_CHECK;

/* Lower-case name of a header the gate reads. */
const char *gate_header_name(enum gate_header h);

#endif
