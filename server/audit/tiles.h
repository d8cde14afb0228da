/*
 * tiles.h - the hash tree of the trail as it lies in the database: level 0
 * holds leaf hashes, level k those over 256^k leaves, 256 of them a row.
 */
#ifndef SERVER_AUDIT_TILES_H
#define SERVER_AUDIT_TILES_H

#include "proto/tree.h"
#include "server/db/db.h"

/* The key of the seal as it is pinned: a file of state-dir. */
#define SEAL_PUBLIC "seal.pub"

#define TILE        256
#define TILE_LEVELS 7

struct tile {
	int64_t level, no;
	size_t n;     /* hashes in it */
	bool changed; /* since it was read */
	struct sha256 hash[TILE];
};

/* An empty one. */
struct tile *tile_new(struct arena *mem, int64_t level, int64_t no) NEVER_NULL;
/* Takes what a row holds; false when that is no tile. */
bool tile_fill(struct tile *t, struct str hashes) MUST_CHECK;
/* Rows (level, no, hashes) of those that are there. */
bool tiles_fetch(struct db *db, struct arena *mem, int64_t epoch,
	const int64_t *level, const int64_t *no, size_t n,
	struct db_rows **rows, struct err *e) MUST_CHECK;

/* Hashes of complete subtrees, for proofs: a tree_reader. */
struct tile_reader {
	struct db *db;
	struct arena *mem;
	int64_t epoch;
	struct tile *last; /* the one read last; NULL at first */
};
tree_reader tile_read;
/* The leaf hashes [from, to). */
bool tile_leaves(struct tile_reader *r, int64_t from, int64_t to,
	struct sha256 *out, struct err *e) MUST_CHECK;

#endif
