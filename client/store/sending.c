/*
 * sending.c - see sending.h.
 */
#include "client/store/sending.h"

#include "proto/base/host.h"

static void add(void *ctx, const struct seen *one)
{
	sending_add(ctx, &one->r, one->body);
}

/* Whose the open tasks are, the directory knows. */
static bool add_staff(struct view *v, struct sending_run *run,
	struct arena *mem, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_of_type(v, "staff", mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(v, &ids[i], mem, &one, e))
			return false;
		add(run, &one);
	}
	return true;
}

bool sending_of(struct view *v, const struct uuid *case_id, const json_t *body,
	struct arena *mem, struct sending *out, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	const char *own = json_str(store_get(view_store(v), "reader"), "site");
	struct sending_run *run =
		sending_begin(case_id, body, own ? own : "", &today, mem, e);

	if (!run || !view_case(v, case_id, mem, add, run, e) ||
		!add_staff(v, run, mem, e))
		return false;
	sending_end(run, out);
	return true;
}
