/*
 * epoch.c - see in.h: a tree that begins anew after a restore, with a statement
 * of what the last one came to.
 */
#include "server/notary/in.h"

#include "proto/base/host.h"
#include "server/log.h"

#include <inttypes.h>
#include <string.h>

#define N PRId64

static struct str sha_field(const struct sha256 *s)
{
	return (struct str){(const char *)s->b, SHA256_LEN};
}

/* The statement: what the last tree was, what this database has of it, why. */
static void make_statement(
	struct notary *n, const struct view *v, struct batch *b)
{
	unsigned char room[7][8];
	bool follows = n->mem.epoch > 0;
	struct sha256 seen = tree_edge_root(&n->mem.edge),
		      left = v->has_head ? v->head.root : sha256_of("", 0),
		      reason = sha256_of(v->reason, strlen(v->reason));
	struct trail_leaf l = {
		.kind = TRAIL_EPOCH,
		.field = {[EPOCH_NO] = trail_int(v->epoch, room[0]),
			  [EPOCH_AT] = trail_int(b->began_us, room[1]),
			  [EPOCH_WHY] = {v->why, strlen(v->why)},
			  [EPOCH_REASON] = sha_field(&reason),
			  [EPOCH_BASE_CSN] = trail_int(v->base_csn, room[2]),
			  [EPOCH_WAS_CSN] = trail_int(v->was_csn, room[3]),
			  [EPOCH_BEFORE] = trail_int(n->mem.epoch, room[4])}
        };
	struct entry *x = &b->x[0];
	struct buf text;

	if (follows) {
		l.field[EPOCH_SEEN_SIZE] = trail_int(n->mem.edge.size, room[5]);
		l.field[EPOCH_SEEN_ROOT] = sha_field(&seen);
		l.field[EPOCH_LEFT_SIZE] =
			trail_int(v->has_head ? v->head.size : 0, room[6]);
		l.field[EPOCH_LEFT_ROOT] = sha_field(&left);
	}
	buf_init(&text, TRAIL_LEAF_MOST);
	trail_leaf_write(&l, &text);
	x->kind = 2;
	x->no = v->epoch;
	x->bytes.p = arena_strndup(b->mem, text.p, text.n);
	x->bytes.n = text.n;
	x->hash = tree_leaf(x->bytes.p, x->bytes.n);
	buf_free(&text);
	b->reason = v->reason;
	b->n = 1;
}

static bool is_ours(struct notary *n, const struct view *v, struct str stored,
	struct batch *b)
{
	struct trail_leaf l;
	struct err ignored;

	if (!trail_leaf_read(stored, &l, &ignored) || l.kind != TRAIL_EPOCH)
		return false;
	b->began_us = trail_int_of(l.field[EPOCH_AT]);
	make_statement(n, v, b);
	return b->x[0].bytes.n == stored.n &&
	       memcmp(b->x[0].bytes.p, stored.p, stored.n) == 0;
}

/* The epoch began, and the process ended before it remembered that. The head
 * is looked at in the next turn, as that of any tree. */
static bool go_on(struct notary *n, const struct view *v, struct str stored,
	struct batch *b, struct notary_turn *out, struct err *e)
{
	if (!is_ours(n, v, stored, b))
		return notary_refuse(n, "rewritten", out, e,
			"an epoch stands as begun that was not begun by this "
			"log");
	db_rollback(n->db);
	tree_edge_add(&b->edge, &b->x[0].hash);
	n->caught_up = false;
	out->more = true;
	return batch_remember(n, b, e);
}

bool notary_begin_epoch(struct notary *n, const struct view *v, struct batch *b,
	struct notary_turn *out, struct err *e)
{
	struct entry stored = {.kind = 2, .no = v->epoch};

	if (!entries_read(n->db, b->mem, &stored, 1, v->epoch, n->mark, e))
		return false;
	b->epoch = v->epoch;
	b->began_us = host_now_ms() * 1000;
	b->x = ARENA_ARRAY(b->mem, struct entry, 1);
	if (stored.bytes.p)
		return go_on(n, v, stored.bytes, b, out, e);
	make_statement(n, v, b);
	/* What lies before the first epoch has no reason to have holes. */
	if (n->mem.epoch == 0)
		b->began_us = 0;
	if (!batch_store(n, b, e) || !batch_remember(n, b, e))
		return false;
	log_write(n->conf, LOG_INFO, "the trail begins epoch %" N, b->epoch);
	n->caught_up = true;
	n->refused = false;
	out->sealed = 1;
	out->more = true;
	return true;
}
