/*
 * open.c - see notary.h: the process with its key, its memory and its
 * connection.
 */
#include "server/notary/in.h"

#include "proto/base/seal.h"
#include "server/log.h"
#include "server/state.h"

#include <stdlib.h>
#include <string.h>

static bool read_mark(
	const struct config *c, unsigned char out[32], struct err *e)
{
	const char *path = c->trail_key, *slash = strrchr(path, '/');
	struct arena *mem = arena_new();
	struct str s;
	bool ok;

	if (*path && !slash) {
		arena_free(mem);
		return err_field(e, ERR_USAGE, "trail-key", "a whole path");
	}
	ok = *path ? state_read(
			     arena_strndup(mem, path, (size_t)(slash - path)),
			     slash + 1, mem, &s, e)
		   : state_read(c->state_dir, "trail.key", mem, &s, e);
	if (ok && s.n != 32)
		ok = err_field(e, ERR_USAGE, "trail-key", "a file of 32 bytes");
	if (ok)
		memcpy(out, s.p, 32);
	arena_free(mem);
	return ok;
}

bool notary_alone(struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct db_args none;
	bool ok;

	db_args_init(&none, mem);
	ok = db_run(db, Q_SEAL_ALONE, &none, &rows, e) &&
	     (db_get_int(rows, 0, "alone") ||
		     err_set(e, ERR_BUSY,
			     "another casebridged seal is at work on this "
			     "database"));
	arena_free(mem);
	return ok;
}

struct notary *notary_open(const struct config *c, struct err *e)
{
	struct notary *n = calloc(1, sizeof(*n));
	bool found;

	if (!n)
		die("out of memory (notary)");
	n->conf = c;
	if (state_open(c->seal_dir, e) && key_read(c->seal_dir, &n->keys, e) &&
		read_mark(c, n->mark, e) &&
		memory_read(c->seal_dir, &n->mem, &found, e))
		n->db = db_open_only(c->database_seal, "seal_", e);
	if (n->db && notary_alone(n->db, e))
		return n;
	notary_free(n);
	return NULL;
}

void notary_free(struct notary *n)
{
	if (!n)
		return;
	db_close(n->db);
	memory_free(&n->mem);
	seal_wipe(n->keys.secret, sizeof(n->keys.secret));
	free(n);
}
