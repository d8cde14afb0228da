/*
 * note_in.h - inside note.c and handover.c only: the parts of a signed note.
 */
#ifndef PROTO_NOTE_IN_H
#define PROTO_NOTE_IN_H

#include "proto/note.h"

#define NOTE_DASH   "\xe2\x80\x94 "
#define NOTE_KEY_ID 4

/* The next line, and what is left behind it. */
bool note_next_line(struct str *rest, struct str *line) MUST_CHECK;
/* Takes the line of a signature; `signed_part` is what it is of. */
bool note_signed_by(const struct note_key *k, struct str signed_part,
	struct str line, struct arena *mem) MUST_CHECK;
/* That line, of ours, with its end. */
char *note_sign(const struct note_key *k,
	const unsigned char secret[ED25519_KEY], struct str text,
	struct arena *mem) NEVER_NULL;
/* A number without blanks, sign or leading zeros. */
bool note_number(struct str s, int64_t least, int64_t *out) MUST_CHECK;
/* A hash in base64. */
bool note_root(
	struct str line, struct note_head *out, struct arena *mem) MUST_CHECK;

#endif
