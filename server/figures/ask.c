/*
 * ask.c - see ask.h.
 */
#include "server/figures/ask.h"

#include "proto/types.h"
#include "server/app.h"
#include "server/audit/audit.h"

#include <string.h>

enum view { VIEW_NONE, VIEW_SITE, VIEW_SITE_HIDDEN, VIEW_DISTRICT };

static enum view view_of(enum role role)
{
	static const enum view views[ROLE_COUNT] = {
		[ROLE_REHAB_WORKER] = VIEW_SITE,
		[ROLE_CASE_WORKER] = VIEW_SITE,
		[ROLE_NURSE] = VIEW_SITE,
		[ROLE_PREVENTION_DOCTOR] = VIEW_SITE,
		[ROLE_SOCIAL_WORKER] = VIEW_SITE,
		[ROLE_SUPERVISOR] = VIEW_SITE,
		[ROLE_PSYCHIATRIST] = VIEW_SITE_HIDDEN,
		[ROLE_SITE_ADMIN] = VIEW_SITE_HIDDEN,
		[ROLE_DISTRICT_COORDINATOR] = VIEW_DISTRICT,
	};

	return views[role];
}

bool figures_audience(
	struct req *r, struct figures_audience *out, struct err *e)
{
	const char *q = req_query(r, "for");
	enum view view = view_of(r->reader.role);
	bool outside = q && strcmp(q, "outside") == 0;

	if (q && !outside && strcmp(q, "sites") != 0)
		return err_field(e, ERR_BAD_REQUEST, "for", "sites, outside");
	out->own_site = view != VIEW_DISTRICT;
	out->below = view == VIEW_SITE && !outside
			     ? 0
			     : app_live(r->app, LIVE_BELOW_SITES);
	/* What is given to others hides no less, whatever was set. */
	if (outside && app_live(r->app, LIVE_BELOW_OUTSIDE) > out->below)
		out->below = app_live(r->app, LIVE_BELOW_OUTSIDE);
	return true;
}

bool figures_answer(
	struct req *r, const char *action, json_t *TAKES j, struct err *e)
{
	json_keep(j, r->mem);
	req_reply_json(r, 200, json_incref(j));
	return audit_end(r, action, "ok", NULL, 0, e);
}

json_t *figures_both(const char *zh, const char *en)
{
	return json_pack("{s:s, s:s}", "zh", zh, "en", en);
}

json_t *figures_rule(int64_t below, struct arena *mem)
{
	long long n = (long long)below;

	if (!below)
		return json_null();
	return figures_both(
		arena_printf(mem,
			"小于%lld的数不显示（＜%lld），一年中不足%"
			"lld名服务对象的数也不显示；为使其"
			"无法推算，另有一些数也不显示（—）；0照常显示。只按固定"
			"的月、季、年统计。",
			n, n, n),
		arena_printf(mem,
			"Counts below %lld are not shown (<%lld), nor what "
			"fewer "
			"than %lld clients had in the whole year, nor some "
			"others, "
			"so "
			"that those cannot be reckoned (—); 0 is shown. Fixed "
			"months, quarters and years only.",
			n, n, n));
}

json_t *figures_programme(struct req *r, const char *code)
{
	const json_t *pack = catalogue_pack(r->catalogue, code);
	const json_t *label = json_object_get(pack, "label");

	return pack ? figures_both(label_of(label, LANG_ZH),
			      label_of(label, LANG_EN))
		    : figures_both(code, code);
}
