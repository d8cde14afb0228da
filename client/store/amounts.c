/*
 * amounts.c - see amounts.h.
 */
#include "client/store/amounts.h"

#include "proto/summary.h"

#include <string.h>

struct both {
	struct summary_run *line;
	struct schedule_run *due;
};

static void add_due(void *ctx, const struct seen *one)
{
	const struct both *b = ctx;

	summary_add(b->line, &one->r, one->body);
	schedule_add(b->due, &one->r, one->body);
}

bool amounts_due(struct view *v, const struct uuid *case_id, struct arena *mem,
	json_t **line, const struct schedule **due, struct err *e)
{
	const struct catalogue *c = store_catalogue(view_store(v));
	const struct calendar *cal = view_calendar(v);
	struct both b = {summary_begin(c, cal, case_id, mem),
		schedule_begin(c, cal, case_id, mem)};

	if (!view_case(v, case_id, mem, add_due, &b, e))
		return false;
	*line = summary_end(b.line);
	*due = schedule_end(b.due);
	return true;
}

static void add_measured(void *ctx, const struct seen *one)
{
	measure_add(ctx, &one->r, one->body);
}

static bool take_group(struct view *v, const struct uuid *id, struct arena *mem,
	struct amounts *out, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_unit(v, id, mem, &n);

	out->of = measure_group_begin(store_catalogue(view_store(v)), id, mem);
	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(v, &ids[i], mem, &one, e))
			return false;
		measure_group_add(out->of, &one.r, one.body);
	}
	out->result = measure_group_end(out->of);
	return true;
}

bool amounts_take(struct view *v, const struct uuid *id, const struct date *on,
	struct arena *mem, struct amounts *out, struct err *e)
{
	struct seen root;

	memset(out, 0, sizeof(*out));
	if (!view_record(v, id, mem, &root, e))
		return false;
	out->body = root.body;
	if (!root.r.type || !root.r.type->root)
		return err_set(e, ERR_NOT_FOUND, "no case and no group");
	if (root.r.type->scope == SCOPE_GROUP)
		return take_group(v, id, mem, out, e);
	out->run = measure_begin(
		store_catalogue(view_store(v)), view_calendar(v), id, on, mem);
	if (!view_case(v, id, mem, add_measured, out->run, e))
		return false;
	out->result = measure_end(out->run);
	return true;
}
