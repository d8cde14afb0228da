/*
 * about.c - the rules of proto/about and proto/contract at the station, asked
 * of what it holds (see check.h). The centre's counterpart is
 * server/records/rule_about.c. What a team carries in all is known only there.
 */
#include "client/store/check.h"

#include "proto/about.h"
#include "proto/base/host.h"
#include "proto/contract.h"

#include <string.h>

struct desk {
	struct view *v;
	struct arena *mem;
};

static const json_t *find(void *ctx, const struct uuid *id)
{
	struct desk *d = ctx;
	struct seen one;
	struct err ignored;

	return !uuid_is_nil(id) &&
			       view_record(d->v, id, d->mem, &one, &ignored) &&
			       one.r.state != STATE_RETRACTED
		       ? one.body
		       : NULL;
}

static bool is(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* ---- the first baseline ---- */

static const char *who_of(struct desk *d, const char *type,
	const struct uuid *unit, const json_t *body)
{
	const char *who = json_str(
		body, is(type, "group_assessment") ? "participant" : "subject");

	return who ? who : json_str(find(d, unit), "person");
}

static const char *baseline_of(struct desk *d, const struct check *q)
{
	const char *who = who_of(d, q->type->name, q->unit, q->after);
	const char *best = NULL;
	const struct uuid *ids;
	size_t n;

	if (!about_has_baseline(q->type->name, q->after))
		return NULL;
	ids = view_unit(d->v, q->unit, d->mem, &n);
	for (size_t i = 0; i < n; i++) {
		const char *day;
		struct seen one;
		struct err ignored;

		if (uuid_cmp(&ids[i], q->rec) == 0 ||
			!view_record(d->v, &ids[i], d->mem, &one, &ignored) ||
			one.r.state == STATE_RETRACTED ||
			!is(one.type, q->type->name) ||
			!is(json_str(one.body, "timepoint"), "baseline") ||
			!is(json_str(one.body, "instrument"),
				json_str(q->after, "instrument")) ||
			!is(who_of(d, one.type, q->unit, one.body), who))
			continue;
		day = json_str(one.body, "assessed");
		if (day && (!best || strcmp(day, best) < 0))
			best = day;
	}
	return best;
}

/* ---- contracts ---- */

struct contracts {
	struct contract_other *list;
	size_t n, room;
};

static void add_contract(
	struct desk *d, struct contracts *out, const struct seen *one)
{
	struct contract_other *more, *k;
	const char *team = json_str(one->body, "chosen_team");

	if (out->n == out->room) {
		out->room = out->room ? out->room * 2 : 8;
		more = ARENA_ARRAY(d->mem, struct contract_other, out->room);
		if (out->n)
			memcpy(more, out->list, out->n * sizeof(*more));
		out->list = more;
	}
	k = &out->list[out->n++];
	memset(k, 0, sizeof(*k));
	k->same_person = true;
	k->n = 1;
	contract_term(one->body, k);
	if (team)
		(void)uuid_parse(team, &k->team);
}

static void contracts_of(struct desk *d, const struct uuid *case_id,
	const struct uuid *except, struct contracts *out)
{
	size_t n;
	const struct uuid *ids = view_unit(d->v, case_id, d->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;
		struct err ignored;

		if (uuid_cmp(&ids[i], except) != 0 &&
			view_record(d->v, &ids[i], d->mem, &one, &ignored) &&
			one.r.state != STATE_RETRACTED &&
			is(one.type, "contract") &&
			is(json_str(one.body, "status"), "active"))
			add_contract(d, out, &one);
	}
}

static bool check_contract(struct desk *d, const struct check *q, struct err *e)
{
	struct uuid client = about_client_id(find, d, q->unit);
	struct contracts others = {NULL, 0, 0};
	const struct uuid *cases;
	size_t n;

	if (!is(json_str(q->after, "status"), "active"))
		return true;
	cases = view_cases(d->v, d->mem, &n);
	for (size_t i = 0; i < n; i++) {
		struct uuid other = about_client_id(find, d, &cases[i]);

		if (uuid_cmp(&cases[i], q->unit) == 0 ||
			(!uuid_is_nil(&client) &&
				uuid_cmp(&other, &client) == 0))
			contracts_of(d, &cases[i], q->rec, &others);
	}
	return contract_check(
		q->before, q->after, others.list, others.n, NULL, e);
}

/* ---- what check.c asks ---- */

bool check_about(struct view *v, const struct check *q, struct err *e)
{
	const char *type = q->type->name;
	struct desk d = {v, arena_new()};
	struct about a = {.type = type,
		.unit = q->unit,
		.before = q->before,
		.after = q->after,
		.today = time_day_cn(host_now_ms()),
		.writer = &q->staff,
		.find = find,
		.ctx = &d};
	bool ok = true;

	if (is(type, "contract"))
		ok = check_contract(&d, q, e);
	else if (about_concerns(type)) {
		a.baseline = baseline_of(&d, q);
		ok = about_check(&a, e);
	}
	arena_free(d.mem);
	return ok;
}

void fill_about(struct view *v, const json_t *before, json_t *body)
{
	struct desk d = {v, arena_new()};

	about_close(
		before, body, about_person(find, &d, json_str(body, "person")));
	arena_free(d.mem);
}
