/*
 * h_conflicts.c - GET /v1/conflicts: what waits for a person to settle it,
 * counted.
 *
 * Who reaches cases is told which of theirs, with who wrote each of the two
 * values, when and where; administrators the same of the directory. A
 * coordinator learns how many there are at each site and for how long, and of
 * no case (log.open_conflicts).
 */
#include "server/records/records.h"

#include "proto/base/timeutil.h"
#include "server/audit/audit.h"

#include <string.h>

#define OPEN_MOST 200 /* told one by one; all are counted */

/* Conflicts of one unit, or of one site. */
struct heap {
	struct uuid unit;
	const char *kind;
	struct uuid case_id;
	struct uuid site; /* nil: the directory's */
	int64_t n;
	int64_t oldest; /* ms */
};

static struct heap *heaps_of(struct req *r, const struct db_rows *rows)
{
	int n = db_count(rows);
	struct heap *out = ARENA_ARRAY(r->mem, struct heap, (size_t)n + 1);
	bool units = db_has_column(rows, "unit_id");

	for (int i = 0; i < n; i++) {
		out[i].site = db_get_uuid(rows, i, "site");
		out[i].n = db_get_int(rows, i, "n");
		out[i].oldest = db_get_ms(rows, i, "oldest");
		if (!units)
			continue;
		out[i].unit = db_get_uuid(rows, i, "unit_id");
		out[i].kind = db_get_text(rows, i, "kind");
		out[i].case_id = db_get_uuid(rows, i, "case_id");
	}
	return out;
}

/* Rows come oldest first, so a site stands where its oldest does. */
static json_t *by_site(struct req *r, const struct heap *h, size_t n)
{
	struct heap *sum = ARENA_ARRAY(r->mem, struct heap, n + 1);
	json_t *out = json_array();
	size_t sites = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		if (uuid_is_nil(&h[i].site))
			continue;
		while (at < sites && uuid_cmp(&sum[at].site, &h[i].site) != 0)
			at++;
		if (at == sites)
			sum[sites++] = h[i];
		else
			sum[at].n += h[i].n;
	}
	for (size_t i = 0; i < sites; i++)
		json_array_append_new(
			out, json_pack("{s:o, s:I, s:o}", "site",
				     json_id(&sum[i].site), "n",
				     (json_int_t)sum[i].n, "oldest",
				     json_time(sum[i].oldest)));
	return out;
}

static json_t *by_unit(const struct heap *h, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++) {
		char unit[UUID_TEXT];

		json_array_append_new(
			out, json_pack("{s:s, s:s, s:o, s:I, s:o}", "unit",
				     uuid_format(&h[i].unit, unit), "kind",
				     h[i].kind, "case", json_id(&h[i].case_id),
				     "n", (json_int_t)h[i].n, "oldest",
				     json_time(h[i].oldest)));
	}
	return out;
}

static json_t *counted(struct req *r, const struct db_rows *rows, bool units)
{
	size_t n = (size_t)db_count(rows);
	const struct heap *h = heaps_of(r, rows);
	int64_t total = 0, oldest = 0;
	json_t *out;

	for (size_t i = 0; i < n; i++) {
		total += h[i].n;
		if (!oldest || h[i].oldest < oldest)
			oldest = h[i].oldest;
	}
	out = json_pack("{s:I, s:o, s:o}", "total", (json_int_t)total, "oldest",
		json_time(oldest), "sites", by_site(r, h, n));
	if (units)
		json_object_set_new(out, "units", by_unit(h, n));
	return out;
}

/* ---- one by one ---- */

static void put_id(json_t *o, const char *key, const struct db_rows *rows,
	int i, const char *column)
{
	struct uuid id = db_get_uuid(rows, i, column);

	json_object_set_new(o, key, json_id(&id));
}

static void put_text(json_t *o, const char *key, const struct db_rows *rows,
	int i, const char *column)
{
	const char *text = db_get_text(rows, i, column);

	json_object_set_new(o, key, text ? json_string(text) : json_null());
}

/* Who wrote one of the two values, when, and where: the site and the station;
 * no station: in a browser. */
static json_t *side_json(const struct db_rows *rows, int i, bool mine)
{
	static const char *const columns[2][6] = {
		{"theirs_by", "theirs_name", "theirs_site", "theirs_site_name",
                 "theirs_device", "theirs_at"},
		{"mine_by",   "mine_name",   "mine_site",   "mine_site_name",
                 "mine_device",   "mine_at"  },
	};
	const char *const *of = columns[mine];
	json_t *o = json_object();

	put_id(o, "by", rows, i, of[0]);
	put_text(o, "by_name", rows, i, of[1]);
	put_id(o, "site", rows, i, of[2]);
	put_text(o, "site_name", rows, i, of[3]);
	put_text(o, "station", rows, i, of[4]);
	json_object_set_new(o, "at", json_time(db_get_ms(rows, i, of[5])));
	return o;
}

static json_t *fields_json(struct req *r, const struct db_rows *rows, int i)
{
	const char *text = db_get_text(rows, i, "fields");
	struct err ignored;
	json_t *list = text ? json_read(text, strlen(text), &json_limits_own,
				      r->mem, &ignored)
			    : NULL;

	return list ? json_incref(list) : json_array();
}

static json_t *one_by_one(struct req *r, const struct db_rows *rows)
{
	json_t *out = json_array();

	for (int i = 0; i < db_count(rows) && i < OPEN_MOST; i++) {
		json_t *o = json_object();

		put_id(o, "conflict", rows, i, "id");
		put_id(o, "unit", rows, i, "unit_id");
		put_id(o, "case", rows, i, "case_id");
		put_id(o, "record", rows, i, "record");
		put_text(o, "record_type", rows, i, "record_type");
		json_object_set_new(o, "fields", fields_json(r, rows, i));
		json_object_set_new(o, "signed",
			json_boolean(db_get_int(rows, i, "signed")));
		json_object_set_new(o, "mine", side_json(rows, i, true));
		json_object_set_new(o, "theirs", side_json(rows, i, false));
		json_array_append_new(out, o);
	}
	return out;
}

/* ---- the answer ---- */

bool conflicts_get(struct req *r, struct err *e)
{
	bool district = r->reader.role == ROLE_DISTRICT_COORDINATOR;
	struct db_rows *rows[2];
	struct db_args a, most;
	json_t *out;

	if (!db_begin(r->db, &r->reader, true, e))
		return false;
	db_args_init(&a, r->mem);
	if (district)
		db_uuid(&a, uuid_is_nil(&r->reader.district)
				    ? NULL
				    : &r->reader.district);
	db_queue(r->db,
		district ? Q_CONFLICTS_OF_DISTRICT : Q_CONFLICTS_REACHED, &a);
	db_args_init(&most, r->mem);
	db_int(&most, OPEN_MOST + 1);
	if (!district)
		db_queue(r->db, Q_CONFLICTS_OPEN, &most);
	if (!db_flush(r->db, r->mem, rows, district ? 1 : 2, e)) {
		db_rollback(r->db);
		return false;
	}
	out = counted(r, rows[0], !district);
	if (!district) {
		json_object_set_new(out, "open", one_by_one(r, rows[1]));
		json_object_set_new(out, "more",
			json_boolean(db_count(rows[1]) > OPEN_MOST));
	}
	req_reply_json(r, 200, out);
	return audit_end(r, "conflicts", "ok", NULL, 0, e);
}
