/*
 * station.h - what a station and its centre both reckon while it is let in.
 */
#ifndef PROTO_STATION_H
#define PROTO_STATION_H

#include "proto/base/hash.h"

#define CHECK_TEXT 20 /* 0000-0000-0000-0000 and a 0 */

/*
 * The check number of a key, from the SHA-256 of its SubjectPublicKeyInfo:
 * sixteen digits in fours, to be read aloud over the telephone. The station
 * shows its own, the centre that of the key that reached it; returns `out`.
 */
const char *check_number(const struct sha256 *spki, char out[CHECK_TEXT]);

/* A certificate is renewed when less than this is left of it. */
#define RENEW_BEFORE_DAYS 30
/* A station says how it stands at least this often. */
#define TELL_EVERY_HOURS 6

#endif
