/*
 * world.h - what one batch of changes sees and makes, inside server/records.
 *
 * load fills it with one read, decide works on it without I/O, store writes
 * what became of it. An entry is one record: as it stands in the database and,
 * once changes touch it, as it will stand.
 */
#ifndef SERVER_RECORDS_WORLD_H
#define SERVER_RECORDS_WORLD_H

#include "proto/change.h"
#include "proto/phase.h"
#include "server/access/access.h"
#include "server/db/sealed.h"

struct beside;
struct calendar;
struct origin;
struct response_facts;

struct entry {
	struct uuid id;
	struct record now; /* body text of the newest version; ver 0: new */
	struct uuid unit;
	json_t *body; /* read from now.body when first needed */
	const struct uuid *readers;
	size_t reader_count;
	struct record stored; /* as it is in the database; ver 0: not yet */
	const struct grant *grant; /* set by the decision that touched it */
};

/* A version this batch makes, and what stood before it, for the way back. */
struct fresh {
	struct record rec;
	struct uuid unit;
	struct uuid change;
	struct stored_body stored; /* its body as it is stored; store.c */
	const char *readers;       /* comma-separated ids, or NULL */
	bool old;                  /* superseded within the batch */
	struct entry *entry;
	struct record was;
	const struct uuid *was_readers;
	size_t was_reader_count;
};

struct ref_head {
	struct uuid id;
	struct uuid unit;
	const struct rtype *type;
	enum record_state state;
};

/* A record that names another of its own type: task.parent, plan.replaces. */
struct link {
	struct uuid id;
	struct uuid next;
};

struct mask {
	struct uuid unit;
	int classes;
};

struct case_facts {
	struct uuid id;
	struct phase_facts facts;
};

struct known {
	struct uuid id;
	struct sha256 payload;
	int64_t csn;
	const char *result;
};

/* A service item a request names, and within how many hours it is answered. */
struct item_hours {
	struct uuid id;
	int64_t hours;
};

struct world {
	struct arena *mem;
	const struct catalogue *catalogue;
	const struct reader *reader;
	const struct reader *trail; /* who is named on the trail */
	int64_t now;
	/* The log was restored once: what is not there at all may still come
	 * back from the station that made it, so whoever builds on it waits. */
	bool restored;

	struct change *changes;
	struct change_result *results;
	size_t n;
	/* Of changes that follow from another (follow.h): its grant, which is
	 * theirs. NULL: each needs its own. */
	const struct grant *follows;

	struct entry **entries; /* sorted by id */
	size_t entry_count, entry_room;
	struct ref_head *refs; /* sorted by id */
	size_t ref_count;
	struct link *links; /* of records the batch need not hold */
	size_t link_count;
	struct item_hours *items;
	size_t item_count;
	struct mask *masks;
	size_t mask_count;
	struct case_facts *facts;
	size_t fact_count;
	struct known *known;
	size_t known_count;
	struct uuid *taken;
	size_t taken_count;
	struct response_facts *responses; /* response.h */
	size_t response_count;
	struct calendar *calendar;  /* of working days; NULL: not read */
	struct beside *beside;      /* beside.h; NULL: nothing was asked */
	struct stored_body *parked; /* at_rest.h: of results that are parked */
	struct origin *origins;     /* origin.h */
	size_t origin_count;

	struct fresh *fresh;
	size_t fresh_count, fresh_room;
};

/* The entry of a record, or NULL. */
struct entry *world_find(const struct world *w, const struct uuid *id);
/* Adds an entry for an id that has none. */
struct entry *world_add(struct world *w, const struct uuid *id) NEVER_NULL;
const struct ref_head *world_ref(const struct world *w, const struct uuid *id);
/* The classes of a unit the reader sees; made units count in full. */
int world_mask(const struct world *w, const struct uuid *unit);
/* What stands in a case beside the records the batch holds, or NULL. */
const struct case_facts *world_facts(
	const struct world *w, const struct uuid *case_id);
const struct known *world_known(const struct world *w, const struct uuid *id);
bool world_is_taken(const struct world *w, const struct uuid *id);
/* What the last patch of the batch sets of a record; NULL: none. */
const json_t *world_set_of(const struct world *w, const struct uuid *rec);
/* The respond_hours of a service item that stands; DEADLINE_NO_HOURS when it
 * says none. */
int64_t world_item_hours(const struct world *w, const struct uuid *id);
/* Where such a record leads, as it stands in the database; NULL: nowhere. */
const struct uuid *world_link(const struct world *w, const struct uuid *id);
/* Whether a field of a type names records of that very type. */
bool world_is_link(const struct rtype *t, const struct field *f);
/* The body of an entry as a tree; the entry has at least one version. */
json_t *entry_body(struct world *w, struct entry *x);
/* Whether a field differs between what stands in the database and what will;
 * what is new differs in all. */
bool entry_moved(struct world *w, struct entry *x, const char *field);
/* The entry's readers become those a body names. */
void entry_name_readers(struct world *w, struct entry *x, const json_t *body);
/* Appends a version made by this batch and moves the entry to it. */
void world_push(struct world *w, struct entry *x, const struct record *r,
	json_t *body, const struct uuid *change);
/* Takes back the versions past this count (a failed group). */
void world_rewind(struct world *w, size_t fresh_count);

/* load.c: one read for the whole batch, inside the open transaction. */
bool world_load(struct world *w, struct db *db, struct err *e) MUST_CHECK;

/* Adds an entry for each row of Q_HEADS that has none. */
void world_take_heads(struct world *w, const struct db_rows *rows);

/* decide.c: fills results[i] for every change; no I/O. */
void world_decide(struct world *w);

/* store.c: writes everything and, unless more is to come in this transaction,
 * commits; gives the csn and the new head. */
struct commit_head {
	int64_t csn;
	int64_t epoch;
	struct sha256 chain;
};
bool world_store(struct world *w, struct db *db, bool more,
	struct commit_head *out, struct err *e) MUST_CHECK;

/* Reads one row of the statements that return whole versions. */
void row_record(const struct catalogue *c, const struct db_rows *rows, int i,
	struct record *out, struct uuid *unit);

#endif
