/*
 * run.h - one seed: a district, its stations, what they did, and what the
 * model makes of it.
 *
 *   seed ─► swarm (which faults, how often) ─► steps ─► quiet ─► checks
 *
 * Everything a run decides follows from its seed and the list of its steps: no
 * wall clock, no addresses, no unordered lists. A step has its own generator,
 * so leaving one out changes only what follows from it.
 */
#ifndef TESTS_SIM_RUN_H
#define TESTS_SIM_RUN_H

#include "client/store/place.h"
#include "client/sync/engine.h"
#include "tests/sim/rng.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

#define STATIONS    6 /* at most; clones among them */
#define STEPS_MAX   400
#define OWED_MAX    64
#define ROUND_MAX   300 /* requests of one round */
#define LATE_MAX    32
#define OFFERED_MAX 2048

/* How a seed is: probabilities are per mille of the occasions. */
struct swarm {
	int stations;
	int steps;
	unsigned lose_request;
	unsigned lose_answer;
	unsigned twice;   /* delivered twice, the first answer lost */
	unsigned late;    /* a copy is delivered some steps later, too */
	unsigned cut;     /* an answer ends somewhere */
	unsigned garble;  /* another's answer, half an answer, other bits */
	unsigned dies;    /* the centre, before one of its messages */
	unsigned crash;   /* the station, at a durable step */
	unsigned between; /* others act between two requests of a round */
	unsigned shuffle; /* the changes of a batch */
	int64_t page_bytes;
	bool skewed; /* clocks of stations are wrong by days */
	bool old_schema;
	bool large; /* one case is too large for a page */
	/* Parcels are carried and handed in; stations are locked and wiped. */
	bool courier, orders;
	/* weights of the actions, in the order of act.c's table */
	unsigned weight[24];
};

/* ---- the model's copy of the log (model.c) ---- */

struct version {
	int64_t csn;
	struct uuid rec, unit, case_id, site, author, by, change;
	int64_t ver;
	const char *type;
	int cls;
	int state; /* enum record_state */
	const char *readers;
	const char *text; /* the body's bytes */
	const char *sha;
	json_t *body;
	struct version *before, *after; /* of the same record */
};

/* A decision that outlived a restore: a membership or a consent ends on that
 * day and a consent opens no more than it did then, whatever the record that
 * came back says, until it says so itself. */
struct owed {
	struct uuid rec;
	const char *day;      /* NULL: it does not end */
	const json_t *narrow; /* a body of the consent; NULL: it never shrank */
};

struct model {
	struct arena *mem;
	struct owed owed[OWED_MAX];
	size_t owed_count;
	struct uuid narrowed[OWED_MAX]; /* consents that once shrank */
	size_t narrowed_count;
	struct version **v; /* in order of csn */
	size_t n, room;
	int64_t csn; /* looked at up to here */
};

/* A unit a reader may see now, or a record in it. */
struct holding {
	struct uuid unit;
	struct uuid rec; /* nil: the unit itself */
	int64_t ver;
	const char *sha;
};

/* ---- intentions (ledger.c) ---- */

/* Something a person was told is saved. */
struct intent {
	struct uuid change;
	struct uuid rec;
	const char *type;
	const char *op;
	int author;
	bool desk; /* nothing but the centre ever knew it */
	int step;
	json_t *set; /* what was typed; NULL: nothing */
	const json_t *unset;
	json_t *before;      /* what was on the screen */
	json_t *after;       /* and with what was typed */
	const char *sha;     /* sign: of what was on the screen */
	struct uuid settles; /* resolve: the record the conflict is about */
	bool lost;           /* with the only machine that knew it */
};

/* ---- stations (station.c) ---- */

struct run;

struct station {
	struct run *run;
	int i;
	int person;
	struct caller caller;
	const char *key; /* the device's, PEM */
	const char *path;
	const struct catalogue *catalogue;
	struct store *s;
	struct transport t;
	int64_t skew;
	bool cut;          /* nothing gets through */
	unsigned crash_at; /* dies at that durable step from now; 0: not */
	bool dead;         /* it did; until it is started again */
	int asked;         /* requests of this round */
	/* It became another replica, and has not compared what it holds with
	 * the centre since: the centre cannot know. */
	bool unknown;
	char replica[UUID_TEXT];
	/* of the last page that ended the feed, as it was made */
	uint64_t done_sum;
	bool done_known;
	/* its computer, and what is ordered of it (errand.h) */
	struct station_dir place;
	const char *order; /* that stands: "lock", "wipe" or "" */
	bool knows;        /* the order reached it */
	bool covered;      /* others could carry all it had to send */
	bool shared;       /* half of what opens it is with the centre */
	bool wiped;
	bool locked; /* its stores are, while they are carried (place.h) */
};

/* A request on its way for longer than anybody waits. */
struct late {
	struct caller who;
	struct request q;
	int due; /* step */
};

/* What pages ever offered to a replica, until it is known to be gone. */
struct offered {
	struct uuid replica;
	struct uuid unit;
};

/* The centre's manifest, as it was last read (check.c). */
struct row {
	struct uuid replica;
	struct uuid unit;
	char state;
};

struct rows {
	struct arena *mem;
	uint64_t moves; /* seam_moves() then */
	int epoch;
	struct row *row;
	size_t n;
};

struct failure {
	char what[16]; /* "I7"; empty: none */
	char text[400];
	int step;
};

struct options {
	const char *conninfo;
	const char *dir;    /* scratch, for stores */
	const char *mutant; /* a rule left out; NULL: none */
	const char *more;   /* an action to come more often; NULL: none */
	const char *only;   /* steps to keep, "3,7,12"; NULL: all */
	uint64_t seed;
	uint64_t count;
	bool trace;
	bool quiet; /* no search for the least history */
};

struct lab; /* what outlives a run: lab.h */

struct run {
	struct lab *lab;
	uint64_t seed;
	const bool *skip; /* steps left out; NULL: none */
	bool trace;
	struct arena *mem;
	struct swarm swarm;
	struct station st[STATIONS];
	int stations;
	struct model model;
	size_t given; /* versions there were before anybody acted */
	struct intent *intents;
	size_t intent_count, intent_room;
	struct late late[LATE_MAX];
	size_t late_count;
	struct offered offered[OFFERED_MAX];
	size_t offered_count;
	struct rows manifest;
	int step;
	int depth; /* of others acting between */
	bool quiet;
	bool marked;           /* a backup was taken */
	size_t marked_intents; /* how many there were then */
	struct rng net;        /* of this step's network */
	struct failure failed;
	uint64_t sum; /* of what the centre holds at rest, without times */
	uint64_t syncs, requests;
};

/* The first failure of a run counts. Always false. */
bool run_fail(struct run *r, const char *what, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void run_trace(struct run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The last four hex digits of an id, for traces; from a small ring. */
const char *run_id(const struct uuid *id);

/* Runs a seed; the failure stands in r->failed. */
void run_seed(struct run *r, struct lab *lab, uint64_t seed, const bool *skip,
	bool trace);

#endif
