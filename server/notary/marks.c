/*
 * marks.c - see in.h: whether events are what the daemon wrote, and all of
 * them: each carries a mark and the next number of its connection.
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

void marks_note(struct memory *m, const struct uuid *worker, int64_t seq)
{
	if (m->seqs.n >= 300 && !seq_last(&m->seqs, worker)) {
		seq_free(&m->seqs_before);
		m->seqs_before = m->seqs;
		memset(&m->seqs, 0, sizeof(m->seqs));
	}
	seq_note(&m->seqs, worker, seq);
}

bool marks_check(struct notary *n, const struct entry *x, size_t count,
	struct notary_turn *out, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		bool late =
			x[i].at_us < n->mem.began_us; /* of an earlier epoch */
		int64_t last;
		bool ok = true;

		if (x[i].kind != 0)
			continue;
		if (!x[i].has_worker) {
			if (!x[i].is_own)
				ok = notary_find(n, "unmarked", -1, x[i].no,
					out, e,
					"event %" N
					" carries no mark: the daemon did not "
					"write it",
					x[i].no);
			if (!ok)
				return false;
			continue;
		}
		last = last_of(&n->mem, &x[i].worker);
		if (!x[i].mark_ok)
			ok = notary_find(n, "forged", -1, x[i].no, out, e,
				"event %" N
				" is not what the daemon wrote: it was changed "
				"or put in before it was sealed",
				x[i].no);
		else if (!late && (last || n->mem.seqs_before.n == 0) &&
			 x[i].seq > last + 1)
			ok = notary_find(n, "missing", -1, x[i].no, out, e,
				"events were taken away before event %" N
				": numbers %" N " to %" N " of its connection",
				x[i].no, last + 1, x[i].seq - 1);
		else if (!late && last && x[i].seq <= last)
			ok = notary_find(n, "twice", -1, x[i].no, out, e,
				"event %" N " has number %" N
				" of its connection, which was at %" N
				" already",
				x[i].no, x[i].seq, last);
		if (!ok)
			return false;
		if (x[i].mark_ok && x[i].seq > last)
			marks_note(&n->mem, &x[i].worker, x[i].seq);
	}
	return true;
}
