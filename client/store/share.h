/*
 * share.h - the half of a store's key that can be taken back.
 *
 * What the passphrase (or the recovery key) opens is sealed once more with a
 * share: 32 random bytes that lie beside the store and at the centre. While the
 * file is there the store opens offline as ever. When the centre orders a lost
 * station to be locked, the file is overwritten and removed, and nothing a
 * person knows opens the store until the centre gives the share again.
 *
 * It does not help against who copied the disk before: they have both halves
 * but the passphrase. And overwriting is what a file system makes of it; a
 * flash disk may keep the old bytes where only its maker reads them.
 */
#ifndef CLIENT_SHARE_H
#define CLIENT_SHARE_H

#include "client/store/seal.h"

/* Beside a store; false when there is none (errno is ENOENT, and only then) or
 * it cannot be read. Nothing is in *out then. */
bool share_read(const char *store_path, struct seal_key *out);
/* On the disk when true. */
bool share_write(const char *store_path, const struct seal_key *share,
	struct err *e) MUST_CHECK;
/* Overwritten, then removed. Not being there is fine. */
void share_destroy(const char *store_path);
/* The share as the centre closed it (docs/wire.md): opens nothing here, and is
 * shown to a centre that lost it. As well as it can be; NULL: none. */
void share_away_write(const char *store_path, const char *text);
const char *share_away_read(
	const char *store_path, struct arena *mem) MUST_CHECK;

/* Overwrites a file from end to end and removes it; false when its bytes may
 * still be there. Not being there is fine. */
bool file_destroy(const char *path);

#endif
