/*
 * person.h - what identifies a person in China: identity numbers, telephone
 * numbers and names, checked, made comparable, and hidden from onlookers.
 *
 * All functions are pure; none keeps or logs what it was given, and error
 * texts never repeat it.
 */
#ifndef PROTO_PERSON_H
#define PROTO_PERSON_H

#include "proto/base/err.h"
#include "proto/base/timeutil.h"

#define RESIDENT_ID_TEXT 19 /* 18 characters and a 0 */
#define PHONE_TEXT       32 /* +8651265123456;ext=801 and a 0, with room */

struct resident_id {
	char number[RESIDENT_ID_TEXT]; /* second generation, X in upper case */
	const char *sex;               /* GB/T 2261.1: "1" male, "2" female */
	struct date birth;
	bool first_generation; /* 15 digits were given and completed */
};

/*
 * Reads a resident identity number (GB 11643-1999; the check digit is ISO 7064
 * MOD 11-2). Takes full-width digits, spaces, a lower-case x, and 15-digit
 * numbers, which get "19" and their check digit. The six division digits are
 * not looked up: numbers outlive divisions. Births from 1800 on are taken,
 * however old that makes the person. Fails with ERR_BAD_ID_NUMBER for `field`.
 */
bool person_resident_id(const char *text, const char *field,
	struct resident_id *out, struct err *e) MUST_CHECK;

/*
 * A telephone number as E.164, with ";ext=" (RFC 3966) for an extension:
 * Chinese mobile, landline and 400/800 numbers in the ways people write them,
 * and numbers of other countries that begin with +. False when it is none.
 */
bool person_phone(const char *text, char out[PHONE_TEXT]);

/*
 * Appends the name as it is stored and compared: trimmed, full-width Latin
 * made narrow, no spaces between Han characters and single ones elsewhere, and
 * one middle dot (U+00B7) for the many that keyboards offer.
 */
void person_name_normal(const char *name, struct buf *out);

/*
 * Appends the name as it may stand on a shared screen: 张*, 欧阳**, 阿**. At
 * most two stars, so a long name is not known by its length.
 */
void person_name_masked(const char *name, struct buf *out);

/* Appends a document number with its middle hidden: 320508********0129. */
void person_number_masked(const char *number, struct buf *out);

/*
 * Appends the name in toneless pinyin without spaces, and its initials:
 * 吕布 → "lvbu" and "lb". Where people search in several ways (a surname with
 * two readings, ü as v or yu) the others follow, separated by a space, the most
 * usual first: "lvbu lyubu". Latin letters and digits are taken as they are,
 * in lower case. Returns false when a Han character has no known reading; the
 * rest of the name is still there.
 */
bool person_pinyin(const char *name, struct buf *full, struct buf *initials);

#endif
