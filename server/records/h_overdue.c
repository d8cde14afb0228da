/*
 * h_overdue.c - letters nobody answered and purges nobody confirmed in time, as
 * numbers.
 *
 * What two sites owe each other climbs to who answers for both: a supervisor
 * sees their own site, a coordinator the district. Neither learns of a case, a
 * person or a letter from it: the function in the database gives counts and
 * the oldest day, nothing else (log.overdue).
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/deadline.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/records/summaries.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/* What a pair of sites owes of one kind. */
struct debt {
	const char *letter;
	const char *kind; /* NULL: none */
	struct uuid from;
	struct uuid to;
	int64_t n;
	int64_t days;
};

/* Longest delay first, then the most; the rest only so that the same question
 * has the same answer. */
static int by_delay(const void *a, const void *b)
{
	const struct debt *x = a, *y = b;
	int order;

	if (x->days != y->days)
		return x->days > y->days ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	order = strcmp(x->letter, y->letter);
	if (!order)
		order = strcmp(x->kind ? x->kind : "", y->kind ? y->kind : "");
	if (!order)
		order = uuid_cmp(&x->from, &y->from);
	return order ? order : uuid_cmp(&x->to, &y->to);
}

static struct debt *read_debts(struct req *r, const struct db_rows *rows,
	const struct calendar *cal, const struct date *today)
{
	size_t n = (size_t)db_count(rows);
	struct debt *out = ARENA_ARRAY(r->mem, struct debt, n + 1);

	for (size_t i = 0; i < n; i++) {
		const char *oldest = db_get_text(rows, (int)i, "oldest");
		struct date due;

		if (!oldest || !date_parse(oldest, &due))
			die("an overdue letter without a day");
		out[i].letter = db_get_text(rows, (int)i, "letter");
		out[i].kind = db_get_text(rows, (int)i, "kind");
		out[i].from = db_get_uuid(rows, (int)i, "from_site");
		out[i].to = db_get_uuid(rows, (int)i, "to_site");
		out[i].n = db_get_int(rows, (int)i, "n");
		out[i].days = deadline_days_late(&due, today, cal);
	}
	if (n)
		qsort(out, n, sizeof(*out), by_delay);
	return out;
}

/* A supervisor goes and looks for the station, so they are told whose it is. */
static json_t *purges_json(const struct db_rows *rows, int64_t now)
{
	json_t *list = json_array();

	for (int i = 0; i < db_count(rows); i++) {
		struct uuid site = db_get_uuid(rows, i, "site_id");
		struct uuid staff = db_get_uuid(rows, i, "staff");
		char of[UUID_TEXT], who[UUID_TEXT], seen[TIME_TEXT];

		json_array_append_new(list,
			json_pack("{s:s, s:s?, s:s, s:I, s:I}", "site",
				uuid_format(&site, of), "staff",
				uuid_is_nil(&staff) ? NULL
						    : uuid_format(&staff, who),
				"last_seen",
				time_format(
					db_get_ms(rows, i, "last_seen"), seen),
				"n", (json_int_t)db_get_int(rows, i, "n"),
				"days",
				(json_int_t)((now - db_get_ms(rows, i,
							    "oldest")) /
					     DAY_MS)));
	}
	return list;
}

/* Emergencies nobody reviewed within three days; days: since then. */
static json_t *reviews_json(const struct db_rows *rows, int64_t now)
{
	json_t *list = json_array();

	for (int i = 0; i < db_count(rows); i++) {
		struct uuid site = db_get_uuid(rows, i, "site_id");
		char of[UUID_TEXT];

		json_array_append_new(list,
			json_pack("{s:s, s:I, s:I}", "site",
				uuid_format(&site, of), "n",
				(json_int_t)db_get_int(rows, i, "n"), "days",
				(json_int_t)((now - db_get_ms(rows, i,
							    "oldest")) /
					     DAY_MS)));
	}
	return list;
}

static json_t *overdue_json(const struct debt *debts, size_t n,
	const struct date *today, json_t *purges, json_t *reviews)
{
	json_t *list = json_array();
	char day[DATE_TEXT];

	for (size_t i = 0; i < n; i++) {
		char from[UUID_TEXT], to[UUID_TEXT];

		json_array_append_new(list,
			json_pack("{s:s, s:s?, s:s, s:s, s:I, s:I}", "letter",
				debts[i].letter, "kind", debts[i].kind,
				"from_site", uuid_format(&debts[i].from, from),
				"to_site", uuid_format(&debts[i].to, to), "n",
				(json_int_t)debts[i].n, "days",
				(json_int_t)debts[i].days));
	}
	return json_pack("{s:s, s:o, s:o, s:o}", "on", date_format(today, day),
		"rows", list, "purges", purges, "reviews", reviews);
}

bool overdue_get(struct req *r, struct err *e)
{
	int64_t now = host_now_ms();
	struct date today = time_day_cn(now);
	struct db_rows *rows[4];
	struct db_args a, none, late, area;
	const struct debt *debts;

	if (!db_begin(r->db, &r->reader, true, e))
		return false;
	db_args_init(&a, r->mem);
	db_args_init(&none, r->mem);
	db_uuid(&a,
		uuid_is_nil(&r->reader.district) ? NULL : &r->reader.district);
	db_args_init(&late, r->mem);
	db_int(&late, app_live(r->app, LIVE_PURGE_DAYS));
	db_uuid(&late,
		uuid_is_nil(&r->reader.district) ? NULL : &r->reader.district);
	db_args_init(&area, r->mem);
	db_uuid(&area,
		uuid_is_nil(&r->reader.district) ? NULL : &r->reader.district);
	db_queue(r->db, Q_OVERDUE, &a);
	db_queue(r->db, Q_HOLIDAYS, &none);
	db_queue(r->db, Q_UNPURGED_LATE, &late);
	db_queue(r->db, Q_EMERGENCIES_LATE, &area);
	if (!db_flush(r->db, r->mem, rows, 4, e)) {
		db_rollback(r->db);
		return false;
	}
	debts = read_debts(
		r, rows[0], summaries_calendar(rows[1], r->mem), &today);
	req_reply_json(r, 200,
		overdue_json(debts, (size_t)db_count(rows[0]), &today,
			purges_json(rows[2], now), reviews_json(rows[3], now)));
	return audit_end(r, "overdue", "ok", NULL, 0, e);
}
