/*
 * file.h - a piece of a file somebody else brings, put where it belongs.
 *
 * The parcel holds the key and says what the file is; the piece is one chunk as
 * it lies in the author's store. Opened, it goes the author's own way,
 * announced and then appended, by the very handlers the author's station would
 * call (files.h). What cannot go that way can be kept closed, as changes are.
 */
#ifndef SERVER_COURIER_FILE_H
#define SERVER_COURIER_FILE_H

#include "server/courier/author.h"

#include "proto/base/seal.h"

struct piece {
	struct req *r; /* its device is who brings it */
	struct parcel p;
	struct uuid kept; /* the name it is kept by, its own or another */
	struct author author;
	struct seal_key key;
	unsigned char row[SHA256_LEN];
	json_t *about; /* what is announced */
	int64_t no;
	struct str sealed;
	const char *upload;
	int64_t offset; /* so much has arrived */
	int64_t size;
};

/* As its author's. A piece that came already, or comes too early, only tells
 * where to go on. Of x r, p, no and sealed are read. */
bool piece_take(struct piece *x, struct err *e) MUST_CHECK;

/*
 * Keeping. *found: pieces of this very parcel, sent by this very station, are
 * kept, or were until it was taken; then piece_keep() is the way for the
 * others, too. What others left by the same name is not looked at.
 */
bool piece_kept(struct piece *x, bool *found, struct err *e) MUST_CHECK;
/* Whether what `why` says may be another answer one day, or at least is no
 * forgery: then the file is worth keeping. */
bool piece_worth(const struct err *why);
/* Begins to keep a file, for the reason the centre cannot take it; ERR_QUOTA
 * when this station has left as much as it may. */
bool piece_keep_begin(
	struct piece *x, const struct err *why, struct err *e) MUST_CHECK;
bool piece_keep(struct piece *x, struct err *e) MUST_CHECK;
/* All that is kept of x->p by the name x->kept, the author's own way:
 * ERR_PREDECESSOR when pieces never came. */
bool piece_retry(struct piece *x, struct err *e) MUST_CHECK;

#endif
