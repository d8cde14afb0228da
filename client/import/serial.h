/*
 * serial.h - the numbers by which spreadsheets mean days.
 *
 * A spreadsheet has no dates: a day is a number, and a number format says that
 * it is one. Two countings are in use (ECMA-376 Part 1, 18.17.4.1): from 1900,
 * with 1 for 1900-01-01 and a 29 February 1900 that never was (60), kept by
 * all programs for the sake of old sheets; and from 1904, with 0 for
 * 1904-01-01.
 */
#ifndef CLIENT_IMPORT_SERIAL_H
#define CLIENT_IMPORT_SERIAL_H

#include "proto/base/timeutil.h"

/* The day a number stands for; what comes after the point is the time of day
 * and dropped. False for 60, for 0 and less, and after 9999-12-31. */
bool serial_day(double serial, bool from_1904, struct date *out);

/* How much of a day a number format shows. */
enum shown { SHOWS_NO_DATE, SHOWS_DAY, SHOWS_MONTH, SHOWS_YEAR };

/*
 * Reads a format code: years, months and days outside of quotes, brackets and
 * escapes, in its first section. Hours and minutes alone are no date.
 */
enum shown serial_format(const char *code);
/* The same for the formats every program knows by number (18.8.30), in a
 * Chinese sheet. */
enum shown serial_format_id(long id);

#endif
