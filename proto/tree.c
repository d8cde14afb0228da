/*
 * tree.c - see tree.h. What is proved is described in RFC 9162, 2.1.
 */
#include "proto/tree.h"

#include <string.h>

struct sha256 tree_leaf(const void *p, size_t n)
{
	struct sha256_run *run = sha256_begin();

	sha256_add(run, "\0", 1);
	sha256_add(run, p, n);
	return sha256_end(run);
}

struct sha256 tree_node(const struct sha256 *l, const struct sha256 *r)
{
	unsigned char text[1 + 2 * SHA256_LEN];

	text[0] = 1;
	memcpy(text + 1, l->b, SHA256_LEN);
	memcpy(text + 1 + SHA256_LEN, r->b, SHA256_LEN);
	return sha256_of(text, sizeof(text));
}

/* ---- the right edge ---- */

bool tree_edge_add_part(
	struct tree_edge *t, unsigned level, const struct sha256 *node)
{
	struct sha256 top = *node;
	int64_t size = t->size;

	if (level > 49 || size % (INT64_C(1) << level) != 0 ||
		size > TREE_MOST - (INT64_C(1) << level))
		return false;
	/* As many of the last subtrees are joined as the count has ones. */
	for (int64_t count = size >> level; count & 1; count >>= 1)
		top = tree_node(&t->node[--t->n], &top);
	t->node[t->n++] = top;
	t->size = size + (INT64_C(1) << level);
	return true;
}

void tree_edge_add(struct tree_edge *t, const struct sha256 *leaf)
{
	if (!tree_edge_add_part(t, 0, leaf))
		die("a tree of more than 2^50 leaves");
}

struct sha256 tree_edge_root(const struct tree_edge *t)
{
	struct sha256 root;

	if (t->n == 0)
		return sha256_of("", 0);
	root = t->node[t->n - 1];
	for (size_t i = t->n - 1; i > 0; i--)
		root = tree_node(&t->node[i - 1], &root);
	return root;
}

size_t tree_cover(
	int64_t from, int64_t to, struct tree_part out[2 * TREE_PROOF_MOST])
{
	size_t n = 0;

	while (from < to) {
		unsigned level = 0;

		while ((from & (INT64_C(1) << level)) == 0 &&
			(INT64_C(2) << level) <= to - from)
			level++;
		out[n].level = level;
		out[n++].index = from >> level;
		from += INT64_C(1) << level;
	}
	return n;
}

bool tree_edge_read(int64_t size, tree_reader *fetch, void *ctx,
	struct tree_edge *out, struct err *e)
{
	struct tree_part part[2 * TREE_PROOF_MOST];
	size_t n = tree_cover(0, size, part);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		if (!fetch(ctx, part[i].level, part[i].index, &out->node[i], e))
			return false;
	out->n = n;
	out->size = size;
	return true;
}

/* ---- making proofs ---- */

bool tree_range(int64_t from, int64_t to, tree_reader *fetch, void *ctx,
	struct sha256 *out, struct err *e)
{
	struct tree_part part[2 * TREE_PROOF_MOST];
	size_t n = tree_cover(from, to, part);
	struct sha256 left;

	if (n == 0)
		return err_set(e, ERR_INTERNAL, "no leaves to hash");
	if (!fetch(ctx, part[n - 1].level, part[n - 1].index, out, e))
		return false;
	for (size_t i = n - 1; i > 0; i--) {
		if (!fetch(ctx, part[i - 1].level, part[i - 1].index, &left, e))
			return false;
		*out = tree_node(&left, out);
	}
	return true;
}

/* Ranges of a proof, collected from the root down and given from below up. */
struct path {
	size_t n;
	int64_t from[TREE_PROOF_MOST];
	int64_t to[TREE_PROOF_MOST];
};

static void path_add(struct path *p, int64_t from, int64_t to)
{
	p->from[p->n] = from;
	p->to[p->n++] = to;
}

static bool path_read(const struct path *p, tree_reader *fetch, void *ctx,
	struct tree_proof *out, struct err *e)
{
	out->n = p->n;
	for (size_t i = 0; i < p->n; i++)
		if (!tree_range(p->from[p->n - 1 - i], p->to[p->n - 1 - i],
			    fetch, ctx, &out->node[i], e))
			return false;
	return true;
}

/* The largest power of two below n, n > 1. */
static int64_t left_side(int64_t n)
{
	int64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

bool tree_inclusion(int64_t index, int64_t size, tree_reader *fetch, void *ctx,
	struct tree_proof *out, struct err *e)
{
	struct path p = {.n = 0};
	int64_t from = 0, to = size;

	if (index < 0 || index >= size || size > TREE_MOST)
		return err_set(e, ERR_NOT_FOUND, "no such leaf");
	while (to - from > 1) {
		int64_t middle = from + left_side(to - from);

		if (index < middle) {
			path_add(&p, middle, to);
			to = middle;
		} else {
			path_add(&p, from, middle);
			from = middle;
		}
	}
	return path_read(&p, fetch, ctx, out, e);
}

bool tree_consistency(int64_t older, int64_t size, tree_reader *fetch,
	void *ctx, struct tree_proof *out, struct err *e)
{
	struct path p = {.n = 0};
	int64_t from = 0, to = size;

	if (older <= 0 || older > size || size > TREE_MOST)
		return err_set(e, ERR_NOT_FOUND, "no such earlier tree");
	/* Down to where the older tree ends on a whole subtree. */
	while (to != older) {
		int64_t middle = from + left_side(to - from);

		if (older <= middle) {
			path_add(&p, middle, to);
			to = middle;
		} else {
			path_add(&p, from, middle);
			from = middle;
		}
	}
	/* Which is the older root itself when nothing lies left of it. */
	if (from > 0)
		path_add(&p, from, to);
	return path_read(&p, fetch, ctx, out, e);
}

/* ---- and whether they hold ---- */

bool tree_includes(int64_t index, int64_t size, const struct sha256 *leaf,
	const struct sha256 *root, const struct tree_proof *p)
{
	struct sha256 at = *leaf;
	int64_t here = index, last = size - 1;

	if (index < 0 || index >= size || size > TREE_MOST ||
		p->n > TREE_PROOF_MOST)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		if (last == 0)
			return false;
		if (here & 1 || here == last) {
			at = tree_node(&p->node[i], &at);
			/* Levels at which it had no neighbour. */
			while (!(here & 1) && here != 0) {
				here >>= 1;
				last >>= 1;
			}
		} else
			at = tree_node(&at, &p->node[i]);
		here >>= 1;
		last >>= 1;
	}
	return last == 0 && sha256_equal(&at, root);
}

static bool climb(int64_t here, int64_t last, const struct sha256 *start,
	const struct sha256 *node, size_t n, const struct sha256 *older_root,
	const struct sha256 *root)
{
	struct sha256 older = *start, newer = *start;

	for (; here & 1; here >>= 1)
		last >>= 1;
	for (size_t i = 0; i < n; i++) {
		if (last == 0)
			return false;
		if (here & 1 || here == last) {
			older = tree_node(&node[i], &older);
			newer = tree_node(&node[i], &newer);
			while (!(here & 1) && here != 0) {
				here >>= 1;
				last >>= 1;
			}
		} else
			newer = tree_node(&newer, &node[i]);
		here >>= 1;
		last >>= 1;
	}
	return last == 0 && sha256_equal(&older, older_root) &&
	       sha256_equal(&newer, root);
}

bool tree_continues(int64_t older, const struct sha256 *older_root,
	int64_t size, const struct sha256 *root, const struct tree_proof *p)
{
	if (older <= 0 || older > size || size > TREE_MOST ||
		p->n > TREE_PROOF_MOST)
		return false;
	if (older == size)
		return p->n == 0 && sha256_equal(older_root, root);
	if ((older & (older - 1)) == 0)
		return climb(older - 1, size - 1, older_root, p->node, p->n,
			older_root, root);
	return p->n > 0 && climb(older - 1, size - 1, &p->node[0], p->node + 1,
				   p->n - 1, older_root, root);
}
