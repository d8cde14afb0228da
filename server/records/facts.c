/*
 * facts.c - what is on file in a case, for the gates between its phases.
 *
 * The database tells of the records the batch does not hold; those it holds
 * speak for themselves, as the batch leaves them. So a consent taken down
 * offline together with the move it allows counts, and one withdrawn counts no
 * more.
 */
#include "server/records/decide.h"

#include <string.h>

struct phase_facts decide_case_facts(
	struct world *w, const struct uuid *case_id)
{
	const struct case_facts *stand = world_facts(w, case_id);
	struct phase_facts f;

	memset(&f, 0, sizeof(f));
	if (stand)
		f = stand->facts;
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *x = w->entries[i];

		if (!x->now.ver || !x->now.type ||
			x->now.state == STATE_RETRACTED ||
			(uuid_cmp(&x->unit, case_id) != 0 &&
				uuid_cmp(&x->now.case_id, case_id) != 0))
			continue;
		phase_facts_add(&f, x->now.type->name, entry_body(w, x));
	}
	return f;
}
