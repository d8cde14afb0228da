/*
 * marks.c - see in.h: whether events are what the daemon wrote, and all of
 * them: each carries a mark and the next number of its connection.
 *
 * No connection is ever forgotten, or the first events of a new one could be
 * taken for later ones of an old one: those that did not write for long are
 * kept in a file (past.c).
 */
#include "server/notary/in.h"

#include <inttypes.h>
#include <string.h>

#define N PRId64

static int64_t last_of(const struct memory *m, const struct uuid *worker)
{
	int64_t last = seq_last(&m->seqs, worker);

	return last ? last : seq_last(&m->seqs_before, worker);
}

bool marks_forget(const char *dir, struct memory *m, struct err *e)
{
	if (!past_add(dir, m, &m->seqs_before, e) ||
		!past_add(dir, m, &m->seqs, e))
		return false;
	seq_clear(&m->seqs);
	seq_clear(&m->seqs_before);
	return true;
}

static bool note(struct notary *n, const struct entry *x, struct err *e)
{
	struct memory *m = &n->mem;

	if (m->seqs.n >= SEQS_MOST && !seq_last(&m->seqs, &x->worker)) {
		if (!past_add(n->conf->seal_dir, m, &m->seqs_before, e))
			return false;
		seq_free(&m->seqs_before);
		m->seqs_before = m->seqs;
		memset(&m->seqs, 0, sizeof(m->seqs));
	}
	seq_note(&m->seqs, &x->worker, x->seq);
	return true;
}

/* What its connection was at, 0: it is new. *again: in an epoch before, of
 * which a restore may bring the last events once more. */
static bool last_known(struct notary *n, const struct entry *x, int64_t *last,
	bool *again, struct err *e)
{
	struct past p;

	*again = false;
	*last = last_of(&n->mem, &x->worker);
	if (*last)
		return true;
	if (!past_find(n->conf->seal_dir, &n->mem, &x->worker, &p, e))
		return false;
	*last = p.last;
	*again = p.epoch < n->mem.epoch;
	return true;
}

static bool check_number(struct notary *n, const struct entry *x,
	struct notary_turn *out, struct err *e)
{
	int64_t last;
	bool again, ok = true;

	if (x->imported)
		return true;
	if (!last_known(n, x, &last, &again, e))
		return false;
	if (x->seq > last + 1 && !n->is_new)
		ok = notary_find(n, "missing", -1, x->no, out, e,
			"events were taken away before event %" N
			": numbers %" N " to %" N " of its connection",
			x->no, last + 1, x->seq - 1);
	else if (x->seq <= last && !again)
		return notary_find(n, "twice", -1, x->no, out, e,
			"event %" N " has number %" N
			" of its connection, which was at %" N " already",
			x->no, x->seq, last);
	return ok && note(n, x, e);
}

static bool check(struct notary *n, const struct entry *x,
	struct notary_turn *out, struct err *e)
{
	if (x->kind != 0 || (!x->has_worker && x->is_own))
		return true;
	if (!x->has_worker)
		return notary_find(n, "unmarked", -1, x->no, out, e,
			"event %" N
			" carries no mark: the daemon did not write it",
			x->no);
	if (!x->mark_ok)
		return notary_find(n, "forged", -1, x->no, out, e,
			"event %" N " is not what the daemon wrote: it was "
			"changed or put in before it was sealed",
			x->no);
	return check_number(n, x, out, e);
}

bool marks_check(struct notary *n, const struct entry *x, size_t count,
	struct notary_turn *out, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		if (!check(n, &x[i], out, e))
			return false;
		n->mem.marked++;
	}
	return memory_write(n->conf->seal_dir, &n->mem, e);
}

bool marks_behind(struct notary *n, struct notary_turn *out, struct err *e)
{
	bool ok = true;

	while (ok && n->mem.marked < n->mem.edge.size) {
		struct arena *mem = arena_new();
		int64_t from = n->mem.marked,
			to = from + BATCH < n->mem.edge.size ? from + BATCH
							     : n->mem.edge.size;
		size_t count = (size_t)(to - from);
		struct entry *x = ARENA_ARRAY(mem, struct entry, count);
		bool whole;

		ok = leaves_read(n, mem, from, to, x, &whole, e);
		if (ok && !whole)
			ok = err_set(e, ERR_INTERNAL,
				"the leaves from %" N " on are not there",
				from);
		for (size_t i = 0; i < count; i++)
			x[i].imported = x[i].at_us < n->mem.began_us;
		ok = ok && marks_check(n, x, count, out, e);
		arena_free(mem);
	}
	n->is_new = n->is_new && !ok;
	return ok;
}
