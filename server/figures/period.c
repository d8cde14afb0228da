/*
 * period.c - see period.h.
 */
#include "server/figures/period.h"

#include <stdio.h>
#include <string.h>

#define ACCEPTS "2026, 2026-Q2, 2026-05"
#define OLDEST  1990
#define NEWEST  2100

const int grain_months[GRAINS] = {1, 3, 12};
static const char *const names[GRAINS] = {"month", "quarter", "year"};

const char *grain_name(enum grain g)
{
	return names[g];
}

bool grain_from_name(const char *name, enum grain *out)
{
	for (size_t i = 0; i < GRAINS; i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum grain)i;
			return true;
		}
	return false;
}

static int digits(const char *p, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

/* The months of one period. */
static bool read_one(const char *text, int64_t *first, int64_t *last)
{
	size_t n = strlen(text);
	int year = n >= 4 ? digits(text, 4) : -1;
	int part = 0, months = 12;

	if (year < OLDEST || year > NEWEST)
		return false;
	if (n == 7 && text[4] == '-' && text[5] == 'Q') {
		part = digits(text + 6, 1);
		months = 3;
	} else if (n == 7 && text[4] == '-') {
		part = digits(text + 5, 2);
		months = 1;
	} else if (n == 4) {
		part = 1;
	}
	if (part < 1 || part > 12 / months)
		return false;
	*first = (int64_t)year * 12 + (part - 1) * months;
	*last = *first + months - 1;
	return true;
}

static bool whole(int64_t first, int64_t last, enum grain g)
{
	return first % grain_months[g] == 0 &&
	       (last + 1) % grain_months[g] == 0;
}

static bool find_grain(const char *name, struct period *p, struct err *e)
{
	if (name && !grain_from_name(name, &p->grain))
		return err_field(
			e, ERR_BAD_REQUEST, "by", "month, quarter, year");
	if (name)
		return whole(p->first, p->last, p->grain) ||
		       err_field(e, ERR_BAD_REQUEST, "from", "%s: " ACCEPTS,
			       name);
	for (size_t i = 0; i < GRAINS; i++)
		if (p->last - p->first + 1 == grain_months[i] &&
			whole(p->first, p->last, (enum grain)i)) {
			p->grain = (enum grain)i;
			return true;
		}
	return err_field(e, ERR_BAD_REQUEST, "by", "month, quarter, year");
}

bool period_read(const char *from, const char *to, const char *grain,
	const struct date *today, struct period *out, struct err *e)
{
	int64_t ignored;

	out->first = (int64_t)today->year * 12;
	out->last = out->first + 11;
	out->grain = GRAIN_YEAR;
	if (from && !read_one(from, &out->first, &out->last))
		return err_field(e, ERR_BAD_REQUEST, "from", ACCEPTS);
	if (to && !read_one(to, from ? &ignored : &out->first, &out->last))
		return err_field(e, ERR_BAD_REQUEST, "to", ACCEPTS);
	if (out->first > out->last)
		return err_field(e, ERR_BAD_REQUEST, "from", "from ≤ to");
	if (out->last / 12 - out->first / 12 >= PERIOD_YEARS)
		return err_field(
			e, ERR_BAD_REQUEST, "to", "≤ %d years", PERIOD_YEARS);
	return find_grain(grain, out, e);
}

char *period_text(int64_t month, enum grain g, char out[PERIOD_TEXT])
{
	int year = (int)(month / 12 % 10000), m = (int)(month % 12);

	if (g == GRAIN_YEAR)
		snprintf(out, PERIOD_TEXT, "%04d", year);
	else if (g == GRAIN_QUARTER)
		snprintf(out, PERIOD_TEXT, "%04d-Q%d", year, m / 3 + 1);
	else
		snprintf(out, PERIOD_TEXT, "%04d-%02d", year, m + 1);
	return out;
}
