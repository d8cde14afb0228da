/*
 * quick_key.c - quick_key SECRET STORE…: from now on a key derivation that
 * costs nothing opens these stores; the passphrase in the file SECRET is the
 * same.
 *
 * A station pays a fifth of a second and 64 MiB whenever it is called, so that
 * who finds it cannot try passphrases. Tests call stations thousands of times:
 * that was most of what they did. The programs they call are the released ones;
 * what a store costs stands in the store, and here it is written anew. A store
 * that somebody else's passphrase opens, that is sealed with a share as well,
 * or that another release made, stays as it is.
 */
#include "client/store/share.h"
#include "client/store/store_in.h"

#include <stdio.h>
#include <string.h>

static const struct seal_cost quick = {16, 8, 1};

static bool read_secret(const char *path, char *out, size_t room)
{
	FILE *f = fopen(path, "r");
	bool ok = f && fgets(out, (int)room, f);

	if (f)
		fclose(f);
	out[ok ? strcspn(out, "\n") : 0] = 0;
	return ok;
}

/* As store_rewrap() does it, and without bringing the store to this release. */
static bool rewrap(struct sql *db, struct sealer *sealer, const char *path,
	const char *secret, struct err *e)
{
	struct seal_key master, share;
	bool shared;

	return keys_shared(db, &shared, e) &&
	       (!shared || share_read(path, &share)) &&
	       keys_unlock(db, sealer, path, SECRET_PASSPHRASE, secret, &master,
		       e) &&
	       keys_wrap(db, sealer, SECRET_PASSPHRASE, secret, &quick, &master,
		       e) &&
	       (!shared || keys_cover(db, sealer, &share, e));
}

static bool make_quick(const char *path, const char *secret)
{
	struct err e;
	struct sql *db = sql_open(path, false, false, &e);
	struct sealer *sealer = sealer_new();
	bool ok = db && rewrap(db, sealer, path, secret, &e);

	sql_close(db);
	sealer_free(sealer);
	return ok;
}

int main(int argc, char **argv)
{
	char secret[256];
	int rc = 0;

	if (argc < 3 || !read_secret(argv[1], secret, sizeof(secret))) {
		fprintf(stderr, "quick_key SECRET STORE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		rc |= !make_quick(argv[i], secret);
	return rc;
}
