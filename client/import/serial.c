/*
 * serial.c - see serial.h.
 */
#include "client/import/serial.h"

#include <math.h>
#include <strings.h>

#define LEAP_BUG   60      /* 1900-02-29 */
#define LAST_1900  2958465 /* 9999-12-31 */
#define LAST_1904  2957003
#define EPOCH_1900 (-25568) /* days from 1970 to 1899-12-31 */
#define EPOCH_1904 (-24107)

bool serial_day(double serial, bool from_1904, struct date *out)
{
	double whole = floor(serial);
	int64_t day;

	if (!(whole >= (from_1904 ? 0 : 1)) ||
		whole > (from_1904 ? LAST_1904 : LAST_1900))
		return false;
	day = (int64_t)whole;
	if (!from_1904 && day == LEAP_BUG)
		return false;
	if (from_1904)
		day += EPOCH_1904;
	else
		day += EPOCH_1900 - (day > LEAP_BUG);
	*out = date_from_days(day);
	return true;
}

static const char *behind(const char *p, char end)
{
	while (*p && *p != end)
		p++;
	return *p ? p + 1 : p;
}

/* Moves behind what a format shows as it stands, or says of colours, calendars
 * and elapsed time; false when there is nothing of that at *p. */
static bool skip(const char **p)
{
	switch (**p) {
	case '"':
		*p = behind(*p + 1, '"');
		return true;
	case '[':
		*p = behind(*p + 1, ']');
		return true;
	case '\\':
	case '_':
	case '*':
		*p += (*p)[1] ? 2 : 1;
		return true;
	default:
		return false;
	}
}

struct parts {
	bool year;
	bool month; /* or minute */
	bool day;
	bool clock;
};

static void note(struct parts *s, const char *p)
{
	switch (*p) {
	case 'y':
	case 'Y':
		s->year = true;
		break;
	case 'e': /* a year as well, but not in 0.0e+0 */
		s->year |= p[1] != '+' && p[1] != '-';
		break;
	case 'm':
	case 'M':
		s->month = true;
		break;
	case 'd':
	case 'D':
		s->day = true;
		break;
	case 'h':
	case 'H':
	case 's':
	case 'S':
		s->clock = true;
		break;
	default:
		break;
	}
}

enum shown serial_format(const char *code)
{
	struct parts s = {false, false, false, false};

	if (strncasecmp(code, "general", 7) == 0)
		return SHOWS_NO_DATE;
	while (*code && *code != ';')
		if (!skip(&code))
			note(&s, code++);
	if (s.day)
		return SHOWS_DAY;
	if (s.year)
		return s.month ? SHOWS_MONTH : SHOWS_YEAR;
	return s.month && !s.clock ? SHOWS_DAY : SHOWS_NO_DATE;
}

enum shown serial_format_id(long id)
{
	/* 18-21 and 45-47 are times of day, 32-35 and 55-56 are such in
	 * Chinese sheets. */
	static const struct {
		long from;
		long to;
		enum shown shown;
	} ids[] = {
		{14, 16, SHOWS_DAY  },
		{17, 17, SHOWS_MONTH},
		{22, 22, SHOWS_DAY  },
		{27, 27, SHOWS_MONTH},
		{28, 31, SHOWS_DAY  },
		{36, 36, SHOWS_MONTH},
		{50, 50, SHOWS_MONTH},
		{51, 51, SHOWS_DAY  },
		{52, 52, SHOWS_MONTH},
		{53, 54, SHOWS_DAY  },
		{57, 57, SHOWS_MONTH},
		{58, 58, SHOWS_DAY  },
	};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		if (id >= ids[i].from && id <= ids[i].to)
			return ids[i].shown;
	return SHOWS_NO_DATE;
}
