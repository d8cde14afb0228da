/*
 * tree.h - the hash tree of RFC 6962 and RFC 9162: roots, proofs, and whether a
 * proof holds.
 *
 *   leaf  SHA-256(0x00 || bytes)
 *   node  SHA-256(0x01 || left || right)
 *   the left side of a tree of n leaves holds the largest power of two below n
 *
 * Nothing here knows what a leaf says, nor where hashes lie: a proof is made
 * from whatever gives the hash of a complete subtree.
 */
#ifndef PROTO_TREE_H
#define PROTO_TREE_H

#include "proto/base/err.h"
#include "proto/base/hash.h"

/* More leaves than that are refused everywhere: a trail of 10^15. */
#define TREE_MOST       (INT64_C(1) << 50)
#define TREE_PROOF_MOST 64

struct sha256 tree_leaf(const void *p, size_t n);
struct sha256 tree_node(const struct sha256 *l, const struct sha256 *r);

/* The right edge of a tree, which is all one needs to go on with it: the
 * complete subtrees its leaves fall into, the largest first. All zero is the
 * tree without leaves. */
struct tree_edge {
	int64_t size;
	size_t n;
	struct sha256 node[TREE_PROOF_MOST];
};
void tree_edge_add(struct tree_edge *t, const struct sha256 *leaf);
/* Of no leaves: SHA-256 of nothing. */
struct sha256 tree_edge_root(const struct tree_edge *t);

/* The hash over the leaves [index << level, (index + 1) << level); false with
 * *e when it cannot be had. */
typedef bool tree_reader(void *ctx, unsigned level, int64_t index,
	struct sha256 *out, struct err *e);

/* The right edge of the first `size` leaves. */
bool tree_edge_read(int64_t size, tree_reader *fetch, void *ctx,
	struct tree_edge *out, struct err *e) MUST_CHECK;
/* The hash over the leaves [from, to), 0 <= from < to, as RFC 6962 has it when
 * it is a side of a tree (from is a multiple of a power of two >= to - from).
 */
bool tree_range(int64_t from, int64_t to, tree_reader *fetch, void *ctx,
	struct sha256 *out, struct err *e) MUST_CHECK;

struct tree_proof {
	size_t n;
	struct sha256 node[TREE_PROOF_MOST];
};
/* That leaf `index` is in the tree of `size` leaves; 0 <= index < size. */
bool tree_inclusion(int64_t index, int64_t size, tree_reader *fetch, void *ctx,
	struct tree_proof *out, struct err *e) MUST_CHECK;
/* That the tree of `older` leaves is the beginning of that of `size`;
 * 0 < older <= size. */
bool tree_consistency(int64_t older, int64_t size, tree_reader *fetch,
	void *ctx, struct tree_proof *out, struct err *e) MUST_CHECK;

/* Whether they hold. Any numbers and hashes may be given. A tree of no leaves
 * is the beginning of every other, which nobody needs a proof of: false. */
bool tree_includes(int64_t index, int64_t size, const struct sha256 *leaf,
	const struct sha256 *root, const struct tree_proof *p) MUST_CHECK;
bool tree_continues(int64_t older, const struct sha256 *older_root,
	int64_t size, const struct sha256 *root,
	const struct tree_proof *p) MUST_CHECK;

/*
 * The complete subtrees that cover [from, to), from left to right: those of
 * [0, a) and [b, size) beside the leaves [a, b) are what gives the root again.
 */
struct tree_part {
	unsigned level;
	int64_t index; /* times 2^level is its first leaf */
};
size_t tree_cover(
	int64_t from, int64_t to, struct tree_part out[2 * TREE_PROOF_MOST]);
/* Adds a complete subtree of that level behind what is there; false when it
 * does not fit there (the size is no multiple of 2^level). */
bool tree_edge_add_part(struct tree_edge *t, unsigned level,
	const struct sha256 *node) MUST_CHECK;

#endif
