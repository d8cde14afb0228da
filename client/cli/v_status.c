/*
 * v_status.c - casebridge status: is anything only here? What is here, what
 * waits, and whether both ends held the same when they last spoke.
 */
#include "client/cli/carry.h"
#include "client/cli/disputes.h"
#include "client/cli/letters.h"
#include "client/cli/others.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/report_show.h"
#include "client/cli/value.h"
#include "client/store/report.h"
#include "client/sync/heads.h"

#include <string.h>

struct counts {
	int64_t cases;
	int64_t persons;
	int64_t records;
	int64_t conflicts;
	int64_t work[WORK_STATES];
	struct letters_waiting letters;
	struct buf by_case; /* struct heap */
};

static void release_counts(void *p)
{
	buf_free(&((struct counts *)p)->by_case);
}

/* Conflicts by the case they are in. */
struct heap {
	struct uuid kase; /* nil: of no case */
	int64_t n;
};

static void add_conflict(struct desk *d, const struct dispute *x, void *ctx)
{
	struct counts *n = ctx;
	size_t at = 0, count = n->by_case.n / sizeof(struct heap);
	struct heap *all = (struct heap *)(void *)n->by_case.p;
	struct heap one = {x->r.r.case_id, 1};

	(void)d;
	n->conflicts++;
	while (at < count && uuid_cmp(&all[at].kase, &one.kase) != 0)
		at++;
	if (at < count)
		all[at].n++;
	else
		buf_add(&n->by_case, &one, sizeof(one));
}

/* "QQ-2025-001 2, QQ-2025-007 1" */
static const char *conflict_cases(struct desk *d, const struct counts *n)
{
	const struct heap *all = (const struct heap *)(void *)n->by_case.p;
	const char *out = "";

	for (size_t i = 0; i < n->by_case.n / sizeof(*all); i++)
		if (!uuid_is_nil(&all[i].kase))
			out = arena_printf(d->c->mem, "%s%s%s %lld", out,
				out[0] ? ", " : "", pick_name(d, &all[i].kase),
				(long long)all[i].n);
	return out;
}

static json_t *conflict_cases_json(const struct counts *n)
{
	const struct heap *all = (const struct heap *)(void *)n->by_case.p;
	json_t *out = json_array();

	for (size_t i = 0; i < n->by_case.n / sizeof(*all); i++) {
		char id[UUID_TEXT];

		json_array_append_new(
			out, json_pack("{s:o, s:I}", "case",
				     uuid_is_nil(&all[i].kase)
					     ? json_null()
					     : json_string(uuid_format(
						       &all[i].kase, id)),
				     "n", (json_int_t)all[i].n));
	}
	return out;
}

static bool count(struct desk *d, struct counts *n, struct err *e)
{
	memset(n, 0, sizeof(*n));
	buf_init(&n->by_case, (size_t)1 << 24);
	arena_adopt(d->c->mem, n, release_counts);
	for (size_t i = 0; i < store_unit_count(d->s); i++) {
		const struct unit *u = store_unit_at(d->s, i);

		n->cases += strcmp(u->kind, "case") == 0;
		n->persons += strcmp(u->kind, "person") == 0;
		n->records += (int64_t)u->n;
	}
	for (size_t i = 0; i < store_work_count(d->s); i++)
		n->work[store_work_at(d->s, i)->state]++;
	return disputes_each(d, add_conflict, n, e) &&
	       letters_waiting(d, &n->letters, e);
}

static json_t *status_json(struct desk *d, const struct counts *n)
{
	const json_t *match = store_get(d->s, "match");
	struct carry_counts files = carry_count(d->s);
	struct sha256 here = store_digest(d->s);
	char hex[SHA256_HEX];
	json_t *out = json_pack(
		"{s:s, s:s, s:O*, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"server", store_text(d->s, "server"), "login",
		store_text(d->s, "login"), "reader", store_get(d->s, "reader"),
		"units", (json_int_t)store_unit_count(d->s), "cases",
		(json_int_t)n->cases, "persons", (json_int_t)n->persons,
		"records", (json_int_t)n->records, "unsent",
		(json_int_t)desk_waiting(d), "conflicts",
		(json_int_t)n->conflicts, "parked",
		(json_int_t)n->work[WORK_PARKED], "journal",
		(json_int_t)(n->work[WORK_APPLIED] + n->work[WORK_CONFLICT]));

	json_object_set_new(out, "conflict_cases", conflict_cases_json(n));
	json_object_set_new(out, "cases_coming",
		json_integer(json_int(store_get(d->s, "coming"), "cases", 0)));
	json_object_set_new(out, "files", json_integer(files.here));
	json_object_set_new(out, "files_waiting", json_integer(files.waiting));
	json_object_set_new(out, "files_refused", json_integer(files.refused));
	json_object_set_new(out, "letters", letters_waiting_json(&n->letters));
	json_object_set_new(out, "digest",
		json_string(hex_format(here.b, SHA256_LEN, hex)));
	json_object_set_new(out, "centre_digest",
		json_str(match, "centre")
			? json_string(json_str(match, "centre"))
			: json_null());
	json_object_set_new(
		out, "matched", json_boolean(json_flag(match, "ok")));
	json_object_set_new(
		out, "matched_at", json_integer(json_int(match, "at", 0)));
	return out;
}

static const char *when(struct cli *c, int64_t ms)
{
	return ms ? time_show(c, ms) : text_raw(c->lang, T_NEVER);
}

static const char *agreement(struct desk *d)
{
	const json_t *match = store_get(d->s, "match");
	enum text_id t = T_NEVER;

	if (match)
		t = !json_flag(match, "ok") ? T_DIFFERENT
		    : desk_waiting(d)       ? T_CHANGED_SINCE
					    : T_EQUAL;
	return arena_printf(d->c->mem, "%s  %s",
		match ? when(d->c, json_int(match, "at", 0)) : "",
		text_raw(d->c->lang, t));
}

static void print(struct cli *c, struct desk *d, const struct counts *n)
{
	const json_t *match = store_get(d->s, "match");
	struct carry_counts files = carry_count(d->s);
	struct sha256 here = store_digest(d->s);
	char hex[SHA256_HEX];

	hex_format(here.b, SHA256_LEN, hex);
	out_pair(c, T_ST_PERSON,
		arena_printf(c->mem, "%s, %s", desk_reader(d, "name"),
			desk_reader(d, "site_name")));
	out_pair(c, T_ST_SERVER, store_text(d->s, "server"));
	out_pair(c, T_ST_CASES, number_text(c, n->cases));
	desk_coming(d);
	out_pair(c, T_ST_PERSONS, number_text(c, n->persons));
	out_pair(c, T_ST_RECORDS, number_text(c, n->records));
	out_pair(c, T_ST_UNSENT, number_text(c, desk_waiting(d)));
	out_pair(c, T_ST_CONFLICTS,
		arena_printf(c->mem, "%lld%s%s", (long long)n->conflicts,
			n->by_case.n ? "  " : "", conflict_cases(d, n)));
	out_pair(c, T_ST_PARKED, number_text(c, n->work[WORK_PARKED]));
	if (files.here)
		out_pair(c, T_ST_FILES,
			text_of(c, T_FILES_STATE, number_text(c, files.here),
				number_text(c, files.waiting),
				carry_size(c, files.waiting_bytes),
				number_text(c, files.refused), NULL));
	letters_waiting_print(d, &n->letters);
	out_pair(c, T_ST_HERE, arena_printf(c->mem, "%.16s", hex));
	out_pair(c, T_ST_CENTRE,
		match ? arena_printf(c->mem, "%.16s", json_str(match, "centre"))
		      : text_raw(c->lang, T_NEVER));
	out_pair(c, T_ST_MATCH, agreement(d));
	out_pair(c, T_ST_CONTACT,
		when(c, json_integer_value(store_get(d->s, "contact"))));
}

/* What of cases that were taken away is here still, closed. */
static void print_left(struct cli *c, const json_t *report)
{
	const json_t *count = json_object_get(report, "count");
	int64_t waiting = json_int(count, "left_waiting", 0);
	int64_t refused = json_int(count, "left_refused", 0);

	if (waiting || refused)
		out_pair(c, T_ST_LEFT,
			text_of(c, T_LEFT_STATE, number_text(c, waiting),
				number_text(c, refused), NULL));
}

static int64_t evidence_told(const struct heads_report *h)
{
	int64_t n = 0;
	json_t *one;
	size_t i;

	json_array_foreach(h->evidence, i, one) n += json_flag(one, "told");
	return n;
}

static json_t *trail_json(struct desk *d)
{
	struct heads_report h = heads_report(&d->place);

	return json_pack("{s:I, s:I, s:s*, s:O}", "epoch", (json_int_t)h.epoch,
		"size", (json_int_t)h.size, "head", h.note, "evidence",
		h.evidence);
}

/* Loud where it must be; nothing where the centre seals nothing. */
static void print_trail(struct cli *c, struct desk *d)
{
	struct heads_report h = heads_report(&d->place);

	if (h.epoch)
		out_pair(c, T_ST_TRAIL,
			text_of(c, T_TRAIL_AT, number_text(c, h.epoch),
				number_text(c, h.size), when(c, h.at_ms),
				NULL));
	if (json_array_size(h.evidence))
		out_pair(c, T_ST_TRAIL,
			text_of(c, T_TRAIL_WRONG,
				number_text(c,
					(int64_t)json_array_size(h.evidence)),
				number_text(c, evidence_told(&h)), NULL));
}

static bool ask_report(struct desk *d, json_t **report, struct err *e)
{
	struct cli *c = d->c;
	struct report_ask ask = {cli_flag(c, O_ALL), NULL};
	struct uuid rec;

	if (c->args && !pick_record(d, c->arg[0], "RECORD", &rec, e))
		return false;
	if (c->args)
		ask.rec = &rec;
	return report_make(desk_view(d), &ask, c->mem, report, e);
}

/* Of one record no more than the record is told. */
static void tell(struct desk *d, const struct counts *n, const json_t *report)
{
	struct courier_report others = {0, 0, 0, 0, 0};
	struct cli *c = d->c;
	struct err ignored;
	json_t *j;

	if (!c->args && !others_wait(d, &others, &ignored))
		others.left++;

	if (c->json) {
		j = c->args ? json_object() : status_json(d, n);
		json_object_set(j, "report", (json_t *)(uintptr_t)report);
		if (!c->args) {
			json_object_set_new(j, "others", others_json(&others));
			json_object_set_new(j, "trail", trail_json(d));
		}
		out_json(c, j);
		return;
	}
	if (!c->args) {
		report_headline(c, report);
		print(c, d, n);
		print_left(c, report);
		print_trail(c, d);
		if (others.changes || others.files || others.left ||
			others.refused)
			out_pair(c, T_ST_OTHERS,
				text_of(c, T_OTHERS_STATE,
					number_text(c, others.changes),
					number_text(c, others.files),
					number_text(c, others.left),
					number_text(c, others.refused), NULL));
	}
	report_print(d, report);
}

bool verb_status(struct cli *c, struct err *e)
{
	struct counts *n = ARENA_NEW(c->mem, struct counts);
	struct desk *d = desk_open(c, false, e);
	json_t *report;

	if (!d || !count(d, n, e) || !ask_report(d, &report, e))
		return false;
	tell(d, n, report);
	return true;
}
