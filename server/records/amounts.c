/*
 * amounts.c - see amounts.h. The reckoning itself is proto/measure.
 */
#include "server/records/amounts.h"

#include "proto/base/host.h"
#include "server/records/summaries.h"
#include "server/records/world.h"

#include <string.h>

/* The body of a row, when its type has a say. */
static const json_t *body_of(const struct record *r, struct arena *mem)
{
	struct err ignored;

	if (!r->type ||
		(!measure_uses(r->type) && r->type->scope != SCOPE_GROUP))
		return NULL;
	return json_read(r->body.p, r->body.n, &json_limits_own, mem, &ignored);
}

static void write_member(
	struct buf *out, const char *name, const json_t *v, struct arena *mem)
{
	buf_printf(out, ",\"%s\":", name);
	buf_text(out, v ? json_canonical(v, mem) : "null");
}

void amounts_write(const struct catalogue *c, struct db_rows *const rows[2],
	const struct db_rows *holidays, const struct uuid *unit,
	struct arena *mem, struct buf *out)
{
	struct date today = time_day_cn(host_now_ms());
	struct measure_run *of_case = measure_begin(
		c, summaries_calendar(holidays, mem), unit, &today, mem);
	struct measure_group *of_group = measure_group_begin(c, unit, mem);
	bool is_group = false;
	json_t *result;

	for (size_t k = 0; k < 2; k++)
		for (int i = 0; i < db_count(rows[k]); i++) {
			const json_t *body;
			struct record r;
			struct uuid at;

			row_record(c, rows[k], i, &r, &at);
			body = body_of(&r, mem);
			if (!body)
				continue;
			measure_add(of_case, &r, body);
			measure_group_add(of_group, &r, body);
			is_group |= r.type->scope == SCOPE_GROUP;
		}
	result = is_group ? measure_group_end(of_group) : measure_end(of_case);
	write_member(out, "due",
		is_group ? NULL : schedule_json(measure_schedule(of_case), mem),
		mem);
	write_member(out, "measures", json_object_get(result, "measures"), mem);
	write_member(out, "gaps", json_object_get(result, "gaps"), mem);
	write_member(out, "coverage", json_object_get(result, "coverage"), mem);
}
