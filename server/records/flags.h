/*
 * flags.h - risk flags that follow from a sheet, made by the change that wrote
 * it: of a form's answers (rule_response.c) and of a scale's alerts. Inside
 * server/records.
 *
 * A flag's id follows from the record, the kind and the level (form_flag_id),
 * so that whoever sends a sheet again makes none twice.
 */
#ifndef SERVER_RECORDS_FLAGS_H
#define SERVER_RECORDS_FLAGS_H

#include "server/records/world.h"

#define FLAG_LEVELS 6 /* of a flag: 0 … 5 */

/*
 * Raises what a sheet calls for, [{"kind","level","zh","en"}] (form_flags,
 * scale_flags), from `day` on (YYYY-MM-DD; NULL: today). One this record raised
 * before is not raised again, nor one below a flag of its own that is open.
 */
void flags_raise(struct world *w, struct entry *x, const struct change *c,
	const json_t *raised, const char *day);

/* The flags an assessment raises. */
void assessment_follow(
	struct world *w, struct entry *x, const struct change *c);

/* The ids of all flags a sheet could raise of the kinds its form or instrument
 * names, [{"kind" or "flag"}]: added to ids[n…room); the new n. */
size_t flags_possible(const struct uuid *sheet, const json_t *list,
	struct uuid *ids, size_t n, size_t room);

#endif
