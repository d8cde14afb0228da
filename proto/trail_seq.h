/*
 * trail_seq.h - whether events of one connection are all there.
 *
 * Each connection that writes on the trail has a name of its own and counts
 * what it writes, 1, 2, 3 …; a number counts when its transaction commits. So a
 * row that somebody takes away leaves a hole.
 */
#ifndef PROTO_TRAIL_SEQ_H
#define PROTO_TRAIL_SEQ_H

#include "proto/base/uuid.h"

struct seq_row {
	struct uuid worker;
	int64_t last; /* 0: the row is free */
};

struct seq_table {
	struct seq_row *row;
	size_t room, n;
};

/* All zero is an empty table. */
void seq_free(struct seq_table *t);
void seq_clear(struct seq_table *t);
/* The last number seen of a connection, 0: none. */
int64_t seq_last(const struct seq_table *t, const struct uuid *worker);
/* Notes a number, whatever came before. */
void seq_note(struct seq_table *t, const struct uuid *worker, int64_t seq);

#endif
