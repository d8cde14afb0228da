/*
 * scale_flag.c - the kinds of risk a sheet points to (scale.h).
 */
#include "proto/scale.h"

#include "proto/types.h"

#include <string.h>

/* Of each kind the highest; of equals the first stands. */
static void add_flag(json_t *out, const json_t *alert)
{
	const char *kind = json_str(alert, "flag");
	int64_t level = json_int(alert, "level", SCALE_FLAG_LEVEL);
	json_t *raised = kind ? json_find(out, "kind", kind) : NULL, *one;

	if (!kind || (raised && json_int(raised, "level", 0) >= level))
		return;
	one = json_pack("{s:s, s:I, s:s, s:s}", "kind", kind, "level",
		(json_int_t)level, "zh", label_of(alert, LANG_ZH), "en",
		label_of(alert, LANG_EN));
	if (raised)
		json_object_update(raised, one);
	else
		json_array_append(out, one);
	json_decref(one);
}

json_t *scale_flags(const json_t *scale, const char *variant,
	const json_t *answers, struct arena *mem)
{
	json_t *out = json_keep(json_array(), mem);
	const json_t *alerts[SCALE_ALERTS];
	struct scale_result r;
	struct err ignored;
	size_t n;

	n = scale_item_alerts(scale, answers, alerts);
	for (size_t i = 0; i < n; i++)
		add_flag(out, alerts[i]);
	if (scale_score(scale, variant, answers, &r, &ignored))
		for (size_t i = 0; i < r.alert_count; i++)
			add_flag(out, r.alerts[i]);
	return out;
}
