/*
 * salvage.c - the outbox of a store that will not open (see store.h).
 *
 * Works on a copy, log included, so that the damaged file stays evidence and
 * can be tried again. Needs only two things of it: the wrapped key, and each
 * entry by itself. Everything is sealed, so the copy is no more readable than
 * the original; it is removed again in any case.
 */
#include "client/store/store_in.h"

#include "proto/base/fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const suffixes[] = {"", "-wal"};

/* True also when there is nothing to copy. */
static bool copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	bool ok;

	if (in < 0)
		return true;
	out = open(
		to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	ok = out >= 0 && fd_copy(in, out);
	if (out >= 0)
		close(out);
	close(in);
	return ok;
}

static void remove_copy(const char *copy, struct arena *mem)
{
	static const char *const all[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		unlink(arena_printf(mem, "%s%s", copy, all[i]));
}

static bool make_copy(
	const char *path, const char *copy, struct arena *mem, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (!copy_file(arena_printf(mem, "%s%s", path, suffixes[i]),
			    arena_printf(mem, "%s%s", copy, suffixes[i])))
			return err_field(e, ERR_NOT_SAVED, "store",
				"磁盘空间 / room on the disk");
	return true;
}

static const char *const state_names[] = {
	"unsent", "sent", "deferred", "applied", "conflict", "parked"};

static json_t *entry(struct str text, int64_t seq, int64_t state)
{
	struct work w;
	json_t *out;

	if (!work_parse(text, seq, (enum work_state)state, &w))
		return NULL;
	out = json_pack("{s:s, s:O}", "state", state_names[state], "change",
		json_object_get(w.doc, "change"));
	json_decref(w.doc);
	return out;
}

static void read_entry(struct sql_run *r, struct sealer *sealer,
	const struct seal_key *key, struct arena *mem, json_t *work,
	size_t *lost)
{
	int64_t seq = sql_col_int(r, 0), rev = sql_col_int(r, 1);
	int64_t state = sql_col_int(r, 2);
	unsigned char row[SHA256_LEN], room[ABOUT_MAX];
	json_t *one = NULL;
	struct str text;

	if (state >= 0 && state < WORK_STATES) {
		work_row_key(seq, (enum work_state)state, row);
		if (unseal(sealer, key, store_about(room, ROW_WORK, row, rev),
			    sql_col_blob(r, 3), mem, &text))
			one = entry(text, seq, state);
	}
	if (one)
		json_array_append_new(work, one);
	else
		(*lost)++;
}

static void read_entries(struct sql *db, struct sealer *sealer,
	const struct seal_key *master, struct arena *mem, json_t *work,
	size_t *lost)
{
	struct sql_run *r = sql_take(db, S_WORK_ALL);
	struct store_keys keys;
	struct err ignored;
	bool row = true;

	keys_derive(master, &keys);
	/* A page that cannot be read ends the walk; what came before counts. */
	while (row) {
		if (!sql_step(db, r, &row, &ignored))
			(*lost)++;
		else if (row)
			read_entry(r, sealer, &keys.work, mem, work, lost);
	}
	seal_wipe(&keys, sizeof(keys));
}

static bool read_copy(const char *path, const char *copy, enum secret kind,
	const char *secret, struct arena *mem, json_t *work, size_t *lost,
	struct err *e)
{
	struct sealer *sealer = sealer_new();
	struct sql *db = sql_open(copy, false, false, e);
	struct seal_key master;
	bool ok = db && keys_unlock(db, sealer, path, kind, secret, &master, e);

	if (ok)
		read_entries(db, sealer, &master, mem, work, lost);
	seal_wipe(&master, sizeof(master));
	sql_close(db);
	sealer_free(sealer);
	return ok;
}

bool store_salvage(const char *path, enum secret kind, const char *secret,
	struct arena *mem, json_t **work, size_t *lost, struct err *e)
{
	char id[UUID_TEXT];
	struct uuid u = uuid_new();
	const char *copy =
		arena_printf(mem, "%s.salvage-%s", path, uuid_format(&u, id));
	bool ok;

	*lost = 0;
	*work = json_keep(json_array(), mem);
	ok = make_copy(path, copy, mem, e) &&
	     read_copy(path, copy, kind, secret, mem, *work, lost, e);
	remove_copy(copy, mem);
	return ok;
}
