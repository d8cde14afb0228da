/*
 * place.h - the directory in which a station keeps everything.
 *
 *   device.key   the station's private key; readable by its user only, because
 *                a station must be able to reach the centre before anybody has
 *                signed in. It proves the computer, never a person.
 *   device.crt   the certificate the centre issued for it, and its issuer
 *   ca.crt       the authority the centre's own certificate must come from
 *   told         what the centre was told of the station last
 *   trail.*      how far the centre's trail was sealed (client/sync/heads.h)
 *   station.json {server, device, site, site_name}
 *   current      the store of the person who signed in last
 *   <name>.store one person's sealed store (store.h), <name>.lock its lock
 *
 * A directory or file that other users of the computer can read is refused,
 * with the command that mends it.
 */
#ifndef CLIENT_PLACE_H
#define CLIENT_PLACE_H

#include "proto/base/arena.h"
#include "proto/base/json.h"

struct station_dir {
	const char *dir;
	const json_t *station; /* NULL: not enrolled yet */
	struct arena *mem;
};

/* `make`: create the directory (0700) when there is none. */
bool place_open(const char *dir, bool make, struct arena *mem,
	struct station_dir *out, struct err *e) MUST_CHECK;
/* ERR_NOT_ENROLLED unless the station is. */
bool place_enrolled(const struct station_dir *p, struct err *e) MUST_CHECK;

const char *place_file(const struct station_dir *p, const char *name);
/* NULL when it is not there (errno is ENOENT) or cannot be read. Files over
 * `max` bytes count as not there. */
const char *place_read(
	const struct station_dir *p, const char *name, size_t max);
/* A file every enrolled station has: ERR_NOT_ENROLLED when this has none. */
const char *place_need(const struct station_dir *p, const char *name,
	size_t max, struct err *e) MUST_CHECK;
/* Replaces the file as a whole: after a crash it is the old or the new one. */
bool place_write(const struct station_dir *p, const char *name,
	const char *bytes, size_t n, struct err *e) MUST_CHECK;

/* Not being there is fine. */
void place_remove(const struct station_dir *p, const char *name);

/* The name of the store of a person at a server (no person can be read off
 * it): sixteen hex digits and ".store". */
const char *place_store_name(
	const struct station_dir *p, const char *server, const char *login);
/* The names of all stores here, in order; mem's. */
const char **place_stores(const struct station_dir *p, size_t *n);
/* The store of whoever signed in last, or NULL. */
const char *place_current(const struct station_dir *p);

/* Any file, up to `max` bytes; terminated. False when it cannot be read or is
 * larger (*too_big). */
bool file_read(const char *path, size_t max, struct arena *mem, struct str *out,
	bool *too_big);
/* The name a file got (made or renamed) is on the disk, too. */
bool file_keep_name(const char *path) MUST_CHECK;

/*
 * When the machine has nothing left to open a file with, nothing is known about
 * the file. True, with ERR_EXHAUSTED in *e: when `why` (an errno) says so; when
 * so few descriptors are left that a library may have failed for want of them.
 */
bool place_exhausted(int why, struct err *e);
bool place_crowded(struct err *e);

/*
 * Keeps other processes off a store for as long as this one has it; waits up
 * to wait_ms for its turn, then ERR_STORE_BUSY. The lock ends with the process.
 */
bool place_lock(const struct station_dir *p, const char *store, int64_t wait_ms,
	int *fd, struct err *e) MUST_CHECK;
void place_unlock(int fd);
/* Whether another process waits for the lock held by `fd`. */
bool place_wanted(int fd);
/* Lets those go first who wait for it already, for up to wait_ms. */
void place_give_way(
	const struct station_dir *p, const char *store, int64_t wait_ms);

/* What changes when somebody writes into a store nobody here has open. */
struct place_stamp {
	int64_t changed_ns;
	int64_t size;
};
struct place_stamp place_stamp(const struct station_dir *p, const char *store);

#endif
