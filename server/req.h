/*
 * req.h - one HTTP request, from checked header to built reply.
 *
 * Handlers see only this: no MHD type, no PGresult. They either set a reply
 * and return true, or fill *e and return false; server/http turns the error
 * into a problem document, logs it once and frees r->mem when the reply is
 * out. A handler runs on a worker thread of its route's lane and may block on
 * r->db; r->db is outside any transaction when it starts.
 */
#ifndef SERVER_REQ_H
#define SERVER_REQ_H

#include "proto/base/json.h"
#include "server/db/db.h"
#include "server/reader.h"

struct app;
struct buf;
struct catalogue;

enum listener { ON_WEB = 1, ON_SYNC = 2, ON_OPS = 4 };

/*
 * Who may call: anybody; any station we ever let in, by its certificate, also
 * one that is shut out or lost; an active station, or one that is to be locked
 * or wiped and has not been yet; a live session; or both, the certificate being
 * the session's own and active. Everything else that a station shows its
 * certificate for is refused while an order stands for it (auth/device.h).
 */
enum need {
	NEEDS_NOTHING,
	NEEDS_STATION,
	NEEDS_CERTIFICATE,
	NEEDS_SESSION,
	NEEDS_DEVICE,
	/* A session, and a proof within the last minutes that it is still the
	 * person who signed in (access/fresh.h). */
	NEEDS_FRESH,
	/* Sessions that are not whole yet; no other route takes one
	 * (auth/step.h). At any step; at the second factor; with a password to
	 * be changed, or whole; with a factor to be set up, or whole and
	 * fresh; locked, or whole. */
	NEEDS_STEP,
	NEEDS_STEP_FACTOR,
	NEEDS_STEP_CHANGE,
	NEEDS_STEP_ENROL,
	NEEDS_STEP_PROOF
};

/* What is still between a session and the records: auth/step.h. */
enum step { STEP_WHOLE, STEP_FACTOR, STEP_CHANGE, STEP_ENROL, STEP_LOCKED };

/* Bounded queues of workers; a full one answers 503 at once. In the lane of
 * files a body is bytes instead of JSON, and replies count as memory. */
enum lane {
	LANE_FAST,
	LANE_FEED,
	LANE_PUSH,
	LANE_PASSWORD,
	LANE_FILES,
	LANE_FIGURES,
	LANE_COUNT
};

#define REQ_SEGMENTS 4

/* Who may call, as server/access/routes.csv has it: anybody, for a reason;
 * whoever the session or certificate is, about themselves; every role; some. */
enum who { WHO_PUBLIC, WHO_SELF, WHO_EVERY, WHO_ROLES };

struct req;
typedef bool handler(struct req *r, struct err *e);

struct route {
	const char *method;
	const char *path; /* "/v1/cases/{id}": braces match one segment */
	unsigned listeners;
	enum need need;
	enum lane lane;
	size_t max_body;   /* bytes; 0 takes none */
	const char *query; /* the names it reads, space-separated, or NULL */
	handler *run;
	enum who who;
	unsigned roles; /* bits 1 << enum role; all of them unless WHO_ROLES */
	const char *about; /* the field a refusal names, or what decides */
};

extern const struct route routes[];
extern const size_t route_count;

struct req {
	struct arena *mem;
	struct app *app;
	struct db *db;
	const struct route *route;
	enum listener listener;
	struct reader reader; /* role ROLE_NONE unless the route needs one */
	struct uuid account;  /* the session's; nil: no session */
	enum step step;       /* of the session */
	bool has_factor;      /* the account has a second factor */
	int64_t proof_age_s;  /* since the person last proved who they are */
	const char *browser;  /* the cookie of a known browser, or NULL */
	const struct catalogue *catalogue; /* in force at the reader's site */
	int64_t packs;                     /* stamp of the packs; shelf.h */
	uint64_t id;                       /* for the log */

	const char *segment[REQ_SEGMENTS]; /* what the braces matched */
	struct {
		const char *name;
		const char *value; /* decoded UTF-8 */
	} query[LIMIT_PARAMETERS];
	size_t query_count;
	struct str body; /* bytes as they came; empty for GET */
	json_t *json;    /* the body, read within limits; NULL for GET and in
			    the lane of files */

	const char *source; /* peer address */
	const char *if_none_match;
	const char *range; /* Range, If-Range, Upload-Offset, or NULL */
	const char *if_range;
	const char *upload_offset;
	const char *user_agent;
	const char *staff; /* Casebridge-Staff: whom the page takes the reader
			      for, or NULL */
	const char *sync_replica; /* Sync-Replica, Sync-Req, Sync-Seen */
	const char *sync_req;
	const char *sync_seen;
	const char *sync_protocol; /* Sync-Protocol, Sync-Schema */
	const char *sync_schema;
	const char *device_spki; /* hex SHA-256 of a certificate that verified
				    on this connection, or NULL */
	struct str device_key;   /* its public key, DER; empty: none */
	bool accepts_zstd;
	int round;          /* 0 at first; counts wake-ups of req_wait() */
	int64_t started_ms; /* monotonic */

	unsigned status;
	const char *content_type;
	struct str out; /* lives in mem */
	/* The reply is this file instead of `out`; NULL: it is not. */
	const struct req_file *file;
	/* Places in `out` up to which it is to arrive whole when the line
	 * breaks behind them: packing does not reach across. */
	size_t *mark;
	size_t marks;
	struct buf *out_buf; /* what `out` lies in, when it may go as soon as it
				is packed; or NULL */
	struct {
		const char *name;
		const char *value;
	} header[8];
	size_t header_count;
	int64_t wait_ms; /* > 0: nothing to say yet, see req_wait() */
};

struct req_file {
	int fd;
	size_t size;
};

/* The value of a query parameter, or NULL. */
const char *req_query(const struct req *r, const char *name);
/* An integer parameter within limits, or `otherwise` when absent. */
bool req_query_int(const struct req *r, const char *name, int64_t min,
	int64_t max, int64_t otherwise, int64_t *out, struct err *e) MUST_CHECK;
/* Which of the words (blanks between) a parameter is, counted from 0; -1 when
 * absent. ERR_BAD_REQUEST names them. */
bool req_query_word(const struct req *r, const char *name, const char *words,
	int *which, struct err *e) MUST_CHECK;
/* A path segment as an id; ERR_NOT_FOUND when it is none. */
bool req_segment_id(
	const struct req *r, int i, struct uuid *out, struct err *e) MUST_CHECK;

/* Sets the reply; text must live in r->mem or be static. Always true. */
bool req_reply_text(struct req *r, unsigned status, const char *json);
bool req_reply_bytes(struct req *r, unsigned status, const char *content_type,
	const char *p, size_t n);
bool req_reply_json(struct req *r, unsigned status, json_t *TAKES j);
/* The same for what nobody must find in memory later, a password or a code:
 * the text is overwritten when the reply is out, and what it was made of now.
 */
bool req_reply_secret(struct req *r, unsigned status, json_t *TAKES j);
/* A file from its beginning; it stays the caller's and open until r->mem is
 * freed. */
bool req_reply_file(struct req *r, unsigned status, const char *content_type,
	int fd, size_t size);
/* Adds a reply header; both texts live in r->mem or are static. */
void req_header(struct req *r, const char *name, const char *value);
/* Marks a place in the reply that is being built. */
void req_mark(struct req *r, size_t at);
/*
 * Nothing to answer yet: frees the worker and runs the handler again (round
 * + 1) when something was committed or after `ms`. Always true.
 */
bool req_wait(struct req *r, int64_t ms);

#endif
