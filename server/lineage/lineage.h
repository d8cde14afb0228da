/*
 * lineage.h - is this still the log we knew?
 *
 * A database restored from a backup, set back with its disk, or promoted from a
 * copy looks perfectly healthy, and what was acknowledged after the backup is
 * gone without a trace. So the daemon compares, at the start, on every new
 * connection and every second: what PostgreSQL says of itself (system
 * identifier and timeline), the *high water* it keeps in a file beside the
 * database (the newest head it ever saw), and what stations show that it once
 * told them (claim.h). When one contradicts, another *epoch* begins
 * (log.epoch_bump): every copy at a station is unknown from then on, decisions
 * about access that were filed beside the database hold again, and nothing is
 * accepted until an operator confirms. Reads go on.
 *
 * Nothing here needs HTTP; a `struct lineage` and a connection are enough.
 */
#ifndef SERVER_LINEAGE_H
#define SERVER_LINEAGE_H

#include "server/config.h"
#include "server/db/db.h"
#include "server/lineage/claim.h"

enum lineage_why {
	LINEAGE_SAME,
	LINEAGE_SYSTEM,     /* another cluster: restored from a dump */
	LINEAGE_TIMELINE,   /* recovered to a point in time, or promoted */
	LINEAGE_HIGH_WATER, /* behind the file, or beside it */
	LINEAGE_WITNESS,    /* a station was shown another log */
	LINEAGE_OPERATOR,   /* somebody says so */
};
/* "high_water"; the words of log.epoch.why. */
const char *lineage_why_name(enum lineage_why why);

/* What the database says, with its chain at the commit that was asked about. */
struct lineage_view {
	struct log_head head;
	bool same_system;
	bool same_timeline;
	bool confirmed;
	int64_t began_ms; /* the epoch */
	int64_t durable;
	bool has_chain; /* the commit that was asked about is there */
	struct sha256 chain;
};

/* The two rules. `water` is the newest head known; csn 0 and epoch 0: none. */
enum lineage_why lineage_judge(
	const struct lineage_view *v, const struct log_head *water) MUST_CHECK;
/* True when the claim is ours and the log is not where it was. */
bool lineage_contradicts(
	const struct lineage_view *v, const struct head_claim *c) MUST_CHECK;

struct lineage;

/* Reads the high water and opens the file of decisions; both are in
 * high-water-dir. ERR_USAGE names the file (and line) that cannot be read. */
struct lineage *lineage_open(const struct config *c, struct err *e) MUST_CHECK;
/* NULL is allowed. */
void lineage_free(struct lineage *TAKES l);

/*
 * Asks the database and compares; begins another epoch when it is another log.
 * Outside a transaction. False: not known, so nothing may be acknowledged. A
 * NULL lineage compares nothing.
 */
bool lineage_look(struct lineage *l, struct db *db, struct err *e) MUST_CHECK;
/* Begins another epoch, unless the database is in another than `seen` already.
 * `known` is the newest head known of (may be NULL). */
bool lineage_bump(struct lineage *l, struct db *db, int64_t seen,
	enum lineage_why why, const struct log_head *known,
	struct err *e) MUST_CHECK;

/* Somebody was told of this head; older ones are ignored. */
void lineage_note(struct lineage *l, const struct log_head *h);
/* A station showed what we once told it and the log does not bear out. The
 * next lineage_attend() looks into it. */
void lineage_doubt(struct lineage *l, const struct head_claim *c);
/* lineage_look(), then the doubt there is, if any. */
bool lineage_attend(struct lineage *l, struct db *db, struct err *e) MUST_CHECK;
/*
 * Files new decisions, and the high water when it rose: at most once a second,
 * or now (`now`). The keeper's; from any thread, outside a transaction, when
 * what was decided must be on the disk before somebody is told.
 */
bool lineage_keep(
	struct lineage *l, struct db *db, bool now, struct err *e) MUST_CHECK;

struct lineage_figures {
	int64_t epoch;
	bool confirmed;
	int64_t durable;
	int64_t water; /* csn in the file */
	uint64_t
		doubts; /* claims of stations that were ours and contradicted */
	bool has_trouble; /* the files could not be written */
};
struct lineage_figures lineage_figures(struct lineage *l);
/* True for some weeks after a restore: what is not there may still come back
 * from the station that made it. */
bool lineage_awaits(struct lineage *l);

/* A thread that attends and keeps, every second and when lineage_poke() says
 * so (after a commit that may hold a decision, or a doubt). */
struct keeper;
/* What else is done in a turn of a confirmed epoch; may be NULL. */
struct keeper_also {
	bool (*run)(void *ctx, struct db *db, struct err *e);
	void *ctx;
	struct vault *vault; /* of its connection, or NULL */
	const unsigned char *trail_key;
};
struct keeper *keeper_start(struct lineage *l, const struct keeper_also *also,
	struct err *e) MUST_CHECK;
/* Keeps a last time. NULL is allowed. */
void keeper_stop(struct keeper *TAKES k);
void lineage_poke(struct lineage *l);

#endif
