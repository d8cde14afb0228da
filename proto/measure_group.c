/*
 * measure_group.c - what a group amounts to. Sessions, attendances and persons
 * are three different numbers, and always told apart: a series of 78 sessions
 * with 256 "participants" says nothing while nobody says which was counted.
 */
#include "proto/measure_in.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ATTEND_MIN 4 /* of six; where neither group nor template says */

/* A member at a session, by their places in the lists. */
struct seat {
	size_t session, member;
};

struct measure_group {
	const struct catalogue *c;
	struct uuid group_id;
	struct arena *mem;
	const json_t *group;
	struct entries participants, sessions, attendances, assessments;
	const struct seat *seats; /* taken at sessions held, each once */
	size_t seat_count;
	int64_t *times; /* of each participant */
	json_t *absences;
	json_t *out;
};

struct measure_group *measure_group_begin(const struct catalogue *c,
	const struct uuid *group_id, struct arena *mem)
{
	struct measure_group *run = ARENA_NEW(mem, struct measure_group);

	run->c = c;
	run->group_id = *group_id;
	run->mem = mem;
	return run;
}

void measure_group_add(
	struct measure_group *run, const struct record *r, const json_t *body)
{
	const struct {
		const char *type;
		struct entries *list;
		const char *when;
	} kept[] = {
		{"participant",      &run->participants, "joined"  },
		{"session",          &run->sessions,     "held_at" },
		{"attendance",       &run->attendances,  NULL      },
		{"group_assessment", &run->assessments,  "assessed"},
	};

	if (!r->type || r->state == STATE_RETRACTED)
		return;
	if (uuid_cmp(&r->id, &run->group_id) == 0)
		run->group = body;
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (strcmp(kept[i].type, r->type->name) == 0)
			entries_add(
				kept[i].list, run->mem, r, body, kept[i].when);
}

const json_t *measure_group_body(const struct measure_group *run)
{
	return run->group;
}

/* ---- who was there ---- */

static void count_reason(json_t *by, const char *reason)
{
	reason = reason ? reason : "unknown";
	json_object_set_new(by, reason,
		json_integer((json_int_t)(json_int(by, reason, 0) + 1)));
}

/* Where a record stands in its list. */
struct at {
	struct uuid id;
	size_t at;
};

static int by_id(const void *a, const void *b)
{
	return uuid_cmp(a, b);
}

static struct at *index_of(const struct entries *l, struct arena *mem)
{
	struct at *out = ARENA_ARRAY(mem, struct at, l->n + 1);

	for (size_t i = 0; i < l->n; i++)
		out[i] = (struct at){l->list[i].id, i};
	if (l->n > 1)
		qsort(out, l->n, sizeof(*out), by_id);
	return out;
}

/* The place of the record a field names; n when there is none. */
static size_t named(
	const struct at *index, size_t n, const json_t *body, const char *field)
{
	const char *text = json_str(body, field);
	const struct at *found;
	struct uuid id;

	if (!n || !text || !uuid_parse(text, &id))
		return n;
	found = bsearch(&id, index, n, sizeof(*index), by_id);
	return found ? found->at : n;
}

static bool was_held(const struct entry *session)
{
	return body_is(session->body, "status", "held");
}

static int by_seat(const void *a, const void *b)
{
	const struct seat *x = a, *y = b;

	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return (x->member > y->member) - (x->member < y->member);
}

/* Who sat where; written down twice counts once. */
static void look_at_attendance(struct measure_group *run)
{
	size_t s = run->sessions.n, m = run->participants.n, n = 0;
	const struct at *sessions = index_of(&run->sessions, run->mem);
	const struct at *members = index_of(&run->participants, run->mem);
	struct seat *seats =
		ARENA_ARRAY(run->mem, struct seat, run->attendances.n + 1);

	run->absences = json_keep(json_object(), run->mem);
	for (size_t i = 0; i < run->attendances.n; i++) {
		const json_t *a = run->attendances.list[i].body;
		struct seat x = {named(sessions, s, a, "session"),
			named(members, m, a, "participant")};

		if (x.session == s || x.member == m ||
			!was_held(&run->sessions.list[x.session]))
			continue;
		if (json_flag(a, "present"))
			seats[n++] = x;
		else
			count_reason(run->absences, json_str(a, "reason"));
	}
	if (n > 1)
		qsort(seats, n, sizeof(*seats), by_seat);
	run->times = ARENA_ARRAY(run->mem, int64_t, m + 1);
	run->seats = seats;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || by_seat(&seats[i - 1], &seats[i]) != 0) {
			run->times[seats[i].member]++;
			seats[run->seat_count++] = seats[i];
		}
}

/* Belonged to the group on the day of a session. */
static bool belonged(const struct entry *member, const struct entry *session)
{
	struct date left;

	return (!member->dated || date_cmp(&member->day, &session->day) <= 0) &&
	       (!fold_day(member->body, "left", &left) ||
		       date_cmp(&session->day, &left) <= 0);
}

/* Who the member is: somebody on file is one person however often they join. */
static const char *person_of(
	const struct measure_group *run, const struct entry *member)
{
	const char *person = json_str(member->body, "person");

	return person ? person
		      : uuid_format(
				&member->id, arena_alloc(run->mem, UUID_TEXT));
}

/* ---- measures ---- */

static int64_t count_sessions(
	const struct measure_group *run, const char *status)
{
	int64_t n = 0;

	for (size_t i = 0; i < run->sessions.n; i++)
		n += body_is(run->sessions.list[i].body, "status", status);
	return n;
}

static void put_sessions(struct measure_group *run)
{
	int64_t planned = json_int(run->group, "sessions_planned", -1);
	int64_t cancelled = count_sessions(run, "cancelled");

	put_count(run->out, "sessions_planned",
		planned >= 0 ? planned : (int64_t)run->sessions.n - cancelled);
	put_count(run->out, "sessions_held", count_sessions(run, "held"));
	put_count(run->out, "sessions_cancelled", cancelled);
}

/* Seats there were: members who belonged, and others who came all the same. */
static int64_t seats_there_were(const struct measure_group *run)
{
	int64_t n = 0;

	for (size_t i = 0; i < run->sessions.n; i++)
		for (size_t k = 0; was_held(&run->sessions.list[i]) &&
				   k < run->participants.n;
			k++)
			n += belonged(&run->participants.list[k],
				&run->sessions.list[i]);
	for (size_t i = 0; i < run->seat_count; i++)
		n += !belonged(&run->participants.list[run->seats[i].member],
			&run->sessions.list[run->seats[i].session]);
	return n;
}

static void put_attendance(struct measure_group *run)
{
	int64_t named_ones = (int64_t)run->seat_count, unnamed = 0;
	int64_t held = count_sessions(run, "held");
	json_t *persons = json_keep(json_object(), run->mem);

	for (size_t i = 0; i < run->sessions.n; i++)
		if (was_held(&run->sessions.list[i]))
			unnamed += json_int(
				run->sessions.list[i].body, "unnamed", 0);
	for (size_t i = 0; i < run->participants.n; i++)
		if (run->times[i])
			json_object_set_new(persons,
				person_of(run, &run->participants.list[i]),
				json_true());
	put_count(run->out, "attendances", named_ones + unnamed);
	put_count(run->out, "attendances_unnamed", unnamed);
	put_count(run->out, "persons", (int64_t)json_object_size(persons));
	if (held)
		put_number(run->out, "attendance_mean",
			(double)(named_ones + unnamed) / (double)held);
	put_share(run->out, "attendance_rate", (double)named_ones,
		(double)seats_there_were(run));
}

/* The group's own number, else its template's in the pack. */
static int64_t needed(const struct measure_group *run)
{
	const char *programme = json_str(run->group, "programme");
	const json_t *list = json_object_get(
		programme ? catalogue_pack(run->c, programme) : NULL, "groups");
	int64_t own = json_int(run->group, "attend_min", 0);

	for (size_t i = 0; !own && i < json_array_size(list); i++) {
		const json_t *t = json_array_get(list, i);

		if (json_str(t, "code") &&
			body_is(run->group, "template", json_str(t, "code")))
			own = json_int(t, "attend_min", 0);
	}
	return own ? own : ATTEND_MIN;
}

static void put_members(struct measure_group *run)
{
	const struct entries *l = &run->participants;
	int64_t completed = 0, left = 0, peers = 0, least = needed(run);
	json_t *reasons = json_object();

	for (size_t i = 0; i < l->n; i++) {
		const json_t *m = l->list[i].body;
		bool is_done = run->times[i] >= least;

		completed += is_done;
		peers += json_flag(m, "peer_contact");
		if (!json_str(m, "left") ||
			body_is(m, "leave_reason", "completed"))
			continue;
		left++;
		count_reason(reasons, json_str(m, "leave_reason"));
	}
	put_count(run->out, "members", (int64_t)l->n);
	put_count(run->out, "completed", completed);
	put_share(run->out, "completion", (double)completed, (double)l->n);
	put_count(run->out, "drop_outs", left);
	put(run->out, "drop_out_reasons", reasons);
	put_count(run->out, "peer_contacts", peers);
}

/* ---- the battery ---- */

struct sums {
	int64_t pairs, better;
	double first, last;
};

static struct sums sum_of(
	const struct pair *pairs, size_t n, const char *instrument)
{
	struct sums s = {0, 0, 0, 0};

	for (size_t i = 0; i < n; i++) {
		if (strcmp(pairs[i].first->instrument, instrument) != 0)
			continue;
		s.pairs++;
		s.better += pair_way(&pairs[i]) > 0;
		s.first += pairs[i].first->value;
		s.last += pairs[i].last->value;
	}
	return s;
}

/* Members with an assessment of that instrument, paired or not. */
static int64_t members_with(
	const struct scored *list, size_t n, const char *instrument)
{
	const char *last = "";
	int64_t members = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].instrument, instrument) != 0)
			continue;
		members += strcmp(list[i].who, last) != 0;
		last = list[i].who;
	}
	return members;
}

static json_t *battery_row(const struct scored *list, size_t n,
	const struct pair *pairs, size_t paired, const char *instrument)
{
	struct sums s = sum_of(pairs, paired, instrument);
	double count = (double)s.pairs;
	json_t *row = json_pack("{s:s, s:I, s:I, s:I}", "instrument",
		instrument, "pairs", (json_int_t)s.pairs, "unpaired",
		(json_int_t)(members_with(list, n, instrument) - s.pairs),
		"better", (json_int_t)s.better);

	if (s.pairs) {
		json_object_set_new(row, "first", rounded(s.first / count));
		json_object_set_new(row, "last", rounded(s.last / count));
		json_object_set_new(
			row, "change", rounded((s.last - s.first) / count));
	}
	return row;
}

#define SATISFACTION "satisfaction"

/* Scores stand in order of instrument and member, the newest of each last. */
static void put_satisfaction(
	struct measure_group *run, const struct scored *list, size_t n)
{
	double mean = 0, top = 0;
	int64_t members = 0;

	for (size_t i = 0; i < n; i++) {
		bool newest =
			i + 1 == n ||
			strcmp(list[i + 1].instrument, SATISFACTION) != 0 ||
			strcmp(list[i + 1].who, list[i].who) != 0;

		if (strcmp(list[i].instrument, SATISFACTION) != 0 || !newest)
			continue;
		members++;
		mean += list[i].value;
		top += isnan(list[i].top) ? 0 : list[i].top;
	}
	if (!members)
		return;
	put_number(run->out, "satisfaction_mean", mean / (double)members);
	put_number(run->out, "satisfaction_top", top / (double)members);
}

static void put_battery(struct measure_group *run)
{
	json_t *rows = json_array();
	struct scored *list;
	struct pair *pairs;
	size_t n = scores_of(
		run->c, &run->assessments, "participant", "", run->mem, &list);
	size_t paired = pairs_of(list, n, run->mem, &pairs);

	for (size_t i = 0; i < n; i++)
		if ((i == 0 || strcmp(list[i].instrument,
				       list[i - 1].instrument) != 0) &&
			strcmp(list[i].instrument, SATISFACTION) != 0)
			json_array_append_new(
				rows, battery_row(list, n, pairs, paired,
					      list[i].instrument));
	put(run->out, "battery", rows);
	put_satisfaction(run, list, n);
}

json_t *measure_group_end(struct measure_group *run)
{
	struct entries *const lists[] = {&run->participants, &run->sessions,
		&run->attendances, &run->assessments};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		entries_sort(lists[i]);
	run->out = json_keep(json_object(), run->mem);
	look_at_attendance(run);
	put_sessions(run);
	put_attendance(run);
	put_members(run);
	put(run->out, "absence_reasons", json_incref(run->absences));
	put_battery(run);
	return json_keep(json_pack("{s:O}", "measures", run->out), run->mem);
}
