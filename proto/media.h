/*
 * media.h - which kinds of file are taken, how large, and how each begins.
 *
 * One table for both programs: the station asks it before it keeps a file, the
 * centre before it believes what a station says a file is. A kind is told by
 * its first bytes; nothing in a file is ever unpacked, drawn or run. What is
 * not in the table is refused.
 *
 * Sources of the signatures: ISO 32000-1 §7.5.2 (PDF), ITU-T T.81 Annex B
 * (JPEG), RFC 2083 §3.1 (PNG), RFC 9649 §2.1 (WebP), ISO/IEC 14496-12 §4.3
 * (MP4), ISO/IEC 13818-7 §6.2 (AAC), ISO/IEC 11172-3 §2.4.2.3 and id3.org
 * (MP3), RFC 3533 §6 (Ogg), RFC 4867 §5.1 (AMR), PKWARE's APPNOTE §4.3.7 with
 * ECMA-376-2 and OpenDocument 1.2 part 3 §3.3 (office files).
 */
#ifndef PROTO_MEDIA_H
#define PROTO_MEDIA_H

#include "proto/base/base.h"

/* So many first bytes are enough to tell any kind; of a shorter file, all. */
#define MEDIA_HEAD 65536

struct media {
	const char *name;    /* media type, "application/pdf" */
	const char *endings; /* of file names, space-separated: "jpg jpeg" */
	int64_t max;         /* bytes */
	bool weak;           /* its beginning alone proves little */
};

/* What an error's `accepts` says: one ending a kind. */
extern const char media_accepts[];

/* In the order of the table; NULL past the end. */
const struct media *media_at(size_t i);
/* NULL when no kind has that name. */
const struct media *media_named(const char *name);

/* Whether a file that begins with these n bytes (MEDIA_HEAD of them, or the
 * whole of a shorter one) can be of that kind. */
bool media_fits(const struct media *m, const void *head, size_t n);

/*
 * The kind of a file by how it begins; between two that fit, and for kinds
 * whose beginning is weak, the ending of its name decides. NULL: none.
 */
const struct media *media_guess(
	const char *file_name, const void *head, size_t n);

#endif
