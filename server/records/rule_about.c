/*
 * rule_about.c - the rules of proto/about and proto/contract, asked with what
 * the batch leaves and what stands beside it.
 */
#include "server/records/beside.h"

#include "proto/about.h"
#include "proto/contract.h"

#include <string.h>

static bool is(const struct rtype *t, const char *name)
{
	return t && strcmp(t->name, name) == 0;
}

static const json_t *find(void *ctx, const struct uuid *id)
{
	return world_body(ctx, id);
}

/* ---- the first baseline ---- */

/* The person or participant a sheet is about; nil: the client. */
static struct uuid who_of(const struct rtype *t, const json_t *body)
{
	const char *s = json_str(
		body, is(t, "group_assessment") ? "participant" : "subject");
	struct uuid id;

	if (!s || !uuid_parse(s, &id))
		memset(&id, 0, sizeof(id));
	return id;
}

/* The client may be named, or not. */
static bool same_who(struct world *w, const struct rtype *t,
	const struct uuid *unit, const json_t *a, const json_t *b)
{
	const char *client = is(t, "assessment")
				     ? json_str(world_body(w, unit), "person")
				     : NULL;
	struct uuid x = who_of(t, a), y = who_of(t, b), c;

	if (client && uuid_parse(client, &c)) {
		x = uuid_is_nil(&x) ? c : x;
		y = uuid_is_nil(&y) ? c : y;
	}
	return uuid_cmp(&x, &y) == 0;
}

static const char *earlier(const char *a, const char *b)
{
	return !a || (b && strcmp(b, a) < 0) ? b : a;
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
	const char *x = json_str(a, key), *y = json_str(b, key);

	return x && y && strcmp(x, y) == 0;
}

/* Of the database what was asked for, of the batch what it leaves. */
static const char *baseline_of(struct world *w, const struct rtype *t,
	const struct entry *x, const json_t *body)
{
	const struct beside *b = w->beside;
	const char *instrument = json_str(body, "instrument"), *day = NULL;
	struct uuid who = who_of(t, body);

	if (!instrument || !about_has_baseline(t->name, body))
		return NULL;
	for (size_t i = 0; b && i < b->baseline_count; i++)
		if (uuid_cmp(&b->baselines[i].unit, &x->unit) == 0 &&
			uuid_cmp(&b->baselines[i].who, &who) == 0 &&
			strcmp(b->baselines[i].instrument, instrument) == 0)
			day = earlier(day, b->baselines[i].day);
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *y = w->entries[i];
		const json_t *other;

		if (y == x || !y->now.ver || y->now.type != t ||
			y->now.state == STATE_RETRACTED ||
			uuid_cmp(&y->unit, &x->unit) != 0)
			continue;
		other = entry_body(w, y);
		if (same_text(other, body, "instrument") &&
			!about_has_baseline(t->name, other) &&
			json_str(other, "timepoint") &&
			same_who(w, t, &x->unit, other, body))
			day = earlier(day, json_str(other, "assessed"));
	}
	return day;
}

/* ---- contracts ---- */

static void read_day(const char *text, struct date *out)
{
	if (!text || !date_parse(text, out))
		*out = (struct date){0, 0, 0};
}

static bool same_client(
	struct world *w, const struct uuid *a, const struct uuid *b)
{
	struct uuid x = about_client_id(find, w, a);
	struct uuid y = about_client_id(find, w, b);

	return uuid_cmp(a, b) == 0 ||
	       (!uuid_is_nil(&x) && uuid_cmp(&x, &y) == 0);
}

static bool is_in_force(struct world *w, struct entry *y)
{
	const char *status;

	if (!y->now.ver || !is(y->now.type, "contract") ||
		y->now.state == STATE_RETRACTED)
		return false;
	status = json_str(entry_body(w, y), "status");
	return status && strcmp(status, "active") == 0;
}

static struct contract_other held_contract(
	struct world *w, struct entry *y, const struct entry *x)
{
	const char *team = json_str(entry_body(w, y), "chosen_team");
	struct contract_other k = {.n = 1};

	contract_term(entry_body(w, y), &k);
	if (!team || !uuid_parse(team, &k.team))
		memset(&k.team, 0, sizeof(k.team));
	k.same_person = same_client(w, &y->now.case_id, &x->now.case_id);
	return k;
}

/* A row was asked for by the case of this contract, or by the person of a case
 * that is only being made. */
static bool is_asked(struct world *w, const struct beside_contract *row,
	const struct entry *x)
{
	const char *person = json_str(world_body(w, &x->now.case_id), "person");
	struct uuid id;

	return uuid_cmp(&row->asked, &x->now.case_id) == 0 ||
	       (person && uuid_parse(person, &id) &&
		       uuid_cmp(&row->asked, &id) == 0);
}

static size_t others_of(
	struct world *w, const struct entry *x, struct contract_other **out)
{
	const struct beside *b = w->beside;
	size_t n = 0, room = w->entry_count + 1;

	room += b ? b->contract_count : 0;
	*out = ARENA_ARRAY(
		w->mem, struct contract_other, room + w->entry_count);
	for (size_t i = 0; b && i < b->contract_count; i++) {
		const struct beside_contract *row = &b->contracts[i];
		struct contract_other *k = &(*out)[n];

		k->same_person = !uuid_is_nil(&row->asked);
		if (k->same_person && !is_asked(w, row, x))
			continue;
		read_day(row->from, &k->from);
		read_day(row->to, &k->to);
		k->team = row->team;
		k->n = row->n;
		n++;
	}
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *y = w->entries[i];

		if (y == x || !is_in_force(w, y))
			continue;
		(*out)[n] = held_contract(w, y, x);
		if ((*out)[n].same_person) {
			/* Once as this person's, once as the team's. */
			(*out)[n + 1] = (*out)[n];
			(*out)[++n].same_person = false;
		}
		n++;
	}
	return n;
}

static bool check_contract(struct world *w, struct entry *x,
	const json_t *before, const json_t *after, struct err *e)
{
	const char *team = json_str(after, "chosen_team");
	struct contract_other *others;
	struct uuid id;
	size_t n = others_of(w, x, &others);

	return contract_check(before, after, others, n,
		team && uuid_parse(team, &id) ? world_body(w, &id) : NULL, e);
}

/* ---- what decide asks ---- */

bool beside_check(struct world *w, const struct rtype *t, struct entry *x,
	const json_t *before, const json_t *after, struct err *e)
{
	struct about a = {.type = t->name,
		.unit = &x->unit,
		.before = before,
		.after = after,
		.today = time_day_cn(w->now),
		.writer = &w->reader->staff,
		.find = find,
		.ctx = w};

	if (is(t, "contract"))
		return check_contract(w, x, before, after, e);
	if (!about_concerns(t->name))
		return true;
	a.baseline = baseline_of(w, t, x, after);
	return about_check(&a, e);
}

void beside_fill(struct world *w, const struct rtype *t, const json_t *before,
	json_t *body)
{
	if (is(t, "case") && before)
		about_close(before, body,
			about_person(find, w, json_str(body, "person")));
}
