/*
 * turn.c - see notary.h: one turn of the sealer.
 *
 * Before it signs, it has read everything twice: rows become leaves and hashes,
 * both are stored, then rows and tiles are read again and must give the root
 * that was reckoned from what it remembers (the right edge of its own last
 * tree), not from what the database says that was.
 */
#include "server/notary/in.h"

#include "proto/base/host.h"
#include "server/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- findings ---- */

bool notary_find(struct notary *n, const char *kind, int64_t leaf, int64_t no,
	struct notary_turn *out, struct err *e, const char *fmt, ...)
{
	struct arena *mem = arena_new();
	struct db_args a;
	char text[320];
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_write(n->conf, LOG_ERROR, "ALARM the trail: %s", text);
	out->findings++;
	db_rollback(n->db);
	db_args_init(&a, mem);
	db_text(&a, kind);
	db_int(&a, n->mem.epoch);
	db_int(&a, leaf);
	db_int(&a, no);
	db_text(&a, text);
	ok = db_run(n->db, Q_SEAL_FIND, &a, NULL, e);
	arena_free(mem);
	return ok;
}

/* ---- a turn ---- */

static bool turn(struct notary *n, struct batch *b, struct notary_turn *out,
	struct err *e)
{
	struct view v;
	bool good = true;

	if (n->mem.epoch == 0 && !notary_find_epoch(n, b->mem, e))
		return false;
	if (!db_run(n->db, Q_BEGIN_SNAPSHOT, &(struct db_args){.mem = b->mem},
		    NULL, e) ||
		!notary_view(n, b->mem, &v, e))
		return false;
	if (!v.confirmed) {
		out->waits = true;
		db_rollback(n->db);
		return true;
	}
	if (v.epoch > n->mem.epoch)
		return notary_begin_epoch(n, &v, b, out, e);
	if (!notary_compare(n, &v, out, &good, e))
		return false;
	if (!good)
		return true;
	n->caught_up = true;
	n->refused = false;
	/* Findings end the transaction: the next turn seals. */
	if (n->mem.marked < n->mem.edge.size) {
		out->more = true;
		return marks_behind(n, out, e);
	}
	b->epoch = n->mem.epoch;
	b->began_us = n->mem.began_us;
	b->edge = n->mem.edge;
	return batch_seal(n, b, out, e);
}

static bool look_on(struct notary *n, struct notary_turn *out, struct err *e)
{
	int64_t from = n->mem.scrub, to;

	if (from >= n->mem.edge.size)
		from = 0;
	to = from + SCRUB < n->mem.edge.size ? from + SCRUB : n->mem.edge.size;
	if (from < to && !notary_look(n, from, to, out, e))
		return false;
	n->mem.scrub = to;
	return true;
}

bool notary_turn(struct notary *n, struct notary_turn *out, struct err *e)
{
	struct batch b = {.mem = arena_new()};
	bool was_new, ok;

	memset(out, 0, sizeof(*out));
	ok = db_ready(n->db, e);
	was_new = ok && db_is_new(n->db);
	if (was_new) {
		ok = notary_alone(n->db, e);
		db_looked_at(n->db);
	}
	ok = ok && turn(n, &b, out, e);
	if (!ok)
		db_rollback(n->db);
	if (ok && !out->more && !out->refused && !out->waits)
		ok = look_on(n, out, e);
	out->epoch = n->mem.epoch;
	out->size = n->mem.edge.size;
	arena_free(b.mem);
	return ok;
}

bool notary_recheck(struct notary *n, struct notary_turn *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	for (int64_t at = 0; at < n->mem.edge.size; at += BATCH) {
		int64_t to = at + BATCH < n->mem.edge.size ? at + BATCH
							   : n->mem.edge.size;

		if (!notary_look(n, at, to, out, e))
			return false;
	}
	out->epoch = n->mem.epoch;
	out->size = n->mem.edge.size;
	return true;
}

bool notary_rotate(
	struct notary *n, struct arena *mem, const char **line, struct err *e)
{
	struct note_head last = {.epoch = n->mem.epoch,
		.size = n->mem.edge.size,
		.root = tree_edge_root(&n->mem.edge),
		.at_ms = host_now_ms()};

	if (last.epoch == 0)
		return err_set(e, ERR_USAGE,
			"nothing is sealed yet, so nothing is handed over");
	return key_hand_over(n->conf, &n->keys, &last, mem, line, e);
}
