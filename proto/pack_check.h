/*
 * pack_check.h - every mistake in the data a district or a programmer writes.
 *
 * Programmes, forms, scales, their wordings and code lists are JSON files. The
 * functions here add all that is wrong with one; pack_check() also says on
 * which line of the file it stands.
 */
#ifndef PROTO_PACK_CHECK_H
#define PROTO_PACK_CHECK_H

#include "proto/mistake.h"
#include "proto/types.h"

/* A programme pack (docs/packs.md "A pack"). */
void programme_mistakes(const struct catalogue *c, const json_t *pack,
	const struct place *at, struct mistakes *out);
/* A code list: {"codes","label","items":[{"code","zh","en"}]}. One that is to
 * replace another (not NULL) keeps all its codes. */
void codes_mistakes(const json_t *list, const struct code_list *before,
	const struct place *at, struct mistakes *out);

#endif
