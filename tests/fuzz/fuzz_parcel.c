/*
 * fuzz_parcel.c - what is carried for others: parcels, passports, and the files
 * stations export unsent work into.
 *
 * The first byte picks the parser. Nobody can make a signature up, so what a
 * fuzzer writes is never from the author and never opens; whatever does is a
 * finding. Of a file every frame that is handed out lies within what was there.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "client/sync/bundle.h"
#include "proto/courier.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAGIC "casebridge unsent 2\n"

static const struct keypair *own_key(struct str *public)
{
	static struct keypair *key; /* made once */
	static struct arena *mem;

	if (!key) {
		mem = arena_new();
		key = keypair_new();
	}
	*public = keypair_public(key, mem);
	return key;
}

static void try_parcel(const json_t *j, struct arena *mem)
{
	struct str public, text;
	const struct keypair *key = own_key(&public);
	struct parcel p;
	struct err e;

	if (!parcel_read(j, mem, &p, &e)) {
		MUST(e.code == ERR_BAD_INPUT || e.code == ERR_UNKNOWN_FIELD ||
			e.code == ERR_BAD_KIND || e.code == ERR_TOO_LARGE);
		return;
	}
	MUST(p.kind < PARCEL_KINDS && p.sealed.n <= PARCEL_SEALED);
	MUST(memchr(p.key, 0, sizeof(p.key)));
	MUST(!parcel_is_from(&p, public));
	MUST(!parcel_open(&p, key, mem, &text));
}

static void try_passport(const json_t *j, struct arena *mem)
{
	struct str public;
	struct passport p;
	struct err e;

	own_key(&public);
	if (!passport_read(j, mem, &p, &e))
		return;
	MUST(!passport_is_real(&p, public));
	MUST(passport_text(&p, mem).n > 0);
}

static void walk_bundle(const char *path, size_t size, struct arena *mem)
{
	struct bundle_frame f = {
		BUNDLE_HEAD, {NULL, 0}
        };
	size_t seen = 0;
	struct err e;
	struct bundle_in *b = bundle_open(path, mem, &e);

	while (b && f.kind != BUNDLE_END && bundle_next(b, mem, &f, &e)) {
		seen += 5 + f.bytes.n;
		MUST(seen + strlen(MAGIC) <= size);
	}
	MUST(b ? f.kind == BUNDLE_END || e.code == ERR_BAD_FILE
	       : e.code == ERR_BAD_FILE);
}

static void try_bundle(
	const uint8_t *p, size_t n, bool whole, struct arena *mem)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	struct station_dir place = {"/nonexistent", NULL, mem};
	size_t head = whole ? 0 : strlen(MAGIC);
	struct bundle_about about;
	char path[64];
	struct err e;

	MUST(fd >= 0);
	MUST(whole || write(fd, MAGIC, head) == (ssize_t)head);
	MUST(write(fd, p, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	walk_bundle(path, head + n, mem);
	/* A computer that is no station takes none. */
	MUST(!bundle_check(&place, path, &about, &e));
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem;
	struct err e;
	json_t *j;

	if (n < 2 || n > 32768)
		return 0;
	mem = arena_new();
	if (data[0] % 4 < 2) {
		try_bundle(data + 1, n - 1, data[0] % 4, mem);
	} else {
		j = json_read((const char *)data + 1, n - 1,
			&json_limits_sealed, mem, &e);
		if (j && data[0] % 4 == 2)
			try_parcel(j, mem);
		else if (j)
			try_passport(j, mem);
	}
	arena_free(mem);
	return 0;
}
