/*
 * local_in.h - what the files of this room share: the open place, and one
 * request.
 */
#ifndef CLIENT_LOCAL_IN_H
#define CLIENT_LOCAL_IN_H

#include "client/local/local.h"
#include "client/store/view.h"

#define KEY_TEXT    65 /* 32 bytes in hex */
#define HOST_TEXT   24 /* 255.255.255.255:65535 */
#define ORIGIN_TEXT 48
#define ASK_QUERY   12
#define ASK_HEADERS 6
#define BODY_MAX    ((size_t)1 << 20)
#define ERRANDS     4 /* requests handed on to the centre at a time */

struct reply;
struct lines;

/* ---- one request ---- */

struct ask {
	struct arena *mem;
	const char *method;
	const char *path;
	const char *segment; /* what the braces of the route matched */
	struct {
		const char *name;
		const char *value;
	} query[ASK_QUERY];
	size_t query_count;
	const char *host; /* headers, or NULL */
	const char *origin;
	const char *fetch_site;
	const char *cookie;
	const char *content_type;
	const char *if_none_match;
	const char *range;
	const char *upload_offset;
	const char *by;    /* X-Casebridge */
	const char *staff; /* Casebridge-Staff */
	bool accepts_br;
	struct str body;
	json_t *json; /* the body, once it was read */

	unsigned status;
	const char *type;
	struct str out; /* in mem, or as long as the room */
	struct web_header header[ASK_HEADERS];
	size_t header_count;
	struct errand *errand; /* not NULL: answered when that is done */
};

const char *ask_query(const struct ask *a, const char *name);
/* Where the bytes asked for begin; 0 without a Range. False when it is not
 * "bytes=FIRST-" or "bytes=FIRST-LAST": where it began is not to be guessed. */
bool ask_range(const struct ask *a, int64_t *from) MUST_CHECK;
void ask_header(struct ask *a, const char *name, const char *value);
/* Both true; the latter takes its text from j. */
bool ask_reply(struct ask *a, unsigned status, const char *type, const char *p,
	size_t n);
bool ask_json(struct ask *a, unsigned status, const json_t *j);
void ask_problem(struct ask *a, const struct err *e);

/* ---- the room ---- */

/* What became of the last round. */
struct last_round {
	int64_t at; /* ms; 0: none yet */
	bool ok;
	bool matched;
	struct err why;
};

struct rounds {
	bool wanted;
	bool running;
	bool paused;
	int64_t next_ms;  /* by host_boot_ms() */
	int64_t pause_ms; /* after a round that failed */
	struct sync_report now;
	struct last_round last;
};

struct local {
	const struct local_conf *conf;
	const struct local_host *host;
	struct store *s; /* NULL: closed */
	bool locked;     /* nothing is shown; closed as soon as may be */
	char host_text[HOST_TEXT]; /* 127.81.3.9:40001 */
	char origin[ORIGIN_TEXT];  /* http://… */
	char cookie[ORIGIN_TEXT];  /* its name */
	char key[KEY_TEXT];        /* "": used */
	char session[KEY_TEXT];    /* "": none yet */
	int64_t seen_ms; /* somebody was there; by the clock that never jumps */
	unsigned wrong;  /* wrong passphrases in a row */
	int64_t wrong_until_ms;
	int64_t proved_ms; /* the passphrase was given; by that clock */
	struct rounds rounds;
	struct errand *errands[ERRANDS];
	struct lines *lines; /* the caseload; NULL: not asked for yet */
	/* The centre ordered something for this station: nothing is shown any
	 * more, and it ends. */
	struct err order;
};

/* Whatever the centre refuses is looked at: is it an order? */
void local_heed(struct local *l, const struct err *why);

/* What the person sees now; made for one request. */
struct view *local_view(struct local *l, struct ask *a) NEVER_NULL;
/* Nothing is shown from now on; the store is closed when no round has it. */
void local_lock(struct local *l);

/* door.c: whether a request may be heard at all, before anything is done for
 * it; `open` asks for a session. */
bool door_check(
	const struct local *l, const struct ask *a, struct err *e) MUST_CHECK;
bool door_session(
	const struct local *l, const struct ask *a, struct err *e) MUST_CHECK;
/* Whether the page is one of the person whose store this is; `staff` says for
 * whom it asks. True while the store is closed. */
bool door_person(
	const struct local *l, const struct ask *a, struct err *e) MUST_CHECK;
/* Whether it shows that somebody is there: who came in or ordered a round, and
 * the page's question for its standing when it says `active`, as it does after
 * a key or a touch. Nothing else does, so nothing the page does by itself can
 * be taken for a person. */
bool door_somebody(const struct ask *a);
/* h_session.c: ERR_STEP_UP unless the passphrase was given within the last
 * minutes: for what is restricted. */
bool local_fresh(const struct local *l, struct err *e) MUST_CHECK;
/* h_read.c: the same for a record, when it is here and restricted. */
bool local_may_open(struct local *l, struct ask *a, const struct uuid *id,
	struct err *e) MUST_CHECK;
/* Makes the address, the key and the names from random bytes. */
void door_make(struct local *l, unsigned port);
/* The first to bring the key gets the session. */
bool door_enter(struct local *l, struct ask *a, const char *key,
	struct err *e) MUST_CHECK;

/* router.c: answers, or leaves an errand. */
void route_ask(struct local *l, struct ask *a);

typedef bool local_handler(struct local *l, struct ask *a, struct err *e);
local_handler local_session_get, local_session_post, local_session_delete;
local_handler local_session_proof, local_record;
local_handler local_catalogue, local_directory, local_caseload, local_case;
local_handler local_today, local_review, local_history, local_score,
	local_suggest, local_changes;
local_handler local_letters, local_letter, local_letter_preview;
local_handler local_groups, local_group_plan, local_print;
local_handler local_sync_get, local_sync_post;
local_handler local_upload_post, local_upload_get, local_upload_patch;
local_handler local_file, local_file_discard;
local_handler local_withdrawal_preview, local_withdrawal, local_copies;
local_handler local_salvage, local_salvage_decide;
local_handler local_kept_get, local_kept_post;

/* h_kept.c: keys of what went with its case while these pages were open; inside
 * a transaction, takes away what is kept under keys. */
json_t *local_kept_gone(const struct local *l) NEVER_NULL;
bool local_kept_drop(
	struct local *l, const json_t *keys, struct err *e) MUST_CHECK;

/* errand.c: bytes on their way while requests are answered. */
struct errand;
/*
 * What comes of it, on the thread that owns the store: r is the centre's
 * answer, NULL when there was none, and then why says so. True when it has
 * answered; otherwise the centre's words are passed on.
 */
typedef bool errand_after(struct local *l, struct ask *a, const struct reply *r,
	const struct err *why);
struct errand_order {
	const char *method;
	const char *path;
	const char *range;   /* or NULL */
	struct str body;     /* JSON; empty: none */
	errand_after *after; /* or NULL */
};
/* Starts a request of its own; a->errand is set. */
bool errand_begin(struct local *l, struct ask *a, const char *method,
	const char *path, struct err *e) MUST_CHECK;
bool errand_send(struct local *l, struct ask *a, const struct errand_order *o,
	struct err *e) MUST_CHECK;
bool errand_done(const struct errand *w);
/* Answers with what came. */
void errand_end(struct local *l, struct errand *w);
struct ask *errand_ask(const struct errand *w);
/* A line that calls `meanwhile` over and over while it waits. */
struct transport *errand_line(struct transport *inner,
	bool (*meanwhile)(void *ctx), void *ctx, struct arena *mem) NEVER_NULL;

/* round.c: a round of syncing when its time has come. `meanwhile` answers
 * requests and says whether to go on. */
void round_if_due(struct local *l, bool (*meanwhile)(void *ctx), void *ctx);
/* Own work was saved: it goes soon. */
void round_soon(struct local *l);

#endif
