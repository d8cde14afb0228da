/*
 * bundle.h - unsent work in a file that another station of the site takes.
 *
 * It holds parcels (proto/courier.h) and the sealed bytes of files as they are:
 * nobody who has the file can read it, and the station that takes it only
 * carries it to the centre. So it needs neither passphrase nor code, which a
 * person would have to pass on beside it. Whose parcels they are the passports
 * say, which station wrote it its certificate and its signature at the end:
 *
 *   casebridge unsent 2\n
 *   frames: kind (1) ‖ length (4, big-endian) ‖ bytes
 *     h  {"device","site","at"}
 *     d  the station's certificate, PEM
 *     p  a passport; behind it its parcels
 *     c  a change's parcel
 *     f  a file's parcel; behind it its chunks
 *     b  a chunk
 *     z  the station's signature of "casebridge unsent 2\n" and the SHA-256
 * (hex) of every byte before this frame and "\n"; nothing follows
 */
#ifndef CLIENT_BUNDLE_H
#define CLIENT_BUNDLE_H

#include "client/store/place.h"
#include "proto/base/hash.h"
#include "proto/base/uuid.h"

enum bundle_kind {
	BUNDLE_HEAD = 'h',
	BUNDLE_DEVICE = 'd',
	BUNDLE_PASSPORT = 'p',
	BUNDLE_CHANGE = 'c',
	BUNDLE_FILE = 'f',
	BUNDLE_CHUNK = 'b',
	BUNDLE_END = 'z'
};

/* True when the file begins like one. */
bool bundle_is(const char *path);

/* ---- writing ---- */

struct bundle_out;
/* Never over another file: ERR_BAD_FILE. What is not finished is removed with
 * the arena. */
struct bundle_out *bundle_create(
	const char *path, struct arena *mem, struct err *e) MUST_CHECK;
bool bundle_put(struct bundle_out *b, enum bundle_kind kind, struct str bytes,
	struct err *e) MUST_CHECK;
/* Signs it; on the disk, name and all, when true. `key` is PEM. */
bool bundle_finish(
	struct bundle_out *b, const char *key, struct err *e) MUST_CHECK;

/* ---- reading ---- */

struct bundle_frame {
	enum bundle_kind kind;
	struct str bytes;
};

struct bundle_in;
/* ERR_BAD_FILE. Closes with mem. */
struct bundle_in *bundle_open(
	const char *path, struct arena *mem, struct err *e) MUST_CHECK;
/* The next frame, in `mem`; ERR_BAD_FILE when it is cut or too long. */
bool bundle_next(struct bundle_in *b, struct arena *mem,
	struct bundle_frame *out, struct err *e) MUST_CHECK;

struct bundle_about {
	int64_t changes;
	int64_t files;
	int64_t people;    /* passports: stores they come from */
	struct sha256 sha; /* of all but the last frame: its name */
};

/*
 * Everything in it holds: the order of frames, signatures, passports, and that
 * it is of this station's site. ERR_BAD_FILE (damaged: where), ERR_FORGED,
 * ERR_OTHER_SITE.
 */
bool bundle_check(const struct station_dir *p, const char *path,
	struct bundle_about *out, struct err *e) MUST_CHECK;

#endif
