/*
 * trail_seq.c - see trail_seq.h. An open hash table; ids are random already.
 */
#include "proto/trail_seq.h"

#include <stdlib.h>
#include <string.h>

void seq_free(struct seq_table *t)
{
	free(t->row);
	memset(t, 0, sizeof(*t));
}

void seq_clear(struct seq_table *t)
{
	if (t->row)
		memset(t->row, 0, t->room * sizeof(*t->row));
	t->n = 0;
}

static struct seq_row *find(
	struct seq_row *row, size_t room, const struct uuid *worker)
{
	uint64_t at;

	memcpy(&at, worker->b + 8, sizeof(at));
	/* Whoever chooses ids must not choose where they lie. */
	at *= 0x9e3779b97f4a7c15U;
	for (size_t i = (size_t)(at >> 20) & (room - 1);;
		i = (i + 1) & (room - 1))
		if (row[i].last == 0 || uuid_cmp(&row[i].worker, worker) == 0)
			return &row[i];
}

int64_t seq_last(const struct seq_table *t, const struct uuid *worker)
{
	return t->room ? find(t->row, t->room, worker)->last : 0;
}

static void grow(struct seq_table *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	struct seq_row *row = calloc(room, sizeof(*row));

	if (!row)
		die("out of memory (trail)");
	for (size_t i = 0; i < t->room; i++)
		if (t->row[i].last)
			*find(row, room, &t->row[i].worker) = t->row[i];
	free(t->row);
	t->row = row;
	t->room = room;
}

void seq_note(struct seq_table *t, const struct uuid *worker, int64_t seq)
{
	struct seq_row *r;

	if (2 * (t->n + 1) > t->room)
		grow(t);
	r = find(t->row, t->room, worker);
	t->n += r->last == 0;
	r->worker = *worker;
	r->last = seq;
}
