/*
 * check.c - see check.h.
 */
#include "client/store/check.h"

#include "proto/base/host.h"
#include "proto/sense.h"
#include "proto/steps.h"

#include <string.h>

/* Of the person signed in here: `staff` or `site`; nil when nobody is. */
static struct uuid own(struct view *v, const char *member)
{
	const char *text = json_str(store_get(view_store(v), "reader"), member);
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		memset(&id, 0, sizeof(id));
	return id;
}

void check_fill(struct view *v, const struct rtype *t, const json_t *before,
	json_t *body)
{
	struct date today = time_day_cn(host_now_ms());
	struct uuid staff = own(v, "staff");

	if (strcmp(t->name, "case") == 0)
		phase_fill(before, body, &today);
	steps_fill(t->name, before, body, &today, &staff);
}

bool check_body(struct view *v, const struct rtype *t, const struct uuid *site,
	const json_t *before, const json_t *after, struct err *e)
{
	struct uuid own_site = own(v, "site"), staff = own(v, "staff");
	int sides = steps_side(before ? before : after,
		before ? site : &own_site, &own_site, &staff);

	return sense_check(t->name, after, host_now_ms(), e) &&
	       steps_check(t->name, before, after, sides, e);
}
