/*
 * keys.c - see keys.h.
 *
 * A key that was read stays in memory until the end, because a request may be
 * opening a parcel with it; there are as many as there were rotations.
 */
#include "server/courier/keys.h"

#include "proto/base/seal.h"
#include "server/state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define KEY_FILE "courier.key"

struct held {
	struct keypair *key;
	char name[KEY_NAME];
	struct held *next;
};

struct courier_keys {
	const char *dir;
	pthread_mutex_t lock;
	struct held *held;
	const struct held *now;
};

static void name_of(const struct keypair *k, char out[KEY_NAME])
{
	struct arena *mem = arena_new();

	key_name(keypair_public(k, mem), out);
	arena_free(mem);
}

/* "courier-0123456789abcdef.key"; the name comes from a parcel, whose shape
 * was judged (proto/courier.h). */
static const char *old_file(const char *name, struct arena *mem)
{
	return arena_printf(mem, "courier-%s.key", name);
}

static struct keypair *read_key(
	const char *dir, const char *file, struct err *e)
{
	struct arena *mem = arena_new();
	struct keypair *k = NULL;
	struct str der;

	if (state_read(dir, file, mem, &der, e)) {
		k = keypair_read(der);
		seal_wipe((void *)(uintptr_t)der.p, der.n);
		if (!k)
			err_set(e, ERR_USAGE, "%s is damaged", file);
	}
	arena_free(mem);
	return k;
}

static bool write_key(const char *dir, const char *file,
	const struct keypair *k, struct err *e)
{
	struct arena *mem = arena_new();
	struct str der = keypair_private(k, mem);
	bool ok = state_write(dir, file, der.p, der.n, false, e);

	seal_wipe((void *)(uintptr_t)der.p, der.n);
	arena_free(mem);
	return ok;
}

static bool make_first(const char *dir, struct err *e)
{
	struct keypair *k = keypair_new();
	bool ok = write_key(dir, KEY_FILE, k, e);

	keypair_free(k);
	return ok;
}

/* ---- in memory ---- */

static const struct held *find(const struct courier_keys *k, const char *name)
{
	for (const struct held *h = k->held; h; h = h->next)
		if (strcmp(h->name, name) == 0)
			return h;
	return NULL;
}

/* Takes the key, or lets go of one that is there already. */
static const struct held *hold(struct courier_keys *k, struct keypair *key)
{
	struct held *h = calloc(1, sizeof(*h));
	const struct held *before;

	if (!h)
		die("out of memory (courier keys)");
	name_of(key, h->name);
	before = find(k, h->name);
	if (before) {
		keypair_free(key);
		free(h);
		return before;
	}
	h->key = key;
	h->next = k->held;
	k->held = h;
	return k->held;
}

bool courier_keys_reload(struct courier_keys *k, struct err *e)
{
	struct keypair *key = read_key(k->dir, KEY_FILE, e);

	if (!key)
		return false;
	pthread_mutex_lock(&k->lock);
	k->now = hold(k, key);
	pthread_mutex_unlock(&k->lock);
	return true;
}

struct courier_keys *courier_keys_open(const char *state_dir, struct err *e)
{
	struct courier_keys *k;

	if (!state_has(state_dir, KEY_FILE) && !make_first(state_dir, e))
		return NULL;
	k = calloc(1, sizeof(*k));
	if (!k)
		die("out of memory (courier keys)");
	k->dir = state_dir;
	pthread_mutex_init(&k->lock, NULL);
	if (courier_keys_reload(k, e))
		return k;
	courier_keys_free(k);
	return NULL;
}

void courier_keys_free(struct courier_keys *k)
{
	if (!k)
		return;
	while (k->held) {
		struct held *next = k->held->next;

		keypair_free(k->held->key);
		free(k->held);
		k->held = next;
	}
	pthread_mutex_destroy(&k->lock);
	free(k);
}

static const struct held *current(struct courier_keys *k)
{
	const struct held *h;

	pthread_mutex_lock(&k->lock);
	h = k->now;
	pthread_mutex_unlock(&k->lock);
	return h;
}

const struct keypair *courier_key_now(struct courier_keys *k)
{
	return current(k)->key;
}

const char *courier_key_name(struct courier_keys *k)
{
	return current(k)->name;
}

const struct keypair *courier_key_named(
	struct courier_keys *k, const char *name)
{
	struct arena *mem = arena_new();
	const char *file = old_file(name, mem);
	const struct held *h;
	struct err ignored;

	pthread_mutex_lock(&k->lock);
	h = find(k, name);
	if (!h && state_has(k->dir, file)) {
		struct keypair *key = read_key(k->dir, file, &ignored);

		h = key ? hold(k, key) : NULL;
	}
	pthread_mutex_unlock(&k->lock);
	arena_free(mem);
	return h && strcmp(h->name, name) == 0 ? h->key : NULL;
}

/* ---- another one ---- */

static bool rotate(const char *state_dir, char was[KEY_NAME],
	char now[KEY_NAME], struct err *e)
{
	struct keypair *old = read_key(state_dir, KEY_FILE, e);
	struct keypair *fresh;
	struct arena *mem;
	bool ok;

	if (!old)
		return false;
	mem = arena_new();
	fresh = keypair_new();
	name_of(old, was);
	name_of(fresh, now);
	/* First kept, then replaced: whatever stops this in between, every key
	 * a parcel was sealed to is there. */
	ok = write_key(state_dir, old_file(was, mem), old, e) &&
	     write_key(state_dir, KEY_FILE, fresh, e);
	keypair_free(old);
	keypair_free(fresh);
	arena_free(mem);
	return ok;
}

/* One at a time: of two, the second would replace a key nobody kept. */
bool courier_key_rotate(const char *state_dir, char was[KEY_NAME],
	char now[KEY_NAME], struct err *e)
{
	int lock = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = lock >= 0 && flock(lock, LOCK_EX) == 0;

	if (!ok)
		err_set(e, ERR_INTERNAL, "%s: %s", state_dir, strerror(errno));
	ok = ok && rotate(state_dir, was, now, e);
	if (lock >= 0)
		close(lock);
	return ok;
}
