/*
 * timeutil.c - see timeutil.h. Day counts follow the civil-calendar algorithm
 * over 400-year eras (March-based years), exact for all years.
 */
#include "proto/base/timeutil.h"

#include <stdio.h>
#include <string.h>

#define MS_PER_DAY  86400000LL
#define CN_SHIFT_MS (8 * 3600000LL)

static int month_days(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool date_is_valid(const struct date *d)
{
	return d->year >= 1 && d->year <= 9999 && d->month >= 1 &&
	       d->month <= 12 && d->day >= 1 &&
	       d->day <= month_days(d->year, d->month);
}

/* n digits at p as a number, or -1. */
static int digits(const char *p, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

bool date_parse(const char *text, struct date *out)
{
	struct date d;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	d.year = digits(text, 4);
	d.month = digits(text + 5, 2);
	d.day = digits(text + 8, 2);
	if (!date_is_valid(&d))
		return false;
	*out = d;
	return true;
}

bool date_parse_partial(const char *text, struct date *out)
{
	size_t n = strlen(text);
	struct date d = {0};

	if (n == 10)
		return date_parse(text, out);
	if (n != 4 && n != 7)
		return false;
	d.year = digits(text, 4);
	if (d.year < 1)
		return false;
	if (n == 7) {
		d.month = text[4] == '-' ? digits(text + 5, 2) : -1;
		if (d.month < 1 || d.month > 12)
			return false;
	}
	*out = d;
	return true;
}

/* The last `count` decimal digits of a value that is not negative. */
static void put_digits(char *out, int count, int value)
{
	for (int i = count - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
}

char *date_format(const struct date *d, char out[DATE_TEXT])
{
	put_digits(out, 4, d->year);
	out[4] = '-';
	put_digits(out + 5, 2, d->month);
	out[7] = '-';
	put_digits(out + 8, 2, d->day);
	out[10] = 0;
	return out;
}

int date_cmp(const struct date *a, const struct date *b)
{
	if (a->year != b->year)
		return a->year < b->year ? -1 : 1;
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	return (a->day > b->day) - (a->day < b->day);
}

int64_t date_to_days(const struct date *d)
{
	int64_t y = d->year - (d->month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (d->month + (d->month > 2 ? -3 : 9)) + 2) / 5 +
		      d->day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct date date_from_days(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct date d;

	d.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.year = (int)(yoe + era * 400 + (d.month <= 2));
	return d;
}

struct date date_add_days(const struct date *d, int64_t days)
{
	return date_from_days(date_to_days(d) + days);
}

struct date date_add_months(const struct date *d, int months)
{
	int total = d->year * 12 + (d->month - 1) + months;
	struct date out = {total / 12, total % 12 + 1, d->day};
	int last = month_days(out.year, out.month);

	if (out.day > last)
		out.day = last;
	return out;
}

int date_age(const struct date *birth, const struct date *on)
{
	int years = on->year - birth->year;
	bool before = on->month < birth->month ||
		      (on->month == birth->month && on->day < birth->day);

	return before ? years - 1 : years;
}

/* The offset part: Z, z or ±HH:MM, then the end. Minutes, or false. */
static bool parse_offset(const char *p, int *minutes)
{
	int h, m;

	if ((*p == 'Z' || *p == 'z') && !p[1]) {
		*minutes = 0;
		return true;
	}
	if ((*p != '+' && *p != '-') || strlen(p) != 6 || p[3] != ':')
		return false;
	h = digits(p + 1, 2);
	m = digits(p + 4, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*minutes = (*p == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

/* .123456 at p: milliseconds, and where the digits end. A dot alone stays. */
static const char *parse_fraction(const char *p, int *ms)
{
	int scale = 100;

	*ms = 0;
	if (*p != '.' || p[1] < '0' || p[1] > '9')
		return p;
	for (p++; *p >= '0' && *p <= '9'; p++) {
		*ms += (*p - '0') * scale;
		scale /= 10;
	}
	return p;
}

bool time_parse(const char *text, int64_t *unix_ms)
{
	char day[DATE_TEXT];
	struct date d;
	int h, m, s, ms, offset;

	if (strlen(text) < 20 || (text[10] != 'T' && text[10] != 't') ||
		text[13] != ':' || text[16] != ':')
		return false;
	memcpy(day, text, 10);
	day[10] = 0;
	h = digits(text + 11, 2);
	m = digits(text + 14, 2);
	s = digits(text + 17, 2);
	if (!date_parse(day, &d) || d.year < 1900 || d.year > 2200)
		return false;
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		return false;
	if (!parse_offset(parse_fraction(text + 19, &ms), &offset))
		return false;
	*unix_ms = date_to_days(&d) * MS_PER_DAY +
		   ((h * 60LL + m - offset) * 60 + s) * 1000 + ms;
	return true;
}

static int64_t floor_days(int64_t ms)
{
	return ms >= 0 ? ms / MS_PER_DAY
		       : -((-ms + MS_PER_DAY - 1) / MS_PER_DAY);
}

char *time_format(int64_t unix_ms, char out[TIME_TEXT])
{
	int64_t days = floor_days(unix_ms);
	int64_t rest = unix_ms - days * MS_PER_DAY;
	struct date d = date_from_days(days);

	date_format(&d, out);
	out[10] = 'T';
	put_digits(out + 11, 2, (int)(rest / 3600000));
	out[13] = ':';
	put_digits(out + 14, 2, (int)(rest / 60000 % 60));
	out[16] = ':';
	put_digits(out + 17, 2, (int)(rest / 1000 % 60));
	out[19] = '.';
	put_digits(out + 20, 3, (int)(rest % 1000));
	out[23] = 'Z';
	out[24] = 0;
	return out;
}

struct date time_day_cn(int64_t unix_ms)
{
	return date_from_days(floor_days(unix_ms + CN_SHIFT_MS));
}
