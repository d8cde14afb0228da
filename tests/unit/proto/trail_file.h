/*
 * trail_file.h - a key, heads and leaves of a trail, made by no code of ours:
 * openssl signed (Ed25519, secret 00 01 … 1f), hashlib hashed, after C2SP
 * signed-note and tlog-checkpoint, RFC 6962 and docs/trail.md.
 */
#ifndef TRAIL_FILE_H
#define TRAIL_FILE_H

#define LOG_NAME "casebridge/6f1e2d3c"
#define LOG_KEY                                                                \
	LOG_NAME "+2d94b3af+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
/* The same name, secret 01 02 … 20. */
#define OTHER_KEY                                                              \
	LOG_NAME "+8ef5cd87+AXm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"

#define BIG_HEAD                                                               \
	LOG_NAME "/7\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  \
		 "\n2026-11-22T18:30:00.000Z\n\n— " LOG_NAME                   \
		 " LZSzrx4bTfG3vJFrpHjoBdTMRGHE81+2uX4W3PzKyrpdBCMdtFsJu5jKr9" \
		 "QbDrNcoPqt0HcKCiiOKXqSi/sWmzN46gY=\n"

/* Epoch 1: its statement and two events of one connection. */
#define HEAD_3                                                                 \
	LOG_NAME "/1\n3\nr6i6e5QTWm9i9GzN81j0g3Z2j06rfCUxHpSo2rENF4Q=\n"       \
		 "2026-11-22T18:30:00.000Z\n\n— " LOG_NAME                     \
		 " LZSzr0NXH8odTN3G2+yXKzrRQpkW+xywKM5aswOiIkKr/HWX4yb2kARM2R" \
		 "yvCFqKiEVt7RctuqkYvs+2NQww4Vu7cAA=\n"

#define HASH_0 "xbIFSDLCorMcEKZsSfRT7x+in6Wgyd+eeqmnixmL6QY="
#define HASH_1 "QrBMLYeeQLhSXwM9uaSshFBbLOHE2SZYxqJZ8/JYVP4="
#define HASH_2 "bAOOHJuLE0EDWCT+z7BezPdhuvl2zNzJpYyDNXEQw0E="

#define BYTES_0                                                                \
	"AQMLAAAACAAAAAAAAAABAAAACAAGYOGqOHoAAAAABWJlZ2lu/////wAAAAgAAAAAAAAA" \
	"AAAAAAgAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAAgAAAAAAAAAAP////8AAAAIAAAAAAAA" \
	"AAD/////"
#define BYTES_1                                                                \
	"AQEOAAAACAAAAAAAAAABAAAACAAGYOGqOHoBAAAACAAAAAAAAAK9////////////////" \
	"//////////8AAAAGc2lnbmluAAAAAm9r/////wAAABAAAQIDBAUGBwgJCgsMDQ4PAAAA" \
	"CAAAAAAAAAAB/////w=="
#define BYTES_2                                                                \
	"AQEOAAAACAAAAAAAAAACAAAACAAGYOGqOHoCAAAACAAAAAAAAAK+////////////////" \
	"//////////8AAAAGc2lnbmluAAAAAm9r/////wAAABAAAQIDBAUGBwgJCgsMDQ4PAAAA" \
	"CAAAAAAAAAAC/////w=="

#define LEAF_0 "leaf 0 s 1 " HASH_0 " " BYTES_0 "\n"
#define LEAF_1 "leaf 1 e 1 " HASH_1 " " BYTES_1 "\n"
#define LEAF_2 "leaf 2 e 2 " HASH_2 " " BYTES_2 "\n"

#define FILE_BEGINS                                                            \
	"casebridge trail 1\nkey " LOG_KEY "\nepoch 1\nhead\n" HEAD_3
#define WHOLE_FILE FILE_BEGINS "range 0 3\n" LEAF_0 LEAF_1 LEAF_2
#define RECEIPT                                                                \
	FILE_BEGINS "receipt 1\npath " HASH_0 "\npath " HASH_2 "\n" LEAF_1

#endif
