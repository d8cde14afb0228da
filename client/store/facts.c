/*
 * facts.c - what is on file in a case, as the gates between phases ask it.
 *
 * The gates themselves are proto/phase.c. A station sees only what is shared
 * with it, so a fact may be missing here that the centre has; the centre asks
 * again and decides.
 */
#include "client/store/view.h"

#include <string.h>

bool view_facts(struct view *v, const struct uuid *case_id,
	struct phase_facts *out, struct err *e)
{
	struct arena *mem = arena_new();
	size_t n;
	const struct uuid *ids = view_unit(v, case_id, mem, &n);
	bool ok = true;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; ok && i < n; i++) {
		struct seen one;

		ok = view_record(v, &ids[i], mem, &one, e);
		if (!ok || one.r.state == STATE_RETRACTED)
			continue;
		phase_facts_add(out, one.type, one.body);
	}
	arena_free(mem);
	return ok;
}
