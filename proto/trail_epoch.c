/*
 * trail_epoch.c - see trail_check.h: what the leaves of an epoch must come to,
 * and what heads others kept must find again.
 */
#include "proto/trail_check_in.h"

#include "proto/base/timeutil.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define N PRId64

static const char *kind_word(char kind)
{
	return kind == 'e'   ? "event"
	       : kind == 'c' ? "commit"
	       : kind == 's' ? "statement"
			     : "row";
}

void epoch_open(struct trail_check *c, int64_t no)
{
	memset(&c->epoch, 0, sizeof(c->epoch));
	c->epoch.no = no;
	/* What a restore lost leaves holes that are declared. */
	if (c->before_no)
		seq_clear(&c->seqs);
}

/* ---- leaves ---- */

static struct uuid uuid_of(struct str field)
{
	struct uuid u = {{0}};

	if (field.n == sizeof(u.b))
		memcpy(u.b, field.p, sizeof(u.b));
	return u;
}

static void check_seq(
	struct trail_check *c, const struct trail_leaf *l, bool first_epoch)
{
	struct uuid worker = uuid_of(l->field[EVENT_WORKER]);
	int64_t seq = trail_int_of(l->field[EVENT_SEQ]);
	int64_t last = seq_last(&c->seqs, &worker);
	int64_t id = trail_int_of(l->field[EVENT_ID]);

	if (!l->field[EVENT_WORKER].p || seq < 1)
		return;
	if (last ? seq > last + 1 : first_epoch && c->result.whole && seq > 1)
		trail_tell(c, true,
			"events are missing before event %" N ": numbers %" N
			" to %" N " of its connection",
			id, last + 1, seq - 1);
	else if (last && seq <= last)
		trail_tell(c, true,
			"event %" N " has number %" N
			" of its connection, which was at %" N " already",
			id, seq, last);
	seq_note(&c->seqs, &worker, seq);
}

static void note_xid(struct epoch *x, int64_t xid)
{
	if (xid > x->last_xid)
		x->last_xid = xid;
}

static void read_statement(struct epoch *x, const struct trail_leaf *l)
{
	const struct str *f = l->field;

	x->starts = true;
	x->before = trail_int_of(f[EPOCH_BEFORE]);
	x->seen_size = trail_int_of(f[EPOCH_SEEN_SIZE]);
	x->left_size = trail_int_of(f[EPOCH_LEFT_SIZE]);
	if (f[EPOCH_SEEN_ROOT].p)
		memcpy(x->seen_root.b, f[EPOCH_SEEN_ROOT].p, SHA256_LEN);
	if (f[EPOCH_LEFT_ROOT].p)
		memcpy(x->left_root.b, f[EPOCH_LEFT_ROOT].p, SHA256_LEN);
	if (f[EPOCH_REASON].p)
		memcpy(x->said_reason.b, f[EPOCH_REASON].p, SHA256_LEN);
}

static const enum trail_kind kind_of[] = {
	['e'] = TRAIL_EVENT, ['c'] = TRAIL_COMMIT, ['s'] = TRAIL_EPOCH};

static void read_leaf(struct trail_check *c, const struct leaf_line *l)
{
	struct epoch *x = &c->epoch;
	struct trail_leaf leaf;
	struct err ignored;

	if (l->kind == '?' || !trail_leaf_read(l->bytes, &leaf, &ignored) ||
		leaf.kind != kind_of[(unsigned char)l->kind] ||
		trail_int_of(leaf.field[0]) != l->no) {
		trail_tell(c, true, "leaf %" N " of epoch %" N " is no %s %" N,
			l->index, x->no, kind_word(l->kind), l->no);
		return;
	}
	if (leaf.kind == TRAIL_EVENT)
		check_seq(c, &leaf, c->before_no == 0);
	if (leaf.kind == TRAIL_EPOCH)
		read_statement(x, &leaf);
	else
		note_xid(x, trail_int_of(leaf.field[EVENT_XID]));
	if ((leaf.kind == TRAIL_EPOCH) != (l->index == 0))
		trail_tell(c, true,
			"leaf %" N " of epoch %" N " is a %s, which belongs %s",
			l->index, x->no, kind_word(l->kind),
			l->index ? "first" : "behind the statement");
}

static void tell_changed(struct trail_check *c, const struct leaf_line *l)
{
	struct trail_leaf leaf;
	struct err ignored;
	char at[TIME_TEXT] = "?";

	if (trail_leaf_read(l->bytes, &leaf, &ignored) &&
		leaf.kind != TRAIL_EPOCH)
		time_format(trail_int_of(leaf.field[EVENT_AT]) / 1000, at);
	trail_tell(c, true,
		"leaf %" N " of epoch %" N " (%s %" N
		", %s) is not what was sealed: it was changed afterwards",
		l->index, c->epoch.no, kind_word(l->kind), l->no, at);
}

void epoch_leaf(struct trail_check *c, const struct leaf_line *l)
{
	struct epoch *x = &c->epoch;
	struct sha256 now;

	x->next++;
	c->result.leaves++;
	if (!l->bytes.p) {
		trail_tell(c, true,
			"leaf %" N " of epoch %" N " (%s %" N
			") was taken away after it was sealed",
			l->index, x->no, kind_word(l->kind), l->no);
	} else {
		now = tree_leaf(l->bytes.p, l->bytes.n);
		if (!sha256_equal(&now, &l->sealed))
			tell_changed(c, l);
		else
			read_leaf(c, l);
	}
	if (x->is_receipt) {
		x->single = l->sealed;
		return;
	}
	tree_edge_add(&x->edge, &l->sealed);
	pins_pass(c);
}

void open_event(struct trail_check *c, struct str bytes)
{
	struct trail_leaf l;
	struct err ignored;
	int64_t xid;

	c->result.open++;
	if (!trail_leaf_read(bytes, &l, &ignored) || l.kind != TRAIL_EVENT) {
		trail_tell(c, true, "an event that is not sealed is no event");
		return;
	}
	xid = trail_int_of(l.field[EVENT_XID]);
	if (xid < c->epoch.last_xid)
		trail_tell(c, true,
			"event %" N
			" was put in behind the seal: of transaction %" N
			", sealed is up to %" N,
			trail_int_of(l.field[EVENT_ID]), xid,
			c->epoch.last_xid);
	check_seq(c, &l, false);
}

/* ---- the end of an epoch ---- */

static void check_start(struct trail_check *c)
{
	struct epoch *x = &c->epoch;
	bool declared = x->starts && x->before == c->before_no;

	if (c->before_no &&
		(!declared || x->left_size != c->before_size ||
			!sha256_equal(&x->left_root, &c->before_root))) {
		trail_tell(c, true,
			"epoch %" N " does not go on from epoch %" N
			" as it is here: %" N " leaves, it says %" N " of %" N,
			x->no, c->before_no, c->before_size, x->left_size,
			x->before);
		return;
	}
	if (x->has_reason && !sha256_equal(&x->reason, &x->said_reason))
		trail_tell(c, true,
			"epoch %" N ": the reason is not the one that was "
			"sealed",
			x->no);
	if (x->before && x->seen_size > x->left_size)
		trail_tell(c, false,
			"epoch %" N " begins after a restore, declared: %" N
			" leaves of epoch %" N " behind %" N " were lost",
			x->no, x->seen_size - x->left_size, x->before,
			x->left_size);
	else if (x->before)
		trail_tell(c, false,
			"epoch %" N " begins after epoch %" N
			", of which nothing was lost",
			x->no, x->before);
}

static void check_root(struct trail_check *c)
{
	struct epoch *x = &c->epoch;
	struct sha256 root;

	if (x->is_receipt) {
		if (x->next != x->to ||
			!tree_includes(x->from, x->head.size, &x->single,
				&x->head.root, &x->path))
			trail_tell(c, true,
				"leaf %" N " of epoch %" N
				" is not in the tree of its head",
				x->from, x->no);
		return;
	}
	root = tree_edge_root(&x->edge);
	if (x->edge.size != x->head.size)
		trail_tell(c, true,
			"epoch %" N ": %" N " leaves were sealed, %" N
			" are here",
			x->no, x->head.size, x->edge.size);
	else if (!sha256_equal(&root, &x->head.root))
		trail_tell(c, true,
			"epoch %" N ": its %" N
			" leaves do not give the root that was signed: the "
			"tree was rewritten",
			x->no, x->edge.size);
}

void epoch_close(struct trail_check *c)
{
	struct epoch *x = &c->epoch;

	if (!x->no || x->closed)
		return;
	x->closed = true;
	if (!x->has_head) {
		trail_tell(c, true, "epoch %" N " has no head", x->no);
		return;
	}
	check_root(c);
	if (x->starts)
		check_start(c);
	else if (x->has_range && x->from == 0 && x->to > 0)
		trail_tell(c, true,
			"epoch %" N " does not begin with its statement",
			x->no);
	pins_close(c);
	if (x->starts)
		pins_declare(c);
	c->before_no = x->no;
	c->before_size = x->head.size;
	c->before_root = x->head.root;
	c->result.head = x->head;
	c->result.epochs++;
}

/* ---- heads somebody kept ---- */

static int by_place(const void *a, const void *b)
{
	const struct note_head *x = &((const struct pin *)a)->head,
			       *y = &((const struct pin *)b)->head;

	if (x->epoch != y->epoch)
		return x->epoch < y->epoch ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

void pins_sort(struct trail_check *c)
{
	if (c->pins)
		qsort(c->pin, c->pins, sizeof(*c->pin), by_place);
}

static void pin_compare(
	struct trail_check *c, struct pin *p, const struct sha256 *root)
{
	if (p->held || p->told)
		return;
	p->held = sha256_equal(root, &p->head.root);
	p->told = !p->held;
	if (p->told)
		trail_tell(c, true,
			"the head of epoch %" N " at %" N
			" leaves that was kept is another: the trail was "
			"rewritten",
			p->head.epoch, p->head.size);
}

void pins_pass(struct trail_check *c)
{
	struct epoch *x = &c->epoch;

	while (c->pin_next < c->pins) {
		struct pin *p = &c->pin[c->pin_next];

		if (p->head.epoch > x->no ||
			(p->head.epoch == x->no && p->head.size > x->edge.size))
			return;
		if (p->head.epoch == x->no && p->head.size == x->edge.size) {
			struct sha256 root = tree_edge_root(&x->edge);

			pin_compare(c, p, &root);
		}
		c->pin_next++;
	}
}

void pins_prove(struct trail_check *c, int64_t size, const struct tree_proof *p)
{
	struct note_head *h = &c->epoch.head;

	for (size_t i = 0; i < c->pins; i++)
		if (c->pin[i].head.epoch == c->epoch.no &&
			c->pin[i].head.size == size &&
			tree_continues(size, &c->pin[i].head.root, h->size,
				&h->root, p))
			c->pin[i].held = true;
}

void pins_close(struct trail_check *c)
{
	struct epoch *x = &c->epoch;

	for (size_t i = 0; i < c->pins; i++) {
		struct pin *p = &c->pin[i];

		if (p->head.epoch != x->no || p->held || p->told)
			continue;
		if (p->head.size == x->head.size)
			pin_compare(c, p, &x->head.root);
		else if (p->head.size == 0)
			p->held = true;
	}
}

void pins_declare(struct trail_check *c)
{
	const struct epoch *x = &c->epoch;

	for (size_t i = 0; i < c->pins; i++) {
		struct pin *p = &c->pin[i];

		if (p->held || p->told || p->head.epoch != x->before ||
			p->head.size <= x->left_size ||
			p->head.size > x->seen_size)
			continue;
		if (p->head.size == x->seen_size)
			pin_compare(c, p, &x->seen_root);
		else
			p->held = true;
	}
}

void pins_finish(struct trail_check *c)
{
	for (size_t i = 0; i < c->pins; i++) {
		const struct note_head *h = &c->pin[i].head;

		if (c->pin[i].held || c->pin[i].told)
			continue;
		if (h->epoch > c->result.head.epoch ||
			(h->epoch == c->result.head.epoch &&
				h->size > c->result.head.size))
			trail_tell(c, true,
				"the trail went back: a head of epoch %" N
				" at %" N
				" leaves was kept, here it ends at %" N
				" of epoch %" N,
				h->epoch, h->size, c->result.head.size,
				c->result.head.epoch);
		else
			trail_tell(c, true,
				"the head of epoch %" N " at %" N
				" leaves that was kept is not borne out by "
				"this file",
				h->epoch, h->size);
	}
}
