/*
 * dates.c - see dates.h.
 *
 * A text becomes up to three numbers and what stands between them; how many
 * there are and how many digits they have says what they mean.
 */
#include "client/import/dates.h"

#include "client/import/serial.h"
#include "proto/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR_FROM 1800
#define YEAR_TO   2200

static const char *const lunar_signs[] = {"农历", "阴历", "旧历", "正月",
	"腊月", "冬月", "闰", "初一", "初二", "初三", "初四", "初五", "初六",
	"初七", "初八", "初九", "初十", "廿", "卅"};

/* What may stand between and behind the parts of a date. */
static const char *const signs[] = {
	"-", "/", ".", "_", " ", "年", "月", "日", "号", "、", "－", "—", "。"};

struct part {
	int value;
	size_t digits;
};

struct parts {
	struct part part[3];
	size_t n;
	bool point; /* between the first two */
};

static bool is_lunar(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(lunar_signs); i++)
		if (strstr(text, lunar_signs[i]))
			return true;
	return false;
}

/* ---- numbers ---- */

static int han_digit(uint32_t c)
{
	static const uint32_t digits[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09,
		0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d};

	for (size_t i = 0; i < ARRAY_LEN(digits); i++)
		if (c == digits[i])
			return (int)i;
	return c == 0x96f6 || c == 0x25cb || c == 0x25ef ? 0 : -1;
}

#define HAN_TEN 0x5341

/* 一九八〇 is written digit by digit, 二十五 is counted. */
static const char *han_number(const char *p, struct part *out)
{
	int tens = 0;
	bool counted = false;

	memset(out, 0, sizeof(*out));
	for (const char *next = p;; p = next) {
		uint32_t c = utf8_next(&next);
		int d = han_digit(c);

		if (c == HAN_TEN && !counted) {
			tens = out->digits ? out->value : 1;
			out->value = 0;
			out->digits++;
			counted = true;
		} else if (d >= 0 && out->digits < 9) {
			out->value = out->value * 10 + d;
			out->digits++;
		} else {
			break;
		}
	}
	if (counted) {
		out->value += tens * 10;
		out->digits = 2;
	}
	return p;
}

static const char *number(const char *p, struct part *out)
{
	if (*p < '0' || *p > '9')
		return han_number(p, out);
	memset(out, 0, sizeof(*out));
	for (; *p >= '0' && *p <= '9' && out->digits < 9; p++) {
		out->value = out->value * 10 + (*p - '0');
		out->digits++;
	}
	return p;
}

/* ---- splitting ---- */

static const char *skip_signs(const char *p, bool *any)
{
	for (*any = false;;) {
		size_t n = 0;

		for (size_t i = 0; i < ARRAY_LEN(signs) && !n; i++)
			if (strncmp(p, signs[i], strlen(signs[i])) == 0)
				n = strlen(signs[i]);
		if (!n)
			return p;
		p += n;
		*any = true;
	}
}

/* A time of day or a day of the week, which say nothing more of the day. */
static bool is_aside(const char *p)
{
	static const char *const words[] = {
		"T", "上午", "下午", "星期", "周", "("};
	size_t n = strspn(p, "0123456789");

	if (n && n <= 2 && (p[n] == ':' || strncmp(p + n, "时", 3) == 0))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strncmp(p, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static bool split(const char *p, struct parts *out)
{
	bool any;

	memset(out, 0, sizeof(*out));
	while (*p) {
		if (out->n == 3)
			return is_aside(p);
		out->point |= out->n == 1 && p[-1] == '.';
		p = number(p, &out->part[out->n]);
		if (!out->part[out->n].digits)
			return false;
		out->n++;
		p = skip_signs(p, &any);
		if (*p && !any)
			return out->n == 3 && is_aside(p);
	}
	return out->n > 0;
}

/* ---- meaning ---- */

static enum day_fault make(int year, int month, int day, struct day_read *out)
{
	struct date d = {year, month, day};

	if (year < YEAR_FROM || year > YEAR_TO)
		return DAY_NONE;
	if (month > 12 || (day && !date_is_valid(&d)))
		return DAY_IMPOSSIBLE;
	if (day)
		date_format(&d, out->text);
	else if (month)
		snprintf(out->text, DATE_TEXT, "%04u-%02u",
			(unsigned)year % 10000, (unsigned)month % 100);
	else
		snprintf(out->text, DATE_TEXT, "%04u", (unsigned)year % 10000);
	return DAY_OK;
}

static enum day_fault from_serial(
	int value, bool from_1904, struct day_read *out)
{
	struct date d;

	if (!serial_day(value, from_1904, &d))
		return DAY_IMPOSSIBLE;
	out->serial = true;
	date_format(&d, out->text);
	return DAY_OK;
}

static enum day_fault one_part(
	const struct part *p, bool from_1904, struct day_read *out)
{
	int v = p->value;

	switch (p->digits) {
	case 8:
		return v / 100 % 100 && v % 100
			       ? make(v / 10000, v / 100 % 100, v % 100, out)
			       : DAY_IMPOSSIBLE;
	case 6:
		if (v / 100 >= YEAR_FROM && v / 100 <= YEAR_TO && v % 100)
			return make(v / 100, v % 100, 0, out);
		return DAY_NO_CENTURY;
	case 5:
		return from_serial(v, from_1904, out);
	case 4:
		return make(v, 0, 0, out);
	default:
		return DAY_NONE;
	}
}

static enum day_fault two_parts(const struct parts *s, struct day_read *out)
{
	const struct part *p = s->part;

	if (p[0].digits != 4 || p[1].digits > 2)
		return p[0].digits < 4 && p[1].digits < 4 ? DAY_NO_CENTURY
							  : DAY_NONE;
	/* A spreadsheet drops the zero of 1980.10. */
	out->unsure = s->point && p[1].digits == 1 && p[1].value == 1;
	return p[1].value ? make(p[0].value, p[1].value, 0, out)
			  : DAY_IMPOSSIBLE;
}

static enum day_fault three_parts(const struct part *p, struct day_read *out)
{
	if (p[0].digits <= 2 && p[1].digits <= 2)
		return p[2].digits == 4 ? DAY_ORDER : DAY_NO_CENTURY;
	if (p[0].digits != 4 || p[1].digits > 2 || p[2].digits > 2)
		return DAY_NONE;
	return p[1].value && p[2].value
		       ? make(p[0].value, p[1].value, p[2].value, out)
		       : DAY_IMPOSSIBLE;
}

/* 45658.75 is a day and a time of it. */
static bool is_fraction(const struct parts *s)
{
	return s->n == 2 && s->point && s->part[0].digits == 5;
}

enum day_fault day_read(const char *typed, bool from_1904, struct day_read *out)
{
	struct parts s;

	memset(out, 0, sizeof(*out));
	if (is_lunar(typed))
		return DAY_LUNAR;
	if (!split(typed, &s))
		return DAY_NONE;
	if (s.n == 1 || is_fraction(&s))
		return one_part(&s.part[0], from_1904, out);
	return s.n == 2 ? two_parts(&s, out) : three_parts(s.part, out);
}
