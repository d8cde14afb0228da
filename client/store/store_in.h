/*
 * store_in.h - what the files of the store share and nobody else sees.
 */
#ifndef CLIENT_STORE_IN_H
#define CLIENT_STORE_IN_H

#include "client/store/idmap.h"
#include "client/store/sql.h"
#include "client/store/store.h"
#include "proto/base/envelope.h"

/* Growing arrays are buffers of bytes; this is their only limit. */
#define STORE_ROWS_CAP ((size_t)1 << 31)

struct unit_row {
	struct unit u;
	int64_t rev;
	struct seal_key data_key;
	unsigned char key[SHA256_LEN];
	struct buf list; /* struct held, by id */
	int64_t part;    /* not yet whole: parts that came */
};

struct receipt_row {
	int64_t rev;
	unsigned char key[SHA256_LEN];
	json_t *doc;
};

struct store_keys {
	struct seal_key index; /* row keys */
	struct seal_key unit;  /* seals the units' data keys */
	struct seal_key state;
	struct seal_key work; /* outbox and receipts */
	struct seal_key paper;
	struct seal_key sum; /* the sum over rows */
};

struct store {
	struct arena *mem; /* names and the store itself */
	struct sql *db;
	struct sealer *sealer;
	const struct catalogue *catalogue;
	struct seal_key master;
	struct store_keys keys;
	struct uuid id;
	int64_t counter;   /* of the newest transaction */
	struct sha256 sum; /* XOR over unit, work, receipt and paper rows */
	json_t *state;
	struct buf scratch;    /* the newest sealed blob */
	struct buf units;      /* struct unit_row *, by id */
	struct idmap records;  /* id → struct unit_row * */
	struct unit_row *part; /* the unit that is not yet whole, or NULL */
	struct buf work;       /* struct work *, by seq */
	struct idmap work_ids;
	struct buf receipts; /* struct receipt_row * */
	const char *path;
	const char *files_dir; /* where the bytes of files are */
	struct buf files;      /* struct file * */
	struct buf file_units; /* their keys */
	struct buf unlinks;    /* rows whose bytes go with the commit */
	struct buf papers;     /* struct paper_row, once they were asked for */
	bool papers_known;
	json_t *papers_gone;    /* names by kind; NULL: none */
	struct keypair *author; /* signs parcels; NULL: not read yet */
	bool open;              /* inside a transaction */
	bool broken;  /* a transaction failed: index and file differ */
	bool purged;  /* this transaction destroyed a key */
	bool emptied; /* and the log was emptied after it */
};

enum row_kind {
	ROW_UNIT = 'u',
	ROW_RECORD = 'r',
	ROW_WORK = 'w',
	ROW_RECEIPT = 'c',
	ROW_PAPER = 'p',
	ROW_STATE = 's',
	ROW_WRAP = 'k',
	ROW_KEY = 'd',
	ROW_FILE = 'f',
	ROW_FILE_UNIT = 'e'
};

/* The row key of something: HMAC of its kind and id. */
void store_key(const struct store *s, enum row_kind kind, const void *id,
	size_t n, unsigned char out[SHA256_LEN]);

/* What a sealed blob is about: format, kind, row key, revision. */
#define ABOUT_MAX (2 + SHA256_LEN + 8)
struct str store_about(unsigned char room[ABOUT_MAX], enum row_kind kind,
	const unsigned char key[SHA256_LEN], int64_t rev);

/* Seals into s->scratch, which then holds nothing else. */
struct str store_seal(struct store *s, const struct seal_key *key,
	enum row_kind kind, const unsigned char row[SHA256_LEN], int64_t rev,
	struct str text);
bool store_unseal(const struct store *s, const struct seal_key *key,
	enum row_kind kind, const unsigned char row[SHA256_LEN], int64_t rev,
	struct str sealed, struct arena *mem, struct str *text) MUST_CHECK;

/* Gives every row of a statement to `load`, each with an arena of its own;
 * ERR_STORE_DAMAGED on `what` when one does not read. */
bool store_load(struct store *s, enum statement which,
	bool (*load)(struct store *, struct sql_run *, struct arena *),
	const char *what, struct err *e) MUST_CHECK;
/* Adds a row to the sum, or takes it out again: the same operation. */
void store_sum(struct store *s, enum row_kind kind,
	const unsigned char row[SHA256_LEN], int64_t rev);

/* False with ERR_STORE_DAMAGED naming what does not fit. */
bool store_damaged(const char *what, struct err *e);
/* The revision rows written by the open transaction get. */
int64_t store_rev(const struct store *s);
/* Marks the store unusable and returns false. */
bool store_broke(struct store *s);

/* One name for all equal texts; lives as long as the store. */
const char *store_intern(struct store *s, const char *p, size_t n);

/* Fill the index when opening; empty it when closing. */
bool units_load(struct store *s, struct err *e) MUST_CHECK;
void units_free(struct store *s);
bool work_load(struct store *s, struct err *e) MUST_CHECK;
void work_free(struct store *s);
/* Adds the papers to the sum; they are read when they are asked for. */
bool papers_load(struct store *s, struct err *e) MUST_CHECK;
bool papers_verify(struct store *s, struct err *e) MUST_CHECK;
/* A unit went, or records of it did: so does what is kept about them. */
bool papers_drop_unit(
	struct store *s, const struct uuid *unit, struct err *e) MUST_CHECK;
void papers_free(struct store *s);
bool files_load(struct store *s, struct err *e) MUST_CHECK;
void files_free(struct store *s);
/* Once the store is known to be sound; once a transaction is on the disk. */
void files_opened(struct store *s);
void files_committed(struct store *s);
bool files_drop_unit(
	struct store *s, const struct uuid *unit, struct err *e) MUST_CHECK;
bool files_verify(struct store *s, struct err *e) MUST_CHECK;
/* A row of the table work: its key, from the number. */
void work_row_key(
	int64_t seq, enum work_state state, unsigned char out[SHA256_LEN]);
bool work_parse(
	struct str text, int64_t seq, enum work_state state, struct work *out);

/* Beside each entry that waits a parcel (courier.c), and none beside another.
 * Nothing happens before the centre has said its key. */
bool courier_work(
	struct store *s, const struct work *w, struct err *e) MUST_CHECK;
bool courier_work_gone(
	struct store *s, const struct uuid *id, struct err *e) MUST_CHECK;
/* The same for a file that waits, whose chunks open with `key`; NULL: it no
 * longer waits. */
bool courier_file(struct store *s, const unsigned char row[SHA256_LEN],
	const json_t *doc, const struct seal_key *key,
	struct err *e) MUST_CHECK;
/* Whether a parcel stands for those bytes. */
bool courier_keeps(struct store *s, const unsigned char row[SHA256_LEN]);
/* Closes a file's parcel anew. */
bool files_close_again(struct store *s, struct err *e) MUST_CHECK;

/* The keys of an open database, from a secret. */
/* `path`: of the store, beside which its share lies. */
bool keys_unlock(struct sql *db, struct sealer *sealer, const char *path,
	enum secret kind, const char *secret, struct seal_key *master,
	struct err *e) MUST_CHECK;
/* Seals what the secrets open with a share, where that is not done yet. */
bool keys_cover(struct sql *db, struct sealer *sealer,
	const struct seal_key *share, struct err *e) MUST_CHECK;
bool keys_shared(struct sql *db, bool *shared, struct err *e) MUST_CHECK;
void keys_derive(const struct seal_key *master, struct store_keys *out);
bool keys_wrap(struct sql *db, struct sealer *sealer, enum secret kind,
	const char *secret, const struct seal_cost *cost,
	const struct seal_key *master, struct err *e) MUST_CHECK;

#endif
