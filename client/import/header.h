/*
 * header.h - which rows of a list are its heads.
 *
 * Lists begin with a title, or two rows of heads where the upper one names
 * groups (监护人 over 姓名, 关系, 电话), or with no heads at all. The rows
 * looked at are kept, so that those below are read as the rest is.
 */
#ifndef CLIENT_IMPORT_HEADER_H
#define CLIENT_IMPORT_HEADER_H

#include "client/import/target.h"

#define SAMPLE_ROWS 200 /* looked at before a list is understood */

struct header {
	const char **head; /* what each column is called; never NULL */
	size_t n;
	bool none;   /* the list has no heads: they are A列, B列 … */
	size_t line; /* of the lowest row of heads, 0 when none */
	size_t rows; /* of the sample, up to and with the heads */
};

/* From the first rows. `forced`: the person says what columns mean, so the
 * first row is taken when nothing better is found. False when no row can be
 * told to be heads. */
bool header_find(const struct targets *t, const struct row *sample, size_t n,
	bool forced, struct arena *mem, enum lang lang, struct header *out);

/* A..Z, AA..: as spreadsheets call their columns; 0 when it is no such name,
 * else the column from 1. */
size_t column_lettered(const char *name);
const char *column_letters(struct arena *mem, size_t column);

#endif
