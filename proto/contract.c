/*
 * contract.c - see contract.h.
 */
#include "proto/contract.h"

#include <string.h>

static bool is_active(const json_t *body)
{
	const char *status = json_str(body, "status");

	return status && strcmp(status, "active") == 0;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || (x && y && json_equal(x, y));
}

static void read_day(const json_t *body, const char *field, struct date *out)
{
	const char *text = json_str(body, field);

	if (!text || !date_parse(text, out))
		*out = (struct date){0, 0, 0};
}

void contract_term(const json_t *body, struct contract_other *out)
{
	read_day(body, "from", &out->from);
	read_day(body, "to", &out->to);
}

/* ---- terms ---- */

static bool ends_before(const struct date *to, const struct date *day)
{
	return to->year && day->year && date_cmp(to, day) < 0;
}

static bool overlap(
	const struct contract_other *a, const struct contract_other *b)
{
	return !ends_before(&a->to, &b->from) && !ends_before(&b->to, &a->from);
}

static bool covers(const struct contract_other *term, const struct date *day)
{
	return (!term->from.year || date_cmp(&term->from, day) <= 0) &&
	       !ends_before(&term->to, day);
}

/* ---- one team at a time ---- */

static bool refuse(const struct contract_other *k, struct err *e)
{
	char from[DATE_TEXT] = "", to[DATE_TEXT] = "", team[UUID_TEXT] = "";
	bool seen = !uuid_is_nil(&k->team);

	if (k->from.year)
		date_format(&k->from, from);
	if (k->to.year)
		date_format(&k->to, to);
	if (seen)
		uuid_format(&k->team, team);
	return err_field(e, ERR_IN_FORCE, "status", "%s/%s%s%s", from, to,
		seen ? ", chosen_team=" : "", team);
}

/* ---- capacity ---- */

static bool is_team(const struct contract_other *k, const struct uuid *team)
{
	return uuid_cmp(&k->team, team) == 0;
}

static int64_t carried(const struct contract_other *others, size_t n,
	const struct uuid *team, const struct date *day)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (!others[i].same_person && is_team(&others[i], team) &&
			covers(&others[i], day))
			sum += others[i].n;
	return sum;
}

/* The most a team carries on a day of a term. It grows only where a term
 * begins, so those days are enough. */
static int64_t most_carried(const struct contract_other *own,
	const struct contract_other *others, size_t n, const struct uuid *team)
{
	int64_t most = carried(others, n, team, &own->from);

	for (size_t i = 0; i < n; i++) {
		int64_t sum =
			is_team(&others[i], team) && others[i].from.year &&
					covers(own, &others[i].from)
				? carried(others, n, team, &others[i].from)
				: 0;

		most = sum > most ? sum : most;
	}
	return most;
}

static bool check_capacity(const json_t *after,
	const struct contract_other *own, const struct contract_other *others,
	size_t n, const json_t *team, struct err *e)
{
	const char *text = json_str(after, "chosen_team");
	int64_t capacity = json_int(team, "capacity", -1);
	struct uuid id;

	if (!text || !uuid_parse(text, &id) || capacity < 0 ||
		most_carried(own, others, n, &id) < capacity)
		return true;
	return err_field(e, ERR_FULL, "chosen_team", "capacity %lld",
		(long long)capacity);
}

bool contract_check(const json_t *before, const json_t *after,
	const struct contract_other *others, size_t n, const json_t *team,
	struct err *e)
{
	static const char *const fields[] = {
		"status", "from", "to", "chosen_team"};
	struct contract_other own;
	bool changed = !before;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		changed |= !same(before, after, fields[i]);
	if (!is_active(after) || !changed)
		return true;
	contract_term(after, &own);
	for (size_t i = 0; i < n; i++)
		if (others[i].same_person && overlap(&own, &others[i]))
			return refuse(&others[i], e);
	return check_capacity(after, &own, others, n, team, e);
}
