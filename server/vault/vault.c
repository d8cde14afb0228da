/*
 * vault.c - see vault.h.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, madvise() */
#include "server/vault/vault.h"

#include "proto/base/host.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define ABOUT_MAX 160

struct open_key {
	int64_t no;
	bool active;
	struct seal_key seal;
	struct seal_key look;
};

struct vault {
	pthread_rwlock_t lock;
	struct file_keys file;
	struct open_key key[VAULT_KEYS]; /* newest first */
	size_t n;
	_Atomic bool behind;
};

/* ---- memory ---- */

/* Never on a swap device (where the limit allows it; a key file of its own
 * process is worth more than a start that fails), never in a core image. */
static struct vault *locked(void)
{
	struct vault *v = mmap(NULL, sizeof(*v), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (v == MAP_FAILED)
		die("out of memory (vault)");
	(void)mlock(v, sizeof(*v));
	(void)madvise(v, sizeof(*v), MADV_DONTDUMP);
	pthread_rwlock_init(&v->lock, NULL);
	return v;
}

struct vault *vault_new(const struct file_keys *keys)
{
	struct vault *v = locked();

	v->file = *keys;
	return v;
}

struct vault *vault_open(const char *path, struct err *e)
{
	struct vault *v = locked();

	if (file_keys_load(path, &v->file, e))
		return v;
	vault_free(v);
	return NULL;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	pthread_rwlock_destroy(&v->lock);
	seal_wipe(v, sizeof(*v));
	munmap(v, sizeof(*v));
}

const struct file_keys *vault_file_keys(const struct vault *v)
{
	return &v->file;
}

/* ---- data keys ---- */

static struct str about_key(int64_t no, const unsigned char *by, char *room)
{
	char hex[2 * FILE_KEY_ID + 1];
	int n = snprintf(room, ABOUT_MAX, "casebridge data key v1\n%lld\n%s\n",
		(long long)no, hex_format(by, FILE_KEY_ID, hex));

	return (struct str){room, (size_t)n};
}

static void wrap(struct sealer *s, const struct file_key *by, int64_t no,
	const struct seal_key *key, unsigned char *out)
{
	struct seal_key with;
	char room[ABOUT_MAX];
	struct buf b;

	memcpy(with.b, by->b, sizeof(with.b));
	buf_init(&b, WRAPPED_KEY);
	seal(s, &with, about_key(no, by->id, room),
		(struct str){(const char *)key->b, SEAL_KEY}, &b);
	if (b.full || b.n != WRAPPED_KEY)
		die("vault: a wrapped key of %zu bytes", b.n);
	memcpy(out, b.p, WRAPPED_KEY);
	buf_free(&b);
	seal_wipe(&with, sizeof(with));
}

static bool unwrap(const struct vault *v, struct sealer *s,
	const struct data_key *k, struct seal_key *out, struct err *e)
{
	const struct file_key *by = file_keys_find(&v->file, k->by);
	struct arena *mem = arena_new();
	char room[ABOUT_MAX], hex[2 * FILE_KEY_ID + 1] = "?";
	struct seal_key with;
	struct str text;
	bool ok;

	if (k->by.n == FILE_KEY_ID)
		hex_format(k->by.p, FILE_KEY_ID, hex);
	if (!by) {
		arena_free(mem);
		return err_set(e, ERR_USAGE,
			"data key %lld is wrapped by key %s, which is not in "
			"files-key; put that line back",
			(long long)k->no, hex);
	}
	memcpy(with.b, by->b, sizeof(with.b));
	ok = unseal(s, &with, about_key(k->no, by->id, room), k->wrapped, mem,
		     &text) &&
	     text.n == SEAL_KEY;
	seal_wipe(&with, sizeof(with));
	if (ok) {
		void *bytes;

		memcpy(out->b, text.p, SEAL_KEY);
		memcpy(&bytes, &text.p, sizeof(bytes)); /* the arena's own */
		seal_wipe(bytes, SEAL_KEY);
	}
	arena_free(mem);
	return ok || err_set(e, ERR_INTERNAL, "data key %lld is damaged",
			     (long long)k->no);
}

void vault_make(
	const struct vault *v, struct sealer *s, int64_t no, unsigned char *out)
{
	struct seal_key key = seal_key_new();

	wrap(s, &v->file.key[0], no, &key, out);
	seal_wipe(&key, sizeof(key));
}

bool vault_rewrap(const struct vault *v, struct sealer *s,
	const struct data_key *k, unsigned char *out, struct err *e)
{
	struct seal_key key;
	bool ok = unwrap(v, s, k, &key, e);

	if (ok)
		wrap(s, &v->file.key[0], k->no, &key, out);
	seal_wipe(&key, sizeof(key));
	return ok;
}

static bool has(const struct open_key *list, size_t n, const struct data_key *k,
	struct open_key *out)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].no == k->no) {
			*out = list[i];
			out->active = k->active;
			return true;
		}
	return false;
}

static bool open_one(const struct vault *v, struct sealer *s,
	const struct data_key *k, struct open_key *out, struct err *e)
{
	struct seal_key key;
	bool ok;

	if (has(v->key, v->n, k, out))
		return true;
	ok = unwrap(v, s, k, &key, e);
	if (ok) {
		out->no = k->no;
		out->active = k->active;
		out->seal = seal_derive(&key, "casebridge seal v1");
		out->look = seal_derive(&key, "casebridge look v1");
	}
	seal_wipe(&key, sizeof(key));
	return ok;
}

bool vault_take(struct vault *v, struct sealer *s, const struct data_key *list,
	size_t n, struct err *e)
{
	struct open_key fresh[VAULT_KEYS];
	bool ok =
		n <= VAULT_KEYS ||
		err_set(e, ERR_INTERNAL, "more than %d data keys", VAULT_KEYS);

	pthread_rwlock_wrlock(&v->lock);
	for (size_t i = 0; ok && i < n; i++)
		ok = open_one(v, s, &list[i], &fresh[i], e);
	if (ok) {
		memcpy(v->key, fresh, n * sizeof(*fresh));
		if (n < v->n)
			seal_wipe(v->key + n, (v->n - n) * sizeof(*fresh));
		v->n = n;
		atomic_store(&v->behind, false);
	}
	pthread_rwlock_unlock(&v->lock);
	seal_wipe(fresh, sizeof(fresh));
	return ok;
}

static const struct open_key *find(const struct vault *v, int64_t no)
{
	for (size_t i = 0; i < v->n; i++)
		if (no ? v->key[i].no == no : v->key[i].active)
			return &v->key[i];
	return NULL;
}

int64_t vault_active(struct vault *v)
{
	const struct open_key *k;
	int64_t no;

	pthread_rwlock_rdlock(&v->lock);
	k = find(v, 0);
	no = k ? k->no : 0;
	pthread_rwlock_unlock(&v->lock);
	return no;
}

bool vault_is_behind(struct vault *v)
{
	return atomic_load(&v->behind);
}

/* ---- sealing ---- */

static struct str about_text(
	const struct vault_place *at, int64_t key, char *room)
{
	char id[UUID_TEXT];
	int n = snprintf(room, ABOUT_MAX,
		"casebridge sealed v1\n%s\n%s\n%lld\n%lld\n", at->column,
		uuid_format(&at->row, id), (long long)at->version,
		(long long)key);

	if (n >= ABOUT_MAX)
		die("vault: the name of a column is too long");
	return (struct str){room, (size_t)n};
}

bool vault_seal(struct vault *v, struct sealer *s, const struct vault_place *at,
	struct str plain, struct buf *out, struct err *e)
{
	struct arena *mem = arena_new();
	const struct open_key *k;
	char room[ABOUT_MAX];
	struct buf sealed;

	buf_init(&sealed, seal_size(plain.n));
	pthread_rwlock_rdlock(&v->lock);
	k = find(v, 0);
	if (k) {
		seal(s, &k->seal, about_text(at, k->no, room), plain, &sealed);
		buf_printf(out, "%lld.", (long long)k->no);
	}
	pthread_rwlock_unlock(&v->lock);
	if (k)
		buf_text(out, base64url_format(sealed.p, sealed.n, mem));
	buf_free(&sealed);
	arena_free(mem);
	return k != NULL ||
	       err_set(e, ERR_INTERNAL, "there is no data key to seal with");
}

int64_t vault_key_of(struct str sealed)
{
	int64_t no = 0;

	for (size_t i = 0; i < sealed.n && i < 10; i++) {
		if (sealed.p[i] == '.')
			return no;
		if (sealed.p[i] < '0' || sealed.p[i] > '9')
			return 0;
		no = no * 10 + (sealed.p[i] - '0');
	}
	return 0;
}

static bool wrong(const struct vault_place *at, struct err *e)
{
	char id[UUID_TEXT];

	return err_field(e, ERR_SEALED, uuid_format(&at->row, id),
		"%s, version %lld", at->column, (long long)at->version);
}

bool vault_unseal(struct vault *v, struct sealer *s,
	const struct vault_place *at, struct str sealed, struct arena *mem,
	struct str *out, struct err *e)
{
	int64_t no = vault_key_of(sealed);
	const struct open_key *k;
	char room[ABOUT_MAX];
	const char *dot = memchr(sealed.p, '.', sealed.n);
	unsigned char *bytes;
	size_t n = 0;
	bool ok;

	if (!no || !dot)
		return wrong(at, e);
	bytes = base64url_parse(
		arena_strndup(
			mem, dot + 1, sealed.n - (size_t)(dot + 1 - sealed.p)),
		&n, mem);
	pthread_rwlock_rdlock(&v->lock);
	k = find(v, no);
	ok = k && bytes &&
	     unseal(s, &k->seal, about_text(at, no, room),
		     (struct str){(const char *)bytes, n}, mem, out);
	pthread_rwlock_unlock(&v->lock);
	if (!k) /* made a moment ago by another process, or destroyed */
		atomic_store(&v->behind, true);
	return ok || wrong(at, e);
}

size_t vault_macs(struct vault *v, const char *field, struct str value,
	struct vault_mac out[VAULT_KEYS])
{
	struct buf b;
	size_t n;

	buf_init(&b, 256 + value.n);
	buf_printf(&b, "%s\n", field);
	buf_add(&b, value.p, value.n);
	pthread_rwlock_rdlock(&v->lock);
	n = v->n;
	for (size_t i = 0; i < n; i++) {
		struct sha256 mac =
			hmac_of(v->key[i].look.b, SEAL_KEY, b.p, b.n);

		out[i].key = v->key[i].no;
		memcpy(out[i].b, mac.b, VAULT_MAC);
	}
	pthread_rwlock_unlock(&v->lock);
	buf_free(&b);
	return n;
}
